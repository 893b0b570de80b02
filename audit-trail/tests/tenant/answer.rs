//! What is found and counted, and what is not, whatever is asked.

use audit_core::EventKind;
use audit_trail::{Aggregation, Condition, Dimension, Order, Pattern, Query};

use super::{happened, id, places, world};
use crate::support::{SOON, line};

#[test]
fn a_tenant_finds_his_own_records_and_no_question_finds_more() {
    let (_dir, trail) = world();
    let acme = trail.for_tenant(id("acme"));
    for text in [
        "",
        "order:oldest",
        "tenant:acme",
        "tenant:acme,globex",
        "tenant:globex,acme",
        "tenant:*",
        "tenant:a*,*x",
        "-tenant:globex",
        "-kind:decision",
        "field.tenant:acme,globex",
        "seq:0..6",
        "name:order.paid,trail.opened",
    ] {
        assert_eq!(places(&acme, text), [1, 4], "{text}");
    }
    for text in [
        "tenant:globex",
        "-tenant:acme",
        "tenant:globex tenant:globex*",
        "field.tenant:globex",
        "-field.tenant:*",
        "kind:lifecycle",
        "seq:2..3",
        "seq:0",
    ] {
        assert_eq!(places(&acme, text), [0; 0], "{text}");
    }
    assert_eq!(places(&trail.for_tenant(id("globex")), ""), [2, 5]);
    assert_eq!(places(&trail.for_tenant(id("nobody")), ""), [0; 0]);
    // Capitals are told from small letters, and a name with wildcards is a name.
    assert_eq!(places(&trail.for_tenant(id("ACME")), ""), [0; 0]);
    assert_eq!(places(&trail.for_tenant(id("*")), ""), [0; 0]);
}

#[test]
fn a_question_that_is_built_is_kept_to_the_tenant_like_one_that_is_read() {
    let (_dir, trail) = world();
    let acme = trail.for_tenant(id("acme"));
    for query in [
        Query::new().tenant("globex"),
        Query::new().tenant(Pattern::wild("g*")),
        Query::new().within_tenant(&id("globex")),
        Query::new().without(Condition::Tenant("acme".into())),
    ] {
        let page = acme.search(&query, None, 10).unwrap();
        assert_eq!((page.records.len(), page.next), (0, None), "{query}");
        assert_eq!(acme.aggregate(&Aggregation::new(query)).unwrap().records, 0);
    }
    let both = Query::new().tenant("globex").tenant("acme");
    assert_eq!(acme.search(&both, None, 10).unwrap().records.len(), 2);
}

#[test]
fn a_tally_counts_the_tenants_records_alone() {
    let (_dir, trail) = world();
    let acme = trail.for_tenant(id("acme"));
    for by in [Dimension::Tenant, Dimension::Kind, Dimension::Name] {
        let tally = acme
            .aggregate(&Aggregation::new(Query::new()).by(by))
            .unwrap();
        assert_eq!((tally.records, tally.groups.len()), (2, 1), "{by:?}");
        assert_eq!(tally.groups[0].count, 2);
    }
    let all = Aggregation::new(Query::new().tenant("globex").tenant("acme"));
    assert_eq!(acme.aggregate(&all).unwrap().records, 2);
}

#[test]
fn records_that_no_index_has_yet_are_kept_to_the_tenant_too() {
    let (_dir, trail) = world();
    let acme = trail.for_tenant(id("acme"));
    // Asked again and again while the writer draws columns.
    for number in 10..40 {
        happened(&trail, Some("globex"), number);
        happened(&trail, Some("acme"), number);
        happened(&trail, None, number);
        trail.flush(SOON).unwrap();
        let found = places(&acme, "name:order.paid");
        assert_eq!(found.len() as u64, 2 + number - 9);
        assert!(found.iter().skip(2).all(|seq| seq % 3 == 2), "{found:?}");
    }
}

#[test]
fn a_cursor_of_another_tenant_or_of_the_whole_trail_is_refused_and_says_nothing() {
    let (_dir, trail) = world();
    let (acme, globex) = (trail.for_tenant(id("acme")), trail.for_tenant(id("globex")));
    let query = Query::new().kind(EventKind::Event).order(Order::Oldest);
    let own = acme.search(&query, None, 1).unwrap().next.unwrap();
    assert_eq!(
        acme.search(&query, Some(&own), 1).unwrap().records[0].seq,
        4
    );
    assert_eq!(own.seq(), 1, "it stands behind one of his records");

    let others = globex.search(&query, None, 1).unwrap().next.unwrap();
    let all = trail.search(&query, None, 1).unwrap().next.unwrap();
    let named = query.clone().tenant("acme");
    let named = trail.search(&named, None, 1).unwrap().next.unwrap();
    for cursor in [others, all, named] {
        for asked in [query.clone(), query.clone().tenant("acme")] {
            let error = line(&acme.search(&asked, Some(&cursor), 1).unwrap_err());
            let told = format!("cursor `{cursor}` was given by another query");
            assert!(error.contains(&told), "{error}");
            assert!(!error.contains("globex"), "{error}");
        }
    }
    // Nor is his good for anything else.
    assert!(trail.search(&query, Some(&own), 1).is_err());
    assert!(globex.search(&query, Some(&own), 1).is_err());
}

#[test]
fn nothing_that_is_printed_of_a_handle_tells_of_the_trail() {
    let (_dir, trail) = world();
    let acme = trail.for_tenant(id("acme"));
    assert!(format!("{acme:?}").starts_with("TenantTrail { tenant: TenantId("));
    assert!(!format!("{acme:?}").contains("stats"));
    assert!(!format!("{:?}", acme.answers(Query::new())).contains("stats"));
}
