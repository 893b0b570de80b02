//! The static facts of a function: one `Site` in the program for each.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::argument::marked;
use super::mixed;
use crate::check::{Captured, Delivery, Plan, Redaction, Unrecordable};
use crate::item::Captures;
use crate::manifest::Uninstalled;

/// A reference to the function's site, which the program can list. The static lives in a block of its own, where the
/// user's body can't name it.
pub(super) fn registered(plan: &Plan) -> TokenStream {
    let door = &plan.door;
    let site = site(plan);
    let watch = plan.watch_manifest.then(watch);
    // The name of the static is inside the macro with it: a wrong `crate = path` is one mistake, not two.
    quote_spanned!(mixed()=> { #watch #door::element! { #site &__SITE } })
}

/// The same facts for the companion, which is no annotated function and is not listed.
pub(super) fn unlisted(plan: &Plan) -> TokenStream {
    let site = site(plan);
    quote_spanned!(mixed()=> { #site &__SITE })
}

/// Has the compiler expand anew when the manifest changes.
fn watch() -> TokenStream {
    quote_spanned! {mixed()=>
        const _: &[u8] = ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    }
}

/// `static __SITE: P::Site = P::Site::audit(..)`, and a method for everything else the attribute says: what stands here
/// is compiled once for each annotated function, so it is as little as can be.
fn site(plan: &Plan) -> TokenStream {
    let door = &plan.door;
    let ident = &plan.function.signature.ident;
    let kind = word(if plan.refuses { "admit" } else { "audit" });
    let name = ident.unraw().to_string();
    let line = Literal::u32_suffixed(line(ident.span()));
    let asynchronous = plan.function.is_awaited();
    let arguments = arguments(plan);
    let said = said(plan);
    quote_spanned! {mixed()=>
        static __SITE: #door::Site = #door::Site::#kind(
            #name,
            ::core::module_path!(),
            ::core::file!(),
            #line,
            #asynchronous,
            &[#(#arguments),*],
        ) #said;
    }
}

/// One method for each thing that the attribute says.
fn said(plan: &Plan) -> TokenStream {
    let mut said = TokenStream::new();
    if let Some(action) = &plan.action {
        said.extend(quote_spanned!(mixed()=> .action(#action)));
    }
    if let Captured::Fields(fields) = &plan.captures {
        let names = fields.iter().map(|field| &field.name);
        said.extend(quote_spanned!(mixed()=> .fields(&[#(#names),*])));
    }
    if !plan.redactions.is_empty() {
        let redactions = plan
            .redactions
            .iter()
            .map(|redaction| redacted(plan, redaction));
        said.extend(quote_spanned!(mixed()=> .redactions(&[#(#redactions),*])));
    }
    if marked(plan).next().is_some() {
        said.extend(quote_spanned!(mixed()=> .marks_arguments()));
    }
    let supplies = &plan.supplies;
    let (actor, tenant, resource) = (
        supplies.actor.is_some(),
        supplies.tenant.is_some(),
        supplies.resource.is_some(),
    );
    if actor || tenant || resource || !supplies.snapshot.is_empty() {
        let snapshot = supplies.snapshot.iter().map(|(name, _)| name);
        said.extend(
            quote_spanned!(mixed()=> .supplies(#actor, #tenant, #resource, &[#(#snapshot),*])),
        );
    }
    if supplies.runtime.is_some() {
        said.extend(quote_spanned!(mixed()=> .supplies_runtime()));
    }
    if plan.refuses && plan.uninstalled == Uninstalled::Run {
        said.extend(quote_spanned!(mixed()=> .runs_uninstalled()));
    }
    said.extend(delivered(plan));
    said
}

fn redacted(plan: &Plan, (field, redaction): &(String, Redaction)) -> TokenStream {
    let door = &plan.door;
    let redaction = word(redaction.variant());
    quote_spanned!(mixed()=> (#field, #door::Redaction::#redaction))
}

/// How records are delivered, and what goes with it: nothing does without it.
fn delivered(plan: &Plan) -> Option<TokenStream> {
    let door = &plan.door;
    let delivery = word(match plan.delivery? {
        Delivery::BestEffort => "BestEffort",
        Delivery::Buffered => "Buffered",
        Delivery::Durable => "Durable",
    });
    let on_unrecordable = option(plan.on_unrecordable.map(|answer| {
        let answer = word(match answer {
            Unrecordable::Refuse => "Refuse",
            Unrecordable::Run => "Run",
        });
        quote_spanned!(mixed()=> #door::Unrecordable::#answer)
    }));
    let timeout = option(plan.durable_timeout_ms.map(|millis| quote!(#millis)));
    Some(quote_spanned! {mixed()=>
        .delivered(#door::Delivery::#delivery, #on_unrecordable, #timeout)
    })
}

/// The arguments that may become fields: name, type, and whether it can be captured, by number.
fn arguments(plan: &Plan) -> Vec<TokenStream> {
    let places: &[usize] = match &plan.captures {
        Captured::Fields(_) => &[],
        Captured::Arguments(places) => places,
    };
    let bindings = places
        .iter()
        .filter_map(|place| plan.function.bindings.get(*place));
    let arguments = bindings.filter_map(|binding| {
        let plain = binding.plain.as_ref()?;
        let (name, type_text) = (&binding.name, &plain.type_text);
        let captures = Literal::u8_unsuffixed(match plain.captures {
            Captures::Known => 0,
            Captures::Never => 1,
            Captures::AtFirstCall => 2,
        });
        Some(quote_spanned!(mixed()=> (#name, #type_text, #captures)))
    });
    arguments.collect()
}

/// `Some` or `None`, whatever these words mean in the user's module.
pub(super) fn option(tokens: Option<TokenStream>) -> TokenStream {
    tokens.map_or_else(
        || quote_spanned!(mixed()=> ::core::option::Option::None),
        |tokens| quote_spanned!(mixed()=> ::core::option::Option::Some(#tokens)),
    )
}

pub(super) fn word(text: &str) -> Ident {
    Ident::new(text, mixed())
}

/// The line of the function's name. Inside the compiler it is the compiler that knows.
pub(super) fn line(span: Span) -> u32 {
    let line = if proc_macro::is_available() {
        span.unwrap().line()
    } else {
        test_line(span)
    };
    u32::try_from(line).unwrap_or(u32::MAX)
}

#[cfg(test)]
fn test_line(span: Span) -> usize {
    span.start().line
}

#[cfg(not(test))]
fn test_line(_: Span) -> usize {
    0
}
