//! The door to what threads share: where it is from, once for all who agree on something by it.
//!
//! In every build it is `std`'s own, taken from here instead of from there. Built with `--cfg audit_model`, the unit tests get the
//! doubles of `loom` in their place, which try what threads can do to each other: the code that ships is what the model runs.
//!
//! A room whose threads agree by an atomic, a lock or a parked thread takes these from here. `Arc` stays `std`'s: it counts,
//! and nobody agrees by it. So does what is one for the whole process, as a model begins anew with each way it tries.

#[cfg(all(test, audit_model))]
mod double;
#[cfg(test)]
#[cfg(audit_model)]
pub(crate) mod model;

#[cfg(all(test, audit_model))]
pub(crate) use double::*;
#[cfg(not(all(test, audit_model)))]
pub(crate) use std::{
    sync::{
        Condvar, Mutex, MutexGuard, RwLock,
        atomic::{AtomicBool, AtomicU8, AtomicU64},
    },
    thread, thread_local,
};

/// A number for the whole process, which is `std`'s in a model too.
pub(crate) use std::sync::atomic::AtomicU64 as StaticU64;
