//! Which rows a query is answered from.

use audit_core::{TenantId, Timestamp};
use rusqlite::{Connection, params_from_iter};
use serde_json::json;

use super::fixture::{Trail, decision, outcome, record};
use crate::query::{Aggregation, Order, Query};
use crate::store::sqlite::search::choice::{candidates, choose, choose_kept};
use crate::store::sqlite::search::lane::{Lane, Plan, plans};
use crate::store::sqlite::search::{aggregate, search};

/// How a lane is read.
fn explained(conn: &Connection, lane: &Lane, order: Order) -> String {
    let times = " AND time >= 5 AND time < 50";
    let sql = lane.sql(order, times, None, false);
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let rows = statement
        .query_map(params_from_iter(&lane.within.values), |row| {
            row.get::<_, String>(3)
        })
        .unwrap();
    rows.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
}

#[test]
fn lanes_are_read_from_their_index_alone_in_order_and_never_all_of_them() {
    let trail = Trail::new();
    for (text, index) in [
        ("actor:alice", "entry_actor (actor=?"),
        ("tenant:acme", "entry_tenant (tenant=?"),
        ("resource:x", "entry_resource (resource=?"),
        ("rule:r", "entry_rule (rule=?"),
        ("action:pay", "entry_name (name=?"),
        ("name:pay", "entry_name (name=?"),
        ("effect:block", "entry_effect (effect=?"),
        ("outcome:failed", "entry_outcome (outcome=?"),
        ("outcome:unknown", "entry_outcome (outcome=?"),
        ("kind:loss", "entry_kind (kind=?"),
        ("", "entry_time ("),
    ] {
        let query = Query::parse(text, Timestamp::default()).unwrap();
        let plan = plans(&query).pop().unwrap_or_else(Plan::all);
        for order in [Order::Newest, Order::Oldest] {
            let found = explained(&trail.conn, &plan.lanes[0], order);
            let is_bounded = found.contains("time>? AND time<?");
            let wanted = format!("SEARCH entry USING COVERING INDEX {index}");
            assert!(
                found.starts_with(&wanted) && is_bounded,
                "`{text}`: {found}"
            );
            assert!(
                !found.contains("TEMP B-TREE"),
                "`{text}` is sorted: {found}"
            );
        }
    }
    for (text, wanted) in [
        (
            "actor:al*",
            "USING COVERING INDEX entry_actor (actor>? AND actor<?)",
        ),
        (
            "id:00000000-0000-7000-8000-000000000001",
            "INDEX entry_id (id=?)",
        ),
        (
            "call:00000000-0000-7000-8000-000000000001",
            "INDEX entry_call (call=?)",
        ),
        (
            "seq:1..9",
            "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        ),
        ("outcome:open", "USING INDEX entry_open"),
    ] {
        let query = Query::parse(text, Timestamp::default()).unwrap();
        let found = explained(&trail.conn, &plans(&query)[0].lanes[0], Order::Newest);
        assert!(found.contains(wanted), "`{text}`: {found}");
    }
}

#[test]
fn the_plan_with_fewest_rows_is_chosen_whatever_its_kind() {
    let mut trail = Trail::new();
    // One actor does nearly everything; one action is rare; another actor does little.
    trail.append((0..2000).map(|seq| {
        let actor = if seq % 100 == 0 { "bob" } else { "robot" };
        let name = if seq % 400 == 7 { "refund" } else { "pay" };
        let mut parts = decision(seq, actor, "allow");
        parts["tenant"] = json!("acme");
        record(seq, i64::try_from(seq).unwrap(), "decision", name, parts)
    }));
    trail.index(2000);
    for (text, index) in [
        ("actor:robot action:refund", "entry_name"),
        ("actor:bob action:pay", "entry_actor"),
        ("actor:bob* action:pay", "entry_actor"),
        ("actor:robot action:pay seq:10..12", "NOT INDEXED"),
        ("tenant:acme actor:robot action:pay", "entry_actor"),
        ("actor:*t tenant:acme", "entry_tenant"),
        ("actor:*t", "entry_time"),
        ("-actor:robot", "entry_time"),
        (
            "action:pay id:00000000-0000-7000-8000-000000000001",
            "entry_id",
        ),
        ("effect:allow", "entry_time"),
    ] {
        let query = Query::parse(text, Timestamp::default()).unwrap();
        super::super::like::prepare(&trail.conn, &query).unwrap();
        let plans = candidates(&trail.conn, &query, "").unwrap();
        let by = choose(&trail.conn, plans, "").unwrap().lanes[0].by;
        assert!(by.ends_with(index), "`{text}` is answered by {by}");
    }
}

#[test]
fn an_outcome_of_many_and_one_of_few_are_read_together() {
    let mut trail = Trail::new();
    trail.append((0..40).map(|seq| {
        let (kind, parts) = match seq % 4 {
            0 => ("decision", decision(seq, "alice", "allow")),
            1 => ("outcome", outcome(seq - 1, "alice", "failed")),
            _ => ("decision", decision(seq, "alice", "block")),
        };
        record(seq, 40 - i64::try_from(seq).unwrap(), kind, "pay", parts)
    }));
    trail.index(40);
    let query = Query::parse("outcome:open,failed", Timestamp::default()).unwrap();
    let page = search(&trail.conn, &query, None, 100).unwrap();
    let found: Vec<u64> = page.records.iter().map(|record| record.seq).collect();
    assert_eq!(found, trail.expected(&query));
    assert_eq!(found.len(), 40);
    assert!(
        page.records
            .iter()
            .all(|record| record.is_open == (record.seq % 4 > 1))
    );
}

#[test]
fn values_that_are_common_alone_and_rare_together_are_found_all() {
    let mut trail = Trail::new();
    trail.append((0..18_000).map(|seq| {
        let is_both = seq % 4_000 == 3;
        let actor = if seq % 2 == 0 || is_both {
            "robot"
        } else {
            "bob"
        };
        let name = if seq % 2 == 1 { "pay" } else { "refund" };
        let time = i64::try_from(seq).unwrap();
        record(seq, time, "decision", name, decision(seq, actor, "allow"))
    }));
    trail.index(17_000);
    for text in [
        "actor:robot action:pay",
        "actor:robot action:pay order:oldest",
        "actor:robot action:refund",
    ] {
        let query = Query::parse(text, Timestamp::default()).unwrap();
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = search(&trail.conn, &query, after.as_ref(), 512).unwrap();
            found.extend(page.records.iter().map(|record| record.seq));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, trail.expected(&query), "{text}");
    }
}

