//! The durable, ordered, provable and searchable log of audit records, embedded in the process.

pub mod anchor;
mod columns;
mod cut;
mod deadline;
pub mod export;
mod health;
pub mod note;
mod notice;
mod plan;
pub mod proof;
mod query;
mod queue;
pub mod retention;
pub mod store;
mod trail;
pub mod tree;
pub mod verify;
mod writer;

pub use columns::Columns;
pub use health::{TrailState, TrailStats};
pub use query::{
    Aggregation, Condition, Cursor, CursorError, Dimension, FieldPath, Group, Latency, Literal,
    Order, Page, Pattern, Query, QueryError, QueryMistake, Record, Tally, Test, UnknownDimension,
};
pub use queue::Overflow;
pub use store::sqlite::{SqliteReader, SqliteStore};
pub use trail::{
    AccessRecorder, Answers, Trail, TrailAnchor, TrailError, TrailGuard, TrailOptions,
    plan_retention, prune, sign_checkpoint,
};
