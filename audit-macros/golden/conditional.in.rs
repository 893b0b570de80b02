#[audit(fields(amount), explain = why)]
fn pay(amount: u64, #[cfg(feature = "fraud")] #[cfg(unix)] score: Score, #[allow(unused)] card: Card) {}
