//! What a variant's `serialize_with` writes bears none of its members' marks.

#[derive(audit_core::Sensitive)]
enum Way {
    #[serde(serialize_with = "short")]
    Card {
        #[sensitive(mask)]
        number: String,
    },
}

fn main() {}
