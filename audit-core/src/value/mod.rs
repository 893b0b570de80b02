//! What a policy can read and an event can carry: text, values, and named fields.
//!
//! Everything here borrows where it can, so that a request is built and judged without allocating,
//! and turns into an owned form with `into_owned` where a record must outlive the call.

mod fields;
mod inline;
mod json;
mod same;
mod scalar;
mod substitute;
mod text;

pub(crate) use fields::FieldsBuilder;
pub use fields::{Field, Fields};
pub(crate) use json::{MAX_DEPTH, TOO_DEEP, non_finite_name, number};
pub(crate) use same::same_text;
pub use scalar::Value;
pub use substitute::{Substitute, SubstituteKind};
pub use text::Text;
