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
            None => None,
            Some(tested) => {
                self.tested.push(tested);
                Some(self.tested.len() - 1)
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

fn load(dir: &Path, console: &mut Console<'_>) -> Result<Option<Tested>, Stop> {
    let documents = match Documents::from_dir(dir) {
        Ok(documents) => documents,
        Err(error) => {
            Report::new(Texts::Unknown).write(error.problems(), &mut console.err)?;
            return Ok(None);
        }
    };
    match Policy::from_documents(&documents) {
        Ok(policy) => Ok(Some(Tested {
            dir: dir.to_owned(),
            policy,
            documents,
        })),
        Err(error) => {
            Report::new(Texts::Policy(&documents)).write(error.problems(), &mut console.err)?;
            Ok(None)
        }
    }
}
