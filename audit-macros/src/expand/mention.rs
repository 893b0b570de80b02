//! Whether tokens mention a variable, without knowing what they mean.

use proc_macro2::{Ident, TokenStream, TokenTree};

/// Whether the variable may be used: a name after a dot, before a single colon or in a longer path is another thing.
pub(super) fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    let in_braces = format!("{{{}", syn::ext::IdentExt::unraw(name));
    tokens_mention(tokens, &name.to_string(), &in_braces)
}

fn tokens_mention(tokens: TokenStream, name: &str, in_braces: &str) -> bool {
    let mut signs = String::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(tree) = tokens.next() {
        let found = match &tree {
            TokenTree::Group(group) => tokens_mention(group.stream(), name, in_braces),
            TokenTree::Literal(literal) => literal.to_string().contains(in_braces),
            TokenTree::Ident(word) => {
                let member = signs.ends_with('.') && !signs.ends_with("..");
                let elsewhere = signs.ends_with("::") || is_sign(tokens.peek(), ':');
                !member && !elsewhere && *word == name
            }
            TokenTree::Punct(punct) => {
                signs.push(punct.as_char());
                continue;
            }
        };
        if found {
            return true;
        }
        signs.clear();
    }
    false
}

fn is_sign(tree: Option<&TokenTree>, sign: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentioned(text: &str) -> bool {
        mentions(
            text.parse().unwrap(),
            &Ident::new("amount", proc_macro2::Span::call_site()),
        )
    }

    #[test]
    fn a_variable_is_mentioned() {
        for text in [
            "amount",
            "f(&amount)",
            "0..amount",
            "{ [amount] }",
            "format!(\"{amount:?}\")",
            "a.f(amount)",
            "Foo { amount }",
        ] {
            assert!(mentioned(text), "{text}");
        }
    }

    #[test]
    fn the_same_word_for_another_thing_is_no_mention() {
        for text in [
            "self.amount",
            "amount::x()",
            "super::amount()",
            "Foo { amount: 1 }",
            "\"amount\"",
            "amounts",
        ] {
            assert!(!mentioned(text), "{text}");
        }
    }
}