/// A query of this text, kept to a tenant.
fn kept_to(tenant: &str, text: &str) -> Query {
    let query = Query::parse(text, Timestamp::default()).unwrap();
    query.within_tenant(&TenantId::new(tenant).unwrap())
}

/// The plan by which it is answered.
fn chosen(trail: &Trail, query: &Query, tenant: &str) -> Plan {
    choose_kept(&trail.conn, plans(query), "", &Plan::of_tenant(tenant)).unwrap()
}

#[test]
fn a_tenant_with_few_records_among_many_is_answered_from_his_own_rows() {
    let mut trail = Trail::new();
    trail.append((0..3000).map(|seq| {
        let mut parts = decision(seq, "robot", "block");
        parts["tenant"] = json!(if seq % 1000 == 7 { "acme" } else { "globex" });
        record(seq, i64::try_from(seq).unwrap(), "decision", "pay", parts)
    }));
    trail.index(3000);
    for text in [
        "",
        "actor:robot",
        "action:pay",
        "effect:block",
        "tenant:globex",
        "tenant:glob*",
        "tenant:globex,acme actor:robot",
        "-tenant:acme",
        "-actor:bob",
    ] {
        let query = kept_to("acme", text);
        super::super::like::prepare(&trail.conn, &query).unwrap();
        let plan = chosen(&trail, &query, "acme");
        assert_eq!(plan, Plan::of_tenant("acme"), "`{text}`");
        for order in [Order::Newest, Order::Oldest] {
            let found = explained(&trail.conn, &plan.lanes[0], order);
            let wanted =
                "SEARCH entry USING COVERING INDEX entry_tenant (tenant=? AND time>? AND time<?)";
            assert_eq!(found, wanted, "`{text}`");
        }
    }
    // What is rarer than the tenant is looked up first.
    let query = kept_to("globex", "id:00000000-0000-7000-8000-000000000001");
    let plan = chosen(&trail, &query, "globex");
    assert_eq!(plan.lanes[0].by, "INDEXED BY entry_id");
}

