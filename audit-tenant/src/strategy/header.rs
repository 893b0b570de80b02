//! [`HeaderStrategy`]: the tenant that a header names.

use std::error::Error;
use std::fmt;

use audit_core::TenantId;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Answer, Finding, StrategyError, TenantStrategy};

/// The tenant that a header names, `x-tenant-id` if nothing else is said.
///
/// **Whoever can send a request can send any header**: use it behind a proxy that sets the header and strikes out what came, or in a
/// [`ChainStrategy`](super::ChainStrategy) in which all must agree.
///
/// The header stands in the request once, is UTF-8, and its value is a [`TenantId`]. Two headers of the name are refused as ambiguous, also
/// two equal ones, and so is a comma, by which proxies join two headers to one (RFC 9110 §5.3).
///
/// ```
/// use audit_tenant::HeaderStrategy;
/// let strategy = HeaderStrategy::named("x-organisation")?;
/// assert!(HeaderStrategy::named("x organisation").is_err());
/// # Ok::<(), audit_tenant::InvalidHeaderName>(())
/// ```
#[derive(Clone, Debug)]
pub struct HeaderStrategy {
    header: HeaderName,
}

/// What it is called.
const NAME: &str = "header";

impl HeaderStrategy {
    /// The tenant that `x-tenant-id` names.
    pub fn new() -> Self {
        Self {
            header: HeaderName::from_static("x-tenant-id"),
        }
    }

    /// The tenant that this header names.
    ///
    /// # Errors
    /// It is no name of a header.
    pub fn named(header: &str) -> Result<Self, InvalidHeaderName> {
        Ok(Self {
            header: header_name(header)?,
        })
    }

    fn read(&self, request: &Parts) -> Finding {
        let header = &self.header;
        let Some(value) = only(&request.headers, header, NAME)? else {
            return Ok(None);
        };
        let Ok(value) = std::str::from_utf8(value.as_bytes()) else {
            let reason = format!("header `{header}` is not UTF-8");
            return Err(StrategyError::malformed(NAME, reason));
        };
        if value.contains(',') {
            let reason = format!("header `{header}` has a comma, expected the name of one tenant");
            return Err(StrategyError::ambiguous(NAME, reason));
        }
        match TenantId::new(value) {
            Ok(tenant) => Ok(Some(tenant.into())),
            Err(invalid) => {
                let reason = format!("header `{header}`: {invalid}");
                Err(StrategyError::malformed(NAME, reason))
            }
        }
    }
}

impl Default for HeaderStrategy {
    fn default() -> Self {
        Self::new()
    }
}

impl TenantStrategy for HeaderStrategy {
    fn name(&self) -> &str {
        NAME
    }

    fn find(&self, request: &Parts) -> Answer {
        self.read(request).into()
    }
}

/// The value of a header that may stand in a request once.
pub(super) fn only<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
    strategy: &'static str,
) -> Result<Option<&'h HeaderValue>, StrategyError> {
    let mut values = headers.get_all(name).iter();
    let value = values.next();
    if values.next().is_some() {
        let reason =
            format!("header `{name}` stands in the request more than once, expected it once");
        return Err(StrategyError::ambiguous(strategy, reason));
    }
    Ok(value)
}

/// A header's name, of whatever case it was written in.
pub(super) fn header_name(name: &str) -> Result<HeaderName, InvalidHeaderName> {
    HeaderName::try_from(name).map_err(|_| InvalidHeaderName {
        found: name.to_owned(),
    })
}

/// What was given is no name of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidHeaderName {
    found: String,
}

impl fmt::Display for InvalidHeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no name of a header, expected letters, digits and `-`, such as `x-tenant-id`",
            self.found.escape_debug()
        )
    }
}

impl Error for InvalidHeaderName {}
