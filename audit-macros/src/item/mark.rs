//! Which attributes on a function in a component are ours. The compiler alone knows to what a path leads; here it is known by how it is written.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Attribute, Meta, Path};

use super::level::behind_condition;
use crate::attribute::{Kind, MARKS};
use crate::mistake::Mistakes;

/// An attribute of ours on a member.
pub(crate) struct Mark {
    pub(crate) kind: Kind,
    /// Its name, for messages about it.
    pub(crate) name: Ident,
    pub(crate) args: TokenStream,
}

/// Reads an attribute of ours; any other is left alone. `home` is what `crate = path` says.
pub(super) fn mark(
    attribute: &Attribute,
    home: Option<&Path>,
    mistakes: &mut Mistakes,
) -> Option<Mark> {
    let path = attribute.path();
    if path.is_ident("cfg_attr") {
        let (_, behind) = behind_condition(&attribute.meta).ok()?;
        let hidden = behind.iter().find_map(|one| kind_of(one.path(), home))?;
        mistakes.on(
            path,
            format!("{hidden} can't stand inside `cfg_attr`: put `#[cfg(..)]` on the function"),
        );
        return None;
    }
    let kind = kind_of(path, home)?;
    let name = path.segments.last()?.ident.clone();
    let args = match &attribute.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(value) => {
            mistakes.on(
                &value.eq_token,
                format!("{kind} is written {}", kind.example()),
            );
            return None;
        }
    };
    Some(Mark { kind, name, args })
}

/// A word of ours, alone or behind our crate. Behind any other path the same word is somebody else's, as `#[contracts::requires]` is.
fn kind_of(path: &Path, home: Option<&Path>) -> Option<Kind> {
    let mut words = words(path);
    let last = words.pop()?;
    let kind = MARKS.iter().find(|kind| last == kind.word()).copied()?;
    let is_ours = words.is_empty()
        || words == ["audit_core"]
        || home.is_some_and(|home| words == self::words(home));
    is_ours.then_some(kind)
}

fn words(path: &Path) -> Vec<Ident> {
    let segments = path.segments.iter();
    segments.map(|segment| segment.ident.unraw()).collect()
}

/// Whether an attribute may be one of ours under another name: one of theirs alone begins with a text.
pub(super) fn may_be_ours(attribute: &Attribute) -> bool {
    may_be(&attribute.meta)
}

fn may_be(meta: &Meta) -> bool {
    let Meta::List(list) = meta else {
        return false;
    };
    if list.path.is_ident("cfg_attr") {
        return behind_condition(meta).is_ok_and(|(_, behind)| behind.iter().any(may_be));
    }
    let first = list.tokens.clone().into_iter().next();
    matches!(first, Some(TokenTree::Literal(text)) if text.to_string().starts_with(['"', 'r']))
}

/// Left on a function in a component beside what may be an attribute of ours under another name, for that to find. To the compiler
/// it says nothing, as all attributes of tools.
pub(super) fn within() -> Attribute {
    syn::parse_quote!(#[rustfmt::audit_component])
}

/// Whether an attribute stands within a component that did not know it.
pub(crate) fn is_within(attributes: &[Attribute]) -> bool {
    let is_trace = |one: &Attribute| {
        let mut path = one.path().segments.iter().map(|segment| &segment.ident);
        path.next().is_some_and(|tool| tool == "rustfmt")
            && path.next().is_some_and(|word| word == "audit_component")
    };
    attributes.iter().any(is_trace)
}
