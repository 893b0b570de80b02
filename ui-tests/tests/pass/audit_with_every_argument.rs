//! Every argument of `#[audit]`, once.

use audit_core::{Runtime, audit};

use audit_core as ledger;

struct Shop {
    name: String,
}

impl Shop {
    #[audit(
        action = "refund",
        fields(amount, to, card, pin, cvc, shop = self.name, total = amount * 2, type = "card"),
        actor = self.name,
        tenant = "acme",
        resource = format!("order:{to}"),
        snapshot(open = true, name = self.name),
        mask(card),
        hash(to),
        seal(pin),
        drop(cvc),
        ret,
        err,
        delivery = "buffered",
        explain = explain_refund,
        crate = ledger,
    )]
    fn refund(&self, amount: u64, to: &str, card: &str, pin: u16, cvc: u16) -> Result<u64, String> {
        let _ = (to, card, pin, cvc);
        Ok(amount)
    }
}

#[audit(skip(token))]
fn skips(token: &str) -> usize {
    token.len()
}

#[audit(runtime = runtime)]
fn names_its_runtime(runtime: &Runtime) {
    let _ = runtime;
}

#[audit]
async fn waits() {}

#[audit()]
fn says_nothing() {}

fn main() {
    let shop = Shop { name: "acme".to_owned() };
    assert_eq!(shop.refund(7, "me", "4111", 1, 2), Ok(7));
    assert!(shop.explain_refund(7, "me", "4111", 1, 2).is_none());
    assert_eq!(skips("abc"), 3);
    says_nothing();
    drop(waits());
    let _ = names_its_runtime;
}
