//! What is set up: again, with odd names, with tenants of all kinds.

use audit_tenant::postgres::{FindingKind, RowSecurity, Table, TenantType};

use super::house::{House, begin, code, number, text};
use super::server::Server;

#[tokio::test]
async fn what_is_set_up_once_more_stays_as_it_is() {
    let house = House::furnished().await;
    let security = house.security();
    let owner = house.owner().await;
    let policies = "SELECT count(*) FROM pg_policy";
    let before: i64 = owner.query_one(policies, &[]).await.unwrap().get(0);
    // A migration tool may run it in a transaction of its own.
    owner.batch_execute("BEGIN").await.unwrap();
    owner.batch_execute(&security.set_up()).await.unwrap();
    owner.batch_execute("COMMIT").await.unwrap();
    assert_eq!(
        owner
            .query_one(policies, &[])
            .await
            .unwrap()
            .get::<_, i64>(0),
        before
    );
    assert_eq!(security.set_up(), house.security().set_up());
    // The key is still there.
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "acme").await;
    assert_eq!(
        number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
        3
    );
}

#[tokio::test]
async fn names_are_taken_as_they_are_whatever_is_in_them() {
    let house = House::empty().await;
    let owner = house.owner().await;
    let admin = house.admin().await;
    let role = format!("App \"{}\" $body$ ü", house.name);
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let (place, name, column) = (
        "Sales 'n Co",
        "Order\"; DROP TABLE x; --\\",
        "tenant (ID)::text",
    );
    let table = format!("{}.{}", quoted(place), quoted(name));
    admin
        .batch_execute(&format!(
            "CREATE ROLE {0} LOGIN; GRANT CREATE ON DATABASE {1} TO {1}_owner; SET ROLE {1}_owner; CREATE SCHEMA {2}; \
             GRANT USAGE ON SCHEMA {2} TO {0}; CREATE TABLE {table} ({3} varchar(300) NOT NULL, n int); CREATE INDEX ON {table} ({3}); RESET ROLE",
            quoted(&role),
            house.name,
            quoted(place),
            quoted(column),
        ))
        .await
        .unwrap();
    let security = RowSecurity::new(role.as_str())
        .unwrap()
        .schema("Audit \"Tenant\" $body$'\\")
        .unwrap()
        .table(
            Table::new(place, name)
                .unwrap()
                .column(column)
                .unwrap()
                .filled_in(),
        );
    for _ in 0..2 {
        owner.batch_execute(&security.set_up()).await.unwrap();
    }
    security.bring_in(&owner, &house.key).await.unwrap();
    owner
        .batch_execute(&format!(
            "GRANT SELECT, INSERT, UPDATE ON {table} TO {}",
            quoted(&role)
        ))
        .await
        .unwrap();
    assert_eq!(security.check(&owner).await.unwrap(), []);

    let binder = security.binder(house.key.clone());
    let mut app = Server::shared().connect(&house.name, &role).await;
    for name in [
        "acme",
        "o'hara",
        "\\",
        "a.b:c",
        "Ünïcode 株式会社",
        "$1",
        "%s",
        &"x".repeat(255),
    ] {
        let transaction = begin(&binder, &mut app, name).await;
        transaction
            .execute(&format!("INSERT INTO {table} (n) VALUES (1)"), &[])
            .await
            .unwrap();
        let own = format!("SELECT {} FROM {table}", quoted(column));
        assert_eq!(text(&transaction, &own).await.unwrap(), name);
        let refused = transaction
            .execute(
                &format!("UPDATE {table} SET {} = $1", quoted(column)),
                &[&"other, tenant: x"],
            )
            .await;
        let error = refused.unwrap_err();
        let violation = error.violation().unwrap();
        assert_eq!(violation.attempted_tenant(), Some("other, tenant: x"));
        assert_eq!(violation.model(), "Sales 'n Co.Order\"; DROP TABLE x; --\\");
        drop(transaction);
        let transaction = begin(&binder, &mut app, name).await;
        transaction
            .execute(&format!("INSERT INTO {table} (n) VALUES (1)"), &[])
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }
    let rows = admin
        .query(&format!("SELECT * FROM {table}"), &[])
        .await
        .unwrap();
    assert_eq!(rows.len(), 8);
}

/// A house with the tables `by_uuid` and `by_number`, which `sql` may fill.
async fn typed(sql: &str) -> (House, RowSecurity) {
    let house = House::empty().await;
    let owner = house.owner().await;
    owner
        .batch_execute("CREATE TABLE by_uuid (tenant_id uuid NOT NULL, n int); CREATE TABLE by_number (tenant_id int NOT NULL, n int); CREATE INDEX ON by_uuid (tenant_id); CREATE INDEX ON by_number (tenant_id)")
        .await
        .unwrap();
    owner.batch_execute(sql).await.unwrap();
    let security = house
        .bare()
        .table(
            Table::new("public", "by_uuid")
                .unwrap()
                .of_type(TenantType::Uuid)
                .filled_in(),
        )
        .table(
            Table::new("public", "by_number")
                .unwrap()
                .of_type(TenantType::Integer)
                .filled_in(),
        );
    house.protect(&security).await;
    (house, security)
}

