//! What leaves: a handler that hands events over, and a task that sends them until the stream has them.

use std::future::{IntoFuture as _, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{self, Context, ErrorCode};
use audit_core::Pattern;
use audit_core::bus::{DomainEvent, Gateway, Handled, Handler, Handling, Payload};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use tokio::runtime::Handle as Tokio;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::count::Counts;
use crate::envelope;
use crate::subject::Subjects;
use crate::wait::{Wait, moment_after};

/// What headers add to a message, at most.
const HEADERS: usize = 128;

/// When a publisher goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Once the stream has the event, or after so long.
    Confirmed(Duration),
    /// Once the event stands in a queue of so many.
    Queued(usize),
}

/// An event that is under way.
pub(crate) struct Parcel {
    name: String,
    payload: Payload,
    subject: String,
    message: PublishMessage,
    /// Who waits for it, and until when; nobody where it was queued.
    waiting: Option<(oneshot::Sender<Result<(), String>>, Instant)>,
}

/// What stands in the queue.
pub(crate) enum Item {
    Parcel(Parcel),
    /// Somebody wants to know when all before this is done.
    Flush(oneshot::Sender<()>),
}

/// What all that hand events over share.
pub(crate) struct Outbound {
    pub(crate) origin: Arc<str>,
    pub(crate) subjects: Subjects,
    pub(crate) way: Way,
    pub(crate) queue: mpsc::Sender<Item>,
    pub(crate) counts: Arc<Counts>,
    pub(crate) client: async_nats::Client,
    pub(crate) tokio: Tokio,
}

/// Hands over the events that one pattern stands for, and none of those before it.
pub(crate) struct Sending {
    pub(crate) outbound: Arc<Outbound>,
    pub(crate) earlier: Vec<Pattern>,
}

impl Handler for Sending {
    fn handle<'h>(&'h self, event: &'h DomainEvent) -> Handling<'h> {
        let name = event.name();
        // What came in goes out nowhere: else two bridges would send it to each other for ever.
        let stays = event.origin().is_some() || name.starts_with("__");
        if stays || self.earlier.iter().any(|pattern| pattern.matches(name)) {
            return Handling::Done(Ok(()));
        }
        match self.outbound.parcel(event) {
            Ok(parcel) => Handling::Running(Box::pin(self.outbound.hand_over(parcel))),
            Err(error) => Handling::Done(Err(error.into())),
        }
    }
}

impl Outbound {
    fn parcel(&self, event: &DomainEvent) -> Result<Parcel, String> {
        let bytes = envelope::write(event, &Gateway::circumstances(), &self.origin)?;
        let most = self.client.max_payload();
        if bytes.len() + HEADERS > most {
            return Err(format!(
                "`{}` takes {} bytes on its way, and the server takes {most} in all",
                event.name().escape_debug(),
                bytes.len() + HEADERS
            ));
        }
        let message = PublishMessage::build()
            .payload(bytes.into())
            .message_id(event.id().to_string());
        Ok(Parcel {
            name: event.name().to_owned(),
            payload: event.payload(),
            subject: self.subjects.of(event.name()),
            message,
            waiting: None,
        })
    }

    async fn hand_over(&self, mut parcel: Parcel) -> Handled {
        let Way::Confirmed(longest) = self.way else {
            return self.enqueue(parcel).await;
        };
        let name = parcel.name.escape_debug().to_string();
        let (confirm, confirmed) = oneshot::channel();
        let until = moment_after(longest);
        parcel.waiting = Some((confirm, until));
        // Whatever runs this handler: the timer is tokio's.
        let too_late = {
            let _entered = self.tokio.enter();
            tokio::time::sleep_until(until)
        };
        let sent = async {
            self.enqueue(parcel).await?;
            let answer = confirmed.await.map_err(|_| closed())?;
            answer.map_err(Into::into)
        };
        tokio::select! {
            biased;
            sent = sent => sent,
            () = too_late => Err(format!(
                "`{name}` was not confirmed by the stream within {longest:?}; it may get there yet"
            ).into()),
        }
    }

