//! Arguments that are no fields and may be kept out of records all the same.

use proc_macro2::Ident;
use quote::ToTokens;

use super::mention::mentions;
use crate::check::{Captured, FieldValue, Plan};
use crate::item::{Binding, Captures, Exists, Shape};

/// The arguments that may be of a type that keeps them out of records, though they are no fields: of what a pattern binds nobody
/// knows the type. What a future made by hand does not mention it does not hold.
pub(super) fn marked(plan: &Plan) -> impl Iterator<Item = &Binding> {
    let is_field = |binding: &Binding| match &plan.captures {
        Captured::Arguments(_) => false,
        Captured::Fields(fields) => fields.iter().any(
            |field| matches!(&field.value, FieldValue::Binding(ident) if *ident == binding.ident),
        ),
    };
    let may_be_read = |place: usize, binding: &Binding| match (&plan.captures, &plan.function.shape)
    {
        (Captured::Arguments(places), _) if places.contains(&place) => true,
        (Captured::Arguments(_), _) if plan.skipped.contains(&binding.name) => false,
        (_, Shape::Tail(tail)) => {
            let ident = &binding.ident;
            mentions(tail.block.stream(), ident) || is_in_attribute(plan, ident)
        }
        _ => true,
    };
    let bindings = plan.function.bindings.iter().enumerate();
    bindings
        .filter(move |(place, binding)| may_be_read(*place, binding) && !is_field(binding))
        .map(|(_, binding)| binding)
        .filter(|binding| !matches!(binding.exists, Exists::Perhaps))
        .filter(|binding| {
            let plain = binding.plain.as_ref();
            plain.is_none_or(|plain| plain.captures == Captures::AtFirstCall)
        })
}

/// Whether an expression of the attribute mentions an argument.
pub(super) fn is_in_attribute(plan: &Plan, ident: &Ident) -> bool {
    let supplies = &plan.supplies;
    let supplied = [
        &supplies.actor,
        &supplies.tenant,
        &supplies.resource,
        &supplies.runtime,
    ];
    let snapshot = supplies.snapshot.iter().map(|(_, expression)| expression);
    let fields = match &plan.captures {
        Captured::Arguments(_) => &[][..],
        Captured::Fields(fields) => fields,
    };
    let given = fields.iter().filter_map(|field| match &field.value {
        FieldValue::Given(expression) => Some(expression),
        FieldValue::Binding(_) => None,
    });
    let mut all = supplied.into_iter().flatten().chain(snapshot).chain(given);
    all.any(|expression| mentions(expression.to_token_stream(), ident))
}
