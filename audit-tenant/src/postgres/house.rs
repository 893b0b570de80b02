//! What stands in the framework's own schema: the table of keys, and the functions that check a binding.

use std::fmt::Write as _;

use super::name::{Name, dollar_quoted, literal};

/// The setting that holds a transaction's binding. Anybody may set it; only what is signed counts.
pub(super) const SETTING: &str = "audit_tenant.binding";
/// The table of keys, each as the two blocks that HMAC makes of one (RFC 2104). Who reads them has the key.
pub(super) const KEYS: &str = "signing_key";
/// What stands for the schema in a body.
const SCHEMA: &str = "@schema@";
/// What stands for the schema's name as a text.
const SCHEMA_NAME: &str = "@schema_name@";

/// A function of the house, as it is made and as `check` finds it again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// Its parameters as they are declared.
    parameters: &'static str,
    returns: &'static str,
    language: Language,
    body: &'static str,
    pub(super) reader: Reader,
}

/// How a function is run, as it is declared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared {
    pub(super) language: &'static str,
    pub(super) volatility: &'static str,
    /// Whether it answers NULL unasked where an argument is that.
    pub(super) strict: bool,
    pub(super) parallel: &'static str,
    /// Whether it runs with the rights of its owner.
    pub(super) definer: bool,
}

/// How a function is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    /// SQL that is put into the statement, and so costs nothing: every name in it has its schema, and there are no operators, as both
    /// are looked up where the caller says.
    Inlined,
    /// SQL on its own.
    Sql,
    /// PL/pgSQL.
    Procedure,
    /// PL/pgSQL that answers from its argument alone.
    Converter,
    /// PL/pgSQL with the rights of its owner.
    Definer,
    /// PL/pgSQL that changes something.
    Changing,
}

/// For whom a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// The roles that use the tables.
    Roles,
    /// Who owns the schema.
    Owner,
}

/// A table's schema and name, for messages.
const AT: &str = "at_schema text, at_table text";

/// All functions, each after those that it calls.
pub(super) const FUNCTIONS: [Function; 14] = [
    Function::new(
        "here",
        "",
        "text",
        Language::Inlined,
        include_str!("house/here.sql"),
    ),
    Function::new(
        "operation",
        "",
        "text",
        Language::Sql,
        include_str!("house/operation.sql"),
    ),
    Function::new(
        "bound",
        "confined boolean, at_schema text, at_table text, OUT all_tenants boolean, OUT tenant text, OUT actor text",
        "record",
        Language::Definer,
        include_str!("house/bound.sql"),
    ),
    Function::new(
        "refuse",
        "attempted text, at_schema text, at_table text, at_column text",
        "boolean",
        Language::Procedure,
        include_str!("house/refuse.sql"),
    ),
    Function::new(
        "tenant_at",
        AT,
        "text",
        Language::Inlined,
        "SELECT (@schema@.bound(true, at_schema, at_table)).tenant\n",
    ),
    Function::new(
        "tenant_if_one_at",
        AT,
        "text",
        Language::Inlined,
        "SELECT (@schema@.bound(false, at_schema, at_table)).tenant\n",
    ),
    Function::new(
        "all_tenants_at",
        AT,
        "boolean",
        Language::Inlined,
        "SELECT (@schema@.bound(false, at_schema, at_table)).all_tenants\n",
    ),
    Function::new(
        "current_tenant",
        "",
        "text",
        Language::Inlined,
        "SELECT (@schema@.bound(true, NULL, NULL)).tenant\n",
    ),
    Function::new(
        "current_actor",
        "",
        "text",
        Language::Inlined,
        "SELECT (@schema@.bound(false, NULL, NULL)).actor\n",
    ),
    Function::new(
        "is_bypass",
        "",
        "boolean",
        Language::Inlined,
        "SELECT (@schema@.bound(false, NULL, NULL)).all_tenants\n",
    ),
    Function::new(
        "as_uuid",
        "tenant text",
        "uuid",
        Language::Converter,
        include_str!("house/as_uuid.sql"),
    ),
    Function::new(
        "as_integer",
        "tenant text",
        "bigint",
        Language::Converter,
        include_str!("house/as_integer.sql"),
    ),
    Function::new(
        "add_key",
        "key bytea",
        "text",
        Language::Changing,
        include_str!("house/add_key.sql"),
    ),
    Function::new(
        "remove_key",
        "key_name text",
        "void",
        Language::Changing,
        include_str!("house/remove_key.sql"),
    ),
];

