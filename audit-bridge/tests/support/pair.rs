//! Two buses and the bridges between them.

use audit_bridge::{Bridge, BridgeBuilder};
use audit_core::bus::Bus;
use tempfile::TempDir;

use super::{Inbox, Server, bridge, marks};

/// A bus from which all goes out as `accounts`, and one that has all come in as `notes`.
pub(crate) struct Pair {
    pub(crate) here: Bus,
    pub(crate) there: Bus,
    /// What came there.
    pub(crate) inbox: Inbox,
    pub(crate) sending: Bridge,
    pub(crate) receiving: Bridge,
    /// With the marks of `notes`.
    pub(crate) folder: TempDir,
}

impl Pair {
    pub(crate) async fn new(server: &Server) -> Self {
        Self::with(server, |sending| sending, |receiving| receiving).await
    }

    /// With bridges that are told more.
    pub(crate) async fn with(
        server: &Server,
        send: impl FnOnce(BridgeBuilder) -> BridgeBuilder,
        receive: impl FnOnce(BridgeBuilder) -> BridgeBuilder,
    ) -> Self {
        let (folder, seen) = marks("notes");
        let (here, there) = (Bus::new(), Bus::new());
        let inbox = Inbox::of(&there, "*");
        let receiving = bridge("notes", server).receive(["*"]).seen(seen);
        let receiving = receive(receiving).connect(&there).await.unwrap();
        let sending = bridge("accounts", server).send(["*"]);
        let sending = send(sending).connect(&here).await.unwrap();
        Self {
            here,
            there,
            inbox,
            sending,
            receiving,
            folder,
        }
    }

    /// The bridge `notes` once more, with its marks.
    pub(crate) fn again(&self, server: &Server) -> BridgeBuilder {
        let seen = self.folder.path().join("notes.seen");
        bridge("notes", server).receive(["*"]).seen(seen)
    }
}
