//! Language 2 read as plainly as it can be: straight from `docs/language-2.md`, slow, and with nothing of what it
//! checks.

mod address;
pub(crate) mod condition;
mod number;
mod pattern;
pub(crate) mod rollout;
mod time;
mod value;

use audit_core::{Effect, Mode, Severity};

use super::ast::{Asked, Condition, Literal, Path, Policy, Right, Rule};
use condition::{MISSING, Reasons, Truth, World};

/// What the policy says to a request.
#[derive(Debug)]
pub(crate) struct Answer<'p> {
    pub(crate) effect: Effect,
    pub(crate) rule: Option<&'p str>,
    pub(crate) reason: Option<&'p str>,
    pub(crate) severity: Option<Severity>,
    pub(crate) mode: Option<Mode>,
    pub(crate) would: Option<(Effect, &'p str)>,
    /// The first rule that leaves the decision open, and why it is unknown.
    pub(crate) doubt: Option<(&'p str, Reasons)>,
    /// The rules that can judge the request, in the order in which they decide, and whether their conditions hold.
    pub(crate) candidates: Vec<(&'p str, Truth)>,
}

/// A rule that can judge the request.
struct Candidate<'p> {
    rule: &'p Rule,
    truth: Truth,
    reasons: Reasons,
    part: Part,
}

/// Which part a rule takes in a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// None.
    Out,
    /// It is left out of the effect.
    Shadow,
    /// That of the call.
    AsTheCall,
    /// It is enforced.
    Enforced,
}

/// What some rules come to.
struct Outcome<'c, 'p> {
    effect: Effect,
    by: Option<&'c Candidate<'p>>,
    doubt: Option<&'c Candidate<'p>>,
}

