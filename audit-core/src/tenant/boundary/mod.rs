//! What crosses a tenant's boundary: attempts that are told of, and bypasses with a reason.

mod bypass;
mod operation;
mod violation;

pub use bypass::{Bypass, BypassError};
pub use operation::Operation;
pub use violation::{Violation, ViolationKind};
