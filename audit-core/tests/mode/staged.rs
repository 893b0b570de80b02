//! An evaluator whose modes and answers a test writes down, and which keeps what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use audit_core::{
    Classification, Digest, Effect, EvaluateError, Evaluator, Mode, ModeSettings, PolicyInfo,
    Request, RuleMode, Timestamp, Verdict,
};

/// Answers a request, given the modes that were set for rules.
type Answer = dyn Fn(&Request<'_>, &Overrides) -> Verdict<'static> + Send + Sync;

pub(crate) type Overrides = BTreeMap<Arc<str>, Mode>;

/// What the evaluator was asked: mode, whether that was overridden, when.
pub(crate) type Asked = (Mode, bool, Option<Timestamp>);

#[derive(Clone)]
pub(crate) struct Staged {
    version: u8,
    pub(crate) settings: ModeSettings,
    rules: Option<Vec<Arc<str>>>,
    actions: Option<Vec<Arc<str>>>,
    classification: Classification,
    has_rule_modes: bool,
    overrides: Overrides,
    answer: Arc<Answer>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Staged {
    /// A policy that blocks everything and names no mode.
    pub(crate) fn new() -> Self {
        Self {
            version: 1,
            settings: ModeSettings::default(),
            rules: None,
            actions: None,
            classification: Classification::nothing(),
            has_rule_modes: true,
            overrides: Overrides::new(),
            answer: Arc::new(|_, _| Verdict::by_rule("no", Effect::Block)),
            asked: Arc::default(),
        }
    }

    pub(crate) fn version(mut self, version: u8) -> Self {
        self.version = version;
        self
    }

    /// With this mode for everything.
    pub(crate) fn policy(mut self, mode: impl Into<Option<Mode>>) -> Self {
        self.settings.policy = mode.into();
        self
    }

    /// With this mode for an action.
    pub(crate) fn action(mut self, kind: &str, mode: impl Into<Option<Mode>>) -> Self {
        if let Some(mode) = mode.into() {
            self.settings.actions.insert(kind.into(), mode);
        }
        self
    }

    /// With a rule that says this of its mode.
    pub(crate) fn rule(mut self, id: &str, mode: impl Into<Option<Mode>>, rollout: &str) -> Self {
        let rule = RuleMode {
            mode: mode.into(),
            rollout: (!rollout.is_empty()).then(|| rollout.to_owned()),
        };
        self.settings.rules.insert(id.into(), rule);
        self.rules(&[id])
    }

    /// With these rules too, which say nothing of modes.
    pub(crate) fn rules(mut self, ids: &[&str]) -> Self {
        let rules = self.rules.get_or_insert_default();
        rules.extend(ids.iter().map(|id| Arc::from(*id)));
        self
    }

    /// With a schema of these actions.
    pub(crate) fn declares(mut self, actions: &[&str]) -> Self {
        self.actions = Some(actions.iter().map(|name| Arc::from(*name)).collect());
        self
    }

    pub(crate) fn classification(mut self, classification: Classification) -> Self {
        self.classification = classification;
        self
    }

    /// Whose rules have no modes.
    pub(crate) fn without_rule_modes(mut self) -> Self {
        self.has_rule_modes = false;
        self
    }

    /// That answers so.
    pub(crate) fn answering(
        mut self,
        answer: impl Fn(&Request<'_>, &Overrides) -> Verdict<'static> + Send + Sync + 'static,
    ) -> Self {
        self.answer = Arc::new(answer);
        self
    }

    /// A second handle on what it is asked.
    pub(crate) fn asked(&self) -> Arc<Mutex<Vec<Asked>>> {
        Arc::clone(&self.asked)
    }
}

impl Evaluator for Staged {
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        let asked = (request.mode, request.mode_overridden, request.time);
        self.asked.lock().unwrap().push(asked);
        Ok((self.answer)(request, &self.overrides))
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::new(Digest([self.version; 32]), self.version.into())
    }

    fn declared_actions(&self) -> Option<Vec<Arc<str>>> {
        self.actions.clone()
    }

    fn declared_rules(&self) -> Option<Vec<Arc<str>>> {
        self.rules.clone()
    }

    fn classification(&self) -> Classification {
        self.classification.clone()
    }

    fn modes(&self) -> ModeSettings {
        self.settings.clone()
    }

    fn with_rule_modes(&self, overrides: &Overrides) -> Option<Arc<dyn Evaluator>> {
        let overrides = overrides.clone();
        self.has_rule_modes.then(|| {
            Arc::new(Self {
                overrides,
                ..self.clone()
            }) as _
        })
    }
}
