//! A trail as a service leaves it, made through the library by a clock that stands still.

use std::borrow::Cow;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use audit_core::testing::{CountingIds, ManualClock};
use audit_core::{
    Actor, Event, EventKind, Fact, Policy, Recorded, Recorder as _, Refused, Runtime, Scope, Terms,
    admit,
};
use audit_trail::Trail;
use audit_trail::note::TrailKey;
use tempfile::TempDir;

use crate::Failure;
use crate::command::{Run, folder};

pub(super) const SOON: Duration = Duration::from_secs(30);
/// What the trail is called.
pub(super) const ORIGIN: &str = "example.com/payments";

/// A trail in a folder of its own, which goes with it.
pub(super) struct Fixture {
    pub(super) dir: TempDir,
    pub(super) file: PathBuf,
}

/// The tenant is the call's, so that no scope is told of that binds one.
#[allow(unused_variables, reason = "the attribute alone takes the tenant")]
#[admit(action = "refund", skip(clock, tenant), tenant = tenant)]
fn refund(clock: &ManualClock, tenant: Option<&str>, amount: u64) -> Result<u64, Refused> {
    clock.advance(Duration::from_micros(1_500));
    Ok(amount)
}

/// The key of every trail here.
pub(super) fn key() -> Result<TrailKey, Failure> {
    Ok(TrailKey::from_seed(ORIGIN, &[7; 32])?)
}

impl Fixture {
    /// A trail with calls of two people, one of them refused, of which all but the last two records are signed.
    pub(super) fn new() -> Result<Self, Failure> {
        let fixture = Self::empty()?;
        fixture.session(|trail, clock| {
            let policy = Policy::from_dir(folder("policies/sound"))?;
            let runtime = Runtime::builder()
                .policy(policy)
                .shared_clock(Arc::clone(clock) as _)
                .ids(CountingIds::default())
                .build()?;
            runtime.set_recorder(Arc::new(trail.clone()));
            let alice = Scope::new()
                .runtime(runtime.clone())
                .actor(Actor::new("alice"));
            alice.run(|| refund(clock, Some("acme"), 20))?;
            clock.advance(Duration::from_mins(1));
            let bob = Scope::new().runtime(runtime).actor(Actor::new("bob"));
            let refused = bob.run(|| refund(clock, None, 5_000));
            assert!(refused.is_err());
            Ok(())
        })?;
        Ok(fixture)
    }

    /// The place of a trail that is still to be made.
    pub(super) fn empty() -> Result<Self, Failure> {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("audit.db");
        key()?.save(dir.path().join("audit.db.key"))?;
        Ok(Self { dir, file })
    }

    /// Opens the trail, has something recorded, and closes it.
    pub(super) fn session(
        &self,
        work: impl FnOnce(&Trail, &Arc<ManualClock>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let clock = Arc::new(ManualClock::new("2026-11-23T08:00:00Z".parse()?));
        let trail = self.open(&clock)?;
        work(&trail, &clock)?;
        Ok(trail.close(SOON)?)
    }

    /// Opens the trail, as a service has it open.
    pub(super) fn open(&self, clock: &Arc<ManualClock>) -> Result<Trail, Failure> {
        Ok(Trail::options()
            .shared_clock(Arc::clone(clock) as _)
            .ids(CountingIds::default())
            .origin(ORIGIN)
            .checkpoint_every(Duration::from_hours(1))
            .open(&self.file)?)
    }

    /// Runs `audit trail` in the folder of the trail.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<Run, Failure> {
        Ok(Run::from(self.command(arguments).output()?))
    }

    /// `audit trail` with these words behind it, in the folder of the trail.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        trail_command(self.dir.path(), arguments)
    }

    /// Changes the database behind the trail's back, as somebody does who can write the file.
    pub(super) fn tamper(&self, statements: &str) -> Result<(), Failure> {
        let database = rusqlite::Connection::open(&self.file)?;
        let mut triggers =
            database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")?;
        let names = triggers.query_map([], |row| row.get::<_, String>(0))?;
        let names: Vec<String> = names.collect::<Result<_, _>>()?;
        for name in names {
            database.execute_batch(&format!("DROP TRIGGER {name}"))?;
        }
        Ok(database.execute_batch(statements)?)
    }

    /// The names and actors of what the trail says of its readers, and what they did, as JSON.
    pub(super) fn accesses(&self) -> Result<Vec<serde_json::Value>, Failure> {
        let run = self.run(&[
            "query",
            "audit.db",
            "kind:access",
            "--oldest-first",
            "--format",
            "jsonl",
            "--no-access-record",
        ])?;
        Ok(run
            .out
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?)
    }
}

/// `audit trail` with these words behind it.
pub(super) fn trail_command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_audit"));
    command.arg("trail").args(arguments).current_dir(folder);
    command.env_remove("SUDO_USER");
    command
}

thread_local! {
    /// How many events a test has recorded.
    static RECORDED: Cell<u64> = const { Cell::new(0) };
}

/// Records an event of this name and actor.
pub(super) fn record(
    trail: &Trail,
    clock: &ManualClock,
    name: &str,
    actor: &str,
) -> Result<(), Failure> {
    record_for(None, trail, clock, name, actor)
}

/// The same, for a tenant if one is named.
pub(super) fn record_for(
    tenant: Option<&str>,
    trail: &Trail,
    clock: &ManualClock,
    name: &str,
    actor: &str,
) -> Result<(), Failure> {
    let number = RECORDED.get() + 1;
    RECORDED.set(number);
    let id = format!("00000000-0000-7000-9000-{number:012}").parse()?;
    let mut event = Event::new(id, clock.now(), EventKind::Event, name.to_owned());
    event.actor = Some(Cow::Owned(Actor::new(actor.to_owned())));
    event.tenant = tenant.map(|tenant| tenant.to_owned().into());
    let recorded = trail.record(&Fact::Other(&event), &Terms::default());
    assert!(!matches!(recorded, Recorded::Lost(..)), "{recorded:?}");
    Ok(())
}
