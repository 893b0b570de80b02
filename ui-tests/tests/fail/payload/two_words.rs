use audit_core::Sensitive;

#[derive(Sensitive)]
struct Payment {
    #[sensitive(mask, hash)]
    card: String,
}

fn main() {}
