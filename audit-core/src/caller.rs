//! [`Caller`]: who uses the bus.

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

/// What the assembler is called, who holds the bus itself.
pub(crate) const HOST: &str = "host";
/// What anybody is called who has no handle.
pub(crate) const ANONYMOUS: &str = "anonymous";

/// Who uses the bus.
#[derive(Debug)]
pub(crate) struct Caller {
    /// Names it among all callers of the process.
    number: u32,
    /// What its policy may be set for, besides its instance.
    component: Arc<str>,
    instance: Arc<str>,
    /// The bus it uses.
    bus: Weak<dyn Any + Send + Sync>,
}

impl Caller {
    pub(crate) fn new(
        component: Arc<str>,
        instance: Arc<str>,
        bus: Weak<dyn Any + Send + Sync>,
    ) -> Arc<Self> {
        static NUMBERS: AtomicU32 = AtomicU32::new(0);
        Arc::new(Self {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            component,
            instance,
            bus,
        })
    }

    /// One whose component has its name alone.
    pub(crate) fn named(name: &str, bus: Weak<dyn Any + Send + Sync>) -> Arc<Self> {
        let name: Arc<str> = name.into();
        Self::new(Arc::clone(&name), name, bus)
    }

    /// The bus it uses, if that is there still.
    pub(crate) fn bus(&self) -> Option<Arc<dyn Any + Send + Sync>> {
        self.bus.upgrade()
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

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.instance)
    }
}
