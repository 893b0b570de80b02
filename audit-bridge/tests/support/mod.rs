//! What these tests have in common.
#![allow(dead_code, unused_imports, reason = "each test binary uses some of it")]

mod child;
mod inbox;
mod pair;
mod server;

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use audit_bridge::{Bridge, BridgeBuilder};
use tempfile::TempDir;

pub(crate) use child::{Child, is_child};
pub(crate) use inbox::{Came, Inbox, dead_letters, gate};
pub(crate) use pair::Pair;
pub(crate) use server::Server;

/// How long anything may take. It is over at once where it works.
pub(crate) const LONG: Duration = Duration::from_mins(2);

/// Waits until something holds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waited = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(LONG, waited).await;
    assert!(waited.is_ok(), "it never holds: {what}");
}

/// A folder for marks, and the path of a bridge's.
pub(crate) fn marks(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{name}.seen"));
    (folder, path)
}

/// A bridge to a server that knows soon that this is gone.
pub(crate) fn bridge(name: &str, server: &Server) -> BridgeBuilder {
    Bridge::builder(name)
        .server(server.url())
        .ack_timeout(Duration::from_secs(1))
}
