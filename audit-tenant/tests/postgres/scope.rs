//! For whom a transaction begins, and what is recorded of it.

use audit_core::tenant::{Bypass, Operation, ViolationKind};
use audit_core::{Actor, Fields, InScope, Scope};
use audit_tenant::postgres::{Binding, Error, refusal};

use super::house::{House, Watch, begin, code, is_free, number, tenant, text, told};

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
        // The one in force may be named, too.
        let begin = binder
            .transaction(&mut app)
            .tenant(tenant("acme"))
            .actor("bob");
        let transaction = begin.start().await.unwrap();
        assert_eq!(text(&transaction, both).await.unwrap(), "acme bob");
    };
    let scope = Scope::new()
        .actor(Actor::new("alice"))
        .tenant("acme")
        .unwrap();
    work.in_scope(scope).await;
    let transaction = begin(&binder, &mut app, "acme").await;
    assert_eq!(text(&transaction, both).await.unwrap(), "acme");
}

#[tokio::test]
async fn a_tenant_that_is_named_where_another_is_in_force_is_refused_and_told_of() {
    let house = House::furnished().await;
    let watch = Watch::new();
    let mut app = house.app().await;
    let binder = house.binder();
    let line = line!() + 2;
    let work = async {
        let begin = binder.transaction(&mut app).tenant(tenant("globex"));
        let error = begin.start().await.unwrap_err();
        let violation = error.violation().unwrap();
        assert_eq!(violation.kind(), ViolationKind::Mismatch);
        assert_eq!(violation.attempted_tenant(), Some("globex"));
        assert_eq!(violation.tenant(), Some(&tenant("acme")));
    };
    work.in_scope(watch.scope().tenant("acme").unwrap()).await;
    let [event] = &watch.events("enforcement_violation")[..] else {
        panic!("it is told of once");
    };
    let site = event.site.as_ref().unwrap();
    assert_eq!((&*site.file, site.line), (file!(), line));
    assert!(is_free(&app).await);
}

#[tokio::test]
async fn a_statement_where_another_tenant_is_in_force_is_refused_and_not_sent() {
    let house = House::furnished().await;
    let watch = Watch::new();
    let mut app = house.app().await;
    let binder = house.binder();
    let begun = async { binder.transaction(&mut app).start().await.unwrap() };
    let transaction = begun.in_scope(watch.scope().tenant("acme").unwrap()).await;
    let work = async {
        let error = transaction.execute("DELETE FROM invoice", &[]).await;
        let violation = error.unwrap_err().violation().unwrap().clone();
        assert_eq!(violation.kind(), ViolationKind::Mismatch);
        assert_eq!(violation.attempted_tenant(), Some("acme"));
        assert!(transaction.batch_execute("DELETE FROM line").await.is_err());
    };
    work.in_scope(watch.scope().tenant("globex").unwrap()).await;
    let events = watch.events("enforcement_violation");
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].tenant.as_deref(), Some("globex"));
    // It goes on for its own tenant, and where none is in force.
    assert_eq!(
        number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
        3
    );
    transaction.commit().await.unwrap();
    assert_eq!(house.invoices().await.len(), 5);
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
    let line = line!() + 2;
    let work = async {
        let begin = binder.transaction(&mut app);
        let begin = begin.tenant(tenant("globex")).actor("bob");
        let transaction = begin.start().await.unwrap();
        let error = transaction
            .execute("UPDATE invoice SET tenant_id = 'acme'", &[])
            .await
            .unwrap_err();
        assert_eq!(
            error.violation().unwrap().tenant().unwrap(),
            &tenant("globex")
        );
    };
    work.in_scope(watch.scope().actor(Actor::new("alice")))
        .await;
    let events = watch.events("enforcement_violation");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].tenant.as_ref().unwrap().as_ref(), "globex");
    let actor = events[0].actor.as_ref().unwrap();
    assert_eq!(actor.id(), Some("bob"));
    assert_eq!(told(&events[0], "attempted_tenant_id"), Some("acme"));
    let site = events[0].site.as_ref().unwrap();
    assert_eq!((&*site.file, site.line), (file!(), line));
    // Nothing was bound or released to say so.
    assert_eq!(watch.events("context_bound").len(), 0);
    assert_eq!(watch.events("context_released").len(), 0);
}

