//! What raw SQL can do to a binding, and what comes of it.

use audit_core::tenant::ViolationKind;
use audit_tenant::postgres::Error;

use super::house::{House, begin, code, number, tenant, text};

/// What the setting holds.
const SETTING: &str = "SELECT current_setting('audit_tenant.binding')";

#[tokio::test]
async fn a_binding_that_is_made_up_is_refused() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    for forged in [
        "1.{key}.t.676c6f626578..{signature}",
        "1.{key}.b...{signature}",
        "1.{key}.t.61636d65..{signature}.",
        "1.{key}.t.61636d65..",
        "1.{key}.t.61636d65",
        "2.{key}.t.61636d65..{signature}",
        "1.{key}.t.61636d65.616c696365.{signature}",
    ] {
        let transaction = begin(&binder, &mut app, "acme").await;
        let own = text(&transaction, SETTING).await.unwrap();
        let signature = own.rsplit('.').next().unwrap();
        let forged = forged
            .replace("{key}", house.key.name())
            .replace("{signature}", signature);
        transaction
            .execute(
                "SELECT set_config('audit_tenant.binding', $1, true)",
                &[&forged],
            )
            .await
            .unwrap();
        let error = transaction
            .query("SELECT * FROM invoice", &[])
            .await
            .unwrap_err();
        let violation = error
            .violation()
            .unwrap_or_else(|| panic!("{forged}: {:?}", error.database()));
        assert_eq!(violation.kind(), ViolationKind::Mismatch, "{forged}");
        assert_eq!(violation.model(), "public.invoice");
    }
}

#[tokio::test]
async fn a_binding_that_is_made_up_of_no_key_is_refused_as_one_that_has_ended() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    for forged in ["globex", "1.x.t.676c6f626578..00", "......"] {
        let begin = binder.transaction(&mut app).tenant(tenant("acme"));
        let transaction = begin.start().await.unwrap();
        let set = format!("SET LOCAL audit_tenant.binding = '{forged}'");
        transaction.batch_execute(&set).await.unwrap();
        let read = transaction.query("SELECT * FROM invoice", &[]).await;
        assert!(matches!(read, Err(Error::UnknownKey(_))), "{read:?}");
    }
}

#[tokio::test]
async fn a_binding_of_an_earlier_transaction_is_refused_on_the_same_connection_and_on_others() {
    let house = House::furnished().await;
    let binder = house.binder();
    let mut app = house.app().await;
    let transaction = begin(&binder, &mut app, "globex").await;
    let of_globex = text(&transaction, SETTING).await.unwrap();
    // In its own transaction it may be set again, to no avail.
    transaction
        .execute(
            "SELECT set_config('audit_tenant.binding', $1, false)",
            &[&of_globex],
        )
        .await
        .unwrap();
    assert_eq!(
        number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
        2
    );
    transaction.commit().await.unwrap();
    // It was set for the whole session this time, and does not count all the same.
    let left = app.query("SELECT * FROM invoice", &[]).await.unwrap_err();
    assert_eq!(left.code().unwrap().code(), "TN003");
    for client in [&mut app, &mut house.app().await] {
        let transaction = binder
            .transaction(client)
            .tenant(tenant("acme"))
            .start()
            .await
            .unwrap();
        assert_eq!(
            number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
            3
        );
        transaction
            .execute(
                "SELECT set_config('audit_tenant.binding', $1, true)",
                &[&of_globex],
            )
            .await
            .unwrap();
        assert_eq!(
            code(transaction.query("SELECT * FROM invoice", &[]).await),
            "TN003"
        );
    }
}

