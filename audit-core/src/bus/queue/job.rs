//! [`Job`]: what was published or invoked by somebody who does not wait.

use crate::bus::event::What;
use crate::clock::Timestamp;
use crate::executor::Task;
use crate::scope::Surroundings;

use super::lane::{Label, Waiting};

/// What was published or invoked by somebody who does not wait for it.
pub(in crate::bus) struct Job {
    pub(in crate::bus) label: Label,
    pub(in crate::bus) time: Timestamp,
    pub(in crate::bus) work: Box<dyn Accepted>,
}

/// What was judged and allowed, and is to be done.
pub(in crate::bus) trait Accepted: Send {
    /// Does it.
    fn run(self: Box<Self>, what: What) -> Task;
    /// Records that it is not done after all.
    fn refuse(self: Box<Self>, why: &str);
}

impl Waiting for Job {
    fn label(&self) -> Label {
        self.label.clone()
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn around(&self) -> &Surroundings {
        &self.label.around
    }
}
