//! What a tenant's transaction writes.

use audit_core::InScope;
use audit_core::tenant::{Operation, ViolationKind};
use audit_tenant::postgres::Error;

use super::house::{House, Watch, begin, code, number, tenant, told};

#[tokio::test]
async fn what_goes_to_all_rows_goes_to_those_of_the_tenant() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "acme").await;
    assert_eq!(
        transaction
            .execute("UPDATE invoice SET amount = amount + 1", &[])
            .await
            .unwrap(),
        3
    );
    assert_eq!(
        transaction
            .execute(
                "UPDATE invoice SET amount = 0 WHERE tenant_id = 'globex'",
                &[]
            )
            .await
            .unwrap(),
        0
    );
    let returned = transaction
        .query(
            "DELETE FROM invoice WHERE amount > 25 RETURNING tenant_id",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(returned.len(), 1);
    assert_eq!(
        transaction
            .execute("DELETE FROM line USING invoice WHERE invoice_id = id", &[])
            .await
            .unwrap(),
        2
    );
    transaction.commit().await.unwrap();
    assert_eq!(
        house.invoices().await,
        ["acme 1 11", "acme 2 21", "globex 1 1000", "globex 9 2000"]
    );
}

#[tokio::test]
async fn a_row_that_names_no_tenant_gets_the_one_that_is_bound() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "globex").await;
    let row = transaction
        .query_one(
            "INSERT INTO invoice (id) VALUES (5) RETURNING tenant_id",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, &str>(0), "globex");
    let copied = "INSERT INTO invoice (id, amount) SELECT id + 100, amount FROM invoice";
    assert_eq!(transaction.execute(copied, &[]).await.unwrap(), 3);
    transaction.commit().await.unwrap();
    assert_eq!(
        house
            .invoices()
            .await
            .iter()
            .filter(|row| row.starts_with("globex"))
            .count(),
        6
    );
}

#[tokio::test]
async fn a_row_of_another_tenant_is_refused_however_it_is_written() {
    let house = House::furnished().await;
    let before = house.invoices().await;
    let mut app = house.app().await;
    let binder = house.binder();
    for (sql, operation) in [
        (
            "INSERT INTO invoice (id, tenant_id) VALUES (5, 'globex')",
            Operation::Insert,
        ),
        (
            "INSERT INTO invoice (id, tenant_id) VALUES (5, 'acme'), (6, 'globex')",
            Operation::Insert,
        ),
        (
            "INSERT INTO invoice (id, tenant_id) VALUES (5, 'globex') RETURNING id",
            Operation::Insert,
        ),
        (
            "INSERT INTO invoice (id, tenant_id) SELECT id + 5, 'globex' FROM invoice",
            Operation::Insert,
        ),
        (
            "INSERT INTO invoice (id, tenant_id) VALUES (1, 'globex') ON CONFLICT DO NOTHING",
            Operation::Insert,
        ),
        (
            "UPDATE invoice SET tenant_id = 'globex' WHERE id = 2",
            Operation::Update,
        ),
        (
            "WITH moved AS (UPDATE invoice SET tenant_id = 'globex' RETURNING id) SELECT count(*) FROM moved",
            Operation::Write,
        ),
        (
            "INSERT INTO invoice (id) VALUES (1) ON CONFLICT (tenant_id, id) DO UPDATE SET tenant_id = 'globex'",
            Operation::Insert,
        ),
        (
            "MERGE INTO invoice i USING (VALUES (1)) v (id) ON i.id = v.id WHEN MATCHED THEN UPDATE SET tenant_id = 'globex'",
            Operation::Write,
        ),
    ] {
        let transaction = begin(&binder, &mut app, "acme").await;
        let error = transaction.execute(sql, &[]).await.unwrap_err();
        let violation = error
            .violation()
            .unwrap_or_else(|| panic!("{sql}: {:?}", error.database()));
        assert_eq!(violation.kind(), ViolationKind::Mismatch, "{sql}");
        assert_eq!(violation.operation(), operation, "{sql}");
        assert_eq!(violation.model(), "public.invoice", "{sql}");
        assert_eq!(violation.attempted_tenant(), Some("globex"), "{sql}");
        assert_eq!(violation.tenant().unwrap(), &tenant("acme"), "{sql}");
    }
    assert_eq!(house.invoices().await, before);
}

#[tokio::test]
async fn a_row_of_no_tenant_is_refused() {
    let house = House::furnished().await;
    let admin = house.admin().await;
    admin
        .batch_execute("ALTER TABLE line ALTER COLUMN tenant_id DROP NOT NULL")
        .await
        .unwrap();
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "acme").await;
    let error = transaction
        .execute("INSERT INTO line VALUES (1, NULL, 'screws')", &[])
        .await
        .unwrap_err();
    assert_eq!(error.violation().unwrap().attempted_tenant(), None);
    drop(transaction);
    admin
        .batch_execute("INSERT INTO line VALUES (1, NULL, 'of nobody')")
        .await
        .unwrap();
    let transaction = begin(&binder, &mut app, "acme").await;
    assert_eq!(
        number(
            &transaction,
            "SELECT count(*) FROM line WHERE tenant_id IS NULL",
            &[]
        )
        .await,
        0
    );
}

