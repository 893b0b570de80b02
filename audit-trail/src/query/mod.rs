//! Questions to a trail: built, read from text, held against records, answered in pages.

mod aggregation;
mod candidate;
mod condition;
mod cursor;
mod key;
mod literal;
mod matching;
mod number;
mod page;
mod parse;
mod path;
mod pattern;
mod print;
mod question;
mod quote;
mod span;

#[cfg(test)]
mod tests;

pub use aggregation::{Aggregation, Counter, Dimension, Group, Latency, Tally, UnknownDimension};
pub use candidate::Candidate;
pub use condition::{Condition, Test};
pub use cursor::{Cursor, CursorError};
pub use literal::Literal;
pub use page::{Page, Record};
pub use parse::{QueryError, QueryMistake};
pub use path::FieldPath;
pub use pattern::Pattern;
pub use question::{Order, Query, Term};
