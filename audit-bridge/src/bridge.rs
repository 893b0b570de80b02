//! [`Bridge`]: a bus and a server, joined.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{fmt, io};

use async_nats::connection::State;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::jetstream::{self};
use async_nats::{Client, ConnectError, ConnectErrorKind, ConnectOptions};
use audit_core::bus::{Bus, Gateway, Subscription};
use tokio::runtime::Handle as Tokio;
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::{Instant, timeout_at};

use crate::count::{BridgeState, BridgeStats, Counts};
use crate::durable::{Durable, InboundPlan};
use crate::envelope::Origin;
use crate::error::{BridgeError, Unfinished};
use crate::inbound::Inbound;
use crate::notice::{Forbidden, Notices};
use crate::outbound::{Flush, Flying, Item, Outbound, Sender, Sending, Way};
use crate::plan::{BridgeBuilder, Plan};
use crate::seen::{Keep, Seen};
use crate::stream::StreamFailure;
use crate::wait::{Wait, moment_after};

/// How long a sender may be in doubt whether the stream has an event, at most.
const LONGEST_DOUBT: Duration = Duration::from_hours(7 * 24);
/// How many that the server answers for no more the client may still wait for.
const UNANSWERED: usize = 65_536;

/// A bus and a server, joined until this is closed or dropped.
pub struct Bridge {
    client: Client,
    counts: Arc<Counts>,
    queue: mpsc::Sender<Item>,
    stop: watch::Sender<bool>,
    is_closed: AtomicBool,
    /// Whoever closes it has them until that is done.
    parts: Mutex<Parts>,
    sender: AbortHandle,
}

/// What ends with the bridge.
struct Parts {
    subscriptions: Vec<Subscription>,
    inbound: Option<JoinHandle<()>>,
    /// Whether handlers were at work when the time was over.
    is_handling: bool,
}

impl Bridge {
    /// A bridge of this name, which is that of its process among all that share the stream: it is the origin of what it sends,
    /// and the consumer of what it receives. One at a time has a name. 1 to 64 letters, digits, `-` and `_`.
    pub fn builder(name: impl Into<String>) -> BridgeBuilder {
        BridgeBuilder::new(name.into())
    }

    /// How it does.
    pub fn stats(&self) -> BridgeStats {
        let state = match self.client.connection_state() {
            _ if self.is_closed.load(Ordering::SeqCst) => BridgeState::Closed,
            State::Connected => BridgeState::Connected,
            State::Pending | State::Disconnected => BridgeState::Disconnected,
        };
        self.counts.stats(state)
    }

    /// Waits until all that was taken to be sent before is in the stream, or refused by it. Without a server that takes as long as
    /// there is none; what is given up by being dropped half-way is the waiting alone.
    pub async fn flush(&self) {
        self.flushed(false).await;
    }

    async fn flushed(&self, with_letters: bool) {
        let (done, told) = oneshot::channel();
        let flush = Flush { done, with_letters };
        if self.queue.send(Item::Flush(flush)).await.is_ok() {
            // Gone with the task that would tell: there is nothing any more to wait for.
            let _gone = told.await;
        }
    }

    /// Ends it: no event that comes in is begun any more, none is taken to be sent, and what was taken is waited for, so long at most,
    /// with the handlers of dead letters that come of it. Events that came and were not begun are handed back to the server.
    ///
    /// Closed again, or by two at once, it waits for what is not done yet. A future that is dropped half-way leaves the rest to the next.
    ///
    /// # Errors
    /// The time was over before. What was not sent then is lost.
    pub async fn close(&self, deadline: Duration) -> Result<(), Unfinished> {
        let until = moment_after(deadline);
        self.is_closed.store(true, Ordering::SeqCst);
        // What comes in may lead to something that goes out.
        self.stop.send_replace(true);
        let is_handling = match timeout_at(until, self.parts.lock()).await {
            Ok(mut parts) => self.end(&mut parts, until).await,
            Err(_) => self.counts.is_handling(),
        };
        let waiting = self.counts.waiting();
        if waiting == 0 && !is_handling {
            Ok(())
        } else {
            Err(Unfinished {
                waiting,
                handling: is_handling,
            })
        }
    }

