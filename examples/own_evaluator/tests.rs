//! What comes of each day, and that the evaluator is as short as promised.

use audit_core::{Refusal, Refused};

fn done(day: Option<&'static str>) -> [Result<String, Refused>; 2] {
    done_with("web", day)
}

fn done_with(service: &str, day: Option<&'static str>) -> [Result<String, Refused>; 2] {
    let done = crate::deploy_on(service, &[day]).unwrap();
    let results: Vec<_> = done.into_iter().map(|(_, deployed)| deployed).collect();
    results.try_into().unwrap()
}

#[test]
fn before_and_after_the_freeze_everybody_deploys() {
    for day in ["2026-12-18", "2027-01-04"] {
        for deployed in done(Some(day)) {
            assert_eq!(deployed.unwrap(), "web is out", "{day}");
        }
    }
}

#[test]
fn in_the_freeze_people_on_call_need_an_approval_and_the_others_are_refused() {
    for day in ["2026-12-19", "2027-01-03"] {
        let [ada, tim] = done(Some(day)).map(Result::unwrap_err);
        assert_eq!(
            (ada.refusal(), ada.rule()),
            (Refusal::ApprovalRequired, Some("on_call"))
        );
        assert_eq!(
            (tim.refusal(), tim.rule()),
            (Refusal::Blocked, Some("freeze"))
        );
        assert_eq!(tim.reason(), Some("no changes"));
    }
}

#[test]
fn the_status_page_is_never_frozen() {
    for deployed in done_with("status", Some("2026-12-24")) {
        assert_eq!(deployed.unwrap(), "status is out");
    }
}

#[test]
fn without_a_day_nobody_can_tell_and_nobody_deploys() {
    for deployed in done(None) {
        assert_eq!(deployed.unwrap_err().refusal(), Refusal::Indeterminate);
    }
}

#[test]
fn the_evaluator_has_less_than_twenty_lines() {
    let code = include_str!("main.rs");
    let (_, evaluator) = code
        .split_once("impl Evaluator for ChangeFreeze {")
        .unwrap();
    let (evaluator, _) = evaluator.split_once("\n}\n").unwrap();
    // The line it begins with and the one it ends with.
    let lines = evaluator.lines().count() + 1;
    assert!((10..20).contains(&lines), "{lines} lines");
}
