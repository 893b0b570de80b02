//! The names that arguments bind, plain ones and those inside patterns.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Meta, Pat, PatIdent, Signature};

use super::capture::{self, Captures};
use super::text::compact;

/// A name that an argument binds.
pub(crate) struct Binding {
    pub(crate) ident: Ident,
    /// As policy and records know it: `type` for `r#type`.
    pub(crate) name: String,
    /// What a plain argument is; nothing for a name inside a pattern.
    pub(crate) plain: Option<Plain>,
    /// An argument with attributes of its own: the wrapper binds nothing in its place, which would not have them.
    pub(crate) has_attributes: bool,
    /// In which builds it exists.
    pub(crate) exists: Exists,
}

/// In which builds an argument exists.
#[derive(Clone)]
pub(crate) enum Exists {
    Always,
    /// Where all of these hold, as `cfg` has them.
    If(Vec<TokenStream>),
    /// An attribute that may be there or not says it: nobody knows.
    Perhaps,
}

impl Exists {
    fn of(attributes: &[Attribute]) -> Self {
        let mut conditions = Vec::new();
        for attribute in attributes {
            let Meta::List(list) = &attribute.meta else {
                continue;
            };
            if list.path.is_ident("cfg") {
                conditions.push(list.tokens.clone());
            } else if list.path.is_ident("cfg_attr") && says_cfg(list.tokens.clone()) {
                return Self::Perhaps;
            }
        }
        if conditions.is_empty() {
            Self::Always
        } else {
            Self::If(conditions)
        }
    }
}

fn says_cfg(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => word == "cfg" || word == "cfg_attr",
        TokenTree::Group(group) => says_cfg(group.stream()),
        _ => false,
    })
}

impl Binding {
    /// Whether its user says that it isn't used.
    pub(crate) fn is_underscored(&self) -> bool {
        self.name.starts_with('_')
    }
}

/// The type of a plain argument.
pub(crate) struct Plain {
    pub(crate) type_text: String,
    pub(crate) captures: Captures,
}

/// All bindings of the arguments but `self`, in order. (The signature comes back as it was.)
pub(crate) fn bindings_of(signature: &mut Signature) -> Vec<Binding> {
    let mut found: Vec<Binding> = Vec::new();
    let generics = &signature.generics;
    for input in &mut signature.inputs {
        let FnArg::Typed(argument) = input else {
            continue;
        };
        let has_attributes = !argument.attrs.is_empty();
        let exists = Exists::of(&argument.attrs);
        let ty = &argument.ty;
        let mut plain = is_plain(&argument.pat).then(|| Plain {
            type_text: compact(ty),
            captures: capture::of(ty, generics),
        });
        each_binding(&mut argument.pat, &mut |binding| {
            let name = binding.ident.unraw().to_string();
            // Both sides of an or-pattern bind the same name.
            if found.iter().all(|known| known.name != name) {
                let ident = binding.ident.clone();
                found.push(Binding {
                    ident,
                    name,
                    plain: plain.take(),
                    has_attributes,
                    exists: exists.clone(),
                });
            }
        });
    }
    found
}

fn is_plain(pattern: &Pat) -> bool {
    matches!(
        pattern,
        Pat::Ident(PatIdent {
            by_ref: None,
            subpat: None,
            ..
        })
    )
}

/// Shows every binding of a pattern to `visit`.
pub(crate) fn each_binding(pattern: &mut Pat, visit: &mut impl FnMut(&mut PatIdent)) {
    match pattern {
        Pat::Ident(binding) => {
            visit(binding);
            if let Some((_, inner)) = &mut binding.subpat {
                each_binding(inner, visit);
            }
        }
        Pat::Or(or) => or
            .cases
            .iter_mut()
            .for_each(|case| each_binding(case, visit)),
        Pat::Paren(paren) => each_binding(&mut paren.pat, visit),
        Pat::Reference(reference) => each_binding(&mut reference.pat, visit),
        Pat::Slice(slice) => slice
            .elems
            .iter_mut()
            .for_each(|item| each_binding(item, visit)),
        Pat::Struct(fields) => fields
            .fields
            .iter_mut()
            .for_each(|field| each_binding(&mut field.pat, visit)),
        Pat::Tuple(tuple) => tuple
            .elems
            .iter_mut()
            .for_each(|item| each_binding(item, visit)),
        Pat::TupleStruct(tuple) => tuple
            .elems
            .iter_mut()
            .for_each(|item| each_binding(item, visit)),
        Pat::Type(typed) => each_binding(&mut typed.pat, visit),
        _ => {}
    }
}
