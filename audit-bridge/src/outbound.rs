//! What leaves: a handler that hands events over to the task that sends them.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::message::PublishMessage;
use audit_core::Pattern;
use audit_core::bus::{DomainEvent, Gateway, Handled, Handler, Handling};
use tokio::runtime::Handle as Tokio;
use tokio::sync::{mpsc, oneshot};

use crate::count::Counts;
use crate::envelope::{self, Origin};
use crate::sender::{Item, Parcel};
use crate::subject::Subjects;
use crate::wait::moment_after;

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

/// What all that hand events over share.
pub(crate) struct Outbound {
    pub(crate) origin: Origin,
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
            Ok(parcel) => Handling::Running(Box::pin(self.outbound.hand_over(name, parcel))),
            Err(error) => Handling::Done(Err(error.into())),
        }
    }
}

impl Outbound {
    fn parcel(&self, event: &DomainEvent) -> Result<Parcel, String> {
        let bytes = envelope::write(
            event,
            &Gateway::circumstances(),
            Gateway::depth(),
            &self.origin,
        )?;
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

    async fn hand_over(&self, name: &str, mut parcel: Parcel) -> Handled {
        let Way::Confirmed(longest) = self.way else {
            return self.enqueue(parcel).await;
        };
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
                "`{}` was not confirmed by the stream within {longest:?}; it may get there yet",
                name.escape_debug()
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
