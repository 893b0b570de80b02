//! The enforcement point: what an annotated function does around its body. It asks for a decision, obeys it, and
//! records what became of the call.
//!
//! ```text
//! generated code  ──► enter ──► Passage ─┬─ open     nobody wants to know: the body runs
//!                                      ├─ flying   the body runs, and its end is an outcome event
//!                                      ├─ refused  the body does not run
//!                                      ├─ later    a resolver has to be awaited first
//!                                      └─ recording  the record of the decision has to be kept first
//! ```
//!
//! What stands in generated code is small and inlined; everything behind the first load is neither.

mod course;
mod door;
mod enter;
mod entered;
mod flight;
mod future;
mod health;
mod onward;
mod passage;
mod refused;
mod returned;
mod waiting;

pub use door::{enter, enter_async, enter_unseen, explain, explain_async, run};
pub use entered::{Entered, EnteredUnseen};
pub use future::Beginning;
pub use refused::{FromRefused, Refusal, Refused};
pub use returned::{Arg, Completed, Report, Returned, arg, never, returned};
