//! Holds what was written against what it was written on: a [`Plan`], or every mistake at once.

mod answer;
mod callee;
mod component;
mod field;
mod form;
mod function;
mod name;
mod payload;
mod plan;
mod record;
mod refusal;
mod role;
mod wiring;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Path;

pub(crate) use self::component::{component, free};
#[cfg(test)]
pub(crate) use self::name::TAKEN;
pub(crate) use self::payload::{Masked, payload};
pub(crate) use self::plan::{
    Captured, Delivery, Field, FieldValue, Plan, Record, Redaction, Supplies, Unrecordable,
};
pub(crate) use self::wiring::{
    Callee, Component, Free, Overflow, Parameter, Receiver, Role, Runnable, Subscribe, Wire,
};
use crate::args::{Name, Written};
use crate::attribute::Kind;
use crate::item::Function;
use crate::manifest::{Defaults, Uninstalled};
use crate::mistake::Mistakes;

/// Turns arguments and function into a plan; `mistakes` holds what reading them found.
pub(crate) fn plan(
    kind: Kind,
    mut written: Written,
    function: Function,
    defaults: &Defaults,
    mut mistakes: Mistakes,
) -> Result<Plan, Mistakes> {
    for mistake in &defaults.mistakes {
        mistakes.at(Span::call_site(), mistake);
    }
    function::check(kind, &written, &function, &mut mistakes);
    if kind == Kind::Admit {
        refusal::check(&written, &function, &mut mistakes);
    }
    let (captures, skipped, redactions) = field::check(&mut written, &function, &mut mistakes);
    let action = record::not_empty(&mut written, Name::Action, &mut mistakes);
    let supplies = supplies(&mut written, &mut mistakes);
    let delivery = record::delivery(&mut written);
    let on_unrecordable = record::on_unrecordable(&mut written, delivery, &mut mistakes);
    let durable_timeout_ms = record::durable_timeout(&mut written, delivery, &mut mistakes);
    let refuses = kind == Kind::Admit;
    let uninstalled = if refuses {
        written
            .text(Name::Uninstalled)
            .and_then(|word| Uninstalled::from_word(&word.value()))
            .unwrap_or(defaults.uninstalled)
    } else {
        Uninstalled::Run
    };
    let door = door(written.path(Name::Crate).as_ref());
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Plan {
        refuses,
        door,
        action,
        captures,
        skipped,
        redactions,
        supplies,
        record: record::record(&written),
        delivery,
        uninstalled,
        on_unrecordable,
        durable_timeout_ms,
        on_refuse: written.path(Name::OnRefuse),
        explain: written.identifier(Name::Explain),
        watch_manifest: defaults.watch,
        function,
    })
}

/// The path to the hidden door of `audit_core`.
fn door(written: Option<&Path>) -> TokenStream {
    let Some(path) = written else {
        return quote_spanned!(Span::mixed_site()=> ::audit_core::__private);
    };
    // The user's path is to blame if there is no such door behind it.
    let last = path.segments.last().map(|last| last.ident.span());
    let span = last.unwrap_or_else(Span::call_site);
    quote_spanned!(Span::mixed_site().located_at(span)=> #path::__private)
}

fn supplies(written: &mut Written, mistakes: &mut Mistakes) -> Supplies {
    Supplies {
        actor: written.expression(Name::Actor),
        tenant: record::tenant(written, mistakes),
        resource: written.expression(Name::Resource),
        runtime: written.expression(Name::Runtime),
        snapshot: field::snapshot(written, mistakes),
    }
}
