//! What a reload records, and what becomes of modes that were set before it.

use std::fs;

use audit_core::{Change, Effect, EventKind, Mode, ModeTarget, Refused, Runtime, Verdict, admit};
use serde_json::json;

use crate::change::said;
use crate::staged::Staged;
use crate::support::{self, POLICY, SCHEMA, change, warnings_of};
use crate::world::World;

#[admit(action = "pay")]
fn pay() -> Result<(), Refused> {
    Ok(())
}

fn world(policy: Staged) -> World {
    World::of(Runtime::builder().policy(policy))
}

fn digest(version: u8) -> String {
    format!("{version:02x}").repeat(32)
}

#[test]
fn a_reload_is_an_event_with_both_policies_and_who_and_why_where_that_is_said() {
    let world = world(Staged::new());
    world
        .runtime
        .reload(Staged::new().version(2).rules(&["a", "b"]));
    let change = Change::by("ada").because("limits of November").unwrap();
    world.runtime.reload_by(Staged::new().version(3), change);
    let events = world.told();
    assert!(events.iter().all(|event| event.kind == EventKind::Policy));
    let said: Vec<_> = events.iter().map(said).collect();
    let policy = |version: u8| json!({"digest": digest(version), "version": version});
    let expected = [
        json!({"from": policy(1), "to": policy(2), "rules": 2}),
        json!({"from": policy(2), "to": policy(3), "by": "ada", "reason": "limits of November"}),
    ];
    assert_eq!(
        said,
        expected.map(|data| ("policy.loaded".to_owned(), data))
    );
}

#[test]
fn each_mode_that_the_new_policy_names_otherwise_is_an_event_too() {
    let old = Staged::new()
        .policy(Mode::Shadow)
        .action("pay", Mode::Enforce)
        .action("book", Mode::Off)
        .rule("same", Mode::Shadow, "50")
        .rule("wider", Mode::Enforce, "25")
        .rule("gone", Mode::Shadow, "");
    let new = Staged::new()
        .version(2)
        .action("pay", Mode::Shadow)
        .action("book", Mode::Off)
        .rule("same", Mode::Shadow, "50")
        .rule("wider", Mode::Enforce, "50")
        .rule("new", Mode::Enforce, "12.5");
    let world = world(old);
    world.runtime.reload_by(new, change());
    let events = world.told();
    assert_eq!(events[0].name, "policy.loaded");
    let said: Vec<_> = events[1..].iter().map(said).collect();
    let with_change = |mut data: serde_json::Value| {
        data["by"] = json!("ada");
        data["reason"] = json!("a test");
        ("mode.loaded".to_owned(), data)
    };
    let expected = [
        json!({"target": "everything", "from": "shadow", "to": null}),
        json!({"target": "action", "name": "pay", "from": "enforce", "to": "shadow"}),
        json!({"target": "rule", "name": "gone", "from": "shadow", "to": null}),
        json!({"target": "rule", "name": "new", "from": null, "to": "enforce", "rollout_from": null, "rollout_to": "12.5"}),
        json!({"target": "rule", "name": "wider", "from": "enforce", "to": "enforce", "rollout_from": "25", "rollout_to": "50"}),
    ];
    assert_eq!(said, expected.map(with_change));
}

#[test]
fn modes_of_the_new_policy_hold_and_what_was_set_before_stays_set() {
    let world = world(Staged::new());
    assert!(world.run(pay).is_err());
    world.runtime.reload(Staged::new().policy(Mode::Shadow));
    assert!(world.run(pay).is_ok());
    world
        .runtime
        .reload(Staged::new().action("pay", Mode::Enforce));
    assert!(world.run(pay).is_err());

    let pay_target = ModeTarget::action("pay");
    let set = world
        .runtime
        .set_mode(pay_target.clone(), Mode::Shadow, change());
    set.unwrap();
    world
        .runtime
        .reload(Staged::new().action("pay", Mode::Enforce));
    assert!(world.run(pay).is_ok());
    world.runtime.clear_mode(pay_target, change()).unwrap();
    assert!(world.run(pay).is_err());
}

/// The data of the one policy that was loaded since this was last asked.
fn loaded(world: &World) -> serde_json::Value {
    let mut events = world.told();
    events.retain(|event| event.kind == EventKind::Policy);
    assert_eq!(events.len(), 1);
    said(&events[0]).1
}

/// Blocks by rule `no` in the mode that was set for it.
fn by_override() -> Staged {
    Staged::new()
        .policy(Mode::Shadow)
        .answering(|_, overrides| {
            let mut verdict = Verdict::by_rule("no", Effect::Block);
            verdict.mode = overrides.get("no").copied();
            verdict
        })
}

