//! From the tokens in the parentheses to [`Written`], with one voice for what no row of the table takes.

use proc_macro2::{Ident, TokenStream};
use syn::LitStr;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};

use super::table::{Argument, words};
use super::value::{ends, skip};
use super::{Given, Value, Written};
use crate::attribute::Kind;
use crate::mistake::{Mistakes, list, suggestion};

/// Reads all arguments; what can't be read is a mistake, and reading goes on after the next comma.
pub(crate) fn read(kind: Kind, tokens: TokenStream, mistakes: &mut Mistakes) -> Written {
    let mut written = Written::default();
    let reader = |input: ParseStream| {
        while !input.is_empty() {
            one(kind, input, &mut written, mistakes);
            if !ends(input) {
                let message = format!("expected `,` between the arguments of {kind}");
                mistakes.at(input.span(), message);
                skip(input);
            }
            input.parse::<Option<syn::Token![,]>>()?;
        }
        Ok(())
    };
    if let Err(error) = reader.parse2(tokens) {
        mistakes.add(error);
    }
    written
}

fn one(kind: Kind, input: ParseStream, written: &mut Written, mistakes: &mut Mistakes) {
    let Ok(key) = input.call(Ident::parse_any) else {
        mistakes.at(input.span(), nameless(kind, input));
        skip(input);
        return;
    };
    let word = key.to_string();
    let Some(argument) = Argument::find(&word) else {
        let suggestion = suggestion(&word, words(kind));
        mistakes.at(
            key.span(),
            voice(kind, &format!("unknown argument `{word}`{suggestion}")),
        );
        skip(input);
        return;
    };
    if !argument.belongs_to(kind) {
        let message = format!("`{word}` belongs to {}: {kind} never refuses", Kind::Admit);
        mistakes.at(key.span(), message);
        skip(input);
        return;
    }
    let repeated = written.has(argument.name);
    if repeated {
        mistakes.at(
            key.span(),
            voice(kind, &format!("repeated argument `{word}`, once is enough")),
        );
    }
    match Value::read(argument, &key, input, mistakes) {
        Ok(_) if repeated => {}
        Ok(value) => written.0.push(Given {
            name: argument.name,
            key,
            value,
        }),
        Err(error) => {
            // Known to be there, if not what it says: no second message may follow from it.
            if !repeated {
                written.0.push(Given {
                    name: argument.name,
                    key,
                    value: Value::Nothing,
                });
            }
            mistakes.add(error);
            skip(input);
        }
    }
}

/// A value without a name: a text is most likely meant as the action.
fn nameless(kind: Kind, input: ParseStream) -> String {
    match input.fork().parse::<LitStr>() {
        Ok(text) => voice(
            kind,
            &format!(
                "expected an argument, did you mean `action = {:?}`?",
                text.value()
            ),
        ),
        Err(_) => voice(kind, "expected the name of an argument"),
    }
}

fn voice(kind: Kind, found: &str) -> String {
    let separator = if found.ends_with('?') { "" } else { ":" };
    format!("{found}{separator} {kind} accepts {}", list(words(kind)))
}
