//! [`Rules`]: the policies, by the names and with the words of their annotations.

use std::collections::HashMap;
use std::sync::Arc;

use cedar_policy::{ActionConstraint, Effect as CedarEffect, Policy, PolicyId, PolicySet};

use crate::decision::Effect;
use crate::word::nearest;

use super::diagnose::diagnosed;
use super::problem::{CedarProblem, CedarProblemKind};
use super::source::{Form, Source, statements};

/// The annotations that mean something here.
const ANNOTATIONS: [&str; 3] = ["id", EFFECT, "reason"];
const EFFECT: &str = "effect";

/// One policy, as decisions speak of it.
#[derive(Debug)]
pub(super) struct Rule {
    /// What Cedar calls it: the same.
    cedar_id: PolicyId,
    /// The `@id`, else the number that Cedar gives it.
    pub(super) id: Arc<str>,
    /// Whether it forbids; else it permits.
    pub(super) forbids: bool,
    /// What it says where it holds.
    pub(super) effect: Effect,
    /// Its `@reason`.
    pub(super) reason: Option<Arc<str>>,
    /// The actions that it names.
    pub(super) scope: ActionConstraint,
    /// Which of the texts it stands in, and its name.
    pub(super) source: usize,
    pub(super) file: Arc<str>,
    /// Line and column of its first character.
    pub(super) place: (u32, u32),
}

/// The policies in the order of their texts.
#[derive(Debug, Default)]
pub(super) struct Rules {
    list: Vec<Rule>,
    places: HashMap<PolicyId, usize>,
    /// Every policy.
    pub(super) all: PolicySet,
    /// Every policy but the forbids that ask for an approval; `None` where there is no such forbid.
    pub(super) firm: Option<PolicySet>,
}

impl Rules {
    /// Reads every text; all mistakes go to `problems`.
    pub(super) fn read(sources: &[Source], problems: &mut Vec<CedarProblem>) -> Self {
        let mut rules = Self::default();
        let mut first = 0;
        for (at, source) in sources.iter().enumerate() {
            match source.text.parse::<PolicySet>() {
                Ok(parsed) => rules.add_all(&parsed, (at, source), &mut first, problems),
                Err(errors) => {
                    for error in errors.iter() {
                        problems.extend(diagnosed(CedarProblemKind::PolicySyntax, source, error));
                    }
                }
            }
        }
        if rules.list.iter().any(Rule::narrows_to_approval) {
            rules.firm = rules.without_approval_forbids();
        }
        rules
    }

    /// The rule that Cedar calls by this identifier.
    pub(super) fn get(&self, id: &PolicyId) -> Option<&Rule> {
        self.list.get(*self.places.get(id)?)
    }

    /// Where the rule stands among all.
    pub(super) fn position(&self, id: &PolicyId) -> usize {
        self.places.get(id).copied().unwrap_or(usize::MAX)
    }

