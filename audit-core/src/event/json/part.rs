//! The parts of an envelope as JSON.

use std::cell::Cell;
use std::time::Duration;

use crate::clock::EventId;
use crate::decision::{Decision, Digest, Effect, Mode};
use crate::outcome::Outcome;
use crate::redaction::Redacted;
use crate::request::Trace;

use super::super::{Process, Site};
use super::text::{digits, flag, hex, text, whole};
use super::value::value;

/// An identifier as it is written, quotes and all: one call bears it several times.
pub(super) struct Identifier([u8; 38]);

impl Identifier {
    #[inline]
    pub(super) fn of(id: EventId) -> Self {
        let (words, _) = id.as_bytes().as_chunks::<4>();
        let mut plain = [0; 32];
        for (place, word) in plain.as_chunks_mut::<8>().0.iter_mut().zip(words) {
            *place = digits(u32::from_be_bytes(*word));
        }
        let mut written = *b"\"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\"";
        for (place, from) in [
            (1..9, 0..8),
            (10..14, 8..12),
            (15..19, 12..16),
            (20..24, 16..20),
            (25..37, 20..32),
        ] {
            if let (Some(place), Some(digits)) = (written.get_mut(place), plain.get(from)) {
                place.copy_from_slice(digits);
            }
        }
        Self(written)
    }

    #[inline]
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}

/// A decision, whose identifier is written already.
pub(super) fn decision(decision: &Decision<'_>, id: &Identifier, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"id\":");
    id.write(out);
    match decision.effect {
        Effect::Allow => out.extend_from_slice(b",\"effect\":\"allow\",\"matched_rule\":"),
        Effect::Block => out.extend_from_slice(b",\"effect\":\"block\",\"matched_rule\":"),
        Effect::RequireApproval => {
            out.extend_from_slice(b",\"effect\":\"require_approval\",\"matched_rule\":");
        }
    }
    maybe(decision.matched_rule.as_deref(), out);
    match (decision.match_count, decision.default_used) {
        (None, false) => {
            out.extend_from_slice(b",\"match_count\":null,\"default_used\":false,\"reason\":");
        }
        (None, true) => {
            out.extend_from_slice(b",\"match_count\":null,\"default_used\":true,\"reason\":");
        }
        (Some(count), default_used) => {
            out.extend_from_slice(b",\"match_count\":");
            whole(count, out);
            out.extend_from_slice(b",\"default_used\":");
            flag(default_used, out);
            out.extend_from_slice(b",\"reason\":");
        }
    }
    maybe(decision.reason.as_deref(), out);
    out.extend_from_slice(b",\"policy\":{\"digest\":\"");
    digest(decision.policy.digest, out);
    out.extend_from_slice(b"\",\"version\":");
    whole(decision.policy.version, out);
    match (decision.mode, decision.applied) {
        (Mode::Enforce, true) => {
            out.extend_from_slice(b"},\"mode\":\"enforce\",\"applied\":true,\"would\":");
        }
        (Mode::Shadow, false) => {
            out.extend_from_slice(b"},\"mode\":\"shadow\",\"applied\":false,\"would\":");
        }
        (mode, applied) => {
            out.extend_from_slice(b"},\"mode\":");
            word(mode.as_str(), out);
            out.extend_from_slice(b",\"applied\":");
            flag(applied, out);
            out.extend_from_slice(b",\"would\":");
        }
    }
    maybe(decision.would.map(|effect| effect.as_str()), out);
    if let Some(rule) = &decision.would_rule {
        out.extend_from_slice(b",\"would_rule\":");
        text(rule, out);
    }
    if let Some(severity) = decision.severity {
        out.extend_from_slice(b",\"severity\":");
        word(severity.as_str(), out);
    }
    out.extend_from_slice(b",\"missing\":[");
    for (place, path) in decision.missing.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        text(path, out);
    }
    match &decision.error {
        None => out.extend_from_slice(b"],\"error\":null"),
        Some(error) => {
            out.extend_from_slice(b"],\"error\":{\"stage\":");
            word(error.stage.as_str(), out);
            out.extend_from_slice(b",\"kind\":");
            word(error.kind.as_str(), out);
            out.extend_from_slice(b",\"message\":");
            text(&error.message, out);
            out.push(b'}');
        }
    }
    took(decision.duration, out);
    out.push(b'}');
}

