//! For whom a rule has its mode.

use rust_decimal::Decimal;

use super::actor_id;
use super::literal::number::{self, Unread};
use super::names::a_type;
use super::scope::Readable;
use super::shape;
use super::subject;
use crate::policy::model::{FieldRef, FieldType, Rollout, ScalarType};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::decode::{
    Key,
    Presence::{Optional, Required},
};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{found, quoted};
use crate::policy::yaml::Node;

pub(super) const ROLLOUT: [Key; 2] = [("percent", Required), ("by", Optional)];

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
            a_type(declared.kind)
        );
        log.report(ProblemKind::TypeMismatch, subject.place, message, None);
        return None;
    }
    Some(subject.field)
}

fn default_by(node: &Node, readable: &Readable<'_, '_>, log: &mut Log) -> Option<FieldRef> {
    let needed = "a rollout divides by";
    let hint = "declare `id: string` under `actor`, or name another text: `rollout: {percent: .., by: request.tenant}`";
    actor_id::is_declared(node, readable.names, needed, hint, log).then(FieldRef::actor_id)
}
