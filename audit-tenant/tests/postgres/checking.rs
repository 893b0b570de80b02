//! What `check` finds in a database.

use audit_tenant::postgres::{Finding, Severity, Table, TenantType};

use super::house::House;

/// What is found once `sql` has run as the administrator, with `{t}` for the beginning of the roles' names, as the service sees it.
async fn found_after(sql: &str) -> (House, Vec<Finding>) {
    let house = House::furnished().await;
    let admin = house.admin().await;
    admin
        .batch_execute(&sql.replace("{t}", &house.name))
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    let findings = house.security().check(&house.app().await).await.unwrap();
    (house, findings)
}

/// What is found after each of these is this alone.
async fn assert_found(cases: &[(&str, &str)]) {
    for (sql, text) in cases {
        let (house, findings) = found_after(sql).await;
        let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(texts, [text.replace("{t}", &house.name)], "{sql}");
    }
}

#[tokio::test]
async fn what_is_as_it_was_set_up_is_no_finding_for_whoever_looks() {
    let house = House::furnished().await;
    for client in [house.app().await, house.owner().await, house.admin().await] {
        // Wherever names are looked up.
        for path in ["public", "audit_tenant, public", "pg_temp, pg_catalog"] {
            client
                .batch_execute(&format!("SET search_path = {path}"))
                .await
                .unwrap();
            assert_eq!(house.security().check(&client).await.unwrap(), [], "{path}");
        }
    }
}

#[tokio::test]
async fn a_role_that_goes_past_policies_is_found() {
    assert_found(&[
        ("ALTER ROLE {t}_app SUPERUSER", "`{t}_app` may act as `{t}_app`, for which no policy holds: take SUPERUSER and BYPASSRLS from it, or the membership"),
        ("ALTER ROLE {t}_app BYPASSRLS", "`{t}_app` may act as `{t}_app`, for which no policy holds: take SUPERUSER and BYPASSRLS from it, or the membership"),
        (
            "CREATE ROLE {t}_past BYPASSRLS; GRANT {t}_past TO {t}_app",
            "`{t}_app` may act as `{t}_past`, for which no policy holds: take SUPERUSER and BYPASSRLS from it, or the membership",
        ),
        (
            "CREATE ROLE {t}_other; GRANT {t}_other TO {t}_app; ALTER TABLE line OWNER TO {t}_other",
            "`{t}_app` is, or may become, the owner of `public.line`, who may switch its policies off: give it to a role of its own",
        ),
        (
            "GRANT TRUNCATE ON line TO {t}_app",
            "`{t}_app` has TRUNCATE, REFERENCES or TRIGGER on `public.line`, which go past policies: REVOKE them, or set it up again",
        ),
        (
            "GRANT REFERENCES (id) ON invoice TO {t}_app",
            "`{t}_app` has TRUNCATE, REFERENCES or TRIGGER on `public.invoice`, which go past policies: REVOKE them, or set it up again",
        ),
        (
            "GRANT SELECT (outer_block) ON audit_tenant.signing_key TO {t}_app",
            "`{t}_app` has privileges on `audit_tenant.signing_key` and so can sign bindings: REVOKE ALL, and change the key",
        ),
        (
            "CREATE SCHEMA more; GRANT CREATE ON SCHEMA more TO {t}_app",
            "`{t}_app` may create in schema `more`, where other tenants' statements may find what it makes: REVOKE CREATE",
        ),
        ("REVOKE {t}_jobs FROM {t}_app; GRANT USAGE ON SCHEMA public TO {t}_app", "`{t}_app` can't become `{t}_jobs`, so no bypass begins: GRANT `{t}_jobs` TO `{t}_app`"),
    ])
    .await;
}

