//! What a caller can rely on.

use audit_core::{Effect, Status, Timestamp};
use serde_json::json;

use super::fixture::{Trail, decision, outcome, record};
use crate::query::{Aggregation, Condition, Cursor, Dimension, Order, Pattern, Query, Test};
use crate::store::sqlite::search::{SearchError, aggregate, search};

/// So many decisions of alice, one at each time from 0.
fn decisions(count: u64) -> Trail {
    let mut trail = Trail::new();
    trail.append((0..count).map(|seq| {
        let mut parts = decision(seq, "alice", "allow");
        parts["action"]["amount"] = json!(seq);
        record(seq, i64::try_from(seq).unwrap(), "decision", "pay", parts)
    }));
    trail
}

fn places(trail: &Trail, query: &Query, after: Option<&Cursor>) -> (Vec<u64>, Option<Cursor>) {
    let page = search(&trail.conn, query, after, 3).unwrap();
    let found = page.records.iter().map(|record| record.seq).collect();
    (found, page.next)
}

#[test]
fn an_index_that_lies_shows_no_record_and_is_counted() {
    let mut trail = decisions(3);
    trail.index(3);
    let lie = "UPDATE entry SET actor = 'mallory' WHERE seq = 1";
    trail.conn.execute(lie, []).unwrap();
    let page = search(&trail.conn, &Query::new().actor("mallory"), None, 10).unwrap();
    assert_eq!((page.records.len(), page.index_mismatches), (0, 1));
    let query = Query::new().actor(Pattern::wild("*"));
    let all = search(&trail.conn, &query, None, 10).unwrap();
    assert_eq!((all.records.len(), all.index_mismatches), (3, 0));

    let lie = "UPDATE entry SET time = 77 WHERE seq = 2";
    trail.conn.execute(lie, []).unwrap();
    let page = search(&trail.conn, &Query::new(), None, 10).unwrap();
    assert_eq!((page.records.len(), page.index_mismatches), (2, 1));
}

#[test]
fn a_page_has_one_record_at_least_and_ten_thousand_at_most_and_says_where_to_go_on() {
    let mut trail = decisions(10_002);
    trail.index(10_002);
    let query = Query::new().actor("alice").order(Order::Oldest);
    let page = |after: Option<&Cursor>, limit| search(&trail.conn, &query, after, limit).unwrap();
    let least = page(None, 0);
    assert_eq!(least.records.len(), 1);
    let most = page(least.next.as_ref(), usize::MAX);
    assert_eq!(most.records.len(), 10_000);
    let rest = page(most.next.as_ref(), usize::MAX);
    assert_eq!((rest.records.len(), rest.next), (1, None));
}

#[test]
fn records_whose_bodies_are_gone_are_passed_over() {
    let mut trail = decisions(6);
    trail.index(4);
    let prune = "INSERT INTO pruned VALUES (0, 2, 5); DELETE FROM record WHERE seq <= 2;";
    trail.conn.execute_batch(prune).unwrap();
    let (found, next) = places(&trail, &Query::new(), None);
    assert_eq!((found, next), (vec![5, 4, 3], None));
}

#[test]
fn later_pages_are_the_same_while_records_come_in_and_are_indexed() {
    for order in [Order::Newest, Order::Oldest] {
        let mut trail = decisions(8);
        trail.index(3);
        let query = Query::new().actor("alice").order(order);
        let (mut found, mut after) = places(&trail, &query, None);
        trail.append((8..12).map(|seq| {
            record(
                seq,
                i64::try_from(seq).unwrap(),
                "decision",
                "pay",
                decision(seq, "alice", "block"),
            )
        }));
        trail.index(6);
        while let Some(cursor) = after {
            let (more, next) = places(&trail, &query, Some(&cursor));
            found.extend(more);
            after = next;
            trail.index(12);
        }
        let expected: Vec<u64> = match order {
            Order::Newest => (0..8).rev().collect(),
            Order::Oldest => (0..12).collect(),
        };
        assert_eq!(found, expected);
    }
}

