//! [`Bridge`]: a bus and a server, joined.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use async_nats::connection::State;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectError, ConnectErrorKind};
use audit_core::bus::{Bus, Gateway, Subscription};
use tokio::runtime::Handle as Tokio;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::timeout_at;

use crate::count::{BridgeState, BridgeStats, Counts};
use crate::error::{BridgeError, Unfinished};
use crate::inbound::Inbound;
use crate::outbound::{Item, Outbound, Sender, Sending, Way};
use crate::plan::{BridgeBuilder, Plan};
use crate::seen::{Keep, Seen};
use crate::stream::StreamFailure;
use crate::wait::{Wait, moment_after};

/// A bus and a server, joined until this is closed or dropped.
pub struct Bridge {
    client: Client,
    counts: Arc<Counts>,
    queue: mpsc::Sender<Item>,
    stop: watch::Sender<bool>,
    /// There until it is closed.
    parts: Mutex<Option<Parts>>,
    sender: AbortHandle,
}

/// What ends with the bridge.
struct Parts {
    subscriptions: Vec<Subscription>,
    inbound: Option<JoinHandle<()>>,
}

impl Bridge {
    /// A bridge of this name, which is that of its process among all that share the stream: it is the origin of what it sends,
    /// and the consumer of what it receives. One at a time has a name. 1 to 64 letters, digits, `-` and `_`.
    pub fn builder(name: impl Into<String>) -> BridgeBuilder {
        BridgeBuilder::new(name.into())
    }

    /// How it does.
    pub fn stats(&self) -> BridgeStats {
        let is_closed = self
            .parts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none();
        let state = match self.client.connection_state() {
            _ if is_closed => BridgeState::Closed,
            State::Connected => BridgeState::Connected,
            State::Pending | State::Disconnected => BridgeState::Disconnected,
        };
        self.counts.stats(state)
    }

    /// Waits until all that was taken to be sent before is in the stream, or refused by it. Without a server that takes as long as
    /// there is none; what is given up by being dropped half-way is the waiting alone.
    pub async fn flush(&self) {
        let (done, told) = oneshot::channel();
        if self.queue.send(Item::Flush(done)).await.is_ok() {
            // Gone with the task that would tell: there is nothing any more to wait for.
            let _gone = told.await;
        }
    }

    /// Ends it: no event that comes in is begun any more, none is taken to be sent, and what was taken is waited for, so long at most.
    /// Closed again, it has nothing to do.
    ///
    /// # Errors
    /// The time was over before. What was not sent then is lost.
    pub async fn close(&self, deadline: Duration) -> Result<(), Unfinished> {
        let until = moment_after(deadline);
        let parts = self
            .parts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(parts) = parts else { return Ok(()) };
        // What comes in may lead to something that goes out.
        self.stop.send_replace(true);
        let handling = match parts.inbound {
            Some(mut inbound) => {
                let ended = timeout_at(until, &mut inbound).await;
                inbound.abort();
                ended.is_err()
            }
            None => false,
        };
        for subscription in parts.subscriptions {
            // No event begins after this, whether or not those are done that did.
            let _late = timeout_at(until, subscription.end()).await;
        }
        let _late = timeout_at(until, self.flush()).await;
        self.sender.abort();
        // What was answered for is told to the server, if that is there.
        let _late = timeout_at(until, self.client.flush()).await;
        let _late = timeout_at(until, self.client.drain()).await;
        let waiting = self.counts.waiting();
        if waiting == 0 && !handling {
            Ok(())
        } else {
            Err(Unfinished { waiting, handling })
        }
    }
}

impl BridgeBuilder {
    /// Joins a bus and a server. Events go out and come in from the moment this is done. Its tasks run in the runtime of tokio in
    /// which it is called; the bus may have any executor.
    ///
    /// # Errors
    /// What was said can't be done; the server is not there or lets nobody in who comes like this; the stream or the consumer can't be
    /// made, or are not as they have to be; or the file of marks can't be used.
    pub async fn connect(self, bus: &Bus) -> Result<Bridge, BridgeError> {
        let plan = self.check()?;
        let tokio = Tokio::try_current().map_err(|_| BridgeError::NoRuntime)?;
        let counts = Arc::new(Counts::default());
        let client = connect(&plan, &counts).await?;
        let context = jetstream::new(client.clone());
        let max_age = prepare(&plan, &context, &counts).await?;
        let gateway = bus.gateway(&plan.instance).map_err(BridgeError::Instance)?;
        let (stop, stopped) = watch::channel(false);
        let inbound = inbound(&plan, &context, &gateway, &counts, stopped, max_age)?;
        let first = match &inbound {
            Some(inbound) => Some(inbound.prepare().await?),
            None => None,
        };
        let (queue, sender) = sender(&plan, client.clone(), &gateway, &counts);
        let sender = tokio.spawn(sender.run()).abort_handle();
        let outbound = Outbound {
            origin: plan.name.as_str().into(),
            subjects: plan.subjects.clone(),
            way: plan.way,
            queue: queue.clone(),
            counts: Arc::clone(&counts),
            client: client.clone(),
            tokio: tokio.clone(),
        };
        let subscriptions = subscribe(&plan, &gateway, outbound)?;
        let inbound = inbound
            .zip(first)
            .map(|(inbound, first)| tokio.spawn(inbound.run(first)));
        Ok(Bridge {
            client,
            counts,
            queue,
            stop,
            parts: Mutex::new(Some(Parts {
                subscriptions,
                inbound,
            })),
            sender,
        })
    }
}

