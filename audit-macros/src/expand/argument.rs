//! Arguments that are no fields and may be kept out of records all the same.

use crate::check::{Captured, FieldValue, Plan};
use crate::item::{Binding, Captures, Shape};

/// The arguments that may be of a type that keeps them out of records, though they are no fields. What a future made by hand does
/// not mention it does not hold.
pub(super) fn marked(plan: &Plan) -> impl Iterator<Item = &Binding> {
    let is_field = |binding: &Binding| match &plan.captures {
        Captured::Arguments(_) => false,
        Captured::Fields(fields) => fields.iter().any(
            |field| matches!(&field.value, FieldValue::Binding(ident) if *ident == binding.ident),
        ),
    };
    let may_be_read = |place: usize| match &plan.captures {
        Captured::Arguments(places) => places.contains(&place),
        Captured::Fields(_) => !matches!(plan.function.shape, Shape::Tail(_)),
    };
    let bindings = plan.function.bindings.iter().enumerate();
    bindings
        .filter(move |(place, binding)| may_be_read(*place) && !is_field(binding))
        .map(|(_, binding)| binding)
        .filter(|binding| {
            let plain = binding.plain.as_ref();
            plain.is_some_and(|plain| plain.captures == Captures::AtFirstCall)
        })
}
