//! Threads and tasks that are spawned know nothing of a scope, unless it is carried there.

use std::thread;

use audit_core::testing::block_on;
use audit_core::{InScope, Scope};
use serde_json::json;

use super::{bound, line, scope_of, told, world};

#[test]
fn a_thread_that_is_spawned_knows_nothing_unless_the_scope_is_carried_there() {
    let (runtime, notebook) = world();
    runtime.scope(|| {
        scope_of("acme").run(|| {
            let alone = thread::spawn(bound).join().unwrap();
            assert_eq!(alone, None);
            let carried = Scope::current().carry(bound);
            assert_eq!(
                thread::spawn(carried).join().unwrap().as_deref(),
                Some("acme")
            );
        });
    });
    // The carried one is told of as well: it has no other tenant around it there.
    let names = ["bound", "bound", "released", "released"];
    assert_eq!(
        told(&notebook),
        names.map(|name| line(name, "acme", json!({})))
    );
}

#[test]
fn a_task_that_is_spawned_knows_nothing_unless_it_is_bound_itself() {
    let (runtime, notebook) = world();
    runtime.scope(|| {
        scope_of("acme").run(|| {
            let run = |task: std::pin::Pin<Box<dyn Future<Output = Option<String>> + Send>>| {
                thread::spawn(move || block_on(task)).join().unwrap()
            };
            assert_eq!(run(Box::pin(async { bound() })), None);
            let bound_itself = async { bound() }.in_current_scope();
            assert_eq!(run(Box::pin(bound_itself)).as_deref(), Some("acme"));
        });
    });
    assert_eq!(told(&notebook).len(), 4);
}

#[test]
fn what_is_carried_is_what_was_in_force_as_it_was_taken_and_outlives_its_scope() {
    let (runtime, notebook) = world();
    let carried = scope_of("acme").run(|| Scope::current().carry(bound));
    let within = runtime.scope(|| scope_of("globex").run(carried));
    assert_eq!(within.as_deref(), Some("acme"));
    assert_eq!(
        told(&notebook),
        [
            line("bound", "globex", json!({})),
            line("bound", "acme", json!({"outer_tenant_id": "globex"})),
            line("released", "acme", json!({"outer_tenant_id": "globex"})),
            line("released", "globex", json!({})),
        ]
    );
}

#[test]
fn a_carried_scope_of_no_tenant_leaves_the_one_around_it_in_force() {
    let carried = Scope::current().carry(bound);
    assert_eq!(scope_of("acme").run(carried).as_deref(), Some("acme"));
}
