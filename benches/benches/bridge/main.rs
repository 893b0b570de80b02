//! What it costs to have an event in a stream of a real server, beside a bare loop of the client that the bridge is built on.
//!
//! `cargo bench -p audit-benches --bench bridge`. The server is `nats-server` of the path, on a port of its own.

#![allow(clippy::print_stdout, reason = "the tables are the product")]

mod bare;
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use audit_benches::engine::BoxError;
use audit_benches::measure::{Contender, Depth};
use audit_bridge::{Bridge, BridgeBuilder};
use audit_core::bus::Bus;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::sync::Notify;

use bare::Bare;
use server::Server;

/// How many events one measurement sends, one after the other and with a window.
const SEQUENTIAL: u64 = 100;
const WINDOWED: u64 = 2_000;
/// How many may be in flight.
const WINDOW: usize = 256;
const NAME: &str = "account.transfer";

fn main() -> Result<(), BoxError> {
    if std::env::args().any(|arg| arg == "--list") {
        return Ok(());
    }
    let depth = Depth::from_args();
    let Some(server) = Server::start()? else {
        return Ok(());
    };
    let tokio = Runtime::new()?;
    sequential(depth, &tokio, &server)?;
    windowed(depth, &tokio, &server)?;
    across(depth, &tokio, &server)
}

/// What an event carries.
fn data() -> serde_json::Value {
    json!({"from": "alice", "to": "bob", "amount": 150.0, "note": "rent of November"})
}

fn bridge(server: &Server, name: &str) -> BridgeBuilder {
    Bridge::builder(name).server(server.url()).window(WINDOW)
}

fn sequential(depth: Depth, tokio: &Runtime, server: &Server) -> Result<(), BoxError> {
    let bus = Bus::new();
    let bare = tokio.block_on(Bare::connect(server))?;
    let sending = bridge(server, "sequential").send(["account.*"]);
    let sending = tokio.block_on(sending.connect(&bus))?;
    let contenders = vec![
        Contender::new("bare client", || {
            tokio.block_on(bare.one_by_one(SEQUENTIAL, false))
        }),
        Contender::new("bare client, with identifiers", || {
            tokio.block_on(bare.one_by_one(SEQUENTIAL, true))
        }),
        Contender::new("the bridge, confirmed", || {
            tokio.block_on(async {
                for _ in 0..SEQUENTIAL {
                    bus.publish(NAME, data()).await?;
                }
                Ok::<_, BoxError>(())
            })
        }),
    ];
    let title = format!("{SEQUENTIAL} events, each in the stream before the next");
    depth.report(&title, contenders);
    let stats = sending.stats();
    assert!(stats.acked > 0 && stats.refused == 0, "{stats:?}");
    Ok(())
}

fn windowed(depth: Depth, tokio: &Runtime, server: &Server) -> Result<(), BoxError> {
    let (queued_bus, confirmed_bus) = (Bus::new(), Arc::new(Bus::new()));
    let bare = tokio.block_on(Bare::connect(server))?;
    let queued = bridge(server, "queued").send(["account.*"]).queued(WINDOW);
    let queued = tokio.block_on(queued.connect(&queued_bus))?;
    let confirmed = bridge(server, "confirmed").send(["account.*"]);
    let confirmed = tokio.block_on(confirmed.connect(&confirmed_bus))?;
    let contenders = vec![
        Contender::new("bare client", || {
            tokio.block_on(bare.with_window(WINDOWED, WINDOW, false))
        }),
        Contender::new("bare client, with identifiers", || {
            tokio.block_on(bare.with_window(WINDOWED, WINDOW, true))
        }),
        Contender::new("the bridge, queued", || {
            tokio.block_on(async {
                for _ in 0..WINDOWED {
                    queued_bus.publish(NAME, data()).await?;
                }
                queued.flush().await;
                Ok::<_, BoxError>(())
            })
        }),
        Contender::new("the bridge, confirmed, 50 publishers", || {
            tokio.block_on(publishers(&confirmed_bus, 50))
        }),
    ];
    let title = format!("{WINDOWED} events, {WINDOW} in flight");
    depth.report(&title, contenders);
    for stats in [queued.stats(), confirmed.stats()] {
        assert!(stats.acked > 0 && stats.refused == 0, "{stats:?}");
    }
    Ok(())
}

async fn publishers(bus: &Arc<Bus>, number: u64) -> Result<(), BoxError> {
    let publishers = (0..number).map(|_| {
        let bus = Arc::clone(bus);
        tokio::spawn(async move {
            for _ in 0..WINDOWED / number {
                bus.publish(NAME, data()).await?;
            }
            Ok::<_, BoxError>(())
        })
    });
    for publisher in publishers.collect::<Vec<_>>() {
        publisher.await??;
    }
    Ok(())
}

/// From one bus to handlers of another.
fn across(depth: Depth, tokio: &Runtime, server: &Server) -> Result<(), BoxError> {
    let (here, there) = (Bus::new(), Bus::new());
    let bare = tokio.block_on(Bare::connect(server))?;
    let folder = tempfile::tempdir()?;
    let (count, changed) = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
    let (counted, told) = (Arc::clone(&count), Arc::clone(&changed));
    there
        .subscribe("across.*", move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            told.notify_one();
        })?
        .keep();
    let receiving = bridge(server, "receiving").receive(["across.*"]);
    let receiving = receiving.seen(folder.path().join("seen"));
    let receiving = tokio.block_on(receiving.connect(&there))?;
    let sending = bridge(server, "sending").send(["across.*"]).queued(WINDOW);
    let _sending = tokio.block_on(sending.connect(&here))?;
    let mut consumer = tokio.block_on(bare.consume("bare.>"))?;
    let mut sent = 0;
    let contenders = vec![
        Contender::new("bare client, answered for", || {
            tokio.block_on(bare.across(&mut consumer, WINDOWED, WINDOW))
        }),
        Contender::new("two bridges, each event handled once", || {
            tokio.block_on(async {
                sent += WINDOWED;
                for _ in 0..WINDOWED {
                    here.publish("across.transfer", data()).await?;
                }
                while count.load(Ordering::SeqCst) < sent {
                    changed.notified().await;
                }
                Ok::<_, BoxError>(())
            })
        }),
    ];
    let title = format!("{WINDOWED} events from a publisher to a handler");
    depth.report(&title, contenders);
    let stats = receiving.stats();
    assert!(stats.handled > 0 && stats.duplicates == 0, "{stats:?}");
    Ok(tokio.block_on(receiving.close(Duration::from_mins(1)))?)
}
