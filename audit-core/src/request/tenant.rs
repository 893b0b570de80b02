//! [`TenantId`]: a tenant's name, never empty.

use std::fmt;
use std::ops::Deref;

use crate::value::Text;

/// A tenant's name. It is never empty: an empty name would be a tenant that everybody belongs to.
///
/// ```
/// use audit_core::TenantId;
/// assert!(TenantId::new("acme").is_ok());
/// assert!(TenantId::new("").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TenantId(Text<'static>);

impl TenantId {
    /// A tenant of this name.
    ///
    /// # Errors
    /// The name is empty.
    pub fn new(name: impl Into<String>) -> Result<Self, EmptyTenant> {
        let name = name.into();
        if name.is_empty() {
            Err(EmptyTenant)
        } else {
            Ok(Self(Text::from(name)))
        }
    }

    /// The name.
    pub fn as_text(&self) -> Text<'_> {
        self.0.reborrow()
    }
}

impl Deref for TenantId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl TryFrom<&str> for TenantId {
    type Error = EmptyTenant;

    fn try_from(name: &str) -> Result<Self, EmptyTenant> {
        Self::new(name)
    }
}

impl TryFrom<String> for TenantId {
    type Error = EmptyTenant;

    fn try_from(name: String) -> Result<Self, EmptyTenant> {
        Self::new(name)
    }
}

impl From<TenantId> for Text<'static> {
    fn from(tenant: TenantId) -> Self {
        tenant.0
    }
}

/// A tenant's name is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmptyTenant;

impl fmt::Display for EmptyTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tenant's name is empty, expected at least one character")
    }
}

impl std::error::Error for EmptyTenant {}