#[test]
fn records_of_one_time_are_paged_by_their_place() {
    let mut trail = Trail::new();
    trail.append((0..10).map(|seq| record(seq, 7, "event", "tick", json!({}))));
    trail.index(5);
    let query = Query::new().name("tick");
    let (mut found, mut after) = places(&trail, &query, None);
    while let Some(cursor) = after {
        let (more, next) = places(&trail, &query, Some(&cursor));
        found.extend(more);
        after = next;
    }
    assert_eq!(found, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
}

#[test]
fn a_call_that_ended_in_the_tail_is_told_by_its_decision_whether_indexed_or_not() {
    let mut trail = Trail::new();
    trail.append([
        record(0, 0, "decision", "pay", decision(0, "alice", "allow")),
        record(1, 1, "decision", "pay", decision(1, "alice", "allow")),
        record(2, 2, "outcome", "pay", outcome(0, "alice", "failed")),
        record(3, 3, "outcome", "pay", outcome(1, "alice", "completed")),
        record(4, 4, "decision", "pay", decision(4, "alice", "allow")),
    ]);
    for end in 0..=5 {
        trail.index(end);
        let page = search(&trail.conn, &Query::new(), None, 10).unwrap();
        let told: Vec<_> = page
            .records
            .iter()
            .map(|record| (record.outcome, record.is_open))
            .collect();
        let (failed, completed) = (Some(Status::Failed), Some(Status::Completed));
        let wanted = [
            (None, true),
            (completed, false),
            (failed, false),
            (completed, false),
            (failed, false),
        ];
        assert_eq!(told, wanted, "indexed to {end}");
        let (failed, _) = places(&trail, &Query::new().outcome(Status::Failed), None);
        assert_eq!(failed, [2, 0], "indexed to {end}");
        assert_eq!(
            places(&trail, &Query::new().open(), None).0,
            [4],
            "indexed to {end}"
        );
    }
}

#[test]
fn a_decision_whose_process_died_is_found_as_unknown() {
    let mut trail = decisions(2);
    trail.index(2);
    let died = "UPDATE entry SET outcome = 'unknown', open = 0 WHERE seq = 1";
    trail.conn.execute(died, []).unwrap();
    assert_eq!(
        places(&trail, &Query::new().outcome(Status::Unknown), None).0,
        [1]
    );
    assert_eq!(places(&trail, &Query::new().open(), None).0, [0]);
}

#[test]
fn a_page_that_finds_little_ends_early_and_the_next_goes_on() {
    let mut trail = decisions(25_000);
    trail.index(25_000);
    let query = Query::new().field("action.amount", Test::Less(3_i64.into()));
    let first = search(&trail.conn, &query, None, 10).unwrap();
    assert_eq!(first.records.len(), 0);
    let second = search(&trail.conn, &query, first.next.as_ref(), 10).unwrap();
    let found: Vec<u64> = second.records.iter().map(|record| record.seq).collect();
    assert_eq!((found, second.next), (vec![2, 1, 0], None));
}

#[test]
fn a_cursor_of_another_query_is_refused() {
    let trail = decisions(9);
    let (_, next) = places(&trail, &Query::new(), None);
    let error = search(&trail.conn, &Query::new().actor("alice"), next.as_ref(), 3).unwrap_err();
    assert!(matches!(error, SearchError::Cursor(_)), "{error}");
}

#[test]
fn a_query_of_too_many_conditions_is_refused() {
    let trail = decisions(1);
    let query = (0..129).fold(Query::new(), |query, number| {
        query.actor(number.to_string())
    });
    let error = search(&trail.conn, &query, None, 3).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the query has 129 conditions, at most 128 are accepted"
    );
    let error = aggregate(&trail.conn, &Aggregation::new(query)).unwrap_err();
    assert!(
        matches!(error, SearchError::TooManyConditions(129)),
        "{error}"
    );
}

#[test]
fn a_caller_that_holds_a_moment_still_is_answered_from_it() {
    let mut trail = decisions(2);
    trail.index(1);
    trail.conn.execute_batch("BEGIN").unwrap();
    assert_eq!(places(&trail, &Query::new(), None).0, [1, 0]);
    let counted = aggregate(&trail.conn, &Aggregation::new(Query::new())).unwrap();
    assert_eq!(counted.records, 2);
    assert!(
        !trail.conn.is_autocommit(),
        "the caller's transaction was ended"
    );
}

#[test]
fn counts_take_in_fields_and_patterns() {
    let mut trail = decisions(10);
    trail.index(6);
    let query = Query::new()
        .actor(Pattern::wild("al*"))
        .without(Condition::Effect(Effect::Block))
        .field("action.amount", Test::AtLeast(4_i64.into()));
    let tally = aggregate(&trail.conn, &Aggregation::new(query).by(Dimension::Effect)).unwrap();
    assert_eq!(tally.records, 6);
    assert_eq!(tally.groups[0].keys, [Some("allow".to_owned())]);
}

#[test]
fn a_trail_without_a_head_is_empty_or_not_indexed() {
    let trail = decisions(2);
    trail.conn.execute("DELETE FROM head", []).unwrap();
    assert_eq!(
        places(&trail, &Query::new().since(Timestamp::from_nanos(1)), None).0,
        [1]
    );
}
