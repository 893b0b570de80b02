//! The way of one call: build the action, resolve, evaluate, redact, emit; and the same way again for explaining it.

mod ask;
mod classes;
mod gather;
mod gathered;
mod hidden;
mod judge;
mod redact;
mod source;
mod supplied;

pub(crate) use hidden::Hidden;
pub(crate) use judge::Judged;
pub use source::{ActionBuilder, Call, Function};
pub(crate) use source::{Annotation, terms_of};
pub use supplied::{IntoActor, IntoResource, IntoRuntime, IntoTenant, Supplied};
