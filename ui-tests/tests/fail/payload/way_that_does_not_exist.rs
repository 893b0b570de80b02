use audit_core::Sensitive;

fn main() {
    let entry = audit_core::Entry::new("pay");
    let card: Sensitive<String, u8> = "4111".to_owned().into();
    entry.request(&card);
}
