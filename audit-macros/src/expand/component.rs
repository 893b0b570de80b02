//! `#[component]`: the impl block without its marks, and beside it what makes the type a component.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};

use super::{doubt, first_span, located, mixed, moved, wire};
use crate::args::{self, Name};
use crate::attribute::Kind;
use crate::check::{self, Component, Role, Wire};
use crate::item::block;
use crate::mistake::Mistakes;

/// The whole way of `#[component]`. What comes back is never less than the impl block.
pub(crate) fn component(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let written = args::read(Kind::Component, args, &mut mistakes);
    let block = match block::read(item.clone(), written.peek_path(Name::Crate), &mut mistakes) {
        Ok(block) => block,
        Err(error) => {
            mistakes.add(error);
            return mistakes.beside(item);
        }
    };
    match check::component(written, block, mistakes) {
        Ok(component) => beside(&component),
        Err(both) => {
            let (mistakes, block) = *both;
            mistakes.beside(block.into_token_stream())
        }
    }
}

fn beside(component: &Component) -> TokenStream {
    let Component { door, block, .. } = component;
    let (of, conditions, levels) = (&block.of, block.conditions(), block.levels());
    let facts = facts(component);
    let wired = wired(component);
    let parts = component
        .wires
        .iter()
        .filter_map(|one| wire::part(door, one));
    let doubts = component.wires.iter().filter_map(doubt::of);
    let doubts = doubts.map(|doubt| quote_spanned!(mixed()=> #conditions #levels #doubt));
    let mut tokens = block.to_token_stream();
    tokens.extend(quote_spanned! {mixed()=>
        #(#doubts)*
        #conditions
        #levels
        impl #door::Component for #of {
            // What others should no longer name is named by its own signature.
            #[allow(deprecated)]
            const FACTS: #door::ComponentFacts = #facts;

            fn parts(__this: &#door::Arc<Self>) -> #door::Parts {
                let __parts = #door::Parts::new();
                #(#parts)*
                __parts
            }
        }
        #wired
    });
    tokens
}

/// What is known of it before there is one.
fn facts(component: &Component) -> TokenStream {
    let Component {
        door,
        name,
        version,
        description,
        depends,
        wires,
        ..
    } = component;
    let version = version.as_ref().map_or_else(
        || quote_spanned!(mixed()=> ::core::env!("CARGO_PKG_VERSION")),
        ToTokens::to_token_stream,
    );
    let description = description
        .iter()
        .map(|text| quote_spanned!(mixed()=> .description(#text)));
    let depends =
        (!depends.is_empty()).then(|| quote_spanned!(mixed()=> .depends(&[#(#depends),*])));
    let provided: Vec<TokenStream> = wires.iter().filter_map(|one| provided(door, one)).collect();
    let provides = (!provided.is_empty())
        .then(|| quote_spanned!(mixed()=> .provides(const { &[#(#provided),*] })));
    let facts = quote_spanned! {mixed()=>
        #door::ComponentFacts::new(#name, #version) #(#description)* #depends #provides
    };
    let required: Vec<TokenStream> = wires
        .iter()
        .filter_map(|one| required(component, one))
        .collect();
    if required.is_empty() {
        return facts;
    }
    quote_spanned!(mixed()=> { let __facts = #facts; #(#required)* __facts })
}

fn provided(door: &TokenStream, wire: &Wire) -> Option<TokenStream> {
    let Role::Provides(service) = &wire.role else {
        return None;
    };
    let conditions = &wire.conditions;
    Some(quote_spanned!(mixed()=> #conditions #door::ServiceType::of::<#service>()))
}

/// The services that its constructor takes.
fn required(component: &Component, wire: &Wire) -> Option<TokenStream> {
    let (Role::Requires, false) = (&wire.role, wire.callee.parameters.is_empty()) else {
        return None;
    };
    let door = &component.door;
    let conditions = &wire.conditions;
    let services = wire.callee.parameters.iter().map(|parameter| {
        let of = &parameter.of;
        quote_spanned!(mixed()=> #door::Injected::<#of>::SERVICE)
    });
    // The last one is nothing: by its name the trait counts as used, which some types have no need of.
    Some(quote_spanned! {mixed()=>
        #conditions
        let __facts = __facts.requires(#door::required(const {
            use #door::Inject as _;
            &#door::services([#(#services,)* #door::Injected::<()>::NONE])
        }));
    })
}

/// How it is made from what others have for it.
fn wired(component: &Component) -> TokenStream {
    let wires = component.wires.iter();
    let makers = wires.filter(|wire| matches!(wire.role, Role::Requires));
    let impls = makers.map(|wire| {
        let Component { door, block, .. } = component;
        let (of, conditions) = (&block.of, block.conditions());
        let (own, callee) = (&wire.conditions, &wire.callee);
        let here = located(callee.name.span());
        let name = &callee.name;
        let taken = callee.parameters.iter().map(|parameter| {
            let of = &parameter.of;
            let borrow = parameter.borrows.then(|| quote_spanned!(mixed()=> &));
            // What can't be a service is underlined where its type stands.
            let here = located(first_span(of));
            quote_spanned!(here=> #borrow #door::Injected::<#of>::new().take(__context)?)
        });
        let made = quote_spanned!(here=> Self::#name(#(#taken),*));
        let into = moved(door, here);
        let into_made = quote_spanned!(here=> #into::IntoMade::<Self>::into_made(#made));
        quote_spanned! {mixed()=>
            #conditions
            #own
            #[allow(deprecated)]
            impl #door::Wired for #of {
                fn wire(
                    __context: &#door::Context<'_>,
                ) -> ::core::result::Result<Self, #door::BoxError> {
                    #into_made
                }
            }
        }
    });
    impls.collect()
}
