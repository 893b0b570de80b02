use audit_core::Sensitive;

struct Card;

#[derive(Sensitive)]
struct Payment {
    #[sensitive(mask)]
    card: Card,
}

fn main() {}
