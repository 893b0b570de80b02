//! What comes in: a task that has each event handled here, once.

use std::sync::Arc;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::{AckKind, Context, Message};
use audit_core::bus::{Gateway, Payload, PublishError};
use audit_core::{EventId, InScope as _, Pattern, Runtime, Scope};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, sleep_until, timeout};

use crate::count::Counts;
use crate::durable::{Durable, Gone, InboundPlan, Ready, Standing};
use crate::envelope::{self, Origin};
use crate::error::BridgeError;
use crate::held::Held;
use crate::pull::{Inbox, Pull, Pulled};
use crate::seen::Seen;
use crate::stream::{Found, StreamFailure, StreamPlan};
use crate::subject::Subjects;
use crate::wait::Wait;

/// How much of a message that can't be read its dead letter shows, in bytes.
const SHOWN: usize = 4_096;
/// How long an event is put back that can't be handled now.
const PUT_BACK: Duration = Duration::from_secs(1);
/// After how long and how often an event comes again that is written in a newer way: an hour in all.
const NEWER: Duration = Duration::from_secs(30);
const NEWER_ATTEMPTS: i64 = 120;
/// It is kept so often how far all was answered for.
const KEEP_PLACE: Duration = Duration::from_secs(10);
/// How long the server may take to say so: nothing else comes in meanwhile.
const PLACE: Duration = Duration::from_secs(2);

/// Has each event handled here, once.
pub(crate) struct Inbound {
    pub(crate) plan: InboundPlan,
    pub(crate) stream: StreamPlan,
    pub(crate) durable: Durable,
    pub(crate) subjects: Subjects,
    /// The name of this bridge and of its consumer.
    pub(crate) name: Arc<str>,
    pub(crate) origin: Origin,
    pub(crate) context: Context,
    pub(crate) gateway: Gateway,
    pub(crate) runtime: Option<Runtime>,
    pub(crate) seen: Seen,
    /// What a newer process wrote.
    pub(crate) held: Held,
    pub(crate) counts: Arc<Counts>,
    /// Becomes true when no other event is to be begun.
    pub(crate) stop: watch::Receiver<bool>,
    /// Changes with each connection.
    pub(crate) connected: watch::Receiver<u64>,
}

/// What becomes of a message.
enum Fate {
    /// It is done with.
    Done,
    /// It is no event that could ever be handled here.
    Dead,
    /// It is to come again, after so long.
    Again(Duration),
    /// Neither it nor any other can be handled here any more.
    Closed,
}

impl Inbound {
    /// Goes on until it is stopped, or the bus is closed; an event that is being handled then is handled to its end.
    pub(crate) async fn run(self, first: Ready) {
        if first.is_shared {
            let name = &self.name;
            self.counts.note(&format_args!(
                "another process has the name `{name}`, and asks for its events"
            ));
        }
        let mut ready = Some(first);
        let mut inbox = Inbox::new(&self.context);
        let mut wait = Wait::new();
        let mut stop = self.stop.clone();
        while !self.is_stopped() && !self.counts.is_bus_closed() {
            let prepared = if let Some(ready) = ready.take() {
                Ok(ready)
            } else {
                tokio::select! {
                    biased;
                    _ = stop.wait_for(|stop| *stop) => return,
                    prepared = self.prepare_again() => prepared,
                }
            };
            let opened = match prepared {
                Ok(ready) => self.open(ready, &mut inbox).await,
                Err(error) => Err(error),
            };
            match opened {
                Ok((pull, standing)) => {
                    if self.take_all(pull, standing).await {
                        wait = Wait::new();
                    }
                }
                Err(error) => self.counts.note(&error),
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => {}
                () = wait.pass() => {}
            }
        }
    }

    /// Also by a bridge that is dropped.
    fn is_stopped(&self) -> bool {
        *self.stop.borrow() || self.stop.has_changed().is_err()
    }

    /// Makes the consumer, or changes the one that is there to what it is to be.
    pub(crate) async fn prepare(&self, found: &Found) -> Result<Ready, StreamFailure> {
        let prepared = self.durable.prepare(&self.context, found, &self.seen);
        prepared.await
    }

