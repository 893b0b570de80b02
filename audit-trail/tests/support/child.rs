//! Another process: this test binary again, running one test that is ignored otherwise.

use std::ffi::OsStr;
use std::fmt::Debug;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;

use super::{SOON, until};

/// What tells a test that it is the other process: the trail that it is to open.
const CHILD: &str = "AUDIT_TRAIL_TEST_CHILD";

/// The trail that this process is to open, if it is the other one.
pub(crate) fn is_child() -> Option<std::path::PathBuf> {
    std::env::var_os(CHILD).map(Into::into)
}

/// What the other process must get. Else it says why and ends at once, whatever its other threads wait for: who started it waits
/// for what it says.
pub(crate) fn must<T, E: Debug>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("the other process ends: {error:?}");
        std::process::exit(REFUSED)
    })
}

/// The code with which the other process ends that did not get what it must.
pub(crate) const REFUSED: i32 = 101;

/// The other process waits to be killed. It ends by itself should nobody be left to kill it.
pub(crate) fn wait_to_be_killed() -> ! {
    let _nobody_is_left = io::copy(&mut io::stdin(), &mut io::sink());
    std::process::exit(0)
}

/// Another process that runs a test of this binary.
pub(crate) struct Child {
    process: std::process::Child,
    lines: Receiver<String>,
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
        let said = BufReader::new(process.stdout.take().unwrap());
        let (say, lines) = channel();
        // On a thread of its own, as reading has no deadline.
        thread::spawn(move || {
            let _nobody_listens = said.lines().try_for_each(|line| say.send(line.unwrap()));
        });
        Self { process, lines }
    }

    /// The next line that it says; none once it has ended.
    fn line(&self) -> Option<String> {
        match self.lines.recv_timeout(SOON) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the other process says nothing, nor ends"),
        }
    }

    /// The next line that it says and that begins so, without its beginning; none once it has ended.
    pub(crate) fn next(&mut self, beginning: &str) -> Option<String> {
        loop {
            let line = self.line()?;
            // The first one stands behind what the test runner says.
            if let Some((_, said)) = line.split_once(beginning) {
                return Some(said.to_owned());
            }
        }
    }

    /// Kills it as `kill -9` does. It must not have ended by itself before.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        let code = self.ended().code();
        assert_eq!(code, None, "it ended before it was killed");
    }

    /// Lets it go on where it waits for its input to end.
    pub(crate) fn let_go(&mut self) {
        drop(self.process.stdin.take());
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.let_go();
        while self.line().is_some() {}
        self.ended()
    }

    /// How it ended.
    fn ended(&mut self) -> ExitStatus {
        let mut status = None;
        until("the end of the other process", || {
            status = self.process.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}
