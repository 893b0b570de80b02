//! Fields as rules name them: a path such as `actor.address.city`, held against the schema.

use std::sync::Arc;

use super::names::Fields;
use super::schema::ACTION_TYPE;
use super::scope::{Actions, Readable};
use super::shape;
use crate::policy::model::{Declaration, Domain, FieldRef, FieldType, ScalarType};
use crate::policy::problem::{Place, ProblemKind};
use crate::policy::reading::decode::{Key, Presence::Required, mismatch_with};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{did_you_mean, found, listed, quoted};
use crate::policy::yaml::Node;

pub(super) const SUBJECT: [Key; 2] = [("domain", Required), ("field", Required)];
pub(super) const DOMAINS: [(&str, Domain); 4] = [
    (Domain::Action.as_str(), Domain::Action),
    (Domain::Actor.as_str(), Domain::Actor),
    (Domain::Snapshot.as_str(), Domain::Snapshot),
    (Domain::Request.as_str(), Domain::Request),
];

/// A field that a rule names.
pub(super) struct Subject<'s> {
    /// Which.
    pub(super) field: FieldRef,
    /// Where it is named.
    pub(super) place: Place,
    /// What the schema says of it; `None` if that is not known.
    pub(super) declared: Option<Declared<'s>>,
}

/// What the schema says of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Declared<'s> {
    /// Its type.
    pub(super) kind: &'s FieldType,
    /// Whether it, or what it is a part of, may be absent or null.
    pub(super) can_be_absent: bool,
    /// Whether it itself may be null.
    pub(super) nullable: bool,
}

/// A type with its article.
pub(super) fn a_type(kind: &FieldType) -> String {
    match kind {
        FieldType::Scalar(ScalarType::Integer) => "an integer".to_owned(),
        FieldType::List(kind) => format!("a list of {}", kind.as_str()),
        _ => format!("a {}", kind.as_str()),
    }
}

/// One step of a path, and where it stands.
struct Step {
    name: Arc<str>,
    place: Place,
}

/// Reads a field.
pub(super) fn read<'s>(
    node: &Node,
    readable: &Readable<'_, 's>,
    log: &mut Log,
) -> Option<Subject<'s>> {
    let (domain, steps) = if node.entries().is_some() {
        read_map(node, log)?
    } else {
        read_path(node, log)?
    };
    let place = node.place;
    let (first, inner) = steps.split_first()?;
    let declared = match resolve(domain, first, inner, readable, log)? {
        Known::Nothing => None,
        Known::Declared(declared) => Some(declared),
    };
    let field = FieldRef {
        domain,
        field: Arc::clone(&first.name),
        inner: inner.iter().map(|step| Arc::clone(&step.name)).collect(),
    };
    Some(Subject {
        field,
        place,
        declared,
    })
}

fn read_domain(word: &str, place: Place, log: &mut Log) -> Option<Domain> {
    let known = DOMAINS.into_iter().find(|(name, _)| *name == word);
    if known.is_none() {
        let words = || DOMAINS.iter().map(|(name, _)| *name);
        let message = format!(
            "unknown domain {}, expected one of {}",
            quoted(word),
            listed(words())
        );
        log.report(
            ProblemKind::UnknownDomain,
            place,
            message,
            did_you_mean(word, words()),
        );
    }
    known.map(|(_, domain)| domain)
}

/// `domain.field`, with the parts inside.
fn read_path(node: &Node, log: &mut Log) -> Option<(Domain, Vec<Step>)> {
    let expected = "a field such as `actor.role`";
    let Some(path) = shape::text_of(node) else {
        return mismatch_with(node, expected, shape::quotes_hint(node), log);
    };
    let mut start = 0;
    let mut steps = path.split('.').map(|name| {
        let length = name.chars().count();
        let place = shape::part(node, start, length);
        start += length + 1;
        (name, place)
    });
    let (domain, place) = steps.next()?;
    let steps: Vec<Step> = steps
        .map(|(name, place)| Step {
            name: name.into(),
            place,
        })
        .collect();
    if steps.is_empty() || steps.iter().any(|step| step.name.is_empty()) {
        let message = format!("found {}, expected {expected}", found(node));
        let known = DOMAINS.iter().any(|(name, _)| *name == domain);
        let hint = (steps.is_empty() && !known && !domain.is_empty())
            .then(|| format!("say where the field lives, such as `actor.{domain}`"))
            .filter(|hint| hint.len() < 96);
        log.report(ProblemKind::InvalidValue, node.place, message, hint);
        return None;
    }
    Some((read_domain(domain, place, log)?, steps))
}

/// `{domain: .., field: [..]}`.
fn read_map(node: &Node, log: &mut Log) -> Option<(Domain, Vec<Step>)> {
    let [domain, field] = shape::record(node, "the subject", &SUBJECT, log)?;
    let domain = domain.and_then(|node| {
        let word = shape::text(node, "`domain`", log)?;
        read_domain(&word, node.place, log)
    });
    let field = field?;
    let nodes = match field.items() {
        Some(_) => shape::some_items(field, "`field`", log)?,
        None => std::slice::from_ref(field),
    };
    let steps: Vec<Step> = nodes
        .iter()
        .filter_map(|node| {
            Some(Step {
                name: shape::text(node, "`field`", log)?,
                place: node.place,
            })
        })
        .collect();
    let whole = steps.len() == nodes.len();
    Some((domain?, steps)).filter(|_| whole)
}

