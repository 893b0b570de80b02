//! Every recorded policy of version 1 answers the same in language 2.

use serde_json::Value as Json;

use crate::decision::Effect;
use crate::evaluator::Evaluator as _;
use crate::policy::convert::{Conversion, ConvertNoteKind, Converted};
use crate::policy::json_schema::tests::{policy_mistakes, schema_mistakes};
use crate::policy::load::Documents;
use crate::policy::model::{
    Atom, Condition, Declarations, Domain, FieldRef, FieldType, Literal, Operand, Operator,
    PolicySet, ScalarType,
};
use crate::policy::{Policy, language};
use crate::request::{Action, Actor, Request, Snapshot};
use crate::value::{Fields, Value};

/// How many requests are put to each policy.
const REQUESTS: usize = 64;

/// What a request is made of.
struct Asked {
    action: Action<'static>,
    actor: Actor<'static>,
    snapshot: Snapshot<'static>,
}

impl Asked {
    fn request(&self) -> Request<'_> {
        Request::new(&self.action, &self.actor, &self.snapshot)
    }

    fn held(&self, field: &FieldRef) -> Option<&Value<'static>> {
        let fields = match field.domain {
            Domain::Action => self.action.fields(),
            Domain::Actor => self.actor.fields(),
            _ => &self.snapshot,
        };
        fields.get(&field.field)
    }
}

fn answer(policy: &Policy, asked: &Asked) -> (Effect, Option<String>) {
    let request = asked.request();
    let verdict = policy.evaluate(&request).unwrap();
    let rule = verdict.matched_rule.map(|rule| rule.to_string());
    (verdict.effect, rule)
}

/// Makes requests that a set may tell apart: its own literals, their neighbours, values of other types, nothing.
struct Requests<'s> {
    set: &'s PolicySet,
    literals: Vec<Value<'static>>,
    random: fastrand::Rng,
}

impl<'s> Requests<'s> {
    fn new(set: &'s PolicySet, seed: u64) -> Self {
        let mut literals: Vec<Value<'static>> = vec![
            Value::Null,
            Value::from(0),
            Value::from(9_007_199_254_740_993_i64),
            Value::from(i64::MIN),
            Value::from(u64::MAX),
            Value::from(f64::NAN),
            Value::from(f64::INFINITY),
            Value::from(-0.0),
            Value::from(""),
            Value::from("yes"),
            Value::from(true),
            Value::from(false),
            Value::from(vec![1]),
            Value::from(Fields::new().with("a", 1)),
        ];
        for atom in atoms(set) {
            match &atom.operand {
                Operand::Literal(Literal::Number(number)) => {
                    literals
                        .extend([*number, number.next_up(), number.next_down()].map(Value::from));
                }
                Operand::Literal(Literal::Text(text)) => {
                    literals.push(Value::from(text.to_string()));
                }
                _ => {}
            }
        }
        let random = fastrand::Rng::with_seed(seed);
        Self {
            set,
            literals,
            random,
        }
    }

    fn next(&mut self) -> Asked {
        let actions = &self.set.schema.actions;
        let chosen = self.random.usize(..actions.len() + 2);
        let action = match actions.get(chosen) {
            Some((name, declared)) => {
                Action::new(name.to_string()).with_fields(self.fields(declared))
            }
            None if chosen == actions.len() => Action::untyped(),
            None => Action::new("undeclared"),
        };
        Asked {
            action,
            actor: Actor::from(self.fields(&self.set.schema.actor)),
            snapshot: self.fields(&self.set.schema.snapshot),
        }
    }

    fn fields(&mut self, declared: &Declarations) -> Fields<'static> {
        let mut fields = Fields::new();
        for (name, declared) in declared {
            let value = match self.random.u8(..8) {
                0 => continue,
                1 => self.any(),
                _ => self.fitting(&declared.kind),
            };
            fields.set(name.to_string(), value);
        }
        fields
    }

    fn any(&mut self) -> Value<'static> {
        self.random.choice(&self.literals).unwrap().clone()
    }

    fn fitting(&mut self, kind: &FieldType) -> Value<'static> {
        loop {
            let value = self.any();
            if fits(&value, kind) {
                return value;
            }
        }
    }
}

fn fits(value: &Value<'_>, kind: &FieldType) -> bool {
    match kind {
        FieldType::Scalar(ScalarType::String) => matches!(value, Value::Text(_)),
        FieldType::Scalar(ScalarType::Boolean) => matches!(value, Value::Bool(_)),
        _ => value.as_f64().is_some(),
    }
}

fn atoms(set: &PolicySet) -> impl Iterator<Item = &Atom> {
    let conditions = set.rules.iter().flat_map(|rule| match &rule.condition {
        Condition::All(parts) | Condition::Any(parts) => parts.as_slice(),
        _ => &[],
    });
    conditions.filter_map(Condition::atom)
}

