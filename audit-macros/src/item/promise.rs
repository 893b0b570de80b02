//! Return types that are futures by their spelling.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, PathSegment, Type, TypeParamBound};

/// A returned future.
pub(crate) struct Promise<'a> {
    /// Behind a `Box`: what is returned must be boxed again.
    pub(crate) boxed: bool,
    /// `Output = X`, where it is written.
    pub(crate) output: Option<&'a Type>,
}

/// Recognises `impl Future`, `Pin<Box<dyn Future>>`, `BoxFuture` and `LocalBoxFuture`.
pub(crate) fn promise(ty: &Type) -> Option<Promise<'_>> {
    match ty {
        Type::Paren(paren) => promise(&paren.elem),
        Type::Group(group) => promise(&group.elem),
        Type::ImplTrait(bounds) => {
            let output = future(&bounds.bounds)?;
            Some(Promise {
                boxed: false,
                output,
            })
        }
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            if ["BoxFuture", "LocalBoxFuture"]
                .iter()
                .any(|name| last.ident == name)
            {
                return Some(Promise {
                    boxed: true,
                    // An alias of a crate of the user's may say less than all of the output.
                    output: None,
                });
            }
            let boxed = path_named(types(last).next().filter(|_| last.ident == "Pin")?, "Box")?;
            match types(boxed).next()? {
                Type::TraitObject(object) => {
                    let output = future(&object.bounds)?;
                    Some(Promise {
                        boxed: true,
                        output,
                    })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The `Future` among the bounds: nothing without one, else its `Output`.
#[expect(
    clippy::option_option,
    reason = "a future that doesn't name its output is a future"
)]
fn future<Sign>(bounds: &Punctuated<TypeParamBound, Sign>) -> Option<Option<&Type>> {
    let segment = bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .filter(|last| last.ident == "Future"),
        _ => None,
    })?;
    Some(arguments(segment).find_map(|argument| match argument {
        GenericArgument::AssocType(output) if output.ident == "Output" => Some(&output.ty),
        _ => None,
    }))
}

fn path_named<'a>(ty: &'a Type, name: &str) -> Option<&'a PathSegment> {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .filter(|last| is(&last.ident, name)),
        _ => None,
    }
}

fn is(ident: &Ident, name: &str) -> bool {
    *ident == name
}

fn types(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    arguments(segment).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn arguments(segment: &PathSegment) -> impl Iterator<Item = &GenericArgument> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments.args.iter()),
        _ => None,
    }
    .into_iter()
    .flatten()
}
