//! Tests of policies: suites of cases, each of which says what a policy must answer.
//!
//! `find` names the files, `load` brings one in: `yaml` makes nodes of its text, `read` a suite of the nodes, and `plan` makes
//! cases of what the suite says (`slot`: what a case can say; `fixture`, `placed`, `named`, `word`: what stands behind it). `filter`
//! selects, `policy` compiles, `undeclared` holds cases against its schema, `run` asks and compares, `coverage` counts, and
//! `report` tells: as text, JSON or the XML of build servers.
//!
//! `docs/policy-tests.md` says what all of it means.

mod coverage;
mod filter;
mod find;
mod fixture;
mod load;
mod named;
mod placed;
mod plan;
mod policy;
mod read;
mod report;
mod run;
mod slot;
mod undeclared;
mod word;
mod yaml;

pub(crate) use coverage::Coverage;
pub(crate) use filter::Filter;
pub(crate) use find::find;
pub(crate) use load::{Loaded, Source, load};
pub(crate) use plan::Case;
pub(crate) use policy::{Policies, Tested};
pub(crate) use report::{Outcome, Ran, json, junit, text};
pub(crate) use run::{Status, run};
pub(crate) use undeclared::undeclared;
