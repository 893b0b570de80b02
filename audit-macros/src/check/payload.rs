//! Members of a payload and how they are kept out of records: a [`Masked`], or every mistake at once.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Field, LitStr, Path, Token, WherePredicate};

use super::door;
use super::plan::Redaction;
use crate::item::{Payload, Said, said};
use crate::mistake::{Mistakes, suggestion};

const WORDS: [(&str, Redaction); 4] = [
    ("mask", Redaction::Mask),
    ("hash", Redaction::Hash),
    ("seal", Redaction::Seal),
    ("drop", Redaction::Drop),
];

/// A payload whose members say how they are kept out of records.
pub(crate) struct Masked {
    pub(crate) payload: Payload,
    pub(crate) door: TokenStream,
    /// How all of it is kept out.
    pub(crate) whole: Option<Redaction>,
    /// How its members are, in their order.
    pub(crate) members: Vec<Option<Redaction>>,
    /// What has to hold of its type parameters.
    pub(crate) bounds: Vec<TokenStream>,
    /// Whether the bounds are its author's.
    pub(crate) own_bounds: bool,
    /// Whether its author gives it a name.
    pub(crate) is_renamed: bool,
    /// Whether its author says where serde is.
    pub(crate) has_crate: bool,
}

/// What serde's attributes say that matters here.
#[derive(Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an attribute of its own"
)]
struct Serde {
    is_renamed: bool,
    has_crate: bool,
    bound: Option<LitStr>,
    /// `serialize_with` or `with`.
    with: Option<Ident>,
    flatten: bool,
    skipped: bool,
}

