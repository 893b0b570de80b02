//! What the database refuses, as the violation that it is.

use audit_core::tenant::{Operation, Violation, ViolationKind};
use tokio_postgres::error::{DbError, SqlState};

use super::binder::Binder;
use super::name::Name;

/// What stands for the table where the database does not name one.
pub(super) const WHOLE: &str = "database";
/// The state that says that a binding is signed with a key that is not in force.
pub(super) const UNKNOWN_KEY: &str = "TN002";
/// The routine of PostgreSQL's that refuses what is to see rows without policies, as with `row_security = off`.
const UNFILTERED: &str = "check_enable_rls";
/// How the names of this crate's policies begin.
const OUR_POLICIES: &str = "audit_tenant_";

/// The violation that this error of the database is, if it is one: nothing bound, a binding that is not one of its transaction, or a
/// row of another tenant. It is not told of yet.
///
/// For clients' errors that come by another road than [`TenantTransaction`](super::TenantTransaction), which does this itself:
///
/// ```no_run
/// # async fn f(client: &tokio_postgres::Client) {
/// use audit_tenant::postgres::refusal;
/// if let Err(error) = client.execute("UPDATE invoice SET paid = true", &[]).await
///     && let Some(violation) = refusal(&error)
/// {
///     violation.tell(true);
/// }
/// # }
/// ```
///
/// A statement that only looks for rows of another tenant is none: to the database they are not there, and it answers with fewer rows,
/// or changes fewer.
///
/// PostgreSQL's own refusals name a table and no schema, and are taken for violations where they name a policy of this crate's as well.
/// [`Binder::refusal`] knows the tables, and so all of them.
#[track_caller]
pub fn refusal(error: &tokio_postgres::Error) -> Option<Violation> {
    refused(error, &[])
}

impl Binder {
    /// As [`refusal`], with PostgreSQL's own refusals that name one of the protected tables.
    #[track_caller]
    pub fn refusal(&self, error: &tokio_postgres::Error) -> Option<Violation> {
        refused(error, self.tables())
    }
}

/// The violation that this error is, if it is one, where these tables are protected.
#[track_caller]
pub(super) fn refused(error: &tokio_postgres::Error, tables: &[Name]) -> Option<Violation> {
    let error = error.as_db_error()?;
    let kind = kind(error, tables)?;
    let detail = Detail::of(error.detail().unwrap_or_default());
    let violation = Violation::new(kind, operation(error, detail.operation), table(error));
    Some(match detail.tenant {
        Some(tenant) => violation.attempted(tenant),
        None => violation,
    })
}

/// How a boundary was about to be crossed, if that is what the database says. The codes are those of the functions in `house/`.
fn kind(error: &DbError, tables: &[Name]) -> Option<ViolationKind> {
    match error.code().code() {
        "TN001" => Some(ViolationKind::Missing),
        "TN003" | "TN005" => Some(ViolationKind::Mismatch),
        "TN004" => Some(ViolationKind::Unscoped),
        // A privilege that is missing has the same code, and other policies the same routines.
        _ if *error.code() == SqlState::INSUFFICIENT_PRIVILEGE => {
            let kind = match error.routine() {
                // A row that no policy lets through, such as one of another tenant that `ON CONFLICT` met.
                Some("ExecWithCheckOptions") => ViolationKind::Mismatch,
                Some(UNFILTERED) => ViolationKind::Unscoped,
                _ => return None,
            };
            Quoted::of(error.message()).is_ours(tables).then_some(kind)
        }
        _ => None,
    }
}

/// What was done, by the first word of the statement.
fn operation(error: &DbError, word: Option<&str>) -> Operation {
    // Both are asked of rows that are written; what is not filtered was refused before.
    let writes = error.code().code() == "TN005"
        || (*error.code() == SqlState::INSUFFICIENT_PRIVILEGE
            && error.routine() != Some(UNFILTERED));
    match word {
        Some("insert") => Operation::Insert,
        Some("update") => Operation::Update,
        Some("delete") => Operation::Delete,
        Some("merge" | "write") => Operation::Write,
        _ if writes => Operation::Write,
        _ => Operation::Read,
    }
}

