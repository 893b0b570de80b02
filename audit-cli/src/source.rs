//! [`SourceArgs`]: which files a policy comes from.

use std::path::PathBuf;

use audit_core::{Documents, GOVERNANCE_FILE, POLICY_FILE, Policy, PolicyError, SCHEMA_FILE};
use clap::Args;

use crate::console::Console;
use crate::exit::Stop;
use crate::report::{Format, Report};

/// Which files a policy comes from: a directory, or each file by its own path.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// Directory with `schema.yaml`, `policy.yaml` and, if it is there, `governance.yaml`
    #[arg(value_name = "DIR", required_unless_present = "schema", conflicts_with_all = ["schema", "policy", "governance"])]
    dir: Option<PathBuf>,
    /// The schema, where there is no DIR
    #[arg(long, value_name = "FILE", requires = "policy")]
    schema: Option<PathBuf>,
    /// The rules, where there is no DIR
    #[arg(long, value_name = "FILE", requires = "schema")]
    policy: Option<PathBuf>,
    /// The governance file, if there is one
    #[arg(long, value_name = "FILE", requires = "schema")]
    governance: Option<PathBuf>,
}

impl SourceArgs {
    /// Brings the documents in.
    pub(crate) fn documents(&self) -> Result<Documents, PolicyError> {
        match (&self.schema, &self.policy) {
            (Some(schema), Some(policy)) => {
                Documents::from_files(schema, policy, self.governance.as_deref())
            }
            _ => Documents::from_dir(self.dir.as_deref().unwrap_or_else(|| ".".as_ref())),
        }
    }

    /// The files it may be read from, whether they are there or not.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        match &self.dir {
            Some(dir) => [SCHEMA_FILE, POLICY_FILE, GOVERNANCE_FILE]
                .map(|name| dir.join(name))
                .to_vec(),
            None => [&self.schema, &self.policy, &self.governance]
                .into_iter()
                .flatten()
                .cloned()
                .collect(),
        }
    }

    /// Brings the documents in. If that fails, every problem is told.
    pub(crate) fn documents_or_told(&self, console: &mut Console<'_>) -> Result<Documents, Stop> {
        self.documents()
            .map_err(|error| tell(None, &error, console))
    }

    /// Compiles the policy. If that fails, every problem is told; warnings are for `check` alone.
    pub(crate) fn compiled(&self, console: &mut Console<'_>) -> Result<Policy, Stop> {
        let documents = self.documents_or_told(console)?;
        Policy::from_documents(&documents).map_err(|error| tell(Some(&documents), &error, console))
    }
}

/// Tells every problem of a policy that is refused.
pub(crate) fn tell(
    documents: Option<&Documents>,
    error: &PolicyError,
    console: &mut Console<'_>,
) -> Stop {
    let report = Report::new(documents, Err(error));
    let told = report.write(Format::Text, &mut console.err);
    told.map_or_else(Stop::from, |()| Stop::Told)
}
