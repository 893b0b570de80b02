//! The door of the attributes. This release opens it on an empty hall: there is no macro here yet.
//!
//! | attribute | stands on | will say |
//! | --- | --- | --- |
//! | `#[audit]` | a function | judge and record every call, stop none |
//! | `#[admit]` | a function | the same, and refuse what policy refuses |
//! | `#[subscribe]` | a function | run on the domain events of a pattern |
//! | `#[runnable]` | a function | callable by name over the bus |
//! | `#[component]` | an `impl` block | start, stop and wire its functions as one part |
//!
//! The crate will have three floors, each handing a type to the next, so that nothing unchecked is ever expanded:
//! **args** reads what was written, **check** turns it into what may be written or gathers every mistake, and
//! **expand** turns only checked input into tokens.
