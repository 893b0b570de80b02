use audit_core::runnable;

#[runnable("double")]
const fn double(number: u64) -> u64 {
    number * 2
}

fn main() {
    double(1);
}
