//! [`BusPolicy`]: what a component may do on the bus.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::caller::{ANONYMOUS, Caller};
use crate::pattern::{Pattern, PatternError};

/// What a component may do on the bus. Without one it may do everything, and is audited.
///
/// Patterns are those of Python's `fnmatch` on the whole name ([`Pattern`]). What is denied stays denied whatever is allowed, and an
/// empty list of what is allowed allows nothing.
///
/// ```
/// use audit_core::bus::BusPolicy;
///
/// let policy = BusPolicy::new()
///     .invoke_allow(["accounts.*"])?
///     .invoke_deny(["*.delete"])?
///     .publish_allow([])?;
/// # Ok::<(), audit_core::PatternError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing before it is set"]
pub struct BusPolicy {
    audit: bool,
    /// Nothing where everything is allowed.
    invoke_allow: Option<Vec<Pattern>>,
    invoke_deny: Vec<Pattern>,
    publish_allow: Option<Vec<Pattern>>,
}

impl Default for BusPolicy {
    fn default() -> Self {
        Self {
            audit: true,
            invoke_allow: None,
            invoke_deny: Vec::new(),
            publish_allow: None,
        }
    }
}

impl BusPolicy {
    /// Everything is allowed, and audited.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether what is allowed becomes `operation` events. What is denied always does.
    pub fn audit(mut self, audit: bool) -> Self {
        self.audit = audit;
        self
    }

    /// What it may invoke: nothing else.
    ///
    /// # Errors
    /// A pattern is too long.
    pub fn invoke_allow<'p>(
        mut self,
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, PatternError> {
        self.invoke_allow = Some(list(patterns)?);
        Ok(self)
    }

    /// What it may not invoke, whatever is allowed.
    ///
    /// # Errors
    /// A pattern is too long.
    pub fn invoke_deny<'p>(
        mut self,
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, PatternError> {
        self.invoke_deny = list(patterns)?;
        Ok(self)
    }

    /// What it may publish: nothing else.
    ///
    /// # Errors
    /// A pattern is too long.
    pub fn publish_allow<'p>(
        mut self,
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, PatternError> {
        self.publish_allow = Some(list(patterns)?);
        Ok(self)
    }

    /// What it says of one operation.
    fn judge(&self, operation: Operation, target: &str) -> Verdict {
        let (allow, deny, allowed_by): (_, &[Pattern], _) = match operation {
            Operation::Invoke => (&self.invoke_allow, &self.invoke_deny, RuleList::InvokeAllow),
            Operation::Publish => (&self.publish_allow, &[], RuleList::PublishAllow),
        };
        let stands_for = |patterns: &[Pattern]| {
            let found = patterns.iter().find(|pattern| pattern.matches(target));
            found.map(|pattern| pattern.as_str().into())
        };
        let (allowed, rule) = match (stands_for(deny), allow) {
            (Some(pattern), _) => (false, Some(Rule::new(RuleList::InvokeDeny, Some(pattern)))),
            (None, None) => (true, None),
            (None, Some(allow)) => {
                let pattern = stands_for(allow);
                (pattern.is_some(), Some(Rule::new(allowed_by, pattern)))
            }
        };
        Verdict {
            allowed,
            audited: self.audit || !allowed,
            rule,
        }
    }
}

fn list<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Vec<Pattern>, PatternError> {
    patterns.into_iter().map(Pattern::new).collect()
}

/// What somebody wants of the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub(super) allowed: bool,
    pub(super) audited: bool,
    pub(super) rule: Option<Rule>,
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

/// The part of a policy that allowed or denied an operation: a list, and its pattern. Written as `invoke_deny: admin.*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    list: RuleList,
    pattern: Option<Arc<str>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum RuleList {
    InvokeAllow,
    InvokeDeny,
    PublishAllow,
    #[default]
    Anonymous,
}

impl Rule {
    fn new(list: RuleList, pattern: Option<Arc<str>>) -> Self {
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
            Some(pattern) => write!(f, "{list}: {pattern}"),
            None => f.write_str(list),
        }
    }
}

/// The policies of a bus, by component or instance.
#[derive(Debug, Default)]
pub(super) struct Policies(HashMap<String, BusPolicy>);

impl Policies {
    pub(super) fn set(&mut self, name: &str, policy: BusPolicy) -> Option<BusPolicy> {
        self.0.insert(name.to_owned(), policy)
    }

    /// What they say of one operation: the instance's policy, else the component's, else that everything is allowed. Nobody's
    /// operations are denied as soon as there is any.
    pub(super) fn judge(&self, caller: &Caller, operation: Operation, target: &str) -> Verdict {
        if &**caller.component() == ANONYMOUS && !self.0.is_empty() {
            return Verdict {
                allowed: false,
                audited: true,
                rule: Some(Rule::new(RuleList::Anonymous, None)),
            };
        }
        let own = self.0.get(&**caller.instance());
        let policy = own.or_else(|| self.0.get(&**caller.component()));
        match policy {
            Some(policy) => policy.judge(operation, target),
            None => BusPolicy::default().judge(operation, target),
        }
    }
}
