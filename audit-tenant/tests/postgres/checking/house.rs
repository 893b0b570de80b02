//! What checks bindings, once it was changed.

use audit_tenant::postgres::Severity;

use super::super::house::House;
use super::{assert_found, found_after};

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
        // Its answers would be kept for the next tenant.
        ("ALTER FUNCTION audit_tenant.bound(boolean, text, text) IMMUTABLE", altered),
        ("ALTER FUNCTION audit_tenant.bound(boolean, text, text) STRICT", altered),
        ("ALTER FUNCTION audit_tenant.bound(boolean, text, text) LEAKPROOF", altered),
        ("ALTER FUNCTION audit_tenant.bound(boolean, text, text) PARALLEL SAFE", altered),
        ("ALTER FUNCTION audit_tenant.bound(boolean, text, text) OWNER TO postgres", altered),
        ("DROP FUNCTION audit_tenant.remove_key(text)", "there is no function `audit_tenant.remove_key`: set it up"),
    ])
    .await;
}

#[tokio::test]
async fn setting_it_up_again_is_the_way_out_of_what_was_changed() {
    let house = House::furnished().await;
    let admin = house.admin().await;
    let owner = house.owner().await;
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
    owner
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
        (
            "ALTER TABLE audit_tenant.signing_key OWNER TO {t}_other",
            "audit_tenant.signing_key",
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

#[tokio::test]
async fn what_acts_on_the_table_of_keys_is_found() {
    for (sql, name) in [
        (
            "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; REVOKE ALL ON FUNCTION look() FROM PUBLIC; \
             CREATE TRIGGER looking BEFORE INSERT ON audit_tenant.signing_key FOR EACH ROW EXECUTE FUNCTION look()",
            "looking",
        ),
        (
            "CREATE TABLE seen (name text); CREATE RULE seeing AS ON INSERT TO audit_tenant.signing_key DO ALSO INSERT INTO seen VALUES (NEW.name)",
            "seeing",
        ),
        (
            "CREATE TABLE more () INHERITS (audit_tenant.signing_key)",
            "more",
        ),
    ] {
        let text = format!(
            "`{name}` acts on `audit_tenant.signing_key`, or is read with it, and was not set up: DROP it, and change the keys"
        );
        assert_found(&[(sql, &text)]).await;
    }
}

#[tokio::test]
async fn nothing_is_set_up_in_what_somebody_else_made() {
    for (made, shown) in [
        (
            "CREATE SCHEMA audit_tenant AUTHORIZATION {t}_app; GRANT ALL ON SCHEMA audit_tenant TO {t}_owner",
            "audit_tenant",
        ),
        (
            "CREATE SCHEMA audit_tenant AUTHORIZATION {t}_owner; CREATE TABLE audit_tenant.signing_key (name text PRIMARY KEY, inner_block bytea, outer_block bytea, \
             added_at timestamptz); ALTER TABLE audit_tenant.signing_key OWNER TO {t}_app",
            "audit_tenant.signing_key",
        ),
        (
            "CREATE SCHEMA audit_tenant AUTHORIZATION {t}_owner; CREATE FUNCTION audit_tenant.here(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
             ALTER FUNCTION audit_tenant.here(int) OWNER TO {t}_app",
            "audit_tenant.here(integer)",
        ),
    ] {
        let house = House::empty().await;
        let (admin, owner) = (house.admin().await, house.owner().await);
        owner
            .batch_execute(
                "CREATE TABLE invoice (tenant_id text); CREATE TABLE line (tenant_id text)",
            )
            .await
            .unwrap();
        admin
            .batch_execute(&made.replace("{t}", &house.name))
            .await
            .unwrap();
        // A superuser is above owners, and may be deceived all the more.
        for (client, role) in [
            (&owner, format!("{}_owner", house.name)),
            (&admin, "postgres".to_owned()),
        ] {
            let refused = client
                .batch_execute(&house.security().set_up())
                .await
                .unwrap_err();
            let refused = refused.as_db_error().unwrap();
            let message = refused.message();
            let ending = format!(" expected {role}, who sets up row-level security");
            assert!(message.ends_with(&ending), "{message}");
            if client
                .query_one("SELECT current_user::text", &[])
                .await
                .unwrap()
                .get::<_, String>(0)
                != "postgres"
            {
                assert_eq!(
                    message,
                    format!("{shown} is owned by {}_app,{ending}", house.name)
                );
            }
        }
        let policies = admin.query("SELECT FROM pg_policy", &[]).await.unwrap();
        assert_eq!(policies.len(), 0);
    }
}
