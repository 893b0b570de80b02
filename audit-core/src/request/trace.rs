//! [`Trace`]: the W3C trace context a call belongs to.

use std::fmt;
use std::str::FromStr;

use crate::word::one_line;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The W3C trace context a call belongs to (Trace Context Level 1 §3.2, the `traceparent` header).
///
/// ```
/// use audit_core::Trace;
/// let trace: Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse()?;
/// assert!(trace.is_sampled());
/// # Ok::<(), audit_core::ParseTraceError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Trace {
    id: u128,
    span_id: u64,
    flags: u8,
}

impl Trace {
    /// From its parts. `None` if an identifier is zero, which the standard forbids.
    pub const fn new(trace_id: u128, span_id: u64, flags: u8) -> Option<Self> {
        if trace_id == 0 || span_id == 0 {
            None
        } else {
            Some(Self {
                id: trace_id,
                span_id,
                flags,
            })
        }
    }

    /// The sixteen bytes that name the whole trace.
    pub const fn trace_id(self) -> u128 {
        self.id
    }

    /// The eight bytes that name the calling span.
    pub const fn span_id(self) -> u64 {
        self.span_id
    }

    /// All flags.
    pub(crate) const fn flags(self) -> u8 {
        self.flags
    }

    /// Whether the caller recorded the trace.
    pub const fn is_sampled(self) -> bool {
        self.flags & 1 == 1
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "00-{:032x}-{:016x}-{:02x}",
            self.id, self.span_id, self.flags
        )
    }
}

/// A text that is no `traceparent` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseTraceError {
    found: String,
}

impl fmt::Display for ParseTraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no W3C trace context, expected two, 32, 16 and two lower-case hexadecimal digits joined by \
             `-`, the two identifiers not all zero",
            one_line(&self.found)
        )
    }
}

impl std::error::Error for ParseTraceError {}

impl FromStr for Trace {
    type Err = ParseTraceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| ParseTraceError {
            found: text.chars().take(64).collect(),
        })
    }
}

fn parse(text: &str) -> Option<Trace> {
    let mut parts = text.split('-');
    let version = hex(parts.next()?, 2)?;
    let trace_id = hex(parts.next()?, 32)?;
    let span_id = u64::try_from(hex(parts.next()?, 16)?).ok()?;
    let flags = u8::try_from(hex(parts.next()?, 2)?).ok()?;
    // Version 255 is forbidden; a version above 0 may bring further parts, version 0 may not.
    if version == 0xff || (version == 0 && parts.next().is_some()) {
        return None;
    }
    Trace::new(trace_id, span_id, flags)
}

/// A number of exactly so many lower-case hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let plain =
        text.len() == digits && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if plain {
        u128::from_str_radix(text, 16).ok()
    } else {
        None
    }
}

impl Serialize for Trace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Trace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
