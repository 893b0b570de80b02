//! What a tenant's transaction reads.

use tokio_postgres::IsolationLevel;
use tokio_postgres::types::ToSql;

use super::house::{House, begin, code, number, tenant, text};

#[tokio::test]
async fn a_tenant_reads_its_own_rows_and_no_others() {
    let house = House::furnished().await;
    let binder = house.binder();
    let mut app = house.app().await;
    for (name, sum) in [("acme", 60), ("globex", 3000), ("initech", 0), ("acme", 60)] {
        let transaction = begin(&binder, &mut app, name).await;
        let sql = "SELECT coalesce(sum(amount), 0) FROM invoice";
        assert_eq!(number(&transaction, sql, &[]).await, sum, "{name}");
        transaction.commit().await.unwrap();
    }
}

#[tokio::test]
async fn no_form_of_a_query_reaches_rows_of_another_tenant() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "acme").await;
    for (sql, answer) in [
        ("SELECT count(*) FROM invoice", 3),
        (
            "SELECT count(*) FROM invoice WHERE tenant_id = 'globex' OR true",
            3,
        ),
        (
            "SELECT count(*) FROM invoice JOIN line ON invoice_id = id",
            2,
        ),
        (
            "SELECT count(*) FROM invoice RIGHT JOIN line ON invoice_id = id AND amount > 500",
            2,
        ),
        ("SELECT count(*) FROM invoice a, invoice b", 9),
        ("SELECT max(amount)::bigint FROM invoice", 30),
        (
            "WITH everything AS MATERIALIZED (SELECT * FROM invoice) SELECT count(*) FROM everything",
            3,
        ),
        (
            "SELECT count(*) FROM (SELECT id FROM invoice UNION ALL SELECT invoice_id FROM line) u",
            5,
        ),
        (
            "SELECT EXISTS (SELECT FROM invoice WHERE amount >= 1000)::int::bigint",
            0,
        ),
        (
            "SELECT (SELECT count(*) FROM line WHERE what = 'secrets')",
            0,
        ),
        (
            "SELECT count(*) FROM generate_series(1, 9) n WHERE n IN (SELECT id FROM invoice)",
            3,
        ),
        (
            "SELECT count(*) FROM invoice i, LATERAL (SELECT * FROM line WHERE invoice_id = i.id) l",
            2,
        ),
        (
            "SELECT count(*) FROM ONLY invoice TABLESAMPLE SYSTEM (100)",
            3,
        ),
        // Another tenant's row would divide by zero before the policy hid it, if functions that tell were let at it.
        (
            "SELECT count(*) FROM invoice WHERE 1 / (amount - 1000) <= 0",
            3,
        ),
    ] {
        assert_eq!(number(&transaction, sql, &[]).await, answer, "{sql}");
    }
}

#[tokio::test]
async fn a_statement_without_a_binding_is_an_error_and_not_an_empty_answer() {
    let house = House::furnished().await;
    for client in [house.app().await, house.owner().await] {
        for sql in [
            "SELECT * FROM invoice",
            "SELECT count(*) FROM line",
            "UPDATE invoice SET amount = 0",
            "DELETE FROM invoice",
            "INSERT INTO line VALUES (1, 'acme', 'screws')",
            "INSERT INTO invoice (id) VALUES (77)",
        ] {
            let error = client.execute(sql, &[]).await.unwrap_err();
            assert_eq!(error.code().unwrap().code(), "TN001", "{sql}");
        }
        // In a transaction that nobody bound as well.
        client.batch_execute("BEGIN").await.unwrap();
        assert!(client.execute("SELECT * FROM invoice", &[]).await.is_err());
    }
    assert_eq!(house.invoices().await.len(), 5);
}

