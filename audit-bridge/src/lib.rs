//! One bus for several processes: domain events over NATS JetStream, at least once, each handled once.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use audit_bridge::Bridge;
//! use audit_core::bus::Bus;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bus = Bus::new();
//! let bridge = Bridge::builder("accounts")     // the name of this process among all
//!     .server("nats://127.0.0.1:4222")
//!     .send(["account.*"])                     // what goes out: nothing else does
//!     .receive(["invoice.*"])                  // what comes in
//!     .seen("/var/lib/accounts/seen.db")       // by which an event that comes twice is handled once
//!     .connect(&bus)
//!     .await?;
//! // Done once the stream has it; handlers here were called, those of other processes will be.
//! bus.publish("account.transfer", serde_json::json!({"from": "alice", "to": "bob", "amount": 150.0})).await?;
//! bridge.close(Duration::from_secs(10)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # The rooms
//!
//! * **The handle**: [`Bridge`], said by [`BridgeBuilder`]; [`BridgeStats`] says how it does, [`BridgeError`] why it can't stand.
//! * **The client**: [`async_nats`], whose `ConnectOptions` are taken as they are: user and password, token, keys, credentials
//!   files, TLS.
//!
//! # On the way
//!
//! An event is versioned JSON, `{"v": 1, "id", "time", "name", "schema", "cause", "actor", "tenant", "trace", "publisher",
//! "origin", "bus", "depth", "process", "data"}`, without those it does not have, and its identifier is the message's (`Nats-Msg-Id`). Its subject is
//! its name behind a prefix: `account.transfer` is `bus.account.transfer`. What a token of a subject can't hold is written as `%` and
//! two hexadecimal digits a byte, an empty token as `%`; where more than 512 bytes would be needed, the first whole tokens are followed by
//! `%~` and the SHA-256 of the name. So a server's own rules can say who may send or receive which names. An event under
//! another's subject is refused.
//!
//! What an event carries, and who acted, go as they are: redaction is of records. Send only what may leave.
//!
//! What comes in is published here with its own identifier, time, publisher and origin, in the name of who acted there and because of what led to it
//! there. The bridge does so as the component `bridge`: its `publish_allow` says what may come in, and the `operation` event names it and
//! the origin; the record of the event names its publisher as `publisher@origin`. An event that came in goes out nowhere, so bridges that all
//! send and receive everything make no loop. Nor does an event of this bus come in again, be it that another of its bridges sent it: `bus` says which bus it
//! is from, while that lives. What a bridge sent in an earlier life of its process it knows by its own name alone, so give a bus that sends and receives
//! one bridge that does both. Processes that answer each other without end are stopped where a single bus is: `depth` goes along.
//!
//! # Promises
//!
//! * **Confirmed** (if nothing else is said): when `publish(..).await` is done, the stream has the event, or a dead letter says why it
//!   has not. A dead letter for lack of time leaves it open: the event may have got there.
//! * **Queued**: `publish(..).await` is done when the event stands in a queue of a bounded length, and waits where that is full. It is sent until the
//!   stream has it, however long the server is gone. What stands in the queue is lost with the process alone;
//!   [`close`](Bridge::close) and [`flush`](Bridge::flush) wait for it.
//! * **What the stream has** is as safe as the server keeps it: one that stands alone writes a message before it answers, and has the disk keep
//!   it later (`sync_interval`), so it survives the server's death and not always that of its machine; replicas do.
//! * **At least once**: an event that came is answered for after all handlers were called; what they fail at is a dead letter here, and no reason to
//!   have it again. A bridge that was gone goes on where it stopped, also after the server was, and after its consumer was taken away: how far it came
//!   stands in the file of marks.
//!   Two things are handled as far as this goes and are not safe: an event that stands in a **subscription's own queue** is in memory alone, and lost with
//!   the process (for at least once, let the subscription have no own queue); and an event that comes when **nobody is subscribed** is done with, so
//!   connect a bridge that receives after all have subscribed, that is after an assembly has booted.
//! * **Once**: an event that comes again, from a sender in doubt or a server that forgot an answer, is known by its mark, written
//!   after handling and before the answer. A process that is killed in between handles that one event again. Marks
//!   are kept as long as the stream keeps events, seven days at least, and a million of them at most if nothing else is said. So a sender may be in
//!   doubt for a week, whatever the stream keeps.
//! * **Order**: events of one bridge come in the order of their publication. Around a failure one may come after others that were
//!   published later, unless [`window`](BridgeBuilder::window) is 1; so may one that is put back. A bridge
//!   that is closed hands back what came and it had not begun with, and whoever follows it goes on at once; the server may put what was handed back
//!   behind what it was about to send. What is on the wire in that moment comes after [`ack_wait`](BridgeBuilder::ack_wait), behind others.
//! * **Loss** that is the stream's is told: what its limits let go of before it came is counted ([`missed`](BridgeStats::missed)), and a dead letter
//!   under the stream's name that says which messages. The number is an upper bound after an absence, of the bridge or of its connection: which names were
//!   among them nobody knows. While a bridge is there it is told where the bridge asks for all that the stream takes, and the stream has none of another's. Limits that make this likely are said in
//!   [`last_error`](BridgeStats::last_error) when it connects.
//! * **Not permitted**: an event that the server does not let this bridge publish is a dead letter at once, with what the server says, and keeps
//!   no other back. The client tells of some 128 such answers at once; where more come in a burst, the rest are sent again after
//!   [`ack_timeout`](BridgeBuilder::ack_timeout), and are dead letters then. Others wait meanwhile.
//! * **One process a name**: a second one of the same name would get a part of the events. Where it has the same file of marks it can't connect; else it is counted
//!   ([`shared`](BridgeStats::shared)), and health says so.
//! * **Poison**: a message that is no envelope, of an older version, denied by policy, or published too deep in handlers is a dead letter of this bus, and
//!   comes no more. One of a newer version is put back for an hour, in which a newer process of this name may come, and is a dead letter then. Those that are
//!   put back take half of [`max_ack_pending`](BridgeBuilder::max_ack_pending) at most: one that finds no room is a dead letter at once.
//! * **Bounds**: no more than 16 events, nor than [`max_ack_pending`](BridgeBuilder::max_ack_pending), are on their way to handlers, no more than
//!   [`window`](BridgeBuilder::window) to the stream, and no more than the queue holds wait.
//!
//! Servers from 2.9 on will do, whose consumers have one filter each: see [`receive`](BridgeBuilder::receive).

mod bridge;
mod connect;
mod count;
mod durable;
mod envelope;
mod error;
mod held;
mod inbound;
mod notice;
mod outbound;
mod plan;
mod pull;
mod seen;
mod sender;
mod stream;
mod subject;
mod wait;

pub use async_nats;
pub use bridge::Bridge;
pub use count::{BridgeState, BridgeStats};
pub use error::{BridgeError, Unfinished};
pub use plan::BridgeBuilder;
pub use seen::SeenError;
