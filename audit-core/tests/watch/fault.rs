//! Faults: half written, cut, vanished, unreadable, broken. None is put in place, and the old policy answers.

use std::fs;

use audit_core::{PolicyWatcher, WatchError, WatchState};

use crate::place::{Place, SETTLE, by_hand, cut_rules, rules, write};
use crate::support::{SCHEMA, change, warnings_of};

#[test]
fn a_change_is_put_in_place_once_it_settled_and_recorded_as_made_by_the_watcher() {
    let place = Place::new();
    assert_eq!(place.look().state, WatchState::Current);
    place.write("policy.yaml", &rules(2));
    assert_eq!(place.look().state, WatchState::Settling);
    place.clock.advance(SETTLE / 2);
    assert_eq!(place.look().state, WatchState::Settling);
    assert_eq!(place.version(), 1);
    place.clock.advance(SETTLE / 2);
    let status = place.look();
    assert_eq!(place.version(), 2);
    assert_eq!(status.state, WatchState::Current);
    assert_eq!(status.policy, place.runtime.policy());
    assert_eq!(status.loaded, Some(place.clock.now()));
    assert_eq!((status.policies_loaded, status.policies_refused), (1, 0));
    assert_eq!(status.looks, 4);
    let told = place.told();
    assert_eq!(told.len(), 1);
    let (name, data) = &told[0];
    assert_eq!(name, "policy.loaded");
    assert_eq!(data["by"], "policy watcher");
    assert_eq!(data["reason"], "its files changed");
    assert_eq!(data["dir"], place.path().to_str().unwrap());
    assert_eq!(
        (&data["from"]["version"], &data["to"]["version"]),
        (&1.into(), &2.into())
    );
}

#[test]
fn a_file_that_is_cut_where_it_would_compile_is_never_put_in_place_while_it_is_written() {
    let place = Place::new();
    place.write("policy.yaml", &cut_rules(2));
    place.look();
    place
        .clock
        .advance(SETTLE.saturating_sub(std::time::Duration::from_millis(1)));
    place.look();
    // Just before it would have settled, the rest is written.
    place.write("policy.yaml", &rules(2));
    place.look();
    assert_eq!(place.version(), 1);
    place.clock.advance(SETTLE);
    place.look();
    assert_eq!(place.version(), 2);
    assert_eq!(place.names(), ["policy.loaded"]);
}

#[test]
fn schema_and_policy_that_change_one_after_the_other_are_put_in_place_together() {
    let place = Place::new();
    let schema = SCHEMA.replace("urgent: boolean", "hurry: boolean");
    let policy = rules(2).replace(
        "{subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000}}",
        "{subject: {domain: action, field: hurry}, operator: equals, value: {literal: true}}",
    );
    assert!(policy.contains("field: hurry"));
    place.write("policy.yaml", &policy);
    place.look();
    place.clock.advance(SETTLE / 2);
    place.look();
    place.write("schema.yaml", &schema);
    place.look();
    place.clock.advance(SETTLE / 2);
    place.look();
    assert_eq!(place.version(), 1, "the schema has not settled");
    place.clock.advance(SETTLE / 2);
    place.look();
    assert_eq!(place.version(), 2);
    assert_eq!(
        place.names(),
        ["policy.loaded"],
        "nothing was refused in between"
    );
}

#[test]
fn what_does_not_compile_is_refused_once_for_each_content_and_said() {
    let place = Place::new();
    let broken = rules(2).replace("greater_than", "above");
    place.write("policy.yaml", &broken);
    let (status, warned) = warnings_of(|| place.settle());
    assert_eq!(status.state, WatchState::Refused);
    assert_eq!(place.version(), 1);
    assert!(status.problem.unwrap().contains("unknown operator `above`"));
    assert_eq!(status.policies_refused, 1);
    assert_eq!(warned.len(), 1);
    assert!(warned[0].contains("the old one stays"), "{warned:?}");
    let told = place.told();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "policy.refused");
    assert_eq!(told[0].1["problems"][0]["code"], "P205");
    assert_eq!(told[0].1["by"], "policy watcher");

    // Looked at again, touched, and written once more: it is the same content.
    for _ in 0..3 {
        place.settle();
        place.write("policy.yaml", &broken);
        assert_eq!(place.settle().state, WatchState::Refused);
    }
    assert!(place.told().is_empty());

    // Another content is another refusal.
    place.write("policy.yaml", "rules: [");
    assert_eq!(place.settle().policies_refused, 2);
    assert_eq!(place.names(), ["policy.refused"]);

    // What was there at first is good again, which is recorded, although it is in place.
    write(place.path(), 1);
    let status = place.settle();
    assert_eq!((status.state, status.problem), (WatchState::Current, None));
    let told = place.told();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "policy.loaded");
    assert_eq!(told[0].1["from"], told[0].1["to"]);
}

#[test]
fn what_is_only_touched_or_says_the_same_in_other_words_is_not_put_in_place_again() {
    let place = Place::new();
    write(place.path(), 1);
    assert_eq!(place.settle().state, WatchState::Current);
    place.write("policy.yaml", &format!("# a comment\n{}", rules(1)));
    assert_eq!(place.settle().state, WatchState::Current);
    assert!(place.told().is_empty());
    assert_eq!(place.watcher.status().policies_loaded, 0);
}

#[test]
fn files_that_vanish_for_a_moment_are_not_missed() {
    let place = Place::new();
    for name in ["policy.yaml", "schema.yaml"] {
        let (file, aside) = (place.path().join(name), place.path().join("aside"));
        fs::rename(&file, &aside).unwrap();
        assert_eq!(place.look().state, WatchState::Settling);
        fs::rename(&aside, &file).unwrap();
        assert_eq!(place.settle().state, WatchState::Current);
    }
    assert_eq!(place.version(), 1);
    assert!(place.told().is_empty());
}