#[tokio::test]
async fn a_tenant_may_be_a_uuid_or_a_number() {
    let one = "0191d0a4-7c1e-7aaa-8000-00000000000a";
    let (house, security) = typed(&format!(
        "INSERT INTO by_uuid SELECT gen_random_uuid(), n FROM generate_series(1, 5000) n; INSERT INTO by_uuid VALUES ('{one}', 7); \
         INSERT INTO by_number SELECT n, n FROM generate_series(1, 5000) n; ANALYZE"
    ))
    .await;
    let binder = security.binder(house.key.clone());
    let mut app = house.app().await;
    for (name, table, n) in [(one, "by_uuid", 7), ("7", "by_number", 7)] {
        let transaction = begin(&binder, &mut app, name).await;
        assert_eq!(
            number(&transaction, &format!("SELECT sum(n) FROM {table}"), &[]).await,
            n
        );
        transaction
            .execute(&format!("INSERT INTO {table} (n) VALUES (1)"), &[])
            .await
            .unwrap();
        assert_eq!(
            number(&transaction, &format!("SELECT count(*) FROM {table}"), &[]).await,
            2
        );
        let plan = transaction
            .query(&format!("EXPLAIN SELECT * FROM {table}"), &[])
            .await
            .unwrap();
        let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
        assert!(
            plan.join("\n").contains("Index Cond: (tenant_id = "),
            "{plan:#?}"
        );
        let other = if table == "by_uuid" {
            "gen_random_uuid()"
        } else {
            "8"
        };
        let moved = transaction
            .execute(&format!("UPDATE {table} SET tenant_id = {other}"), &[])
            .await
            .unwrap_err();
        assert!(moved.violation().is_some());
    }
}

#[tokio::test]
async fn a_tenant_that_is_written_in_another_way_is_refused_and_no_violation() {
    let (house, security) = typed("INSERT INTO by_number VALUES (7, 1); INSERT INTO by_uuid VALUES ('0191d0a4-7c1e-7aaa-8000-00000000000a', 1)").await;
    let binder = security.binder(house.key.clone());
    let mut app = house.app().await;
    for (name, table) in [
        ("007", "by_number"),
        ("+7", "by_number"),
        ("7.0", "by_number"),
        ("acme", "by_number"),
        ("-0", "by_number"),
        ("9223372036854775808", "by_number"),
        ("-9223372036854775809", "by_number"),
        ("99999999999999999999", "by_number"),
        ("0191D0A4-7C1E-7AAA-8000-00000000000A", "by_uuid"),
        ("0191d0a47c1e7aaa800000000000000a", "by_uuid"),
        ("{0191d0a4-7c1e-7aaa-8000-00000000000a}", "by_uuid"),
        ("7", "by_uuid"),
    ] {
        let transaction = begin(&binder, &mut app, name).await;
        let answer = transaction
            .query(&format!("SELECT * FROM {table}"), &[])
            .await;
        assert!(
            answer
                .as_ref()
                .is_err_and(|error| error.violation().is_none()),
            "{name}: {answer:?}"
        );
        assert_eq!(code(answer), "TN006", "{name}");
    }
}

#[tokio::test]
async fn a_policy_that_is_added_later_opens_nothing() {
    let house = House::furnished().await;
    let owner = house.owner().await;
    owner
        .batch_execute("CREATE POLICY published ON invoice USING (true) WITH CHECK (true)")
        .await
        .unwrap();
    let mut app = house.app().await;
    let binder = house.binder();
    let transaction = begin(&binder, &mut app, "acme").await;
    assert_eq!(
        number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
        3
    );
    assert_eq!(
        code(
            transaction
                .execute("UPDATE invoice SET tenant_id = 'globex'", &[])
                .await
        ),
        "TN005"
    );
    drop(transaction);
    // Nor does one that is taken away.
    for policy in ["published", "audit_tenant_bound", "audit_tenant_everyone"] {
        owner
            .batch_execute(&format!("DROP POLICY {policy} ON invoice"))
            .await
            .unwrap();
        let transaction = begin(&binder, &mut app, "acme").await;
        assert_eq!(
            number(&transaction, "SELECT count(*) FROM invoice", &[]).await,
            3,
            "{policy}"
        );
    }
}

#[tokio::test]
async fn a_table_in_partitions_is_protected_where_all_come_through_it() {
    let house = House::empty().await;
    let owner = house.owner().await;
    owner
        .batch_execute(
            "CREATE TABLE event (tenant_id text NOT NULL, n int NOT NULL, PRIMARY KEY (tenant_id, n)) PARTITION BY RANGE (n); \
             CREATE TABLE event_low PARTITION OF event FOR VALUES FROM (0) TO (10); \
             CREATE TABLE event_high PARTITION OF event FOR VALUES FROM (10) TO (20); \
             INSERT INTO event VALUES ('acme', 1), ('acme', 11), ('globex', 2), ('globex', 12)",
        )
        .await
        .unwrap();
    let security = house.bare().table(Table::new("public", "event").unwrap());
    // It grants all tables, partitions as well.
    house.protect(&security).await;
    let found = security.check(&owner).await.unwrap();
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found.iter().all(|one| one.kind() == FindingKind::ChildOpen),
        "{found:#?}"
    );
    let jobs = format!("{}_jobs", house.name);
    owner
        .batch_execute(&format!("REVOKE ALL ON event_low, event_high FROM {jobs}"))
        .await
        .unwrap();
    assert_eq!(security.check(&owner).await.unwrap(), []);

    let binder = security.binder(house.key.clone());
    let mut app = house.app().await;
    let transaction = begin(&binder, &mut app, "acme").await;
    assert_eq!(
        number(&transaction, "SELECT sum(n) FROM event", &[]).await,
        12
    );
    let moved = transaction
        .execute(
            "UPDATE event SET n = 13, tenant_id = 'globex' WHERE n = 1",
            &[],
        )
        .await;
    assert_eq!(
        moved.unwrap_err().violation().unwrap().attempted_tenant(),
        Some("globex")
    );
    drop(transaction);
    let transaction = begin(&binder, &mut app, "acme").await;
    assert_eq!(
        code(transaction.query("SELECT * FROM event_high", &[]).await),
        "42501"
    );
}