    async fn enqueue(&self, parcel: Parcel) -> Handled {
        let place = self.queue.reserve().await.map_err(|_| closed())?;
        self.counts.sent.add();
        place.send(Item::Parcel(parcel));
        Ok(())
    }
}

fn closed() -> String {
    "the bridge is closed".to_owned()
}

/// A parcel on its flight, and what comes of it.
type Flight = Pin<Box<dyn Future<Output = (Parcel, Result<(), PublishError>)> + Send>>;

/// Sends what stands in the queue until the stream has it.
pub(crate) struct Sender {
    pub(crate) queue: mpsc::Receiver<Item>,
    pub(crate) context: Context,
    pub(crate) counts: Arc<Counts>,
    pub(crate) gateway: Gateway,
    /// How many may be in flight.
    pub(crate) window: usize,
}

impl Sender {
    /// Goes on until the queue is closed and empty.
    ///
    /// Events go in the order of the queue. Once one fails no other is sent before all in flight have landed, and then those
    /// that failed are sent again in their order.
    pub(crate) async fn run(mut self) {
        let mut flying: FuturesOrdered<Flight> = FuturesOrdered::new();
        let mut failed: Vec<Parcel> = Vec::new();
        let mut flushes: Vec<oneshot::Sender<()>> = Vec::new();
        let mut wait = Wait::new();
        let mut is_open = true;
        loop {
            if flying.is_empty() && !failed.is_empty() {
                wait.pass().await;
                for parcel in std::mem::take(&mut failed) {
                    self.counts.retried.add();
                    flying.extend(self.send(parcel).await);
                }
            }
            if flying.is_empty() && failed.is_empty() {
                for flush in flushes.drain(..) {
                    let _waits_no_more = flush.send(());
                }
            }
            let takes =
                is_open && failed.is_empty() && flushes.is_empty() && flying.len() < self.window;
            tokio::select! {
                biased;
                Some((parcel, result)) = flying.next() => match result {
                    Ok(()) => {
                        wait = Wait::new();
                        self.end(parcel, Ok(())).await;
                    }
                    Err(error) if is_final(&error) => {
                        self.end(parcel, Err(shown(&error))).await;
                    }
                    Err(error) => {
                        self.counts.note(&format_args!("could not send: {}", shown(&error)));
                        failed.push(parcel);
                    }
                },
                item = self.queue.recv(), if takes => match item {
                    Some(Item::Parcel(parcel)) => flying.extend(self.send(parcel).await),
                    Some(Item::Flush(flush)) => flushes.push(flush),
                    None => is_open = false,
                },
                else => if failed.is_empty() { return },
            }
        }
    }

    /// Sends a parcel, unless whoever waited for it has given up.
    async fn send(&self, parcel: Parcel) -> Option<Flight> {
        // What is given to a client without a connection it sends once it has one; to be asked for too late, and sent again.
        while self.context.client().connection_state() != State::Connected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let until = parcel.waiting.as_ref().map(|(_, until)| *until);
        if until.is_some_and(|until| until <= Instant::now()) {
            self.counts.settle(false);
            return None;
        }
        let message = parcel.message.clone();
        let begun = self.context.send_publish(parcel.subject.clone(), message);
        let flight: Flight = match begun.await {
            Ok(ack) => Box::pin(async move {
                let result = ack.into_future().await;
                (parcel, result.map(drop))
            }),
            Err(error) => Box::pin(ready((parcel, Err(error)))),
        };
        Some(flight)
    }

    async fn end(&self, parcel: Parcel, result: Result<(), String>) {
        self.counts.settle(result.is_ok());
        match (parcel.waiting, result) {
            (Some((waiting, _)), result) => drop(waiting.send(result)),
            (None, Ok(())) => {}
            // The publisher has gone on: what is lost of his is told of here.
            (None, Err(error)) => {
                self.gateway.bury(&parcel.name, parcel.payload, error).await;
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
