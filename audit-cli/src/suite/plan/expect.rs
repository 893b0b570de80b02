//! [`Expect`]: what a policy must answer. What is not written is not checked.

use audit_core::{Text, Value};

use crate::mistake::Mistake;
use crate::suite::slot::Expected;
use crate::suite::word;
use crate::suite::yaml::Node;

/// What a policy must answer: values in the words of a suite, null where it must say nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expect(Vec<(Expected, Value<'static>)>);

impl Expect {
    /// Takes one expectation.
    pub(super) fn put(&mut self, expected: Expected, node: &Node) -> Result<(), Mistake> {
        let word = Text::borrowed;
        let effect = |node: &Node| Ok(word(word::effect(node)?.as_str()));
        let severity = |node: &Node| Ok(word(word::severity(node)?.as_str()));
        let value = match expected {
            Expected::Effect | Expected::Would => word::or_null(node, effect)?.into(),
            Expected::Severity => word::or_null(node, severity)?.into(),
            Expected::Rule | Expected::WouldRule | Expected::Reason => {
                word::or_null(node, word::text)?.into()
            }
            Expected::Missing => paths(word::texts(node)?),
            Expected::Indeterminate => word::flag(node)?.into(),
            Expected::Mode => word(word::mode(node)?.as_str()).into(),
        };
        self.0.push((expected, value));
        Ok(())
    }

    /// Whether nothing is expected.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is expected, of what.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Expected, &Value<'static>)> {
        self.0.iter().map(|(expected, value)| (*expected, value))
    }
}

/// Paths in the one order in which they can be compared.
pub(crate) fn paths(mut paths: Vec<Text<'_>>) -> Value<'_> {
    paths.sort();
    paths.dedup();
    Value::from(paths)
}
