//! [`Bridge`]: a bus and a server, joined.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::Client;
use async_nats::connection::State;
use async_nats::jetstream;
use audit_core::bus::{Bus, Subscription};
use tokio::runtime::Handle as Tokio;
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{Instant, timeout_at};

use crate::connect::{connect, open_seen, patiently, sender, subscribe};
use crate::count::{BridgeState, BridgeStats, Counts};
use crate::durable::{Durable, InboundPlan};
use crate::envelope::Origin;
use crate::error::{BridgeError, Unfinished};
use crate::held::Held;
use crate::inbound::Inbound;
use crate::notice::Notices;
use crate::outbound::Outbound;
use crate::plan::{BridgeBuilder, Plan};
use crate::sender::{Flush, Item};
use crate::wait::moment_after;

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
    /// with the handlers of dead letters that come of it. Events that came and were not begun are handed back to the server; those on the wire in that moment
    /// it sends again after [`ack_wait`](BridgeBuilder::ack_wait).
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
                    // Others are to have half of the room at least.
                    held: Held::new(usize::from(inbound.most_pending) / 2),
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
