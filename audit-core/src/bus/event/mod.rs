//! What happens in the domain: an event, what it carries, how that is brought up to newer schemas, and what nobody handled.

mod burial;
mod dead_letter;
mod foreign;
mod payload;
mod upcast;

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::caller::Caller;
use crate::capture::Content;
use crate::clock::{EventId, IdSource, RandomIds, Timestamp};
use crate::runtime::Runtime;
use crate::scope::{Because, Cause, Consequences};

pub(super) use burial::{Burial, By, What, Why};
pub(in crate::bus) use dead_letter::DEAD_LETTERS;
pub use dead_letter::{DEAD_LETTER, DeadLetter, DeadLetterReason};
pub use foreign::ForeignEvent;
use payload::{Brought, Cargo, Carried, Holder, read};
pub use payload::{Payload, PayloadError, Read};
pub use upcast::UpcastError;
pub(super) use upcast::Upcasters;

/// Something that happened in the domain, as its handlers see it. All see the same, and none can change it. Cheap to clone.
#[derive(Clone)]
pub struct DomainEvent(Arc<dyn Told>);

/// An event of some type.
trait Told: Cause + Holder {
    fn origin(&self) -> &Arc<Origin>;
    fn head(&self) -> &Head;
}

/// Who publishes what: the same for each event of a name by one publisher.
pub(super) struct Origin {
    pub(super) name: Arc<str>,
    pub(super) publisher: Arc<Caller>,
}

/// An event in one piece of memory, so that one costs no more than that.
struct Published<C> {
    origin: Arc<Origin>,
    head: Head,
    /// Made when somebody asks for it.
    id: OnceLock<EventId>,
    carried: C,
}

/// What an event has besides its origin and what it carries.
pub(super) struct Head {
    pub(super) time: Timestamp,
    /// The version of the payload's own schema.
    pub(super) schema: Option<Arc<str>>,
    /// Whose identifiers it has.
    pub(super) runtime: Option<Runtime>,
    /// Where it happened, if not in this process.
    pub(super) foreign: Option<Box<Foreign>>,
    /// Made when somebody publishes because of it, unless it was published so itself.
    pub(super) consequences: OnceLock<Consequences>,
    /// How deep in handlers it was published, here or in all processes.
    pub(super) depth: u16,
}

/// What is to be known of an event that happened in another process.
pub(super) struct Foreign {
    pub(super) id: EventId,
    pub(super) publisher: String,
    pub(super) origin: Arc<str>,
}

/// What a publisher says of an event besides its name and what it carries.
pub(super) enum Said {
    /// The version of the payload's own schema.
    Schema(Arc<str>),
    /// It happened in another process.
    Foreign(Box<ForeignEvent>),
}

impl Head {
    /// Of an event that happens now.
    pub(super) fn now(time: Timestamp, schema: Option<Arc<str>>, runtime: Option<Runtime>) -> Self {
        Self {
            time,
            schema,
            runtime,
            foreign: None,
            consequences: OnceLock::new(),
            depth: 0,
        }
    }

    /// Of an event that happened in another process.
    pub(super) fn foreign(event: ForeignEvent) -> Self {
        Self {
            time: event.time,
            schema: event.schema.map(Arc::from),
            runtime: None,
            foreign: Some(Box::new(Foreign {
                id: event.id,
                publisher: event.publisher,
                origin: event.origin,
            })),
            consequences: OnceLock::new(),
            depth: event.depth,
        }
    }
}

impl DomainEvent {
    #[inline]
    pub(super) fn new<T>(origin: Arc<Origin>, head: Head, data: T) -> Self
    where
        T: Serialize + Send + Sync + 'static,
    {
        match Brought::new(data) {
            Brought::Value(value) => Self::of(origin, head, Cargo::new(value)),
            Brought::Json(json) => Self::of(origin, head, json),
            Brought::Payload(payload) => Self::of(origin, head, payload),
        }
    }

    fn of(origin: Arc<Origin>, head: Head, carried: impl Carried + 'static) -> Self {
        let id = head.foreign.as_ref().map(|foreign| foreign.id);
        Self(Arc::new(Published {
            origin,
            head,
            id: id.map(OnceLock::from).unwrap_or_default(),
            carried,
        }))
    }

