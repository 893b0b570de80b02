use audit_core::Sensitive;

#[derive(Sensitive)]
struct Payment {
    #[sensitive(mask)]
    #[serde(serialize_with = "shown")]
    card: String,
    #[sensitive(mask)]
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Sensitive)]
struct Rest {}

fn main() {}