#[tokio::test]
async fn a_place_is_one_connection_and_one_transaction() {
    let house = House::furnished().await;
    let here = house.binder().here();
    let mut places = Vec::new();
    for client in [house.app().await, house.app().await] {
        let pid: i32 = client
            .query_one("SELECT pg_backend_pid()", &[])
            .await
            .unwrap()
            .get(0);
        for _ in 0..2 {
            client.batch_execute("BEGIN").await.unwrap();
            let place: String = client.query_one(&here, &[]).await.unwrap().get(0);
            let again: String = client.query_one(&here, &[]).await.unwrap().get(0);
            client.batch_execute("COMMIT").await.unwrap();
            assert_eq!(place, again);
            assert!(place.starts_with(&format!("{pid}.")), "{place}");
            assert!(!places.contains(&place), "{place}");
            places.push(place);
        }
    }
}

#[tokio::test]
async fn whatever_ends_a_binding_leaves_nothing_to_read() {
    let house = House::furnished().await;
    let binder = house.binder();
    for ended in [
        "COMMIT",
        "ROLLBACK",
        "COMMIT AND CHAIN",
        "ROLLBACK AND CHAIN",
        "COMMIT; BEGIN",
        "COMMIT; DISCARD ALL",
        "RESET ALL",
        "RESET audit_tenant.binding",
        "SET LOCAL audit_tenant.binding = ''",
    ] {
        let mut app = house.app().await;
        let transaction = begin(&binder, &mut app, "acme").await;
        for statement in ended.split("; ") {
            transaction.batch_execute(statement).await.unwrap();
        }
        let error = transaction
            .query("SELECT * FROM invoice", &[])
            .await
            .unwrap_err();
        assert_eq!(
            error.violation().unwrap().kind(),
            ViolationKind::Missing,
            "{ended}"
        );
    }
}

#[tokio::test]
async fn a_part_that_is_rolled_back_brings_the_binding_back() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let mut transaction = begin(&binder, &mut app, "acme").await;
    let mut part = transaction.transaction().await.unwrap();
    part.batch_execute("SET LOCAL audit_tenant.binding = 'made up'")
        .await
        .unwrap();
    assert!(part.query("SELECT * FROM invoice", &[]).await.is_err());
    // The part is aborted; a part of it can't begin, and both are undone where they are dropped.
    assert!(part.transaction().await.is_err());
    drop(part);
    assert_eq!(
        transaction
            .execute("UPDATE invoice SET amount = 1", &[])
            .await
            .unwrap(),
        3
    );
    let part = transaction.transaction().await.unwrap();
    part.execute("DELETE FROM invoice", &[]).await.unwrap();
    part.rollback().await.unwrap();
    let part = transaction.transaction().await.unwrap();
    part.execute("DELETE FROM invoice WHERE id = 3", &[])
        .await
        .unwrap();
    part.commit().await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(
        house.invoices().await,
        ["acme 1 1", "acme 2 1", "globex 1 1000", "globex 9 2000"]
    );
}

#[tokio::test]
async fn another_role_reaches_no_more() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let jobs = format!("{}_jobs", house.name);
    let transaction = begin(&binder, &mut app, "acme").await;
    // The role for bypasses is one that it may become; without a bypass that is no way out.
    transaction
        .batch_execute(&format!("SET ROLE {jobs}"))
        .await
        .unwrap();
    assert_eq!(
        number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
        3
    );
    assert_eq!(
        transaction.execute("DELETE FROM line", &[]).await.unwrap(),
        2
    );
    let moved = transaction
        .execute("UPDATE invoice SET tenant_id = 'globex'", &[])
        .await;
    assert_eq!(code(moved), "TN005");
    drop(transaction);
    for role in ["postgres", &format!("{}_owner", house.name)] {
        let transaction = begin(&binder, &mut app, "acme").await;
        assert_eq!(
            code(transaction.batch_execute(&format!("SET ROLE {role}")).await),
            "42501"
        );
    }
}

