//! Compiles every case in `tests/fail` and compares the compiler's words with the snapshot beside it.
//!
//! `TRYBUILD=overwrite cargo test -p audit-ui-tests` writes the snapshots anew; read each one aloud before it is kept.

#[test]
fn misuse_is_refused() {
    trybuild::TestCases::new().compile_fail("tests/fail/*.rs");
}
