//! [`ChainStrategy`]: several strategies by one rule.

use std::fmt;
use std::sync::Arc;

use http::request::Parts;

use super::{Answer, Finding, Found, StrategyError, TenantStrategy};

/// Several strategies, asked in their order by one rule.
///
/// Whatever the rule, a strategy that fails ends the chain, and the request is refused: none that comes later can paper over it.
///
/// ```
/// use audit_tenant::{ChainStrategy, HeaderStrategy, HostStrategy};
/// // Whoever names a tenant in a header must come by its host, too, and the other way round.
/// let strategy = ChainStrategy::all()
///     .then(HostStrategy::new(["example.com"])?)
///     .then(HeaderStrategy::new());
/// # Ok::<(), audit_tenant::InvalidBaseDomain>(())
/// ```
#[derive(Clone)]
pub struct ChainStrategy {
    rule: Rule,
    links: Arc<Vec<Arc<dyn TenantStrategy>>>,
}

#[derive(Clone, Copy, Debug)]
enum Rule {
    First,
    Agree,
    All,
}

/// What it is called.
const NAME: &str = "chain";

impl ChainStrategy {
    /// The first that finds a tenant says which; those after it are not asked, and may differ.
    pub fn first() -> Self {
        Self::by(Rule::First)
    }

    /// All are asked, and all must find the same tenant: the request is refused as ambiguous where two differ, or one finds a tenant and another
    /// none. Where none finds any, it has none.
    ///
    /// What a client can set, as a header, is held to what it can't, as its token, by this rule alone.
    pub fn all() -> Self {
        Self::by(Rule::All)
    }

    /// All are asked, and all that find a tenant must find the same: the request is refused as ambiguous otherwise. One that finds none does
    /// not object, so **what one alone finds counts**: no defence of a header that anybody can set.
    pub fn agree() -> Self {
        Self::by(Rule::Agree)
    }

    fn by(rule: Rule) -> Self {
        Self {
            rule,
            links: Arc::default(),
        }
    }

    /// This one, after those before.
    #[must_use]
    pub fn then(mut self, strategy: impl TenantStrategy + 'static) -> Self {
        Arc::make_mut(&mut self.links).push(Arc::new(strategy));
        self
    }
}

impl TenantStrategy for ChainStrategy {
    fn name(&self) -> &str {
        NAME
    }

    fn find(&self, request: &Parts) -> Answer {
        let mut asked = Asked::by(self.rule);
        for (number, link) in self.links.iter().enumerate() {
            match link.find(request) {
                Answer::Now(finding) => {
                    if let Some(end) = asked.take(finding) {
                        return end.into();
                    }
                }
                Answer::Later(first) => {
                    let (links, request) = (Arc::clone(&self.links), request.clone());
                    return Answer::Later(Box::pin(async move {
                        if let Some(end) = asked.take(first.await) {
                            return end;
                        }
                        for link in links.iter().skip(number + 1) {
                            let finding = match link.find(&request) {
                                Answer::Now(finding) => finding,
                                Answer::Later(later) => later.await,
                            };
                            if let Some(end) = asked.take(finding) {
                                return end;
                            }
                        }
                        asked.end()
                    }));
                }
            }
        }
        asked.end().into()
    }
}

impl fmt::Debug for ChainStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.links.iter().map(|link| link.name()).collect();
        f.debug_struct("ChainStrategy")
            .field("rule", &self.rule)
            .field("links", &names)
            .finish()
    }
}

/// What is known while links are asked.
struct Asked {
    rule: Rule,
    /// What all that were asked agree on.
    found: Option<Found>,
    /// Whether one of them found none.
    has_silent: bool,
}

impl Asked {
    fn by(rule: Rule) -> Self {
        Self {
            rule,
            found: None,
            has_silent: false,
        }
    }

    /// What comes of it once all were asked.
    fn end(self) -> Finding {
        if matches!(self.rule, Rule::All) && self.has_silent && self.found.is_some() {
            let reason =
                "one strategy found a tenant and another none, expected all to find the same";
            return Err(StrategyError::ambiguous(NAME, reason));
        }
        Ok(self.found)
    }

    /// Takes what one link says; something comes back where it is the end.
    fn take(&mut self, finding: Finding) -> Option<Finding> {
        let found = match finding {
            Ok(Some(found)) => found,
            Ok(None) => {
                self.has_silent = true;
                return None;
            }
            failed @ Err(_) => return Some(failed),
        };
        match (self.rule, &mut self.found) {
            (Rule::First, _) => return Some(Ok(Some(found))),
            (Rule::Agree | Rule::All, None) => self.found = Some(found),
            (Rule::Agree | Rule::All, Some(before)) if before.tenant == found.tenant => {
                if before.actor.is_none() {
                    before.actor = found.actor;
                }
            }
            (Rule::Agree | Rule::All, Some(_)) => {
                let reason =
                    "the strategies found different tenants, expected all to find the same";
                return Some(Err(StrategyError::ambiguous(NAME, reason)));
            }
        }
        None
    }
}