impl Policy {
    /// What the policy says to a request.
    pub(crate) fn answer(&self, asked: &Asked) -> Answer<'_> {
        let candidates = self.candidates(asked);
        let enforced = |candidate: &&Candidate<'_>| candidate.part == Part::Enforced;
        let call = asked.mode == Mode::Enforce;
        // What is off runs, whatever the default says.
        let default = match asked.mode {
            Mode::Off => Effect::Allow,
            Mode::Shadow | Mode::Enforce => self.default,
        };
        // A rule that says `enforce` in a call that is otherwise in shadow.
        let alone = decide(candidates.iter().filter(enforced), Effect::Allow);
        let promoted = !call && (alone.by.is_some() || alone.doubt.is_some());
        let answers = |candidate: &&Candidate<'_>| match candidate.part {
            Part::Out | Part::Shadow => false,
            Part::AsTheCall => call || !promoted,
            Part::Enforced => true,
        };
        let outcome = if promoted {
            alone
        } else {
            decide(candidates.iter().filter(answers), default)
        };
        let mut answer = Answer {
            effect: outcome.effect,
            rule: None,
            reason: None,
            severity: None,
            mode: promoted.then_some(Mode::Enforce),
            would: None,
            doubt: None,
            candidates: candidates
                .iter()
                .map(|candidate| (candidate.rule.id.as_str(), candidate.truth))
                .collect(),
        };
        if let Some(doubt) = outcome.doubt {
            answer.effect = match self.on_error {
                Some("allow") => Effect::Allow,
                _ => Effect::Block,
            };
            answer.doubt = Some((&doubt.rule.id, doubt.reasons.clone()));
            return answer;
        }
        if let Some(Candidate { rule, .. }) = outcome.by {
            answer.rule = Some(&rule.id);
            answer.reason = rule.reason;
            answer.severity = rule.severity;
        }
        // Each rule in shadow that matches, one after the other: had it been enforced too.
        for (place, shadow) in candidates.iter().enumerate() {
            let in_shadow = match shadow.part {
                Part::Out | Part::Enforced => false,
                Part::Shadow => true,
                Part::AsTheCall => promoted,
            };
            if !in_shadow || shadow.truth != Truth::True {
                continue;
            }
            let first = |other: &Candidate<'_>| {
                candidates
                    .iter()
                    .position(|one| std::ptr::eq(one, other))
                    .unwrap()
            };
            let before = outcome.by.is_none_or(|by| place < first(by));
            if before && shadow.rule.effect != answer.effect {
                answer.would = Some((shadow.rule.effect, &shadow.rule.id));
                break;
            }
        }
        answer
    }

    /// The rules that can judge a request, in the order in which they decide.
    fn candidates<'p>(&'p self, asked: &Asked) -> Vec<Candidate<'p>> {
        let action = asked.action.kind();
        let named = |names: &[&str]| action.is_some_and(|name| names.contains(&name));
        let mut ordered: Vec<&Rule> = Vec::new();
        let by_scope: [&dyn Fn(&Rule) -> bool; 3] = [
            &|rule| named(&rule.actions),
            &|rule| rule.actions.is_empty() && !rule.actors.is_empty(),
            &|rule| rule.actions.is_empty() && rule.actors.is_empty(),
        ];
        let effects: &[&[Effect]] = if self.block_overrides {
            &[
                &[Effect::Block],
                &[Effect::RequireApproval],
                &[Effect::Allow],
            ]
        } else {
            &[&[Effect::Block, Effect::RequireApproval, Effect::Allow]]
        };
        for effects in effects {
            for in_scope in by_scope {
                let rules = self.rules.iter();
                ordered
                    .extend(rules.filter(|rule| effects.contains(&rule.effect) && in_scope(rule)));
            }
        }
        let candidate = |rule: &'p Rule| {
            let mut reasons = Reasons::new();
            let world = World {
                policy: self,
                asked,
            };
            let mut truth = |condition: &Option<Condition>| match condition {
                None => Truth::True,
                Some(condition) => world.truth(condition, &mut reasons),
            };
            let (for_actor, when) = (truth(&actors(rule)), truth(&rule.when));
            let truth = match (for_actor, when) {
                (Truth::False, _) => return None,
                (_, Truth::False) => Truth::False,
                (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
                _ => Truth::True,
            };
            Some(Candidate {
                rule,
                truth,
                reasons,
                part: self.part(rule, asked),
            })
        };
        ordered.into_iter().filter_map(candidate).collect()
    }

    fn part(&self, rule: &Rule, asked: &Asked) -> Part {
        let now = asked.time.map(|time| time::nanos(time).unwrap());
        let end = rule.expires.map(|end| time::nanos(end).unwrap());
        if now.zip(end).is_some_and(|(now, end)| now >= end) {
            return Part::Out;
        }
        let mut set = asked.rule_modes.iter();
        let set = set.find(|(id, _)| *id == rule.id).map(|(_, mode)| *mode);
        // An override `enforce` of the action or of everything.
        let all_enforced = asked.overridden && asked.mode == Mode::Enforce;
        let part = match set.or(rule.mode.filter(|mode| *mode == Mode::Off)) {
            Some(Mode::Off) => return Part::Out,
            Some(Mode::Shadow) => Part::Shadow,
            Some(Mode::Enforce) => Part::Enforced,
            None if all_enforced => Part::Enforced,
            None if asked.mode == Mode::Off && (asked.overridden || rule.mode.is_none()) => {
                return Part::Out;
            }
            None => match rule.mode {
                Some(Mode::Shadow) => Part::Shadow,
                Some(Mode::Enforce) if !asked.overridden => Part::Enforced,
                _ if asked.mode == Mode::Enforce => Part::Enforced,
                _ => Part::AsTheCall,
            },
        };
        let everybody = set.is_some() || all_enforced;
        if part != Part::Shadow && !everybody && !self.is_in(rule, asked) {
            return Part::Shadow;
        }
        part
    }

    /// Whether a rule is rolled out to the caller.
    fn is_in(&self, rule: &Rule, asked: &Asked) -> bool {
        let Some((percent, by)) = &rule.rollout else {
            return true;
        };
        let by = by.clone().unwrap_or(Path::new("actor", &["id"]));
        let text = match value::look(&self.schema, asked, &by) {
            value::Side::Here(value::Held::Text(text)) => Some(text),
            _ => None,
        };
        rollout::is_in(&rule.id, percent, text.as_deref())
    }
}

/// What a rule that names actors asks of who acts.
fn actors(rule: &Rule) -> Option<Condition> {
    let names = rule.actors.iter().map(|name| Literal::Text(name));
    (!rule.actors.is_empty()).then(|| {
        let id = Path::new("actor", &["id"]);
        Condition::Compare(id, "in", Right::List(names.collect()))
    })
}

/// The first that matches, and the first before it that is unknown and says something else; without a match the
/// default, and the first that is unknown and says something else than that. Where blocks override, what is stricter
/// comes first, so "before" is "stricter".
fn decide<'c, 'p: 'c>(
    candidates: impl Iterator<Item = &'c Candidate<'p>>,
    default: Effect,
) -> Outcome<'c, 'p> {
    let candidates: Vec<_> = candidates.collect();
    let by = candidates
        .iter()
        .position(|candidate| candidate.truth == Truth::True);
    let effect = by.map_or(default, |by| candidates[by].rule.effect);
    let before = &candidates[..by.unwrap_or(candidates.len())];
    let mut doubts = before
        .iter()
        .filter(|candidate| candidate.truth == Truth::Unknown && candidate.rule.effect != effect);
    Outcome {
        effect,
        by: by.map(|by| candidates[by]),
        doubt: doubts.next().copied(),
    }
}

impl Answer<'_> {
    /// The fields that are missing in the rule that leaves the decision open.
    pub(crate) fn missing(&self) -> Vec<String> {
        let reasons = self.doubt.iter().flat_map(|(_, reasons)| reasons);
        reasons
            .filter(|(_, why)| *why == MISSING)
            .map(|(path, _)| path.written())
            .collect()
    }
}
