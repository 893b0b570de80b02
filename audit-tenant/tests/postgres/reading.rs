//! What a tenant's transaction reads.

use super::house::{House, code, number, tenant};

#[tokio::test]
async fn a_tenant_reads_its_own_rows_and_no_others() {
    let house = House::furnished().await;
    let binder = house.binder();
    let mut app = house.app().await;
    for (name, sum) in [("acme", 60), ("globex", 3000), ("initech", 0)] {
        let transaction = binder
            .transaction(&mut app)
            .tenant(tenant(name))
            .start()
            .await
            .unwrap();
        assert_eq!(
            number(
                &transaction,
                "SELECT coalesce(sum(amount), 0) FROM invoice",
                &[]
            )
            .await,
            sum
        );
        transaction.commit().await.unwrap();
    }
    let unbound = app.query("SELECT * FROM invoice", &[]).await.unwrap_err();
    assert_eq!(unbound.code().unwrap().code(), "TN001");
    let _ = code::<()>;
}
