//! For whom a transaction begins, and what is recorded of it.

use audit_core::tenant::{Bypass, Operation, ViolationKind};
use audit_core::{Actor, InScope, Scope};
use audit_tenant::postgres::{Error, refusal};

use super::house::{House, Watch, code, is_free, number, tenant, text, told};

#[tokio::test]
async fn tenant_and_actor_are_those_of_the_scope_unless_others_are_named() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let both = "SELECT concat_ws(' ', audit_tenant.current_tenant(), audit_tenant.current_actor())";
    let work = async {
        let transaction = binder.transaction(&mut app).start().await.unwrap();
        assert_eq!(text(&transaction, both).await.unwrap(), "acme alice");
        drop(transaction);
        let begin = binder
            .transaction(&mut app)
            .tenant(tenant("globex"))
            .actor("bob");
        let transaction = begin.start().await.unwrap();
        assert_eq!(text(&transaction, both).await.unwrap(), "globex bob");
    };
    let scope = Scope::new()
        .actor(Actor::new("alice"))
        .tenant("acme")
        .unwrap();
    work.in_scope(scope).await;
    let transaction = binder
        .transaction(&mut app)
        .tenant(tenant("acme"))
        .start()
        .await
        .unwrap();
    assert_eq!(text(&transaction, both).await.unwrap(), "acme");
}

#[tokio::test]
async fn without_a_tenant_nothing_begins_and_both_paths_are_told() {
    let house = House::furnished().await;
    let watch = Watch::new();
    let mut app = house.app().await;
    let binder = house.binder();
    let work = async {
        let error = binder.transaction(&mut app).start().await.unwrap_err();
        let violation = error.violation().unwrap();
        assert_eq!(
            (violation.kind(), violation.operation()),
            (ViolationKind::Missing, Operation::Write)
        );
        let error = binder
            .transaction(&mut app)
            .read_only(true)
            .start()
            .await
            .unwrap_err();
        assert_eq!(error.violation().unwrap().operation(), Operation::Read);
        assert!(error.database().is_none());
        assert!(
            error
                .to_string()
                .contains("with no tenant bound: enter `tenant::scope`"),
            "{error}"
        );
    };
    work.in_scope(watch.scope()).await;
    let events = watch.events("enforcement_violation");
    assert_eq!(events.len(), 2);
    assert_eq!(told(&events[0], "violation"), Some("missing"));
    // The connection is not in a transaction.
    assert!(is_free(&app).await);
}

#[tokio::test]
async fn what_is_refused_is_told_of_in_the_name_of_the_tenant_that_was_named() {
    let house = House::furnished().await;
    let watch = Watch::new();
    let mut app = house.app().await;
    let binder = house.binder();
    let work = async {
        let transaction = binder
            .transaction(&mut app)
            .tenant(tenant("globex"))
            .start()
            .await
            .unwrap();
        let error = transaction
            .execute("UPDATE invoice SET tenant_id = 'acme'", &[])
            .await
            .unwrap_err();
        assert_eq!(
            error.violation().unwrap().tenant().unwrap(),
            &tenant("globex")
        );
    };
    work.in_scope(watch.scope().tenant("acme").unwrap()).await;
    let events = watch.events("enforcement_violation");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].tenant.as_ref().unwrap().as_ref(), "globex");
    assert_eq!(told(&events[0], "attempted_tenant_id"), Some("acme"));
}

#[tokio::test]
async fn an_error_that_came_by_another_road_is_a_violation_as_well() {
    let house = House::furnished().await;
    let app = house.app().await;
    let error = app.execute("DELETE FROM line", &[]).await.unwrap_err();
    let violation = refusal(&error).unwrap();
    assert_eq!(violation.kind(), ViolationKind::Missing);
    assert_eq!(violation.operation(), Operation::Delete);
    assert_eq!(violation.model(), "public.line");
    for (sql, code) in [
        ("SELECT * FROM audit_tenant.signing_key", "42501"),
        ("SELECT 1 / 0", "22012"),
        ("SELECT * FROM nowhere", "42P01"),
    ] {
        let error = app.query(sql, &[]).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), code);
        assert!(refusal(&error).is_none(), "{sql}");
    }
}

