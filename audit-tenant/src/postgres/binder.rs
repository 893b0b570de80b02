//! [`Binder`]: signs bindings and writes the statements that bring them to a transaction.

use std::sync::Arc;

use super::binding::Binding;
use super::house::SETTING;
use super::key::Key;
use super::name::{Name, literal};
use super::table::Table;

/// Binds transactions to tenants. With `tokio-postgres` that is [`transaction`](Self::transaction); any other client runs two
/// statements at the beginning of each transaction:
///
/// ```
/// # use audit_tenant::postgres::{Key, RowSecurity, Table};
/// use audit_core::TenantId;
/// use audit_tenant::postgres::Binding;
///
/// # let security = RowSecurity::new("app")?.table(Table::new("public", "invoice")?);
/// # let key = Key::new([7; 32]);
/// let binder = security.binder(key);
/// // After `BEGIN`: this answers one text, which says in which transaction of which connection it is.
/// let question = binder.here();
/// # let here = "4711.0002c5b1f0a3d2e4";
/// // Then this, before anything else, in the same transaction.
/// let statement = binder.bind(&Binding::of(TenantId::new("acme")?).actor("alice"), here);
/// assert!(statement.starts_with("SELECT pg_catalog.set_config('audit_tenant.binding', "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// What it signs holds for that transaction of that connection, and ends with it.
#[derive(Clone, Debug)]
pub struct Binder {
    schema: Name,
    bypass: Option<Name>,
    /// The names of the protected tables, by which PostgreSQL's own errors about them are known.
    tables: Arc<[Name]>,
    key: Key,
}

impl Binder {
    pub(super) fn new(schema: Name, bypass: Option<Name>, tables: &[Table], key: Key) -> Self {
        Self {
            schema,
            bypass,
            tables: tables.iter().map(|table| table.name().clone()).collect(),
            key,
        }
    }

    /// The statement that asks where a transaction is: one row of one text, which [`bind`](Self::bind) takes.
    pub fn here(&self) -> String {
        format!("SELECT {}.here()", self.schema)
    }

    /// The statement that binds the transaction that is `here`. It answers one row, which nobody needs. For a bypass it makes the
    /// transaction that of the role for bypasses as well, if there is one.
    pub fn bind(&self, binding: &Binding, here: &str) -> String {
        self.bound_by(&literal(&binding.sign(&self.key, here)), binding)
    }

    /// The statement and its parameter, a text, that bind the transaction that is `here`: as [`bind`](Self::bind), and what is bound
    /// stands in no text of a statement, which other sessions and logs show.
    pub(super) fn bind_apart(&self, binding: &Binding, here: &str) -> (String, String) {
        let signed = binding.sign(&self.key, here);
        (self.bound_by("$1", binding), signed)
    }

    /// The statement that binds a transaction to what this expression says.
    fn bound_by(&self, signed: &str, binding: &Binding) -> String {
        let set = format!("SELECT pg_catalog.set_config('{SETTING}', {signed}, true)");
        match &self.bypass {
            Some(role) if binding.tenant_id().is_none() => {
                format!(
                    "{set}, pg_catalog.set_config('role', {}, true)",
                    literal(role.as_str())
                )
            }
            _ => set,
        }
    }

    pub(super) fn tables(&self) -> &Arc<[Name]> {
        &self.tables
    }

    pub(super) fn bypass_role(&self) -> Option<&Name> {
        self.bypass.as_ref()
    }
}