#[tokio::test]
async fn a_role_that_gets_a_privilege_later_meets_the_same_boundary() {
    let house = House::furnished().await;
    let admin = house.admin().await;
    let analyst = format!("{}_analyst", house.name);
    let granted = format!(
        "CREATE ROLE {analyst} LOGIN; GRANT USAGE ON SCHEMA public TO {analyst}; GRANT SELECT ON invoice TO {analyst}"
    );
    admin.batch_execute(&granted).await.unwrap();
    let analyst = super::server::Server::shared()
        .connect(&house.name, &analyst)
        .await;
    let error = analyst
        .query("SELECT * FROM invoice", &[])
        .await
        .unwrap_err();
    // Nobody let it use the functions, without which no policy says yes.
    assert_eq!(error.code().unwrap().code(), "42501");
    let used = format!(
        "GRANT USAGE ON SCHEMA audit_tenant TO {0}_analyst; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA audit_tenant TO {0}_analyst",
        house.name
    );
    admin.batch_execute(&used).await.unwrap();
    let error = analyst
        .query("SELECT * FROM invoice", &[])
        .await
        .unwrap_err();
    assert_eq!(error.code().unwrap().code(), "TN001");
}

#[tokio::test]
async fn what_is_read_without_a_binding_is_nothing_where_no_row_is_reached_and_an_error_elsewhere()
{
    let house = House::furnished().await;
    let emptied = "TRUNCATE line; CREATE INDEX ON invoice (amount)";
    house.admin().await.batch_execute(emptied).await.unwrap();
    let app = house.app().await;
    let scanned = "SET enable_indexscan = off; SET enable_bitmapscan = off";
    let by_index =
        "SET enable_indexscan = on; SET enable_seqscan = off; SET enable_bitmapscan = off";
    for (plan, sql, refused) in [
        // Policies are asked of rows, and an index on the tenant is asked for one.
        (scanned, "SELECT * FROM line", false),
        (by_index, "SELECT * FROM line", true),
        // Another index, and a join, may find no row to ask of.
        (by_index, "SELECT * FROM invoice WHERE amount = 77", false),
        (by_index, "SELECT * FROM invoice WHERE amount = 1000", true),
        (
            scanned,
            "SELECT * FROM line, LATERAL (SELECT * FROM invoice WHERE id = line.invoice_id OFFSET 0) i",
            false,
        ),
    ] {
        app.batch_execute("RESET ALL").await.unwrap();
        app.batch_execute(plan).await.unwrap();
        match app.query(sql, &[]).await {
            Ok(rows) => assert!(!refused && rows.is_empty(), "{plan}: {sql}"),
            Err(error) => {
                let code = error.code().unwrap().code();
                assert!(refused && code == "TN001", "{plan}: {sql}: {error:?}");
            }
        }
    }
    // What is written is asked.
    let error = app
        .execute("INSERT INTO line VALUES (1, 'acme', 'screws')", &[])
        .await
        .unwrap_err();
    assert_eq!(error.code().unwrap().code(), "TN001");
}

#[tokio::test]
async fn a_prepared_statement_serves_each_tenant_its_own_rows() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let statement = app
        .prepare("SELECT sum(amount) FROM invoice WHERE id < $1")
        .await
        .unwrap();
    let binder = house.binder();
    // Often enough for a plan that is kept for all values.
    for round in 0..16 {
        let (name, sum) = if round % 2 == 0 {
            ("acme", 60)
        } else {
            ("globex", 1000)
        };
        let transaction = begin(&binder, &mut app, name).await;
        let row = transaction.query_one(&statement, &[&5]).await.unwrap();
        assert_eq!(row.get::<_, i64>(0), sum, "round {round}");
        transaction.commit().await.unwrap();
        let unbound = app.query(&statement, &[&5]).await.unwrap_err();
        assert_eq!(unbound.code().unwrap().code(), "TN001", "round {round}");
    }
}

