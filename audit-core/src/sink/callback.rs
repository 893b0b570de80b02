//! [`CallbackSink`]: a closure as a sink.

use std::fmt;

use super::{Emission, Sink, SinkError, SinkWay};

/// A closure that takes events on the caller's thread, unless its registration puts it behind a queue.
///
/// ```
/// use std::sync::Arc;
/// use audit_core::register_sink;
/// use audit_core::sink::CallbackSink;
///
/// let printing = Arc::new(CallbackSink::new(|emission| {
///     println!("{} {}", emission.kind(), emission.name());
///     Ok(())
/// }));
/// register_sink(printing)?;
/// # Ok::<(), audit_core::sink::RegisterError>(())
/// ```
pub struct CallbackSink<F>(F);

impl<F> CallbackSink<F>
where
    F: Fn(&Emission<'_>) -> Result<(), SinkError> + Send + Sync + 'static,
{
    /// Calls this for every event.
    pub fn new(callback: F) -> Self {
        Self(callback)
    }
}

impl<F> Sink for CallbackSink<F>
where
    F: Fn(&Emission<'_>) -> Result<(), SinkError> + Send + Sync + 'static,
{
    fn emit(&self, emission: &Emission<'_>) -> Result<(), SinkError> {
        (self.0)(emission)
    }

    fn way(&self) -> SinkWay {
        SinkWay::Inline
    }
}

impl<F> fmt::Debug for CallbackSink<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackSink").finish_non_exhaustive()
    }
}