#[tokio::test]
async fn the_role_for_bypasses_must_not_be_confined() {
    let house = House::furnished().await;
    let admin = house.admin().await;
    let name = &house.name;
    admin
        .batch_execute(&format!(
            "REVOKE {name}_jobs FROM {name}_app; GRANT {name}_app TO {name}_jobs"
        ))
        .await
        .unwrap();
    let findings = house.security().check(&admin).await.unwrap();
    let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            format!(
                "`{name}_jobs` has the privileges of `{name}_app` and is confined to one tenant like it: REVOKE the membership"
            ),
            format!(
                "`{name}_app` can't become `{name}_jobs`, so no bypass begins: GRANT `{name}_jobs` TO `{name}_app`"
            ),
        ]
    );
}

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
            "DROP INDEX line_tenant_id_idx; CREATE INDEX ON line (what, tenant_id)",
            "no index of `public.line` begins with `tenant_id`, so every statement reads the rows of all tenants: CREATE INDEX",
        ),
        (
            "CREATE UNIQUE INDEX one ON invoice (id) WHERE false; DELETE FROM invoice; DELETE FROM line; ALTER TABLE invoice ADD UNIQUE (id); \
             ALTER TABLE line ADD CONSTRAINT of FOREIGN KEY (invoice_id) REFERENCES invoice (id)",
            "the foreign key `of` of `public.line` does not include the tenant, so a row may refer to one of another tenant, and tells whether it is \
             there: add the tenant column on both sides",
        ),
    ])
    .await;
    // With the tenant on both sides it is none.
    let (_, findings) = found_after("ALTER TABLE line ADD FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoice (tenant_id, id)").await;
    assert_eq!(findings, []);
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
async fn roles_that_are_not_there_are_found() {
    let house = House::furnished().await;
    let security = house.security().application("nobody's").unwrap();
    let findings = security.check(&house.app().await).await.unwrap();
    assert!(findings.iter().any(|one| one.to_string() == "there is no role `\"nobody's\"`: create it, or name the one that the service connects as"));
}

#[tokio::test]
async fn what_goes_past_a_protected_table_is_found() {
    assert_found(&[
        (
            "CREATE VIEW sums AS SELECT tenant_id, sum(amount) FROM invoice GROUP BY 1; GRANT SELECT ON sums TO {t}_app",
            "the view `sums` is of `postgres`, for which no policy holds: ALTER VIEW … SET (security_invoker = true) from PostgreSQL 15 on, or give it to another role",
        ),
        (
            "CREATE VIEW inner_one WITH (security_invoker) AS SELECT * FROM line; CREATE VIEW outer_one AS SELECT * FROM inner_one; GRANT SELECT ON outer_one TO {t}_app",
            "the view `outer_one` is of `postgres`, for which no policy holds: ALTER VIEW … SET (security_invoker = true) from PostgreSQL 15 on, or give it to another role",
        ),
        (
            "CREATE MATERIALIZED VIEW kept AS SELECT * FROM invoice; GRANT SELECT ON kept TO {t}_jobs",
            "the materialised view `kept` keeps rows of `public.invoice`, and no policy holds for it: REVOKE it from the service's roles, or make it a view",
        ),
        (
            "CREATE FUNCTION everything() RETURNS SETOF invoice LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM invoice'",
            "the function `everything()` acts as `postgres`, for which no policy holds: make it SECURITY INVOKER, REVOKE EXECUTE, or give it to another role",
        ),
        (
            "CREATE TABLE part () INHERITS (line); GRANT SELECT ON part TO {t}_app",
            "`part` is a partition or child of `public.line` and can be reached past its policies: REVOKE it from the service's roles, or protect it as well",
        ),
        (
            "CREATE TABLE whole (invoice_id int NOT NULL, tenant_id text NOT NULL, what text NOT NULL); ALTER TABLE line INHERIT whole; GRANT SELECT ON whole TO {t}_app",
            "`public.line` is read through `whole`, whose policies hold then: protect that as well",
        ),
        (
            "CREATE TABLE forgotten (tenant_id text); GRANT SELECT (tenant_id) ON forgotten TO {t}_app",
            "`forgotten` has a column `tenant_id` and is not protected: protect it, or REVOKE it from the service's roles",
        ),
    ])
    .await;
    for harmless in [
        "CREATE VIEW asking WITH (security_invoker = true) AS SELECT * FROM invoice; GRANT SELECT ON asking TO {t}_app",
        "SET ROLE {t}_owner; CREATE VIEW of_owner AS SELECT * FROM invoice; GRANT SELECT ON of_owner TO {t}_app",
        "CREATE VIEW of_nobody AS SELECT * FROM invoice; CREATE TABLE of_nobody_as_well (tenant_id text)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; REVOKE ALL ON FUNCTION mine() FROM PUBLIC",
        "CREATE TABLE part () INHERITS (line)",
    ] {
        assert_eq!(found_after(harmless).await.1, [], "{harmless}");
    }
}

