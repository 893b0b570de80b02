//! What a filter says is the user's own, and warned of as any of it; that a function is called by the bus is not.

#![deny(warnings)]

use audit_core::bus::DomainEvent;
use audit_core::component::Health;
use audit_core::{component, runnable, subscribe};

#[deprecated]
fn is_wanted(_: &DomainEvent) -> bool {
    true
}

#[deprecated]
#[subscribe("account.*", filter = is_wanted)]
fn on_account() {}

#[deprecated]
#[runnable("size")]
fn size() -> u64 {
    7
}

#[allow(deprecated)]
#[subscribe("account.*", filter = is_wanted)]
fn on_account_as_ever() {}

#[deprecated]
struct Kind;

struct Audit;

#[component("audit")]
impl Audit {
    #[deprecated]
    #[requires]
    fn new() -> Self {
        Self
    }

    #[deprecated]
    #[allow(deprecated)]
    #[provides]
    fn kind(&self) -> std::sync::Arc<Kind> {
        std::sync::Arc::new(Kind)
    }

    #[deprecated]
    #[activate]
    fn start(&self) {}

    #[deprecated]
    #[deactivate]
    async fn stop(&self) {}

    #[deprecated]
    #[health]
    fn health(&self) -> Health {
        Health::Healthy
    }

    #[deprecated]
    #[runnable("size")]
    fn size(&self) -> u64 {
        7
    }

    #[deprecated]
    #[subscribe("account.*", queue = 16, filter = |event| is_wanted(event) && Self::is_ours(event))]
    fn on_account(&self) {}

    #[allow(deprecated)]
    #[subscribe("account.*", filter = is_wanted)]
    fn on_account_as_ever(&self) {}

    #[deprecated]
    fn is_ours(_: &DomainEvent) -> bool {
        true
    }
}

#[deprecated]
struct Old;

#[component("old")]
#[allow(deprecated)]
impl Old {
    #[requires]
    fn new() -> Self {
        Self
    }

    #[subscribe("account.*", filter = is_wanted)]
    #[subscribe("account.[ab")]
    fn on_account(&self) {}

    #[deny(deprecated)]
    #[subscribe("other.*", filter = is_wanted)]
    fn on_other(&self) {}
}

fn main() {
    on_account_as_ever();
    Audit.on_account_as_ever();
}
