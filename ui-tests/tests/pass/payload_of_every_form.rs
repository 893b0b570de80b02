//! `#[derive(Sensitive)]` in a crate that has no serde, forgives no warning and imports nothing else.

#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]
#![forbid(unsafe_code)]

/// Members by name, a lifetime, a parameter and a default.
#[derive(Debug, audit_core::Sensitive)]
#[serde(rename_all = "camelCase")]
pub struct Payment<'a, T: Clone = u8>
where
    T: 'a,
{
    /// Which.
    pub order_id: u64,
    #[sensitive(mask)]
    number: &'a str,
    #[sensitive(hash)]
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<T>,
}

/// Variants of every form.
#[derive(Debug, Default, audit_core::Sensitive)]
pub enum Way {
    /// Nothing.
    #[default]
    Unknown,
    /// One member.
    One(#[sensitive(seal)] String),
    /// Two.
    Two(u8, #[sensitive(drop)] u8),
    /// Names.
    Named {
        /// Which.
        #[sensitive(mask)]
        number: String,
    },
    /// All of its members.
    #[sensitive(mask)]
    All(String, u8),
}

/// A type that is its only member.
#[derive(Debug, audit_core::Sensitive)]
pub struct Iban(#[sensitive(mask)] pub String);

/// Nothing at all.
#[derive(Debug, audit_core::Sensitive)]
#[sensitive(mask)]
pub struct Nothing;

/// An array of any length, redacted as a whole.
#[derive(Debug, audit_core::Sensitive)]
#[sensitive(hash)]
pub struct Pin<const N: usize>
where
    [u8; N]: audit_core::__private::serde::Serialize,
{
    digits: [u8; N],
}

fn main() {
    let payment = Payment { order_id: 1, number: "4111-1111", token: Some(7_u8) };
    let ways = [Way::default(), Way::One("4111-1111".into()), Way::Two(1, 2), Way::Named { number: "4111-1111".into() }, Way::All("4111-1111".into(), 7)];
    let all = [
        audit_core::Entry::new("a").request(&payment),
        audit_core::Entry::new("a").request(&ways),
        audit_core::Entry::new("a").request(&Iban("4111-1111".into())),
        audit_core::Entry::new("a").request(&Nothing),
        audit_core::Entry::new("a").request(&Pin { digits: [1, 2] }),
    ];
    for entry in &all {
        assert!(!format!("{entry:?}").contains("4111"));
    }
}
