//! Events of changes: modes that are set, cleared or named by another policy, and policies that are loaded or refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use audit_core::testing::capture;
use audit_core::{
    Actor, Change, Digest, Effect, EvaluateError, Evaluator, Event, EventKind, Mode, ModeSettings,
    ModeTarget, PolicyInfo, Request, RuleMode, Runtime, Scope, Severity, Verdict,
};

use super::samples::{fixed, refund, still};

/// A policy whose rules have modes, in a version of its own.
#[derive(Clone)]
struct Staged {
    version: u32,
    settings: ModeSettings,
    rules: Vec<Arc<str>>,
}

impl Staged {
    fn new(version: u32, rules: &[(&str, Option<Mode>, Option<&str>)]) -> Self {
        let id = |(id, ..): &(&str, Option<Mode>, Option<&str>)| Arc::from(*id);
        let own = |rule: &(&str, Option<Mode>, Option<&str>)| {
            let rollout = rule.2.map(str::to_owned);
            (
                id(rule),
                RuleMode {
                    mode: rule.1,
                    rollout,
                },
            )
        };
        Self {
            version,
            settings: ModeSettings {
                rules: rules.iter().map(own).collect(),
                ..ModeSettings::default()
            },
            rules: rules.iter().map(id).collect(),
        }
    }
}

impl Evaluator for Staged {
    fn evaluate<'e>(&'e self, _: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        let mut verdict = Verdict::by_rule("large_refund", Effect::RequireApproval);
        verdict.severity = Some(Severity::High);
        verdict.would = Some(Effect::Block);
        verdict.would_rule = Some("tight_limit".into());
        Ok(verdict)
    }

    fn info(&self) -> PolicyInfo {
        let digit = u8::try_from(self.version).unwrap();
        PolicyInfo::new(Digest([digit; 32]), self.version)
    }

    fn modes(&self) -> ModeSettings {
        self.settings.clone()
    }

    fn declared_rules(&self) -> Option<Vec<Arc<str>>> {
        Some(self.rules.clone())
    }

    fn with_rule_modes(&self, _: &BTreeMap<Arc<str>, Mode>) -> Option<Arc<dyn Evaluator>> {
        Some(Arc::new(self.clone()))
    }
}

fn first() -> Staged {
    Staged::new(
        1,
        &[
            ("large_refund", None, None),
            ("tight_limit", Some(Mode::Shadow), None),
        ],
    )
}

/// The events of what is done to a runtime with the first policy, by an administrator of a tenant.
fn told(work: impl FnOnce(&Runtime)) -> Vec<Event<'static>> {
    let runtime = still(first()).build().unwrap();
    let scope = Scope::new()
        .actor(Actor::new("ada").with("role", "operator"))
        .tenant("acme")
        .unwrap();
    let captured = capture(|| scope.run(|| work(&runtime)));
    let mut events = captured.events;
    // That of the scope is no change.
    events.retain(|event| event.kind != EventKind::Tenant);
    events.iter_mut().for_each(fixed);
    events
}

fn change(reason: &str) -> Change {
    Change::by("ada").because(reason).unwrap()
}

fn set(target: ModeTarget, mode: impl Into<Option<Mode>>) -> Event<'static> {
    let mut events = told(|runtime| {
        let change = change("incident 4711");
        runtime.set_mode(target, mode, change).unwrap();
    });
    events.pop().unwrap()
}

/// Loading a policy that has lost a rule with a mode of its own, and says more of another.
fn loaded() -> [Event<'static>; 3] {
    let second = Staged::new(2, &[("tight_limit", Some(Mode::Enforce), Some("12.5"))]);
    let events = told(|runtime| {
        let target = ModeTarget::rule("large_refund");
        runtime
            .set_mode(target, Mode::Shadow, change("try it out"))
            .unwrap();
        runtime.reload_by(second, change("limits of November"));
    });
    events.try_into().unwrap()
}

fn refused() -> Event<'static> {
    let dir = tempfile::tempdir().unwrap();
    let rule = "rules:\n  - {id: one, scope: {action: refund}, effect: permit}\n";
    std::fs::write(dir.path().join("schema.yaml"), super::samples::SCHEMA).unwrap();
    std::fs::write(dir.path().join("policy.yaml"), rule).unwrap();
    let mut events = told(|runtime| {
        runtime.reload_dir(dir.path()).unwrap_err();
    });
    let mut event = events.pop().unwrap();
    // Where the files stand is no matter of the examples.
    let json = serde_json::to_string(&event).unwrap();
    let place = dir.path().to_str().unwrap();
    event = serde_json::from_str(&json.replace(place, "/etc/payments/policy")).unwrap();
    event
}

/// What a rule in shadow would have said.
fn would() -> Event<'static> {
    told(|runtime| drop(runtime.evaluate(&refund(5000))))
        .pop()
        .unwrap()
}

/// Every form, by name. Those without a dot are the checked-in examples.
pub(crate) fn changed() -> Vec<(&'static str, Event<'static>)> {
    let [_, policy, mode] = loaded();
    vec![
        ("would", would()),
        ("mode_set", set(ModeTarget::action("refund"), Mode::Shadow)),
        ("mode_cleared", set(ModeTarget::Everything, None)),
        ("mode_loaded", mode),
        (
            "mode.of.rule",
            set(ModeTarget::rule("tight_limit"), Mode::Enforce),
        ),
        ("policy_loaded", policy),
        ("policy_refused", refused()),
    ]
}
