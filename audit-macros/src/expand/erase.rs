//! Types without `impl Trait`, which only a signature may say.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type, TypeInfer, TypeParamBound};

/// The type with `_` for every `impl Trait` in it.
pub(super) fn erased(tokens: TokenStream) -> TokenStream {
    if !says_impl(tokens.clone()) {
        return tokens;
    }
    match syn::parse2::<Type>(tokens.clone()) {
        Ok(mut ty) => {
            erase(&mut ty);
            ty.into_token_stream()
        }
        Err(_) => tokens,
    }
}

fn says_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => word == "impl",
        TokenTree::Group(group) => says_impl(group.stream()),
        _ => false,
    })
}

fn erase(ty: &mut Type) {
    match ty {
        Type::ImplTrait(bounds) => {
            let underscore_token = syn::token::Underscore(bounds.impl_token.span);
            *ty = Type::Infer(TypeInfer {
                attrs: Vec::new(),
                underscore_token,
            });
        }
        Type::Array(array) => erase(&mut array.elem),
        Type::Group(group) => erase(&mut group.elem),
        Type::Paren(paren) => erase(&mut paren.elem),
        Type::Ptr(pointer) => erase(&mut pointer.elem),
        Type::Reference(reference) => erase(&mut reference.elem),
        Type::Slice(slice) => erase(&mut slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(erase),
        Type::Path(path) => path.path.segments.iter_mut().for_each(erase_in_segment),
        Type::TraitObject(object) => {
            for bound in &mut object.bounds {
                if let TypeParamBound::Trait(bound) = bound {
                    bound.path.segments.iter_mut().for_each(erase_in_segment);
                }
            }
        }
        _ => {}
    }
}

fn erase_in_segment(segment: &mut PathSegment) {
    let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
        return;
    };
    for argument in &mut arguments.args {
        match argument {
            GenericArgument::Type(ty) => erase(ty),
            GenericArgument::AssocType(associated) => erase(&mut associated.ty),
            _ => {}
        }
    }
}
