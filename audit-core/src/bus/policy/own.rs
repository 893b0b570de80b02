//! [`BusPolicy`]: what a component may do on the bus.

use crate::pattern::{Pattern, PatternError};
use crate::value::{Fields, Value};

use super::verdict::{Operation, Rule, RuleList, Verdict};

/// What a component may do on the bus. Without one it may do everything, and is audited.
///
/// Patterns are those of Python's `fnmatch` on the whole name ([`Pattern`]). What is denied stays denied whatever is allowed, and an
/// empty list of what is allowed allows nothing.
///
/// It can be read from a file: keys that it does not know are refused, and so is a text where a list is wanted. What is left out is
/// as in a new one.
///
/// ```
/// use audit_core::bus::BusPolicy;
///
/// let read: BusPolicy = serde_json::from_str(
///     r#"{"invoke_allow": ["accounts.*"], "invoke_deny": ["*.delete"], "publish_allow": []}"#,
/// )?;
/// let policy = BusPolicy::new()
///     .invoke_allow(["accounts.*"])?
///     .invoke_deny(["*.delete"])?
///     .publish_allow([])?;
/// assert_eq!(read, policy);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing before it is set"]
pub struct BusPolicy {
    pub(super) audit: bool,
    /// Nothing where everything is allowed.
    pub(super) invoke_allow: Option<Vec<Pattern>>,
    pub(super) invoke_deny: Vec<Pattern>,
    pub(super) publish_allow: Option<Vec<Pattern>>,
}

pub(super) const AUDIT: &str = "audit";
pub(super) const INVOKE_ALLOW: &str = "invoke_allow";
pub(super) const INVOKE_DENY: &str = "invoke_deny";
pub(super) const PUBLISH_ALLOW: &str = "publish_allow";

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

    /// Whether what is allowed becomes `operation` events, with how it ended. What is denied always does.
    ///
    /// It is about who did what on the bus. What happened in the domain is a fact whoever published it, so the `event` record of a
    /// publication is there all the same, and what handlers fail to do.
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

    /// What it may publish; nothing where that is everything.
    pub(in crate::bus) fn publishable(&self) -> Option<impl Iterator<Item = &str>> {
        let patterns = self.publish_allow.as_ref()?;
        Some(patterns.iter().map(Pattern::as_str))
    }

    /// As events tell of it.
    pub(in crate::bus) fn to_fields(&self) -> Fields<'static> {
        let mut fields = Fields::new().with(AUDIT, self.audit);
        for (key, patterns) in self.lists() {
            let patterns = patterns
                .iter()
                .map(|one| Value::from(one.as_str().to_owned()));
            fields.set(key, patterns.collect::<Vec<_>>());
        }
        fields
    }

    /// The lists that say something.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&'static str, &[Pattern])> {
        let deny = (!self.invoke_deny.is_empty()).then_some(&self.invoke_deny);
        let lists = [
            (INVOKE_ALLOW, self.invoke_allow.as_ref()),
            (INVOKE_DENY, deny),
            (PUBLISH_ALLOW, self.publish_allow.as_ref()),
        ];
        lists
            .into_iter()
            .filter_map(|(key, list)| Some((key, list?.as_slice())))
    }

    /// What it says of one operation.
    pub(super) fn judge(&self, operation: Operation, target: &str) -> Verdict {
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
