//! Tables that are not protected as they should be.

use audit_tenant::postgres::{FindingKind, Severity, Table, TenantType};

use super::super::house::{House, begin, number};
use super::{assert_found, found_after};

#[tokio::test]
async fn a_table_that_is_not_protected_as_it_should_be_is_found() {
    assert_found(&[
        (
            "ALTER TABLE line DISABLE ROW LEVEL SECURITY",
            "row-level security is off for `public.line`: set it up again, or ALTER TABLE … ENABLE ROW LEVEL SECURITY",
        ),
        (
            "ALTER TABLE line NO FORCE ROW LEVEL SECURITY",
            "the policies of `public.line` don't hold for its owner: set it up again, or ALTER TABLE … FORCE ROW LEVEL SECURITY",
        ),
        ("DROP POLICY audit_tenant_bound ON line", "`public.line` has no policy `audit_tenant_bound`: set it up again"),
        (
            "ALTER POLICY audit_tenant_bound ON line TO {t}_jobs",
            "the policy `audit_tenant_bound` of `public.line` is not as it is set up: set it up again",
        ),
        (
            "ALTER POLICY audit_tenant_everyone ON line USING (true)",
            "the policy `audit_tenant_everyone` of `public.line` is not as it is set up: set it up again",
        ),
        (
            "ALTER POLICY audit_tenant_open ON line WITH CHECK (true)",
            "the policy `audit_tenant_open` of `public.line` is not as it is set up: set it up again",
        ),
        (
            "DROP POLICY audit_tenant_bound ON line; CREATE POLICY audit_tenant_bound ON line AS RESTRICTIVE FOR SELECT TO {t}_app USING (true)",
            "the policy `audit_tenant_bound` of `public.line` is not as it is set up: set it up again",
        ),
        (
            // Of the same name, and on the path of whoever looks.
            "CREATE FUNCTION public.tenant_at(text, text) RETURNS text LANGUAGE sql STABLE AS 'SELECT NULL::text'; \
             ALTER POLICY audit_tenant_bound ON line USING (tenant_id = (SELECT public.tenant_at('public', 'line') AS tenant_at))",
            "the policy `audit_tenant_bound` of `public.line` is not as it is set up: set it up again",
        ),
        (
            "CREATE POLICY published ON line USING (true)",
            "the policy `published` of `public.line` lets rows through beside ours, which still keep tenants apart: make it RESTRICTIVE, or drop it",
        ),
        (
            "ALTER TABLE line ALTER COLUMN tenant_id DROP NOT NULL",
            "the column `tenant_id` of `public.line` may be NULL, and such rows belong to nobody: ALTER COLUMN … SET NOT NULL",
        ),
        (
            "DROP INDEX line_tenant_id_idx",
            "no index of `public.line` begins with `tenant_id`, so every statement reads the rows of all tenants: CREATE INDEX",
        ),
        (
            "CREATE INDEX line_what ON line (what, tenant_id)",
            "the index `line_what` of `public.line` does not begin with the tenant, so SQL that got in learns whether a value is in it, whosever it \
             is: let it begin with the tenant",
        ),
        (
            "CREATE INDEX line_lower ON line (lower(what))",
            "the index `line_lower` of `public.line` does not begin with the tenant, so SQL that got in learns whether a value is in it, whosever it \
             is: let it begin with the tenant",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_column_that_is_not_what_was_said_is_found() {
    let house = House::empty().await;
    let owner = house.owner().await;
    owner
        .batch_execute(
            "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false); \
             CREATE DOMAIN short AS varchar(20); \
             CREATE TABLE a (tenant_id text COLLATE loose PRIMARY KEY); CREATE TABLE b (tenant_id uuid PRIMARY KEY); \
             CREATE TABLE c (tenant_id char(4) PRIMARY KEY); CREATE TABLE d (tenant_id short PRIMARY KEY); CREATE TABLE e (other text)",
        )
        .await
        .unwrap();
    let table = |name: &str| Table::new("public", name).unwrap();
    let security = house
        .bare()
        .table(table("a"))
        .table(table("b").of_type(TenantType::Integer))
        .table(table("c"))
        .table(table("d"))
        .table(table("e"))
        .table(table("f"));
    let findings = security.check(&owner).await.unwrap();
    let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
    for text in [
        "the collation of column `tenant_id` of `public.a` takes different names for equal: choose one that is deterministic",
        "the column of `public.b` is `uuid`, and was said to be of another type: name the right one of text, uuid and integer",
        "the column of `public.c` is `character`, and was said to be of another type: name the right one of text, uuid and integer",
        "`public.e` has no column `tenant_id`: add it, or name the one in which the tenant is",
        "there is no table `public.f`: create it, or take it from what is protected",
        "there is no function `audit_tenant.bound`: set it up",
        "`public.d` has no policy `audit_tenant_open`: set it up again",
    ] {
        assert!(texts.iter().any(|one| one == text), "{text}\nin {texts:#?}");
    }
    assert!(
        !texts
            .iter()
            .any(|text| text.contains("the column of `public.d`")),
        "{texts:#?}"
    );
}

#[tokio::test]
async fn an_index_whose_conditions_are_asked_after_policies_is_none_to_warn_of() {
    for harmless in [
        "ALTER TABLE line ADD place point; CREATE INDEX ON line USING gist (place)",
        "ALTER TABLE line ADD notes jsonb; CREATE INDEX ON line USING gin (notes)",
        "CREATE INDEX ON line (tenant_id, what)",
        "ALTER TABLE line ADD id uuid PRIMARY KEY DEFAULT gen_random_uuid()",
    ] {
        assert_eq!(found_after(harmless).await.1, [], "{harmless}");
    }
}

#[tokio::test]
async fn a_foreign_key_that_does_not_hold_the_tenant_is_found() {
    // Keys that begin with something else are found as well; here it is about what refers to them.
    let unique = "CREATE TABLE sort (id int PRIMARY KEY); INSERT INTO sort VALUES (0), (1), (2), (3), (9); \
        ALTER TABLE invoice ADD sort int NOT NULL DEFAULT 0; DELETE FROM line; DELETE FROM invoice WHERE tenant_id = 'globex'; ALTER TABLE invoice ADD UNIQUE (id); ";
    let (warning, fault) = (
        Some(FindingKind::ForeignKey),
        Some(FindingKind::ForeignKeyActs),
    );
    for (sql, expected) in [
        (
            "ALTER TABLE line ADD FOREIGN KEY (invoice_id) REFERENCES invoice (id)",
            warning,
        ),
        (
            "ALTER TABLE line ADD FOREIGN KEY (invoice_id) REFERENCES invoice (id) ON DELETE CASCADE",
            fault,
        ),
        (
            "ALTER TABLE line ADD FOREIGN KEY (invoice_id) REFERENCES invoice (id) ON UPDATE SET DEFAULT",
            fault,
        ),
        (
            "ALTER TABLE line ADD FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id) ON DELETE CASCADE",
            None,
        ),
        // To a table of no tenants: nothing as long as nothing of it can be taken away.
        (
            "ALTER TABLE invoice ADD FOREIGN KEY (sort) REFERENCES sort",
            None,
        ),
        (
            "ALTER TABLE invoice ADD FOREIGN KEY (sort) REFERENCES sort ON DELETE CASCADE; GRANT SELECT, INSERT ON sort TO {t}_app",
            None,
        ),
        (
            "ALTER TABLE invoice ADD FOREIGN KEY (sort) REFERENCES sort ON DELETE CASCADE; GRANT DELETE ON sort TO {t}_app",
            fault,
        ),
        (
            "ALTER TABLE invoice ADD FOREIGN KEY (sort) REFERENCES sort ON UPDATE CASCADE; GRANT UPDATE (id) ON sort TO {t}_jobs",
            fault,
        ),
        // From one of no tenants: it tells whether a row is there.
        (
            "CREATE TABLE note (invoice_id int REFERENCES invoice (id)); GRANT INSERT ON note TO {t}_app",
            warning,
        ),
        (
            "CREATE TABLE note (invoice_id int REFERENCES invoice (id)); GRANT SELECT ON note TO {t}_app",
            None,
        ),
    ] {
        let (_, findings) = found_after(&format!("{unique}{sql}")).await;
        let kinds: Vec<FindingKind> = findings
            .iter()
            .map(|one| one.kind())
            .filter(|kind| *kind != FindingKind::IndexBeside)
            .collect();
        assert_eq!(kinds, Vec::from_iter(expected), "{sql}: {findings:#?}");
        let severity = findings
            .iter()
            .map(|one| one.severity())
            .find(|severity| *severity == Severity::Fault);
        assert_eq!(severity.is_some(), expected == fault, "{sql}");
    }
    assert_found(&[(
        "CREATE TABLE sort (id int PRIMARY KEY); ALTER TABLE line ADD sort int CONSTRAINT sorted REFERENCES sort ON DELETE CASCADE; GRANT DELETE ON sort TO {t}_app",
        "the foreign key `sorted` of `public.line` does not include the tenant, and deletes or changes rows of any tenant with the one they refer to: \
         add the tenant column on both sides, or make it NO ACTION",
    )])
    .await;
}

#[tokio::test]
async fn an_operator_that_somebody_made_is_not_what_tenants_are_compared_with() {
    let house = House::empty().await;
    let owner = house.owner().await;
    // For just these types it would be taken before PostgreSQL's own.
    owner
        .batch_execute(
            "CREATE TABLE invoice (id int NOT NULL, tenant_id varchar(40) NOT NULL, amount int NOT NULL DEFAULT 0, PRIMARY KEY (tenant_id, id)); \
             INSERT INTO invoice (id, tenant_id) VALUES (1, 'acme'), (1, 'globex'); \
             CREATE FUNCTION alike(varchar, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; \
             CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = text, FUNCTION = alike)",
        )
        .await
        .unwrap();
    let security = house.bare().table(Table::new("public", "invoice").unwrap());
    house.protect(&security).await;
    assert_eq!(security.check(&owner).await.unwrap(), []);
    let mut app = house.app().await;
    let binder = security.binder(house.key.clone());
    let transaction = begin(&binder, &mut app, "acme").await;
    assert_eq!(
        number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
        1
    );
    drop(transaction);

    // Nor is it overlooked where it looks like it.
    owner
        .batch_execute(
            "ALTER POLICY audit_tenant_bound ON invoice \
             USING (tenant_id OPERATOR(public.=) (SELECT audit_tenant.tenant_at('public', 'invoice') AS tenant_at)); SET search_path = public, pg_catalog",
        )
        .await
        .unwrap();
    let findings = security.check(&owner).await.unwrap();
    assert!(
        matches!(&findings[..], [one] if one.kind() == FindingKind::PolicyAltered),
        "{findings:#?}"
    );
}
