//! Who reads by a tenant's handle is recorded for the tenant.

use audit_core::{Actor, Scope, tenant};
use audit_trail::{Aggregation, Order, Query, Trail};
use serde_json::{Value, json};

use super::{accesses, fill, id};
use crate::support::SOON;

/// A trail that records who reads it.
fn world() -> (tempfile::TempDir, Trail) {
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::open(dir.path().join("audit.db")).unwrap();
    fill(&trail);
    (dir, trail)
}

/// What is told of reading, of those that came before.
fn told(trail: &Trail) -> Vec<Value> {
    trail.flush(SOON).unwrap();
    let query = accesses().order(Order::Oldest);
    let found = trail.search(&query, None, 100).unwrap().records;
    let records = found
        .iter()
        .map(|record| serde_json::from_slice(&record.body).unwrap());
    records.collect()
}

#[test]
fn every_way_of_reading_is_told_as_the_tenants_whatever_the_readers_own_scope_says() {
    let (dir, trail) = world();
    let acme = trail.for_tenant(id("acme"));
    let read = || {
        let query = Query::new().tenant("globex");
        acme.search(&query, None, 10).unwrap();
        acme.aggregate(&Aggregation::new(query.clone())).unwrap();
        drop(acme.answers(query));
        acme.prove(1).unwrap();
        acme.prove(2).unwrap_err();
    };
    Scope::new().actor(Actor::new("operator")).run(read);
    trail.flush(SOON).unwrap();
    let other = tenant::scope("globex")
        .unwrap()
        .actor(Actor::new("auditor"));
    other.run(|| acme.export_records(dir.path().join("out")).unwrap());

    let told = told(&trail);
    for record in &told {
        assert_eq!(record["tenant"], "acme", "{record}");
    }
    let told = told.iter().map(|record| {
        let mut data = record["data"].clone();
        if let Some(error) = data.get_mut("error") {
            assert_eq!(
                error.take(),
                "tenant `acme` has no record 2, or not any more"
            );
        }
        (record["name"].clone(), record["actor"]["id"].clone(), data)
    });
    let asked = "tenant:globex";
    let expected = [
        (
            "trail.query",
            "operator",
            json!({"query": asked, "records": 0}),
        ),
        (
            "trail.aggregate",
            "operator",
            json!({"query": asked, "records": 0}),
        ),
        ("trail.query", "operator", json!({"query": asked})),
        ("trail.prove", "operator", json!({"record": 1})),
        (
            "trail.prove",
            "operator",
            json!({"record": 2, "error": null}),
        ),
        (
            "trail.export",
            "auditor",
            // His two, and the five of the readings before.
            json!({"records": 7, "format": "records"}),
        ),
    ];
    let expected = expected.map(|(name, actor, data)| (json!(name), json!(actor), data));
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[test]
fn a_tenant_finds_who_read_his_records_and_not_who_read_those_of_others() {
    let (_dir, trail) = world();
    let (acme, globex) = (trail.for_tenant(id("acme")), trail.for_tenant(id("globex")));
    Scope::new().actor(Actor::new("operator")).run(|| {
        acme.search(&Query::new(), None, 1).unwrap();
        globex.search(&Query::new(), None, 1).unwrap();
        // The whole trail, for nobody in particular.
        trail.search(&Query::new(), None, 1).unwrap();
    });
    trail.flush(SOON).unwrap();
    let found = acme.search(&accesses(), None, 10).unwrap().records;
    let actors: Vec<_> = found
        .iter()
        .map(|record| record.columns().unwrap().actor.unwrap().into_owned())
        .collect();
    assert_eq!(actors, ["operator"]);
}

#[test]
fn who_reads_the_whole_trail_in_a_tenants_scope_is_not_for_that_tenant_to_see() {
    let (_dir, trail) = world();
    tenant::scope("globex")
        .unwrap()
        .run(|| trail.search(&Query::new(), None, 1).unwrap());
    trail.search(&Query::new(), None, 1).unwrap();
    let told = told(&trail);
    let tenants: Vec<_> = told
        .iter()
        .map(|record| record.get("tenant").cloned())
        .collect();
    assert_eq!(tenants, [None, None]);
    assert_eq!(told[0]["data"]["scope_tenant"], "globex");
    let handle = trail.for_tenant("globex".try_into().unwrap());
    let query = handle.query("kind:access").unwrap();
    assert_eq!(handle.search(&query, None, 10).unwrap().records, []);
}

#[test]
fn what_fails_inside_is_not_told_to_the_tenant_and_what_he_asked_wrongly_is() {
    let (dir, trail) = world();
    let acme = trail.for_tenant(id("acme"));
    let cursor = trail.search(&Query::new(), None, 1).unwrap().next;
    let of_trail = told(&trail).len();
    acme.search(&Query::new(), cursor.as_ref(), 1).unwrap_err();
    // It has the trail in it.
    let error = acme.export_records(dir.path()).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains(dir.path().to_str().unwrap()), "{source}");
    let told = told(&trail);
    let errors: Vec<_> = told[of_trail + 1..]
        .iter()
        .filter_map(|record| record["data"]["error"].as_str())
        .collect();
    let asked = format!(
        "cursor `{}` was given by another query, expected one of this query",
        cursor.unwrap()
    );
    assert_eq!(errors, [asked.as_str(), "failed"]);
}

#[test]
fn a_question_to_the_whole_trail_that_is_kept_to_a_tenant_says_so() {
    let (_dir, trail) = world();
    let query = Query::new().action("pay").within_tenant(&id("acme"));
    trail.search(&query, None, 1).unwrap();
    drop(trail.answers(query.clone().within_tenant(&id("globex"))));
    trail.aggregate(&Aggregation::new(query)).unwrap();
    let told: Vec<_> = told(&trail)
        .iter()
        .map(|record| {
            (
                record["data"]["query"].clone(),
                record["data"]["within_tenant"].clone(),
            )
        })
        .collect();
    let asked = |kept: &str| (json!("action:pay"), json!(kept));
    assert_eq!(told, [asked("acme"), asked("acme,globex"), asked("acme")]);
}