/// The table, with its schema if that is known.
fn table(error: &DbError) -> String {
    let named = |name: Option<&str>| name.filter(|name| !name.is_empty()).map(str::to_owned);
    match (named(error.schema()), named(error.table())) {
        (Some(schema), Some(table)) => format!("{schema}.{table}"),
        (None, Some(table)) => table,
        (_, None) if *error.code() == SqlState::INSUFFICIENT_PRIVILEGE => {
            let quoted = Quoted::of(error.message());
            quoted.table.unwrap_or(WHOLE).to_owned()
        }
        (_, None) => WHOLE.to_owned(),
    }
}

/// What stands in quotes in PostgreSQL's own words about policies, which are in the server's language: a table, and a policy where one
/// refused by its name.
struct Quoted<'a> {
    table: Option<&'a str>,
    policy: Option<&'a str>,
}

impl<'a> Quoted<'a> {
    fn of(message: &'a str) -> Self {
        let mut quoted = message
            .split(['"', '»', '«', '„', '“', '”'])
            .skip(1)
            .step_by(2);
        match (quoted.next(), quoted.next()) {
            // Most languages have the policy first.
            (Some(table), Some(policy)) if policy.starts_with(OUR_POLICIES) => Self {
                table: Some(table),
                policy: Some(policy),
            },
            (Some(policy), table @ Some(_)) => Self {
                table,
                policy: Some(policy),
            },
            (table, _) => Self {
                table,
                policy: None,
            },
        }
    }

    /// Whether it is about a policy of this crate's: by its name, or about one of these tables and no other policy.
    fn is_ours(&self, tables: &[Name]) -> bool {
        match (self.policy, self.table) {
            (Some(policy), _) => policy.starts_with(OUR_POLICIES),
            (None, Some(table)) => tables.iter().any(|name| name.as_str() == table),
            (None, None) => false,
        }
    }
}

/// What the functions in `house/` say beside their message: `operation: update, tenant: globex`.
struct Detail<'a> {
    operation: Option<&'a str>,
    tenant: Option<&'a str>,
}

impl<'a> Detail<'a> {
    fn of(detail: &'a str) -> Self {
        let Some(rest) = detail.strip_prefix("operation: ") else {
            return Self {
                operation: None,
                tenant: None,
            };
        };
        // No operation has a comma; a tenant may have anything.
        match rest.split_once(", tenant: ") {
            Some((operation, tenant)) => Self {
                operation: Some(operation),
                tenant: Some(tenant),
            },
            None => Self {
                operation: Some(rest),
                tenant: None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attempted_tenant_is_all_that_follows() {
        let detail = Detail::of("operation: insert, tenant: a, tenant: b");
        assert_eq!(detail.operation, Some("insert"));
        assert_eq!(detail.tenant, Some("a, tenant: b"));
        assert_eq!(Detail::of("operation: select").operation, Some("select"));
        assert_eq!(Detail::of("anything").operation, None);
    }

    #[test]
    fn policy_and_table_are_found_in_the_message_of_postgresql() {
        let message = r#"new row violates row-level security policy "audit_tenant_bound" (USING expression) for table "invoice""#;
        let quoted = Quoted::of(message);
        assert_eq!(quoted.table, Some("invoice"));
        assert!(quoted.is_ours(&[]));
        let other = r#"new row violates row-level security policy "theirs" for table "invoice""#;
        assert!(!Quoted::of(other).is_ours(&[Name::known("invoice")]));
        let unnamed =
            "neue Zeile verletzt Policy für Sicherheit auf Zeilenebene für Tabelle »invoice«";
        let quoted = Quoted::of(unnamed);
        assert!(quoted.is_ours(&[Name::known("invoice")]));
        assert!(!quoted.is_ours(&[Name::known("line")]));
    }
}
