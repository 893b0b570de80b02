//! Arguments.

/// The arguments of a function.
pub(crate) struct Shape {
    /// As they are declared.
    pub(crate) parameters: &'static str,
    /// Makes `text: &str` and `number: u64` of them, which every body reads.
    pub(crate) known: &'static str,
    /// As they are given by a caller that knows `text` and `number`.
    pub(crate) given: &'static str,
}

/// Two or three of `&str`, `u64` and `String`.
pub(crate) const SHAPES: [Shape; 6] = [
    Shape {
        parameters: "order_id: &str, amount: u64",
        known: "let (text, number) = (order_id, amount);",
        given: "text, number",
    },
    Shape {
        parameters: "name: String, count: u64",
        known: "let (text, number) = (name.as_str(), count);",
        given: "text.to_owned(), number",
    },
    Shape {
        parameters: "order_id: &str, amount: u64, note: String",
        known: "let (text, number) = (order_id, amount + note.len() as u64);",
        given: "text, number, text.to_owned()",
    },
    Shape {
        parameters: "account: &str, currency: &str, cents: u64",
        known: "let (text, number) = (account, cents ^ currency.len() as u64);",
        given: "text, \"EUR\", number",
    },
    Shape {
        parameters: "owner: String, account: &str, cents: u64",
        known: "let (text, number) = (account, cents + owner.len() as u64);",
        given: "text.to_owned(), text, number",
    },
    Shape {
        parameters: "from: u64, to: u64, reason: &str",
        known: "let (text, number) = (reason, from.wrapping_mul(31) ^ to);",
        given: "number, number / 2, text",
    },
];
