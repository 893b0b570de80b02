//! Rules of version 1 as rules of language 2.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::note::{ConvertNote, ConvertNoteKind};
use super::rewrite::Rewrite;
use crate::policy::model::{FieldRef, FieldType, PolicySet, Rule, RuleScope, ScalarType, Schema};
use crate::policy::reading::wording::quoted;

/// The rules that can decide something, each with an identifier of its own.
pub(super) fn convert(set: &PolicySet, file: &str, notes: &mut Vec<ConvertNote>) -> Vec<Rule> {
    let types = declared_types(&set.schema);
    let mut ids = Ids::of(&set.rules);
    let mut rules = Vec::with_capacity(set.rules.len());
    for rule in &set.rules {
        let name = quoted(&rule.id);
        let mut note = |kind, message| {
            notes.push(ConvertNote {
                line: Some(rule.line),
                rule: Some(Arc::clone(&rule.id)),
                ..ConvertNote::new(kind, file, message)
            });
        };
        let declared_type = match &rule.scope {
            RuleScope::Actor(actor) => {
                let message = format!(
                    "the rule {name} is left out: it is scoped to the actor {}, which version 1 never runs and language 2 would",
                    quoted(actor)
                );
                note(ConvertNoteKind::RuleLeftOut, message);
                continue;
            }
            RuleScope::Action(action) => types.get(&**action).copied(),
            RuleScope::Global | RuleScope::Named { .. } => None,
        };
        let condition = Rewrite {
            rule: &name,
            declared_type,
            note: &mut note,
        }
        .condition(&rule.condition);
        let condition = match condition {
            Ok(condition) => condition,
            Err(never) => {
                let message = format!("the rule {name} is left out, it never matches: {never}");
                note(ConvertNoteKind::RuleLeftOut, message);
                continue;
            }
        };
        let id = ids.own(&rule.id);
        if id != rule.id {
            let why = if rule.id.is_empty() {
                "language 2 takes no empty id"
            } else {
                "version 1 lets several rules have one id, language 2 does not"
            };
            let message = format!("the rule {name} is now {}: {why}", quoted(&id));
            note(ConvertNoteKind::RuleRenamed, message);
        }
        rules.push(Rule {
            id,
            condition,
            ..rule.clone()
        });
    }
    rules
}

/// What actions declare of a field `type`.
fn declared_types(schema: &Schema) -> HashMap<&str, ScalarType> {
    let declared = schema.actions.iter().filter_map(|(action, fields)| {
        let (_, declared) = fields
            .iter()
            .find(|(name, _)| **name == *FieldRef::ACTION_TYPE)?;
        match declared.kind {
            FieldType::Scalar(kind) => Some((&**action, kind)),
            FieldType::List(_) | FieldType::Map(_) => None,
        }
    });
    declared.collect()
}

/// The identifier of a rule that has none.
const UNNAMED: &str = "unnamed";

/// Identifiers that are taken, and how often each was asked for.
struct Ids {
    taken: HashSet<Arc<str>>,
    asked: HashMap<Arc<str>, u32>,
}

impl Ids {
    /// Every identifier of the set is taken: what is made up can't be one of them.
    fn of(rules: &[Rule]) -> Self {
        Self {
            taken: rules.iter().map(|rule| Arc::clone(&rule.id)).collect(),
            asked: HashMap::new(),
        }
    }

    /// The identifier itself for the first rule that asks for it, one with a number for the others.
    fn own(&mut self, id: &Arc<str>) -> Arc<str> {
        let asked = self.asked.entry(Arc::clone(id)).or_default();
        *asked += 1;
        let name = match (&**id, *asked) {
            ("", _) => UNNAMED,
            (_, 1) => return Arc::clone(id),
            (id, _) => id,
        };
        loop {
            let own: Arc<str> = match *asked {
                1 => name.into(),
                number => format!("{name}-{number}").into(),
            };
            if self.taken.insert(Arc::clone(&own)) {
                return own;
            }
            *asked += 1;
        }
    }
}
