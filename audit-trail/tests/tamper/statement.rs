//! Plain statements, as somebody would type them who means no harm.

use rusqlite::Connection;

use crate::forger::Closed;

#[test]
fn the_database_refuses_to_change_take_out_and_replace_records() {
    let closed = Closed::new();
    let connection = Connection::open(&closed.path).unwrap();
    for statement in [
        "UPDATE record SET body = x'7b7d' WHERE seq = 100",
        "UPDATE record SET seq = 1000 WHERE seq = 100",
        "UPDATE OR REPLACE record SET session = 9",
        "DELETE FROM record WHERE seq = 100",
        "DELETE FROM record",
        "INSERT OR REPLACE INTO record (seq, session, body) VALUES (100, 1, x'7b7d')",
        "REPLACE INTO record (seq, session, body) VALUES (100, 1, x'7b7d')",
        "INSERT INTO record (seq, session, body) VALUES (100, 1, x'7b7d') ON CONFLICT (seq) DO UPDATE SET body = excluded.body",
        "INSERT INTO record (seq, session, body) VALUES (-1, 1, x'7b7d')",
    ] {
        let error = connection.execute(statement, []).unwrap_err().to_string();
        assert!(
            error.contains("a record of the trail"),
            "{statement}: {error}"
        );
    }
    assert!(closed.verify().is_sound());
}
