use audit_core::Sensitive;

#[derive(Sensitive)]
union Payment {
    card: u64,
}

fn main() {}
