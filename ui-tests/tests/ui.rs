//! Compiles every case and compares the compiler's words with the snapshot beside it.
//!
//! A room of `tests/fail` is a part of the contract, a file in it one mistake. What is in `tests/pass` must compile,
//! and runs.
//!
//! `TRYBUILD=overwrite cargo test -p audit-ui-tests` writes the snapshots anew; read each one aloud before it is kept.

#[test]
fn misuse_is_refused_and_the_rest_compiles() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/fail/*/*.rs");
    cases.pass("tests/pass/*.rs");
}
