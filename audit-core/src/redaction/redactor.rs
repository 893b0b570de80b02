//! [`Redactor`]: takes values out of what is recorded, and lists what it took.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::value::{Fields, Text, Value};

use super::{MASK, Redacted, Redaction, RedactionKey, Spots, stands_for_redacted};

/// Paths of one event that are listed one by one; of more the items of a list share one, written `[*]`.
const LISTED: usize = 64;
/// Paths that are listed at all; of more one stands for all that lie in a part of the event, written `data.*`.
const MOST: usize = 256;

/// Takes values out of what is recorded, and lists what it took.
pub(crate) struct Redactor<'k> {
    key: &'k RedactionKey,
    /// What was redacted before.
    known: &'k Redacted,
    done: Vec<(String, Redaction)>,
    path: String,
}

impl<'k> Redactor<'k> {
    /// One that hashes with this key.
    pub(crate) fn new(key: &'k RedactionKey) -> Self {
        Self::again(key, Redacted::NOTHING)
    }

    /// One for what was redacted before: that is not hashed once more, and made stricter alone.
    pub(crate) fn again(key: &'k RedactionKey, known: &'k Redacted) -> Self {
        Self {
            key,
            known,
            done: Vec::new(),
            path: String::new(),
        }
    }

    /// Whether what lies at the path was redacted as strictly before. The path alone does not tell: `user` may stand beside
    /// `user.email`, and of a text that quoted a value a part alone is masked.
    fn is_done(&self, how: Redaction, value: &Value<'_>) -> bool {
        if self.known.is_empty() || !is_redacted(value) {
            return false;
        }
        // A hash of a hash finds nothing.
        let is_hash = matches!(how, Redaction::Hash | Redaction::Seal);
        let known = self
            .known
            .of(&self.path)
            .max(self.known.of(&for_each(&self.path)));
        known.is_some_and(|known| is_hash || known >= how)
    }

    /// Redacts a part of an event, which has this name.
    pub(crate) fn value(&mut self, domain: &str, value: &mut Option<Value<'_>>, spots: &Spots) {
        let Some(inside) = value.as_mut().filter(|_| !spots.is_empty()) else {
            return;
        };
        domain.clone_into(&mut self.path);
        if !self.redact(inside, spots, None) {
            *value = None;
        }
    }

    /// Redacts a part of an event that consists of fields.
    pub(crate) fn fields(&mut self, domain: &str, fields: &mut Fields<'_>, spots: &Spots) {
        if !spots.is_empty() {
            domain.clone_into(&mut self.path);
            self.inside(fields, spots, None);
        }
    }

    /// Redacts a part of an event that is a text.
    pub(crate) fn text(&mut self, domain: &str, text: &mut Option<Text<'_>>, how: Redaction) {
        domain.clone_into(&mut self.path);
        let Some(inside) = text.take() else {
            return;
        };
        let inside = Value::Text(inside);
        let shown = if self.is_done(how, &inside) {
            Some(inside)
        } else {
            self.note(how);
            how.apply(&inside, self.key)
        };
        *text = match shown {
            Some(Value::Text(shown)) => Some(shown),
            _ => None,
        };
    }

    /// Lists what was done to a part of an event elsewhere.
    pub(crate) fn note_part(&mut self, part: &str, how: Redaction) {
        part.clone_into(&mut self.path);
        self.note(how);
    }

    /// What was done.
    pub(crate) fn done(self) -> Redacted {
        let mut redacted = Redacted::default();
        if self.done.len() > LISTED {
            for (path, how) in shared(self.done) {
                redacted.push(path, how);
            }
        } else {
            for (path, how) in self.done {
                redacted.push(path, how);
            }
        }
        redacted
    }

    /// What was done and what was redacted before, without that which lay in what is gone now: its names are gone too.
    pub(crate) fn done_again(self) -> Redacted {
        let gone = self.done.iter().map(|(path, _)| path.clone());
        let gone: BTreeSet<String> = gone.flat_map(|path| [for_each(&path), path]).collect();
        let mut all = self.known.without_inside(&gone);
        all.add(self.done());
        all
    }

    fn note(&mut self, how: Redaction) {
        self.done.push((self.path.clone(), self.key.done(how)));
    }

