use audit_core::Sensitive;

#[derive(Sensitive)]
struct Payment {
    #[sensitive(masc)]
    card: String,
    #[sensitive]
    pin: u16,
}

fn main() {}
