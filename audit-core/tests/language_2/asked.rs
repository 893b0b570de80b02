//! A policy of one kind of action, and what it answers.

use audit_core::{
    Action, Actor, Effect, Evaluator, FailureKind, Mode, Policy, Request, Snapshot, Timestamp,
    Value,
};

/// The schema of every test here.
const SCHEMA: &str = r"
language: audit/2
actions:
  pay:
    fields:
      text: string
      count: integer
      money: decimal
      score: number
      flag: boolean
      when: timestamp
      ip: string
      words: {type: list, of: string}
      numbers: {type: list, of: integer}
      maybe: {type: string, optional: true}
      null_or: {type: integer, nullable: true}
      null_or_flag: {type: boolean, nullable: true}
      other_text: string
      other_count: integer
      other_money: decimal
      place: {type: map, fields: {city: string, zip: {type: string, optional: true}}}
      maybe_place: {type: map, optional: true, fields: {city: string}}
      null_place: {type: map, nullable: true, fields: {city: string}}
  login: {fields: {text: string}}
actor: {fields: {id: {type: string, optional: true}, role: {type: string, optional: true}}}
snapshot: {fields: {limit: {type: integer, optional: true}}}
";

/// A request, part by part.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) action: Action<'static>,
    pub(crate) actor: Actor<'static>,
    pub(crate) snapshot: Snapshot<'static>,
    pub(crate) tenant: Option<&'static str>,
    pub(crate) time: Option<Timestamp>,
    pub(crate) mode: Mode,
    pub(crate) overridden: bool,
}

/// What a policy answers, as far as tests look at it.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) effect: Effect,
    pub(crate) rule: Option<String>,
    pub(crate) would: Option<(Effect, String)>,
    pub(crate) mode: Option<Mode>,
    pub(crate) failure: Option<FailureKind>,
    pub(crate) missing: Vec<String>,
}

impl Asked {
    /// To pay, by nobody in particular.
    pub(crate) fn pay() -> Self {
        Self::to(Action::new("pay"))
    }

    pub(crate) fn to(action: Action<'static>) -> Self {
        Self {
            action,
            actor: Actor::anonymous(),
            snapshot: Snapshot::new(),
            tenant: None,
            time: None,
            mode: Mode::Enforce,
            overridden: false,
        }
    }

    pub(crate) fn with(mut self, field: &'static str, value: impl Into<Value<'static>>) -> Self {
        self.action = self.action.with(field, value);
        self
    }

    pub(crate) fn by(mut self, id: &'static str) -> Self {
        self.actor = Actor::new(id);
        self
    }

    pub(crate) fn of(&self, policy: &dyn Evaluator) -> Answer {
        let mut request = Request::new(&self.action, &self.actor, &self.snapshot)
            .in_mode(self.mode, self.overridden);
        request.tenant = self.tenant;
        request.time = self.time;
        let verdict = policy.evaluate(&request).unwrap();
        Answer {
            effect: verdict.effect,
            rule: verdict.matched_rule.map(|rule| rule.to_string()),
            would: verdict
                .would
                .zip(verdict.would_rule.map(|rule| rule.to_string())),
            mode: verdict.mode,
            failure: verdict.error.map(|error| error.kind()),
            missing: verdict.missing.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A policy with these lines: settings, then rules.
pub(crate) fn policy(lines: &str) -> Policy {
    let text = format!("language: audit/2\n{lines}");
    Policy::from_strings(SCHEMA, &text, None)
        .unwrap_or_else(|error| panic!("{:#?}\n{text}", error.problems()))
}

/// A policy that blocks what a condition holds of, and allows the rest.
pub(crate) fn blocking(condition: &str) -> Policy {
    policy(&format!(
        "default: allow\nrules: [{{id: r, scope: {{action: pay}}, when: {condition}, effect: block}}]"
    ))
}

/// Whether a condition holds, does not, or is unknown (`None`).
pub(crate) fn holds(condition: &str, asked: &Asked) -> Option<bool> {
    let answer = asked.of(&blocking(condition));
    match answer.failure {
        Some(_) => None,
        None => Some(answer.effect == Effect::Block),
    }
}
