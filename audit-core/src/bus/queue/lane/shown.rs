//! How a lane is shown: what waits in it, and what it dropped.

use crate::observability::Shown;

use super::{Lane, Waiting};

impl<T: Waiting> Lane<T> {
    /// Shows how it stands, where that is observed. Whoever changes what waits or what was dropped does so, once nothing is locked.
    pub(super) fn show(&self) {
        self.report.follow(|| self.source.label(), || self.counts());
    }
}

impl<T: Waiting> Shown for Lane<T> {
    fn switched_on(&self) {
        self.show();
    }
}
