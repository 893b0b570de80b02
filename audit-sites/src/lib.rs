//! Statics of a few types, wherever they stand in a program, collected by the linker into one list for each type.
//!
//! ```
//! struct Site(&'static str);
//! audit_sites::list!(fn sites() -> &'static [Site] of sites);
//!
//! fn refund() {
//!     audit_sites::element! { static SITE: Site = Site("refund"); }
//! }
//!
//! assert_eq!(sites().iter().map(|site| site.0).collect::<Vec<_>>(), ["refund"]);
//! # refund();
//! ```
//!
//! With an expression behind the static, it is that expression's value. [`function!`] puts a static into the second list there is,
//! which `list!` calls `functions`.
//!
//! Only `audit-core` and the code that its attributes generate use this. Every static goes into a section of
//! the object file, which the linker makes one array of; symbols of the linker's own mark its ends. The names of
//! the sections and symbols are those that the linkers document for ELF (`__start_`, `__stop_`), Mach-O
//! (`section$start$`, `section$end$`) and COFF (sections sorted by what follows `$`).
//!
//! # Safety
//!
//! These macros hold all the `unsafe` there is in the generated code of the attributes: a `link_section`,
//! and one slice made of the section's ends. They are sound as long as everything in a section is of one type,
//! so a program must use each list for a single type: the one that `audit-core` uses it for. The section's name
//! ends in a version of that type's layout, which changes with every version of `audit-core` that changes the
//! type; two versions in one program then have two lists.
//!
//! # Where it works
//!
//! Linux and other ELF systems (this is where it is tested: debug, release, fat LTO, garbage-collected sections),
//! Apple's systems, Windows. Elsewhere, and under Miri, the lists are empty. A dynamic library has lists of its
//! own, and a crate that no code names is not linked, whatever `Cargo.toml` says.

#![no_std]

/// Puts a static into the first list, that of `sites`.
#[macro_export]
macro_rules! element {
    ($static:item) => {
        $crate::__placed! { ["audit_sites_v1" "__DATA,audit_sites_v1,regular,no_dead_strip" ".audit1$b"] $static }
    };
    ($static:item $value:expr) => {{
        $crate::__placed! { ["audit_sites_v1" "__DATA,audit_sites_v1,regular,no_dead_strip" ".audit1$b"] $static }
        $value
    }};
}

/// Puts a static into the second list, that of `functions`.
#[macro_export]
macro_rules! function {
    ($static:item) => {
        $crate::__placed! { ["audit_fns_v1" "__DATA,audit_fns_v1,regular,no_dead_strip" ".audit2$b"] $static }
    };
}

/// Puts a static into a section: its name in ELF, in Mach-O and in COFF.
#[cfg(all(
    any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "fuchsia"
    ),
    not(miri)
))]
#[doc(hidden)]
#[macro_export]
macro_rules! __placed {
    ([$elf:literal $macho:literal $coff:literal] $static:item) => {
        #[used]
        #[unsafe(link_section = $elf)]
        $static
    };
}

/// Puts a static into a section.
#[cfg(all(target_vendor = "apple", not(miri)))]
#[doc(hidden)]
#[macro_export]
macro_rules! __placed {
    ([$elf:literal $macho:literal $coff:literal] $static:item) => {
        #[used]
        #[unsafe(link_section = $macho)]
        $static
    };
}

/// Puts a static into a section.
#[cfg(all(windows, not(miri)))]
#[doc(hidden)]
#[macro_export]
macro_rules! __placed {
    ([$elf:literal $macho:literal $coff:literal] $static:item) => {
        #[used]
        #[unsafe(link_section = $coff)]
        $static
    };
}

/// Leaves a static where it is: there are no lists here.
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
#[doc(hidden)]
#[macro_export]
macro_rules! __placed {
    ([$elf:literal $macho:literal $coff:literal] $static:item) => {
        $static
    };
}

/// Declares the function that lists every static which [`element!`] or [`function!`] collected, in the order of the linker.
#[macro_export]
macro_rules! list {
    ($visibility:vis fn $name:ident() -> &'static [$type:ty] of sites) => {
        $crate::__list! {
            $visibility $name $type,
            ["audit_sites_v1" "__start_audit_sites_v1" "__stop_audit_sites_v1"]
            ["\x01section$start$__DATA$audit_sites_v1" "\x01section$end$__DATA$audit_sites_v1"]
            [".audit1$a" ".audit1$c"]
        }
    };
    ($visibility:vis fn $name:ident() -> &'static [$type:ty] of functions) => {
        $crate::__list! {
            $visibility $name $type,
            ["audit_fns_v1" "__start_audit_fns_v1" "__stop_audit_fns_v1"]
            ["\x01section$start$__DATA$audit_fns_v1" "\x01section$end$__DATA$audit_fns_v1"]
            [".audit2$a" ".audit2$c"]
        }
    };
}

/// The function that lists a section: its name and the symbols of its ends.
#[doc(hidden)]
#[macro_export]
macro_rules! __list {
    (
        $visibility:vis $name:ident $type:ty,
        [$elf:literal $elf_start:literal $elf_stop:literal]
        [$macho_start:literal $macho_stop:literal]
        [$coff_start:literal $coff_stop:literal]
    ) => {
        /// Every element that was linked into this program, in the order of the linker.
        $visibility fn $name() -> &'static [$type] {
            #[cfg(all(
                any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "fuchsia"),
                not(miri)
            ))]
            fn ends() -> (*const $type, *const $type) {
                // SAFETY: the linker defines both symbols for a section whose name is an identifier.
                unsafe extern "Rust" {
                    #[link_name = $elf_start]
                    static START: [$type; 0];
                    #[link_name = $elf_stop]
                    static STOP: [$type; 0];
                }
                // An empty piece of the section, so that the symbols exist where it has no other.
                #[used]
                #[unsafe(link_section = $elf)]
                static mut NOTHING: [$type; 0] = [];
                ((&raw const START).cast(), (&raw const STOP).cast())
            }

            #[cfg(all(target_vendor = "apple", not(miri)))]
            fn ends() -> (*const $type, *const $type) {
                // SAFETY: the linker defines both symbols for any section.
                unsafe extern "Rust" {
                    #[link_name = $macho_start]
                    static START: [$type; 0];
                    #[link_name = $macho_stop]
                    static STOP: [$type; 0];
                }
                ((&raw const START).cast(), (&raw const STOP).cast())
            }

            #[cfg(all(windows, not(miri)))]
            fn ends() -> (*const $type, *const $type) {
                use ::core::mem::MaybeUninit;
                // The linker sorts by what follows `$`, so that these two stand around all elements.
                #[used]
                #[unsafe(link_section = $coff_start)]
                static mut START: MaybeUninit<$type> = MaybeUninit::zeroed();
                #[used]
                #[unsafe(link_section = $coff_stop)]
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