/// What became of a call.
pub(super) fn outcome(outcome: &Outcome<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"status\":");
    word(outcome.status.as_str(), out);
    took(outcome.duration, out);
    if let Some(returned) = &outcome.value {
        out.extend_from_slice(b",\"value\":");
        value(returned, 0, out);
    }
    if let Some(error) = &outcome.error {
        out.extend_from_slice(b",\"error\":");
        text(error, out);
    }
    out.push(b'}');
}

/// Which parts were redacted, if any were.
pub(super) fn redacted(redacted: &Redacted, out: &mut Vec<u8>) {
    let Some((first, others)) = redacted.split_first() else {
        return;
    };
    out.extend_from_slice(b",\"redacted\":{");
    text(&first.path, out);
    out.push(b':');
    word(first.how.as_str(), out);
    for other in others {
        out.push(b',');
        text(&other.path, out);
        out.push(b':');
        word(other.how.as_str(), out);
    }
    out.push(b'}');
}

/// Trace, place and process: the last parts of what is not at rest.
pub(super) fn origin(trace: Option<Trace>, site: Option<&Site<'_>>, out: &mut Vec<u8>) {
    if let Some(trace) = trace {
        out.extend_from_slice(b",\"trace\":\"00-");
        hex(&trace.trace_id().to_be_bytes(), out);
        out.push(b'-');
        hex(&trace.span_id().to_be_bytes(), out);
        out.push(b'-');
        hex(&[trace.flags()], out);
        out.push(b'"');
    }
    if let Some(site) = site {
        out.extend_from_slice(b",\"site\":{");
        if let Some(function) = &site.function {
            out.extend_from_slice(b"\"function\":");
            text(function, out);
            out.push(b',');
        }
        if let Some(module) = &site.module {
            out.extend_from_slice(b"\"module\":");
            text(module, out);
            out.push(b',');
        }
        out.extend_from_slice(b"\"file\":");
        text(&site.file, out);
        out.extend_from_slice(b",\"line\":");
        whole(site.line, out);
        out.push(b'}');
    }
    out.extend_from_slice(b",\"process\":{\"id\":");
    whole(Process::number(), out);
    out.extend_from_slice(b",\"name\":");
    text(Process::name_of_this(), out);
    out.push(b'}');
}

/// One of our own words, which have nothing to escape.
#[inline]
fn word(word: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(word.as_bytes());
    out.push(b'"');
}

/// A text, or nothing.
#[inline]
fn maybe(said: Option<&str>, out: &mut Vec<u8>) {
    match said {
        Some(said) => text(said, out),
        None => out.extend_from_slice(b"null"),
    }
}

fn took(duration: Duration, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"duration_ns\":");
    whole(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX), out);
}

/// A digest, and how it is written.
#[derive(Clone, Copy)]
struct Written {
    digest: Digest,
    digits: [u8; 64],
}

thread_local! {
    /// The digest that was written last: policies change rarely.
    static LAST: Cell<Written> = const { Cell::new(Written { digest: Digest([0; 32]), digits: [b'0'; 64] }) };
}

fn digest(digest: Digest, out: &mut Vec<u8>) {
    let mut last = LAST.get();
    if last.digest != digest {
        last.digest = digest;
        let (words, _) = digest.0.as_chunks::<4>();
        let (places, _) = last.digits.as_chunks_mut::<8>();
        for (place, word) in places.iter_mut().zip(words) {
            *place = digits(u32::from_be_bytes(*word));
        }
        LAST.set(last);
    }
    out.extend_from_slice(&last.digits);
}