/// What is known of a field that is no mistake.
enum Known<'s> {
    /// There is no schema to ask.
    Nothing,
    /// What the schema says.
    Declared(Declared<'s>),
}

fn resolve<'s>(
    domain: Domain,
    first: &Step,
    inner: &[Step],
    readable: &Readable<'_, 's>,
    log: &mut Log,
) -> Option<Known<'s>> {
    let Some(names) = readable.names else {
        return Some(Known::Nothing);
    };
    if let Some(fields) = names.fields(domain) {
        let declared = walk(domain.as_str(), fields, first, inner, log)?;
        return Some(Known::Declared(declared));
    }
    if inner.is_empty() && *first.name == *ACTION_TYPE {
        return Some(Known::Declared(Declared {
            kind: &FieldType::Scalar(ScalarType::String),
            can_be_absent: false,
            nullable: false,
        }));
    }
    match &readable.actions {
        Actions::Unknown => Some(Known::Nothing),
        Actions::None => {
            let message = format!(
                "found {}, a field of actions, in a rule that names no action",
                quoted(&format!("action.{}", first.name))
            );
            let hint =
                "name the actions in `scope: {action: ..}`; every rule may read `action.type`";
            log.report(
                ProblemKind::UnknownField,
                first.place,
                message,
                Some(hint.to_owned()),
            );
            None
        }
        Actions::Named(actions) => in_actions(actions, first, inner, log).map(Known::Declared),
    }
}

/// The field in every action of the scope, where it must be declared alike.
fn in_actions<'s>(
    actions: &[(&'s Arc<str>, &Fields<'s>)],
    first: &Step,
    inner: &[Step],
    log: &mut Log,
) -> Option<Declared<'s>> {
    let mut found: Option<(&Arc<str>, Declared<'s>)> = None;
    for (action, fields) in actions {
        let domain = if actions.len() == 1 {
            "action".to_owned()
        } else {
            format!("action {action}")
        };
        let declared = walk(&domain, fields, first, inner, log)?;
        match found {
            Some((other, earlier)) if earlier != declared => {
                let path = FieldRef::new(Domain::Action, Arc::clone(&first.name)).path();
                let message = format!(
                    "{} is {} in the action {} and {} in the action {}, expected one declaration",
                    quoted(&path),
                    described(earlier),
                    quoted(other),
                    described(declared),
                    quoted(action)
                );
                let hint = "write one rule for each action, or declare the field alike";
                log.report(
                    ProblemKind::AmbiguousField,
                    first.place,
                    message,
                    Some(hint.to_owned()),
                );
                return None;
            }
            Some(_) => {}
            None => found = Some((action, declared)),
        }
    }
    found.map(|(_, declared)| declared)
}

fn described(declared: Declared<'_>) -> String {
    let Declared {
        kind,
        can_be_absent,
        nullable,
    } = declared;
    let more = match (can_be_absent, nullable) {
        (_, true) => ", nullable",
        (true, false) => ", optional",
        (false, false) => "",
    };
    format!("{}{more}", a_type(kind))
}

/// From the first name of a path to what its last one is.
fn walk<'s>(
    domain: &str,
    fields: &Fields<'s>,
    first: &Step,
    inner: &[Step],
    log: &mut Log,
) -> Option<Declared<'s>> {
    let Some((_, declaration)) = fields.get(&first.name) else {
        unknown_field(first, domain, fields.names(), log);
        return None;
    };
    let mut declared = Declared {
        kind: &declaration.kind,
        can_be_absent: declaration.optional || declaration.nullable,
        nullable: declaration.nullable,
    };
    let mut path = format!("{domain}.{}", first.name);
    for step in inner {
        let FieldType::Map(parts) = declared.kind else {
            let message = format!(
                "{} is {}, which has no part {}",
                quoted(&path),
                a_type(declared.kind),
                quoted(&step.name)
            );
            log.report(ProblemKind::UnknownField, step.place, message, None);
            return None;
        };
        let Some(part) = parts.iter().find(|(name, _)| *name == step.name) else {
            unknown_field(step, &path, parts.iter().map(|(name, _)| &**name), log);
            return None;
        };
        let Declaration {
            kind,
            optional,
            nullable,
        } = &part.1;
        declared = Declared {
            kind,
            can_be_absent: declared.can_be_absent || *optional || *nullable,
            nullable: *nullable,
        };
        path = format!("{path}.{}", step.name);
    }
    Some(declared)
}

fn unknown_field<'a>(
    step: &Step,
    of: &str,
    names: impl Iterator<Item = &'a str> + Clone,
    log: &mut Log,
) {
    let message = format!(
        "unknown field {} of {}, the schema declares {}",
        quoted(&step.name),
        quoted(of),
        listed(names.clone())
    );
    log.report(
        ProblemKind::UnknownField,
        step.place,
        message,
        did_you_mean(&step.name, names),
    );
}
