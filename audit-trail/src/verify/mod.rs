//! Whether a trail is what was written: every record, the tree over them, and what was signed.

mod checkpoint;
mod classify;
mod consistent;
mod copy;
mod damage;
mod error;
mod keys;
mod pass;
mod prove;
mod retention;
mod verifier;

pub(crate) use consistent::prove_consistent;
pub(crate) use copy::Places;
pub use damage::{Damage, DamageKind};
pub use error::VerifyError;
pub use keys::Keys;
pub use prove::{prove, prove_for_tenant};
pub use verifier::{Verification, Verifier};