#[tokio::test]
async fn a_cursor_and_a_stream_yield_rows_of_the_tenant_alone() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "globex").await;
    transaction
        .batch_execute("DECLARE all_of_them CURSOR FOR SELECT id FROM invoice")
        .await
        .unwrap();
    assert_eq!(
        transaction
            .query("FETCH 10 FROM all_of_them", &[])
            .await
            .unwrap()
            .len(),
        2
    );
    let nothing: [&(dyn ToSql + Sync); 0] = [];
    let rows = transaction
        .query_raw("SELECT id FROM invoice", nothing)
        .await
        .unwrap();
    let rows: Vec<_> = futures_util::StreamExt::collect(rows).await;
    assert_eq!(rows.len(), 2);
    let copied = transaction
        .client()
        .copy_out("COPY invoice (tenant_id, id) TO STDOUT")
        .await
        .unwrap();
    let copied: Vec<_> = futures_util::TryStreamExt::try_collect(copied)
        .await
        .unwrap();
    assert_eq!(copied.concat(), b"globex\t1\nglobex\t9\n");
}

#[tokio::test]
async fn an_index_on_the_tenant_serves_and_workers_know_the_tenant() {
    let house = House::furnished().await;
    let admin = house.admin().await;
    let rows = "INSERT INTO line SELECT n, 'tenant ' || n % 50, 'x' FROM generate_series(1, 20000) n; ANALYZE line";
    admin.batch_execute(rows).await.unwrap();
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "tenant 7").await;
    let plan = |rows: Vec<tokio_postgres::Row>| {
        let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        lines.join("\n")
    };
    let indexed = plan(
        transaction
            .query("EXPLAIN SELECT count(*) FROM line", &[])
            .await
            .unwrap(),
    );
    assert!(indexed.contains("Index Cond: (tenant_id = "), "{indexed}");
    transaction
        .batch_execute(
            "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off; \
             SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0",
        )
        .await
        .unwrap();
    let parallel = plan(
        transaction
            .query("EXPLAIN SELECT count(*) FROM line", &[])
            .await
            .unwrap(),
    );
    assert!(parallel.contains("Parallel Seq Scan"), "{parallel}");
    assert_eq!(
        number(&transaction, "SELECT count(*) FROM line", &[]).await,
        400
    );
}

#[tokio::test]
async fn what_is_to_write_does_so_where_the_session_only_reads() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let reads = "SET default_transaction_read_only = on; SET default_transaction_deferrable = on";
    app.batch_execute(reads).await.unwrap();
    let binder = house.binder();
    let begin = binder.transaction(&mut app).tenant(tenant("acme"));
    let begin = begin.read_only(false).deferrable(false);
    let transaction = begin.start().await.unwrap();
    let deferrable = text(&transaction, "SHOW transaction_deferrable").await;
    assert_eq!(deferrable.unwrap(), "off");
    let deleted = transaction.execute("DELETE FROM invoice", &[]).await;
    assert_eq!(deleted.unwrap(), 3);
    drop(transaction);
    // Where nothing is said the session decides.
    let begin = binder.transaction(&mut app).tenant(tenant("acme"));
    let transaction = begin.start().await.unwrap();
    let deleted = transaction.execute("DELETE FROM invoice", &[]).await;
    assert_eq!(code(deleted), "25006");
}

#[tokio::test]
async fn the_modes_of_a_transaction_are_those_that_were_asked_for() {
    let house = House::furnished().await;
    let mut app = house.app().await;
    let binder = house.binder();
    let begin = binder
        .transaction(&mut app)
        .tenant(tenant("acme"))
        .isolation_level(IsolationLevel::Serializable);
    let transaction = begin
        .read_only(true)
        .deferrable(true)
        .start()
        .await
        .unwrap();
    for (setting, value) in [
        ("transaction_isolation", "serializable"),
        ("transaction_read_only", "on"),
        ("transaction_deferrable", "on"),
    ] {
        assert_eq!(
            text(&transaction, &format!("SHOW {setting}"))
                .await
                .unwrap(),
            value,
            "{setting}"
        );
    }
    assert_eq!(
        number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
        3
    );
    assert_eq!(
        code(transaction.execute("DELETE FROM invoice", &[]).await),
        "25006"
    );
}
