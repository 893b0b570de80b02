//! What is printed, line by line.

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{Lines, run};

#[test]
fn what_is_told_is_what_the_file_beside_this_one_says() {
    // For all threads: one of them is the example's own. No other test stands in this binary.
    let lines = Lines::default();
    tracing_subscriber::registry().with(lines.clone()).init();
    let mut out = Vec::new();
    run(&lines, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tenants/output.txt");
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        std::fs::write(path, &out).unwrap();
    }
    assert_eq!(out, std::fs::read_to_string(path).unwrap());
}
