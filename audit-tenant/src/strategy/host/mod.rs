//! [`HostStrategy`]: the tenant that is the label before a base domain.

mod domain;

use std::borrow::Cow;

use audit_core::TenantId;
use http::header::HOST;
use http::request::Parts;

use super::header::only;
use super::{Answer, Finding, StrategyError, TenantStrategy};
use domain::{Host, is_label, read};

pub use domain::InvalidBaseDomain;

/// The tenant that is the one label before a base domain: `acme` of `acme.example.com`, with `example.com` as base.
///
/// The host is that of the request's target (`:authority` in HTTP/2) or of its one `Host` header; a request that names different ones there, or
/// has several such headers, is refused (RFC 9112 §3.2). Its port is left out, one dot at its end too, capitals are small letters, and
/// international names are what DNS has (UTS 46, `xn--…`): whichever way a host is written, it is the same tenant.
///
/// | host, with `example.com` as base | answer |
/// | --- | --- |
/// | `acme.example.com`, `ACME.Example.com.:8443` | tenant `acme` |
/// | `bücher.example.com`, `xn--bcher-kva.example.com` | tenant `xn--bcher-kva` |
/// | `example.com`, a label given to [`without`](Self::without), such as `www.example.com` | none |
/// | another domain, an IP address, no host at all | none |
/// | `a.b.example.com`, `.example.com`, a label that no host name has (RFC 1123 §2.1) | refused |
/// | what is no host, of whichever domain: an empty label, a path, a comma | refused |
///
/// ```
/// use audit_tenant::HostStrategy;
/// let strategy = HostStrategy::new(["example.com", "example.org"])?.without(["www", "api"])?;
/// assert!(HostStrategy::new(["192.168.0.1"]).is_err());
/// # Ok::<(), audit_tenant::InvalidBaseDomain>(())
/// ```
#[derive(Clone, Debug)]
pub struct HostStrategy {
    /// As DNS has them, the longest first.
    bases: Vec<String>,
    /// Labels that are no tenants.
    without: Vec<String>,
}

/// What it is called.
const NAME: &str = "host";

impl HostStrategy {
    /// Tenants before these base domains. Where one lies in another, the longer one counts.
    ///
    /// # Errors
    /// There is none, or one is no domain.
    pub fn new<D: AsRef<str>>(
        bases: impl IntoIterator<Item = D>,
    ) -> Result<Self, InvalidBaseDomain> {
        let bases = bases.into_iter().map(|base| domain::base(base.as_ref()));
        let mut bases = bases.collect::<Result<Vec<_>, _>>()?;
        if bases.is_empty() {
            return Err(InvalidBaseDomain::none());
        }
        bases.sort_by_key(|base| std::cmp::Reverse(base.len()));
        Ok(Self {
            bases,
            without: Vec::new(),
        })
    }

    /// Without these labels, which are no tenants: a request to one of them names none.
    ///
    /// # Errors
    /// One is no label.
    pub fn without<L: AsRef<str>>(
        mut self,
        labels: impl IntoIterator<Item = L>,
    ) -> Result<Self, InvalidBaseDomain> {
        for label in labels {
            self.without.push(domain::label(label.as_ref())?);
        }
        Ok(self)
    }

    fn find_in(&self, request: &Parts) -> Finding {
        match host_of(request)? {
            Some(host) => self.tenant_of(&host),
            None => Ok(None),
        }
    }

    /// The tenant of a name as DNS has it.
    fn tenant_of(&self, host: &str) -> Finding {
        if self.bases.iter().any(|base| base == host) {
            return Ok(None);
        }
        let mut labels = self.bases.iter().filter_map(|base| {
            let label = host.strip_suffix(base.as_str())?.strip_suffix('.')?;
            Some((label, base))
        });
        let Some((label, base)) = labels.next() else {
            return Ok(None);
        };
        if self.without.iter().any(|without| without == label) {
            return Ok(None);
        }
        if label.contains('.') {
            return Err(malformed(format!(
                "the host has more than one label before `{base}`, expected the tenant's alone"
            )));
        }
        if !is_label(label) {
            return Err(malformed(format!(
                "what the host has before `{base}` is no label: letters, digits and `-` inside, 1 to 63 of them"
            )));
        }
        match TenantId::new(label) {
            Ok(tenant) => Ok(Some(tenant.into())),
            Err(invalid) => Err(malformed(format!("the host: {invalid}"))),
        }
    }
}

impl TenantStrategy for HostStrategy {
    fn name(&self) -> &str {
        NAME
    }

    fn find(&self, request: &Parts) -> Answer {
        self.find_in(request).into()
    }
}

/// The name of the host that a request is for, if it is a name.
fn host_of(request: &Parts) -> Result<Option<Cow<'_, str>>, StrategyError> {
    let header = only(&request.headers, &HOST, NAME)?.map(|value| {
        let text = std::str::from_utf8(value.as_bytes());
        let text = text.map_err(|_| malformed("header `host` is not UTF-8"))?;
        // As proxies join two of them.
        if text.contains(',') {
            let reason = "header `host` has a comma, expected one host";
            return Err(StrategyError::ambiguous(NAME, reason));
        }
        read(text).map_err(malformed)
    });
    let target = request.uri.authority();
    let target = target.map(|one| read(one.as_str()).map_err(malformed));
    let host = match (target.transpose()?, header.transpose()?) {
        (Some(target), Some(header)) if target != header => {
            let reason =
                "target and header `host` of the request name different hosts, expected the same";
            return Err(StrategyError::ambiguous(NAME, reason));
        }
        (Some(host), _) | (None, Some(host)) => host,
        (None, None) => Host::None,
    };
    Ok(match host {
        Host::Name(name) => Some(name),
        Host::Address | Host::None => None,
    })
}

fn malformed(reason: impl Into<audit_core::Text<'static>>) -> StrategyError {
    StrategyError::malformed(NAME, reason)
}