    /// Every rule with its policy, in the order of the texts.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Rule, &Policy)> {
        let rules = self.list.iter();
        rules.filter_map(|rule| Some((rule, self.all.policy(&rule.cedar_id)?)))
    }

    /// Adds the policies of one text; `first` is the number of its first one among all.
    fn add_all(
        &mut self,
        parsed: &PolicySet,
        (at, source): (usize, &Source),
        first: &mut usize,
        problems: &mut Vec<CedarProblem>,
    ) {
        let starts = statements(&source.text, Form::Policies);
        // Cedar numbers policies and templates as they stand in the text.
        for number in 0..parsed.num_of_policies() + parsed.num_of_templates() {
            let place = starts.get(number).map(|start| source.place(start.start));
            let place = place.unwrap_or((1, 1));
            let given = PolicyId::new(format!("policy{number}"));
            let default = format!("policy{first}");
            *first += 1;
            if let Some(policy) = parsed.policy(&given) {
                self.add(policy, &default, (at, source), place, problems);
                continue;
            }
            let id = parsed.template_annotation(&given, "id").unwrap_or(&default);
            let message = "it is a template, and nothing says what stands for its slots";
            let hint = "write an entity in place of `?principal` or `?resource`";
            let problem = CedarProblem::new(CedarProblemKind::Template, &source.name, message);
            let problem = problem.at(Some(place)).about(&id.into());
            problems.push(problem.hint(hint.to_owned()));
        }
    }

    fn add(
        &mut self,
        policy: &Policy,
        default: &str,
        (at, source): (usize, &Source),
        place: (u32, u32),
        problems: &mut Vec<CedarProblem>,
    ) {
        let named = policy.annotation("id");
        let id: Arc<str> = Arc::from(named.filter(|id| !id.is_empty()).unwrap_or(default));
        let mut problem = |kind, message: String, hint: Option<String>| {
            let problem = CedarProblem::new(kind, &source.name, message);
            problems.push(problem.at(Some(place)).about(&id).hint(hint));
        };
        if named == Some("") {
            let message = "`@id` is empty, expected a name".to_owned();
            problem(CedarProblemKind::Annotation, message, None);
        }
        let forbids = policy.effect() == CedarEffect::Forbid;
        let effect = effect(forbids, policy.annotation(EFFECT)).unwrap_or_else(|message| {
            problem(CedarProblemKind::Annotation, message, None);
            Effect::Block
        });
        for (name, _) in policy.annotations() {
            if !ANNOTATIONS.contains(&name)
                && let Some(meant) = nearest(name, ANNOTATIONS)
            {
                let message = format!("annotation `@{name}` is ignored");
                let hint = format!("did you mean `@{meant}`?");
                // Without its effect a policy that asks for an approval would permit.
                let kind = if meant == EFFECT {
                    CedarProblemKind::Annotation
                } else {
                    CedarProblemKind::IgnoredAnnotation
                };
                problem(kind, message, Some(hint));
            }
        }
        let cedar_id = PolicyId::new(&id);
        if let Some(other) = self.get(&cedar_id) {
            let (line, column) = other.place;
            let message = format!(
                "another policy is called that, at {}:{line}:{column}",
                other.file
            );
            let hint = "give each an `@id` of its own: it is the rule that decisions name";
            problem(
                CedarProblemKind::DuplicateId,
                message,
                Some(hint.to_owned()),
            );
            return;
        }
        if self.all.add(policy.new_id(cedar_id.clone())).is_err() {
            let message = "Cedar takes no policy of this `@id`".to_owned();
            return problem(CedarProblemKind::DuplicateId, message, None);
        }
        self.places.insert(cedar_id.clone(), self.list.len());
        self.list.push(Rule {
            cedar_id,
            id,
            forbids,
            effect,
            reason: policy
                .annotation("reason")
                .filter(|reason| !reason.is_empty())
                .map(Arc::from),
            scope: policy.action_constraint(),
            source: at,
            file: Arc::clone(&source.name),
            place,
        });
    }

    fn without_approval_forbids(&self) -> Option<PolicySet> {
        let firm = self.iter().filter(|(rule, _)| !rule.narrows_to_approval());
        PolicySet::from_policies(firm.map(|(_, policy)| policy.clone())).ok()
    }
}

impl Rule {
    /// Whether it narrows what others permit to what somebody approved.
    pub(super) fn narrows_to_approval(&self) -> bool {
        self.forbids && self.effect == Effect::RequireApproval
    }
}

/// What a policy says, by its `@effect`.
fn effect(forbids: bool, word: Option<&str>) -> Result<Effect, String> {
    let (plain, keyword) = if forbids {
        (Effect::Block, "forbid")
    } else {
        (Effect::Allow, "permit")
    };
    match word.map(str::parse) {
        None => Ok(plain),
        Some(Ok(effect)) if effect == plain || effect == Effect::RequireApproval => Ok(effect),
        Some(_) => Err(format!(
            "`@effect` of a {keyword} is `{}`, expected one of `{plain}`, `{}`",
            word.unwrap_or_default(),
            Effect::RequireApproval
        )),
    }
}
