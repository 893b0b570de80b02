//! What is done to events before one sink alone gets them, and why a sink is refused.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, io};

use crate::event::{DEAD_LETTER, Event, EventKind};
use crate::redaction::Redaction;
use crate::word::one_line;

use super::Emission;

/// The words that a path may begin with, and whether others may follow them.
const PARTS: [(&str, bool); 9] = [
    ("action", true),
    ("actor", true),
    ("snapshot", true),
    ("data", true),
    ("request", true),
    ("response", true),
    ("metadata", true),
    ("resource", false),
    ("tenant", false),
];
/// What is masked in an outcome once something is taken out of its decision.
const QUOTING: [&str; 3] = ["resource", "outcome.error", "outcome.value"];
/// What a dead letter says of why.
const DEAD_LETTERS_ERROR: &str = "data.error";
/// Where those that are no part of their own begin.
const PLACES: [&str; 3] = ["decision.reason", "outcome.error", "outcome.value"];

/// Why a sink is not registered.
#[derive(Debug)]
#[non_exhaustive]
pub enum RegisterError {
    /// The operating system refuses a thread for a queued sink.
    Thread(io::Error),
    /// Nothing in an event lies at this path, which its registration redacts.
    Path(String),
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self {
            Self::Thread(_) => {
                return f.write_str("the operating system refuses a thread for the sink");
            }
            Self::Path(path) => path,
        };
        let path = one_line(path);
        write!(f, "`{path}` is no path that can be redacted: accepted are ")?;
        for (part, _) in PARTS {
            write!(f, "`{part}`, ")?;
        }
        let [first, second, last] = PLACES;
        write!(f, "`{first}`, `{second}`, `{last}`")?;
        f.write_str(
            " and, but for `resource` and `tenant`, what lies in them, such as `actor.email` or `action.fields.amount`",
        )
    }
}

impl Error for RegisterError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Thread(error) => Some(error),
            Self::Path(_) => None,
        }
    }
}

/// What is done to events before one sink alone gets them.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules(Vec<(String, Redaction)>);

impl Rules {
    /// # Errors
    /// A path leads nowhere in any event.
    pub(super) fn new(rules: Vec<(String, Redaction)>) -> Result<Self, RegisterError> {
        let mut all = Vec::with_capacity(rules.len());
        for (path, how) in rules {
            if !is_path(&path) {
                return Err(RegisterError::Path(path));
            }
            all.extend(as_field(&path).map(|field| (field, how)));
            all.push((path, how));
        }
        Ok(Self(all))
    }

    /// Whether all of these are among them.
    fn has_all(&self, others: &Self) -> bool {
        others.0.iter().all(|rule| self.0.contains(rule))
    }

    /// These, and what is not among them of the others.
    fn and(&self, others: &Self) -> Self {
        let is_new = |rule: &&(String, Redaction)| !self.0.contains(rule);
        let more = others.0.iter().filter(is_new);
        Self(self.0.iter().chain(more).cloned().collect())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether they take out of decisions what outcomes may quote and do not have: nobody knows there what to look for.
    fn concern_decisions(&self) -> bool {
        let mut parts = self.0.iter().map(|(path, _)| path.split('.').next());
        parts.any(|part| matches!(part, Some("action" | "snapshot")))
    }

    /// Whether they take anything out of events that handlers may quote, whose failures tell of none of it. Who acts, and for whom,
    /// stands there too, and is found.
    fn concern_handlers(&self) -> bool {
        let mut others = self.0.iter().filter(|(path, _)| path != DEAD_LETTERS_ERROR);
        others.any(|(path, _)| !matches!(path.split('.').next(), Some("actor" | "tenant")))
    }

    /// What is masked in an event, as nobody knows there what it quotes of others.
    fn quoting(&self, event: &Event<'_>) -> &'static [&'static str] {
        match event.kind {
            // One that belongs to no function is what became of an operation on the bus.
            EventKind::Outcome
                if self.concern_decisions() || event.site.is_none() && self.concern_handlers() =>
            {
                &QUOTING
            }
            EventKind::Event if event.name == DEAD_LETTER && self.concern_handlers() => {
                &[DEAD_LETTERS_ERROR]
            }
            _ => &[],
        }
    }

    /// The event as the sink may see it: a copy, if there is anything to be done to it.
    fn applied<R>(&self, emission: &Emission<'_>, then: impl FnOnce(&Emission<'_>) -> R) -> R {
        if self.0.is_empty() {
            return then(emission);
        }
        let mut event = emission.fact().to_event();
        for (path, how) in &self.0 {
            event.redact(path, *how, emission.key());
        }
        for path in self.quoting(&event) {
            event.redact(path, Redaction::Mask, None);
        }
        then(&Emission::of(&Arc::new(event), emission.key()))
    }
}

/// The rules of a sink, and those under which the same one is registered elsewhere. Costs one load while there are none of the latter.
pub(super) struct Followed {
    own: Rules,
    is_joined: AtomicBool,
    joined: Mutex<Arc<Rules>>,
}

impl Followed {
    pub(super) fn new(own: Rules) -> Self {
        Self {
            own,
            is_joined: AtomicBool::new(false),
            joined: Mutex::default(),
        }
    }

    /// Whether events are changed before the sink gets them.
    pub(super) fn is_any(&self) -> bool {
        !self.own.is_empty() || self.is_joined.load(Ordering::Acquire)
    }

    /// Follows these too from now on, whatever becomes of the other registration: whoever hid something from a sink meant all that it
    /// gets.
    pub(super) fn join(&self, other: &Self) {
        if self.own.has_all(&other.own) {
            return;
        }
        let mut joined = self.joined();
        if !joined.has_all(&other.own) {
            *joined = Arc::new(self.own.and(&joined).and(&other.own));
            self.is_joined.store(true, Ordering::Release);
        }
    }

    /// The event as the sink may see it: a copy, if there is anything to be done to it.
    pub(super) fn applied<R>(
        &self,
        emission: &Emission<'_>,
        then: impl FnOnce(&Emission<'_>) -> R,
    ) -> R {
        if self.is_joined.load(Ordering::Acquire) {
            let joined = Arc::clone(&self.joined());
            joined.applied(emission, then)
        } else {
            self.own.applied(emission, then)
        }
    }

    /// A poisoned lock is taken all the same: every change is complete in itself.
    fn joined(&self) -> MutexGuard<'_, Arc<Rules>> {
        self.joined.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The path of an action's field, if it was written as it stands in JSON.
fn as_field(path: &str) -> Option<String> {
    let inside = path.strip_prefix("action.fields")?;
    (inside.is_empty() || inside.starts_with('.')).then(|| format!("action{inside}"))
}

/// Whether something in an event that can be redacted may lie there.
fn is_path(path: &str) -> bool {
    // That is what was done; a field of this name is `action.fields.type`.
    if path == "action.type" || path.starts_with("action.type.") {
        return false;
    }
    let (part, rest) = match path.split_once('.') {
        Some((part, rest)) => (part, Some(rest)),
        None => (path, None),
    };
    let is_whole = rest.is_none_or(|rest| rest.split('.').all(|word| !word.is_empty()));
    let of_part = |(name, leads_on): &(&str, bool)| *name == part && (*leads_on || rest.is_none());
    let of_place = |place: &&str| {
        path.strip_prefix(place).is_some_and(|inside| {
            inside.is_empty() || inside.starts_with('.') && *place == PLACES[2]
        })
    };
    is_whole && (PARTS.iter().any(of_part) || PLACES.iter().any(of_place))
}
