//! [`Undeclared`]: what a request holds that the schema does not declare, or declares otherwise.

use std::sync::Arc;

use crate::request::Request;
use crate::value::{Fields, Value};

use super::Policy;
use super::model::{Declaration, Declarations, FieldRef, FieldType, Language, Schema};
use super::truth::fits;

/// The name under which an action has its type.
const TYPE: &str = FieldRef::ACTION_TYPE;
/// The name by which rules know an actor, declared or not.
const ID: &str = FieldRef::ACTOR_ID;

/// One thing that a request holds and the schema does not declare, or declares otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undeclared {
    /// Where it is: `action`, `actor` or `snapshot`, the field, and the way inside it; for an action that is not
    /// declared `action`, `type`.
    pub path: Vec<Arc<str>>,
    /// What it is.
    pub kind: UndeclaredKind,
}

/// What the schema does not declare.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UndeclaredKind {
    /// The action itself; the schema declares these.
    Action(Vec<Arc<str>>),
    /// A field of this name; in its place the schema declares these.
    Field(Vec<Arc<str>>),
    /// A value of another type than its field is declared as, which is this: `decimal`, `list of string`, `string or null`.
    Unfit(String),
}

impl Policy {
    /// What a request holds that the schema does not declare, or declares otherwise: most likely a misspelling, as no
    /// rule can read it, or can make anything of it. What a request leaves out is no matter here, nor is anything under version 1, whose
    /// requests may hold whatever they like.
    ///
    /// ```
    /// use audit_core::{Action, Actor, Policy, Request, Snapshot, UndeclaredKind};
    ///
    /// let policy = Policy::from_strings(
    ///     "language: audit/2\nactions: {refund: {fields: {amount: decimal}}}\n",
    ///     "language: audit/2\ndefault: allow\nrules: []\n",
    ///     None,
    /// )?;
    /// let action = Action::new("refund").with("amuont", 5).with("amount", "many");
    /// let (actor, snapshot) = (Actor::anonymous(), Snapshot::new());
    /// let found = policy.undeclared(&Request::new(&action, &actor, &snapshot));
    /// assert_eq!(found[0].path.join("."), "action.amuont");
    /// assert_eq!(found[1].kind, UndeclaredKind::Unfit("decimal".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn undeclared(&self, request: &Request<'_>) -> Vec<Undeclared> {
        if self.set.language == Language::Version1 {
            return Vec::new();
        }
        let schema = &self.set.schema;
        let mut looking = Looking {
            path: Vec::new(),
            found: Vec::new(),
        };
        looking.action(schema, request);
        looking.part("actor", request.actor.fields(), &[&schema.actor], Some(ID));
        looking.part("snapshot", request.snapshot, &[&schema.snapshot], None);
        looking.found
    }
}

/// Fields of the same place, and what is declared of them there: for an action without a type by any action.
type Declared<'s> = [&'s Declarations];

struct Looking<'r> {
    /// The way to what is looked at.
    path: Vec<&'r str>,
    found: Vec<Undeclared>,
}

impl<'r> Looking<'r> {
    fn action(&mut self, schema: &Schema, request: &Request<'r>) {
        let fields = request.action.fields();
        let Some(kind) = request.action.kind() else {
            let any: Vec<&Declarations> = schema.actions.iter().map(|(_, any)| any).collect();
            return self.part("action", fields, &any, Some(TYPE));
        };
        let known = schema.actions.iter().find(|(name, _)| **name == *kind);
        if let Some((_, declared)) = known {
            return self.part("action", fields, &[declared], None);
        }
        // Of its fields nothing can be said.
        let names = schema.actions.iter().map(|(name, _)| Arc::clone(name));
        let names = UndeclaredKind::Action(names.collect());
        self.path.extend(["action", TYPE]);
        self.add(names);
        self.path.clear();
    }

    /// Looks at the fields of a part of the request. `more` is a name that is known there though nobody declares it.
    fn part(
        &mut self,
        part: &'r str,
        fields: &'r Fields<'r>,
        declared: &Declared<'_>,
        more: Option<&str>,
    ) {
        self.path.push(part);
        self.fields(fields, declared, more);
        self.path.pop();
    }

