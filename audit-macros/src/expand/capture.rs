//! How values are taken: one closure, asked by index for those that somebody wants.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, UnOp};

use super::argument::marked;
use super::site::option;
use super::{first_span, located, mixed, moved};
use crate::check::{Captured, Field, FieldValue, Plan};
use crate::item::{Binding, Captures, Exists};

/// The closure that captures a field by its place in the site's list, and what is no field if its type keeps it out of records.
pub(super) fn closure(plan: &Plan) -> TokenStream {
    let door = &plan.door;
    let places = (1_u32 << 31..).map(Literal::u32_suffixed);
    let marked = places.zip(marked(plan)).map(|(index, binding)| {
        let ident = &binding.ident;
        let some = option(Some(quote_spanned!(mixed()=> #door::arg(&#ident).marked())));
        let Exists::If(conditions) = &binding.exists else {
            return quote_spanned!(mixed()=> #index => #some,);
        };
        // After a place without an arm nobody asks for another.
        let nothing = option(Some(quote_spanned!(mixed()=> #door::arg(&()).marked())));
        let all = quote_spanned!(mixed()=> all(#(#conditions),*));
        quote_spanned! {mixed()=>
            #[cfg(#all)]
            #index => #some,
            #[cfg(not(#all))]
            #index => #nothing,
        }
    });
    let mut arms: Vec<TokenStream> = match &plan.captures {
        Captured::Arguments(_) => implicit(plan)
            .map(|(index, binding)| {
                let ident = &binding.ident;
                quote_spanned!(mixed()=> #index => #door::arg(&#ident).capture(),)
            })
            .collect(),
        Captured::Fields(fields) => {
            let places = (0u32..).map(Literal::u32_suffixed);
            places
                .zip(fields)
                .map(|(index, field)| arm(door, &index, field))
                .collect()
        }
    };
    arms.extend(marked);
    let none = option(None);
    if arms.is_empty() {
        quote_spanned!(mixed()=> &|_| #none)
    } else {
        quote_spanned!(mixed()=> &|__index| match __index { #(#arms)* _ => #none })
    }
}

/// The arguments that are read where nobody wrote `fields(..)`, with their places in the site's list.
pub(super) fn implicit(plan: &Plan) -> impl Iterator<Item = (Literal, &Binding)> {
    let places: &[usize] = match &plan.captures {
        Captured::Arguments(places) => places,
        Captured::Fields(_) => &[],
    };
    let bindings = places
        .iter()
        .filter_map(|place| plan.function.bindings.get(*place));
    let never = |binding: &Binding| {
        binding
            .plain
            .as_ref()
            .is_some_and(|plain| plain.captures == Captures::Never)
    };
    (0u32..)
        .map(Literal::u32_suffixed)
        .zip(bindings)
        .filter(move |(_, binding)| !never(binding))
}

fn arm(door: &TokenStream, index: &Literal, field: &Field) -> TokenStream {
    // The bound is that of a path and not of a function: a message about it quotes no line of ours.
    let (taken, span) = match &field.value {
        FieldValue::Binding(ident) => {
            // A place is read where it is; moving out of it would end the user's argument.
            let reference = reference(ident, ident.span());
            (capture(door, &reference), ident.span())
        }
        FieldValue::Given(expression) if is_place(expression) => {
            (capture(door, &borrowed(expression)), first_span(expression))
        }
        FieldValue::Given(expression) => {
            let span = located(first_span(expression));
            let given = given(door, &expression.to_token_stream(), span);
            // In a closure of its own: a `?` or `return` must not leave ours, where it would leave the field out.
            (quote_spanned!(span=> (|| #given)()), span)
        }
    };
    let some = option(Some(taken));
    let comma = quote_spanned!(located(span)=> ,);
    quote_spanned!(mixed()=> #index => #some #comma)
}

fn capture(door: &TokenStream, reference: &TokenStream) -> TokenStream {
    let span = located(first_span(reference));
    let door = moved(door, span);
    quote_spanned!(span=> #door::Capture::take(#reference))
}

/// What an expression gives, and how its type keeps that out of records.
fn given(door: &TokenStream, expression: &TokenStream, span: Span) -> TokenStream {
    let door = moved(door, span);
    // The compiler says of an argument that it does not fit: at the user's expression.
    let into = quote_spanned!(span=> #door::IntoField::into_field(__given));
    quote_spanned! {mixed()=>
        match #expression {
            __given => {
                let __kept_out = #door::arg(&__given).redaction();
                #door::Taken::new(#into, __kept_out)
            }
        }
    }
}

/// The closure that supplies actor, tenant, resource, snapshot and runtime, if the attribute names any of them.
pub(super) fn supply(plan: &Plan) -> Option<TokenStream> {
    let supplies = &plan.supplies;
    let door = &plan.door;
    let one = |method: &str, into: &str, turn: &str, expression: &Option<Expr>| {
        let expression = expression.as_ref()?;
        let span = located(first_span(expression));
        let [method, into, turn] = [method, into, turn].map(|word| Ident::new(word, span));
        let (door, value) = (moved(door, span), borrowed(expression));
        let turned = quote_spanned!(span=> #door::#into::#turn(#value));
        Some(quote_spanned!(mixed()=> __supply.#method(|| #turned);))
    };
    let snapshot = supplies.snapshot.iter().map(|(name, expression)| {
        let span = located(first_span(expression));
        let given = given(door, &borrowed(expression), span);
        quote_spanned!(mixed()=> __supply.snapshot(#name, || #given);)
    });
    let all: Vec<TokenStream> = [
        one("runtime", "IntoRuntime", "into_runtime", &supplies.runtime),
        one("actor", "IntoActor", "into_actor", &supplies.actor),
        one("tenant", "IntoTenant", "into_tenant", &supplies.tenant),
        one(
            "resource",
            "IntoResource",
            "into_resource",
            &supplies.resource,
        ),
    ]
    .into_iter()
    .flatten()
    .chain(snapshot)
    .collect();
    (!all.is_empty()).then(|| quote_spanned!(mixed()=> &|__supply| { #(#all)* }))
}

fn borrowed(expression: &Expr) -> TokenStream {
    match expression {
        Expr::Path(_) | Expr::Field(_) if is_place(expression) => {
            reference(expression, first_span(expression))
        }
        // Clippy would ask its user about a `&*` or `&..[..]` that nobody wrote.
        _ if is_place(expression) => reference(expression, located(first_span(expression))),
        _ => expression.to_token_stream(),
    }
}

/// `&place`, of which a message underlines the place.
fn reference(place: &impl ToTokens, span: Span) -> TokenStream {
    quote_spanned!(span=> &#place)
}

/// Whether an expression names a place in memory rather than making a value.
fn is_place(expression: &Expr) -> bool {
    match expression {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Index(index) => is_place(&index.expr),
        Expr::Paren(paren) => is_place(&paren.expr),
        Expr::Group(group) => is_place(&group.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        _ => false,
    }
}
