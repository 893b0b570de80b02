//! The language read as plainly as it can be.

use std::fmt::Write as _;

use audit_core::{Action, Effect, Fields, Value};

/// A field that rules may read: domain, name.
pub(crate) type FieldName = (&'static str, &'static str);

#[derive(Clone, Debug)]
pub(crate) enum Operand {
    /// A number as the file spells it, and what it stands for.
    Number(&'static str, f64),
    Text(&'static str),
    Boolean(bool),
    Field(FieldName),
}

#[derive(Clone, Debug)]
pub(crate) struct Atom {
    pub(crate) left: FieldName,
    pub(crate) operator: &'static str,
    pub(crate) right: Operand,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// `action: x`, `global: true` or `actor: x`.
    pub(crate) scope: &'static str,
    /// `all` or `any`.
    pub(crate) join: &'static str,
    pub(crate) atoms: Vec<Atom>,
    pub(crate) effect: Effect,
}

#[derive(Clone, Debug)]
pub(crate) struct Rules(pub(crate) Vec<Rule>);

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) action: Action<'static>,
    pub(crate) actor: Fields<'static>,
    pub(crate) snapshot: Fields<'static>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) effect: Effect,
    pub(crate) rule: Option<String>,
    /// How many rules could judge the request, and how many of them match.
    pub(crate) asked: usize,
    pub(crate) matching: usize,
    /// Sorted.
    pub(crate) missing: Vec<String>,
}

enum Held<'v> {
    Missing,
    Number(f64),
    Text(&'v str),
    Boolean(bool),
    Other,
}

impl Rules {
    pub(crate) fn answer(&self, asked: &Asked) -> Answer {
        let scope = asked.action.kind().map(|kind| format!("action: {kind}"));
        let of_scope = |wanted: Option<&str>| -> Vec<(usize, &Rule)> {
            let rules = self.0.iter().enumerate();
            rules
                .filter(|(_, rule)| Some(rule.scope) == wanted)
                .collect()
        };
        let own = of_scope(scope.as_deref());
        let global = of_scope(Some("global: true"));
        let own_decides = own.iter().any(|(_, rule)| rule.holds(asked));

        let mut read: Vec<FieldName> = fields_of(&own);
        if !own_decides {
            read.extend(fields_of(&global));
        }
        let mut missing: Vec<String> = read
            .into_iter()
            .filter(|field| matches!(held(asked, *field), Held::Missing))
            .map(|(domain, name)| format!("{domain}.{name}"))
            .collect();
        missing.sort_unstable();
        missing.dedup();

        let candidates: Vec<_> = own.into_iter().chain(global).collect();
        let matching: Vec<_> = candidates
            .iter()
            .filter(|(_, rule)| rule.holds(asked))
            .collect();
        Answer {
            effect: matching
                .first()
                .map_or(Effect::Allow, |(_, rule)| rule.effect),
            rule: matching.first().map(|(number, _)| format!("r{number}")),
            asked: candidates.len(),
            matching: matching.len(),
            missing,
        }
    }

    /// Whether two fields are compared that both hold another type than declared: language 2 says that this is false.
    pub(crate) fn compare_unfit(&self, asked: &Asked) -> bool {
        let is_unfit = |field: FieldName| {
            let held = held(asked, field);
            // The fields of a type are named by its first letter.
            match field.1.as_bytes().first() {
                Some(b'n') => !matches!(held, Held::Missing | Held::Number(_)),
                Some(b'b') => !matches!(held, Held::Missing | Held::Boolean(_)),
                _ => !matches!(held, Held::Missing | Held::Text(_)),
            }
        };
        let mut atoms = self.0.iter().flat_map(|rule| &rule.atoms);
        atoms.any(|atom| match atom.right {
            Operand::Field(right) => is_unfit(atom.left) && is_unfit(right),
            _ => false,
        })
    }

