//! [`Environment`]: what all components of an assembly have around them.

use std::any::TypeId;
use std::sync::Arc;
use std::time::Duration;

use crate::bus::Bus;
use crate::scope::Surroundings;

use super::service::Services;
use super::signal::Signal;
use super::supervision::Supervision;
use super::turn::Turns;

/// Is told which of its components can't go on, what that was when it failed, and why.
pub(super) type Failing<I> = Arc<dyn Fn(&Arc<I>, u64, String) + Send + Sync>;

/// What all components of an assembly have around them.
pub(super) struct Environment<I> {
    pub(super) bus: Bus,
    pub(super) services: Services,
    /// The services that are there before any component.
    pub(super) host: Vec<TypeId>,
    /// Where what nobody asked for is recorded, and components are started anew: in the runtime in which the assembly booted, and
    /// in nobody's name.
    pub(super) scope: Surroundings,
    /// How long one may take to end.
    pub(super) stop_timeout: Duration,
    /// What becomes of one that fails, unless it says otherwise.
    pub(super) supervision: Supervision,
    pub(super) failing: Failing<I>,
    /// Whoever starts or ends any of them has a turn. Who waits for one asks again when any begins to start or end.
    pub(super) turns: Arc<Turns>,
    /// Given when the assembly ends: nothing starts any more.
    pub(super) ended: Signal,
}
