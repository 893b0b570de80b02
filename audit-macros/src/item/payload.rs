//! What `#[derive(Sensitive)]` stands on: a struct or enum, and what is said of its members.

use proc_macro2::{Ident, Span, TokenStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Field, Fields, Generics, Item, Meta, Path, Result, Token, Variant};

/// A struct or enum with marked members.
pub(crate) struct Payload {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) body: Body,
}

/// What it consists of.
pub(crate) enum Body {
    Struct(Fields),
    Enum(Punctuated<Variant, Token![,]>),
}

/// What `#[sensitive(..)]` says.
pub(crate) enum Said {
    Word(Ident),
    Crate(Path),
}

impl Payload {
    /// Reads the item.
    ///
    /// # Errors
    /// It is neither a struct nor an enum.
    pub(crate) fn read(item: TokenStream) -> Result<Self> {
        match syn::parse2(item)? {
            Item::Struct(item) => Ok(Self {
                attributes: item.attrs,
                ident: item.ident,
                generics: item.generics,
                body: Body::Struct(item.fields),
            }),
            Item::Enum(item) => Ok(Self {
                attributes: item.attrs,
                ident: item.ident,
                generics: item.generics,
                body: Body::Enum(item.variants),
            }),
            Item::Union(item) => Err(Error::new(
                item.union_token.span,
                "`Sensitive` can't be derived for a union: nobody knows which of its members is there",
            )),
            _ => Err(Error::new(
                Span::call_site(),
                "`Sensitive` can be derived for a struct or an enum",
            )),
        }
    }

    /// Every member, of whichever variant.
    pub(crate) fn members(&mut self) -> Vec<&mut Field> {
        match &mut self.body {
            Body::Struct(fields) => fields.iter_mut().collect(),
            Body::Enum(variants) => {
                let variants = variants.iter_mut();
                variants
                    .flat_map(|variant| variant.fields.iter_mut())
                    .collect()
            }
        }
    }
}

/// What the attributes of one place say of it.
///
/// # Errors
/// One can't be read, or says nothing.
pub(crate) fn said(attributes: &[Attribute]) -> Result<Vec<Said>> {
    let mut said = Vec::new();
    for attribute in attributes {
        if attribute.path().is_ident("sensitive") {
            let before = said.len();
            if !matches!(attribute.meta, Meta::List(_)) {
                return Err(nothing(attribute, ""));
            }
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("crate") {
                    said.push(Said::Crate(meta.value()?.parse()?));
                } else if let Some(word) = meta.path.get_ident() {
                    said.push(Said::Word(Ident::new(&word.to_string(), word.span())));
                } else {
                    return Err(meta.error("expected one of `mask`, `hash`, `seal`, `drop`"));
                }
                Ok(())
            })?;
            if said.len() == before {
                return Err(nothing(attribute, "()"));
            }
        }
    }
    Ok(said)
}

/// The message for an attribute that says nothing.
fn nothing(attribute: &Attribute, inside: &str) -> Error {
    let message = format!(
        "found `#[sensitive{inside}]`, expected `#[sensitive(mask)]`, or `hash`, `seal` or `drop` in its place"
    );
    Error::new_spanned(attribute, message)
}