#[test]
fn a_run_that_has_many_rows_of_others_is_not_read_for_a_tenant() {
    // Fewer rows of an actor than of the tenant, nearly all of them another's.
    const OTHERS: u64 = 21_000;
    const OWN: u64 = 28_000;
    let mut trail = Trail::new();
    trail.append((0..OWN + OTHERS).map(|seq| {
        let is_own = seq < OWN;
        let actor = if !is_own || seq % 4_000 == 5 {
            "robot"
        } else {
            "bob"
        };
        let mut parts = decision(seq, actor, "allow");
        parts["tenant"] = json!(if is_own { "acme" } else { "globex" });
        record(seq, i64::try_from(seq).unwrap(), "decision", "pay", parts)
    }));
    trail.index(trail.bodies.len());
    let query = kept_to("acme", "actor:robot");
    let chosen = |query: &Query| chosen(&trail, query, "acme");
    assert_eq!(chosen(&query), Plan::of_tenant("acme"));
    // Where they are few, it is: his own are more.
    assert_eq!(
        chosen(&kept_to(
            "acme",
            "actor:robot id:00000000-0000-7000-8000-000000000001"
        ))
        .lanes[0]
            .by,
        "INDEXED BY entry_id"
    );
    trail
        .conn
        .execute("DELETE FROM entry WHERE seq > 30000", [])
        .unwrap();
    assert_eq!(chosen(&query).lanes[0].by, "INDEXED BY entry_actor");
}

#[test]
fn a_query_kept_to_two_tenants_is_answered_without_reading() {
    let trail = Trail::new();
    let query = kept_to("acme", "actor:robot").within_tenant(&TenantId::new("globex").unwrap());
    // What would read fails.
    trail
        .conn
        .execute_batch("DROP TABLE entry; DROP TABLE record; DROP TABLE head")
        .unwrap();
    let page = search(&trail.conn, &query, None, 10).unwrap();
    assert_eq!((page.records.len(), page.next), (0, None));
    let tally = aggregate(&trail.conn, &Aggregation::new(query)).unwrap();
    assert_eq!(tally.records, 0);
}

#[test]
fn a_tenant_s_next_page_begins_behind_a_record_whichever_run_was_read() {
    let mut trail = Trail::new();
    trail.append((0..40).map(|seq| {
        let is_own = seq < 12;
        let actor = if is_own && seq % 3 > 0 {
            "bob"
        } else {
            "robot"
        };
        let mut parts = decision(seq, actor, "allow");
        parts["tenant"] = json!(if is_own { "acme" } else { "globex" });
        record(seq, i64::try_from(seq).unwrap(), "decision", "pay", parts)
    }));
    trail.index(trail.bodies.len());
    let query = kept_to("acme", "actor:robot order:oldest");
    let run = || chosen(&trail, &query, "acme").lanes[0].by;
    let next = || {
        search(&trail.conn, &query, None, 2)
            .unwrap()
            .next
            .unwrap()
            .seq()
    };
    // The second of his own is at place 3.
    assert_eq!((run(), next()), ("INDEXED BY entry_tenant", 3));
    trail.forget(|seq| seq >= 12);
    assert_eq!((run(), next()), ("INDEXED BY entry_actor", 3));
}