#[test]
fn the_mode_of_a_rule_that_is_lost_is_kept_said_and_holds_again_once_the_rule_is_back() {
    let world = world(by_override().rules(&["no", "other"]));
    let set = |id| {
        let target = ModeTarget::rule(id);
        world
            .runtime
            .set_mode(target, Mode::Enforce, change())
            .unwrap();
    };
    set("no");
    set("other");
    assert!(world.run(pay).is_err());

    let lost = by_override().version(2).rules(&["other"]);
    let ((), warned) = warnings_of(|| {
        world.runtime.reload(lost);
    });
    assert!(world.run(pay).is_ok());
    let data = loaded(&world);
    assert_eq!(data["overrides_without_rule"], json!(["no"]));
    assert_eq!(data["overrides_without_rule_count"], 1);
    assert_eq!(warned.len(), 1);
    assert!(
        warned[0].contains("rule `no` was given a mode"),
        "{warned:?}"
    );
    assert_eq!(world.runtime.mode_overrides().len(), 2, "it is kept");

    world
        .runtime
        .reload(by_override().version(3).rules(&["no", "other"]));
    let data = loaded(&world);
    assert_eq!(data.get("overrides_without_rule"), None);
    assert!(world.run(pay).is_err());

    // A policy whose rules can't have modes loses them all.
    world
        .runtime
        .reload(by_override().rules(&["no", "other"]).without_rule_modes());
    let data = loaded(&world);
    assert_eq!(data["overrides_without_rule"], json!(["no", "other"]));
    assert!(world.run(pay).is_ok());
}

#[test]
fn many_rules_that_are_lost_are_listed_in_part_and_counted_in_full() {
    let ids: Vec<String> = (0..20).map(|number| format!("rule {number:02}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let world = world(Staged::new().rules(&ids));
    for id in &ids {
        let set = world
            .runtime
            .set_mode(ModeTarget::rule(*id), Mode::Off, change());
        set.unwrap();
    }
    world.told();
    world.runtime.reload(Staged::new().rules(&[]));
    let data = loaded(&world);
    assert_eq!(data["overrides_without_rule"].as_array().unwrap().len(), 16);
    assert_eq!(data["overrides_without_rule_count"], 20);
}

#[test]
fn a_directory_that_is_refused_is_an_event_with_its_problems_and_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    let rules = POLICY.replace("greater_than", "above");
    fs::write(dir.path().join("schema.yaml"), SCHEMA).unwrap();
    fs::write(dir.path().join("policy.yaml"), &rules).unwrap();
    let world = World::new();
    let before = world.runtime.policy();
    let (error, warned) = warnings_of(|| {
        world
            .runtime
            .reload_dir_by(dir.path(), change())
            .unwrap_err()
    });
    assert_eq!(warned.len(), 1);
    assert!(warned[0].contains("is refused, and the old one stays"));
    assert!(warned[0].contains("unknown operator `above`"));

    let events = world.told();
    assert_eq!(events.len(), 1);
    let (name, data) = said(&events[0]);
    assert_eq!(
        (name.as_str(), events[0].kind),
        ("policy.refused", EventKind::Policy)
    );
    assert_eq!(data["in_place"]["digest"], before.digest.to_string());
    assert_eq!(data["in_place"]["version"], 7);
    assert_eq!(data["dir"], dir.path().to_str().unwrap());
    assert_eq!(
        (&data["by"], &data["reason"]),
        (&json!("ada"), &json!("a test"))
    );
    let first = error.first().unwrap();
    let place = first.place.unwrap();
    assert_eq!(
        data["problems"][0],
        json!({"code": "P205", "file": &*first.file, "line": place.line, "column": place.column, "rule": "block_large", "message": first.message})
    );
    assert_eq!(data["problem_count"], 2);
    assert_eq!(world.runtime.policy(), before);

    // A thousand problems are counted, and the first are listed.
    let one = "  - {id: a, scope: {action: refund}, when: 7, effect: allow}\n";
    let many = format!("version: 1\nrules:\n{}", one.repeat(1000));
    fs::write(dir.path().join("policy.yaml"), many).unwrap();
    world.runtime.reload_dir(dir.path()).unwrap_err();
    let data = loaded(&world);
    assert!(data["problem_count"].as_u64().unwrap() >= 1000);
    assert_eq!(data["problems"].as_array().unwrap().len(), 16);
    assert_eq!(data.get("by"), None);

    fs::write(dir.path().join("policy.yaml"), POLICY).unwrap();
    world.runtime.reload_dir_by(dir.path(), change()).unwrap();
    let (name, data) = said(&world.told()[0]);
    assert_eq!(
        (name.as_str(), &data["by"]),
        ("policy.loaded", &json!("ada"))
    );
    assert_eq!(data["dir"], dir.path().to_str().unwrap());
    assert_eq!(
        data["to"]["digest"],
        support::runtime().policy().digest.to_string()
    );
}
