//! Fields as rules name them: a path such as `actor.address.city`, held against the schema.

use std::sync::Arc;

use super::alias;
use super::names::{Fields, a_type};
use super::schema::ACTION_TYPE;
use super::scope::{Actions, Readable};
use super::shape;
use crate::policy::model::{Declaration, Domain, FieldRef, FieldType, ScalarType};
use crate::policy::problem::{Place, ProblemKind};
use crate::policy::reading::decode::{Key, Presence::Required};
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{did_you_mean, found, listed, quoted};
use crate::policy::yaml::Node;

pub(super) const SUBJECT: [Key; 2] = [("domain", Required), ("field", Required)];
/// The words for domains.
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
        read_map(node, readable, log)?
    } else {
        read_path(node, readable, log)?
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

fn read_domain(
    word: &str,
    place: Place,
    readable: &Readable<'_, '_>,
    log: &mut Log,
) -> Option<Domain> {
    let known = DOMAINS.into_iter().find(|(name, _)| *name == word);
    if known.is_none() {
        let words = || DOMAINS.iter().map(|(name, _)| *name);
        let message = format!(
            "unknown domain {}, expected one of {}",
            quoted(word),
            listed(words())
        );
        let action = readable.names.and_then(|names| names.action(word));
        let hint = match action {
            Some(_) => Some("write `action`; `scope` says which one".to_owned()),
            None => alias::meant(word, alias::DOMAINS, words()),
        };
        log.report(ProblemKind::UnknownDomain, place, message, hint);
    }
    known.map(|(_, domain)| domain)
}

/// `domain.field`, with the parts inside.
fn read_path(
    node: &Node,
    readable: &Readable<'_, '_>,
    log: &mut Log,
) -> Option<(Domain, Vec<Step>)> {
    let expected = "a field such as `actor.role`";
    let Some(path) = shape::text_of(node) else {
        return shape::mismatch(node, expected, shape::quotes_hint(node), log);
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
        let hint = match domain {
            "" => None,
            _ if known => Some(format!(
                "name one of its fields behind the dot: `{domain}.<field>`"
            )),
            _ => lives(domain, None, readable).or_else(|| {
                Some(format!(
                    "say where the field lives, such as `actor.{domain}`"
                ))
            }),
        };
        let hint = hint.filter(|hint| hint.len() < 96);
        log.report(ProblemKind::InvalidValue, node.place, message, hint);
        return None;
    }
    Some((read_domain(domain, place, readable, log)?, steps))
}

/// `{domain: .., field: [..]}`.
fn read_map(
    node: &Node,
    readable: &Readable<'_, '_>,
    log: &mut Log,
) -> Option<(Domain, Vec<Step>)> {
    let [domain, field] = shape::record(node, "the subject", &SUBJECT, log)?;
    let domain = domain.and_then(|node| {
        let word = shape::text(node, "`domain`", log)?;
        read_domain(&word, node.place, readable, log)
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
        let declared = walk(domain, fields, first, inner, readable, log)?;
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
                "found {}, a field of an action, in a rule that names no action",
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
        Actions::Named(actions) => {
            in_actions(actions, first, inner, readable, log).map(Known::Declared)
        }
    }
}

/// The field in every action of the scope, where it must be declared alike.
fn in_actions<'s>(
    actions: &[(&'s Arc<str>, &Fields<'s>)],
    first: &Step,
    inner: &[Step],
    readable: &Readable<'_, 's>,
    log: &mut Log,
) -> Option<Declared<'s>> {
    let ((action, fields), others) = actions.split_first()?;
    if others.is_empty() {
        return walk(Domain::Action, fields, first, inner, readable, log);
    }
    let declaration = |action: &str, fields: &Fields<'s>, log: &mut Log| {
        fields.get(&first.name).or_else(|| {
            let of = format!("the action {}", quoted(action));
            unknown_field(first, Domain::Action, &of, fields.names(), readable, log)
        })
    };
    let (_, declared) = declaration(action, fields, log)?;
    if !readable.alike.borrow().contains(&first.name) {
        for (other, fields) in others {
            let (_, again) = declaration(other, fields, log)?;
            if again != declared {
                let message = format!(
                    "{} is {} in the action {} and {} in the action {}, expected one declaration",
                    quoted(&format!("action.{}", first.name)),
                    described(declared),
                    quoted(action),
                    described(again),
                    quoted(other)
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
        }
        readable.alike.borrow_mut().insert(Arc::clone(&first.name));
    }
    walk(Domain::Action, fields, first, inner, readable, log)
}

fn described(declaration: &Declaration) -> String {
    let optional = if declaration.optional {
        ", optional"
    } else {
        ""
    };
    let nullable = if declaration.nullable {
        ", nullable"
    } else {
        ""
    };
    format!("{}{optional}{nullable}", a_type(&declaration.kind))
}

/// From the first name of a path to what its last one is.
fn walk<'s>(
    domain: Domain,
    fields: &Fields<'s>,
    first: &Step,
    inner: &[Step],
    readable: &Readable<'_, 's>,
    log: &mut Log,
) -> Option<Declared<'s>> {
    let Some((_, declaration)) = fields.get(&first.name) else {
        let of = quoted(domain.as_str());
        return unknown_field(first, domain, &of, fields.names(), readable, log);
    };
    let mut declared = Declared {
        kind: &declaration.kind,
        can_be_absent: declaration.optional || declaration.nullable,
        nullable: declaration.nullable,
    };
    for (walked, step) in inner.iter().enumerate() {
        // The path so far, for a message.
        let path = || {
            let names = inner.iter().take(walked).map(|step| &step.name);
            let mut path = format!("{}.{}", domain.as_str(), first.name);
            for name in names {
                path = format!("{path}.{name}");
            }
            path
        };
        let FieldType::Map(parts) = declared.kind else {
            let message = format!(
                "{} is {}, which has no part {}",
                quoted(&path()),
                a_type(declared.kind),
                quoted(&step.name)
            );
            log.report(ProblemKind::UnknownField, step.place, message, None);
            return None;
        };
        let Some(part) = parts.iter().find(|(name, _)| *name == step.name) else {
            let names = parts.iter().map(|(name, _)| &**name);
            return unknown_field(step, domain, &quoted(&path()), names, readable, log);
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
    }
    Some(declared)
}

