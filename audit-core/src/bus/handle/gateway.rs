//! [`Gateway`]: the door for what happened in another process.

use std::fmt;
use std::sync::Arc;

use crate::bus::Bus;
use crate::bus::error::PublishError;
use crate::bus::event::{
    Burial, By, DeadLetterReason, DomainEvent, ForeignEvent, Payload, Said, What, Why,
};
use crate::bus::hub::{Hub, Named, is_reserved};
use crate::caller::{ANONYMOUS, BRIDGE, Caller, HOST};
use crate::request::Ambient;
use crate::scope::{Scope, cause_around, handling_depth};

use super::Handle;

/// The door for what happened in another process: publishes it here as it was there, and tells what has to go along with an event
/// that leaves.
///
/// It acts in the name of the component [`BRIDGE`], whose policy (or that of its instance) says which events may come in.
///
/// It is there until the last clone is dropped: what is subscribed and registered with its handle ends then. Several of one name are
/// one and the same to policies and to the [graph](Bus::graph).
#[derive(Clone)]
pub struct Gateway {
    hub: Arc<Hub>,
    door: Arc<Door>,
}

/// What all clones share.
struct Door {
    caller: Arc<Caller>,
    handle: Handle,
}

impl Drop for Door {
    fn drop(&mut self) {
        drop(self.handle.leave());
    }
}

/// A bridge that can't be called so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GatewayError {
    /// The name is empty, or the bus's own: it begins with `__`, or is `host` or `anonymous`.
    Reserved {
        /// The name.
        name: String,
    },
    /// A component or an instance of one is called so: what is set for that would hold for the bridge.
    Taken {
        /// The name.
        name: String,
        /// The component.
        component: String,
        /// Its instance.
        instance: String,
    },
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reserved { name } if name.is_empty() => {
                f.write_str("a bridge has an empty name, by which nobody can be told: give it one")
            }
            Self::Reserved { name } => write!(
                f,
                "a bridge can't be called `{}`, which is the bus's own: choose another name",
                name.escape_debug()
            ),
            Self::Taken {
                name,
                component,
                instance,
            } => {
                let (name, component) = (name.escape_debug(), component.escape_debug());
                write!(
                    f,
                    "a bridge can't be called `{name}`: `{}`, an instance of `{component}`, goes by that name",
                    instance.escape_debug()
                )
            }
        }
    }
}

impl std::error::Error for GatewayError {}

impl Bus {
    /// The door for whoever brings in events of other processes, as this instance of the component [`BRIDGE`].
    ///
    /// # Errors
    /// It can't be called so: the name is empty or the bus's own, or a component or an instance of one has it.
    pub fn gateway(&self, instance: &str) -> Result<Gateway, GatewayError> {
        let name = || instance.to_owned();
        if instance.is_empty() || is_reserved(instance) || [HOST, ANONYMOUS].contains(&instance) {
            return Err(GatewayError::Reserved { name: name() });
        }
        let hub = Arc::clone(&self.hub);
        let bus = Arc::downgrade(&hub);
        let caller = Caller::new(BRIDGE.into(), instance.into(), bus, None);
        hub.directory.come_in(&caller).map_err(|by| {
            let (
                name,
                Named {
                    instance,
                    component,
                },
            ) = (name(), by);
            GatewayError::Taken {
                name,
                component,
                instance,
            }
        })?;
        let handle = Handle::new(Arc::clone(&hub), Arc::clone(&caller));
        let door = Arc::new(Door { caller, handle });
        Ok(Gateway { hub, door })
    }
}

impl Gateway {
    /// The bus in its name.
    pub fn handle(&self) -> &Handle {
        &self.door.handle
    }

    /// The number of the bus among all of its process.
    pub fn bus_number(&self) -> u64 {
        self.hub.number()
    }

    /// Publishes what happened there: with its own identifier, time, publisher and origin, in the name of whoever acted there and
    /// because of what led to it there. Judged and recorded as a publication of this gateway, whose `operation` event names the
    /// origin.
    ///
    /// # Errors
    /// As [`Handle::publish`].
    pub async fn publish(&self, event: ForeignEvent) -> Result<DomainEvent, PublishError> {
        let scope = scope_of(&event.ambient);
        let (name, payload) = (event.name.clone(), event.payload.clone());
        let said = Some(Said::Foreign(Box::new(event)));
        let publication = self.hub.publish(&self.door.caller, &name, payload, said);
        // It goes on in a scope that was told of where it began, as what waits in a queue here does.
        scope.around_untold(publication).await
    }

    /// Makes a dead letter of what came in and can't be published: not even its name may be known.
    pub async fn bury(&self, target: &str, params: Payload, error: String) {
        let burial = Burial {
            what: What::Call(target.into(), Some(params)),
            call: None,
            by: By {
                owner: Some(self.door.caller.instance()),
                ..By::default()
            },
            reason: DeadLetterReason::HandlerError,
            why: Some(Why::from(error)),
            secrets: None,
        };
        self.hub.bury(burial).await;
    }

    /// Who acted, for which tenant, in which trace and because of what, where the event was published that is being handled here:
    /// to be asked by a handler as the first thing it does.
    pub fn circumstances() -> Ambient {
        let mut ambient = Scope::current().ambient().clone();
        // In force here is the event itself.
        ambient.cause = cause_around();
        ambient
    }

    /// How deep in handlers the event was published that is being handled here, those of other processes among them: to be asked by
    /// a handler, and to be said of the event where it comes in ([`ForeignEvent::depth`]).
    pub fn depth() -> u16 {
        handling_depth().saturating_sub(1)
    }
}

fn scope_of(ambient: &Ambient) -> Scope {
    let mut scope = Scope::new();
    if let Some(actor) = &ambient.actor {
        scope = scope.actor((**actor).clone());
    }
    if let Some(tenant) = ambient.tenant.clone() {
        let Ok(named) = scope.tenant(tenant);
        scope = named;
    }
    if let Some(trace) = ambient.trace {
        scope = scope.trace(trace);
    }
    if let Some(cause) = ambient.cause {
        scope = scope.cause(cause);
    }
    scope
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("caller", &self.handle().caller())
            .finish_non_exhaustive()
    }
}
