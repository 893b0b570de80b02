//! The attribute goes on the functions inside.

use audit_core::admit;

struct Shop;

#[admit]
impl Clone for Shop {
    fn clone(&self) -> Self {
        Self
    }
}

fn main() {}