#[tokio::test]
async fn a_bypass_reaches_all_tenants_and_is_recorded_first() {
    let house = House::furnished().await;
    let watch = Watch::new();
    let mut app = house.app().await;
    let binder = house.binder();
    let bypass = Bypass::new("nightly reconciliation, FIN-112").unwrap();
    let work = async {
        let transaction = binder
            .transaction(&mut app)
            .bypass(&bypass)
            .start()
            .await
            .unwrap();
        assert_eq!(watch.events("enforcement_bypass").len(), 1);
        assert_eq!(
            number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
            5
        );
        assert_eq!(
            text(&transaction, "SELECT audit_tenant.is_bypass()::text")
                .await
                .unwrap(),
            "true"
        );
        assert_eq!(
            text(&transaction, "SELECT audit_tenant.current_actor()")
                .await
                .unwrap(),
            "reconciler"
        );
        transaction
            .execute(
                "INSERT INTO invoice (id, tenant_id) VALUES (5, 'globex'), (5, 'acme')",
                &[],
            )
            .await
            .unwrap();
        transaction
            .execute("UPDATE invoice SET amount = 1", &[])
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        // The connection is that of the service again.
        let user: String = app
            .query_one("SELECT current_user::text", &[])
            .await
            .unwrap()
            .get(0);
        assert_eq!(user, format!("{}_app", house.name));
    };
    work.in_scope(
        watch
            .scope()
            .actor(Actor::new("reconciler"))
            .tenant("acme")
            .unwrap(),
    )
    .await;
    assert_eq!(house.invoices().await.len(), 7);
    let events = watch.events("enforcement_bypass");
    assert_eq!(
        told(&events[0], "reason"),
        Some("nightly reconciliation, FIN-112")
    );
    assert_eq!(told(&events[0], "operation"), Some("transaction"));
}

#[tokio::test]
async fn a_bypass_that_nobody_records_does_not_begin() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let bypass = Bypass::new("nightly reconciliation, FIN-112").unwrap();
    let error = house
        .binder()
        .transaction(&mut app)
        .bypass(&bypass)
        .start()
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Bypass(_)), "{error:?}");
    assert!(is_free(&app).await);
}

#[tokio::test]
async fn a_row_that_a_bypass_writes_names_its_tenant() {
    let house = House::furnished().await;
    let watch = Watch::new();
    let mut app = house.app().await;
    let binder = house.binder();
    let bypass = Bypass::new("import, OPS-9").unwrap();
    let work = async {
        let transaction = binder
            .transaction(&mut app)
            .bypass(&bypass)
            .start()
            .await
            .unwrap();
        let error = transaction
            .execute("INSERT INTO invoice (id) VALUES (5)", &[])
            .await
            .unwrap_err();
        assert_eq!(error.violation().unwrap().kind(), ViolationKind::Unscoped);
    };
    work.in_scope(watch.scope()).await;
    assert_eq!(watch.events("enforcement_violation").len(), 1);
}

#[tokio::test]
async fn without_a_role_for_it_a_bypass_is_for_the_owner_and_not_for_the_service() {
    let house = House::furnished().await;
    let watch = Watch::new();
    let app_name = format!("{}_app", house.name);
    let security = audit_tenant::postgres::RowSecurity::new(app_name).unwrap();
    let binder = security.binder(house.key.clone());
    let bypass = Bypass::new("a migration of data, OPS-10").unwrap();
    let (mut owner, mut app) = (house.owner().await, house.app().await);
    let work = async {
        let transaction = binder
            .transaction(&mut owner)
            .bypass(&bypass)
            .start()
            .await
            .unwrap();
        assert_eq!(
            transaction
                .execute("UPDATE invoice SET amount = 5", &[])
                .await
                .unwrap(),
            5
        );
        let transaction = binder
            .transaction(&mut app)
            .bypass(&bypass)
            .start()
            .await
            .unwrap();
        assert_eq!(
            code(transaction.query("SELECT * FROM invoice", &[]).await),
            "TN004"
        );
    };
    work.in_scope(watch.scope()).await;
}

#[tokio::test]
async fn what_is_done_in_a_transaction_can_be_done_in_a_task() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let work = async move {
        let mut transaction = binder.transaction(&mut app).start().await.unwrap();
        let part = transaction.transaction().await.unwrap();
        let count = number(&part, "SELECT count(*) FROM invoice", &[]).await;
        part.commit().await.unwrap();
        transaction.commit().await.unwrap();
        count
    };
    let bound = work.in_scope(audit_core::tenant::scope("globex").unwrap());
    assert_eq!(tokio::spawn(bound).await.unwrap(), 2);
}