#[tokio::test]
async fn the_key_is_for_the_owner_alone_and_so_is_changing_anything() {
    let house = House::furnished().await;
    let app = house.app().await;
    for sql in [
        "SELECT * FROM audit_tenant.signing_key",
        "COPY audit_tenant.signing_key TO STDOUT",
        "SELECT audit_tenant.add_key('\\x00')",
        "SELECT audit_tenant.remove_key('x')",
        "ALTER TABLE invoice DISABLE ROW LEVEL SECURITY",
        "DROP POLICY audit_tenant_open ON invoice",
        "CREATE POLICY mine ON invoice",
        "CREATE TABLE audit_tenant.mine ()",
        "CREATE TABLE public.mine ()",
        "CREATE TRIGGER mine BEFORE INSERT ON invoice EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "GRANT SELECT ON audit_tenant.signing_key TO CURRENT_USER",
        "SET session_replication_role = replica",
        "SET SESSION AUTHORIZATION postgres",
    ] {
        let error = app.batch_execute(sql).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), "42501", "{sql}: {error:?}");
    }
    // Not even without filtering does it see anything.
    app.batch_execute("SET row_security = off").await.unwrap();
    let error = app.query("SELECT * FROM invoice", &[]).await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "42501");
}

#[tokio::test]
async fn functions_and_operators_of_the_session_s_own_do_not_get_into_the_check() {
    let house = House::furnished().await;
    let admin = house.admin().await;
    // More than a careful database allows: the service may make things wherever it likes.
    let name = &house.name;
    admin
        .batch_execute(&format!(
            "GRANT TEMPORARY ON DATABASE {name} TO {name}_app; CREATE SCHEMA evil AUTHORIZATION {name}_app"
        ))
        .await
        .unwrap();
    let mut app = house.app().await;
    app.batch_execute(
        "GRANT USAGE ON SCHEMA evil TO PUBLIC;
         CREATE FUNCTION evil.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$SELECT '\\x00'::bytea$$;
         CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS $$SELECT '2000-01-01'::timestamptz$$;
         CREATE FUNCTION evil.pg_backend_pid() RETURNS int LANGUAGE sql AS $$SELECT 1$$;
         CREATE FUNCTION evil.current_setting(text, boolean) RETURNS text LANGUAGE sql AS $$SELECT '1.x.t.676c6f626578..'$$;
         CREATE FUNCTION evil.yes(bytea, bytea) RETURNS boolean LANGUAGE sql AS $$SELECT true$$;
         CREATE FUNCTION evil.yes(text, text) RETURNS boolean LANGUAGE sql AS $$SELECT true$$;
         CREATE OPERATOR evil.= (LEFTARG = bytea, RIGHTARG = bytea, FUNCTION = evil.yes);
         CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.yes);
         CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$SELECT '\\x00'::bytea$$;
         CREATE TEMPORARY TABLE signing_key (name text, inner_block bytea, outer_block bytea);
         INSERT INTO signing_key VALUES ('x', '\\x00', '\\x00');
         SET search_path = pg_temp, evil, pg_catalog, public",
    )
    .await
    .unwrap();
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "acme").await;
    assert_eq!(
        number(&transaction, "SELECT count(*) FROM public.invoice", &[]).await,
        3
    );
    assert_eq!(
        text(&transaction, "SELECT audit_tenant.current_tenant()")
            .await
            .unwrap(),
        "acme"
    );
    // To its functions this would be signed well.
    let forged = format!("1.{}.t.676c6f626578..00", house.key.name());
    transaction
        .batch_execute(&format!("SET LOCAL audit_tenant.binding = '{forged}'"))
        .await
        .unwrap();
    assert_eq!(
        code(transaction.query("SELECT * FROM public.invoice", &[]).await),
        "TN003"
    );
}

#[tokio::test]
async fn a_setting_that_changes_while_a_statement_runs_is_checked_like_any() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "acme").await;
    let sql = "SELECT count(*) FROM (SELECT set_config('audit_tenant.binding', 'made up', true) OFFSET 0) s, LATERAL (SELECT * FROM invoice WHERE set_config IS NOT NULL) i";
    assert_eq!(code(transaction.query_one(sql, &[]).await), "TN002");
}
