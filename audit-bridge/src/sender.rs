//! [`Sender`]: the task that sends events until the stream has them.

use std::collections::VecDeque;
use std::future::IntoFuture as _;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{self, Context, ErrorCode};
use audit_core::bus::{Gateway, Payload};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::count::Counts;
use crate::notice::Forbidden;
use crate::stream::StreamPlan;
use crate::wait::{Wait, moment_after};

/// How many dead letters may be under way.
const MOST_BURIALS: usize = 65_536;

/// An event that is under way.
pub(crate) struct Parcel {
    pub(crate) name: String,
    pub(crate) payload: Payload,
    pub(crate) subject: String,
    pub(crate) message: PublishMessage,
    /// Who waits for it, and until when; nobody where it was queued.
    pub(crate) waiting: Option<(oneshot::Sender<Result<(), String>>, Instant)>,
}

/// What stands in the queue.
pub(crate) enum Item {
    Parcel(Parcel),
    /// Somebody wants to know when all before this is done.
    Flush(Flush),
}

/// Who wants to know when all is done.
pub(crate) struct Flush {
    pub(crate) done: oneshot::Sender<()>,
    /// Whether those who are told of dead letters are to be done, too. They may wait for what this waits for, unless nothing more is taken.
    pub(crate) with_letters: bool,
}

/// A parcel on its flight.
struct Flight {
    parcel: Parcel,
    /// What comes of it. Its time runs from when it was sent.
    landing: Pin<Box<dyn Future<Output = Result<(), PublishError>> + Send>>,
}

/// Sends what stands in the queue until the stream has it.
pub(crate) struct Sender {
    pub(crate) queue: mpsc::Receiver<Item>,
    pub(crate) context: Context,
    /// Made again where it was taken away.
    pub(crate) stream: StreamPlan,
    pub(crate) counts: Arc<Counts>,
    pub(crate) gateway: Gateway,
    /// How many may be in flight.
    pub(crate) window: usize,
    pub(crate) ack_timeout: Duration,
    pub(crate) forbidden: mpsc::Receiver<Forbidden>,
    pub(crate) flying: Flying,
    /// Dead letters that are being told of.
    pub(crate) burials: JoinSet<()>,
}

/// What is under way, in the order in which it was sent.
#[derive(Default)]
pub(crate) struct Flying {
    flights: VecDeque<Flight>,
    /// Those that are to be sent again once all others have landed.
    failed: Vec<Parcel>,
    /// Whether one of these found no stream.
    finds_no_stream: bool,
}

impl Flying {
    fn number(&self) -> usize {
        self.flights.len()
    }

    fn push(&mut self, flight: Option<Flight>) {
        self.flights.extend(flight);
    }

    /// Waits until the first has landed. Answers come in the order of what is sent, so nobody looks for the others'.
    async fn land(&mut self) -> Option<(Parcel, Result<(), PublishError>)> {
        let result = self.flights.front_mut()?.landing.as_mut().await;
        let first = self.flights.pop_front()?;
        Some((first.parcel, result))
    }

    /// Takes out all that went to a subject.
    fn take(&mut self, subject: &str) -> Vec<Parcel> {
        let is_meant = |parcel: &Parcel| parcel.subject == subject;
        let mut taken = Vec::new();
        for flight in std::mem::take(&mut self.flights) {
            if is_meant(&flight.parcel) {
                taken.push(flight.parcel);
            } else {
                self.flights.push_back(flight);
            }
        }
        taken.extend(self.failed.extract_if(.., |parcel| is_meant(parcel)));
        taken
    }
}

