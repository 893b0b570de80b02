//! The number of this process, without asking the operating system each time, and right in a forked child.
//!
//! ```
//! assert_eq!(audit_process::id(), std::process::id());
//! ```
//!
//! Asking takes 100 to 200 ns where system calls are guarded, as much as all else that a record costs its caller. The C
//! library stopped remembering the answer (glibc 2.25), since whoever forks by the bare system call got a wrong one; so does he
//! here. What forks by `fork` of the C library is told apart.

use std::sync::atomic::{AtomicU32, Ordering};

/// No process has this number.
const UNKNOWN: u32 = 0;

/// The number of this process, once it was asked for.
static NUMBER: AtomicU32 = AtomicU32::new(UNKNOWN);

/// The operating system's number for this process.
#[inline]
pub fn id() -> u32 {
    match NUMBER.load(Ordering::Relaxed) {
        UNKNOWN => ask(),
        number => number,
    }
}

#[cold]
fn ask() -> u32 {
    let number = std::process::id();
    if watch::forks_are_told() {
        NUMBER.store(number, Ordering::Relaxed);
    }
    number
}

#[cfg(unix)]
mod watch {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::{NUMBER, UNKNOWN};

    /// Whether the C library was asked to tell of forks, and agreed.
    static TOLD: AtomicU8 = AtomicU8::new(NOT_ASKED);
    const NOT_ASKED: u8 = 0;
    const YES: u8 = 1;
    const NO: u8 = 2;

    /// Runs in a child, on its only thread, before `fork` returns there. A store to an atomic is all that it may do.
    extern "C" fn forget() {
        NUMBER.store(UNKNOWN, Ordering::Relaxed);
    }

    /// Has the number forgotten in forked children. Returns whether that will be so.
    pub(super) fn forks_are_told() -> bool {
        if TOLD.load(Ordering::Acquire) == NOT_ASKED {
            // Should two threads ask at once, the number is forgotten twice, which is the same as once.
            // SAFETY: `forget` is a function of this signature that lives as long as the program, touches one atomic and
            // neither allocates nor locks, as POSIX demands of what runs in a child of a process with threads.
            #[allow(unsafe_code, reason = "the one call that only the C library offers")]
            let refused = unsafe { libc::pthread_atfork(None, None, Some(forget)) };
            TOLD.store(if refused == 0 { YES } else { NO }, Ordering::Release);
        }
        TOLD.load(Ordering::Acquire) == YES
    }
}

#[cfg(not(unix))]
mod watch {
    /// Nothing forks here.
    pub(super) fn forks_are_told() -> bool {
        true
    }
}