async fn connect(plan: &Plan, counts: &Counts) -> Result<Client, BridgeError> {
    let mut wait = Wait::new();
    loop {
        let options = plan.options.clone();
        let error = match options.connect(&plan.servers[..]).await {
            Ok(client) => return Ok(client),
            Err(error) => error,
        };
        let is_absence = is_absence(&error);
        let named = plan.servers.iter();
        let named = named.map(|server| format!("`{}:{}`", server.host(), server.port()));
        let failure = BridgeError::Connect {
            servers: named.collect::<Vec<_>>().join(", "),
            source: error,
        };
        if !(plan.waits_for_server && is_absence) {
            return Err(failure);
        }
        counts.note(&failure);
        wait.pass().await;
    }
}

/// Whether there is no server, which there may be later; not whether it is one that can't be trusted, or that trusts nobody
/// who comes like this.
fn is_absence(error: &ConnectError) -> bool {
    match error.kind() {
        ConnectErrorKind::Dns | ConnectErrorKind::TimedOut | ConnectErrorKind::MaxReconnects => {
            true
        }
        ConnectErrorKind::Io => {
            let source = std::error::Error::source(error);
            let source = source.and_then(|source| source.downcast_ref::<io::Error>());
            // A certificate that is not trusted comes as data that is not valid, a file of them that is not there as not found.
            !source.is_some_and(|error| {
                matches!(
                    error.kind(),
                    io::ErrorKind::InvalidData
                        | io::ErrorKind::InvalidInput
                        | io::ErrorKind::NotFound
                        | io::ErrorKind::PermissionDenied
                )
            })
        }
        _ => false,
    }
}

async fn prepare(plan: &Plan, context: &Context, counts: &Counts) -> Result<Duration, BridgeError> {
    let mut wait = Wait::new();
    loop {
        match plan.stream.prepare(context).await {
            Ok(max_age) => return Ok(max_age),
            Err(StreamFailure::Unanswered(error)) if plan.waits_for_server => counts.note(&error),
            Err(StreamFailure::Unanswered(error) | StreamFailure::Unfit(error)) => {
                return Err(error);
            }
        }
        wait.pass().await;
    }
}

fn inbound(
    plan: &Plan,
    context: &Context,
    gateway: &Gateway,
    counts: &Arc<Counts>,
    stop: watch::Receiver<bool>,
    max_age: Duration,
) -> Result<Option<Inbound>, BridgeError> {
    let Some((inbound, path)) = &plan.inbound else {
        return Ok(None);
    };
    let keep = Keep {
        time: kept(plan.keep_time, max_age)?,
        number: plan.keep_number,
    };
    Ok(Some(Inbound {
        plan: inbound.clone(),
        stream: plan.stream.clone(),
        subjects: plan.subjects.clone(),
        name: plan.name.as_str().into(),
        context: context.clone(),
        gateway: gateway.clone(),
        runtime: plan.runtime.clone(),
        seen: Seen::open(path, &plan.name, keep).map_err(BridgeError::Seen)?,
        counts: Arc::clone(counts),
        stop,
    }))
}

/// How long marks are kept, where the stream keeps events so long; for ever without an answer.
fn kept(asked: Option<Duration>, max_age: Duration) -> Result<Option<Duration>, BridgeError> {
    // The stream says zero for ever.
    match (asked, max_age) {
        (None, Duration::ZERO) => Ok(None),
        // An event that came late is handled late, and its mark made then; so none goes before its event.
        (None, max_age) => Ok(Some(max_age)),
        (Some(kept), Duration::ZERO) => Ok(Some(kept)),
        (Some(kept), max_age) if kept < max_age => Err(BridgeError::Forgetful { kept, max_age }),
        (Some(kept), _) => Ok(Some(kept)),
    }
}

fn sender(
    plan: &Plan,
    client: Client,
    gateway: &Gateway,
    counts: &Arc<Counts>,
) -> (mpsc::Sender<Item>, Sender) {
    let places = match plan.way {
        // Who waits for an answer holds his event anyway.
        Way::Confirmed(_) => plan.window,
        Way::Queued(most) => most,
    };
    let (queue, taken) = mpsc::channel(places);
    let sender = Sender {
        queue: taken,
        // Its time-out is that of an event that is sent, and its window is our own.
        context: ContextBuilder::new()
            .timeout(plan.ack_timeout)
            .max_ack_inflight(plan.window + 1)
            .build(client),
        counts: Arc::clone(counts),
        gateway: gateway.clone(),
        window: plan.window,
    };
    (queue, sender)
}

fn subscribe(
    plan: &Plan,
    gateway: &Gateway,
    outbound: Outbound,
) -> Result<Vec<Subscription>, BridgeError> {
    let outbound = Arc::new(outbound);
    let mut subscriptions = Vec::with_capacity(plan.send.len());
    let mut earlier = Vec::new();
    for pattern in &plan.send {
        let sending = Sending {
            outbound: Arc::clone(&outbound),
            earlier: earlier.clone(),
        };
        let subscribed = gateway
            .handle()
            .subscribe_handler(pattern.as_str(), sending);
        subscriptions.push(subscribed.map_err(BridgeError::Subscribe)?);
        earlier.push(pattern.clone());
    }
    Ok(subscriptions)
}

impl Drop for Bridge {
    /// What was taken and not sent is lost: [`close`](Bridge::close) waits for it.
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.sender.abort();
    }
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bridge")
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
