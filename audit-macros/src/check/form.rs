//! What serde's attributes say of a payload, as far as its marks depend on it: a [`Form`].

use proc_macro2::{Ident, TokenTree};
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, LitStr, Token};

use crate::mistake::Mistakes;

/// What serde's attributes of one place say that matters here.
#[derive(Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an attribute of its own"
)]
pub(super) struct Form {
    pub(super) is_renamed: bool,
    pub(super) has_crate: bool,
    pub(super) bound: Option<LitStr>,
    /// `serialize_with` or `with`.
    pub(super) with: Option<Ident>,
    /// `into`.
    pub(super) into: Option<Ident>,
    pub(super) flatten: bool,
    pub(super) skipped: bool,
    tag: bool,
    content: bool,
    pub(super) untagged: bool,
}

impl Form {
    /// Reads serde's attributes.
    pub(super) fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut found = Self::default();
        for attribute in attributes {
            if attribute.path().is_ident("serde") {
                let read = attribute.parse_nested_meta(|meta| found.add(&meta));
                if let Err(error) = read {
                    mistakes.add(error);
                }
            }
        }
        found
    }

    /// Whether the tag of a variant stands among its members.
    pub(super) fn is_tagged_inside(&self) -> bool {
        self.tag && !self.content
    }

    fn add(&mut self, meta: &ParseNestedMeta<'_>) -> Result<(), Error> {
        let word = meta.path.get_ident().map(ToString::to_string);
        match word.as_deref() {
            Some("rename") => self.is_renamed = true,
            Some("crate") => self.has_crate = true,
            Some("flatten") => self.flatten = true,
            Some("tag") => self.tag = true,
            Some("content") => self.content = true,
            Some("untagged") => self.untagged = true,
            Some("skip" | "skip_serializing") => self.skipped = true,
            Some("with" | "serialize_with") => self.with = meta.path.get_ident().map(named),
            Some("into") => self.into = meta.path.get_ident().map(named),
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
