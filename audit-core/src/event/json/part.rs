//! The parts of an envelope as JSON.

use std::cell::Cell;
use std::time::Duration;

use crate::clock::EventId;
use crate::decision::{Decision, Digest, Effect, Mode};
use crate::outcome::Outcome;
use crate::redaction::Redacted;
use crate::request::Trace;

use super::super::{Process, Site};
use super::ink::Ink;
use super::text::{between, digits, flag, hex, text, whole};
use super::value::value;

/// An identifier as it is written, quotes and all: one call bears it several times.
pub(super) struct Identifier([u8; 38]);

impl Identifier {
    #[inline]
    pub(super) fn of(id: EventId) -> Self {
        let mut written = *b"\"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\"";
        // Sixteen bytes are four words.
        if let ([first, second, third, fourth], _) = id.as_bytes().as_chunks::<4>() {
            let [first, second, third, fourth] = [
                digits(u32::from_be_bytes(*first)),
                digits(u32::from_be_bytes(*second)),
                digits(u32::from_be_bytes(*third)),
                digits(u32::from_be_bytes(*fourth)),
            ];
            written[1..9].copy_from_slice(&first);
            written[10..14].copy_from_slice(&second[..4]);
            written[15..19].copy_from_slice(&second[4..]);
            written[20..24].copy_from_slice(&third[..4]);
            written[25..29].copy_from_slice(&third[4..]);
            written[29..37].copy_from_slice(&fourth);
        }
        Self(written)
    }

    #[inline]
    pub(super) fn write(&self, ink: &mut Ink<'_>) {
        ink.put(&self.0);
    }
}

/// A decision, whose identifier is written already.
pub(super) fn decision(decision: &Decision<'_>, id: &Identifier, ink: &mut Ink<'_>) {
    ink.put(b"{\"id\":");
    id.write(ink);
    match decision.effect {
        Effect::Allow => ink.put(b",\"effect\":\"allow\",\"matched_rule\":"),
        Effect::Block => ink.put(b",\"effect\":\"block\",\"matched_rule\":"),
        Effect::RequireApproval => {
            ink.put(b",\"effect\":\"require_approval\",\"matched_rule\":");
        }
    }
    maybe(decision.matched_rule.as_deref(), ink);
    match (decision.match_count, decision.default_used) {
        (None, false) => {
            ink.put(b",\"match_count\":null,\"default_used\":false,\"reason\":");
        }
        (None, true) => {
            ink.put(b",\"match_count\":null,\"default_used\":true,\"reason\":");
        }
        (Some(count), default_used) => {
            ink.put(b",\"match_count\":");
            whole(count, ink);
            ink.put(b",\"default_used\":");
            flag(default_used, ink);
            ink.put(b",\"reason\":");
        }
    }
    maybe(decision.reason.as_deref(), ink);
    ink.put(b",\"policy\":{\"digest\":\"");
    digest(decision.policy.digest, ink);
    ink.put(b"\",\"version\":");
    whole(decision.policy.version, ink);
    match (decision.mode, decision.applied) {
        (Mode::Enforce, true) => {
            ink.put(b"},\"mode\":\"enforce\",\"applied\":true,\"would\":");
        }
        (Mode::Shadow, false) => {
            ink.put(b"},\"mode\":\"shadow\",\"applied\":false,\"would\":");
        }
        (mode, applied) => {
            ink.put(b"},\"mode\":");
            word(mode.as_str(), ink);
            ink.put(b",\"applied\":");
            flag(applied, ink);
            ink.put(b",\"would\":");
        }
    }
    maybe(decision.would.map(|effect| effect.as_str()), ink);
    if let Some(rule) = &decision.would_rule {
        between(b",\"would_rule\":\"", rule, b"\"", ink);
    }
    if let Some(severity) = decision.severity {
        ink.put(b",\"severity\":");
        word(severity.as_str(), ink);
    }
    ink.put(b",\"missing\":[");
    for (place, path) in decision.missing.iter().enumerate() {
        if place > 0 {
            ink.put(b",");
        }
        text(path, ink);
    }
    match &decision.error {
        None => ink.put(b"],\"error\":null"),
        Some(error) => {
            ink.put(b"],\"error\":{\"stage\":");
            word(error.stage.as_str(), ink);
            ink.put(b",\"kind\":");
            word(error.kind.as_str(), ink);
            between(b",\"message\":\"", &error.message, b"\"", ink);
            ink.put(b"}");
        }
    }
    took(decision.duration, ink);
    ink.put(b"}");
}

/// What became of a call.
pub(super) fn outcome(outcome: &Outcome<'_>, ink: &mut Ink<'_>) {
    ink.put(b"{\"status\":");
    word(outcome.status.as_str(), ink);
    took(outcome.duration, ink);
    if let Some(returned) = &outcome.value {
        ink.put(b",\"value\":");
        value(returned, 0, ink);
    }
    if let Some(error) = &outcome.error {
        between(b",\"error\":\"", error, b"\"", ink);
    }
    ink.put(b"}");
}

/// Which parts were redacted, if any were.
pub(super) fn redacted(redacted: &Redacted, ink: &mut Ink<'_>) {
    let Some((first, others)) = redacted.split_first() else {
        return;
    };
    between(b",\"redacted\":{\"", &first.path, b"\"", ink);
    ink.put(b":");
    word(first.how.as_str(), ink);
    for other in others {
        ink.put(b",");
        text(&other.path, ink);
        ink.put(b":");
        word(other.how.as_str(), ink);
    }
    ink.put(b"}");
}

/// Trace, place and process: the last parts of what is not at rest.
pub(super) fn origin(trace: Option<Trace>, site: Option<&Site<'_>>, ink: &mut Ink<'_>) {
    if let Some(trace) = trace {
        ink.put(b",\"trace\":\"00-");
        hex(&trace.trace_id().to_be_bytes(), ink);
        ink.put(b"-");
        hex(&trace.span_id().to_be_bytes(), ink);
        ink.put(b"-");
        hex(&[trace.flags()], ink);
        ink.put(b"\"");
    }
    if let Some(site) = site {
        ink.put(b",\"site\":{");
        if let Some(function) = &site.function {
            between(b"\"function\":\"", function, b"\"", ink);
            ink.put(b",");
        }
        if let Some(module) = &site.module {
            between(b"\"module\":\"", module, b"\"", ink);
            ink.put(b",");
        }
        between(b"\"file\":\"", &site.file, b"\"", ink);
        ink.put(b",\"line\":");
        whole(site.line, ink);
        ink.put(b"}");
    }
    ink.put(b",\"process\":{\"id\":");
    whole(Process::number(), ink);
    between(b",\"name\":\"", Process::name_of_this(), b"\"", ink);
    ink.put(b"}");
}

/// One of our own words, which have nothing to escape.
#[inline]
fn word(word: &str, ink: &mut Ink<'_>) {
    ink.put(b"\"");
    ink.copy(word.as_bytes());
    ink.put(b"\"");
}

/// A text, or nothing.
#[inline]
fn maybe(said: Option<&str>, ink: &mut Ink<'_>) {
    match said {
        Some(said) => text(said, ink),
        None => ink.put(b"null"),
    }
}

fn took(duration: Duration, ink: &mut Ink<'_>) {
    ink.put(b",\"duration_ns\":");
    whole(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX), ink);
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

fn digest(digest: Digest, ink: &mut Ink<'_>) {
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
    ink.put(&last.digits);
}
