//! For whom a rule has its mode.

use rust_decimal::Decimal;

use super::literal::number::{self, Unread};
use super::scope::Readable;
use super::shape;
use super::subject;
use crate::policy::model::{Domain, FieldRef, FieldType, Rollout, ScalarType};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::decode::{
    Key,
    Presence::{Optional, Required},
};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{found, quoted};
use crate::policy::yaml::Node;

pub(super) const ROLLOUT: [Key; 2] = [("percent", Required), ("by", Optional)];
/// What is divided by if a rollout does not say.
const BY: &str = "id";

/// Reads a rollout. `None` also where it takes everybody.
pub(super) fn read(node: &Node, readable: &Readable<'_, '_>, log: &mut Log) -> Option<Rollout> {
    let (percent, by) = if node.entries().is_some() {
        let [percent, by] = shape::record(node, "`rollout`", &ROLLOUT, log)?;
        (percent, by)
    } else {
        (Some(node), None)
    };
    let percent = percent.and_then(|node| read_percent(node, log));
    let by = match by {
        Some(by) => read_by(by, readable, log),
        None => default_by(node, readable, log),
    };
    let (percent, by) = (percent?, by?);
    (percent < Decimal::ONE_HUNDRED).then_some(Rollout { percent, by })
}

fn read_percent(node: &Node, log: &mut Log) -> Option<Decimal> {
    let percent = match number::percent(node, log) {
        Ok(percent) => percent,
        Err(Unread::OtherKind) => {
            let hint = shape::text_of(node)
                .map(|text| text.trim_end_matches('%').trim())
                .filter(|text| {
                    text.parse()
                        .is_ok_and(|number: f64| (0.0..=100.0).contains(&number))
                })
                .map(|number| format!("write `{number}`"));
            return shape::mismatch(node, "a percentage from `0` to `100`", hint, log);
        }
        Err(Unread::Reported) => return None,
    };
    if percent < Decimal::ZERO || percent > Decimal::ONE_HUNDRED {
        let message = format!(
            "found {}, expected a percentage from `0` to `100`",
            found(node)
        );
        log.report(ProblemKind::InvalidValue, node.place, message, None);
        return None;
    }
    Some(percent)
}

fn read_by(node: &Node, readable: &Readable<'_, '_>, log: &mut Log) -> Option<FieldRef> {
    let subject = subject::read(node, readable, log)?;
    if let Some(declared) = subject.declared
        && *declared.kind != FieldType::Scalar(ScalarType::String)
    {
        let message = format!(
            "{} is {}, expected a string to divide a rollout by",
            quoted(&subject.field.path()),
            subject::a_type(declared.kind)
        );
        log.report(ProblemKind::TypeMismatch, subject.place, message, None);
        return None;
    }
    Some(subject.field)
}

fn default_by(node: &Node, readable: &Readable<'_, '_>, log: &mut Log) -> Option<FieldRef> {
    let field = FieldRef::new(Domain::Actor, BY.into());
    let Some(names) = readable.names else {
        return Some(field);
    };
    let declared = names
        .fields(Domain::Actor)
        .and_then(|fields| fields.get(BY))
        .map(|(_, declaration)| &declaration.kind);
    if declared == Some(&FieldType::Scalar(ScalarType::String)) {
        return Some(field);
    }
    let (kind, found) = match declared {
        Some(kind) => (
            ProblemKind::TypeMismatch,
            format!("declares it as {}", subject::a_type(kind)),
        ),
        None => (ProblemKind::UnknownField, "does not declare it".to_owned()),
    };
    let message =
        format!("a rollout divides by `actor.id`, and the schema {found}; expected a string field");
    let hint = "declare `id: string` under `actor`, or name another text: `rollout: {percent: .., by: request.tenant}`";
    log.report(kind, node.place, message, Some(hint.to_owned()));
    None
}
