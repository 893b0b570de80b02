//! A policy that somebody else puts in place while a directory is watched.

use audit_core::{Policy, PolicyInfo, WatchState};

use crate::place::{Place, rules, write};

#[test]
fn what_somebody_else_replaces_is_replaced_until_the_files_change_or_it_is_back() {
    let place = Place::new();
    let watched = place.look();
    let other = tempfile::tempdir().unwrap();
    write(other.path(), 7);
    place.runtime.reload_dir(other.path()).unwrap();
    for status in [place.watcher.status(), place.settle()] {
        assert_eq!(status.state, WatchState::Replaced);
        assert_eq!(status.policy, watched.policy, "what the watcher found");
    }
    assert_eq!(place.version(), 7, "it stays");

    let back = Policy::from_dir(place.path()).unwrap();
    place.runtime.reload(back);
    assert_eq!(place.watcher.status().state, WatchState::Current);

    place.runtime.reload_dir(other.path()).unwrap();
    place.write("policy.yaml", &rules(2));
    assert_eq!(place.look().state, WatchState::Settling);
    let status = place.settle();
    assert_eq!(
        (status.state, status.policy, place.version()),
        (WatchState::Current, place.runtime.policy(), 2)
    );
}

#[test]
fn files_that_somebody_else_put_in_place_are_current_and_not_loaded_by_the_watcher() {
    let place = Place::new();
    place.write("policy.yaml", &rules(2));
    place.settle();
    place.write("policy.yaml", &rules(3));
    let policy: PolicyInfo = place.runtime.reload_dir(place.path()).unwrap();
    let status = place.settle();
    assert_eq!((status.state, status.policy), (WatchState::Current, policy));
    assert_eq!((status.policies_loaded, status.loaded), (1, None));
}

#[test]
fn a_watcher_that_is_stopped_or_refuses_says_that_first() {
    let place = Place::new();
    let other = tempfile::tempdir().unwrap();
    write(other.path(), 7);
    place.write("policy.yaml", "rules: [");
    assert_eq!(place.settle().state, WatchState::Refused);
    place.runtime.reload_dir(other.path()).unwrap();
    assert_eq!(place.settle().state, WatchState::Refused);
    place.watcher.stop();
    assert_eq!(place.watcher.status().state, WatchState::Stopped);
}
