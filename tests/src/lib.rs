//! What the proofs in `tests/` share: the reader that holds the source code against ARCHITECTURE.md.

pub mod structure;

/// The README's code compiles; `tests/readme.rs` runs it.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[derive(Debug)]
pub struct Readme;

/// So does the code of the attributes' pages, which stand in a crate that does not depend on what it expands to.
#[cfg(doctest)]
#[doc = include_str!("../../audit-macros/docs/audit.md")]
#[derive(Debug)]
pub struct AuditPage;

/// The page of `#[admit]`.
#[cfg(doctest)]
#[doc = include_str!("../../audit-macros/docs/admit.md")]
#[derive(Debug)]
pub struct AdmitPage;

/// The page of `#[component]`.
#[cfg(doctest)]
#[doc = include_str!("../../audit-macros/docs/component.md")]
#[derive(Debug)]
pub struct ComponentPage;

/// The page of `#[subscribe]`.
#[cfg(doctest)]
#[doc = include_str!("../../audit-macros/docs/subscribe.md")]
#[derive(Debug)]
pub struct SubscribePage;

/// The page of `#[runnable]`.
#[cfg(doctest)]
#[doc = include_str!("../../audit-macros/docs/runnable.md")]
#[derive(Debug)]
pub struct RunnablePage;

/// The page of `#[derive(Sensitive)]`.
#[cfg(doctest)]
#[doc = include_str!("../../audit-macros/docs/sensitive.md")]
#[derive(Debug)]
pub struct SensitivePage;
