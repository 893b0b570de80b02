//! Notifications: tells people what came into their accounts.

use std::sync::{Mutex, MutexGuard, PoisonError};

use audit_core::bus::{self, InvokeError};
use audit_core::component;

use crate::accounts::Transfer;

/// Keeps what was sent.
#[derive(Default)]
pub(crate) struct Notifications {
    sent: Mutex<Vec<String>>,
}

impl Notifications {
    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[component("notifications", version = "1.0", description = "messages to people")]
impl Notifications {
    #[subscribe("account.transfer", description = "tells who received money")]
    async fn notify(&self, transfer: &Transfer) -> Result<(), InvokeError> {
        let Transfer { from, to, amount } = transfer;
        let text = format!("You received ${amount:.2} from {from}");
        bus::invoke("notifications.send", (to.clone(), text)).await
    }

    #[runnable("send", description = "sends one message")]
    fn send(&self, to: &str, text: &str) {
        self.lock().push(format!("{to}: {text}"));
    }

    #[runnable("sent", description = "what was sent")]
    fn sent(&self) -> Vec<String> {
        self.lock().clone()
    }
}
