//! What `into` makes of it bears none of its marks.

#[derive(Clone, audit_core::Sensitive)]
#[serde(into = "String")]
struct Card {
    #[sensitive(mask)]
    number: String,
}

impl From<Card> for String {
    fn from(card: Card) -> Self {
        card.number
    }
}

fn main() {}
