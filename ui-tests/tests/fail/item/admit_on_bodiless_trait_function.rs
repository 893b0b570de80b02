//! Where there is no body, there is nothing to judge.

use audit_core::{admit, Refused};

trait Till {
    #[admit]
    fn refund(&self) -> Result<(), Refused>;
}

fn main() {}
