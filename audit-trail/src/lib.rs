//! The durable, ordered, provable and searchable log of audit records, embedded in the process.

mod columns;
mod query;
mod store;

pub use columns::Columns;
pub use query::{
    Aggregation, Condition, Cursor, CursorError, Dimension, FieldPath, Group, Latency, Literal,
    Order, Page, Pattern, Query, QueryError, QueryMistake, Record, Tally, Test, UnknownDimension,
};
pub use store::SearchError;
