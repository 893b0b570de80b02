//! [`RowSecurity`]: which tables are protected, for which roles, and the SQL that sees to it.

use std::fmt::Write as _;

use super::binder::Binder;
use super::key::Key;
use super::name::{InvalidName, Name};
use super::table::Table;
use super::{house, policy};

/// What PostgreSQL has to see to: whose rows, in which tables, from which roles. It only describes, and writes SQL; nothing here speaks
/// to a server.
///
/// ```
/// use audit_tenant::postgres::{RowSecurity, Table};
/// let security = RowSecurity::new("billing_app")?
///     .table(Table::new("public", "invoice")?)
///     .table(Table::new("public", "payment")?.filled_in());
/// let migration = security.set_up();
/// assert!(migration.contains(r#"ALTER TABLE "public"."invoice" FORCE ROW LEVEL SECURITY;"#));
/// # Ok::<(), audit_tenant::postgres::InvalidName>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowSecurity {
    schema: Name,
    application: Vec<Name>,
    bypass: Option<Name>,
    tables: Vec<Table>,
}

impl RowSecurity {
    /// For a service that connects as this role, with what it needs itself in the schema `audit_tenant`.
    ///
    /// # Errors
    /// It is no name.
    pub fn new(application: impl Into<String>) -> Result<Self, InvalidName> {
        Ok(Self {
            schema: Name::known("audit_tenant"),
            application: vec![Name::new(application)?],
            bypass: None,
            tables: Vec::new(),
        })
    }

    /// For one more role that is confined to one tenant at a time.
    ///
    /// # Errors
    /// It is no name.
    pub fn application(mut self, role: impl Into<String>) -> Result<Self, InvalidName> {
        self.application.push(Name::new(role)?);
        Ok(self)
    }

    /// This role is what a transaction with a bypass becomes: it has what privileges work across tenants needs, and the login that does
    /// such work is a member of it, best one of its own. Outside a bypass policies show it the rows of one tenant too, but
    /// [not as tightly](super#all-tenants-on-purpose).
    ///
    /// # Errors
    /// It is no name.
    pub fn bypass(mut self, role: impl Into<String>) -> Result<Self, InvalidName> {
        self.bypass = Some(Name::new(role)?);
        Ok(self)
    }

    /// Its own tables and functions stand in this schema.
    ///
    /// # Errors
    /// It is no name.
    pub fn schema(mut self, schema: impl Into<String>) -> Result<Self, InvalidName> {
        self.schema = Name::new(schema)?;
        Ok(self)
    }

    /// This table is protected.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        self.tables.push(table);
        self
    }

    /// The migration: SQL to be read, kept with the others, and run by the tables' owner, in one transaction. Run again, it brings
    /// everything to what it says and changes nothing else. Roles and tables have to be there; keys are brought in on their own, as
    /// they belong into no file. It refuses where somebody else owns the schema or what is in it.
    pub fn set_up(&self) -> String {
        let application = joined(self.application.iter());
        let roles = joined(self.roles());
        let schema = &self.schema;
        let mut sql = house::set_up(schema, &roles);
        for table in &self.tables {
            sql.push_str(&policy::set_up(schema, table, &application));
            // Whoever has one of these privileges reads or removes rows, or learns of them, past all policies.
            let _written = writeln!(
                sql,
                "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n\
                 ALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n\
                 REVOKE TRUNCATE, REFERENCES, TRIGGER ON TABLE {table} FROM PUBLIC, {roles};"
            );
            if table.is_filled_in() {
                let _written = writeln!(
                    sql,
                    "ALTER TABLE {table} ALTER COLUMN {} SET DEFAULT {};",
                    table.tenant_column(),
                    policy::default(schema, table)
                );
            }
        }
        sql
    }

    /// The statement that brings a key in, with the key's 32 bytes as its parameter (`bytea`); run by the owner, with a client other than
    /// [`bring_in`](Self::bring_in) is for. Servers that log parameters (`log_statement`, `log_parameter_max_length_on_error`) log this
    /// one too.
    pub fn add_key(&self) -> String {
        format!("SELECT {}.add_key($1)", self.schema)
    }

    /// The statement that ends a key, with the key's name as its parameter; run by the owner.
    pub fn remove_key(&self) -> String {
        format!("SELECT {}.remove_key($1)", self.schema)
    }

    /// What binds the service's transactions, signed with this key.
    pub fn binder(&self, key: Key) -> Binder {
        Binder::new(self.schema.clone(), self.bypass.clone(), &self.tables, key)
    }

    pub(super) fn house(&self) -> &Name {
        &self.schema
    }

    pub(super) fn application_roles(&self) -> &[Name] {
        &self.application
    }

    pub(super) fn bypass_role(&self) -> Option<&Name> {
        self.bypass.as_ref()
    }

    pub(super) fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The application's and the one for bypasses.
    fn roles(&self) -> impl Iterator<Item = &Name> {
        self.application.iter().chain(&self.bypass)
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a Name>) -> String {
    let names: Vec<String> = names.map(Name::to_string).collect();
    names.join(", ")
}