    fn fields(&mut self, fields: &'r Fields<'r>, declared: &Declared<'_>, more: Option<&str>) {
        for field in fields {
            self.path.push(&field.name);
            let (name, value) = (&*field.name, &field.value);
            let all = || declared.iter().copied().flatten();
            let known: Vec<&Declaration> = all()
                .filter(|(known, _)| **known == *name)
                .map(|(_, declaration)| declaration)
                .collect();
            match (known.first(), value) {
                (None, _) if more == Some(name) => {}
                (None, _) => {
                    let names = all().map(|(name, _)| Arc::clone(name));
                    let mut names: Vec<Arc<str>> = names.chain(more.map(Arc::from)).collect();
                    names.sort();
                    names.dedup();
                    self.add(UndeclaredKind::Field(names));
                }
                (Some(first), _) if !known.iter().any(|known| fits(value, known)) => {
                    self.add(UndeclaredKind::Unfit(described(first)));
                }
                (Some(_), Value::Map(inner)) => {
                    let parts: Vec<&Declarations> = known
                        .iter()
                        .filter_map(|known| match &known.kind {
                            FieldType::Map(parts) => Some(parts),
                            _ => None,
                        })
                        .collect();
                    self.fields(inner, &parts, None);
                }
                (Some(_), _) => {}
            }
            self.path.pop();
        }
    }

    fn add(&mut self, kind: UndeclaredKind) {
        let path = self.path.iter().copied().map(Arc::from).collect();
        self.found.push(Undeclared { path, kind });
    }
}

/// A declared type in words.
fn described(declared: &Declaration) -> String {
    let mut words = declared.kind.as_str().to_owned();
    if let FieldType::List(items) = &declared.kind {
        words.push_str(" of ");
        words.push_str(items.as_str());
    }
    if declared.nullable {
        words.push_str(" or null");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Action, Actor, Snapshot};

    fn policy(schema: &str) -> Policy {
        let policy = "language: audit/2\ndefault: allow\nrules: []\n";
        Policy::from_strings(&format!("language: audit/2\n{schema}"), policy, None).unwrap()
    }

    fn strict() -> Policy {
        policy(
            "actions:\n  refund: {fields: {amount: decimal, at: {type: timestamp, nullable: true}, \
             tags: {type: list, of: string}, to: {type: map, fields: {city: string}}}}\n  payout: {fields: {amount: integer}}\n\
             actor: {fields: {role: string}}\n",
        )
    }

    /// Each thing that is found, as `path: what`.
    fn found(policy: &Policy, action: &Action<'_>, actor: &Actor<'_>) -> Vec<String> {
        let snapshot = Snapshot::new();
        let found = policy.undeclared(&Request::new(action, actor, &snapshot));
        let shown = found.iter().map(|one| {
            let path = one.path.join(".");
            match &one.kind {
                UndeclaredKind::Action(names) => {
                    format!("{path}: no action, but {}", names.join(" "))
                }
                UndeclaredKind::Field(names) => {
                    format!("{path}: no field, but {}", names.join(" "))
                }
                UndeclaredKind::Unfit(expected) => format!("{path}: no {expected}"),
            }
        });
        shown.collect()
    }

    #[test]
    fn what_is_declared_or_left_out_is_no_matter() {
        let action = Action::new("refund")
            .with("amount", "12.30")
            .with("at", Value::Null)
            .with("to", Fields::new().with("city", "Rome"));
        let actor = Actor::new("ada").with("role", "clerk");
        assert_eq!(found(&strict(), &action, &actor), <[&str; 0]>::default());
    }

    #[test]
    fn names_and_values_that_no_rule_can_read_are_found_to_any_depth() {
        let action = Action::new("refund")
            .with("amount", 12.5)
            .with("at", "today")
            .with("tags", vec![1])
            .with(
                "to",
                Fields::new().with("city", Value::Null).with("town", 1),
            )
            .with("note", 1);
        let actor = Actor::new("ada").with("rol", "clerk");
        let expected = [
            "action.amount: no decimal",
            "action.at: no timestamp or null",
            "action.tags: no list of string",
            "action.to.city: no string",
            "action.to.town: no field, but city",
            "action.note: no field, but amount at tags to",
            "actor.rol: no field, but id role",
        ];
        assert_eq!(found(&strict(), &action, &actor), expected);
    }

    #[test]
    fn an_action_that_is_not_declared_is_found_and_its_fields_are_not() {
        let action = Action::new("refnud").with("amuont", 1);
        let expected = ["action.type: no action, but refund payout"];
        assert_eq!(found(&strict(), &action, &Actor::anonymous()), expected);
    }

    #[test]
    fn an_action_without_a_type_may_have_the_fields_of_any() {
        let action = Action::untyped()
            .with("amount", "12.30")
            .with("tpye", "refund");
        let expected = ["action.tpye: no field, but amount at tags to type"];
        assert_eq!(found(&strict(), &action, &Actor::anonymous()), expected);
    }

    #[test]
    fn under_version_1_nothing_is_found() {
        let policy = Policy::from_strings(
            "version: 1\nactions: {}\nactor: {fields: {}}\nsnapshot: {fields: {}}\n",
            "version: 1\nrules: []\n",
            None,
        );
        let action = Action::new("refund").with("amount", 1);
        let found = found(&policy.unwrap(), &action, &Actor::anonymous());
        assert_eq!(found, <[&str; 0]>::default());
    }
}
