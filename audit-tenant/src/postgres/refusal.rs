//! What the database refuses, as the violation that it is.

use audit_core::Scope;
use audit_core::tenant::{Operation, Violation, ViolationKind};
use tokio_postgres::error::{DbError, SqlState};

use super::binding::Binding;
use super::error::Error;

/// What stands for the table where the database does not name one.
pub(super) const WHOLE: &str = "database";

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
#[track_caller]
pub fn refusal(error: &tokio_postgres::Error) -> Option<Violation> {
    let error = error.as_db_error()?;
    let kind = kind(error)?;
    let detail = Detail::of(error.detail().unwrap_or_default());
    let violation = Violation::new(kind, operation(error, detail.operation), table(error));
    Some(match detail.tenant {
        Some(tenant) => violation.attempted(tenant),
        None => violation,
    })
}

/// The error of a statement in a transaction that is bound like this. Is it a violation, both paths are told of it, in the name of the
/// tenant that is bound.
pub(super) fn told(error: tokio_postgres::Error, binding: &Binding) -> Error {
    if error.as_db_error().and_then(kind).is_none() {
        return Error::Database(error);
    }
    let tell = || refusal(&error).inspect(|violation| violation.tell(true));
    let violation = match binding.tenant_id() {
        Some(tenant) if Scope::current().tenant_id().as_ref() != Some(tenant) => {
            // A tenant is one already.
            match Scope::new().tenant(tenant.clone()) {
                Ok(scope) => scope.run(tell),
            }
        }
        _ => tell(),
    };
    match violation {
        Some(violation) => Error::Violation {
            violation: Box::new(violation),
            source: Some(error),
        },
        None => Error::Database(error),
    }
}

/// How a boundary was about to be crossed, if that is what the database says. The codes are those of the functions in `house/`.
fn kind(error: &DbError) -> Option<ViolationKind> {
    match error.code().code() {
        "TN001" => Some(ViolationKind::Missing),
        "TN002" | "TN003" | "TN005" => Some(ViolationKind::Mismatch),
        "TN004" => Some(ViolationKind::Unscoped),
        // PostgreSQL's own word for a row that no policy lets through, such as one of another tenant that `ON CONFLICT` met. Its
        // message is in the server's language; a privilege that is missing has the same code.
        _ if *error.code() == SqlState::INSUFFICIENT_PRIVILEGE
            && error.routine() == Some("ExecWithCheckOptions") =>
        {
            Some(ViolationKind::Mismatch)
        }
        _ => None,
    }
}

/// What was done, by the first word of the statement.
fn operation(error: &DbError, word: Option<&str>) -> Operation {
    // Both are asked of rows that are written.
    let writes =
        error.code().code() == "TN005" || *error.code() == SqlState::INSUFFICIENT_PRIVILEGE;
    match word {
        Some("insert") => Operation::Insert,
        Some("update") => Operation::Update,
        Some("delete") => Operation::Delete,
        Some("merge") => Operation::Write,
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
            quoted_last(error.message()).unwrap_or(WHOLE).to_owned()
        }
        (_, None) => WHOLE.to_owned(),
    }
}

/// What stands in the last pair of quotes, which is the table in most languages of the server.
fn quoted_last(message: &str) -> Option<&str> {
    let (before, _) = message.rsplit_once('"')?;
    before.rsplit_once('"').map(|(_, quoted)| quoted)
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
    fn a_table_is_found_in_the_message_of_postgresql() {
        let message =
            r#"new row violates row-level security policy (USING expression) for table "invoice""#;
        assert_eq!(quoted_last(message), Some("invoice"));
        assert_eq!(quoted_last("für Tabelle »invoice«"), None);
    }
}
