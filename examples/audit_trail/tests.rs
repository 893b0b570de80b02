//! What the program says, to the letter, and that the business does not know whether it is audited.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use crate::paper::Paper;
use crate::show;

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn events_operations_and_answers_are_these_and_nothing_else_changes_without_the_audit() {
    let page = Page::default();
    show(&Paper::of(page.clone())).unwrap();
    let said = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/audit_trail/output.txt");
    if std::env::var_os("UPDATE_EXAMPLES").is_some_and(|value| value == "1") {
        std::fs::write(file, &said).unwrap();
    }
    let expected = std::fs::read_to_string(file).unwrap();
    assert_eq!(said, expected, "`UPDATE_EXAMPLES=1` accepts it");
}

#[test]
fn no_line_of_the_business_knows_of_an_audit() {
    for business in [
        include_str!("accounts.rs"),
        include_str!("notifications.rs"),
    ] {
        let mut code = business.lines();
        assert!(code.all(|line| line.starts_with("use audit_core::") || !line.contains("audit")));
    }
}
