//! [`Finding`]: what `check` found.

use std::fmt;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It may be as it should be; somebody has to look.
    Warning,
    /// Tenants are not kept apart, or it does not work at all.
    Fault,
}

/// What `check` found. Its text says what is wrong, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    kind: FindingKind,
    object: String,
    other: String,
}

impl Finding {
    pub(super) fn new(kind: FindingKind, object: &str, other: &str) -> Self {
        Self {
            kind,
            object: object.to_owned(),
            other: other.to_owned(),
        }
    }

    /// What kind of thing it is.
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }

    /// What it is about: a role, or a table, view, column or function with its schema, quoted where SQL wants quotes.
    pub fn object(&self) -> &str {
        &self.object
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = format!("`{}`", self.object);
        let other = format!("`{}`", self.other);
        f.write_str(
            &self
                .kind
                .text()
                .replace("{object}", &object)
                .replace("{other}", &other),
        )
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident as $word:literal, $severity:ident: $text:literal;)+) => {
        /// Kinds of findings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl FindingKind {
            /// How much it matters.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$kind => Severity::$severity,)+
                }
            }

            /// Its word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)+
                }
            }

            /// The kind of this word.
            pub(super) fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$kind),)+
                    _ => None,
                }
            }

            /// What is wrong and the way out, with `{object}` and `{other}` for what it is about.
            const fn text(self) -> &'static str {
                match self {
                    $(Self::$kind => $text,)+
                }
            }
        }
    };
}

