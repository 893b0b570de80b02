//! Tokens as a person would type them, on one line.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// The longest text of a type that a site keeps.
const LONGEST: usize = 60;

/// A type or path in a few letters: `&'a mut Vec<T>`, cut at 60.
pub(crate) fn compact(tokens: &impl ToTokens) -> String {
    let mut text = String::new();
    write(tokens.to_token_stream(), &mut text);
    if text.chars().count() > LONGEST {
        text = text.chars().take(LONGEST - 1).collect();
        text.push('…');
    }
    text
}

fn write(tokens: TokenStream, text: &mut String) {
    // Whether a space must part the next word from what was written.
    let mut after_word = false;
    let mut after_sign = ' ';
    for tree in tokens {
        let is_word = matches!(tree, TokenTree::Ident(_) | TokenTree::Literal(_));
        if is_word && after_word {
            text.push(' ');
        }
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                // A word before a bracket is a lifetime or a keyword: `&'a [u8]`, `mut [u8]`.
                if after_word && open == "[" {
                    text.push(' ');
                }
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
                (after_word, after_sign) = (true, ' ');
            }
            TokenTree::Punct(punct) => {
                let sign = punct.as_char();
                let arrow = sign == '>' && matches!(after_sign, '-' | '=');
                let opens_arrow = matches!(sign, '-' | '=') && punct.spacing() == Spacing::Joint;
                let spaced_before = matches!(sign, '+' | '=') || opens_arrow;
                if spaced_before && !text.ends_with(' ') {
                    text.push(' ');
                }
                // A word before a tick or an ampersand is a keyword: `dyn 'a`, `mut &T`.
                if after_word && matches!(sign, '\'' | '&' | '*') {
                    text.push(' ');
                }
                text.push(sign);
                let single_colon =
                    sign == ':' && punct.spacing() == Spacing::Alone && after_sign != ':';
                if arrow
                    || single_colon
                    || matches!(sign, ',' | ';' | '+')
                    || (sign == '=' && !opens_arrow)
                {
                    text.push(' ');
                }
                (after_word, after_sign) = (sign == '>' && !arrow, sign);
            }
            TokenTree::Ident(word) => {
                text.push_str(&word.to_string());
                (after_word, after_sign) = (true, ' ');
            }
            TokenTree::Literal(literal) => {
                text.push_str(&literal.to_string());
                (after_word, after_sign) = (true, ' ');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_printed_as_typed() {
        for typed in [
            "&str",
            "&'a mut Vec<T>",
            "Option<HashMap<String, &'static [u8; 4]>>",
            "Box<dyn Fn(&str) -> u8 + Send + 'a>",
            "impl Iterator<Item = u8>",
            "<T as Iterator>::Item",
            "(u8, std::io::Error)",
            "*const u8",
            "!",
        ] {
            let tokens: TokenStream = typed.parse().unwrap();
            assert_eq!(compact(&tokens), typed);
        }
    }

    #[test]
    fn a_long_type_is_cut() {
        let tokens: TokenStream =
            "HashMap<AVeryLongNameOfAType, AnotherVeryLongNameOfAType, AndAThirdOne>"
                .parse()
                .unwrap();
        let text = compact(&tokens);
        assert_eq!(text.chars().count(), 60);
        assert!(text.ends_with('…'));
    }
}
