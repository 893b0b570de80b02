//! What the process's default runtime means for annotated functions. A process installs once, so that each test
//! runs in a process of its own.

#![cfg(test)]

mod support;

#[path = "attribute/world.rs"]
#[allow(dead_code, reason = "shared with the tests of scopes")]
mod world;

#[path = "attribute_default/alone.rs"]
mod alone;
#[path = "attribute_default/install.rs"]
mod install;
#[path = "attribute_default/mode.rs"]
mod mode;
#[path = "attribute_default/report.rs"]
mod report;
#[path = "attribute_default/uninstalled.rs"]
mod uninstalled;
