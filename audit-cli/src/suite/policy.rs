//! [`Policies`]: each policy that suites name, compiled once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};

use audit_core::{Documents, Policy, PolicyError};

use crate::console::Console;
use crate::exit::Stop;
use crate::render::{Report, Texts};

/// A policy that is tested.
#[derive(Debug)]
pub(crate) struct Tested {
    /// Its directory, as the first suite named it.
    pub(crate) dir: PathBuf,
    pub(crate) policy: Policy,
    documents: Documents,
}

impl Tested {
    /// The same policy, compiled once more.
    pub(crate) fn again(&self) -> Result<Policy, PolicyError> {
        Policy::from_documents(&self.documents)
    }
}

/// Each policy that suites name, compiled once.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    tested: Vec<Tested>,
    /// By where it really is; `None` is one that is broken, and told.
    places: BTreeMap<PathBuf, Option<usize>>,
    /// How many errors were told.
    pub(crate) errors: usize,
}

impl Policies {
    /// The number of the policy in a directory. If it is broken, every problem is told, once.
    pub(crate) fn number(
        &mut self,
        dir: &Path,
        console: &mut Console<'_>,
    ) -> Result<Option<usize>, Stop> {
        // What is not there has no real place, and is told by its name.
        let place = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
        let vacant = match self.places.entry(place) {
            Entry::Occupied(known) => return Ok(*known.get()),
            Entry::Vacant(vacant) => vacant,
        };
        let number = match load(dir, console)? {
            Ok(tested) => {
                self.tested.push(tested);
                Some(self.tested.len() - 1)
            }
            Err(errors) => {
                self.errors += errors;
                None
            }
        };
        vacant.insert(number);
        Ok(number)
    }

    /// Every policy, by number.
    pub(crate) fn into_tested(self) -> Vec<Tested> {
        self.tested
    }
}

/// Compiles a policy, or tells every problem and how many errors they are.
fn load(dir: &Path, console: &mut Console<'_>) -> Result<Result<Tested, usize>, Stop> {
    let mut told = |texts: Texts<'_>, error: &PolicyError| {
        let mut report = Report::new(texts);
        let told = report.write(error.problems(), &mut console.err);
        told.map(|()| report.errors)
    };
    let documents = match Documents::from_dir(dir) {
        Ok(documents) => documents,
        Err(error) => return Ok(Err(told(Texts::Unknown, &error)?)),
    };
    match Policy::from_documents(&documents) {
        Ok(policy) => Ok(Ok(Tested {
            dir: dir.to_owned(),
            policy,
            documents,
        })),
        Err(error) => Ok(Err(told(Texts::Policy(&documents), &error)?)),
    }
}
