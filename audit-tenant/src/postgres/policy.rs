//! The policies on a table: what PostgreSQL asks of every row that is read or written.

use std::fmt::Write as _;

use super::name::{Name, literal};
use super::table::{Table, TenantType};

/// A policy on a table.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    pub(super) name: &'static str,
    /// Whether it narrows what others let through, and does not let through itself.
    pub(super) restrictive: bool,
    /// For the application's roles, and not for everybody.
    pub(super) confined: bool,
    /// What a row that is there is asked.
    pub(super) using: String,
    /// What a row that is written is asked.
    pub(super) check: String,
}

/// The policies on this table, in the order in which PostgreSQL asks them of a row that is written: what narrows by its name, and
/// before what opens.
///
/// - `audit_tenant_bound` is for the application's roles: the row's tenant is the one that is bound. It stands alone in its expression,
///   so that an index on the tenant column serves.
/// - `audit_tenant_everyone` is for everybody, whoever gets a privilege on the table later, the owner as well: the same, or a bypass.
/// - `audit_tenant_open` lets through what the one before leaves, as without any such policy no row is seen. It has the condition once
///   more, so that none of them is alone what keeps tenants apart.
///
/// Those that narrow hold whatever policy is added beside them.
pub(super) fn policies(schema: &Name, table: &Table) -> [Policy; 3] {
    let column = table.tenant_column();
    let at = format!(
        "{}, {}",
        literal(table.schema_name().as_str()),
        literal(table.name().as_str())
    );
    // An operator that somebody made for just these types would be taken for the plain one.
    let is_tenant = |function: &str| {
        format!(
            "{column} OPERATOR(pg_catalog.=) {}",
            tenant(schema, table, function, &at)
        )
    };
    let bound = is_tenant("tenant_at");
    let everyone = format!(
        "{} OR (SELECT {schema}.all_tenants_at({at}) AS all_tenants_at)",
        is_tenant("tenant_if_one_at")
    );
    // Tells which tenant's row it was to be, and of which table, where PostgreSQL's own error would not.
    let or_refuse = format!(
        "{schema}.refuse({column}::text, {at}, {})",
        literal(column.as_str())
    );
    [
        Policy {
            name: "audit_tenant_bound",
            restrictive: true,
            confined: true,
            check: format!("{bound} OR {or_refuse}"),
            using: bound,
        },
        Policy {
            name: "audit_tenant_everyone",
            restrictive: true,
            confined: false,
            check: format!("{everyone} OR {or_refuse}"),
            using: everyone.clone(),
        },
        Policy {
            name: "audit_tenant_open",
            restrictive: false,
            confined: false,
            check: format!("{everyone} OR {or_refuse}"),
            using: everyone,
        },
    ]
}

/// The tenant that is bound, as the tenant column has it. It is asked for once a statement, not once a row.
fn tenant(schema: &Name, table: &Table, function: &str, at: &str) -> String {
    let called = format!("{schema}.{function}({at})");
    match table.tenant_type() {
        TenantType::Text => format!("(SELECT {called} AS {function})"),
        TenantType::Uuid => format!("(SELECT {schema}.as_uuid({called}) AS as_uuid)"),
        TenantType::Integer => format!("(SELECT {schema}.as_integer({called}) AS as_integer)"),
    }
}

/// What a row that is inserted without a tenant gets.
pub(super) fn default(schema: &Name, table: &Table) -> String {
    let called = format!("{schema}.current_tenant()");
    match table.tenant_type() {
        TenantType::Text => called,
        TenantType::Uuid => format!("{schema}.as_uuid({called})"),
        TenantType::Integer => format!("{schema}.as_integer({called})"),
    }
}

/// The statements that put them on the table, in place of those of the same name.
pub(super) fn set_up(schema: &Name, table: &Table, application: &str) -> String {
    let mut sql = String::new();
    for policy in policies(schema, table) {
        let kind = if policy.restrictive {
            "RESTRICTIVE"
        } else {
            "PERMISSIVE"
        };
        let roles = if policy.confined {
            application
        } else {
            "PUBLIC"
        };
        let name = policy.name;
        // Writing to a text can't fail.
        let _written = write!(
            sql,
            "DROP POLICY IF EXISTS {name} ON {table};\n\
             CREATE POLICY {name} ON {table} AS {kind} FOR ALL TO {roles}\n  \
               USING ({})\n  \
               WITH CHECK ({});\n",
            policy.using, policy.check,
        );
    }
    sql
}