#[tokio::test]
async fn an_error_on_the_connection_of_a_transaction_is_its_violation() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let begin = binder.transaction(&mut app).tenant(tenant("globex"));
    let transaction = begin.start().await.unwrap();
    let moved = "UPDATE invoice SET tenant_id = 'acme'";
    let error = transaction.client().execute(moved, &[]).await.unwrap_err();
    let violation = transaction.refusal(&error).unwrap();
    assert_eq!(violation.tenant(), Some(&tenant("globex")));
    assert_eq!(violation.attempted_tenant(), Some("acme"));
}

#[tokio::test]
async fn policies_of_others_are_no_boundary_of_tenants() {
    let house = House::furnished().await;
    let owner = house.owner().await;
    let theirs = format!(
        "CREATE TABLE shelf (height int); ALTER TABLE shelf ENABLE ROW LEVEL SECURITY; CREATE POLICY low ON shelf USING (height < 3);
         CREATE POLICY cheap ON invoice AS RESTRICTIVE USING (amount < 5000); GRANT ALL ON shelf TO {}_app",
        house.name
    );
    owner.batch_execute(&theirs).await.unwrap();
    let watch = Watch::new();
    let mut app = house.app().await;
    let binder = house.binder();
    let work = async {
        for (sql, violation) in [
            ("INSERT INTO shelf VALUES (4)", None),
            ("INSERT INTO invoice (id, amount) VALUES (5, 6000)", None),
            ("SET LOCAL row_security = off; SELECT * FROM shelf", None),
            (
                "SET LOCAL row_security = off; SELECT * FROM invoice",
                Some((ViolationKind::Unscoped, Operation::Read)),
            ),
        ] {
            let transaction = binder.transaction(&mut app).start().await.unwrap();
            let error = transaction.batch_execute(sql).await.unwrap_err();
            assert_eq!(
                error.database().unwrap().code().unwrap().code(),
                "42501",
                "{sql}"
            );
            let found = error.violation().map(|one| (one.kind(), one.operation()));
            assert_eq!(found, violation, "{sql}");
            let known = binder.refusal(error.database().unwrap());
            assert_eq!(known.is_some(), violation.is_some(), "{sql}");
        }
    };
    work.in_scope(watch.scope().tenant("acme").unwrap()).await;
    let events = watch.events("enforcement_violation");
    assert_eq!(events.len(), 1);
    assert_eq!(told(&events[0], "model_class"), Some("invoice"));
}

#[tokio::test]
async fn a_binding_of_all_tenants_is_had_once_its_use_is_recorded() {
    let house = House::furnished().await;
    let bypass = Bypass::new("export, OPS-11").unwrap();
    assert!(Binding::bypass(&bypass, Fields::new()).is_err());
    let watch = Watch::new();
    let context = Fields::new().with("client", "export");
    let binding = watch
        .scope()
        .run(|| Binding::bypass(&bypass, context).unwrap());
    let events = watch.events("enforcement_bypass");
    assert_eq!(events.len(), 1);
    assert_eq!(told(&events[0], "reason"), Some("export, OPS-11"));
    let (app, binder) = (house.app().await, house.binder());
    app.batch_execute("BEGIN").await.unwrap();
    let here = app.query_one(&binder.here(), &[]).await.unwrap();
    let bound = binder.bind(&binding, here.get(0));
    app.batch_execute(&bound).await.unwrap();
    let rows = app.query("SELECT * FROM invoice", &[]).await.unwrap();
    assert_eq!(rows.len(), 5);
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