impl Function {
    const fn new(
        name: &'static str,
        parameters: &'static str,
        returns: &'static str,
        language: Language,
        body: &'static str,
    ) -> Self {
        let reader = match language {
            Language::Changing => Reader::Owner,
            _ => Reader::Roles,
        };
        Self {
            name,
            parameters,
            returns,
            language,
            body,
            reader,
        }
    }

    /// What it does, in this schema.
    pub(super) fn body(&self, schema: &Name) -> String {
        self.body.replace(SCHEMA, &schema.to_string())
    }

    /// How it is run. That counts as much as its body: the answers of one that is immutable would be kept for the next tenant.
    pub(super) fn declared(&self) -> Declared {
        let (language, volatility, parallel) = match self.language {
            Language::Inlined | Language::Sql => ("sql", "STABLE", "RESTRICTED"),
            Language::Procedure => ("plpgsql", "VOLATILE", "RESTRICTED"),
            Language::Converter => ("plpgsql", "IMMUTABLE", "SAFE"),
            Language::Definer => ("plpgsql", "STABLE", "RESTRICTED"),
            Language::Changing => ("plpgsql", "VOLATILE", "UNSAFE"),
        };
        Declared {
            language,
            volatility,
            strict: self.language == Language::Converter,
            parallel,
            definer: self.language == Language::Definer,
        }
    }

    /// Where names in its body are looked up, as the catalogs have it; wherever the caller says for none.
    pub(super) fn search_path(&self) -> Option<&'static str> {
        (self.language != Language::Inlined).then_some("search_path=pg_catalog, pg_temp")
    }

    /// By its name and the types of its parameters, as it is told from others of its name.
    fn signature(&self, schema: &Name) -> String {
        format!("{schema}.{}({})", self.name, self.parameters)
    }

    /// The statement that makes it.
    fn created(&self, schema: &Name) -> String {
        let declared = self.declared();
        let mut said = format!(
            "LANGUAGE {} {} PARALLEL {}",
            declared.language, declared.volatility, declared.parallel
        );
        for (holds, words) in [
            (declared.strict, " STRICT"),
            (declared.definer, " SECURITY DEFINER"),
            (
                self.search_path().is_some(),
                " SET search_path = pg_catalog, pg_temp",
            ),
        ] {
            if holds {
                said.push_str(words);
            }
        }
        format!(
            "CREATE OR REPLACE FUNCTION {} RETURNS {} {said} AS {};\n",
            self.signature(schema),
            self.returns,
            dollar_quoted(&self.body(schema))
        )
    }
}

/// The statements that make the schema, or bring it up to this version, and let these roles use it. What stands in it already has to be
/// of the role that runs them: somebody else may have made it to read keys there.
pub(super) fn set_up(schema: &Name, roles: &str) -> String {
    let owned = include_str!("house/owned.sql").replace(SCHEMA_NAME, &literal(schema.as_str()));
    let mut sql = format!(
        "DO {};\n\
         CREATE SCHEMA IF NOT EXISTS {schema};\n\
         REVOKE ALL ON SCHEMA {schema} FROM PUBLIC;\n\
         GRANT USAGE ON SCHEMA {schema} TO {roles};\n\
         CREATE TABLE IF NOT EXISTS {schema}.{KEYS} (\n  \
           name text PRIMARY KEY,\n  \
           inner_block bytea NOT NULL,\n  \
           outer_block bytea NOT NULL,\n  \
           added_at timestamptz NOT NULL DEFAULT pg_catalog.now()\n\
         );\n\
         REVOKE ALL ON TABLE {schema}.{KEYS} FROM PUBLIC, {roles};\n",
        dollar_quoted(&owned)
    );
    for function in &FUNCTIONS {
        let signature = function.signature(schema);
        sql.push_str(&function.created(schema));
        // Writing to a text can't fail.
        let _written = writeln!(sql, "REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;");
        if function.reader == Reader::Roles {
            let _written = writeln!(sql, "GRANT EXECUTE ON FUNCTION {signature} TO {roles};");
        }
    }
    sql
}