/// Holds what is said of the members against them.
pub(crate) fn payload(mut payload: Payload) -> Result<Masked, Mistakes> {
    let mut mistakes = Mistakes::default();
    let mut path = None;
    let whole = word(&payload.attributes, Some(&mut path), &mut mistakes);
    let own = serde(&payload.attributes, &mut mistakes);
    let parameters: Vec<String> = payload
        .generics
        .type_params()
        .map(|parameter| parameter.ident.to_string())
        .collect();
    let mut used = vec![false; parameters.len()];
    let door = door(path.as_ref());
    let mut bounds = predicates(own.bound.as_ref(), &mut mistakes);
    let mut members = Vec::new();
    for field in payload.members() {
        let how = word(&field.attrs, None, &mut mistakes);
        let said = serde(&field.attrs, &mut mistakes);
        if how.is_some() {
            conflicts(field, &said, &mut mistakes);
        }
        bounds.extend(predicates(said.bound.as_ref(), &mut mistakes));
        if said.bound.is_none() && said.with.is_none() && !said.skipped {
            mention(&field.ty.to_token_stream(), &parameters, &mut used);
        }
        members.push(how);
    }
    if own.bound.is_none() {
        for (parameter, used) in payload.generics.type_params().zip(used) {
            if used {
                let ident = &parameter.ident;
                bounds.push(quote::quote!(#ident: #door::serde::Serialize));
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Masked {
        payload,
        door,
        whole,
        members,
        bounds,
        own_bounds: own.bound.is_some(),
        is_renamed: own.is_renamed,
        has_crate: own.has_crate,
    })
}

/// The one word that the attributes of a place say.
fn word(
    attributes: &[Attribute],
    mut path: Option<&mut Option<Path>>,
    mistakes: &mut Mistakes,
) -> Option<Redaction> {
    let said = said(attributes).unwrap_or_else(|error| {
        mistakes.add(error);
        Vec::new()
    });
    let mut found: Option<(String, Redaction)> = None;
    for said in said {
        match said {
            Said::Crate(written) => match &mut path {
                Some(path) => **path = Some(written),
                None => mistakes.on(&written, "`crate` stands at the type, not at its members"),
            },
            Said::Word(ident) => {
                let typed = ident.to_string();
                let Some((_, how)) = WORDS.iter().find(|(word, _)| *word == typed) else {
                    let near = suggestion(&typed, WORDS.map(|(word, _)| word));
                    let expected = "expected one of `mask`, `hash`, `seal`, `drop`";
                    mistakes.on(&ident, format!("unknown word `{typed}`{near}: {expected}"));
                    continue;
                };
                if let Some((first, _)) = &found {
                    let message = format!("found `{first}` and `{typed}`, expected one word");
                    mistakes.on(&ident, message);
                }
                found = Some((typed, *how));
            }
        }
    }
    found.map(|(_, how)| how)
}

/// Reports what can't stand beside a mark.
fn conflicts(field: &Field, said: &Serde, mistakes: &mut Mistakes) {
    let member = field.ident.as_ref();
    let name = member.map_or_else(|| "the member".to_owned(), |ident| format!("`{ident}`"));
    if let Some(with) = &said.with {
        let message = format!(
            "{name} is marked and has `{with}` too: give it a type that serializes like this, and mark that"
        );
        mistakes.on(with, message);
    }
    if said.flatten {
        let message = format!(
            "{name} is flattened, so that it has no place of its own: mark the members of its type"
        );
        mistakes.on(&field.ty, message);
    }
}

/// Reads serde's attributes as far as they matter.
fn serde(attributes: &[Attribute], mistakes: &mut Mistakes) -> Serde {
    let mut found = Serde::default();
    for attribute in attributes {
        if attribute.path().is_ident("serde") {
            let read = attribute.parse_nested_meta(|meta| found.read(&meta));
            if let Err(error) = read {
                mistakes.add(error);
            }
        }
    }
    found
}

impl Serde {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<(), Error> {
        let word = meta.path.get_ident().map(ToString::to_string);
        match word.as_deref() {
            Some("rename") => self.is_renamed = true,
            Some("crate") => self.has_crate = true,
            Some("flatten") => self.flatten = true,
            Some("skip" | "skip_serializing") => self.skipped = true,
            Some("with" | "serialize_with") => self.with = meta.path.get_ident().map(named),
            Some("bound") => return self.read_bound(meta),
            _ => {}
        }
        pass(meta)
    }

    /// `bound = ".."` or `bound(serialize = "..")`.
    fn read_bound(&mut self, meta: &ParseNestedMeta<'_>) -> Result<(), Error> {
        if meta.input.peek(Token![=]) {
            self.bound = Some(meta.value()?.parse()?);
            return Ok(());
        }
        meta.parse_nested_meta(|inner| {
            let bound: LitStr = inner.value()?.parse()?;
            if inner.path.is_ident("serialize") {
                self.bound = Some(bound);
            }
            Ok(())
        })
    }
}

fn named(ident: &Ident) -> Ident {
    Ident::new(&ident.to_string(), ident.span())
}

/// Passes over what serde reads itself.
fn pass(meta: &ParseNestedMeta<'_>) -> Result<(), Error> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        let _token: TokenTree = meta.input.parse()?;
    }
    Ok(())
}

/// The predicates that a bound consists of.
fn predicates(bound: Option<&LitStr>, mistakes: &mut Mistakes) -> Vec<TokenStream> {
    let Some(bound) = bound else {
        return Vec::new();
    };
    match bound.parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated) {
        Ok(predicates) => predicates.iter().map(ToTokens::to_token_stream).collect(),
        Err(error) => {
            mistakes.add(error);
            Vec::new()
        }
    }
}

/// Notes which parameters a type mentions, as serde does: not those of a `PhantomData`.
fn mention(tokens: &TokenStream, parameters: &[String], used: &mut [bool]) {
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(ident) if ident == "PhantomData" => return,
            TokenTree::Ident(ident) => {
                let place = parameters.iter().position(|name| ident == name);
                if let Some(used) = place.and_then(|place| used.get_mut(place)) {
                    *used = true;
                }
            }
            TokenTree::Group(group) => mention(&group.stream(), parameters, used),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
