//! The ten lines of the README do what they say. They compile as a doctest of this crate, word by word.

use std::path::Path;
use std::sync::{Arc, Mutex};

use audit_core::{Actor, Policy, Refused, Runtime, Scope, admit};

#[admit(resource = format!("order:{order_id}"))]
fn refund(order_id: &str, amount: u64) -> Result<String, Refused> {
    Ok(format!("{amount} back for {order_id}"))
}

#[test]
fn the_ten_lines_of_the_readme_run() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let printed = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&printed);

    let policy = Policy::from_dir(root.join("examples/payments/policy"))?;
    audit_core::set_observer(move |event| {
        let line = format!("{} {}", event.action_type(), event.decision.effect);
        lines.lock().unwrap().push(line);
    });
    audit_core::install(Runtime::builder().policy(policy).build()?)?;

    let alice = Actor::new("alice").with("role", "support");
    let call = || refund("o-1", 5000);
    let refused = Scope::new().actor(alice).run(call).unwrap_err();
    assert_eq!(refused.rule(), Some("block_large_refund"));
    assert_eq!(*printed.lock().unwrap(), ["refund block"]);
    Ok(())
}

/// The lines of the README's first Rust block that do something.
#[test]
fn the_readme_says_what_the_test_above_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    for line in [
        r#"#[admit(resource = format!("order:{order_id}"))]"#,
        "fn refund(order_id: &str, amount: u64) -> Result<String, Refused> {",
        r#"let policy = Policy::from_dir("examples/payments/policy")?;"#,
        "audit_core::install(Runtime::builder().policy(policy).build()?)?;",
        r#"let alice = Actor::new("alice").with("role", "support");"#,
        r#"Scope::new().actor(alice).run(|| refund("o-1", 5000)).unwrap_err();"#,
        r#"assert_eq!(refused.rule(), Some("block_large_refund"));"#,
    ] {
        assert!(readme.contains(line), "README.md no longer says `{line}`");
    }
}
