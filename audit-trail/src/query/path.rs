//! [`FieldPath`]: a way into a record's JSON.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::quote::{is_plain_in_path, write_quoted};

/// A way into a record's JSON: names of members, or places in lists from 0.
///
/// ```
/// use audit_trail::FieldPath;
/// let path = FieldPath::new(["data", "odd name", "0"]);
/// assert_eq!(path.to_string(), "data.\"odd name\".0");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(Vec<String>);

impl FieldPath {
    /// Through these members, from the record down. Without any it is the member whose name is empty.
    pub fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        let mut names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.is_empty() {
            names.push(String::new());
        }
        Self(names)
    }

    /// The value that stands there, if there is one. What lies beside the way is passed over unread.
    pub(crate) fn value_in(&self, body: &[u8]) -> Option<Value> {
        let mut reader = serde_json::Deserializer::from_slice(body);
        Way(&self.0).deserialize(&mut reader).ok().flatten()
    }
}

impl From<&str> for FieldPath {
    /// Names with dots between them.
    fn from(path: &str) -> Self {
        Self::new(path.split('.'))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(".")?;
            }
            if name.is_empty() || !name.chars().all(is_plain_in_path) {
                write_quoted(f, name)?;
            } else {
                f.write_str(name)?;
            }
        }
        Ok(())
    }
}

/// What is left of the way.
struct Way<'p>(&'p [String]);

impl<'de> DeserializeSeed<'de> for Way<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        if self.0.is_empty() {
            return serde::Deserialize::deserialize(reader).map(Some);
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Way<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        let Some((name, rest)) = self.0.split_first() else {
            return Ok(None);
        };
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if found.is_none() && key == *name {
                found = map.next_value_seed(Way(rest))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        let wanted = self.0.split_first();
        let place = wanted.and_then(|(name, rest)| Some((name.parse::<usize>().ok()?, rest)));
        for at in 0_usize.. {
            let more = match place {
                Some((wanted, rest)) if wanted == at => match list.next_element_seed(Way(rest))? {
                    Some(value) => {
                        found = value;
                        true
                    }
                    None => false,
                },
                _ => list.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        Ok(found)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_leads_through_members_and_lists_to_its_value() {
        let body = br#"{"a":[1,{"b.c":{"d":null}},"x"],"e":5,"":7}"#;
        for (path, value) in [
            (&["a", "1", "b.c", "d"][..], Some(json!(null))),
            (&["a", "0"], Some(json!(1))),
            (&["a", "2"], Some(json!("x"))),
            (&["a", "3"], None),
            (&["a", "x"], None),
            (&["e"], Some(json!(5))),
            (&["e", "f"], None),
            (&["a", "2", "x"], None),
            (&[""], Some(json!(7))),
            (&["z"], None),
        ] {
            let path = FieldPath::new(path.iter().copied());
            assert_eq!(path.value_in(body), value, "{path}");
        }
        assert_eq!(FieldPath::from("a").value_in(b"{\"a\":"), None);
    }
}
