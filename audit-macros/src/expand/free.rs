//! `#[subscribe]` and `#[runnable]` on a free function: the function as it was written, and an element of the list of all of them.

use proc_macro2::{Literal, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;

use super::{doubt, mixed, site, wire};
use crate::args;
use crate::attribute::Kind;
use crate::check::{self, Free, Role};
use crate::item;
use crate::mistake::Mistakes;

/// The whole way of `#[subscribe]` and `#[runnable]` outside of a component.
pub(crate) fn free(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let written = args::read(kind, args, &mut mistakes);
    let function = match item::read(kind, item.clone()) {
        Ok(function) => function,
        Err(error) => {
            mistakes.add(error);
            return if item::is_closure(&item) {
                mistakes.around(&item)
            } else {
                mistakes.beside(item)
            };
        }
    };
    match check::free(kind, written, &function, mistakes) {
        Ok(free) => {
            let mut tokens = item;
            tokens.extend(listed(&free));
            tokens
        }
        Err(mistakes) => mistakes.beside(item),
    }
}

/// A mark that stands where no `#[component]` reads it.
pub(crate) fn outside(kind: Kind, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    mistakes.at(
        proc_macro2::Span::call_site(),
        format!(
            "{kind} belongs on a method inside an impl block with `#[component]`: put `#[component(\"name\")]` on the impl block, where it is known as {kind} or `#[audit_core::{}]`",
            kind.word()
        ),
    );
    mistakes.beside(item)
}

/// The element of the list. It is found by whoever asks for it, and does nothing by itself.
fn listed(free: &Free) -> TokenStream {
    let Free { door, wire } = free;
    let (kind, topic) = match &wire.role {
        Role::Subscribe(subscribe) => ("subscribe", &subscribe.pattern),
        Role::Runnable(runnable) => ("runnable", &runnable.name),
        _ => return TokenStream::new(),
    };
    let kind = site::word(kind);
    let name = wire.callee.name.unraw().to_string();
    let line = Literal::u32_suffixed(site::line(wire.callee.name.span()));
    let part = wire::free(door, wire);
    let conditions = &wire.conditions;
    let doubt = doubt::of(wire);
    quote_spanned! {mixed()=>
        #doubt
        #conditions
        const _: () = {
            #door::function! {
                static __FUNCTION: #door::FreeFunction = #door::FreeFunction::#kind(
                    #topic,
                    (#name, ::core::module_path!(), ::core::file!(), #line),
                    |__parts| {
                        let __this = &#door::Arc::new(());
                        #part
                        __parts
                    },
                );
            }
        };
    }
}
