//! What an argument was given, read in the form the table asks for.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::token::Paren;
use syn::{Error, Expr, LitInt, LitStr, Path, Result, Token};

use super::table::{Argument, Form};
use crate::mistake::{Mistakes, list, suggestion};

/// What one argument was given.
pub(crate) enum Value {
    /// A flag, or a value that was taken out.
    Nothing,
    Text(LitStr),
    Number(LitInt),
    Texts(Vec<LitStr>),
    Expression(Expr),
    Path(Path),
    Identifier(Ident),
    List(Vec<Entry>),
}

/// One entry of a list: `a` or `a = expr`.
pub(crate) struct Entry {
    pub(crate) name: Ident,
    pub(crate) value: Option<Expr>,
}

impl Value {
    /// Reads the value that follows the name; an error leaves the rest of the argument unread.
    pub(super) fn read(
        argument: &Argument,
        key: &Ident,
        input: ParseStream,
        mistakes: &mut Mistakes,
    ) -> Result<Self> {
        let here = if ends(input) {
            key.span()
        } else {
            input.span()
        };
        match argument.form {
            Form::Flag if !input.peek(Token![=]) && !input.peek(Paren) => Ok(Self::Nothing),
            Form::Names | Form::Fields | Form::Pairs if input.peek(Paren) => {
                entries(argument, input, mistakes).map(Self::List)
            }
            Form::Texts if input.peek(Paren) => texts(argument, input, mistakes).map(Self::Texts),
            Form::Lead | Form::Flag | Form::Texts | Form::Names | Form::Fields | Form::Pairs => {
                Err(wrong(argument, here))
            }
            _ if !input.peek(Token![=]) => Err(wrong(argument, here)),
            _ => {
                input.parse::<Token![=]>()?;
                let at = if ends(input) { here } else { input.span() };
                let value = Self::given(argument.form, input).map_err(|_| wrong(argument, at))?;
                // `decline(..)` or `a::b`: more than a name, and no comma would help.
                let is_named = matches!(value, Self::Path(_) | Self::Identifier(_));
                if is_named && !ends(input) && !input.peek(Ident::peek_any) {
                    return Err(wrong(argument, input.span()));
                }
                value.accepted(argument)
            }
        }
    }

    fn given(form: Form, input: ParseStream) -> Result<Self> {
        match form {
            Form::Expression => input.parse().map(Self::Expression),
            Form::Path => input.call(Path::parse_mod_style).map(Self::Path),
            Form::Identifier => input.parse().map(Self::Identifier),
            Form::Number(_) => input.parse().map(Self::Number),
            _ => input.parse().map(Self::Text),
        }
    }

    /// Holds a text against the words its argument takes.
    fn accepted(self, argument: &Argument) -> Result<Self> {
        let (Form::Words(words), Self::Text(text)) = (argument.form, &self) else {
            return Ok(self);
        };
        let typed = text.value();
        if words.contains(&typed.as_str()) {
            return Ok(self);
        }
        let suggestion = suggestion(&typed, words.iter().copied());
        let separator = if suggestion.is_empty() { ":" } else { "" };
        let message = format!(
            "`{}` knows no word `{typed}`{suggestion}{separator} accepted are {}",
            argument.word,
            list(words.iter().copied()),
        );
        Err(Error::new(text.span(), message))
    }
}

/// One voice for every argument that is written in another form than the table's.
fn wrong(argument: &Argument, span: proc_macro2::Span) -> Error {
    let Argument { word, help, .. } = argument;
    let message = match argument.form {
        Form::Flag => format!("`{word}` takes no value: it {help}"),
        Form::Lead => format!(
            "the {word} is written first and by itself, {}: {help}",
            argument.example()
        ),
        _ => format!("`{word}` is written `{}`: {help}", argument.example()),
    };
    Error::new(span, message)
}

fn entries(argument: &Argument, input: ParseStream, mistakes: &mut Mistakes) -> Result<Vec<Entry>> {
    let inside;
    syn::parenthesized!(inside in input);
    let mut entries = Vec::new();
    while !inside.is_empty() {
        let at = inside.span();
        match entry(argument.form, &inside) {
            Ok(entry) if ends(&inside) => entries.push(entry),
            Ok(entry) if inside.peek(Ident::peek_any) => {
                let message = format!("expected `,` between the names in `{}`", argument.word);
                mistakes.at(inside.span(), message);
                entries.push(entry);
                continue;
            }
            _ => {
                mistakes.add(wrong(argument, at));
                skip(&inside);
            }
        }
        if !inside.is_empty() {
            inside.parse::<Token![,]>()?;
        }
    }
    Ok(entries)
}

/// Texts between parentheses.
fn texts(argument: &Argument, input: ParseStream, mistakes: &mut Mistakes) -> Result<Vec<LitStr>> {
    let inside;
    syn::parenthesized!(inside in input);
    let mut texts = Vec::new();
    while !inside.is_empty() {
        let at = inside.span();
        match inside.parse::<LitStr>() {
            Ok(text) if ends(&inside) => texts.push(text),
            _ => {
                mistakes.add(wrong(argument, at));
                skip(&inside);
            }
        }
        if !inside.is_empty() {
            inside.parse::<Token![,]>()?;
        }
    }
    Ok(texts)
}

fn entry(form: Form, input: ParseStream) -> Result<Entry> {
    let name = input.call(Ident::parse_any)?;
    let value = match form {
        Form::Names => None,
        Form::Fields if !input.peek(Token![=]) => None,
        _ => {
            input.parse::<Token![=]>()?;
            Some(input.parse()?)
        }
    };
    Ok(Entry { name, value })
}

/// Whether the argument ends here.
pub(super) fn ends(input: ParseStream) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Passes over what is left of an argument that could not be read.
pub(super) fn skip(input: ParseStream) {
    while !ends(input) {
        if TokenTree::parse(input).is_err() {
            return;
        }
    }
}
