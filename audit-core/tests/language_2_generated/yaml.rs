//! Policy sets as YAML, in the spellings that files have.

use std::fmt::Write as _;

use super::ast::{Condition, Field, Kind, Literal, Path, Policy, Right, Rule, Schema, Window};

/// A word in quotes, which for YAML are those of JSON.
fn quoted(word: &str) -> String {
    serde_json::to_string(word).unwrap()
}

fn list<T>(items: &[T], write: impl Fn(&T) -> String) -> String {
    let items: Vec<String> = items.iter().map(write).collect();
    format!("[{}]", items.join(", "))
}

/// One name, or a list of them.
fn one_or_more(names: &[&'static str]) -> String {
    match names {
        [name] => quoted(name),
        names => list(names, |name| quoted(name)),
    }
}

impl Schema {
    pub(crate) fn to_yaml(&self) -> String {
        let mut yaml = "language: audit/2\nactions:\n".to_owned();
        for (name, fields) in &self.actions {
            writeln!(
                yaml,
                "  {}: {{fields: {}}}",
                quoted(name),
                fields_of(fields)
            )
            .unwrap();
        }
        for (domain, fields) in [("actor", &self.actor), ("snapshot", &self.snapshot)] {
            if !fields.is_empty() {
                writeln!(yaml, "{domain}: {{fields: {}}}", fields_of(fields)).unwrap();
            }
        }
        yaml
    }
}

fn fields_of(fields: &[Field]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|field| format!("{}: {}", quoted(field.name), declaration(field)))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

fn declaration(field: &Field) -> String {
    let mut said = match &field.kind {
        Kind::One(scalar) if !field.optional && !field.nullable => return scalar.word().to_owned(),
        Kind::One(scalar) => format!("type: {}", scalar.word()),
        Kind::List(scalar) => format!("type: list, of: {}", scalar.word()),
        Kind::Map(fields) => format!("type: map, fields: {}", fields_of(fields)),
    };
    for (word, is) in [("optional", field.optional), ("nullable", field.nullable)] {
        if is {
            write!(said, ", {word}: true").unwrap();
        }
    }
    format!("{{{said}}}")
}

impl Policy {
    pub(crate) fn to_yaml(&self) -> String {
        let mut yaml = format!("language: audit/2\nversion: 3\ndefault: {}\n", self.default);
        if self.block_overrides {
            yaml.push_str("combine: block_overrides\n");
        }
        for (key, word) in [("on_missing", self.on_missing), ("on_error", self.on_error)] {
            if let Some(word) = word {
                writeln!(yaml, "{key}: {word}").unwrap();
            }
        }
        if let Some(mode) = self.mode {
            writeln!(yaml, "mode: {mode}").unwrap();
        }
        if !self.modes.is_empty() {
            let modes = self.modes.iter();
            let modes: Vec<_> = modes
                .map(|(action, mode)| format!("{}: {mode}", quoted(action)))
                .collect();
            writeln!(yaml, "modes: {{{}}}", modes.join(", ")).unwrap();
        }
        if self.rules.is_empty() {
            yaml.push_str("rules: []\n");
            return yaml;
        }
        yaml.push_str("rules:\n");
        for rule in &self.rules {
            yaml.push_str(&rule.to_yaml());
        }
        yaml
    }
}

impl Rule {
    fn to_yaml(&self) -> String {
        let mut scope = Vec::new();
        if !self.actions.is_empty() {
            scope.push(format!("action: {}", one_or_more(&self.actions)));
        }
        if !self.actors.is_empty() {
            scope.push(format!("actor: {}", one_or_more(&self.actors)));
        }
        if scope.is_empty() {
            scope.push("global: true".to_owned());
        }
        let mut yaml = format!(
            "  - id: {}\n    scope: {{{}}}\n    effect: {}\n",
            quoted(&self.id),
            scope.join(", "),
            self.effect
        );
        let mut say = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                writeln!(yaml, "    {key}: {value}").unwrap();
            }
        };
        say("reason", self.reason.map(quoted));
        say(
            "severity",
            self.severity.map(|severity| severity.to_string()),
        );
        say("owner", self.owner.map(quoted));
        let tags = (!self.tags.is_empty()).then(|| list(&self.tags, |tag| quoted(tag)));
        say("tags", tags);
        say("mode", self.mode.map(|mode| mode.to_string()));
        let rollout = self.rollout.as_ref().map(|(percent, by)| match by {
            None => (*percent).to_owned(),
            Some(by) => format!("{{percent: {percent}, by: {}}}", path(by)),
        });
        say("rollout", rollout);
        say("expires", self.expires.map(quoted));
        say("when", self.when.as_ref().map(Condition::to_yaml));
        yaml
    }
}

impl Condition {
    fn to_yaml(&self) -> String {
        match self {
            Self::All(parts) => format!("{{all: {}}}", list(parts, Self::to_yaml)),
            Self::Any(parts) => format!("{{any: {}}}", list(parts, Self::to_yaml)),
            Self::Not(part) => format!("{{not: {}}}", part.to_yaml()),
            Self::Compare(left, operator, Right::There(None)) => {
                format!("{{subject: {}, operator: {operator}}}", path(left))
            }
            Self::Compare(left, operator, right) => format!(
                "{{subject: {}, operator: {operator}, value: {}}}",
                path(left),
                right.to_yaml()
            ),
        }
    }
}

/// A path, as a map where a name holds what a path can't.
fn path(path: &Path) -> String {
    let plain = |name: &&str| {
        let mut bytes = name.bytes();
        bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if path.names.iter().all(plain) {
        return path.written();
    }
    let names = list(&path.names, |name| quoted(name));
    format!("{{domain: {}, field: {names}}}", path.domain)
}

impl Right {
    fn to_yaml(&self) -> String {
        match self {
            // Both forms of a literal occur, the longer one for texts of an odd length.
            Self::Literal(Literal::Text(text)) if text.len() % 2 == 1 => {
                format!("{{literal: {}}}", quoted(text))
            }
            Self::Literal(literal) => literal.to_yaml(),
            Self::Field(field) => format!("{{subject: {}}}", path(field)),
            Self::List(literals) => list(literals, Literal::to_yaml),
            Self::Networks(networks) => one_or_more(networks),
            Self::Pattern(pattern) => quoted(pattern),
            Self::Window(window) => window.to_yaml(),
            Self::There(there) => there.unwrap_or(true).to_string(),
        }
    }
}

impl Literal {
    fn to_yaml(&self) -> String {
        match self {
            Self::Text(text) | Self::Time(text) => quoted(text),
            Self::Boolean(flag) => flag.to_string(),
            Self::Whole(number) => number.to_string(),
            // Both forms occur, by the number of digits.
            Self::Decimal(digits) if digits.len() % 2 == 1 => (*digits).to_owned(),
            Self::Decimal(digits) => quoted(digits),
            Self::Number(number) if *number == f64::INFINITY => ".inf".to_owned(),
            Self::Number(number) if *number == f64::NEG_INFINITY => "-.inf".to_owned(),
            Self::Number(number) => format!("{number:?}"),
            Self::Null => "null".to_owned(),
        }
    }
}

impl Window {
    fn to_yaml(&self) -> String {
        const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let days = self.days.as_ref().map_or_else(String::new, |days| {
            let days = list(days, |day| DAYS[usize::from(*day)].to_owned());
            format!(", days: {days}")
        });
        format!(
            "{{from: {}, to: {}, zone: {}{days}}}",
            quoted(self.from),
            quoted(self.to),
            quoted(self.zone)
        )
    }
}
