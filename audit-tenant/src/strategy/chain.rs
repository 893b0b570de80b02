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
/// // Whoever names a tenant in a header must come by its host, too.
/// let strategy = ChainStrategy::agree()
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
}

/// What it is called.
const NAME: &str = "chain";

impl ChainStrategy {
    /// The first that finds a tenant says which; those after it are not asked.
    pub fn first() -> Self {
        Self::by(Rule::First)
    }

    /// All are asked, and all that find a tenant must find the same: the request is refused as ambiguous otherwise. One that finds none does
    /// not object.
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
                        Ok(asked.found)
                    }));
                }
            }
        }
        Ok(asked.found).into()
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
}

impl Asked {
    fn by(rule: Rule) -> Self {
        Self { rule, found: None }
    }

    /// Takes what one link says; something comes back where it is the end.
    fn take(&mut self, finding: Finding) -> Option<Finding> {
        let found = match finding {
            Ok(Some(found)) => found,
            Ok(None) => return None,
            failed @ Err(_) => return Some(failed),
        };
        match (self.rule, &mut self.found) {
            (Rule::First, _) => return Some(Ok(Some(found))),
            (Rule::Agree, None) => self.found = Some(found),
            (Rule::Agree, Some(before)) if before.tenant == found.tenant => {
                if before.actor.is_none() {
                    before.actor = found.actor;
                }
            }
            (Rule::Agree, Some(_)) => {
                let reason =
                    "the strategies found different tenants, expected all to find the same";
                return Some(Err(StrategyError::ambiguous(NAME, reason)));
            }
        }
        None
    }
}
