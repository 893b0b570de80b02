//! The names in lists: fields, what is skipped, what is redacted, what a snapshot holds.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::plan::{Captured, Field, FieldValue, Redaction};
use crate::args::{Entry, Name, Written};
use crate::item::{Binding, Function};
use crate::mistake::{Mistakes, list, suggestion};

const REDACTIONS: [(Name, Redaction); 4] = [
    (Name::Mask, Redaction::Mask),
    (Name::Hash, Redaction::Hash),
    (Name::Seal, Redaction::Seal),
    (Name::Drop, Redaction::Drop),
];

type Redactions = Vec<(String, Redaction)>;

pub(super) fn check(
    written: &mut Written,
    function: &Function,
    mistakes: &mut Mistakes,
) -> (Captured, Vec<String>, Redactions) {
    let bindings = &function.bindings;
    let entries = written.list(Name::Fields);
    let known: Vec<&str> = bindings
        .iter()
        .map(|binding| binding.name.as_str())
        .collect();

    let skipped = names(written, Name::Skip);
    for name in &skipped {
        exists(name, "argument", &known, function, mistakes);
    }
    once(&skipped, "skip", mistakes);

    let fields = entries.map(|entries| fields(entries, function, mistakes));
    for field in fields.iter().flatten() {
        if let Some(name) = skipped.iter().find(|name| text(name) == field.name) {
            let message =
                format!("`{name}` is both in `fields` and in `skip`: take it out of one of them");
            mistakes.on(name, message);
        }
    }

    // Records know fields: an argument that is a field under another name is redacted by that name.
    let (what, redactable): (&str, Vec<&str>) = match &fields {
        Some(fields) => (
            "field",
            fields.iter().map(|field| field.name.as_str()).collect(),
        ),
        None => ("argument or field", known),
    };
    let redactions = redactions(written, (what, &redactable), &skipped, function, mistakes);
    let captures = match fields {
        Some(fields) => Captured::Fields(fields),
        None => Captured::Arguments(arguments(bindings, &skipped)),
    };
    (captures, skipped.iter().map(text).collect(), redactions)
}

/// The plain arguments that are not skipped.
fn arguments(bindings: &[Binding], skipped: &[Ident]) -> Vec<usize> {
    bindings
        .iter()
        .enumerate()
        .filter(|(_, binding)| binding.plain.is_some() && !binding.has_attributes)
        .filter(|(_, binding)| skipped.iter().all(|name| text(name) != binding.name))
        .map(|(index, _)| index)
        .collect()
}

fn fields(entries: Vec<Entry>, function: &Function, mistakes: &mut Mistakes) -> Vec<Field> {
    let known: Vec<&str> = function
        .bindings
        .iter()
        .map(|binding| binding.name.as_str())
        .collect();
    let names: Vec<Ident> = entries.iter().map(|entry| entry.name.clone()).collect();
    once(&names, "fields", mistakes);
    let mut fields = Vec::new();
    for Entry { name, value } in entries {
        let field = text(&name);
        let value = value.map(FieldValue::Given).or_else(|| {
            exists(&name, "argument", &known, function, mistakes);
            let mut bindings = function.bindings.iter();
            let binding = bindings.find(|binding| binding.name == field)?;
            Some(FieldValue::Binding(at(&binding.ident, &name)))
        });
        fields.extend(value.map(|value| Field { name: field, value }));
    }
    fields
}

/// The argument's binding, underlined where the attribute names it.
fn at(binding: &Ident, named: &Ident) -> Ident {
    let mut ident = binding.clone();
    ident.set_span(named.span().resolved_at(binding.span()));
    ident
}

fn redactions(
    written: &mut Written,
    (what, known): (&str, &[&str]),
    skipped: &[Ident],
    function: &Function,
    mistakes: &mut Mistakes,
) -> Redactions {
    let mut found: Vec<(String, Name, Redaction)> = Vec::new();
    for (list, redaction) in REDACTIONS {
        let names = names(written, list);
        once(&names, list.word(), mistakes);
        for name in names {
            let field = text(&name);
            exists(&name, what, known, function, mistakes);
            if skipped.iter().any(|skipped| text(skipped) == field) {
                let message = format!(
                    "`{name}` is skipped, so there is nothing to {0}: take it out of `skip` or of `{0}`",
                    list.word()
                );
                mistakes.on(&name, message);
            }
            match found
                .iter()
                .find(|(known, other, _)| *known == field && *other != list)
            {
                Some((_, other, _)) => {
                    let message = format!(
                        "`{name}` is both in `{}` and in `{}`: one redaction is enough",
                        other.word(),
                        list.word()
                    );
                    mistakes.on(&name, message);
                }
                None => found.push((field, list, redaction)),
            }
        }
    }
    found
        .into_iter()
        .map(|(field, _, redaction)| (field, redaction))
        .collect()
}

pub(super) fn snapshot(written: &mut Written, mistakes: &mut Mistakes) -> Vec<(String, syn::Expr)> {
    let entries = written.list(Name::Snapshot).unwrap_or_default();
    let names: Vec<Ident> = entries.iter().map(|entry| entry.name.clone()).collect();
    once(&names, "snapshot", mistakes);
    entries
        .into_iter()
        .filter_map(|entry| Some((text(&entry.name), entry.value?)))
        .collect()
}

fn names(written: &mut Written, list: Name) -> Vec<Ident> {
    let entries = written.list(list).unwrap_or_default();
    entries.into_iter().map(|entry| entry.name).collect()
}

fn once(names: &[Ident], list: &str, mistakes: &mut Mistakes) {
    for (index, name) in names.iter().enumerate() {
        if names
            .iter()
            .take(index)
            .any(|before| text(before) == text(name))
        {
            mistakes.on(name, format!("`{name}` is named twice in `{list}`"));
        }
    }
}

fn exists(name: &Ident, what: &str, known: &[&str], function: &Function, mistakes: &mut Mistakes) {
    let typed = text(name);
    if known.contains(&typed.as_str()) {
        return;
    }
    if typed == "self" {
        mistakes.on(
            name,
            "`self` is no field as a whole: name a part of it, as in `fields(name = self.name)`",
        );
        return;
    }
    let of = &function.signature.ident;
    let message = if known.is_empty() {
        format!("`{name}` is no {what} of `{of}`, which has none")
    } else {
        let suggestion = suggestion(&typed, known.iter().copied());
        let separator = if suggestion.is_empty() { ":" } else { "" };
        let verb = if known.len() == 1 { "is" } else { "are" };
        format!(
            "`{name}` is no {what} of `{of}`{suggestion}{separator} there {verb} {}",
            list(known.iter().copied())
        )
    };
    mistakes.on(name, message);
}

/// A name as policy knows it, without `r#`.
fn text(name: &Ident) -> String {
    name.unraw().to_string()
}
