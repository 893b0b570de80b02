//! [`Verdict`]: whether an operation may be done, and by which rule.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::caller::ANONYMOUS;

/// What somebody wants of the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// To have a handler do something and answer.
    Invoke,
    /// To tell whoever is subscribed.
    Publish,
}

impl Operation {
    /// As events name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invoke => "invoke",
            Self::Publish => "publish",
        }
    }
}

/// Whether an operation may be done, and by which rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub(in crate::bus) allowed: bool,
    /// Whether it is recorded.
    #[serde(skip)]
    pub(in crate::bus) audited: bool,
    pub(in crate::bus) rule: Option<Rule>,
}

impl Verdict {
    /// Whether it may be done.
    pub fn is_allowed(&self) -> bool {
        self.allowed
    }

    /// The rule that says so; nothing where no policy does.
    pub fn rule(&self) -> Option<&Rule> {
        self.rule.as_ref()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.allowed { "allowed" } else { "denied" };
        match &self.rule {
            Some(rule) => write!(f, "{word} by rule `{rule}`"),
            None => write!(f, "{word}: no rule says otherwise"),
        }
    }
}

/// The part of a policy that allowed or denied an operation: a list, and its pattern. Written as `invoke_deny: admin.*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    list: RuleList,
    pattern: Option<Arc<str>>,
}

/// The list that a rule stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum RuleList {
    InvokeAllow,
    InvokeDeny,
    PublishAllow,
    #[default]
    Anonymous,
}

impl Rule {
    pub(super) fn new(list: RuleList, pattern: Option<Arc<str>>) -> Self {
        Self { list, pattern }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = match self.list {
            RuleList::InvokeAllow => "invoke_allow",
            RuleList::InvokeDeny => "invoke_deny",
            RuleList::PublishAllow => "publish_allow",
            RuleList::Anonymous => ANONYMOUS,
        };
        match &self.pattern {
            Some(pattern) => write!(f, "{list}: {}", pattern.escape_debug()),
            None => f.write_str(list),
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
