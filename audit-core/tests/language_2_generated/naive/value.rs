//! What a request holds in a field, read as the schema declares it.

use audit_core::Value;

use super::super::ast::{Asked, Field, Kind, Literal, Path, Scalar, Schema};
use super::number::Exact;
use super::time::nanos;

/// A value of a declared type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Held {
    Null,
    Text(String),
    Boolean(bool),
    /// An integer or a decimal.
    Exact(Exact),
    Number(f64),
    Time(i128),
    List(Vec<Held>),
    Map,
}

/// What a request holds in a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Side {
    Here(Held),
    /// Nothing, and nothing has to be there.
    Absent,
    /// Nothing, though something has to be there.
    Missing,
    /// Something else than what is declared.
    Unfit,
}

impl Literal {
    pub(crate) fn held(&self) -> Held {
        match self {
            Self::Text(text) => Held::Text((*text).to_owned()),
            Self::Boolean(flag) => Held::Boolean(*flag),
            Self::Whole(number) => Held::Exact(Exact::whole(*number)),
            Self::Decimal(digits) => Held::Exact(Exact::parse(digits).unwrap()),
            Self::Number(number) => Held::Number(*number),
            Self::Time(text) => Held::Time(nanos(text).unwrap()),
            Self::Null => Held::Null,
        }
    }
}

/// What a request holds in a field.
pub(crate) fn look(schema: &Schema, asked: &Asked, path: &Path) -> Side {
    let text = |text: Option<&str>, absent: Side| match text {
        Some(text) => Side::Here(Held::Text(text.to_owned())),
        None => absent,
    };
    match (path.domain, path.names.as_slice()) {
        ("action", ["type"]) => text(asked.action.kind(), Side::Missing),
        ("request", ["tenant"]) => text(asked.tenant, Side::Absent),
        ("request", ["resource"]) => text(asked.action.resource(), Side::Absent),
        ("request", ["time"]) => match asked.time {
            Some(time) => Side::Here(Held::Time(nanos(time).unwrap())),
            None => Side::Missing,
        },
        _ => field(schema, asked, path),
    }
}

fn field(schema: &Schema, asked: &Asked, path: &Path) -> Side {
    let mut declared = declarations(schema, asked.action.kind(), path.domain);
    let mut value: Option<&Value<'_>> = None;
    for (depth, name) in path.names.iter().enumerate() {
        let field = declared.iter().find(|field| field.name == *name).unwrap();
        value = match (depth, value) {
            (0, _) => top(asked, path),
            (_, Some(Value::Map(parts))) => parts.get(name),
            _ => unreachable!("what has no parts was told before"),
        };
        let last = depth + 1 == path.names.len();
        match value {
            None if field.optional => return Side::Absent,
            None => return Side::Missing,
            Some(Value::Null) if field.nullable && last => return Side::Here(Held::Null),
            // The part of a map that is null is absent.
            Some(Value::Null) if field.nullable => return Side::Absent,
            Some(Value::Map(_)) if !last => {}
            Some(_) if !last => return Side::Unfit,
            Some(value) => return fit(value, &field.kind).map_or(Side::Unfit, Side::Here),
        }
        let Kind::Map(parts) = &field.kind else {
            unreachable!("only maps have parts");
        };
        declared = parts;
    }
    unreachable!("a path has a name");
}

fn declarations<'s>(schema: &'s Schema, action: Option<&str>, domain: &str) -> &'s [Field] {
    match domain {
        "action" => {
            let mut actions = schema.actions.iter();
            &actions.find(|(name, _)| Some(*name) == action).unwrap().1
        }
        "actor" => &schema.actor,
        _ => &schema.snapshot,
    }
}

/// The value in the field of the first level, as it was given.
pub(crate) fn top<'a>(asked: &'a Asked, path: &Path) -> Option<&'a Value<'static>> {
    let fields = match path.domain {
        "action" => asked.action.fields(),
        "actor" => asked.actor.fields(),
        _ => &asked.snapshot,
    };
    fields.get(path.names[0])
}

fn fit(value: &Value<'_>, kind: &Kind) -> Option<Held> {
    match (kind, value) {
        (Kind::One(scalar), value) => fit_one(value, *scalar),
        (Kind::List(scalar), Value::List(items)) => {
            let items: Option<Vec<Held>> =
                items.iter().map(|item| fit_one(item, *scalar)).collect();
            items.map(Held::List)
        }
        (Kind::Map(_), Value::Map(_)) => Some(Held::Map),
        _ => None,
    }
}

#[allow(clippy::cast_precision_loss, reason = "a `number` is a binary float")]
fn fit_one(value: &Value<'_>, scalar: Scalar) -> Option<Held> {
    let whole = match value {
        Value::Int(number) => Some(i128::from(*number)),
        Value::UInt(number) => Some(i128::from(*number)),
        _ => None,
    };
    Some(match (scalar, value) {
        (Scalar::Text, Value::Text(text)) => Held::Text(text.to_string()),
        (Scalar::Boolean, Value::Bool(flag)) => Held::Boolean(*flag),
        (Scalar::Integer | Scalar::Decimal, Value::Int(_) | Value::UInt(_)) => {
            Held::Exact(Exact::whole(whole?))
        }
        (Scalar::Decimal, Value::Text(text)) => Held::Exact(Exact::parse(text)?),
        (Scalar::Number, Value::Float(number)) => Held::Number(*number),
        (Scalar::Number, Value::Int(number)) => Held::Number(*number as f64),
        (Scalar::Number, Value::UInt(number)) => Held::Number(*number as f64),
        (Scalar::Time, Value::Text(text)) => Held::Time(nanos(text)?),
        _ => return None,
    })
}
