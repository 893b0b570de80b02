//! Another process: this test binary again, running one test that is ignored otherwise.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{ChildStdout, Command, ExitStatus, Stdio};

/// What tells a test that it is the other process: the trail that it is to open.
const CHILD: &str = "AUDIT_TRAIL_TEST_CHILD";

/// The trail that this process is to open, if it is the other one.
pub(crate) fn is_child() -> Option<std::path::PathBuf> {
    std::env::var_os(CHILD).map(Into::into)
}

/// Another process that runs a test of this binary.
pub(crate) struct Child {
    process: std::process::Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts it.
    pub(crate) fn start(test: &str, trail: &Path) -> Self {
        Self::start_with(test, trail, (CHILD, trail))
    }

    /// Starts it with one more environment variable.
    pub(crate) fn start_with(
        test: &str,
        trail: &Path,
        (name, value): (&str, impl AsRef<OsStr>),
    ) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                test,
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(name, value)
            .env(CHILD, trail)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
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

    /// Lets it go on where it waits for its input to end.
    pub(crate) fn let_go(&mut self) {
        drop(self.process.stdin.take());
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.let_go();
        while self.lines.next().is_some() {}
        self.process.wait().unwrap()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}
