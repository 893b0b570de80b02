//! Signed notes, keys and checkpoints, as C2SP's `signed-note` and `tlog-checkpoint` write them, with Ed25519.
//!
//! ```
//! use audit_trail::note::{Checkpoint, SignedNote, TrailKey};
//! use audit_trail::tree::empty_root;
//!
//! let key = TrailKey::generate("example.com/trail")?;
//! let note = Checkpoint::new("example.com/trail", 0, empty_root())?.sign(&key);
//!
//! let read: SignedNote = note.to_string().parse()?;
//! let checkpoint = Checkpoint::open(&read, &[key.verifier().clone()])?;
//! assert_eq!(checkpoint.size(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod checkpoint;
mod error;
mod file;
mod key;
mod rotation;
mod signed;
mod statement;
mod verifier;

pub use self::checkpoint::Checkpoint;
pub(crate) use self::checkpoint::decimal;
pub use self::error::{KeyError, NoteError};
pub use self::file::{KeyFileError, KeyFileProblem};
pub use self::key::TrailKey;
pub use self::rotation::{KeyRotation, RotationError};
pub use self::signed::{NoteSignature, SignedNote};
pub(crate) use self::statement::{retention_statement, states_retention};
pub use self::verifier::VerifierKey;
