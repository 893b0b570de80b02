//! The mark of a variant's whole content would be lost where its tag lies inside.

#[derive(audit_core::Sensitive)]
struct Card {
    number: String,
}

#[derive(audit_core::Sensitive)]
#[serde(tag = "kind")]
enum Way {
    Card(#[sensitive(mask)] Card),
}

fn main() {}
