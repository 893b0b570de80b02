//! Values as Cedar's expressions, or why they have no form there.
//!
//! No message shows a value: only where it stands, and of what kind it is.

use std::fmt;

use cedar_policy::{Context, EntityId, EntityUid, RestrictedExpression};

use crate::value::{Fields, Value};
use crate::word::one_line;

use super::reads::Branch;
use super::shape::{Attributes, Extension, Shape};

/// Lists and maps below one another that are handed over: Cedar takes the caller's stack for each.
const MAX_DEPTH: usize = 32;
/// The digits behind the point of Cedar's decimals, and the number by which it counts them.
const DIGITS: usize = 4;
const SCALE: i128 = 10_000;

/// Named values as expressions.
pub(super) type Pairs = Vec<(String, RestrictedExpression)>;

/// Where a value stands: a name, and what it stands in.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    name: &'p str,
    within: Option<&'p Path<'p>>,
}

/// What is to be handed over of a value.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'w> {
    /// All of it.
    Everything,
    /// What policies can read.
    Read(&'w Branch),
    /// What the schema declares, as it declares it.
    Declared(&'w Shape),
}

impl<'p> Path<'p> {
    pub(super) const fn new(name: &'p str) -> Self {
        Self { name, within: None }
    }

    pub(super) const fn below(&'p self, name: &'p str) -> Self {
        Self {
            name,
            within: Some(self),
        }
    }

    fn depth(&self) -> usize {
        self.within.map_or(0, |within| within.depth() + 1)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(within) = self.within {
            write!(f, "{within}.")?;
        }
        write!(f, "{}", one_line(self.name))
    }
}

/// A value as an expression; `None` for one that is nothing, which Cedar says by leaving it out.
pub(super) fn express(
    value: &Value<'_>,
    wanted: Wanted<'_>,
    path: &Path<'_>,
) -> Result<Option<RestrictedExpression>, String> {
    if path.depth() > MAX_DEPTH {
        return Err(format!(
            "`{path}` lies deeper than {MAX_DEPTH} lists and maps"
        ));
    }
    let expression = match (value, wanted) {
        (Value::Null, _) => return Ok(None),
        (Value::Map(fields), Wanted::Declared(Shape::Record(attributes))) => {
            record(declared(fields, attributes, path)?, path)?
        }
        (Value::Map(fields), Wanted::Declared(Shape::Other) | Wanted::Everything) => {
            record(all(fields, Wanted::Everything, path)?, path)?
        }
        (Value::Map(fields), Wanted::Read(branch)) => record(read(fields, branch, path)?, path)?,
        (Value::List(items), Wanted::Declared(Shape::Set(of))) => {
            set(items, Wanted::Declared(of), path)?
        }
        (
            Value::List(items),
            Wanted::Declared(Shape::Other) | Wanted::Everything | Wanted::Read(_),
        ) => set(items, Wanted::Everything, path)?,
        (_, Wanted::Declared(shape)) => as_declared(value, shape, path)?,
        (_, Wanted::Everything | Wanted::Read(_)) => plain(value, path)?,
    };
    Ok(Some(expression))
}

/// A record of these fields: those of them that are wanted.
pub(super) fn express_fields(
    fields: &Fields<'_>,
    wanted: Wanted<'_>,
    path: &Path<'_>,
) -> Result<Pairs, String> {
    match wanted {
        Wanted::Declared(Shape::Record(attributes)) => declared(fields, attributes, path),
        Wanted::Declared(_) | Wanted::Everything => all(fields, Wanted::Everything, path),
        Wanted::Read(branch) => read(fields, branch, path),
    }
}

/// These values as a record.
pub(super) fn record(pairs: Pairs, path: &Path<'_>) -> Result<RestrictedExpression, String> {
    // Fields have each name once.
    RestrictedExpression::new_record(pairs)
        .map_err(|_| format!("`{path}` can't be a record in Cedar"))
}

fn all(fields: &Fields<'_>, wanted: Wanted<'_>, path: &Path<'_>) -> Result<Pairs, String> {
    let mut pairs = Vec::with_capacity(fields.len());
    for field in fields {
        if let Some(expression) = express(&field.value, wanted, &path.below(&field.name))? {
            pairs.push((field.name.to_string(), expression));
        }
    }
    Ok(pairs)
}

/// The fields that policies can read.
fn read(fields: &Fields<'_>, branch: &Branch, path: &Path<'_>) -> Result<Pairs, String> {
    if branch.whole {
        return all(fields, Wanted::Everything, path);
    }
    let mut pairs = Vec::new();
    for field in fields {
        let Some(below) = branch.below(&field.name) else {
            continue;
        };
        let wanted = Wanted::Read(below);
        if let Some(expression) = express(&field.value, wanted, &path.below(&field.name))? {
            pairs.push((field.name.to_string(), expression));
        }
    }
    Ok(pairs)
}

/// The fields that a schema declares.
fn declared(
    fields: &Fields<'_>,
    attributes: &Attributes,
    path: &Path<'_>,
) -> Result<Pairs, String> {
    let mut pairs = Vec::with_capacity(attributes.len());
    for (name, attribute) in attributes {
        let path = path.below(name);
        let value = fields.get(name).unwrap_or(&Value::Null);
        match express(value, Wanted::Declared(&attribute.shape), &path)? {
            Some(expression) => pairs.push((name.to_string(), expression)),
            None if attribute.required => {
                return Err(format!("`{path}` is missing, the schema requires it"));
            }
            None => {}
        }
    }
    Ok(pairs)
}

fn set(
    items: &[Value<'_>],
    wanted: Wanted<'_>,
    path: &Path<'_>,
) -> Result<RestrictedExpression, String> {
    let mut members = Vec::with_capacity(items.len());
    let below = path.below("[]");
    for item in items {
        let Some(member) = express(item, wanted, &below)? else {
            return Err(format!(
                "`{path}` holds a null, which Cedar has no form for in a set"
            ));
        };
        members.push(member);
    }
    Ok(RestrictedExpression::new_set(members))
}

/// A value in the form that it has by itself.
fn plain(value: &Value<'_>, path: &Path<'_>) -> Result<RestrictedExpression, String> {
    match value {
        Value::Bool(flag) => Ok(RestrictedExpression::new_bool(*flag)),
        Value::Int(number) => Ok(RestrictedExpression::new_long(*number)),
        Value::Float(number) => float(*number, path),
        Value::Text(text) => Ok(RestrictedExpression::new_string(text.to_string())),
        _ => Err(format!(
            "`{path}` is {}, which Cedar has no form for",
            kind(value)
        )),
    }
}

/// A value in the form that a schema declares.
fn as_declared(
    value: &Value<'_>,
    shape: &Shape,
    path: &Path<'_>,
) -> Result<RestrictedExpression, String> {
    match (shape, value) {
        (Shape::Other, _)
        | (Shape::Boolean, Value::Bool(_))
        | (Shape::Long, Value::Int(_))
        | (Shape::String, Value::Text(_))
        | (Shape::Extension(Extension::Decimal), Value::Float(_)) => plain(value, path),
        (Shape::Extension(Extension::Decimal), Value::Int(whole)) => {
            decimal(&whole.to_string(), path)
        }
        (Shape::Extension(extension), Value::Text(text)) => from_text(*extension, text, path),
        (Shape::Entity(name), Value::Text(id)) => {
            let uid = EntityUid::from_type_name_and_id(name.clone(), EntityId::new(id));
            Ok(RestrictedExpression::new_entity_uid(uid))
        }
        _ => Err(format!(
            "`{path}` is {}, the schema says `{}`",
            kind(value),
            shape.word()
        )),
    }
}

/// A binary float as the decimal whose digits, as few as tell it from every other float, are at most four behind the
/// point.
fn float(number: f64, path: &Path<'_>) -> Result<RestrictedExpression, String> {
    if number.is_finite() {
        decimal(&number.to_string(), path)
    } else {
        Err(format!(
            "`{path}` is no finite number, which Cedar has no form for"
        ))
    }
}

/// A decimal of these digits.
fn decimal(digits: &str, path: &Path<'_>) -> Result<RestrictedExpression, String> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    if fraction.len() > DIGITS {
        return Err(format!(
            "`{path}` is a number with more than {DIGITS} digits behind the point, which no decimal of Cedar has"
        ));
    }
    // More digits than `i128` has are out of range too.
    let scaled = format!("{whole}{fraction:0<DIGITS$}").parse::<i128>();
    if !scaled.is_ok_and(|scaled| i64::try_from(scaled).is_ok()) {
        let limit = i128::from(i64::MAX) / SCALE;
        return Err(format!(
            "`{path}` is a number beyond {limit}, which no decimal of Cedar reaches"
        ));
    }
    Ok(RestrictedExpression::new_decimal(format!(
        "{whole}.{fraction}"
    )))
}

/// A value of an extension type from its text.
fn from_text(
    extension: Extension,
    text: &str,
    path: &Path<'_>,
) -> Result<RestrictedExpression, String> {
    let expression = match extension {
        Extension::Decimal => RestrictedExpression::new_decimal(text),
        Extension::Ip => RestrictedExpression::new_ip(text),
        Extension::Datetime => RestrictedExpression::new_datetime(text),
        Extension::Duration => RestrictedExpression::new_duration(text),
    };
    // An expression is evaluated where it is put; what comes out wrong there says no longer where it came from.
    match Context::from_pairs([("value".to_owned(), expression.clone())]) {
        Ok(_) => Ok(expression),
        Err(_) => Err(format!(
            "`{path}` is a string that is no `{}`",
            extension.word()
        )),
    }
}

/// What kind of value this is, with its article.
pub(super) fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Int(_) => "a whole number",
        Value::UInt(_) => "a whole number of more than 63 bits",
        Value::Float(_) => "a float",
        Value::Text(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
        Value::Substitute(_) => "a substitute",
    }
}
