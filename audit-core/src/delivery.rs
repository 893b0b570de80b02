//! How surely a record is kept, and what happens where it can't be.

use crate::word::named;

named! {
    /// How surely the records of an action are kept by a [`Recorder`](crate::Recorder).
    Delivery as "delivery" {
        /// Never waits; what is dropped is counted.
        BestEffort = "best_effort",
        /// Goes through a bounded queue, safe against everything but the death of the process.
        Buffered = "buffered",
        /// The function runs once the record of its decision is on disk.
        Durable = "durable",
    }
}

named! {
    /// What an admitted function does if its decision can't be recorded.
    Unrecordable as "answer where nothing can be recorded" {
        /// It is refused.
        Refuse = "refuse",
        /// It runs.
        Run = "run",
    }
}