#[tokio::test]
async fn a_conflict_with_a_row_of_another_tenant_is_a_violation_and_changes_nothing() {
    let house = House::furnished().await;
    // A key that spans tenants, as careless schemas have.
    let admin = house.admin().await;
    admin.batch_execute("DELETE FROM invoice WHERE id = 1 AND tenant_id = 'acme'; CREATE UNIQUE INDEX ON invoice (id)").await.unwrap();
    let before = house.invoices().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "acme").await;
    let sql =
        "INSERT INTO invoice (id, amount) VALUES (9, 0) ON CONFLICT (id) DO UPDATE SET amount = 0";
    let error = transaction.execute(sql, &[]).await.unwrap_err();
    let violation = error.violation().unwrap();
    assert_eq!(violation.kind(), ViolationKind::Mismatch);
    assert_eq!(violation.model(), "invoice");
    // Whose row it is, is not told.
    assert_eq!(violation.attempted_tenant(), None);
    assert_eq!(house.invoices().await, before);
}

#[tokio::test]
async fn copying_in_and_truncating_are_refused_by_postgresql_itself() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "acme").await;
    assert_eq!(
        code(transaction.execute("TRUNCATE invoice", &[]).await),
        "42501"
    );
    drop(transaction);
    let transaction = begin(&binder, &mut app, "acme").await;
    let sink = transaction
        .client()
        .copy_in::<_, &[u8]>("COPY line FROM STDIN")
        .await
        .map(drop);
    let error = sink.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "0A000");
    assert!(audit_tenant::postgres::refusal(&error).is_none());
}

#[tokio::test]
async fn a_connection_that_answers_other_questions_is_closed_and_not_used() {
    let house = House::furnished().await;
    let binder = house.binder();
    for asked_before in [None, Some("SELECT '1.0', true, '0'")] {
        let mut app = house.app().await;
        let transaction = begin(&binder, &mut app, "acme").await;
        // The client takes one end too many for this, and from then on every answer for that to the question after.
        let refused = transaction
            .client()
            .copy_in::<_, &[u8]>("COPY line FROM STDIN")
            .await;
        assert!(refused.map(drop).is_err());
        drop(transaction);
        if let Some(question) = asked_before {
            // It is on its way, and nobody waits for the answer, which looks like one to what comes next.
            drop(app.simple_query_raw(question).await.unwrap());
        }
        let error = binder
            .transaction(&mut app)
            .tenant(tenant("globex"))
            .start()
            .await
            .unwrap_err();
        assert!(matches!(error, Error::OutOfStep), "{error:?}");
        let error = binder
            .transaction(&mut app)
            .tenant(tenant("globex"))
            .start()
            .await
            .unwrap_err();
        assert!(error.database().unwrap().is_closed(), "{error:?}");
    }
}

#[tokio::test]
async fn what_was_tried_without_a_binding_is_told_from_the_whole_statement() {
    let house = House::furnished().await;
    let app = house.app().await;
    for (sql, operation) in [
        ("SELECT * FROM invoice", Operation::Read),
        (
            "/* x; */ -- y\n (SELECT 'a;delete' FROM invoice)",
            Operation::Read,
        ),
        ("/* x * / */ DELETE FROM invoice", Operation::Delete),
        ("-- x\nUPDATE invoice SET amount = 0", Operation::Update),
        (
            "DELETE FROM invoice WHERE tenant_id = 'it''s; no'",
            Operation::Delete,
        ),
        (
            "WITH d AS (DELETE FROM invoice RETURNING 1) SELECT * FROM d",
            Operation::Write,
        ),
        (
            "WITH d AS (SELECT 1) DELETE FROM invoice USING d",
            Operation::Write,
        ),
        (
            "WITH d AS (SELECT 1) SELECT * FROM invoice FOR UPDATE",
            Operation::Read,
        ),
        ("SELECT 1; DELETE FROM invoice", Operation::Write),
        ("DELETE FROM invoice; SELECT 1", Operation::Write),
        ("SELECT 1; SELECT * FROM invoice;", Operation::Read),
    ] {
        let error = app.batch_execute(sql).await.unwrap_err();
        let violation = audit_tenant::postgres::refusal(&error).unwrap();
        assert_eq!(violation.kind(), ViolationKind::Missing, "{sql}");
        assert_eq!(violation.operation(), operation, "{sql}");
    }
}

#[tokio::test]
async fn both_paths_are_told_of_a_row_that_moves_to_another_tenant() {
    let house = House::furnished().await;
    let watch = Watch::new();
    let mut app = house.app().await;
    let binder = house.binder();
    let work = async {
        let transaction = binder.transaction(&mut app).start().await.unwrap();
        transaction
            .execute("UPDATE invoice SET tenant_id = 'globex'", &[])
            .await
            .unwrap_err()
            .to_string()
    };
    let said = work.in_scope(watch.scope().tenant("acme").unwrap()).await;
    assert_eq!(
        said,
        "`update` of `public.invoice` is for tenant `globex`, expected `acme`, which is bound"
    );
    let [event] = &watch.events("enforcement_violation")[..] else {
        panic!("{:?}", watch.events("*"));
    };
    assert_eq!(event.tenant.as_ref().unwrap().as_ref(), "acme");
    for (field, value) in [
        ("violation", "mismatch"),
        ("attempted_tenant_id", "globex"),
        ("model_class", "public.invoice"),
        ("operation", "update"),
    ] {
        assert_eq!(told(event, field), Some(value), "{field}");
    }
}