#[test]
fn files_or_a_directory_that_stay_away_are_refused_once_and_welcome_back() {
    let place = Place::at("policy", |dir| {
        fs::create_dir(dir.join("policy")).unwrap();
        write(&dir.join("policy"), 1);
    });
    let dir = place.path().join("policy");
    fs::remove_file(dir.join("policy.yaml")).unwrap();
    let status = place.settle();
    assert_eq!(status.state, WatchState::Refused);
    assert!(status.problem.unwrap().contains("can't be read"));
    assert_eq!(place.settle().policies_refused, 1);

    fs::remove_dir_all(&dir).unwrap();
    assert_eq!(place.settle().state, WatchState::Refused);
    assert_eq!(place.version(), 1);
    let refused = place.names();
    assert!(refused.iter().all(|name| name == "policy.refused"));
    assert!(refused.len() <= 2, "{refused:?}");

    fs::create_dir(&dir).unwrap();
    write(&dir, 2);
    assert_eq!(place.settle().state, WatchState::Current);
    assert_eq!(place.version(), 2);
    assert_eq!(place.names(), ["policy.loaded"]);
}

#[test]
fn a_governance_file_that_comes_and_goes_is_seen() {
    let place = Place::new();
    place.write("governance.yaml", "governance: 7");
    assert_eq!(place.settle().state, WatchState::Refused);
    fs::remove_file(place.path().join("governance.yaml")).unwrap();
    assert_eq!(place.settle().state, WatchState::Current);
    assert_eq!(place.names(), ["policy.refused", "policy.loaded"]);
}

#[cfg(unix)]
#[test]
fn what_nobody_may_read_is_refused_and_taken_once_it_may() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let file = place.path().join("policy.yaml");
    let allow = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    allow(0o000);
    // The superuser may read it all the same.
    let is_readable = fs::read(&file).is_ok();
    let status = place.settle();
    if is_readable {
        assert_eq!(status.state, WatchState::Current);
        assert!(place.told().is_empty());
    } else {
        assert_eq!(status.state, WatchState::Refused);
        assert!(status.problem.unwrap().contains("permission denied"));
        assert_eq!(place.version(), 1);
        // Neither content nor time of writing changes with that.
        allow(0o600);
        assert_eq!(place.settle().state, WatchState::Current);
        assert_eq!(place.names(), ["policy.refused", "policy.loaded"]);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_becomes_a_directory_a_loop_or_a_pipe_is_refused() {
    let place = Place::new();
    let file = place.path().join("policy.yaml");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(place.settle().state, WatchState::Refused);
    fs::remove_dir(&file).unwrap();
    std::os::unix::fs::symlink("policy.yaml", &file).unwrap();
    assert_eq!(place.settle().state, WatchState::Refused);
    fs::remove_file(&file).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&file).status();
    if made.is_ok_and(|made| made.success()) {
        assert_eq!(
            place.settle().state,
            WatchState::Refused,
            "and nobody waits for a writer"
        );
        fs::remove_file(&file).unwrap();
    }
    place.write("policy.yaml", &rules(2));
    assert_eq!(place.settle().state, WatchState::Current);
    assert_eq!(place.version(), 2);
}

#[cfg(unix)]
#[test]
fn other_words_of_the_same_length_and_the_same_time_of_writing_are_seen() {
    let place = Place::new();
    let file = place.path().join("policy.yaml");
    let written = fs::metadata(&file).unwrap().modified().unwrap();
    let other = rules(2);
    assert_eq!(other.len(), rules(1).len());
    fs::write(&file, other).unwrap();
    let opened = fs::File::options().write(true).open(&file).unwrap();
    opened.set_modified(written).unwrap();
    place.settle();
    assert_eq!(place.version(), 2);
}

#[test]
fn a_policy_that_was_put_in_place_by_hand_stays_until_the_files_change() {
    let place = Place::new();
    place
        .runtime
        .reload_by(crate::support::policy_with_limit(9), change());
    place.settle();
    assert_eq!(place.runtime.policy().version, 9);
    write(place.path(), 2);
    place.settle();
    assert_eq!(place.version(), 2);
}

#[test]
fn a_directory_that_can_not_be_read_is_an_error_at_the_start() {
    let place = Place::new();
    let absent = place.path().join("absent");
    let error = by_hand(&absent).start(&place.runtime).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the policy in `{}` can't be watched", absent.display())
    );
    let WatchError::Unreadable(dir, source) = error else {
        panic!("{error}");
    };
    assert_eq!(dir, absent);
    assert_eq!(source.problems().len(), 2, "both files are named");
    fs::remove_file(place.path().join("schema.yaml")).unwrap();
    assert!(
        PolicyWatcher::builder(place.path())
            .start(&place.runtime)
            .is_err()
    );
    assert!(place.told().is_empty());
}

#[test]
fn what_differs_from_the_policy_in_place_at_the_start_is_a_change_like_any_other() {
    let place = Place::new();
    place.watcher.stop();
    write(place.path(), 2);
    let watcher = by_hand(place.path()).start(&place.runtime).unwrap();
    assert_eq!(watcher.status().state, WatchState::Settling);
    assert_eq!(place.version(), 1);
    watcher.check_now();
    place.clock.advance(SETTLE);
    assert_eq!(watcher.check_now().state, WatchState::Current);
    assert_eq!(place.version(), 2);
    // The other one watches no more.
    write(place.path(), 3);
    assert_eq!(place.settle().state, WatchState::Stopped);
    assert_eq!(place.version(), 2);
}
