//! One tenant's handle of a trail: what it answers, what it does not, and who is told of it.

#![cfg(test)]

mod support;

#[path = "tenant/access.rs"]
mod access;
#[path = "tenant/answer.rs"]
mod answer;
#[path = "tenant/bundle.rs"]
mod bundle;
#[path = "tenant/kind.rs"]
mod kind;
#[path = "tenant/proof.rs"]
mod proof;

use audit_core::{Delivery, EventKind, Recorded, TenantId};
use audit_trail::{Query, TenantTrail, Trail};

use support::{SOON, event, put};

fn id(tenant: &str) -> TenantId {
    TenantId::new(tenant).unwrap()
}

/// Has something recorded for a tenant, or for none.
fn happened(trail: &Trail, tenant: Option<&'static str>, number: u64) {
    let mut event = event("order.paid", number);
    event.tenant = tenant.map(Into::into);
    let recorded = put(trail, &event, Delivery::Buffered);
    assert!(matches!(recorded, Recorded::Taken(_)), "{recorded:?}");
}

/// A trail of a quiet kind in which two tenants and nobody have two records each, in turns: 0 is the trail's own, those of `acme` are 1
/// and 4, those of `globex` 2 and 5, and 3 and 6 belong to nobody.
fn world() -> (tempfile::TempDir, Trail) {
    let dir = tempfile::tempdir().unwrap();
    let trail = support::open(dir.path());
    fill(&trail);
    (dir, trail)
}

fn fill(trail: &Trail) {
    for number in 0..2 {
        for tenant in [Some("acme"), Some("globex"), None] {
            happened(trail, tenant, number);
        }
    }
    trail.flush(SOON).unwrap();
}

/// The places of the records that a tenant's handle answers with.
fn places(trail: &TenantTrail, query: &str) -> Vec<u64> {
    let query = trail.query(query).unwrap();
    let answers = trail.answers(query);
    let mut places: Vec<u64> = answers.map(|record| record.unwrap().seq).collect();
    places.sort_unstable();
    places
}

/// Records that tell of reading, by those who read before.
fn accesses() -> Query {
    Query::new().kind(EventKind::Access)
}