/// Reports a name that is not declared.
fn unknown_field<'a, T>(
    step: &Step,
    domain: Domain,
    of: &str,
    names: impl Iterator<Item = &'a str> + Clone,
    readable: &Readable<'_, '_>,
    log: &mut Log,
) -> Option<T> {
    let message = format!(
        "unknown field {} of {of}, the schema declares {}",
        quoted(&step.name),
        listed(names.clone())
    );
    let hint = dotted_hint(step, domain, names.clone())
        .or_else(|| elsewhere(step, domain, readable))
        .or_else(|| did_you_mean(&step.name, names));
    log.report(ProblemKind::UnknownField, step.place, message, hint);
    None
}

/// A name that goes on behind a dot.
fn dotted_hint<'a>(
    step: &Step,
    domain: Domain,
    mut names: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let beginning = format!("{}.", step.name);
    let name = names.find(|name| name.starts_with(&beginning))?;
    Some(format!(
        "a name that holds a dot is written `{{domain: {}, field: [\"{name}\"]}}`",
        domain.as_str()
    ))
}

/// A field of that very name in another domain.
fn elsewhere(step: &Step, domain: Domain, readable: &Readable<'_, '_>) -> Option<String> {
    lives(&step.name, Some(domain), readable)
}

/// The domain in which a field of this name lives, other than the one where it does not.
fn lives(name: &str, not_in: Option<Domain>, readable: &Readable<'_, '_>) -> Option<String> {
    let names = readable.names?;
    let declares = |domain: Domain| match (domain, &readable.actions) {
        (Domain::Action, Actions::Named(actions)) => {
            let mut each = actions.iter();
            !actions.is_empty() && each.all(|(_, fields)| fields.get(name).is_some())
        }
        (Domain::Action, _) => false,
        _ => names
            .fields(domain)
            .is_some_and(|fields| fields.get(name).is_some()),
    };
    let mut others = DOMAINS.iter().filter(|(_, other)| Some(*other) != not_in);
    let (word, _) = others.find(|(_, other)| declares(*other))?;
    Some(format!("did you mean `{word}.{name}`?"))
}
