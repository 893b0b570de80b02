//! What a rule says of itself: whether it is off, expired, in shadow, or for everybody.

use super::Found;
use super::schema::actions_of;
use crate::clock::Timestamp;
use crate::decision::Mode;
use crate::policy::model::{Rule, Settings};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::wording::quoted;

/// How far a rule takes part.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// Whether it can decide a call at all.
    pub(super) is_live: bool,
    /// Whether it decides every call that it matches, where no other comes before it.
    pub(super) always_decides: bool,
    /// Whether it decides also in calls that are otherwise in shadow.
    pub(super) enforces: bool,
}

/// Looks at what a rule says of itself.
pub(super) fn check(
    number: usize,
    rule: &Rule,
    settings: &Settings,
    now: Timestamp,
    found: &mut Found<'_>,
) -> State {
    let id = quoted(&rule.id);
    let notes = &rule.notes;
    let mut is_live = true;
    if notes.mode == Some(Mode::Off) {
        is_live = false;
        let message = format!("the rule {id} is off and takes no part");
        found.of_rule(ProblemKind::RuleOff, number, rule, message, None);
    } else if notes.mode.is_none()
        && let Some(reason) = switched_off(rule, settings)
    {
        is_live = false;
        let message = format!("the rule {id} never runs: {reason}");
        let hint = "it runs once a mode is set at run time, or the rule says one itself";
        let hint = Some(hint.to_owned());
        found.of_rule(ProblemKind::DeadRule, number, rule, message, hint);
    }
    if let Some(mode) = notes.mode.filter(|mode| *mode != Mode::Enforce)
        && notes.rollout.is_some()
    {
        let how = if mode == Mode::Off {
            "off"
        } else {
            "in shadow"
        };
        let message = format!(
            "the rollout of the rule {id} does nothing: by its own `mode` it is {how} for everybody"
        );
        let hint =
            "leave `mode` out, or say `enforce`: whoever is not in the share is in shadow anyway";
        let hint = Some(hint.to_owned());
        found.of_rule(ProblemKind::IdleRollout, number, rule, message, hint);
    }
    if let Some(expires) = notes.expires.filter(|expires| *expires <= now) {
        is_live = false;
        let since = to_the_second(expires);
        let message = format!("the rule {id} has expired: it matches nothing since {since}");
        found.of_rule(ProblemKind::ExpiredRule, number, rule, message, None);
    }
    is_live &= notes.mode != Some(Mode::Shadow);
    State {
        is_live,
        always_decides: is_live && notes.rollout.is_none() && notes.expires.is_none(),
        enforces: notes.mode == Some(Mode::Enforce),
    }
}

/// A time as people write it: without a fraction that is nothing.
fn to_the_second(time: Timestamp) -> String {
    let text = time.to_string();
    match text.strip_suffix(".000000000Z") {
        Some(seconds) => format!("{seconds}Z"),
        None => text,
    }
}

/// Whether a rule takes no part in any call: it is off, or no call that it is for is judged.
pub(in crate::policy) fn is_off(rule: &Rule, settings: &Settings) -> bool {
    match rule.notes.mode {
        Some(mode) => mode == Mode::Off,
        None => switched_off(rule, settings).is_some(),
    }
}

/// Why no call that the rule is for is judged.
fn switched_off(rule: &Rule, settings: &Settings) -> Option<String> {
    let mode_of = |action: &str| {
        let own = settings.modes.iter().find(|(name, _)| **name == *action);
        own.map(|(_, mode)| *mode).or(settings.mode)
    };
    let actions = actions_of(rule);
    if actions.is_empty() {
        let all_off = settings.modes.iter().all(|(_, mode)| *mode == Mode::Off);
        return (settings.mode == Some(Mode::Off) && all_off)
            .then(|| "the policy says `mode: off`".to_owned());
    }
    let off = actions
        .iter()
        .all(|action| mode_of(action) == Some(Mode::Off));
    let own =
        |action: &&std::sync::Arc<str>| settings.modes.iter().any(|(name, _)| name == *action);
    off.then(|| match actions.iter().find(own) {
        Some(action) => format!("`modes` says `off` for {}", quoted(action)),
        None => "the policy says `mode: off`".to_owned(),
    })
}
