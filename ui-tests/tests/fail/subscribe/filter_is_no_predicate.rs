use audit_core::subscribe;

fn is_wanted(name: &str) -> bool {
    name == "x"
}

#[subscribe("account.*", filter = is_wanted)]
fn one() {}

#[subscribe("account.*", filter = |event| event.name())]
fn other() {}

fn main() {}
