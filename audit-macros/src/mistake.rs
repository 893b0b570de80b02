//! Every mistake of one attribute, gathered, so that one compile shows them all.

use std::fmt;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Error;

/// What is wrong, each at its smallest wrong token.
#[derive(Debug, Default)]
pub(crate) struct Mistakes(Vec<Error>);

impl Mistakes {
    pub(crate) fn at(&mut self, span: Span, message: impl fmt::Display) {
        self.0.push(Error::new(span, message));
    }

    pub(crate) fn on(&mut self, tokens: &impl ToTokens, message: impl fmt::Display) {
        self.0.push(Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&mut self, error: Error) {
        self.0.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The item as it was written with one `compile_error!` for each mistake. Without the item, the compiler would
    /// add "not found" at every use of it.
    pub(crate) fn beside(self, mut item: TokenStream) -> TokenStream {
        item.extend(self.0.into_iter().map(Error::into_compile_error));
        item
    }

    /// The same around an expression, beside which nothing can stand.
    pub(crate) fn around(self, expression: &TokenStream) -> TokenStream {
        let errors = self.0.into_iter().map(Error::into_compile_error);
        quote!({ #(#errors)* #expression })
    }
}

/// Names as a message lists them: `` `a`, `b` ``.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `` , did you mean `x`? `` with the legal name that is nearest to what was typed, if one is near.
pub(crate) fn suggestion<'a>(typed: &str, legal: impl IntoIterator<Item = &'a str>) -> String {
    let allowed = 1 + typed.chars().count() / 4;
    legal
        .into_iter()
        .map(|name| (distance(typed, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| format!(", did you mean `{name}`?"))
        .unwrap_or_default()
}

/// Letters to insert, drop, replace or swap with their neighbour to get from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let at =
                |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(letter != *other))
                .min(at(&last, column + 1) + 1)
                .min(at(&current, column) + 1);
            let swapped =
                column > 0 && previous == Some(*other) && to.get(column - 1) == Some(&letter);
            if swapped {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
        }
        previous = Some(letter);
        before_last = last;
        last = current;
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_step() {
        assert_eq!(distance("actoin", "action"), 1);
        assert_eq!(distance("", "ret"), 3);
        assert_eq!(distance("mask", "mask"), 0);
    }

    #[test]
    fn nothing_is_suggested_for_what_is_far() {
        assert_eq!(suggestion("level", ["action", "ret"]), "");
        assert_eq!(
            suggestion("tennant", ["tenant", "ret"]),
            ", did you mean `tenant`?"
        );
    }
}
