//! A real server, on a port of its own, with its files where the build has its own.

use std::io;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use audit_benches::engine::BoxError;
use tempfile::TempDir;

/// How long it may take to start.
const LONG: Duration = Duration::from_secs(30);

/// A server that is there until this is dropped.
pub(crate) struct Server {
    process: Child,
    /// Gone with the server.
    folder: TempDir,
    url: String,
}

impl Server {
    /// Starts one; nothing, loudly, where there is none to start.
    pub(crate) fn start() -> Result<Option<Self>, BoxError> {
        let folder = tempfile::Builder::new()
            .prefix("bridge-bench-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let started = Command::new("nats-server")
            .args(["--addr", "127.0.0.1", "--port", "-1", "--jetstream"])
            .args(["--ports_file_dir".as_ref(), folder.path().as_os_str()])
            .args([
                "--store_dir".as_ref(),
                folder.path().join("store").as_os_str(),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let process = match started {
            Ok(process) => process,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if std::env::var("CI").as_deref() == Ok("true") {
                    return Err("`nats-server` is missing".into());
                }
                println!("SKIPPED: `nats-server` is missing (Debian: nats-server)");
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let mut server = Self {
            process,
            folder,
            url: String::new(),
        };
        server.url = server.await_url()?;
        Ok(Some(server))
    }

    /// Where it is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn await_url(&self) -> Result<String, BoxError> {
        let ports = format!("nats-server_{}.ports", self.process.id());
        let ports = self.folder.path().join(ports);
        let began = Instant::now();
        while began.elapsed() < LONG {
            let text = std::fs::read_to_string(&ports).unwrap_or_default();
            let read: Option<serde_json::Value> = serde_json::from_str(&text).ok();
            let url = read.as_ref().and_then(|read| read.pointer("/nats/0"));
            if let Some(url) = url.and_then(|url| url.as_str()) {
                return Ok(url.to_owned());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Err("`nats-server` does not start".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}
