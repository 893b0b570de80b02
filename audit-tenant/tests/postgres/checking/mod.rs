//! What `check` finds in a database.

use audit_tenant::postgres::Finding;

use super::house::House;

mod beside;
mod house;
mod role;
mod table;

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
