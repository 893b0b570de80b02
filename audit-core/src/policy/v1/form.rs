//! Values that may take one of several forms, tried in a fixed order until one fits.
//!
//! Version 1 first takes such a value as it stands (here [`is_readable`]) and then tries form after form, silently; only
//! when none fits is there an error. That has consequences a reader of policies meets as surprises, and which are kept:
//! unquoted words are resolved first, so `action: 1` is a number and no action; a key given twice makes the form fail
//! rather than the file; a key that is no text makes it fail, but a whole number counts as the position of a key; and a
//! list stands for a map whose keys were left out.

use std::sync::Arc;

use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{found, quoted};
use crate::policy::yaml::{Kind, Node, Scalar, Tag};

/// Whether the value can be taken as it stands, down to its last part. What can't is reported.
pub(super) fn is_readable(node: &Node, log: &mut Log) -> bool {
    if let Some(Tag::Local(tag)) = node.tag.as_deref() {
        let message = format!(
            "found the tag {}, no tag of one's own is accepted here",
            quoted(&format!("!{tag}"))
        );
        log.report(ProblemKind::YamlSyntax, node.place, message, None);
        return false;
    }
    match &node.kind {
        Kind::Cut => false,
        Kind::Scalar { .. } => is_readable_scalar(node, log),
        // Every part is looked at, so that every mistake is reported.
        Kind::Sequence(items) => items
            .iter()
            .fold(node.whole, |so_far, item| is_readable(item, log) && so_far),
        Kind::Mapping(entries) => entries.iter().fold(node.whole, |so_far, [key, value]| {
            let key = is_readable(key, log);
            is_readable(value, log) && key && so_far
        }),
    }
}

fn is_readable_scalar(node: &Node, log: &mut Log) -> bool {
    let (kind, message, hint) = match node.scalar() {
        Some(Scalar::Huge) => (
            ProblemKind::InvalidType,
            format!(
                "found {}, expected a whole number of at most 64 bits",
                found(node)
            ),
            Some("write it with a decimal point, or quote it to make it a text".to_owned()),
        ),
        Some(_) => return true,
        None => (
            ProblemKind::InvalidValue,
            format!("found {}, which does not fit its tag", found(node)),
            None,
        ),
    };
    log.report(kind, node.place, message, hint);
    false
}

/// The values of a map's known keys, in the order of `names`. `None` if the form does not fit.
pub(super) fn keyed<'n, const N: usize>(node: &'n Node, names: [&str; N]) -> Option<[&'n Node; N]> {
    let mut values = [None; N];
    for [key, value] in node.entries()? {
        let position = match key.scalar()? {
            Scalar::Text => key
                .text()
                .and_then(|text| names.iter().position(|name| *name == &**text)),
            Scalar::Unsigned(position) => usize::try_from(position).ok(),
            _ => return None,
        };
        let Some(slot) = position.and_then(|position| values.get_mut(position)) else {
            continue;
        };
        if slot.replace(value).is_some() {
            return None;
        }
    }
    all_of(values)
}

/// Like [`keyed`], but a list of the values in the order of `names` fits too.
pub(super) fn record<'n, const N: usize>(
    node: &'n Node,
    names: [&str; N],
) -> Option<[&'n Node; N]> {
    match node.items() {
        Some(items) => all_of(<&[Node; N]>::try_from(items).ok()?.each_ref().map(Some)),
        None => keyed(node, names),
    }
}

fn all_of<const N: usize>(values: [Option<&Node>; N]) -> Option<[&Node; N]> {
    let present: Vec<&Node> = values.into_iter().collect::<Option<_>>()?;
    present.try_into().ok()
}

/// A text that was not resolved to anything else.
pub(super) fn text(node: &Node) -> Option<Arc<str>> {
    (node.scalar()? == Scalar::Text).then(|| node.text().cloned())?
}

/// A boolean.
pub(super) fn boolean(node: &Node) -> Option<bool> {
    match node.scalar()? {
        Scalar::Boolean(value) => Some(value),
        _ => None,
    }
}

/// A number; whole ones lose what 53 bits can't hold.
#[expect(
    clippy::cast_precision_loss,
    reason = "version 1 compares numbers as f64"
)]
pub(super) fn number(node: &Node) -> Option<f64> {
    match node.scalar()? {
        Scalar::Unsigned(number) => Some(number as f64),
        Scalar::Negative(number) => Some(number as f64),
        Scalar::Float(number) => Some(number),
        _ => None,
    }
}

/// A count.
pub(super) fn count(node: &Node) -> Option<u64> {
    match node.scalar()? {
        Scalar::Unsigned(count) => Some(count),
        Scalar::Negative(count) => u64::try_from(count).ok(),
        _ => None,
    }
}

/// A list whose items all fit.
pub(super) fn list<T>(node: &Node, read: impl FnMut(&Node) -> Option<T>) -> Option<Vec<T>> {
    node.items()?.iter().map(read).collect()
}
