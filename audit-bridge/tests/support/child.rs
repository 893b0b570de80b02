//! Another process: this test binary again, running one test that is ignored otherwise.

use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

/// What tells a test that it is the other process: the address of the server, and a folder.
const SERVER: &str = "AUDIT_BRIDGE_TEST_SERVER";
const FOLDER: &str = "AUDIT_BRIDGE_TEST_FOLDER";

/// The address of the server and the folder, in the other process.
pub(crate) fn is_child() -> Option<(String, PathBuf)> {
    Some((
        std::env::var(SERVER).ok()?,
        std::env::var_os(FOLDER)?.into(),
    ))
}

/// Another process that runs a test of this binary.
pub(crate) struct Child {
    process: std::process::Child,
    /// Closed, it tells the process to end.
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    pub(crate) fn start(test: &str, server: &str, folder: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .arg("--test-threads=1")
            .env(SERVER, server)
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let input = process.stdin.take();
        Self {
            process,
            input,
            lines,
        }
    }

    /// The next line that it says and that begins so, without its beginning; none once it has ended.
    pub(crate) fn next(&mut self, beginning: &str) -> Option<String> {
        loop {
            let line = self.lines.next()?.unwrap();
            // The first one stands behind what the test runner says.
            if let Some((_, said)) = line.split_once(beginning) {
                return Some(said.to_owned());
            }
        }
    }

    /// Kills it as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
    }

    /// Lets it end.
    pub(crate) fn let_go(&mut self) {
        drop(self.input.take());
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}