#[tokio::test]
async fn a_house_that_was_changed_is_found() {
    let altered = "the function `audit_tenant.bound` is not as it is set up: set it up again";
    assert_found(&[
        (
            "CREATE OR REPLACE FUNCTION audit_tenant.bound(confined boolean, at_schema text, at_table text, OUT all_tenants boolean, OUT tenant text, OUT actor text) \
             RETURNS record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$SELECT true, 'acme', 'x'$$",
            altered,
        ),
        ("ALTER FUNCTION audit_tenant.bound(boolean, text, text) SECURITY INVOKER", altered),
        ("ALTER FUNCTION audit_tenant.bound(boolean, text, text) RESET search_path", altered),
        ("CREATE FUNCTION audit_tenant.bound(confined boolean, at_schema varchar, at_table varchar) RETURNS int LANGUAGE sql AS 'SELECT 1'", altered),
        ("DROP FUNCTION audit_tenant.remove_key(text)", "there is no function `audit_tenant.remove_key`: set it up"),
    ])
    .await;
}

#[tokio::test]
async fn setting_it_up_again_is_the_way_out_of_what_was_changed() {
    let house = House::furnished().await;
    let admin = house.admin().await;
    admin
        .batch_execute(&format!(
            "ALTER TABLE line DISABLE ROW LEVEL SECURITY; ALTER TABLE line NO FORCE ROW LEVEL SECURITY; DROP POLICY audit_tenant_bound ON line; \
             ALTER POLICY audit_tenant_open ON invoice USING (true); GRANT TRUNCATE ON line TO {}_app; \
             ALTER FUNCTION audit_tenant.bound(boolean, text, text) SECURITY INVOKER",
            house.name
        ))
        .await
        .unwrap();
    let found = house.security().check(&admin).await.unwrap();
    assert_eq!(
        found
            .iter()
            .filter(|one| one.severity() == Severity::Fault)
            .count(),
        6,
        "{found:#?}"
    );
    admin
        .batch_execute(&house.security().set_up())
        .await
        .unwrap();
    assert_eq!(house.security().check(&admin).await.unwrap(), []);
}

#[tokio::test]
async fn who_owns_what_checks_bindings_is_found() {
    let other = "CREATE ROLE {t}_other; GRANT {t}_other TO {t}_app; ";
    for (sql, owned) in [
        (
            "ALTER SCHEMA audit_tenant OWNER TO {t}_other",
            "audit_tenant",
        ),
        (
            "ALTER FUNCTION audit_tenant.bound(boolean, text, text) OWNER TO {t}_other",
            "audit_tenant.bound(boolean,text,text)",
        ),
    ] {
        let (house, findings) = found_after(&format!("{other}{sql}")).await;
        let text = format!(
            "`{}_app` is, or may become, the owner of `{owned}`, who may switch its policies off: give it to a role of its own",
            house.name
        );
        assert!(
            findings.iter().any(|one| one.to_string() == text),
            "{findings:#?}"
        );
    }
}
