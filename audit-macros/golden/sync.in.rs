#[audit(action = "refund", mask(token), ret)]
/// Pays back.
#[must_use]
pub fn refund(order_id: &str, mut amount: u64, token: &str, filter: impl Fn(u64) -> bool) -> u64 {
    amount += 1;
    amount
}
