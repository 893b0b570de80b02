//! The bus for code that has no handle: that of the component whose code it is, else of the process, in nobody's name.

use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bus::Bus;
use crate::bus::error::{InvokeError, PublishError};
use crate::bus::event::DomainEvent;
use crate::bus::hub::Hub;
use crate::scope::current_caller;

use super::Handle;

/// The bus of the process.
static INSTALLED: RwLock<Option<Arc<Hub>>> = RwLock::new(None);

/// Makes a bus that of the process, in place of another: whoever has no handle and is no component's code uses it as
/// `anonymous`.
pub fn install(bus: &Bus) {
    let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
    let before = installed.replace(Arc::clone(&bus.hub));
    drop(installed);
    drop(before);
}

/// Takes the bus of the process away. Those who have handles go on.
pub fn clear() {
    let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
    let before = installed.take();
    drop(installed);
    drop(before);
}

/// The handle in force here: that of the component whose code this is, else the process's bus in the name of `anonymous`; none
/// without either.
pub fn current() -> Option<Handle> {
    if let Some((caller, _)) = current_caller() {
        let hub = caller.bus()?.downcast::<Hub>().ok()?;
        return Some(Handle::new(hub, caller));
    }
    let installed = INSTALLED.read().unwrap_or_else(PoisonError::into_inner);
    let hub = installed.clone()?;
    let anonymous = Arc::clone(&hub.anonymous);
    Some(Handle::new(hub, anonymous))
}

/// Publishes an event with the handle in force here: see [`Handle::publish`].
///
/// # Errors
/// As there; or there is no bus.
pub async fn publish<T: Serialize + Send + Sync + 'static>(
    name: &str,
    data: T,
) -> Result<DomainEvent, PublishError> {
    let handle = current().ok_or(PublishError::NoBus)?;
    handle.publish(name, data).await
}

/// Invokes whoever has the very name with the handle in force here: see [`Handle::invoke`].
///
/// # Errors
/// As there; or there is no bus.
pub async fn invoke<P, A>(name: &str, params: P) -> Result<A, InvokeError>
where
    P: Serialize + Send + Sync + 'static,
    A: DeserializeOwned + Send + 'static,
{
    let handle = current().ok_or(InvokeError::NoBus)?;
    handle.invoke(name, params).await
}

/// Publishes an event without waiting, with the handle in force here: see [`Handle::publish_nowait`].
///
/// # Errors
/// As there; or there is no bus.
pub fn publish_nowait<T: Serialize + Send + Sync + 'static>(
    name: &str,
    data: T,
) -> Result<DomainEvent, PublishError> {
    let handle = current().ok_or(PublishError::NoBus)?;
    handle.publish_nowait(name, data)
}

/// Invokes whoever has the very name without waiting for the answer, with the handle in force here: see
/// [`Handle::invoke_nowait`].
///
/// # Errors
/// As there; or there is no bus.
pub fn invoke_nowait<P: Serialize + Send + Sync + 'static>(
    name: &str,
    params: P,
) -> Result<(), InvokeError> {
    let handle = current().ok_or(InvokeError::NoBus)?;
    handle.invoke_nowait(name, params)
}
