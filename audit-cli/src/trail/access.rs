//! [`Access`]: who reads a trail is recorded in it.

use std::env;
use std::path::Path;

use audit_core::{Fields, TenantId};
use audit_trail::AccessRecorder;
use audit_trail::store::{StoreError, StoreErrorKind};
use clap::Args;

use crate::console::one_line_path;
use crate::exit::Stop;

use super::failure::chain;

/// Whether reading is recorded.
#[derive(Debug, Args)]
pub(super) struct AccessArgs {
    /// Does not record in the trail who reads it, as is done otherwise: user, subcommand, query, and how many records
    #[arg(long)]
    no_access_record: bool,
}

/// Says in a trail that it was read, if that is wanted.
pub(super) struct Access(Option<AccessRecorder>);

impl AccessArgs {
    /// Whether it can be recorded is known before anything is read.
    pub(super) fn open(&self, trail: &Path) -> Result<Access, Stop> {
        self.open_for(None, trail)
    }

    /// The same, where the records of one tenant alone are read, as whose it is told.
    pub(super) fn open_for(&self, tenant: Option<&TenantId>, trail: &Path) -> Result<Access, Stop> {
        if self.no_access_record {
            return Ok(Access(None));
        }
        let recorder = AccessRecorder::open(trail, user()?);
        recorder
            .map(|recorder| match tenant {
                Some(tenant) => recorder.for_tenant(tenant.clone()),
                None => recorder,
            })
            .map(|recorder| Access(Some(recorder)))
            .map_err(|error| unrecorded(trail, &error))
    }
}

impl Access {
    /// Records one reading, before what was read is shown. Returns the place of the record.
    pub(super) fn record(
        &mut self,
        trail: &Path,
        name: &'static str,
        data: Fields<'static>,
    ) -> Result<Option<u64>, Stop> {
        self.try_record(name, data)
            .map_err(|error| unrecorded(trail, &error))
    }

    /// The same; what to do if it fails is the caller's.
    pub(super) fn try_record(
        &mut self,
        name: &'static str,
        data: Fields<'static>,
    ) -> Result<Option<u64>, StoreError> {
        let Some(recorder) = &mut self.0 else {
            return Ok(None);
        };
        // Who became another user is told too, where the system leaves a trace of it.
        let data = match env::var("SUDO_USER") {
            Ok(user) if !user.is_empty() => data.with("sudo_user", user),
            _ => data,
        };
        recorder.record(name, data).map(Some)
    }
}

/// The name of the user whose process this is, as the system knows it.
fn user() -> Result<String, Stop> {
    whoami::username().map_err(|error| {
        Stop::CouldNotRun(format!(
            "who reads the trail can't be recorded, as the system does not name the user: {error}; {SWITCH}"
        ))
    })
}

const SWITCH: &str = "`--no-access-record` reads without a record";

fn unrecorded(trail: &Path, error: &StoreError) -> Stop {
    let trail = one_line_path(trail);
    let why = match error.kind {
        StoreErrorKind::ReadOnly => "it can't be written".to_owned(),
        _ => chain(error),
    };
    Stop::CouldNotRun(format!(
        "who reads `{trail}` can't be recorded in it: {why}; {SWITCH}"
    ))
}
