//! Watching a policy directory: what changes there is put in place once it is complete and compiles.
//!
//! ```text
//! thread ── every interval ──► signature of the files ──► Watch::step ─┬─ rest, settling   nothing is read
//!                                                                      └─ read             the files
//!   the files are read between two equal signatures ──► compiled ──► put in place, or refused and recorded
//! ```
//!
//! Polling rather than notification by the operating system: it sees network file systems, bind mounts and swapped
//! symbolic links, and a policy may come into force a second later.

mod machine;
mod signature;
mod status;
mod watching;

#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::contain::{contain, discard};
use crate::policy::PolicyError;
use crate::runtime::Runtime;

pub use status::{WatchState, WatchStatus};
use watching::Watching;

/// How often the directory is looked at, unless told otherwise.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long it has to stay as it is before it is read, unless told otherwise.
const SETTLE: Duration = Duration::from_millis(500);
/// More often nobody looks.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(1);

/// Watches a policy directory on a thread of its own and puts what changes there in place, while the runtime goes on
/// judging.
///
/// A change is read once the files were seen unchanged for a while, and taken only if they are unchanged after reading
/// too, so that a directory in which somebody is writing is never compiled in the middle. A set that does not compile, or
/// can't be read, leaves the old one in force: it is an event (`policy.refused`), a warning and the
/// [status](PolicyWatcher::status), once for each content. Changes are recorded as made by `policy watcher`.
///
/// Files that belong together are best replaced in one step: write a new directory beside the old one and swap a
/// symbolic link, as Kubernetes does with config maps. Whoever writes them in place must not pause for longer than the
/// time to settle.
///
/// ```
/// use audit_core::{Policy, PolicyWatcher, Runtime, WatchState};
/// # let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"));
/// let runtime = Runtime::builder().policy(Policy::from_dir(dir)?).build()?;
/// let watcher = PolicyWatcher::builder(dir).start(&runtime)?;
/// assert_eq!(watcher.status().state, WatchState::Current);
/// watcher.stop(); // or by dropping it
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "it watches until it is dropped"]
pub struct PolicyWatcher {
    shared: Arc<Shared>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

/// What the watcher and its thread share.
struct Shared {
    /// Asked which policy is in place, which others change too.
    runtime: Runtime,
    watching: Mutex<Watching>,
    status: Arc<Mutex<WatchStatus>>,
    stopped: Mutex<bool>,
    stopping: Condvar,
}

/// How a directory is to be watched.
#[derive(Clone, Debug)]
#[must_use = "nothing is watched before `start`"]
pub struct PolicyWatcherBuilder {
    dir: PathBuf,
    interval: Duration,
    settle: Duration,
}

impl PolicyWatcher {
    /// A watcher of this directory, which holds `schema.yaml`, `policy.yaml` and perhaps `governance.yaml`.
    pub fn builder(dir: impl Into<PathBuf>) -> PolicyWatcherBuilder {
        PolicyWatcherBuilder {
            dir: dir.into(),
            interval: INTERVAL,
            settle: SETTLE,
        }
    }

    /// What it has seen and done, and whether what it put in place still is.
    pub fn status(&self) -> WatchStatus {
        let mut status = lock(&self.shared.status).clone();
        if *lock(&self.shared.stopped) {
            status.state = WatchState::Stopped;
        } else if status.state == WatchState::Current
            && status.policy != self.shared.runtime.policy()
        {
            status.state = WatchState::Replaced;
        }
        status
    }

    /// Looks at the directory once more than its thread does, by the same rules: what was not seen before has to settle
    /// first. Where the thread is looking at this moment, that look is enough.
    pub fn check_now(&self) -> WatchStatus {
        self.shared.look();
        self.status()
    }

    /// Stops watching: the policy in place stays. Returns once the thread has ended, which takes no longer than what it
    /// is compiling; from within an observer that it is telling, at once.
    pub fn stop(&self) {
        *lock(&self.shared.stopped) = true;
        self.shared.stopping.notify_all();
        let worker = lock(&self.worker).take();
        if let Some(worker) = worker
            && worker.thread().id() != thread::current().id()
        {
            discard(worker.join());
        }
    }
}

impl PolicyWatcherBuilder {
    /// How often the directory is looked at. Without it: every second.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(SHORTEST_INTERVAL);
        self
    }

    /// How long the files have to stay unchanged before they are read, on the runtime's clock. Without it: 500 ms.
    pub fn settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }

    /// Starts watching. A policy there that is another than the one in place is taken as a change: it has to settle.
    ///
    /// # Errors
    /// The directory or a file in it can't be read, or the operating system refuses a thread.
    pub fn start(self, runtime: &Runtime) -> Result<PolicyWatcher, WatchError> {
        let watching = Watching::begin(runtime, &self.dir, self.settle)?;
        let shared = Arc::new(Shared {
            runtime: runtime.clone(),
            status: watching.status(),
            watching: Mutex::new(watching),
            stopped: Mutex::new(false),
            stopping: Condvar::new(),
        });
        let (watched, interval) = (Arc::clone(&shared), self.interval);
        let worker = thread::Builder::new()
            .name("audit-policy-watcher".to_owned())
            .spawn(move || watched.run(interval))
            .map_err(WatchError::Thread)?;
        Ok(PolicyWatcher {
            shared,
            worker: Mutex::new(Some(worker)),
        })
    }
}

impl Shared {
    /// Looks every so often until it is stopped.
    fn run(&self, interval: Duration) {
        loop {
            let stopped = lock(&self.stopped);
            let waited = self
                .stopping
                .wait_timeout_while(stopped, interval, |stopped| !*stopped);
            let stopped = *waited.unwrap_or_else(PoisonError::into_inner).0;
            if stopped {
                return;
            }
            self.look();
        }
    }

    /// Looks once, unless somebody is looking: an observer that is told of a change may look itself.
    fn look(&self) {
        let mut watching = match self.watching.try_lock() {
            Ok(watching) => watching,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        if *lock(&self.stopped) {
            return;
        }
        if let Err(panic) = contain(|| watching.look()) {
            watching.begin_anew();
            let _contained = contain(|| {
                tracing::error!(target: "audit::health", ?panic, "watching a policy directory panicked");
            });
        }
    }
}

/// A poisoned lock is taken all the same: what it guards is changed in single steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for PolicyWatcher {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for PolicyWatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyWatcher")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

/// Why a directory is not watched.
#[derive(Debug)]
#[non_exhaustive]
pub enum WatchError {
    /// The directory or a file in it can't be read.
    Unreadable(PathBuf, PolicyError),
    /// The operating system refused a thread.
    Thread(io::Error),
}

impl WatchError {
    fn unreadable(dir: &Path, error: PolicyError) -> Self {
        Self::Unreadable(dir.to_owned(), error)
    }
}

impl fmt::Display for WatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(dir, _) => {
                write!(f, "the policy in `{}` can't be watched", dir.display())
            }
            Self::Thread(_) => {
                f.write_str("the operating system refused a thread for a policy watcher")
            }
        }
    }
}

impl std::error::Error for WatchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable(_, error) => Some(error),
            Self::Thread(error) => Some(error),
        }
    }
}
