//! [`Watching`]: looks at a directory, and does what [`Watch`] decides.

use std::path::{Path, PathBuf, absolute};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::contain::shown;
use crate::decision::PolicyInfo;
use crate::evaluator::Evaluator as _;
use crate::mode::Change;
use crate::policy::{Documents, GOVERNANCE_FILE, POLICY_FILE, Policy, PolicyError, SCHEMA_FILE};
use crate::runtime::Runtime;

use super::machine::{Step, Watch};
use super::signature::Signature;
use super::status::{WatchState, WatchStatus};
use super::{WatchError, lock};

/// A directory that is watched.
pub(super) struct Watching {
    runtime: Runtime,
    dir: PathBuf,
    watch: Watch<Signature>,
    /// What was read last, for better or worse.
    content: Option<Content>,
    status: Arc<Mutex<WatchStatus>>,
}

/// What was read, by its hash: whoever touches a file changes nothing.
type Content = [u8; 32];

impl Watching {
    /// Looks for the first time.
    pub(super) fn begin(
        runtime: &Runtime,
        dir: &Path,
        settle: Duration,
    ) -> Result<Self, WatchError> {
        // What a relative path means must not change with the program's working directory.
        let dir = absolute(dir).unwrap_or_else(|_| dir.to_owned());
        let before = Signature::of(&dir);
        let read = Documents::from_dir(&dir);
        if let Err(error) = read {
            return Err(WatchError::unreadable(&dir, error));
        }
        let content = content_of(&dir, &read);
        let after = Signature::of(&dir);
        let policy = runtime.policy();
        let same = read
            .and_then(|documents| Policy::from_documents(&documents))
            .is_ok_and(|read| read.info() == policy);
        let known = (same && before == after).then_some((after, content));
        let state = if known.is_some() {
            WatchState::Current
        } else {
            WatchState::Settling
        };
        let status = WatchStatus {
            dir: dir.clone(),
            state,
            policy,
            loaded: None,
            problem: None,
            looks: 0,
            policies_loaded: 0,
            policies_refused: 0,
        };
        let (signature, content) = known.unzip();
        Ok(Self {
            runtime: runtime.clone(),
            dir,
            watch: Watch::new(settle, signature),
            content,
            status: Arc::new(Mutex::new(status)),
        })
    }

    /// What is seen and done, to be read while this works.
    pub(super) fn status(&self) -> Arc<Mutex<WatchStatus>> {
        Arc::clone(&self.status)
    }

    /// Looks once, and does what follows.
    pub(super) fn look(&mut self) {
        let now = Duration::from_nanos(self.runtime.clock().monotonic_nanos());
        let seen = Signature::of(&self.dir);
        lock(&self.status).looks += 1;
        match self.watch.step(now, &seen) {
            Step::Rest => self.say(self.resting()),
            Step::Settle => self.say(WatchState::Settling),
            Step::Read => {
                let read = Documents::from_dir(&self.dir);
                let after = Signature::of(&self.dir);
                if self.watch.read(now, &seen, after) {
                    self.take(read);
                } else {
                    self.say(WatchState::Settling);
                }
            }
        }
    }

    /// Takes up anew what it could not finish, as something foreign panicked: what was read may not be in place.
    pub(super) fn begin_anew(&mut self) {
        self.watch.forget();
        self.content = None;
        self.say(WatchState::Settling);
    }

    /// Puts in place what was read, unless that was done before.
    fn take(&mut self, read: Result<Documents, PolicyError>) {
        let content = content_of(&self.dir, &read);
        if self.content.replace(content) == Some(content) {
            return self.say(self.resting());
        }
        let read = read.and_then(|documents| Policy::from_documents(&documents));
        // After a refusal it is recorded that all is well again, although nothing changes.
        if let Ok(policy) = &read
            && policy.info() == self.runtime.policy()
            && lock(&self.status).problem.is_none()
        {
            return self.found_in_place(policy.info());
        }
        let put = self.runtime.put_read(&self.dir, change(), || read);
        let clock = self.runtime.clock();
        let time = clock.wall_at(clock.monotonic_nanos());
        let mut status = lock(&self.status);
        match put {
            Ok(policy) => {
                status.state = WatchState::Current;
                status.policy = policy;
                status.loaded = Some(time);
                status.problem = None;
                status.policies_loaded += 1;
            }
            Err(error) => {
                status.state = WatchState::Refused;
                status.problem = Some(shown(error));
                status.policies_refused += 1;
            }
        }
    }

    /// What is there was put in place by somebody else.
    fn found_in_place(&self, policy: PolicyInfo) {
        let mut status = lock(&self.status);
        status.state = WatchState::Current;
        if status.policy != policy {
            status.policy = policy;
            status.loaded = None;
        }
    }

    /// The state where there is nothing new.
    fn resting(&self) -> WatchState {
        match lock(&self.status).problem {
            Some(_) => WatchState::Refused,
            None => WatchState::Current,
        }
    }

    fn say(&self, state: WatchState) {
        lock(&self.status).state = state;
    }
}

/// Who changes a policy that is watched.
fn change() -> Option<Change> {
    Change::by("policy watcher")
        .because("its files changed")
        .ok()
}

/// What was read, by its hash; of what can't be read, by what is said of it.
fn content_of(dir: &Path, read: &Result<Documents, PolicyError>) -> Content {
    let mut hash = Sha256::new();
    let mut add = |part: &str| {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    };
    match read {
        Ok(documents) => {
            for name in [SCHEMA_FILE, POLICY_FILE, GOVERNANCE_FILE] {
                let text = documents.text_of(&dir.join(name).display().to_string());
                add(if text.is_some() { name } else { "" });
                add(text.unwrap_or_default());
            }
        }
        Err(error) => {
            for problem in error.problems() {
                add(&problem.to_string());
            }
        }
    }
    hash.finalize().into()
}