kinds! {
    /// A role is not there.
    RoleMissing as "role_missing", Fault:
        "there is no role {object}: create it, or name the one that the service connects as";
    /// A role is, or may become, one for which no policy holds.
    RoleBypasses as "role_bypasses", Fault:
        "{object} may act as {other}, for which no policy holds: take SUPERUSER and BYPASSRLS from it, or the membership";
    /// A role owns what protects it.
    RoleOwns as "role_owns", Fault:
        "{object} is, or may become, the owner of {other}, who may switch its policies off: give it to a role of its own";
    /// A role has a privilege that policies don't reach.
    RolePrivilege as "role_privilege", Fault:
        "{object} has TRUNCATE, REFERENCES or TRIGGER on {other}, which go past policies: REVOKE them, or set it up again";
    /// A role reads or changes keys.
    RoleReadsKeys as "role_reads_keys", Fault:
        "{object} has privileges on {other} and so can sign bindings: REVOKE ALL, and change the key";
    /// A role has a privilege of the server's that policies don't reach.
    RolePower as "role_power", Fault:
        "{object} has, or may become one that has, {other}, which goes past policies: take it away, or the membership";
    /// Sessions begin as another role, or with a path on which names are found before PostgreSQL's own.
    RoleSetting as "role_setting", Warning:
        "sessions of {object} begin with {other}, as another role or where names hide PostgreSQL's own: ALTER ROLE or DATABASE … RESET it";
    /// A role may make things that others' statements find in place of what they mean.
    RoleCreates as "role_creates", Warning:
        "{object} may create in schema {other}, where other tenants' statements may find what it makes: REVOKE CREATE";
    /// No login can become the role for bypasses.
    BypassOutOfReach as "bypass_out_of_reach", Fault:
        "no login can become {object}, so no bypass begins: GRANT {object} to the one that works across tenants";
    /// The role for bypasses is held to one tenant.
    BypassConfined as "bypass_confined", Fault:
        "{object} has the privileges of {other} and is confined to one tenant like it: REVOKE the membership";
    /// A table is not there.
    TableMissing as "table_missing", Fault:
        "there is no table {object}: create it, or take it from what is protected";
    /// A table has no row-level security.
    SecurityOff as "security_off", Fault:
        "row-level security is off for {object}: set it up again, or ALTER TABLE … ENABLE ROW LEVEL SECURITY";
    /// A table's owner is past its policies.
    SecurityNotForced as "security_not_forced", Fault:
        "the policies of {object} don't hold for its owner: set it up again, or ALTER TABLE … FORCE ROW LEVEL SECURITY";
    /// A policy is not there.
    PolicyMissing as "policy_missing", Fault:
        "{object} has no policy {other}: set it up again";
    /// A policy is not as it was set up.
    PolicyAltered as "policy_altered", Fault:
        "the policy {other} of {object} is not as it is set up: set it up again";
    /// Another policy lets rows through.
    PolicyPermissive as "policy_permissive", Warning:
        "the policy {other} of {object} lets rows through beside ours, which still keep tenants apart: make it RESTRICTIVE, or drop it";
    /// A tenant column is not there.
    ColumnMissing as "column_missing", Fault:
        "{object} has no column {other}: add it, or name the one in which the tenant is";
    /// A tenant column may be empty.
    ColumnNullable as "column_nullable", Fault:
        "the column {other} of {object} may be NULL, and such rows belong to nobody: ALTER COLUMN … SET NOT NULL";
    /// A tenant column has another type than was said.
    ColumnType as "column_type", Fault:
        "the column of {object} is {other}, and was said to be of another type: name the right one of text, uuid and integer";
    /// A tenant column takes different tenants for equal.
    ColumnCollation as "column_collation", Fault:
        "the collation of column {other} of {object} takes different names for equal: choose one that is deterministic";
    /// No index serves.
    ColumnUnindexed as "column_unindexed", Warning:
        "no index of {object} begins with {other}, so every statement reads the rows of all tenants: CREATE INDEX";
    /// An index by which values of all tenants can be asked for.
    IndexBeside as "index_beside", Warning:
        "the index {other} of {object} does not begin with the tenant, so SQL that got in learns whether a value is in it, whosever it is: let it begin with the tenant";
    /// A view answers with the rights of a role for which no policy holds.
    ViewBypasses as "view_bypasses", Fault:
        "the view {object} is of {other}, for which no policy holds: ALTER VIEW … SET (security_invoker = true) from PostgreSQL 15 on, or give it to another role";
    /// Rows of all tenants are kept beside the table.
    MaterializedView as "materialized_view", Fault:
        "the materialised view {object} keeps rows of {other}, and no policy holds for it: REVOKE it from the service's roles, or make it a view";
    /// A function acts with the rights of a role for which no policy holds. What it does with them is not looked at.
    FunctionBypasses as "function_bypasses", Warning:
        "the function {object} acts as {other}, for which no policy holds: make it SECURITY INVOKER, REVOKE EXECUTE, or give it to another role";
    /// Part of a table can be reached without its policies.
    ChildOpen as "child_open", Fault:
        "{object} is a partition or child of {other} and can be reached past its policies: REVOKE it from the service's roles, or protect it as well";
    /// A table can be reached without its policies through what it is part of.
    ParentOpen as "parent_open", Fault:
        "{object} is read through {other}, whose policies hold then: protect that as well";
    /// A reference may lead to another tenant.
    ForeignKey as "foreign_key", Warning:
        "the foreign key {other} of {object} does not include the tenant, so a row may refer to one of another tenant, and tells whether it is there: add the tenant column on both sides";
    /// A reference deletes or changes rows of other tenants.
    ForeignKeyActs as "foreign_key_acts", Fault:
        "the foreign key {other} of {object} does not include the tenant, and deletes or changes rows of any tenant with the one they refer to: add the tenant column on both sides, or make it NO ACTION";
    /// A table looks as if it belonged to tenants, and nobody protects it.
    TableUnprotected as "table_unprotected", Fault:
        "{object} has a column {other} and is not protected: protect it, or REVOKE it from the service's roles";
    /// What checks bindings is not there.
    HouseMissing as "house_missing", Fault:
        "there is no function {object}: set it up";
    /// What checks bindings was changed.
    HouseAltered as "house_altered", Fault:
        "the function {object} is not as it is set up: set it up again";
    /// Something acts on the table of keys, or is read with it.
    KeysAltered as "keys_altered", Fault:
        "{other} acts on {object}, or is read with it, and was not set up: DROP it, and change the keys";
}