    /// What happened, such as `account.transfer`.
    pub fn name(&self) -> &str {
        &self.0.origin().name
    }

    /// Its identifier: the same for all who see it, in this process and behind a bridge.
    pub fn id(&self) -> EventId {
        self.0.id()
    }

    /// When it was published.
    pub fn time(&self) -> Timestamp {
        self.0.head().time
    }

    /// What it carries, to be handed on.
    pub fn payload(&self) -> Payload {
        Payload::within(Arc::clone(&self.0) as _)
    }

    /// What it carries, if that is of this type.
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.carried().as_any().downcast_ref()
    }

    /// What it carries, as JSON.
    ///
    /// # Errors
    /// It has no form in JSON, or panics while it is serialised.
    pub fn json(&self) -> Result<&serde_json::Value, PayloadError> {
        self.carried().json().as_ref().map_err(Clone::clone)
    }

    /// What it carries, as this type: itself, or what its JSON says.
    ///
    /// # Errors
    /// It has no form in JSON, or that does not fit the type.
    pub fn read<T: DeserializeOwned + 'static>(&self) -> Result<Read<'_, T>, PayloadError> {
        read(self.carried())
    }

    /// The version of the payload's own schema, such as `account.transfer/v2`, if its publisher gave one.
    pub fn schema(&self) -> Option<&str> {
        self.0.head().schema.as_deref()
    }

    /// Who published it, here or in the process it comes from: a component's instance, `host` or `anonymous`.
    pub fn publisher(&self) -> &str {
        match &self.0.head().foreign {
            Some(foreign) => &foreign.publisher,
            None => self.0.origin().publisher.instance(),
        }
    }

    /// Where it comes from, as a bridge names it; nothing if it was published in this process.
    pub fn origin(&self) -> Option<&str> {
        let foreign = self.0.head().foreign.as_ref();
        foreign.map(|foreign| &*foreign.origin)
    }

    #[inline]
    pub(super) fn carried(&self) -> &dyn Carried {
        self.0.carried()
    }

    /// The same with a payload of another schema.
    pub(super) fn raised(&self, payload: Payload, schema: Arc<str>) -> Self {
        let (origin, head) = (self.0.origin(), self.0.head());
        let foreign = head.foreign.as_ref().map(|foreign| {
            Box::new(Foreign {
                id: foreign.id,
                publisher: foreign.publisher.clone(),
                origin: Arc::clone(&foreign.origin),
            })
        });
        let head = Head {
            foreign,
            consequences: self.consequences().clone().into(),
            ..Head::now(head.time, Some(schema), head.runtime.clone())
        };
        Self(Arc::new(Published {
            origin: Arc::clone(origin),
            head,
            id: self.id().into(),
            carried: payload,
        }))
    }

    /// What it carries, as records keep it.
    pub(super) fn captured(&self) -> Content {
        self.carried().captured()
    }

    /// How deep in handlers it was published, here or in all processes.
    pub(super) fn depth(&self) -> u16 {
        self.0.head().depth
    }

    /// With what is counted what it leads to.
    pub(super) fn consequences(&self) -> &Consequences {
        self.0.consequences()
    }

    /// As what leads to something else.
    #[inline]
    pub(super) fn because(&self) -> Because {
        Because::Event(Arc::clone(&self.0) as _)
    }
}

impl<C: Carried> Told for Published<C> {
    fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    fn head(&self) -> &Head {
        &self.head
    }
}

impl<C: Carried> Holder for Published<C> {
    fn carried(&self) -> &dyn Carried {
        &self.carried
    }
}

impl<C: Carried> Cause for Published<C> {
    fn id(&self) -> EventId {
        let time = self.head.time;
        *self.id.get_or_init(|| match &self.head.runtime {
            Some(runtime) => runtime.ids().next_id(time),
            None => RandomIds.next_id(time),
        })
    }

    fn consequences(&self) -> &Consequences {
        self.head.consequences.get_or_init(Consequences::default)
    }
}

impl fmt::Debug for DomainEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DomainEvent")
            .field("name", &self.name())
            .field("payload", &self.payload())
            .field("schema", &self.schema())
            .field("time", &self.time())
            .field("publisher", &self.publisher())
            .field("origin", &self.origin())
            .finish_non_exhaustive()
    }
}
