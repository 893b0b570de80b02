//! [`Claims`]: what a token says.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

/// What a token says.
#[derive(Debug, Default)]
pub(super) struct Claims {
    pub(super) all: Map<String, Value>,
    /// Whether one is there twice: whoever reads the first and whoever reads the last would trust different ones (RFC 7519 §4).
    pub(super) has_twin: bool,
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Claims;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Claims, A::Error> {
        let mut claims = Claims::default();
        while let Some((name, value)) = members.next_entry::<String, Value>()? {
            claims.has_twin |= claims.all.insert(name, value).is_some();
        }
        Ok(claims)
    }
}
