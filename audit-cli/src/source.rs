//! [`SourceArgs`]: which files a policy comes from.

use std::path::PathBuf;

use audit_core::{Documents, Policy, PolicyError};
use clap::Args;

use crate::console::Console;
use crate::exit::Stop;
use crate::render::{Report, Texts};

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

    /// Compiles the policy. If that fails, every problem is told; warnings are for `check` alone.
    pub(crate) fn compiled(&self, console: &mut Console<'_>) -> Result<Policy, Stop> {
        let mut told = |documents: Option<&Documents>, error: &PolicyError| {
            let mut report = Report::new(documents.map_or(Texts::Unknown, Texts::Policy));
            let told = report.write(error.problems(), &mut console.err);
            let told = told.and_then(|()| console.err.line(format_args!("{}", report.summary())));
            told.map_or_else(Stop::from, |()| Stop::Told)
        };
        let documents = self.documents().map_err(|error| told(None, &error))?;
        Policy::from_documents(&documents).map_err(|error| told(Some(&documents), &error))
    }
}
