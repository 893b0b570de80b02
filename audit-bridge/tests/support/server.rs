//! A real server: `nats-server` as Debian has it, on a port of its own, with its files in a temporary folder.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use async_nats::jetstream;
use audit_bridge::async_nats;
use serde_json::Value;
use tempfile::TempDir;

use super::LONG;

/// A server that is there until this is dropped.
pub(crate) struct Server {
    folder: TempDir,
    arguments: Vec<String>,
    process: Option<Child>,
    port: u16,
}

impl Server {
    /// Starts one; nothing, loudly, where there is none to start.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same with more arguments.
    pub(crate) fn start_with(arguments: &[&str]) -> Option<Self> {
        if Command::new("nats-server")
            .arg("--version")
            .output()
            .is_err()
        {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "`nats-server` is missing"
            );
            eprintln!("SKIPPED: `nats-server` is missing (Debian: nats-server)");
            return None;
        }
        let mut server = Self {
            folder: tempfile::tempdir().unwrap(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
            process: None,
            port: 0,
        };
        server.restart();
        Some(server)
    }

    /// Where it is, without credentials.
    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The number of its process, for signals.
    pub(crate) fn pid(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// The port where it is.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Starts it again on another port, with what it has on disk; one that is free for 0.
    pub(crate) fn restart_at(&mut self, port: u16) {
        self.kill();
        self.port = port;
        self.restart();
    }

    /// Kills it as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts it again with other arguments.
    pub(crate) fn restart_with(&mut self, arguments: &[&str]) {
        self.arguments = arguments.iter().map(ToString::to_string).collect();
        self.restart();
    }

    /// Starts it again where it was, with what it has on disk.
    pub(crate) fn restart(&mut self) {
        self.kill();
        let folder = self.folder.path();
        // The operating system picks the first port.
        let port = match self.port {
            0 => "-1".to_owned(),
            port => port.to_string(),
        };
        let process = Command::new("nats-server")
            .args(["--addr", "127.0.0.1", "--port", &port, "--jetstream"])
            .args(["--ports_file_dir".as_ref(), folder.as_os_str()])
            .args(["--store_dir".as_ref(), folder.join("store").as_os_str()])
            .args(["--log".as_ref(), folder.join("log").as_os_str()])
            .args(&self.arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let ports = folder.join(format!("nats-server_{}.ports", process.id()));
        self.process = Some(process);
        self.port = self.await_port(&ports);
    }

    /// The port, once it is there.
    fn await_port(&self, ports: &Path) -> u16 {
        let began = Instant::now();
        loop {
            let text = std::fs::read_to_string(ports).unwrap_or_default();
            let read: Option<Value> = serde_json::from_str(&text).ok();
            let url = read.as_ref().and_then(|read| read["nats"][0].as_str());
            if let Some((_, port)) = url.and_then(|url| url.rsplit_once(':')) {
                return port.parse().unwrap();
            }
            let log = std::fs::read_to_string(self.folder.path().join("log"));
            assert!(began.elapsed() < LONG, "it does not start: {log:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// A connection of the test's own.
    pub(crate) async fn context(&self) -> jetstream::Context {
        jetstream::new(async_nats::connect(self.url()).await.unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