    /// Ends what has not ended yet, and says whether handlers are still at work.
    async fn end(&self, parts: &mut Parts, until: Instant) -> bool {
        if let Some(inbound) = &mut parts.inbound {
            let ended = timeout_at(until, &mut *inbound).await;
            inbound.abort();
            parts.is_handling = ended.is_err() && self.counts.is_handling();
            parts.inbound = None;
        }
        while let Some(subscription) = parts.subscriptions.pop() {
            // No event begins after this, whether or not those are done that did.
            let _late = timeout_at(until, subscription.end()).await;
        }
        let _late = timeout_at(until, self.flushed(true)).await;
        self.sender.abort();
        // What was answered for is told to the server, if that is there.
        let _late = timeout_at(until, self.client.flush()).await;
        let _late = timeout_at(until, self.client.drain()).await;
        parts.is_handling
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
        let (options, mut notices) = Notices::listen(plan.options.clone(), &counts);
        let client = connect(&plan, &options, &counts).await?;
        notices.begin().await;
        let context = jetstream::new(client.clone());
        let found = patiently(&plan, &counts, || plan.stream.prepare(&context)).await?;
        for odd in &found.odd {
            counts.note(odd);
        }
        let gateway = bus.gateway(&plan.instance).map_err(BridgeError::Instance)?;
        let origin = Origin::new(&plan.name, &gateway);
        let (stop, stopped) = watch::channel(false);
        let inbound = match &plan.inbound {
            None => None,
            Some((inbound, path)) => {
                let seen = open_seen(&plan, path.clone(), found.max_age).await?;
                let inbound = Inbound {
                    plan: inbound.clone(),
                    stream: plan.stream.clone(),
                    durable: durable(&plan, inbound),
                    subjects: plan.subjects.clone(),
                    name: Arc::clone(&origin.bridge),
                    origin: origin.clone(),
                    context: context.clone(),
                    gateway: gateway.clone(),
                    runtime: plan.runtime.clone(),
                    seen,
                    counts: Arc::clone(&counts),
                    stop: stopped,
                    connected: notices.connected,
                };
                let prepared = patiently(&plan, &counts, || inbound.prepare(&found)).await?;
                Some((inbound, prepared))
            }
        };
        let (queue, sender) = sender(&plan, client.clone(), &gateway, &counts, notices.forbidden);
        let sender = tokio.spawn(sender.run()).abort_handle();
        let outbound = Outbound {
            origin,
            subjects: plan.subjects.clone(),
            way: plan.way,
            queue: queue.clone(),
            counts: Arc::clone(&counts),
            client: client.clone(),
            tokio: tokio.clone(),
        };
        let subscriptions = subscribe(&plan, &gateway, outbound)?;
        let inbound = inbound.map(|(inbound, first)| tokio.spawn(inbound.run(first)));
        Ok(Bridge {
            client,
            counts,
            queue,
            stop,
            is_closed: AtomicBool::new(false),
            parts: Mutex::new(Parts {
                subscriptions,
                inbound,
                is_handling: false,
            }),
            sender,
        })
    }
}

fn durable(plan: &Plan, inbound: &InboundPlan) -> Durable {
    Durable {
        name: plan.name.as_str().into(),
        stream: plan.stream.name.clone(),
        filter: plan.subjects.filter(&inbound.patterns),
        ack_wait: inbound.ack_wait,
        most_pending: inbound.most_pending,
        with_history: inbound.with_history,
    }
}

async fn connect(
    plan: &Plan,
    options: &ConnectOptions,
    counts: &Counts,
) -> Result<Client, BridgeError> {
    let mut wait = Wait::new();
    loop {
        let options = options.clone();
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

/// Has it tried again while the server does not answer, where that is waited for.
async fn patiently<T, F: Future<Output = Result<T, StreamFailure>>>(
    plan: &Plan,
    counts: &Counts,
    mut attempt: impl FnMut() -> F,
) -> Result<T, BridgeError> {
    let mut wait = Wait::new();
    loop {
        match attempt().await {
            Ok(done) => return Ok(done),
            Err(StreamFailure::Unanswered(error)) if plan.waits_for_server => counts.note(&error),
            Err(failure) => return Err(failure.into_error()),
        }
        wait.pass().await;
    }
}

async fn open_seen(plan: &Plan, path: PathBuf, max_age: Duration) -> Result<Seen, BridgeError> {
    let keep = Keep {
        time: kept(plan.keep_time, max_age)?,
        number: plan.keep_number,
    };
    let name = plan.name.clone();
    // A large file takes its time, and so does a slow disk.
    let opening = tokio::task::spawn_blocking(move || Seen::open(&path, &name, keep));
    match opening.await {
        Ok(opened) => opened.map_err(BridgeError::Seen),
        Err(_) => Err(BridgeError::NoRuntime),
    }
}

/// How long marks are kept, where the stream keeps events so long; for ever without an answer.
fn kept(asked: Option<Duration>, max_age: Duration) -> Result<Option<Duration>, BridgeError> {
    // The stream says zero for ever.
    match (asked, max_age) {
        (None, Duration::ZERO) => Ok(None),
        // A sender that the server's answer did not reach sends once more when the server is back, be the first one gone by then.
        (None, max_age) => Ok(Some(max_age.max(LONGEST_DOUBT))),
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
    forbidden: mpsc::Receiver<Forbidden>,
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
            .max_ack_inflight(plan.window + UNANSWERED)
            .build(client),
        stream: plan.stream.clone(),
        counts: Arc::clone(counts),
        gateway: gateway.clone(),
        window: plan.window,
        ack_timeout: plan.ack_timeout,
        forbidden,
        flying: Flying::default(),
        burials: JoinSet::new(),
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::kept;

    #[test]
    fn marks_are_kept_while_somebody_may_be_in_doubt_or_the_stream_has_their_events() {
        let (hour, week) = (Duration::from_hours(1), Duration::from_hours(7 * 24));
        let by_itself = |max_age| kept(None, max_age).unwrap();
        assert_eq!(by_itself(Duration::ZERO), None);
        assert_eq!(by_itself(hour), Some(week));
        assert_eq!(by_itself(week * 2), Some(week * 2));
        assert_eq!(kept(Some(hour), Duration::ZERO).unwrap(), Some(hour));
        assert_eq!(kept(Some(week), hour).unwrap(), Some(week));
        assert!(kept(Some(hour), week).is_err());
    }
}
