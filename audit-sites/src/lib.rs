//! Statics of one type, wherever they stand in a program, collected by the linker into one list.
//!
//! ```
//! struct Site(&'static str);
//! audit_sites::list!(fn sites() -> &'static [Site]);
//!
//! fn refund() {
//!     audit_sites::element! { static SITE: Site = Site("refund"); }
//! }
//!
//! assert_eq!(sites().iter().map(|site| site.0).collect::<Vec<_>>(), ["refund"]);
//! # refund();
//! ```
//!
//! With an expression behind the static, it is that expression's value.
//!
//! Only `audit-core` and the code that its attributes generate use this. Every static goes into one section of
//! the object file, which the linker makes one array of; symbols of the linker's own mark its ends. The names of
//! the sections and symbols are those that the linkers document for ELF (`__start_`, `__stop_`), Mach-O
//! (`section$start$`, `section$end$`) and COFF (sections sorted by what follows `$`).
//!
//! # Safety
//!
//! These two macros hold all the `unsafe` there is in the generated code of the attributes: a `link_section`,
//! and one slice made of the section's ends. They are sound as long as everything in the section is of one type,
//! so a program must use them for a single type: the one that `audit-core` uses them for. The section's name
//! ends in a version of that type's layout, which changes with every version of `audit-core` that changes the
//! type; two versions in one program then have two lists.
//!
//! # Where it works
//!
//! Linux and other ELF systems (this is where it is tested: debug, release, fat LTO, garbage-collected sections),
//! Apple's systems, Windows. Elsewhere, and under Miri, the list is empty. A dynamic library has a list of its
//! own, and a crate that no code names is not linked, whatever `Cargo.toml` says.

#![no_std]

/// Puts a static into the list of its type.
#[cfg(all(
    any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "fuchsia"
    ),
    not(miri)
))]
#[macro_export]
macro_rules! element {
    ($static:item) => {
        #[used]
        #[unsafe(link_section = "audit_sites_v1")]
        $static
    };
    ($static:item $value:expr) => {{
        #[used]
        #[unsafe(link_section = "audit_sites_v1")]
        $static
        $value
    }};
}

/// Puts a static into the list of its type.
#[cfg(all(target_vendor = "apple", not(miri)))]
#[macro_export]
macro_rules! element {
    ($static:item) => {
        #[used]
        #[unsafe(link_section = "__DATA,audit_sites_v1,regular,no_dead_strip")]
        $static
    };
    ($static:item $value:expr) => {{
        #[used]
        #[unsafe(link_section = "__DATA,audit_sites_v1,regular,no_dead_strip")]
        $static
        $value
    }};
}

/// Puts a static into the list of its type.
#[cfg(all(windows, not(miri)))]
#[macro_export]
macro_rules! element {
    ($static:item) => {
        #[used]
        #[unsafe(link_section = ".audit1$b")]
        $static
    };
    ($static:item $value:expr) => {{
        #[used]
        #[unsafe(link_section = ".audit1$b")]
        $static
        $value
    }};
}

/// Puts a static into the list of its type: which is empty here.
#[cfg(any(
    miri,
    not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "fuchsia",
        target_vendor = "apple",
        windows
    ))
))]
#[macro_export]
macro_rules! element {
    ($static:item) => {
        $static
    };
    ($static:item $value:expr) => {{
        $static
        $value
    }};
}

/// Declares the function that lists every static which [`element!`] collected, in the order of the linker.
#[macro_export]
macro_rules! list {
    ($visibility:vis fn $name:ident() -> &'static [$type:ty]) => {
        /// Every element that was linked into this program, in the order of the linker.
        $visibility fn $name() -> &'static [$type] {
            #[cfg(all(
                any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "fuchsia"),
                not(miri)
            ))]
            fn ends() -> (*const $type, *const $type) {
                // SAFETY: the linker defines both symbols for a section whose name is an identifier.
                unsafe extern "Rust" {
                    #[link_name = "__start_audit_sites_v1"]
                    static START: [$type; 0];
                    #[link_name = "__stop_audit_sites_v1"]
                    static STOP: [$type; 0];
                }
                // An empty piece of the section, so that the symbols exist where it has no other.
                #[used]
                #[unsafe(link_section = "audit_sites_v1")]
                static mut NOTHING: [$type; 0] = [];
                ((&raw const START).cast(), (&raw const STOP).cast())
            }

            #[cfg(all(target_vendor = "apple", not(miri)))]
            fn ends() -> (*const $type, *const $type) {
                // SAFETY: the linker defines both symbols for any section.
                unsafe extern "Rust" {
                    #[link_name = "\x01section$start$__DATA$audit_sites_v1"]
                    static START: [$type; 0];
                    #[link_name = "\x01section$end$__DATA$audit_sites_v1"]
                    static STOP: [$type; 0];
                }
                ((&raw const START).cast(), (&raw const STOP).cast())
            }

            #[cfg(all(windows, not(miri)))]
            fn ends() -> (*const $type, *const $type) {
                use ::core::mem::MaybeUninit;
                // The linker sorts by what follows `$`, so that these two stand around all elements.
                #[used]
                #[unsafe(link_section = ".audit1$a")]
                static mut START: MaybeUninit<$type> = MaybeUninit::zeroed();
                #[used]
                #[unsafe(link_section = ".audit1$c")]
                static mut STOP: MaybeUninit<$type> = MaybeUninit::zeroed();
                let start = (&raw const START).cast::<$type>().wrapping_add(1);
                (::core::hint::black_box(start), ::core::hint::black_box((&raw const STOP).cast()))
            }

            #[cfg(any(
                miri,
                not(any(
                    target_os = "linux",
                    target_os = "android",
                    target_os = "freebsd",
                    target_os = "fuchsia",
                    target_vendor = "apple",
                    windows
                ))
            ))]
            fn ends() -> (*const $type, *const $type) {
                (::core::ptr::dangling(), ::core::ptr::dangling())
            }

            let (start, stop) = ends();
            let length = (stop.addr() - start.addr()) / ::core::mem::size_of::<$type>();
            // SAFETY: the section holds whole statics of this one type, each at its alignment, and nothing else.
            unsafe { ::core::slice::from_raw_parts(start, length) }
        }
    };
}