impl Sender {
    /// Goes on until the queue is closed and empty.
    ///
    /// Events go in the order of the queue. Once one fails no other is sent before all in flight have landed, and then those
    /// that failed are sent again in their order.
    pub(crate) async fn run(mut self) {
        let mut flushes: Vec<Flush> = Vec::new();
        let mut wait = Wait::new();
        let mut is_open = true;
        loop {
            if self.flying.number() == 0 && !self.flying.failed.is_empty() {
                wait.pass().await;
                self.send_again().await;
            }
            let is_idle = self.flying.number() == 0 && self.flying.failed.is_empty();
            if is_idle {
                let is_buried = self.burials.is_empty();
                for flush in flushes.extract_if(.., |flush| is_buried || !flush.with_letters) {
                    let _waits_no_more = flush.done.send(());
                }
            }
            if is_idle && !is_open && self.burials.is_empty() {
                return;
            }
            let takes = is_open
                && self.flying.failed.is_empty()
                && flushes.is_empty()
                && self.flying.number() < self.window;
            let flies = self.flying.number() > 0;
            let buries = !self.burials.is_empty();
            tokio::select! {
                biased;
                Some(forbidden) = self.forbidden.recv() => self.refuse(&forbidden),
                Some((parcel, result)) = self.flying.land(), if flies => match result {
                    Ok(()) => {
                        wait = Wait::new();
                        self.end(parcel, Ok(()));
                    }
                    Err(error) if is_final(&error) => self.end(parcel, Err(shown(&error))),
                    Err(error) => {
                        self.counts.note(&format_args!("could not send: {}", shown(&error)));
                        self.flying.finds_no_stream |=
                            error.kind() == PublishErrorKind::StreamNotFound;
                        self.flying.failed.push(parcel);
                    }
                },
                _ = self.burials.join_next(), if buries => {}
                item = self.queue.recv(), if takes => match item {
                    Some(Item::Parcel(parcel)) => {
                        let flight = self.send(parcel).await;
                        self.flying.push(flight);
                    }
                    Some(Item::Flush(flush)) => flushes.push(flush),
                    None => is_open = false,
                },
                else => return,
            }
        }
    }

    /// Sends those that failed.
    async fn send_again(&mut self) {
        if std::mem::take(&mut self.flying.finds_no_stream)
            && let Err(failure) = self.stream.prepare(&self.context).await
        {
            self.counts.note(&failure.into_error());
        }
        for parcel in std::mem::take(&mut self.flying.failed) {
            self.counts.retried.add();
            let flight = self.send(parcel).await;
            self.flying.push(flight);
        }
    }

    /// Sends a parcel, unless whoever waited for it has given up.
    async fn send(&mut self, parcel: Parcel) -> Option<Flight> {
        // What is given to a client without a connection it sends once it has one; to be asked for too late, and sent again.
        while self.context.client().connection_state() != State::Connected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let given_up = parcel.waiting.as_ref().map(|(_, until)| *until);
        if given_up.is_some_and(|until| until <= Instant::now()) {
            self.counts.settle(false);
            return None;
        }
        let until = moment_after(self.ack_timeout);
        let message = parcel.message.clone();
        let begun = self.context.send_publish(parcel.subject.clone(), message);
        let begun = begun.await;
        let landing = Box::pin(async move {
            let answered = timeout_at(until, begun?.into_future()).await;
            let answered = answered.map_err(|_| PublishError::new(PublishErrorKind::TimedOut));
            answered?.map(drop)
        });
        Some(Flight { parcel, landing })
    }

    /// Ends all that went where nothing may go: the server answers for none of them.
    fn refuse(&mut self, forbidden: &Forbidden) {
        for parcel in self.flying.take(&forbidden.subject) {
            let error = format!(
                "the server does not let this bridge publish to `{}`: {}",
                forbidden.subject.escape_debug(),
                forbidden.said.escape_debug()
            );
            self.end(parcel, Err(error));
        }
    }

    fn end(&mut self, parcel: Parcel, result: Result<(), String>) {
        self.counts.settle(result.is_ok());
        match (parcel.waiting, result) {
            (Some((waiting, _)), result) => drop(waiting.send(result)),
            (None, Ok(())) => {}
            (None, Err(error)) if self.burials.len() >= MOST_BURIALS => {
                let name = parcel.name.escape_debug();
                self.counts.note(&format_args!(
                    "`{name}` is lost, and handlers of dead letters are behind: {error}"
                ));
            }
            // The publisher has gone on: what is lost of his is told of here. Not by this task, which those who are told may wait for.
            (None, Err(error)) => {
                let gateway = self.gateway.clone();
                self.burials.spawn(async move {
                    gateway.bury(&parcel.name, parcel.payload, error).await;
                });
            }
        }
    }
}

/// Whether an event will never be taken, however often it is sent.
fn is_final(error: &PublishError) -> bool {
    let refused = std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<jetstream::Error>())
        .map(jetstream::Error::error_code);
    error.kind() == PublishErrorKind::MaxPayloadExceeded
        || refused.is_some_and(|code| {
            [
                ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM,
                ErrorCode::STREAM_HEADER_EXCEEDS_MAXIMUM,
            ]
            .contains(&code)
        })
}

fn shown(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let more = error.to_string();
        // The client's errors often say their source themselves.
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = error.source();
    }
    text
}
