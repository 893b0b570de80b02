//! The peer of a buffered record: a `tracing` event as a line of JSON, which another thread writes to a file.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use audit_benches::engine::BoxError;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, WorkerGuard};

/// The lines of the process, as its default subscriber writes them.
#[derive(Debug)]
pub(crate) struct Lines {
    written: Arc<AtomicU64>,
    dropped: ErrorCounter,
    _worker: WorkerGuard,
}

/// A file whose lines are counted.
struct Counted {
    file: File,
    written: Arc<AtomicU64>,
}

impl Write for Counted {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.file.write_all(line)?;
        self.written.fetch_add(1, Ordering::Release);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Lines {
    /// Lets every event of the process be written as a line. As its default a subscriber is reached without a thread-local, which is its
    /// fastest way.
    pub(crate) fn install(room: &Path) -> Result<Self, BoxError> {
        let written = Arc::new(AtomicU64::new(0));
        let file = Counted {
            file: File::create(room.join("lines.json"))?,
            written: Arc::clone(&written),
        };
        let (writer, worker): (NonBlocking, WorkerGuard) = tracing_appender::non_blocking(file);
        let dropped = writer.error_counter();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_file(true)
            .with_line_number(true)
            .with_max_level(tracing::Level::INFO)
            .with_writer(writer)
            .finish();
        tracing::subscriber::set_global_default(subscriber)?;
        Ok(Self {
            written,
            dropped,
            _worker: worker,
        })
    }

    /// Waits until so many lines are written or dropped.
    pub(crate) fn drain(&self, said: u64) {
        while self.written() + self.dropped() < said {
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    pub(crate) fn written(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    /// How many lines found the buffer full.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.dropped_lines() as u64
    }
}

/// Says what the record of a decision says. Nothing is judged for it, no identifier made: all values are at hand.
#[inline(never)]
pub(crate) fn decision(order_id: &str, amount: i64, currency: &str) {
    tracing::info!(
        kind = "decision",
        call = black_box("019a3c5e-7f00-7a31-8c2f-0242ac120002"),
        actor = black_box("user-00042"),
        role = black_box("support"),
        tenant = black_box("initech"),
        order_id,
        amount,
        currency,
        flagged = black_box(false),
        daily_total = black_box(1_250),
        effect = black_box("allow"),
        policy = black_box("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        mode = black_box("shadow"),
        duration_ns = black_box(310),
        process = black_box("019a3c5e-0000-7a31-8c2f-0242ac120002"),
        "refund"
    );
}

/// Says what the record of an outcome says.
#[inline(never)]
pub(crate) fn outcome() {
    tracing::info!(
        kind = "outcome",
        call = black_box("019a3c5e-7f00-7a31-8c2f-0242ac120002"),
        actor = black_box("user-00042"),
        role = black_box("support"),
        tenant = black_box("initech"),
        status = black_box("completed"),
        duration_ns = black_box(1_250),
        process = black_box("019a3c5e-0000-7a31-8c2f-0242ac120002"),
        "refund"
    );
}
