//! From the tokens in the parentheses to [`Written`], with one voice for what no row of the table takes.

use proc_macro2::{Ident, Span, TokenStream};
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
    read_inside(kind, tokens, Span::call_site(), mistakes)
}

/// The same for an attribute inside another's item, which stands here.
pub(crate) fn read_inside(
    kind: Kind,
    tokens: TokenStream,
    here: Span,
    mistakes: &mut Mistakes,
) -> Written {
    let mut written = Written::default();
    let reader = |input: ParseStream| {
        lead(kind, input, here, &mut written, mistakes)?;
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

/// What stands first and without its name, where the attribute takes such.
fn lead(
    kind: Kind,
    input: ParseStream,
    attribute: Span,
    written: &mut Written,
    mistakes: &mut Mistakes,
) -> syn::Result<()> {
    let Some(argument) = Argument::lead(kind) else {
        return Ok(());
    };
    if !input.peek(LitStr) {
        let message = format!("{kind} needs a {} first: {}", argument.word, kind.example());
        let here = if input.is_empty() {
            attribute
        } else {
            input.span()
        };
        mistakes.at(here, message);
        // `name = ".."`, or a value of another kind: it is told once.
        let is_named = input.peek(Ident::peek_any)
            && Ident::parse_any(&input.fork()).is_ok_and(|word| word == argument.word);
        if is_named || !input.peek(Ident::peek_any) {
            skip(input);
            input.parse::<Option<syn::Token![,]>>()?;
        }
        return Ok(());
    }
    let text: LitStr = input.parse()?;
    written.0.push(Given {
        name: argument.name,
        key: Ident::new(argument.word, text.span()),
        value: Value::Text(text),
    });
    if !ends(input) {
        let message = format!("expected `,` between the arguments of {kind}");
        mistakes.at(input.span(), message);
        return Ok(());
    }
    input.parse::<Option<syn::Token![,]>>()?;
    Ok(())
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
        let takers = argument.takers();
        let message = if kind == Kind::Audit && argument.belongs_to(Kind::Admit) {
            format!("`{word}` belongs to {takers}: {kind} never refuses")
        } else {
            voice(kind, &format!("`{word}` belongs to {takers}"))
        };
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
        Ok(text) if kind.is_judge() => voice(
            kind,
            &format!(
                "expected an argument, did you mean `action = {:?}`?",
                text.value()
            ),
        ),
        _ => voice(kind, "expected the name of an argument"),
    }
}

fn voice(kind: Kind, found: &str) -> String {
    let separator = if found.ends_with('?') { "" } else { ":" };
    let accepted = list(words(kind));
    match Argument::lead(kind) {
        Some(lead) => format!(
            "{found}{separator} {kind} accepts a {} first, then {accepted}",
            lead.word
        ),
        None if accepted.is_empty() => format!("{found}{separator} {kind} accepts no argument"),
        None => format!("{found}{separator} {kind} accepts {accepted}"),
    }
}
