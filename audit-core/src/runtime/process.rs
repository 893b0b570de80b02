//! Who is told where there is no runtime, or none any more: the recorder and the sinks of the process.

use std::sync::Arc;
use std::time::Duration;

use crate::active::Running;
use crate::clock::{Clock as _, IdSource as _, RandomIds, SystemClock};
use crate::event::{Event, Fact};
use crate::health::Stopwatch;
use crate::recorder::{Terms, process_keeper};
use crate::sink::{Emission, Notice, SinkList, emit_all, process_sinks};

/// How long a sink may take on a caller's thread where no runtime says otherwise.
const SLOW: Duration = Duration::from_millis(10);

/// Hands an event to the process's sinks.
pub(crate) fn emit_to_process(sinks: &SinkList, event: &Arc<Event<'static>>) {
    emit(sinks, None, &Emission::of(event, None));
}

/// Tells recorder and sinks of the process what goes wrong with a sink.
pub(crate) fn tell_process_of_sink(notice: Notice) {
    let time = SystemClock.wall_at(SystemClock.monotonic_nanos());
    let (about, within) = (notice.about.clone(), Running::here().and(notice.except()));
    let event = Arc::new(notice.into_event(RandomIds.next_id(time), time));
    if let Some(keeper) = process_keeper() {
        let _recorded = keeper.record_unless(&within, &Fact::Other(&event), &Terms::default());
    }
    let emission = Emission::of(&event, None).about(Some(about));
    emit(&process_sinks(), Some(&within), &emission);
}

fn emit(sinks: &SinkList, within: Option<&Running>, emission: &Emission<'_>) {
    let mut stopwatch = Stopwatch {
        clock: &SystemClock,
        started_nanos: SystemClock.monotonic_nanos(),
        limit: SLOW,
    };
    emit_all(sinks, within, emission, &mut stopwatch).tell();
}
