//! What comes in: a task that has each event handled here, once.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::pull::{Config, MessagesErrorKind, Stream};
use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy};
use async_nats::jetstream::{AckKind, Context, Message};
use audit_core::bus::{Gateway, Payload, PublishError};
use audit_core::{InScope as _, Pattern, Runtime, Scope};
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::sync::watch;

use crate::count::Counts;
use crate::envelope;
use crate::error::BridgeError;
use crate::seen::Seen;
use crate::stream::{StreamFailure, StreamPlan};
use crate::subject::Subjects;
use crate::wait::Wait;

/// How much of a message that can't be read its dead letter shows, in bytes.
const SHOWN: usize = 4_096;
/// How long an event is put back that can't be handled now.
const PUT_BACK: Duration = Duration::from_secs(1);
/// The server says so often that it is there.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// A request for messages is made anew so often.
const EXPIRES: Duration = Duration::from_secs(30);

/// How events are to come in.
#[derive(Clone, Debug)]
pub(crate) struct InboundPlan {
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) ack_wait: Duration,
    /// How many may be on their way without being handled.
    pub(crate) most_pending: u16,
    /// Whether what the stream holds already is received by a consumer that is new.
    pub(crate) with_history: bool,
}

/// Has each event handled here, once.
pub(crate) struct Inbound {
    pub(crate) plan: InboundPlan,
    pub(crate) stream: StreamPlan,
    pub(crate) subjects: Subjects,
    /// The name of this bridge and of its consumer.
    pub(crate) name: Arc<str>,
    pub(crate) context: Context,
    pub(crate) gateway: Gateway,
    pub(crate) runtime: Option<Runtime>,
    pub(crate) seen: Seen,
    pub(crate) counts: Arc<Counts>,
    /// Becomes true when no other event is to be begun.
    pub(crate) stop: watch::Receiver<bool>,
}

/// What becomes of a message.
enum Fate {
    /// It is done with.
    Done,
    /// It is no event that could ever be handled here.
    Dead,
    /// It is to come again.
    Again,
}

impl Inbound {
    /// Makes the consumer, or changes the one that is there to what it is to be.
    pub(crate) async fn prepare(&self) -> Result<Consumer<Config>, BridgeError> {
        let wrong = |problem: String| BridgeError::Consumer {
            consumer: self.name.to_string(),
            problem,
        };
        let stream = self.context.get_stream_no_info(&self.stream.name).await;
        let stream = stream.map_err(|error| wrong(format!("has no stream: {error}")))?;
        let deliver_policy = match stream.consumer_info(&self.name).await {
            Ok(found) if found.config.deliver_subject.is_some() => {
                return Err(wrong(
                    "is there already, and has messages pushed to it; the bridge needs one that pulls".to_owned(),
                ));
            }
            // Where it began can't be changed.
            Ok(found) => found.config.deliver_policy,
            Err(_) if self.plan.with_history => DeliverPolicy::All,
            Err(_) => DeliverPolicy::New,
        };
        let config = Config {
            durable_name: Some(self.name.to_string()),
            deliver_policy,
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.plan.ack_wait,
            filter_subject: self.subjects.filter(&self.plan.patterns),
            max_ack_pending: self.plan.most_pending.into(),
            ..Config::default()
        };
        let made = stream.create_consumer(config).await;
        made.map_err(|error| wrong(format!("can't be made: {error}")))
    }

    /// Goes on until it is stopped; an event that is being handled then is handled to its end.
    pub(crate) async fn run(mut self, first: Consumer<Config>) {
        let mut consumer = Some(first);
        let mut wait = Wait::new();
        while !self.is_stopped() {
            let opened = match consumer.take() {
                Some(consumer) => self.messages(&consumer).await,
                None => self.reopen().await,
            };
            match opened {
                Ok(messages) => {
                    if self.take_all(messages).await {
                        wait = Wait::new();
                    }
                }
                Err(error) => self.counts.note(&error),
            }
            let mut stop = self.stop.clone();
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

    async fn messages(&self, consumer: &Consumer<Config>) -> Result<Stream, BridgeError> {
        let asked = consumer
            .stream()
            .max_messages_per_batch(self.plan.most_pending.into())
            .heartbeat(HEARTBEAT)
            .expires(EXPIRES);
        asked
            .messages()
            .await
            .map_err(|error| BridgeError::Consumer {
                consumer: self.name.to_string(),
                problem: format!("gives no messages: {error}"),
            })
    }

    /// After somebody took consumer or stream away.
    async fn reopen(&self) -> Result<Stream, BridgeError> {
        let prepared = self.stream.prepare(&self.context).await;
        if let Err(StreamFailure::Unanswered(error) | StreamFailure::Unfit(error)) = prepared {
            return Err(error);
        }
        let consumer = self.prepare().await?;
        self.messages(&consumer).await
    }

    /// Takes messages until they end, and says whether there were any.
    async fn take_all(&mut self, mut messages: Stream) -> bool {
        let mut any = false;
        loop {
            let next = tokio::select! {
                biased;
                _ = self.stop.wait_for(|stop| *stop) => return any,
                next = messages.next() => next,
            };
            match next {
                Some(Ok(message)) => {
                    any = true;
                    self.take(&message).await;
                }
                // The client asks again once the connection is back.
                Some(Err(error)) if error.kind() == MessagesErrorKind::MissingHeartbeat => {}
                Some(Err(error)) => {
                    self.counts.note(&format_args!("no messages: {error}"));
                    return any;
                }
                None => return any,
            }
        }
    }

    async fn take(&self, message: &Message) {
        self.counts.received.add();
        let fate = {
            let deciding = self.decide(message);
            tokio::pin!(deciding);
            let mut still = tokio::time::interval(self.plan.ack_wait / 3);
            still.reset();
            loop {
                tokio::select! {
                    biased;
                    fate = &mut deciding => break fate,
                    // Else the server takes it for lost, and sends it again.
                    _ = still.tick() => self.answer(message, AckKind::Progress).await,
                }
            }
        };
        let answer = match fate {
            Fate::Done => AckKind::Ack,
            Fate::Dead => {
                self.counts.dead.add();
                AckKind::Term
            }
            Fate::Again => {
                self.counts.retried.add();
                AckKind::Nak(Some(PUT_BACK))
            }
        };
        self.answer(message, answer).await;
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
                return self.bury(message, error.to_string()).await;
            }
        };
        let is_meant = |pattern: &Pattern| pattern.matches(&envelope.name);
        if *envelope.origin == *self.name || !self.plan.patterns.iter().any(is_meant) {
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
                return Fate::Again;
            }
        }
        let scope = self.runtime.as_ref().map_or_else(Scope::new, Scope::from);
        let published = self.gateway.publish(envelope.into_event());
        match published.in_scope(scope).await {
            Ok(_) => {}
            Err(error @ (PublishError::Denied(_) | PublishError::Reserved { .. })) => {
                return self.bury(message, error.to_string()).await;
            }
            Err(error) => {
                self.counts.note(&error);
                return Fate::Again;
            }
        }
        self.counts.handled.add();
        if let Err(error) = self.seen.mark(id).await {
            self.counts.note(&error);
        }
        Fate::Done
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
