//! [`TenantChange`]: what a change of rows does to whose they are.

/// What a change of rows does to whose they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TenantChange<'t> {
    /// Nothing: the tenant is not among what changes.
    #[default]
    Unchanged,
    /// They are of this tenant afterwards.
    To(&'t str),
    /// They are nobody's afterwards.
    Cleared,
}

impl<'t> TenantChange<'t> {
    /// Whose a row is afterwards that was this tenant's.
    pub(super) fn from(self, before: Option<&'t str>) -> Option<&'t str> {
        match self {
            Self::Unchanged => before,
            Self::To(tenant) => Some(tenant),
            Self::Cleared => None,
        }
    }
}
