//! What goes past a table that is protected.

use super::{assert_found, found_after};

#[tokio::test]
async fn what_goes_past_a_protected_table_is_found() {
    assert_found(&[
        (
            "CREATE VIEW sums AS SELECT tenant_id, sum(amount) FROM invoice GROUP BY 1; GRANT SELECT ON sums TO {t}_app",
            "the view `sums` is of `postgres`, for which no policy holds: ALTER VIEW … SET (security_invoker = true) from PostgreSQL 15 on, or give it to another role",
        ),
        (
            "CREATE VIEW inner_one WITH (security_invoker) AS SELECT * FROM line; CREATE VIEW outer_one AS SELECT * FROM inner_one; GRANT SELECT ON outer_one TO {t}_app",
            "the view `outer_one` is of `postgres`, for which no policy holds: ALTER VIEW … SET (security_invoker = true) from PostgreSQL 15 on, or give it to another role",
        ),
        (
            "CREATE MATERIALIZED VIEW kept AS SELECT * FROM invoice; GRANT SELECT ON kept TO {t}_jobs",
            "the materialised view `kept` keeps rows of `public.invoice`, and no policy holds for it: REVOKE it from the service's roles, or make it a view",
        ),
        (
            "CREATE FUNCTION everything() RETURNS SETOF invoice LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM invoice'",
            "the function `everything()` acts as `postgres`, for which no policy holds: make it SECURITY INVOKER, REVOKE EXECUTE, or give it to another role",
        ),
        (
            "CREATE TABLE part () INHERITS (line); GRANT SELECT ON part TO {t}_app",
            "`part` is a partition or child of `public.line` and can be reached past its policies: REVOKE it from the service's roles, or protect it as well",
        ),
        (
            "CREATE TABLE whole (invoice_id int NOT NULL, tenant_id text NOT NULL, what text NOT NULL); ALTER TABLE line INHERIT whole; GRANT SELECT ON whole TO {t}_app",
            "`public.line` is read through `whole`, whose policies hold then: protect that as well",
        ),
        (
            "CREATE TABLE forgotten (tenant_id text); GRANT SELECT (tenant_id) ON forgotten TO {t}_app",
            "`forgotten` has a column `tenant_id` and is not protected: protect it, or REVOKE it from the service's roles",
        ),
        (
            "CREATE SCHEMA more; CREATE TABLE more.forgotten (tenant_id text); GRANT INSERT ON more.forgotten TO {t}_app",
            "`more.forgotten` has a column `tenant_id` and is not protected: protect it, or REVOKE it from the service's roles",
        ),
    ])
    .await;
    for harmless in [
        "CREATE VIEW asking WITH (security_invoker = true) AS SELECT * FROM invoice; GRANT SELECT ON asking TO {t}_app",
        "SET ROLE {t}_owner; CREATE VIEW of_owner AS SELECT * FROM invoice; GRANT SELECT ON of_owner TO {t}_app",
        "CREATE VIEW of_nobody AS SELECT * FROM invoice; CREATE TABLE of_nobody_as_well (tenant_id text)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; REVOKE ALL ON FUNCTION mine() FROM PUBLIC",
        "CREATE TABLE part () INHERITS (line)",
    ] {
        assert_eq!(found_after(harmless).await.1, [], "{harmless}");
    }
}
