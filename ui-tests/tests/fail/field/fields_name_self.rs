//! `self` has parts that can be fields; as a whole it has no value to show.

use audit_core::audit;

struct Shop;

impl Shop {
    #[audit(fields(self))]
    fn close(&self) {}

    #[audit(skip(self))]
    fn open(&self) {}
}

fn main() {}