    pub(crate) fn to_yaml(&self) -> String {
        let mut yaml = "version: 1\nrules:\n".to_owned();
        if self.0.is_empty() {
            yaml = "version: 1\nrules: []\n".to_owned();
        }
        for (number, rule) in self.0.iter().enumerate() {
            let atoms: Vec<String> = rule.atoms.iter().map(Atom::to_yaml).collect();
            let when = match atoms.as_slice() {
                [atom] => atom.clone(),
                atoms => format!("{{{}: [{}]}}", rule.join, atoms.join(", ")),
            };
            writeln!(
                yaml,
                "  - {{id: r{number}, scope: {{{}}}, effect: {}, when: {when}}}",
                rule.scope, rule.effect
            )
            .unwrap();
        }
        yaml
    }
}

fn fields_of(rules: &[(usize, &Rule)]) -> Vec<FieldName> {
    let atoms = rules.iter().flat_map(|(_, rule)| &rule.atoms);
    atoms
        .flat_map(|atom| match atom.right {
            Operand::Field(right) => vec![atom.left, right],
            _ => vec![atom.left],
        })
        .collect()
}

impl Rule {
    fn holds(&self, asked: &Asked) -> bool {
        match self.join {
            "all" => self.atoms.iter().all(|atom| atom.holds(asked)),
            _ => self.atoms.iter().any(|atom| atom.holds(asked)),
        }
    }
}

impl Atom {
    /// Within one type only; a missing side is false for `not_equals` too.
    #[allow(clippy::float_cmp, reason = "the language compares exactly")]
    fn holds(&self, asked: &Asked) -> bool {
        let right = match self.right {
            Operand::Number(_, number) => Held::Number(number),
            Operand::Text(text) => Held::Text(text),
            Operand::Boolean(flag) => Held::Boolean(flag),
            Operand::Field(field) => held(asked, field),
        };
        match (held(asked, self.left), self.operator, right) {
            (Held::Number(left), "equals", Held::Number(right)) => left == right,
            (Held::Number(left), "not_equals", Held::Number(right)) => left != right,
            (Held::Number(left), "greater_than", Held::Number(right)) => left > right,
            (Held::Number(left), "less_than", Held::Number(right)) => left < right,
            (Held::Text(left), "equals", Held::Text(right)) => left == right,
            (Held::Text(left), "not_equals", Held::Text(right)) => left != right,
            (Held::Boolean(left), "equals", Held::Boolean(right)) => left == right,
            (Held::Boolean(left), "not_equals", Held::Boolean(right)) => left != right,
            _ => false,
        }
    }

    fn to_yaml(&self) -> String {
        let field =
            |(domain, name): FieldName| format!("{{domain: {domain}, field: {}}}", quoted(name));
        let value = match self.right {
            Operand::Number(spelling, _) => format!("{{literal: {spelling}}}"),
            Operand::Text(text) => format!("{{literal: {}}}", quoted(text)),
            Operand::Boolean(flag) => format!("{{literal: {flag}}}"),
            Operand::Field(right) => format!("{{subject: {}}}", field(right)),
        };
        let (left, operator) = (field(self.left), self.operator);
        format!("{{subject: {left}, operator: {operator}, value: {value}}}")
    }
}

/// A word in YAML quotes, which for these words are those of JSON.
fn quoted(word: &str) -> String {
    serde_json::to_string(word).unwrap()
}

fn held(asked: &Asked, (domain, name): FieldName) -> Held<'_> {
    let fields = match domain {
        "action" if name == "type" => return asked.action.kind().map_or(Held::Missing, Held::Text),
        "action" => asked.action.fields(),
        "actor" => &asked.actor,
        _ => &asked.snapshot,
    };
    #[allow(clippy::cast_precision_loss, reason = "numbers are f64")]
    match fields
        .iter()
        .find(|field| field.name == *name)
        .map(|field| &field.value)
    {
        None => Held::Missing,
        Some(Value::Int(number)) => Held::Number(*number as f64),
        Some(Value::UInt(number)) => Held::Number(*number as f64),
        Some(Value::Float(number)) => Held::Number(*number),
        Some(Value::Text(text)) => Held::Text(text),
        Some(Value::Bool(flag)) => Held::Boolean(*flag),
        Some(_) => Held::Other,
    }
}
