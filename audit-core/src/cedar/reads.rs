//! [`Reads`]: which parts of a request the policies can read at all.
//!
//! Without a schema nobody says what a request holds, and not every value has a form in Cedar. One that no policy can
//! read is not handed over, so that it can't make a decision indeterminate for nothing.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value as Json};

/// Which parts of a request the policies can read at all.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// What is read of the context.
    pub(super) context: Branch,
    /// Every name by which an attribute of any entity is read.
    attributes: HashSet<String>,
}

/// What is read of a record.
#[derive(Debug, Default)]
pub(super) struct Branch {
    /// All of it, since some policy takes the record as a whole.
    pub(super) whole: bool,
    below: BTreeMap<String, Branch>,
}

impl Branch {
    /// What is read of one of its values; `None`: nothing.
    pub(super) fn below(&self, name: &str) -> Option<&Self> {
        self.below.get(name)
    }

    fn add<'p>(&mut self, path: impl IntoIterator<Item = &'p str>) {
        let mut branch = self;
        for name in path {
            branch = branch.below.entry(name.to_owned()).or_default();
        }
        branch.whole = true;
    }
}

impl Reads {
    /// Whether an attribute of this name is read of any entity.
    pub(super) fn attribute(&self, name: &str) -> bool {
        self.attributes.contains(name)
    }

    /// Adds what a policy reads, which is written in Cedar's JSON form.
    pub(super) fn add_policy(&mut self, policy: &Json) {
        if let Some(conditions) = policy.get("conditions") {
            self.add(conditions);
        }
    }

    fn add(&mut self, written: &Json) {
        match written {
            Json::Array(items) => items.iter().for_each(|item| self.add(item)),
            Json::Object(node) => {
                if let Some((left, names)) = access(node) {
                    self.attributes
                        .extend(names.iter().map(|name| (*name).to_owned()));
                    match path(left) {
                        Some(path) => self.context.add(path.into_iter().chain(names)),
                        None => self.add(left),
                    }
                } else if is_context(written) {
                    self.context.whole = true;
                } else {
                    node.values().for_each(|value| self.add(value));
                }
            }
            _ => {}
        }
    }
}

/// What stands left of a `.` or `has`, and the names on its right. A record literal with a value of such a name is none:
/// its values are expressions, which have no `left`.
fn access(node: &Map<String, Json>) -> Option<(&Json, Vec<&str>)> {
    let operands = node.get(".").or_else(|| node.get("has"))?;
    let left = operands.get("left")?;
    let names = match operands.get("attr")? {
        Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
        name => vec![name.as_str()?],
    };
    Some((left, names))
}

/// The names on the way from the context to what is written here, if that is where it comes from.
fn path(written: &Json) -> Option<Vec<&str>> {
    if is_context(written) {
        return Some(Vec::new());
    }
    let (left, names) = access(written.as_object()?)?;
    let mut path = path(left)?;
    path.extend(names);
    Some(path)
}

fn is_context(written: &Json) -> bool {
    written.get("Var").and_then(Json::as_str) == Some("context")
}
