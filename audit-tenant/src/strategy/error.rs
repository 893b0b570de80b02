//! [`StrategyError`]: what a request says of its tenant is wrong.

use std::error::Error;
use std::fmt;

use audit_core::{BoxError, Text};

/// What a request says of its tenant is wrong. It names the strategy, and says why without a word of the request that could be a secret.
#[derive(Debug)]
pub struct StrategyError {
    kind: StrategyErrorKind,
    strategy: Text<'static>,
    reason: Text<'static>,
    source: Option<BoxError>,
}

/// In what way it is wrong, by which a request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StrategyErrorKind {
    /// What names the tenant is no name, or not readable: 400.
    Malformed,
    /// More than one tenant is named, or one more than once: 400.
    Ambiguous,
    /// What should prove the tenant proves nothing: 401.
    Untrusted,
    /// The strategy could not find out, which is no fault of the request: 500.
    Unanswered,
}

impl StrategyErrorKind {
    /// Its word: `malformed`, `ambiguous`, `untrusted` or `unanswered`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Ambiguous => "ambiguous",
            Self::Untrusted => "untrusted",
            Self::Unanswered => "unanswered",
        }
    }
}

impl StrategyError {
    /// What names the tenant is no name, or not readable.
    pub fn malformed(strategy: impl Into<Text<'static>>, reason: impl Into<Text<'static>>) -> Self {
        Self::new(StrategyErrorKind::Malformed, strategy, reason)
    }

    /// More than one tenant is named, or one more than once.
    pub fn ambiguous(strategy: impl Into<Text<'static>>, reason: impl Into<Text<'static>>) -> Self {
        Self::new(StrategyErrorKind::Ambiguous, strategy, reason)
    }

    /// What should prove the tenant proves nothing.
    pub fn untrusted(strategy: impl Into<Text<'static>>, reason: impl Into<Text<'static>>) -> Self {
        Self::new(StrategyErrorKind::Untrusted, strategy, reason)
    }

    /// The strategy could not find out: no violation of whoever asked, but a warning in the service's log (`audit::health`).
    pub fn unanswered(
        strategy: impl Into<Text<'static>>,
        reason: impl Into<Text<'static>>,
    ) -> Self {
        Self::new(StrategyErrorKind::Unanswered, strategy, reason)
    }

    fn new(
        kind: StrategyErrorKind,
        strategy: impl Into<Text<'static>>,
        reason: impl Into<Text<'static>>,
    ) -> Self {
        Self {
            kind,
            strategy: strategy.into(),
            reason: reason.into(),
            source: None,
        }
    }

    /// With the error behind it, which no response and no record quotes. That of an [unanswered](Self::unanswered) one goes into the
    /// service's log, so it has nothing of the request that is a secret.
    #[must_use]
    pub fn because(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// In what way it is wrong.
    pub fn kind(&self) -> StrategyErrorKind {
        self.kind
    }

    /// The name of the strategy.
    pub fn strategy(&self) -> &str {
        &self.strategy
    }

    /// Why, for records and logs: it may name headers and claims, and quotes no value.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for StrategyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "strategy `{}`: {}", self.strategy, self.reason)
    }
}

impl Error for StrategyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
