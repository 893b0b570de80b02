//! What every store must do, as one suite: for the author of another store to run in a test. It knows of no database: whatever
//! it holds a store to is a promise of the trait.
//!
//! ```no_run
//! # struct Home; impl Home { fn new() -> Self { Home } fn path(&self) -> &str { "" } }
//! use audit_trail::SqliteStore;
//! use audit_trail::store::suite;
//!
//! // Each call of the outer function makes a store that is empty; the inner one opens it, as often as it is asked to.
//! suite::run(|| {
//!     let home = Home::new();
//!     move || SqliteStore::open(home.path()).unwrap()
//! });
//! ```

mod append;
mod index;
mod prune;
mod reading;
mod session;
mod world;

use super::Store;

/// Checks all that the trait promises.
///
/// `fresh` makes a store that is empty, and returns how it is opened: again and again, a second time while it is open, and
/// once more when whoever had it open is gone without a word, which dropping it stands for.
///
/// # Panics
/// The store does not keep a promise, which the message names.
pub fn run<S, O>(fresh: impl Fn() -> O)
where
    S: Store,
    O: Fn() -> S,
{
    append::check(&fresh);
    index::check(&fresh);
    session::check(&fresh);
    prune::check(&fresh);
    reading::check(&fresh);
}