    async fn open(&self, ready: Ready, inbox: &mut Inbox) -> Result<(Pull, Standing), BridgeError> {
        if let Some((gone, place)) = ready.gone {
            self.miss(&gone).await;
            // Whoever ends in between tells of it twice, and not never.
            if let Err(error) = self.seen.keep(place).await {
                self.counts.note(&error);
            }
        }
        let most = self.plan.most_pending.into();
        let connected = self.connected.clone();
        let (consumer, next) = (ready.consumer, ready.next_number);
        let pull = Pull::open(consumer, next, &self.context, inbox, most, connected).await;
        let pull = pull.map_err(|error| BridgeError::Consumer {
            consumer: self.name.to_string(),
            problem: format!("gives no messages: {error}"),
        })?;
        Ok((pull, ready.standing))
    }

    /// After somebody took consumer or stream away, or the server was away itself.
    async fn prepare_again(&self) -> Result<Ready, BridgeError> {
        let found = self.stream.prepare(&self.context).await;
        let found = found.map_err(StreamFailure::into_error)?;
        let ready = self.prepare(&found).await;
        ready.map_err(StreamFailure::into_error)
    }

    /// Takes messages until they end, and says whether there were any.
    async fn take_all(&self, mut pull: Pull, mut standing: Standing) -> bool {
        let mut any = false;
        let mut stop = self.stop.clone();
        let mut keep = tokio::time::interval(KEEP_PLACE);
        keep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first would come at once.
        keep.reset();
        loop {
            let pulled = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                _ = keep.tick() => None,
                pulled = pull.next() => Some(pulled),
            };
            let pulled = match pulled {
                None => {
                    tokio::select! {
                        biased;
                        _ = stop.wait_for(|stop| *stop) => break,
                        () = self.keep_place() => continue,
                    }
                }
                Some(Ok(pulled)) => pulled,
                Some(Err(error)) => {
                    self.counts
                        .note(&format_args!("messages are asked for anew: {error}"));
                    return any;
                }
            };
            any = true;
            self.look_at(&pulled, &mut standing).await;
            if !self.take(pulled.message, &mut pull).await {
                break;
            }
        }
        // Without a server nobody takes anything back, and it has all that was not answered for.
        if self.context.client().connection_state() == State::Connected {
            pull.give_back().await;
            self.keep_place().await;
        }
        any
    }

    /// Keeps how far all was answered for, as the server knows it. Where it does not answer, there is another time.
    async fn keep_place(&self) {
        if self.context.client().connection_state() != State::Connected {
            return;
        }
        let kept = self.durable.keep(&self.context, &self.seen);
        if let Ok(Err(error)) = timeout(PLACE, kept).await {
            self.counts.note(&error);
        }
    }

    /// Looks whether something is missing before a message.
    async fn look_at(&self, pulled: &Pulled, standing: &mut Standing) {
        if pulled.skipped > 0 {
            self.counts.shared.add(pulled.skipped);
            let (name, many) = (&self.name, pulled.skipped);
            self.counts.note(&format_args!(
                "another process has the name `{name}`, and got {many} events that did not come here"
            ));
        }
        let Ok(info) = pulled.message.info() else {
            return;
        };
        let is_next = pulled.skipped == 0 && info.delivered == 1;
        if let Some(gone) = standing.come_to(info.stream_sequence, is_next) {
            self.miss(&gone).await;
        }
    }

    /// Tells of messages that the stream let go before they came.
    async fn miss(&self, gone: &Gone) {
        let Gone { first, last, most } = gone;
        self.counts.missed.add(*most);
        let stream = &self.stream.name;
        let error = format!(
            "the stream `{}` let go of its messages {first} to {last} before they came: {most} events at most are missing",
            stream.escape_debug()
        );
        self.counts.note(&error);
        let found = json!({"stream": stream, "first": first, "last": last, "most": most});
        self.gateway.bury(stream, Payload::new(found), error).await;
    }

    /// Has a message handled, and says whether another one may be.
    async fn take(&self, message: Message, pull: &mut Pull) -> bool {
        self.counts.received.add();
        self.counts.handling(true);
        let fate = {
            let deciding = self.decide(&message);
            tokio::pin!(deciding);
            let often = self.plan.ack_wait / 3;
            let late = Instant::now() + self.plan.ack_wait;
            let mut is_late = false;
            loop {
                tokio::select! {
                    biased;
                    fate = &mut deciding => break fate,
                    // Else the server takes it for lost, and those behind it, and sends them again.
                    () = sleep_until(pull.keep_at(often)) => {
                        pull.keep(&message).await;
                        if !is_late && Instant::now() >= late {
                            is_late = true;
                            self.counts.note(&format_args!(
                                "handlers have been at `{}` for {:?}, and nothing else comes in",
                                message.subject.escape_debug(),
                                self.plan.ack_wait
                            ));
                        }
                    }
                }
            }
        };
        self.counts.handling(false);
        let answer = match fate {
            Fate::Done => AckKind::Ack,
            Fate::Dead => {
                self.counts.dead.add();
                AckKind::Term
            }
            Fate::Again(after) => {
                self.counts.retried.add();
                AckKind::Nak(Some(after))
            }
            Fate::Closed => {
                self.counts.retried.add();
                self.counts.close_bus();
                pull.put_back(message);
                return false;
            }
        };
        self.answer(&message, answer).await;
        true
    }

    /// What is not answered comes again, and is known by its mark.
    async fn answer(&self, message: &Message, answer: AckKind) {
        if let Err(error) = message.ack_with(answer).await {
            self.counts
                .note(&format_args!("could not answer for a message: {error}"));
        }
    }

    async fn decide(&self, message: &Message) -> Fate {
        let subject = message.subject.as_str();
        let envelope = match envelope::read(&message.payload, subject, &self.subjects) {
            Ok(envelope) => envelope,
            Err(error) => {
                self.counts.note(&error);
                // While processes are renewed one by one, the newer ones' events wait for the newer one of this name.
                if error.is_newer() && self.holds(message) {
                    return Fate::Again(NEWER);
                }
                return self.bury(message, error.to_string()).await;
            }
        };
        let is_meant = |pattern: &Pattern| pattern.matches(&envelope.name);
        let is_own =
            *envelope.origin == *self.name || envelope.bus.as_deref() == Some(&*self.origin.bus);
        if is_own || !self.plan.patterns.iter().any(is_meant) {
            self.counts.passed.add();
            return Fate::Done;
        }
        let id = envelope.id;
        match self.seen.has(id).await {
            Ok(false) => {}
            Ok(true) => {
                self.counts.duplicates.add();
                return Fate::Done;
            }
            // Better later than perhaps twice.
            Err(error) => {
                self.counts.note(&error);
                return Fate::Again(PUT_BACK);
            }
        }
        let scope = self.runtime.as_ref().map_or_else(Scope::new, Scope::from);
        let published = self.gateway.publish(envelope.into_event());
        match published.in_scope(scope).await {
            Ok(_) => {}
            Err(
                error @ (PublishError::Denied(_)
                | PublishError::Reserved { .. }
                | PublishError::TooDeep { .. }),
            ) => {
                let fate = self.bury(message, error.to_string()).await;
                self.mark(id).await;
                return fate;
            }
            Err(PublishError::Closed) => return Fate::Closed,
            Err(error) => {
                self.counts.note(&error);
                return Fate::Again(PUT_BACK);
            }
        }
        self.counts.handled.add();
        self.mark(id).await;
        Fate::Done
    }

    /// So it is known if it comes again.
    async fn mark(&self, id: EventId) {
        if let Err(error) = self.seen.mark(id).await {
            self.counts.note(&error);
        }
    }

    /// Whether a message may be put back for long: not too often, and not too many at once, for the server sends no others then.
    fn holds(&self, message: &Message) -> bool {
        message.info().is_ok_and(|info| {
            info.delivered < NEWER_ATTEMPTS && self.held.take(info.stream_sequence, NEWER)
        })
    }

    /// Makes a dead letter of a message, under the name that its subject stands for.
    async fn bury(&self, message: &Message, error: String) -> Fate {
        let subject = message.subject.as_str();
        let name = self.subjects.name(subject);
        let shown = message.payload.get(..SHOWN).unwrap_or(&message.payload);
        let found = json!({
            "subject": subject,
            "message": String::from_utf8_lossy(shown),
            "bytes": message.payload.len(),
        });
        let target = name.as_deref().unwrap_or(subject);
        self.gateway.bury(target, Payload::new(found), error).await;
        Fate::Dead
    }
}
