//! What may be done to rows: an access, what policies answer to it, and how the answer is recorded.

mod answer;
mod policy;
mod question;

pub use answer::{AccessDecision, TenantFilter};
pub(super) use policy::asked;
pub use policy::{
    AccessPolicy, AllowList, Chain, DenyByDefault, EvaluatorPolicy, RequireScope, decide,
};
pub use question::Access;
pub(super) use question::{FIELD, Owner};
