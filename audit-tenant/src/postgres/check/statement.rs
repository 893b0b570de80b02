//! The one statement that `check` is.

use std::fmt::Write as _;

use crate::postgres::house::{FUNCTIONS, Function};
use crate::postgres::name::{Name, literal};
use crate::postgres::policy::policies;
use crate::postgres::security::RowSecurity;
use crate::postgres::table::{Table, TenantType};

/// What the parts stand on. `@…@` are the rows that say how it should be.
const FRAME: &str = include_str!("frame.sql");
const PARTS: [&str; 4] = [
    include_str!("role.sql"),
    include_str!("table.sql"),
    include_str!("beside.sql"),
    include_str!("house.sql"),
];

/// Expressions differ in white space, brackets, quotes, escapes and casts to text from how they were written, once PostgreSQL has read
/// them, and it leaves schemas out that are on the search path, those of operators as well. What stands behind a name is asked apart.
const PLAIN: &str = r#"replace(regexp_replace(replace(replace($1, 'E''', ''''), E'\\\\', E'\\'), '::(text|character varying)|[\s()"]', '', 'g'), 'OPERATORpg_catalog.=', '=')"#;

pub(super) fn of(security: &RowSecurity) -> String {
    let schema = security.house();
    let text = PARTS
        .map(|part| part.trim_end().to_owned())
        .join("\nUNION ALL\n");
    let frame = FRAME
        .replace("@schema@", &literal(schema.as_str()))
        .replace("@roles@", &rows(roles(security), "NULL::text, NULL::text, NULL::boolean"))
        .replace("@protected@", &rows(protected(security), "NULL::text, NULL::text, NULL::text, NULL::text"))
        .replace(
            "@policies@",
            &rows(expected_policies(security), "NULL::text, NULL::text, NULL::text, NULL::boolean, NULL::boolean, NULL::text, NULL::text"),
        )
        .replace("@functions@", &rows(expected_functions(schema), "NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, NULL::text, NULL::boolean, NULL::text"));
    format!("{frame}{}\nORDER BY 1, 2, 3", normalised(&text, schema))
}

/// Rows of a table that is written into the statement, with the types of its columns, of which the first row has none.
fn rows(rows: Vec<String>, types: &str) -> String {
    let mut all = vec![format!("SELECT {types} WHERE false")];
    all.extend(rows.into_iter().map(|row| format!("SELECT {row}")));
    all.join(" UNION ALL ")
}

fn roles(security: &RowSecurity) -> Vec<String> {
    let row = |role: &Name, confined: bool| {
        format!(
            "{}, {}, {confined}",
            literal(role.as_str()),
            literal(role.as_str())
        )
    };
    let application = security
        .application_roles()
        .iter()
        .map(|role| row(role, true));
    application
        .chain(security.bypass_role().map(|role| row(role, false)))
        .collect()
}

fn protected(security: &RowSecurity) -> Vec<String> {
    let row = |table: &Table| {
        let kind = match table.tenant_type() {
            TenantType::Text => "text",
            TenantType::Uuid => "uuid",
            TenantType::Integer => "integer",
        };
        let names = [table.schema_name(), table.name(), table.tenant_column()];
        let names = names.map(|name| literal(name.as_str()));
        format!("{}, '{kind}'", names.join(", "))
    };
    security.tables().iter().map(row).collect()
}

fn expected_policies(security: &RowSecurity) -> Vec<String> {
    let mut all = Vec::new();
    for table in security.tables() {
        for policy in policies(security.house(), table) {
            all.push(format!(
                "{}, {}, '{}', {}, {}, {}, {}",
                literal(table.schema_name().as_str()),
                literal(table.name().as_str()),
                policy.name,
                policy.restrictive,
                policy.confined,
                literal(&policy.using),
                literal(&policy.check),
            ));
        }
    }
    all
}

fn expected_functions(schema: &Name) -> Vec<String> {
    let row = |function: &Function| {
        let path = function.search_path().map_or("NULL".to_owned(), literal);
        let declared = function.declared();
        format!(
            "'{}', {}, {}, '{}', '{}', {}, '{}', {}, {path}",
            function.name,
            format_args!(
                "quote_ident({}) || '.{}'",
                literal(schema.as_str()),
                function.name
            ),
            literal(&function.body(schema)),
            declared.language,
            declared.volatility,
            declared.strict,
            declared.parallel,
            declared.definer,
        )
    };
    FUNCTIONS.iter().map(row).collect()
}

/// Puts what makes expressions comparable in place of `@normal(…)@`.
fn normalised(text: &str, schema: &Name) -> String {
    let qualifier = literal(&format!("{schema}."));
    let plain = |text: &str| PLAIN.replace("$1", text);
    let mut rest = text;
    let mut done = String::new();
    while let Some((before, after)) = rest.split_once("@normal(") {
        let (expression, after) = after.split_once(")@").unwrap_or((after, ""));
        done.push_str(before);
        // Writing to a text can't fail.
        let _written = write!(
            done,
            "replace({}, {}, '')",
            plain(expression),
            plain(&qualifier)
        );
        rest = after;
    }
    done + rest
}
