//! [`Sight`]: what a request shows of a field.

use crate::policy::model::{
    Declaration, Declarations, Domain, FieldRef, FieldType, Language, PolicySet, ScalarType,
};
use crate::request::Request;
use crate::value::{Text, Value};

/// The name under which rules read the action's type. No data field can take its place.
const ACTION_TYPE: &str = FieldRef::ACTION_TYPE;

const fn text(optional: bool) -> Declaration {
    Declaration {
        kind: FieldType::Scalar(ScalarType::String),
        optional,
        nullable: false,
    }
}

static REQUIRED_TEXT: Declaration = text(false);
static OPTIONAL_TEXT: Declaration = text(true);
static TIME: Declaration = Declaration::required(FieldType::Scalar(ScalarType::Timestamp));

/// What a request shows of a field.
#[derive(Clone, Debug)]
pub(in crate::policy) enum Sight<'r> {
    /// Nothing, and nothing has to be there: the field, or what it is a part of, is optional or null.
    Absent,
    /// Nothing, though something has to be there.
    Missing,
    /// A part of something that has no parts.
    Unfit,
    /// A value. What is declared of it is left out in version 1, which goes by the value alone.
    There(Value<'r>, Option<&'r Declaration>),
}

impl<'r> Sight<'r> {
    /// The value, as it was given.
    pub(in crate::policy) fn value(&self) -> Option<&Value<'r>> {
        match self {
            Self::There(value, _) => Some(value),
            Self::Absent | Self::Missing | Self::Unfit => None,
        }
    }

    /// The characters, if it is text.
    pub(in crate::policy) fn text(&self) -> Option<&str> {
        self.value().and_then(Value::as_str)
    }
}

/// Looks a field up. The outermost part that is not there says whether it has to be.
pub(in crate::policy) fn look<'r>(
    set: &'r PolicySet,
    request: &Request<'r>,
    field: &FieldRef,
) -> Sight<'r> {
    let mut declared = match set.language {
        Language::Version1 => None,
        Language::Audit2 => declared(set, request, field),
    };
    let mut value = outermost(request, field);
    for name in &field.inner {
        let inside = match value {
            None => break,
            Some(Value::Map(fields)) => fields.get(name).cloned(),
            Some(Value::Null) if declared.is_some_and(|declared| declared.nullable) => {
                return Sight::Absent;
            }
            Some(_) => return Sight::Unfit,
        };
        value = inside;
        declared = declared.and_then(|declared| match &declared.kind {
            FieldType::Map(parts) => find(parts, name),
            FieldType::List(_) | FieldType::Scalar(_) => None,
        });
    }
    match value {
        Some(value) => Sight::There(value, declared),
        None if declared.is_some_and(|declared| declared.optional) => Sight::Absent,
        None => Sight::Missing,
    }
}

/// What the request holds in the field of the first level.
fn outermost<'r>(request: &Request<'r>, field: &FieldRef) -> Option<Value<'r>> {
    match (field.domain, &*field.field) {
        (Domain::Action, ACTION_TYPE) => request.action.kind().map(Value::from),
        (Domain::Action, name) => request.action.fields().get(name).cloned(),
        (Domain::Actor, name) => request.actor.fields().get(name).cloned(),
        (Domain::Snapshot, name) => request.snapshot.get(name).cloned(),
        (Domain::Request, "tenant") => request.tenant.map(Value::from),
        (Domain::Request, "resource") => request.action.resource().map(Value::from),
        (Domain::Request, _) => request
            .time
            .map(|time| Value::Text(Text::from(time.to_string()))),
    }
}

/// What is declared of the field of the first level.
fn declared<'r>(
    set: &'r PolicySet,
    request: &Request<'_>,
    field: &FieldRef,
) -> Option<&'r Declaration> {
    match (field.domain, &*field.field) {
        (Domain::Action, ACTION_TYPE) => Some(&REQUIRED_TEXT),
        (Domain::Action, name) => {
            let kind = request.action.kind()?;
            let mut actions = set.schema.actions.iter();
            let (_, fields) = actions.find(|(action, _)| **action == *kind)?;
            find(fields, name)
        }
        (Domain::Actor, name) => find(&set.schema.actor, name),
        (Domain::Snapshot, name) => find(&set.schema.snapshot, name),
        (Domain::Request, "time") => Some(&TIME),
        (Domain::Request, _) => Some(&OPTIONAL_TEXT),
    }
}

fn find<'r>(declarations: &'r Declarations, name: &str) -> Option<&'r Declaration> {
    let mut declarations = declarations.iter();
    declarations
        .find(|(declared, _)| **declared == *name)
        .map(|(_, declaration)| declaration)
}
