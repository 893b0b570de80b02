//! Whether anybody wants to know of annotated calls: one word that every wrapper reads first.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// A default runtime is installed.
const INSTALLED: u8 = 1;
/// Its mode is not `off`.
const ON: u8 = 2;
/// A runtime was put into a scope at some time. It stays set: whether a scope is in force is known only to its
/// thread, and a "no" that was read there must not be kept for others.
const SCOPED: u8 = 4;

static WORD: AtomicU8 = AtomicU8::new(0);

/// Whether a call may be judged at all. Without a runtime, and in mode `off`, that is one relaxed load: whoever
/// installs a runtime must tell other threads so by means of their own, as with any other data.
#[inline(always)]
pub fn is_armed() -> bool {
    WORD.load(Ordering::Relaxed) & (ON | SCOPED) != 0
}

/// Whether a default runtime is there and in mode `off`, and no scope ever had another one.
#[inline(always)]
pub fn is_switched_off() -> bool {
    WORD.load(Ordering::Relaxed) == INSTALLED
}

/// A default runtime is installed, in mode `off` or not.
pub(crate) fn install(on: bool) {
    watched();
    // In one step: a word that says "installed" and not yet "on" would open every gate for a moment.
    if on {
        WORD.fetch_or(INSTALLED | ON, Ordering::Release);
    } else {
        let _previous = WORD.fetch_update(Ordering::Release, Ordering::Relaxed, |word| {
            Some((word | INSTALLED) & !ON)
        });
    }
}

/// A runtime was put into a scope.
#[inline]
pub(crate) fn scoped() {
    // Read first: the word is shared by all threads and written once.
    if WORD.load(Ordering::Relaxed) & SCOPED == 0 {
        WORD.fetch_or(SCOPED, Ordering::Release);
    }
}

/// Whether there ever was anybody in the process who might want to know of anything: a runtime, a recorder, a capture. Stays set,
/// as `SCOPED` does.
static WATCHED: AtomicBool = AtomicBool::new(false);

/// Whether anybody may want to know of what is done here. Without, that is one relaxed load.
#[inline(always)]
pub(crate) fn may_be_watched() -> bool {
    WATCHED.load(Ordering::Relaxed)
}

/// There is somebody who may want to know.
#[inline]
pub(crate) fn watched() {
    if !WATCHED.load(Ordering::Relaxed) {
        WATCHED.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_never_open_while_a_runtime_is_installed_or_changes_its_mode() {
        let watching = std::thread::spawn(|| {
            // From the first moment on until the last mode is read: installed, and never taken for switched off.
            let mut seen_open = false;
            while WORD.load(Ordering::Relaxed) & SCOPED == 0 {
                seen_open |= is_switched_off();
            }
            seen_open
        });
        for _ in 0..10_000 {
            install(true);
            WORD.store(0, Ordering::Release);
        }
        install(true);
        scoped();
        assert!(!watching.join().unwrap());
        install(false);
        assert!(is_armed() && !is_switched_off(), "a scope had a runtime");
        WORD.store(0, Ordering::Release);
        install(false);
        assert!(!is_armed() && is_switched_off());
        WORD.store(0, Ordering::Release);
    }
}
