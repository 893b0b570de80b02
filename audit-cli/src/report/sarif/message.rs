//! [`Message`]: a text that says to its reader what it says here.

use serde::Serialize;

/// A text (§3.11). In SARIF, braces are placeholders unless they are doubled (§3.11.5), and brackets followed by
/// parentheses are links (§3.11.6); words of a policy file must become neither.
#[derive(Serialize)]
pub(super) struct Message {
    text: String,
}

impl Message {
    pub(super) fn new(text: &str) -> Self {
        let text = text.replace('{', "{{").replace('}', "}}");
        // A backslash may stand for itself only outside a link, so escaping would not be read alike everywhere.
        let text = text.replace("](", "] (");
        Self { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_policy_become_neither_placeholder_nor_link() {
        let message =
            Message::new(r"unknown field `{0}`, see [here](1) or \[there\](https://example.org)");
        assert_eq!(
            message.text,
            r"unknown field `{{0}}`, see [here] (1) or \[there\] (https://example.org)"
        );
    }
}
