//! [`Borrowed`]: what an argument that is borrowed is read as.

use std::ffi::{CStr, CString, OsStr, OsString};
use std::path::{Path, PathBuf};

/// A type that a parameter borrows, and the one that a call brings for it: `String` for `&str`, `Vec<T>` for `&[T]`, itself for any
/// other.
#[diagnostic::on_unimplemented(
    message = "a runnable can't take a `&{Self}`",
    note = "a call brings a value of its own for each parameter: take one whose size is known, or `&str`, `&[T]` or `&Path`"
)]
pub trait Borrowed {
    /// What a call brings.
    type Owned;
}

impl<T> Borrowed for T {
    type Owned = T;
}

impl Borrowed for str {
    type Owned = String;
}

impl<T> Borrowed for [T] {
    type Owned = Vec<T>;
}

impl Borrowed for Path {
    type Owned = PathBuf;
}

impl Borrowed for OsStr {
    type Owned = OsString;
}

impl Borrowed for CStr {
    type Owned = CString;
}
