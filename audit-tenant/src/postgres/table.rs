//! [`Table`]: a table whose rows belong to tenants.

use std::fmt;

use super::name::{InvalidName, Name};

/// A table whose rows belong to tenants, each row to the one in its tenant column.
///
/// ```
/// use audit_tenant::postgres::{Table, TenantType};
/// let invoices = Table::new("public", "invoice")?;
/// let orders = Table::new("sales", "order")?.column("customer")?.of_type(TenantType::Uuid).filled_in();
/// assert_eq!(orders.to_string(), r#""sales"."order""#);
/// # Ok::<(), audit_tenant::postgres::InvalidName>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    schema: Name,
    name: Name,
    column: Name,
    of_type: TenantType,
    filled_in: bool,
}

/// The type of a tenant column, which must tell any two tenants apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TenantType {
    /// `text`, `varchar`, and domains over them, with a deterministic collation.
    #[default]
    Text,
    /// `uuid`. A tenant's name is then one in its usual form, in small letters.
    Uuid,
    /// `smallint`, `integer` or `bigint`. A tenant's name is then a number in decimal digits, without zeroes or signs before it that
    /// could be left out.
    Integer,
}

impl Table {
    /// A table by its schema and name, with the tenant in the column `tenant_id`, a text.
    ///
    /// # Errors
    /// One of both is no name.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Result<Self, InvalidName> {
        Ok(Self {
            schema: Name::new(schema)?,
            name: Name::new(name)?,
            column: Name::known("tenant_id"),
            of_type: TenantType::Text,
            filled_in: false,
        })
    }

    /// The tenant is in this column.
    ///
    /// # Errors
    /// It is no name.
    pub fn column(mut self, name: impl Into<String>) -> Result<Self, InvalidName> {
        self.column = Name::new(name)?;
        Ok(self)
    }

    /// The tenant column is of this type.
    #[must_use]
    pub fn of_type(mut self, of_type: TenantType) -> Self {
        self.of_type = of_type;
        self
    }

    /// A row that is inserted without a tenant gets the one that is bound, as the default of its tenant column.
    #[must_use]
    pub fn filled_in(mut self) -> Self {
        self.filled_in = true;
        self
    }

    pub(super) fn schema_name(&self) -> &Name {
        &self.schema
    }

    pub(super) fn name(&self) -> &Name {
        &self.name
    }

    pub(super) fn tenant_column(&self) -> &Name {
        &self.column
    }

    pub(super) fn tenant_type(&self) -> TenantType {
        self.of_type
    }

    pub(super) fn is_filled_in(&self) -> bool {
        self.filled_in
    }
}

/// Quoted, as it stands in SQL.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}