    /// Redacts a value that lies in something that is redacted like this as a whole; answers whether anything stands in its
    /// place. What is inside is redacted first, where it is to be kept out more strictly than what it lies in; that alone is
    /// listed, as the names of what was inside are gone with it.
    fn redact(&mut self, value: &mut Value<'_>, spots: &Spots, outer: Option<Redaction>) -> bool {
        let around = outer.max(spots.own);
        match value {
            _ if spots.inner.is_empty() => {}
            Value::List(items) => {
                for (place, spots) in &spots.inner {
                    let Some(item) = items.get_mut(*place) else {
                        continue;
                    };
                    let end = self.path.len();
                    let _ = write!(self.path, "[{place}]");
                    // A place of its own stays where the others are known by theirs.
                    if !self.redact(item, spots, around) {
                        *item = Value::Null;
                    }
                    self.path.truncate(end);
                }
            }
            Value::Map(fields) => self.inside(fields, spots, around),
            _ => {}
        }
        let due = spots.own.filter(|how| Some(*how) > outer);
        let Some(how) = due.filter(|how| !self.is_done(*how, value)) else {
            return true;
        };
        if outer.is_none() {
            self.note(how);
        }
        match how.apply(value, self.key) {
            Some(shown) => {
                *value = shown;
                true
            }
            None => false,
        }
    }

    fn inside(&mut self, fields: &mut Fields<'_>, spots: &Spots, around: Option<Redaction>) {
        let (mut place, mut masked) = (0, 0);
        fields.retain(|field| {
            let spots = spots.inner.get(&place);
            place += 1;
            let Some(spots) = spots else {
                return true;
            };
            let end = self.path.len();
            let mut stays = true;
            if let Some(how) = spots.name.filter(|how| Some(*how) > around) {
                let (name, done) = self.renamed(&field.name, how, &mut masked);
                stays = name.is_some();
                field.name = name.unwrap_or_default();
                let _ = write!(self.path, ".{}", shown(&field.name));
                if around.is_none() {
                    self.done.push((self.path.clone(), done));
                }
            } else {
                let _ = write!(self.path, ".{}", field.name);
            }
            stays = stays && self.redact(&mut field.value, spots, around);
            self.path.truncate(end);
            stays
        });
    }

    /// What a name is shown as. Masked ones are told apart by their number, as no name may stand twice.
    fn renamed(
        &self,
        name: &Text<'_>,
        how: Redaction,
        masked: &mut usize,
    ) -> (Option<Text<'static>>, Redaction) {
        let how = self.key.done(how);
        let shown = match how {
            Redaction::Drop => None,
            Redaction::Mask => {
                *masked += 1;
                Some(match *masked {
                    1 => Text::borrowed(MASK),
                    number => Text::from(format!("{MASK}{number}")),
                })
            }
            Redaction::Hash | Redaction::Seal => {
                self.key.hash(&Value::Text(name.reborrow())).map(Text::from)
            }
        };
        (shown, how)
    }
}

/// Whether a value stands in the place of a redacted one.
fn is_redacted(value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => stands_for_redacted(text),
        // What was dropped out of a list leaves its place.
        Value::Null => true,
        _ => false,
    }
}

/// A name that is gone leaves its place alone.
fn shown(name: &Text<'_>) -> Text<'static> {
    if name.is_empty() {
        Text::borrowed(MASK)
    } else {
        name.clone().into_owned()
    }
}

/// The paths with one for all items of a list, or one for each part of the event.
fn shared(done: Vec<(String, Redaction)>) -> BTreeMap<String, Redaction> {
    let mut paths = BTreeMap::new();
    let mut add = |path, how: Redaction| {
        let known = paths.entry(path).or_insert(how);
        *known = how.max(*known);
    };
    for (path, how) in done {
        add(for_each(&path), how);
    }
    if paths.len() <= MOST {
        return paths;
    }
    let mut parts = BTreeMap::new();
    for (path, how) in paths {
        let end = path.find(['.', '[']).unwrap_or(path.len());
        let part = path.get(..end).unwrap_or_default();
        let known = parts.entry(format!("{part}.*")).or_insert(how);
        *known = how.max(*known);
    }
    parts
}

/// The path with `[*]` for every number of an item.
fn for_each(path: &str) -> String {
    let mut shared = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        shared.push_str(before);
        let digits = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
        rest = match digits.strip_prefix(']') {
            Some(behind) if digits.len() < after.len() => {
                shared.push_str("[*]");
                behind
            }
            _ => {
                shared.push('[');
                after
            }
        };
    }
    shared.push_str(rest);
    shared
}

#[cfg(test)]
mod tests;
