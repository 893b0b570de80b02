//! [`Stay`]: what a component has on the bus, until it goes.

use crate::bus::{Departure, Handle};

/// A component's stay on the bus: its handle, and all that is subscribed and registered with it, by whatever code of its and kept or
/// not. None of it is left when this goes.
#[derive(Debug)]
pub(super) struct Stay(Handle);

impl Stay {
    pub(super) fn new(handle: Handle) -> Self {
        Self(handle)
    }

    /// The bus, in the component's name.
    pub(super) fn handle(&self) -> &Handle {
        &self.0
    }

    /// Lets nothing more come, and hands over what there is, to be ended.
    pub(super) fn end(&self) -> Departure {
        self.0.leave()
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        if !self.0.has_left() {
            drop(self.end());
        }
    }
}
