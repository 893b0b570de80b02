//! Another process: this test binary again, running one test that is ignored otherwise.

use std::io::{BufRead, BufReader, Lines};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, ExitStatus, Stdio};

/// What tells a test that it is the other process: the file that it is to write.
const CHILD: &str = "AUDIT_LINES_TEST_CHILD";

/// Somebody who owns nothing.
const NOBODY: u32 = 65_534;

/// The file that this process is to write, if it is the other one.
pub(crate) fn child_path() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(Into::into)
}

/// Another process that runs a test of this binary.
pub(crate) struct Child {
    process: std::process::Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts it.
    pub(crate) fn start(test: &str, path: &Path) -> Self {
        Self::of(command(test, path).spawn().unwrap())
    }

    /// Starts it as somebody who owns nothing; nothing, said aloud, where that is not allowed.
    pub(crate) fn start_as_nobody(test: &str, path: &Path) -> Option<Self> {
        let mut command = command(test, path);
        if is_root() {
            command.uid(NOBODY).gid(NOBODY).current_dir("/");
        }
        match command.spawn() {
            Ok(process) => Some(Self::of(process)),
            Err(error) => {
                skip(&format!("a file without permission ({error})"));
                None
            }
        }
    }

    fn of(mut process: std::process::Child) -> Self {
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

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> ExitStatus {
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

fn command(test: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            test,
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(CHILD, path)
        .stdout(Stdio::piped());
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Says aloud that something is not tried, as the system does not allow it here.
pub(crate) fn skip(what: &str) {
    let in_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!in_ci, "{what} can't be tried here");
    eprintln!("SKIPPED: {what} can't be tried here");
}
