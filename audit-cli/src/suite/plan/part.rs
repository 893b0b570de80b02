//! [`part`]: an action, actor or snapshot as a case names, writes or changes it.

use std::sync::Arc;

use audit_core::{Fields, Place, Text, Value};

use super::unknown;
use crate::mistake::{Mistake, did_you_mean, quoted};
use crate::suite::fixture::Fixture;
use crate::suite::named::Named;
use crate::suite::placed::Placed;
use crate::suite::yaml::Node;

const FROM: &str = "from";
const WITH: &str = "with";
const WITHOUT: &str = "without";

/// The keys by which a fixture is changed.
pub(crate) const CHANGE: [&str; 3] = [FROM, WITH, WITHOUT];

/// The part that stands in a node: the name of a fixture, fields, or a fixture changed. `None` if the fixture is there
/// and mistaken.
pub(super) fn part<T: Fixture>(
    node: &Node,
    named: &Named<T>,
) -> Result<Option<Arc<Placed<T>>>, Mistake> {
    if let Some(name) = node.text() {
        return fixture(name, node, named);
    }
    let Some(entries) = node.entries() else {
        let noun = T::PART.as_str();
        let expected = format!("the name of an {noun}, or a map of its fields");
        return Err(node.misfit(&expected.replace("an snapshot", "a snapshot")));
    };
    match change(entries) {
        Some(change) => change.applied(named),
        None => Placed::read(node).map(|part| Some(Arc::new(part))),
    }
}

/// Sets a field, or what lies inside one: `limits.daily`. `key` is where its name stands.
pub(super) fn set_path<T: Fixture>(
    placed: &mut Placed<T>,
    path: &str,
    key: Place,
    node: &Node,
) -> Result<(), Mistake> {
    match path.split_once('.') {
        None => placed.set(owned(path), key, node),
        Some((first, rest)) => {
            let inner = inside(placed.part.fields(), first, rest, node)?;
            placed.part.set_value(owned(first), inner);
            placed.is_written(owned(path), key, node);
            Ok(())
        }
    }
}

/// The map that a field holds, with what lies inside it set.
fn inside(
    fields: &Fields<'static>,
    first: &str,
    rest: &str,
    node: &Node,
) -> Result<Value<'static>, Mistake> {
    let mut map = match fields.get(first) {
        None => Fields::new(),
        Some(Value::Map(map)) => (**map).clone(),
        Some(other) => {
            let message = format!("{} is a {}, expected a map", quoted(first), other.kind());
            return Err(Mistake::at(node.place, message));
        }
    };
    match rest.split_once('.') {
        None => map.set(owned(rest), node.value()),
        Some((next, deeper)) => {
            let inner = inside(&map, next, deeper, node)?;
            map.set(owned(next), inner);
        }
    }
    Ok(Value::from(map))
}

fn owned(text: &str) -> Text<'static> {
    Text::from(text).into_owned()
}

/// The fixture of a name.
fn fixture<T: Fixture>(
    name: &str,
    node: &Node,
    named: &Named<T>,
) -> Result<Option<Arc<Placed<T>>>, Mistake> {
    named.get(name).cloned().ok_or_else(|| {
        let message = unknown(T::PART.as_str(), name, named.keys());
        let hint = did_you_mean(name, named.keys().map(|known| &**known));
        Mistake::at(node.place, message).helped(hint)
    })
}

/// A fixture changed: `{from: small, with: {amount: 1}, without: [note]}`.
struct Change<'n> {
    from: &'n Node,
    with: Option<&'n Node>,
    without: Option<&'n Node>,
}

/// Whether a map is a change. One with any other key is a map of fields, which may well have a field `from`.
fn change(entries: &[(Node, Node)]) -> Option<Change<'_>> {
    let (mut from, mut with, mut without) = (None, None, None);
    for (key, value) in entries {
        match key.text()?.as_str() {
            FROM => from = Some(value),
            WITH => with = Some(value),
            WITHOUT => without = Some(value),
            _ => return None,
        }
    }
    Some(Change {
        from: from?,
        with,
        without,
    })
}

impl Change<'_> {
    fn applied<T: Fixture>(&self, named: &Named<T>) -> Result<Option<Arc<Placed<T>>>, Mistake> {
        let from = self.from;
        let name = from.text();
        let name = name.ok_or_else(|| from.misfit("the name of a fixture"))?;
        let Some(mut part) = fixture(name, from, named)? else {
            return Ok(None);
        };
        let changed = Arc::make_mut(&mut part);
        if let Some(without) = self.without {
            let items = without.items();
            for item in items.ok_or_else(|| without.misfit("a list of fields"))? {
                let field = item.text();
                let field = field.ok_or_else(|| item.misfit("the name of a field"))?;
                if !changed.remove(field) {
                    let message = format!("{} has no field {}", quoted(name), quoted(field));
                    return Err(Mistake::at(item.place, message));
                }
            }
        }
        if let Some(with) = self.with {
            let entries = with.entries();
            for (key, value) in entries.ok_or_else(|| with.misfit("a map of fields"))? {
                if let Some(field) = key.text() {
                    changed.set(field.clone(), key.place, value)?;
                }
            }
        }
        Ok(Some(part))
    }
}
