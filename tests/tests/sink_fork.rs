//! A process forks while it has queued sinks, whose threads stay with it: in the child nothing waits for them, and nothing vanishes.

#![cfg(test)]
#![cfg(target_os = "linux")]

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use std::sync::atomic::{AtomicUsize, Ordering};

use audit_core::sink::{Emission, MemorySink, Registration, SinkError, SinkWay};
use audit_core::{Action, EventKind, Runtime, Sink};

const SOON: Duration = Duration::from_mins(1);
/// Set where the process that forks is wanted.
const FORKS: &str = "AUDIT_SINK_TEST_FORK";

/// Counts how often it was flushed, and fails after the first time.
#[derive(Default)]
struct Spill {
    memory: MemorySink,
    flushed: AtomicUsize,
}

impl Sink for Spill {
    fn emit(&self, emission: &Emission<'_>) -> Result<(), SinkError> {
        self.memory.emit(emission)
    }

    fn flush(&self) -> Result<(), SinkError> {
        match self.flushed.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(()),
            _ => Err(SinkError::new("the line is cut")),
        }
    }
}

/// Forks, does something in the child, and returns what that says.
fn in_a_child(work: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child has this thread alone. What it calls takes no lock that another thread may hold: that is what is
    // tested, and one that waits for ever is killed. It ends without running what its parent registered for its end.
    unsafe {
        let child = libc::fork();
        if child == 0 {
            libc::alarm(60);
            let right = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            libc::_exit(if right.unwrap_or(false) { 71 } else { 72 });
        }
        let mut status = 0;
        assert_eq!(libc::waitpid(child, &raw mut status, 0), child);
        libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 71
    }
}

#[test]
#[ignore = "the process that forks"]
fn forks_with_queued_sinks() {
    if std::env::var_os(FORKS).is_none() {
        return;
    }
    let policy = "language: audit/2\ndefault: allow\nrules: []\n";
    let schema = "language: audit/2\nactions: {refund: {fields: {amount: integer}}}\n";
    let policy = audit_core::Policy::from_strings(schema, policy, None).unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let (queued, told) = ([(); 2].map(|()| Arc::new(MemorySink::new()))).into();
    let spill = Arc::new(Spill::default());
    let registration = Registration::new(queued.clone())
        .named("queued")
        .way(SinkWay::QUEUED);
    runtime
        .register_sink(registration.spill(spill.clone()))
        .unwrap();
    runtime.register_sink(told.clone()).unwrap();
    let refund = || runtime.allow(&Action::new("refund").with("amount", 50));
    refund();
    runtime.flush(SOON).unwrap();
    assert!(in_a_child(|| {
        let before = spill.memory.events().len();
        refund();
        let [stats, _] = &runtime.sink_stats()[..] else {
            return false;
        };
        let failures: Vec<_> = told
            .events()
            .into_iter()
            .filter(|event| event.kind == EventKind::SinkFailure)
            .collect();
        let failure = serde_json::to_value(&*failures[0]).unwrap();
        // A sink of the child's own works.
        let own = Arc::new(MemorySink::new());
        runtime
            .register_sink(Registration::new(own.clone()).way(SinkWay::QUEUED))
            .unwrap();
        refund();
        let is_flushed = runtime.flush(SOON).is_ok() && spill.flushed.load(Ordering::Relaxed) == 1;
        let is_cut = runtime
            .flush(SOON)
            .is_err_and(|error| error.failed == ["queued"]);
        (before, spill.memory.events().len(), stats.events_spilled) == (0, 2, 1)
            && failure["data"]["error_type"] == "forked"
            && is_flushed
            && is_cut
            && own
                .events()
                .iter()
                .any(|event| event.kind == EventKind::Decision)
    }));
    refund();
    runtime.flush(SOON).unwrap();
    assert_eq!(queued.events().len(), 2, "the parent's goes on");
}

/// In a process of its own, which has one thread when it forks but for those that the sinks have.
#[test]
fn a_forked_child_says_what_its_queued_sinks_do_not_get() {
    let ended = Command::new(std::env::current_exe().unwrap())
        .args([
            "forks_with_queued_sinks",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(FORKS, "1")
        .output()
        .unwrap();
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(said.contains("1 passed"), "{said}");
}
