//! Whatever is asked, the answer is that of reading every record.

use std::collections::BTreeMap;
use std::time::Duration;

use audit_core::{TenantId, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::fixture::{Trail, decision, outcome, record};
use crate::query::{Aggregation, Dimension, Query};
use crate::store::sqlite::search::page::page_of;
use crate::store::sqlite::search::{aggregate, search};

const ACTORS: [&str; 4] = ["al", "alice", "bob", "a\0l"];

/// A record of any kind; outcomes belong to a random decision before.
fn any_record() -> impl Strategy<Value = (u8, i64, usize, u8, i64)> {
    (0..6_u8, 0..20_i64, 0..ACTORS.len(), any::<u8>(), 0..4_i64)
}

fn records(drawn: &[(u8, i64, usize, u8, i64)]) -> Vec<Value> {
    let mut decisions: Vec<u64> = Vec::new();
    let mut records = Vec::new();
    for ((kind, time, actor, byte, amount), seq) in drawn.iter().zip(0_u64..) {
        let actor = ACTORS[*actor];
        let name = ["pay", "refund", "loss"][usize::from(byte % 3)];
        let (kind, mut parts) = match kind {
            0..3 => {
                let effect = ["allow", "block"][usize::from(byte / 3 % 2)];
                let mut parts = decision(seq, actor, effect);
                parts["action"]["amount"] = json!(amount);
                if byte % 5 == 0 {
                    parts["decision"]["matched_rule"] = json!("r1");
                }
                if byte % 7 == 0 {
                    parts["resource"] = json!("order/1");
                }
                decisions.push(seq);
                ("decision", parts)
            }
            3 | 4 if !decisions.is_empty() => {
                let call = decisions.remove(usize::from(*byte) % decisions.len());
                let status = ["completed", "failed", "unknown"][usize::from(byte % 3)];
                ("outcome", outcome(call, actor, status))
            }
            _ => (
                "event",
                json!({"actor": {"id": actor}, "data": {"n": amount}}),
            ),
        };
        match byte % 5 {
            0 => parts["tenant"] = json!("acme"),
            1 => parts["tenant"] = json!("globex"),
            _ => {}
        }
        records.push(record(seq, *time, kind, name, parts));
    }
    records
}

fn any_query() -> impl Strategy<Value = String> {
    let terms = prop::sample::subsequence(
        vec![
            "actor:alice",
            "actor:al*,bob",
            "actor:*l",
            "-actor:alice",
            "actor:alice,al",
            "name:pay,loss",
            "action:refund",
            "-action:pay",
            "effect:block",
            "effect:allow,block",
            "-effect:allow",
            "outcome:failed",
            "outcome:completed",
            "outcome:open",
            "outcome:open,unknown",
            "-outcome:completed",
            "-outcome:open",
            "kind:event",
            "kind:outcome",
            "-kind:decision",
            "tenant:acme",
            "tenant:globex,acme",
            "-tenant:acme",
            "tenant:*",
            "resource:order*",
            "rule:r*",
            "took>1us",
            "took<=1us",
            "seq:3..9",
            "since:1970-01-01T00:00:00.000000005Z",
            "until:1970-01-01T00:00:00.000000015Z",
            "field.action.amount>1",
            "-field.data.n:0,1",
            "id:00000000-0000-7000-8000-000000000002",
            "call:00000000-0000-7000-8000-000000000001",
            "call:00000000-0000-7000-8000-000000000001,00000000-0000-7000-8000-000000000002",
            "mode:enforce",
            "order:oldest",
        ],
        0..5,
    );
    terms.prop_map(|terms| {
        let said = |term: &&str| {
            term.trim_start_matches('-')
                .split([':', '>', '<'])
                .next()
                .unwrap_or("")
                .to_owned()
        };
        let mut seen = Vec::new();
        let once: Vec<_> = terms
            .into_iter()
            .filter(|term| {
                let key = said(term);
                let is_new = key != "took" || !seen.contains(&key);
                seen.push(key);
                is_new
            })
            .collect();
        once.join(" ")
    })
}

/// A query of any text, kept to `acme` or not.
fn query(text: &str, is_kept: bool) -> Query {
    let query = Query::parse(text, Timestamp::default()).unwrap();
    if is_kept {
        query.within_tenant(&TenantId::new("acme").unwrap())
    } else {
        query
    }
}

/// The places of the records that answer, told without asking the query for its tenant.
fn expected(trail: &Trail, text: &str, is_kept: bool) -> Vec<u64> {
    let mut expected = trail.expected(&query(text, false));
    expected.retain(|seq| !is_kept || is_of_acme(trail, *seq));
    expected
}

fn parsed(trail: &Trail, seq: u64) -> Value {
    let body = &trail.bodies[usize::try_from(seq).unwrap()];
    serde_json::from_slice(body).unwrap()
}

fn is_of_acme(trail: &Trail, seq: u64) -> bool {
    parsed(trail, seq)["tenant"] == "acme"
}

fn is_outcome(trail: &Trail, seq: u64) -> bool {
    parsed(trail, seq)["kind"] == "outcome"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 150 } else { 4000 }))]

    #[test]
    fn pages_have_every_record_that_matches_once_and_in_order_wherever_the_index_ends(
        drawn in prop::collection::vec(any_record(), 0..40), text in any_query(),
        end in 0..41_usize, limit in 1..8_usize, is_kept: bool
    ) {
        let query = query(&text, is_kept);
        let mut trail = Trail::new();
        trail.append(records(&drawn));
        trail.index(end.min(drawn.len()));
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = search(&trail.conn, &query, after.as_ref(), limit).unwrap();
            prop_assert_eq!(page.index_mismatches, 0);
            prop_assert!(page.records.len() <= limit);
            if let Some(next) = page.next.filter(|_| is_kept) {
                prop_assert!(is_of_acme(&trail, next.seq()), "a cursor tells where another's record stands");
            }
            // A cursor is as good after it was text.
            after = page.next.map(|next| next.to_string().parse().unwrap());
            found.extend(page.records.iter().map(|record| record.seq));
            for record in page.records {
                prop_assert_eq!(&record.body, &trail.bodies[usize::try_from(record.seq).unwrap()]);
            }
            if after.is_none() { break; }
        }
        prop_assert_eq!(&found, &expected(&trail, &text, is_kept), "{}", query);
    }

    #[test]
    fn a_tenant_s_pages_are_the_same_whether_others_have_records_or_none(
        drawn in prop::collection::vec(any_record(), 0..60), text in any_query(),
        end in 0..61_usize, limit in 1..8_usize, examined in 1..12_usize
    ) {
        let query = query(&text, true);
        let mut trail = Trail::new();
        trail.append(records(&drawn));
        trail.index(end.min(drawn.len()));
        let pages = |trail: &Trail| {
            super::super::like::prepare(&trail.conn, &query).unwrap();
            let (mut pages, mut after) = (Vec::new(), None);
            loop {
                let page = page_of(&trail.conn, &query, after, limit, examined).unwrap();
                let places: Vec<u64> = page.records.iter().map(|record| record.seq).collect();
                pages.push((places, page.next));
                after = page.next;
                if after.is_none() { return pages; }
            }
        };
        let among_others = pages(&trail);
        let found: Vec<u64> = among_others.iter().flat_map(|(places, _)| places.clone()).collect();
        prop_assert_eq!(found, expected(&trail, &text, true), "{}", query);
        // How a call ended is told of its decision, whosever the outcome is.
        trail.forget(|seq| !is_of_acme(&trail, seq) && !is_outcome(&trail, seq));
        prop_assert_eq!(among_others, pages(&trail), "{}", query);
    }

    #[test]
    fn counts_are_those_of_the_records_that_match_wherever_the_index_ends(
        drawn in prop::collection::vec(any_record(), 0..40), text in any_query(), end in 0..41_usize,
        is_kept: bool
    ) {
        let query = query(&text, is_kept);
        let mut trail = Trail::new();
        trail.append(records(&drawn));
        trail.index(end.min(drawn.len()));
        let asked = Aggregation::new(query.clone())
            .by(Dimension::Outcome).by(Dimension::Actor).every(Duration::from_nanos(7)).with_latency();
        let tally = aggregate(&trail.conn, &asked).unwrap();
        let mut expected: BTreeMap<_, (u64, Vec<i64>)> = BTreeMap::new();
        for outcome in ["open", "completed", "failed", "unknown", ""] {
            let narrowed = match outcome {
                "" => Query::parse("-outcome:*", Timestamp::default()).unwrap(),
                word => Query::parse(&format!("outcome:{word}"), Timestamp::default()).unwrap(),
            };
            let of_query = super::model::expected(&trail, &text, is_kept);
            for seq in trail.expected(&narrowed) {
                if !of_query.contains(&seq) { continue; }
                let columns = crate::Columns::read(&trail.bodies[usize::try_from(seq).unwrap()]).unwrap();
                let outcome = (!outcome.is_empty()).then(|| outcome.to_owned());
                let actor = columns.actor.map(|actor| actor.into_owned());
                let group = expected.entry((columns.time / 7 * 7, vec![outcome, actor])).or_default();
                group.0 += 1;
                group.1.extend(columns.took);
            }
        }
        let found: BTreeMap<_, _> = tally.groups.iter().map(|group| {
            let start = group.start.unwrap().as_nanos();
            ((start, group.keys.clone()), (group.count, group.latency.map(|latency| (latency.count, latency.max))))
        }).collect();
        let expected: BTreeMap<_, _> = expected.into_iter().map(|(key, (count, took))| {
            let max = took.iter().max().map(|max| Duration::from_nanos(u64::try_from(*max).unwrap()));
            (key, (count, max.map(|max| (took.len() as u64, max))))
        }).collect();
        prop_assert_eq!(tally.groups.len(), found.len());
        prop_assert_eq!(found, expected, "{}", query);
    }
}
