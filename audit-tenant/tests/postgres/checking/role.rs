//! Roles that go past policies.

use audit_core::InScope;
use audit_core::tenant::Bypass;
use audit_tenant::postgres::FindingKind;

use super::super::house::{House, Watch, code, number};
use super::super::server::Server;
use super::{assert_found, found_after};

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
        (
            "REVOKE {t}_jobs FROM {t}_app; GRANT USAGE ON SCHEMA public TO {t}_app",
            "no login can become `{t}_jobs`, so no bypass begins: GRANT `{t}_jobs` to the one that works across tenants",
        ),
        (
            "ALTER ROLE {t}_app REPLICATION",
            "`{t}_app` has, or may become one that has, `REPLICATION`, which goes past policies: take it away, or the membership",
        ),
        (
            "CREATE ROLE {t}_near; GRANT pg_execute_server_program TO {t}_near; GRANT {t}_near TO {t}_app",
            "`{t}_app` has, or may become one that has, `pg_execute_server_program`, which goes past policies: take it away, or the membership",
        ),
        (
            "ALTER ROLE {t}_app SET role = '{t}_jobs'",
            "sessions of `{t}_app` begin with `role={t}_jobs`, as another role or where names hide PostgreSQL's own: ALTER ROLE or DATABASE … RESET it",
        ),
        (
            "ALTER ROLE {t}_app IN DATABASE {t} SET search_path = public, pg_catalog",
            "sessions of `{t}_app` begin with `search_path=public, pg_catalog`, as another role or where names hide PostgreSQL's own: ALTER ROLE or \
             DATABASE … RESET it",
        ),
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
                "no login can become `{name}_jobs`, so no bypass begins: GRANT `{name}_jobs` to the one that works across tenants"
            ),
        ]
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
async fn what_a_role_has_only_once_it_becomes_another_is_found() {
    let near = "ALTER ROLE {t}_app NOINHERIT; CREATE ROLE {t}_near; GRANT {t}_near TO {t}_app; ";
    for (sql, text) in [
        (
            "GRANT TRUNCATE ON line TO {t}_near",
            "`{t}_app` has TRUNCATE, REFERENCES or TRIGGER on `public.line`",
        ),
        (
            "GRANT SELECT ON audit_tenant.signing_key TO {t}_near",
            "`{t}_app` has privileges on `audit_tenant.signing_key`",
        ),
        (
            "CREATE SCHEMA more; GRANT CREATE ON SCHEMA more TO {t}_near",
            "`{t}_app` may create in schema `more`",
        ),
        (
            "CREATE VIEW sums AS SELECT tenant_id FROM invoice; GRANT SELECT ON sums TO {t}_near",
            "the view `public.sums` is of `postgres`",
        ),
    ] {
        let (house, findings) = found_after(&format!("{near}{sql}")).await;
        let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
        let text = text.replace("{t}", &house.name);
        assert!(
            matches!(&texts[..], [one] if one.starts_with(&text)),
            "{texts:#?}"
        );
    }
}

#[tokio::test]
async fn who_makes_roles_makes_itself_a_member_of_any_before_postgresql_16() {
    let (house, findings) = found_after("ALTER ROLE {t}_app CREATEROLE").await;
    let row = house
        .admin()
        .await
        .query_one("SELECT current_setting('server_version_num')::int", &[])
        .await;
    let version: i32 = row.unwrap().get(0);
    let kinds: Vec<FindingKind> = findings.iter().map(|one| one.kind()).collect();
    let expected: &[FindingKind] = if version < 160_000 {
        &[FindingKind::RolePower]
    } else {
        &[]
    };
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn settings_that_hide_nothing_are_no_finding() {
    for harmless in [
        "ALTER ROLE {t}_app SET search_path = public, pg_temp",
        "ALTER ROLE {t}_app SET search_path = pg_catalog, public; ALTER ROLE {t}_app SET statement_timeout = '10s'",
        "ALTER ROLE {t}_app SET role = none",
    ] {
        assert_eq!(found_after(harmless).await.1, [], "{harmless}");
    }
}

#[tokio::test]
async fn work_across_tenants_may_have_a_login_of_its_own() {
    let (house, findings) = found_after("REVOKE {t}_jobs FROM {t}_app; GRANT USAGE ON SCHEMA public TO {t}_app; CREATE ROLE {t}_worker LOGIN IN ROLE {t}_jobs").await;
    assert_eq!(findings, []);
    let watch = Watch::new();
    let binder = house.binder();
    let bypass = Bypass::new("month end").unwrap();
    let work = async {
        let worker = format!("{}_worker", house.name);
        let mut worker = Server::shared().connect(&house.name, &worker).await;
        let transaction = binder
            .transaction(&mut worker)
            .bypass(&bypass)
            .start()
            .await
            .unwrap();
        assert_eq!(
            number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
            5
        );
        // The service's own login gets nowhere with one.
        let mut app = house.app().await;
        let refused = binder.transaction(&mut app).bypass(&bypass).start().await;
        assert_eq!(code(refused), "42501");
    };
    work.in_scope(watch.scope()).await;
}
