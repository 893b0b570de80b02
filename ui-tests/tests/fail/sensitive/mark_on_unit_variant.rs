//! A variant without members has nothing that could be kept out.

#[derive(audit_core::Sensitive)]
enum Way {
    #[sensitive(mask)]
    Cash,
    Card(#[sensitive(mask)] String),
}

fn main() {}
