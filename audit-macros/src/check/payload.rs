//! Members of a payload and how they are kept out of records: a [`Masked`], or every mistake at once.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Field, Fields, LitStr, Path, Token, Variant, WherePredicate};

use super::door;
use super::form::Form;
use super::plan::Redaction;
use crate::item::{Body, Payload, Said, said};
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

/// Holds what is said of the members against them.
pub(crate) fn payload(payload: Payload) -> Result<Masked, Mistakes> {
    let mut mistakes = Mistakes::default();
    let mut path = None;
    let whole = word(&payload.attributes, Some(&mut path), &mut mistakes);
    let own = Form::read(&payload.attributes, &mut mistakes);
    let parameters = payload.generics.type_params();
    let parameters: Vec<String> = parameters
        .map(|parameter| parameter.ident.to_string())
        .collect();
    let mut members = Members {
        used: vec![false; parameters.len()],
        parameters,
        marks: Vec::new(),
        bounds: predicates(own.bound.as_ref(), &mut mistakes),
        mistakes,
    };
    match &payload.body {
        Body::Struct(fields) => fields.iter().for_each(|field| members.add(field, None)),
        Body::Enum(variants) => {
            let variants = variants.iter();
            variants.for_each(|variant| members.add_all(variant, &own));
        }
    }
    let Members {
        used,
        marks,
        mut bounds,
        mut mistakes,
        ..
    } = members;
    if let Some(into) = &own.into
        && marks.iter().any(Option::is_some)
    {
        let message = "with `into` another type is written, whose members bear no mark of these: derive `Sensitive` for that, or mark the type itself";
        mistakes.on(into, message);
    }
    let door = door(path.as_ref());
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
        members: marks,
        bounds,
        own_bounds: own.bound.is_some(),
        is_renamed: own.is_renamed,
        has_crate: own.has_crate,
    })
}

/// What is said of the members, as far as it was read.
struct Members {
    /// The type's parameters, and which of them its members mention.
    parameters: Vec<String>,
    used: Vec<bool>,
    marks: Vec<Option<Redaction>>,
    bounds: Vec<TokenStream>,
    mistakes: Mistakes,
}

impl Members {
    /// Adds one member; of a variant whose mark holds for all of its members.
    fn add(&mut self, field: &Field, variant: Option<Redaction>) {
        let own = word(&field.attrs, None, &mut self.mistakes);
        let how = own.into_iter().chain(variant);
        let how = how.max_by_key(|how| how.strictness());
        let said = Form::read(&field.attrs, &mut self.mistakes);
        if how.is_some() {
            conflicts(field, &said, &mut self.mistakes);
        }
        let bounds = predicates(said.bound.as_ref(), &mut self.mistakes);
        self.bounds.extend(bounds);
        if said.bound.is_none() && said.with.is_none() && !said.skipped {
            let tokens = field.ty.to_token_stream();
            mention(&tokens, &self.parameters, &mut self.used);
        }
        self.marks.push(how);
    }

    /// Adds the members of a variant.
    fn add_all(&mut self, variant: &Variant, own: &Form) {
        let how = word(&variant.attrs, None, &mut self.mistakes);
        let said = Form::read(&variant.attrs, &mut self.mistakes);
        let ident = &variant.ident;
        if how.is_some() && variant.fields.is_empty() {
            let message = format!("`{ident}` has no members that could be kept out of records");
            self.mistakes.on(ident, message);
        }
        let before = self.marks.len();
        variant.fields.iter().for_each(|field| self.add(field, how));
        let mut marks = self.marks.iter().skip(before);
        if marks.all(Option::is_none) || said.skipped {
            return;
        }
        if let Some(with) = &said.with {
            let message = format!(
                "`{ident}` is marked and has `{with}` too: give its content a type that serializes like this, and mark that"
            );
            self.mistakes.on(with, message);
        }
        let is_one =
            matches!(&variant.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
        if is_one && own.is_tagged_inside() && !said.untagged {
            let message = format!(
                "the content of `{ident}` is written beside its tag, so that it has no place of its own: mark the members of its type"
            );
            self.mistakes.on(ident, message);
        }
    }
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
fn conflicts(field: &Field, said: &Form, mistakes: &mut Mistakes) {
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
