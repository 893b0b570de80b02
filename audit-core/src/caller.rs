//! [`Caller`]: who uses the bus.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use crate::sync::AtomicBool;

/// What the assembler is called, who holds the bus itself.
pub(crate) const HOST: &str = "host";
/// What anybody is called who has no handle.
pub(crate) const ANONYMOUS: &str = "anonymous";
/// The component in whose name events of other processes are published.
pub const BRIDGE: &str = "bridge";

/// Is told why somebody can't go on.
pub(crate) type Alarm = Box<dyn Fn(Box<dyn Error + Send + Sync>) + Send + Sync>;

/// Who uses the bus.
pub(crate) struct Caller {
    /// Names it among all callers of the process.
    number: u32,
    /// What its policy may be set for, besides its instance.
    component: Arc<str>,
    instance: Arc<str>,
    /// The bus it uses.
    bus: Weak<dyn Any + Send + Sync>,
    /// There if somebody wants to know why it can't go on.
    alarm: Option<Alarm>,
    /// Whether nothing may be subscribed or registered in its name any more.
    has_ended: AtomicBool,
}

impl Caller {
    pub(crate) fn new(
        component: Arc<str>,
        instance: Arc<str>,
        bus: Weak<dyn Any + Send + Sync>,
        alarm: Option<Alarm>,
    ) -> Arc<Self> {
        static NUMBERS: AtomicU32 = AtomicU32::new(0);
        Arc::new(Self {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            component,
            instance,
            bus,
            alarm,
            has_ended: AtomicBool::new(false),
        })
    }

    /// One whose component has its name alone.
    pub(crate) fn named(name: &str, bus: Weak<dyn Any + Send + Sync>) -> Arc<Self> {
        let name: Arc<str> = name.into();
        Self::new(Arc::clone(&name), name, bus, None)
    }

    /// The bus it uses, if that is there still.
    pub(crate) fn bus(&self) -> Option<Arc<dyn Any + Send + Sync>> {
        self.bus.upgrade()
    }

    /// Tells why it can't go on. False if nobody wants to know.
    pub(crate) fn alarm(&self, error: Box<dyn Error + Send + Sync>) -> bool {
        let Some(alarm) = &self.alarm else {
            return false;
        };
        alarm(error);
        true
    }

    /// Nothing may be subscribed or registered in its name any more.
    pub(crate) fn end(&self) {
        self.has_ended.store(true, Ordering::Release);
    }

    /// Whether nothing may be subscribed or registered in its name any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Acquire)
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    pub(crate) fn component(&self) -> &Arc<str> {
        &self.component
    }

    pub(crate) fn instance(&self) -> &Arc<str> {
        &self.instance
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("component", &self.component)
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.instance)
    }
}
