//! [`BusPolicy`] as a document, such as a part of a file of the program's configuration.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::pattern::Pattern;

use super::own::{AUDIT, BusPolicy, INVOKE_ALLOW, INVOKE_DENY, PUBLISH_ALLOW};

const KEYS: &[&str] = &[AUDIT, INVOKE_ALLOW, INVOKE_DENY, PUBLISH_ALLOW];

impl Serialize for BusPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(AUDIT, &self.audit)?;
        for (key, patterns) in self.lists() {
            let patterns: Vec<&str> = patterns.iter().map(Pattern::as_str).collect();
            map.serialize_entry(key, &patterns)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for BusPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Document)
    }
}

struct Document;

impl<'de> Visitor<'de> for Document {
    type Value = BusPolicy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a policy of the bus: a map of `{}`", KEYS.join("`, `"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BusPolicy, A::Error> {
        let mut policy = BusPolicy::new();
        let mut seen: Vec<&str> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let Some(key) = KEYS.iter().copied().find(|known| *known == key) else {
                return Err(A::Error::unknown_field(
                    &key.escape_debug().to_string(),
                    KEYS,
                ));
            };
            if seen.contains(&key) {
                return Err(A::Error::duplicate_field(key));
            }
            seen.push(key);
            match key {
                INVOKE_ALLOW => policy.invoke_allow = Some(map.next_value_seed(ListOf(key))?),
                INVOKE_DENY => policy.invoke_deny = map.next_value_seed(ListOf(key))?,
                PUBLISH_ALLOW => policy.publish_allow = Some(map.next_value_seed(ListOf(key))?),
                _ => policy.audit = map.next_value()?,
            }
        }
        Ok(policy)
    }
}

/// The patterns of a key. A text alone is none: taken apart it would be a list of characters, of which `*` stands for everything.
struct ListOf(&'static str);

impl<'de> DeserializeSeed<'de> for ListOf {
    type Value = Vec<Pattern>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Pattern>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ListOf {
    type Value = Vec<Pattern>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a list of patterns for `{}`, such as [\"account.*\"]",
            self.0
        )
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Pattern>, A::Error> {
        let mut patterns = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            patterns.push(Pattern::new(text).map_err(A::Error::custom)?);
        }
        Ok(patterns)
    }
}
