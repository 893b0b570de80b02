//! [`NullSink`]: takes everything and keeps nothing.

use super::{Emission, Sink, SinkError, SinkWay};

/// Takes everything and keeps nothing: a sink where one has to be, and the least that any costs.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullSink;

impl Sink for NullSink {
    fn emit(&self, _emission: &Emission<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn way(&self) -> SinkWay {
        SinkWay::Inline
    }
}