/// Whether two fields are compared that both hold another type than declared: the one thing that language 2 answers
/// otherwise.
fn compares_unfit(set: &PolicySet, asked: &Asked) -> bool {
    let declared = |field: &FieldRef, action: Option<&str>| {
        let named = match field.domain {
            Domain::Action => {
                let actions = set.schema.actions.iter();
                &actions.clone().find(|(name, _)| Some(&**name) == action)?.1
            }
            Domain::Actor => &set.schema.actor,
            _ => &set.schema.snapshot,
        };
        let (_, declaration) = named.iter().find(|(name, _)| *name == field.field)?;
        Some(&declaration.kind)
    };
    let action = asked.action.kind();
    let is_unfit = |field: &FieldRef| {
        let value = asked.held(field);
        let kind = declared(field, action);
        match (value, kind) {
            (_, Some(kind)) if field.is_action_type() => {
                *kind != FieldType::Scalar(ScalarType::String)
            }
            (Some(value), Some(kind)) => !fits(value, kind),
            _ => false,
        }
    };
    atoms(set).any(|atom| {
        matches!(&atom.operand, Operand::Field(other) if is_unfit(&atom.subject) && is_unfit(other))
            && matches!(atom.operator, Operator::Equals | Operator::NotEquals)
    })
}

/// The identifier in version 1 of a rule of language 2.
fn old_id(new: Option<String>, converted: &Converted) -> Option<String> {
    let new = new?;
    let renamed = converted.notes.iter().find_map(|note| {
        let old = note.rule.as_deref()?;
        let is_it = note.kind == ConvertNoteKind::RuleRenamed
            && note.message.contains(&format!("is now `{new}`"));
        is_it.then(|| old.to_owned())
    });
    Some(renamed.unwrap_or(new))
}

fn recorded_input(row: &Json) -> Option<Asked> {
    let fields = |domain: &str| -> Option<Fields<'static>> {
        serde_json::from_value(row["input"][domain].clone()).ok()
    };
    let action = fields("action")?;
    let kind = action.get("type").and_then(Value::as_str);
    let named = kind.map_or_else(Action::untyped, |kind| Action::new(kind.to_owned()));
    Some(Asked {
        action: named.with_fields(action.clone()),
        actor: Actor::from(fields("actor")?),
        snapshot: fields("snapshot")?,
    })
}

/// Converts a recorded policy and puts the same questions to both. How many answers were by a rule; `None` for a policy
/// that version 1 refuses.
fn assert_same(row: &Json, seed: u64) -> Option<usize> {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let governance = row["governance_yaml"].as_str();
    let documents = Documents::from_strings(text("schema_yaml"), text("policy_yaml"), governance);
    let old = Policy::from_documents(&documents).ok()?;
    let id = &row["id"];
    let conversion = Conversion::new().without_governance();
    let converted = match conversion.convert(&documents) {
        Ok(converted) => converted,
        Err(error) => panic!("{id}: {error:?}"),
    };
    assert_eq!(schema_mistakes(&converted.schema), [""; 0], "{id}");
    assert_eq!(policy_mistakes(&converted.policy), [""; 0], "{id}");
    let new = Documents::from_strings(&converted.schema, &converted.policy, None);
    let new = Policy::from_documents(&new).unwrap();
    let set = language::read(&documents.sources()).set.unwrap();
    let mut requests = Requests::new(&set, seed);
    let made = (0..REQUESTS).map(|_| requests.next());
    let mut matched = 0;
    for asked in recorded_input(row).into_iter().chain(made) {
        if compares_unfit(&set, &asked) {
            continue;
        }
        let (old, (effect, rule)) = (answer(&old, &asked), answer(&new, &asked));
        matched += usize::from(rule.is_some());
        let new = (effect, old_id(rule, &converted));
        assert_eq!(old, new, "{id}: {:?}\n{}", asked.action, converted.policy);
    }
    Some(matched)
}

#[test]
fn every_recorded_policy_that_compiles_answers_the_same() {
    let probes = include_str!("../../../../../tests/conformance/policy_probes.jsonl");
    let random = include_str!("../../../../../tests/conformance/policy_random.jsonl");
    let rows = probes.lines().chain(random.lines());
    let rows = rows.map(|row| serde_json::from_str::<Json>(row).unwrap());
    let answers: Vec<usize> = (0..)
        .zip(rows)
        .filter_map(|(seed, row)| assert_same(&row, seed))
        .collect();
    assert!(answers.len() > 900, "{}", answers.len());
    let matched: usize = answers.iter().sum();
    assert!(matched > 10_000, "{matched}");
}
