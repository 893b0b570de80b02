//! What a bridge is put together from: a client, the file of marks, the sender and the subscriptions.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::context::ContextBuilder;
use async_nats::{Client, ConnectError, ConnectErrorKind, ConnectOptions};
use audit_core::bus::{Gateway, Subscription};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::count::Counts;
use crate::error::BridgeError;
use crate::notice::Forbidden;
use crate::outbound::{Outbound, Sending, Way};
use crate::plan::Plan;
use crate::seen::{Keep, Seen, SeenError};
use crate::sender::{Flying, Item, Sender};
use crate::stream::StreamFailure;
use crate::wait::Wait;

/// How long a sender may be in doubt whether the stream has an event, at most.
const LONGEST_DOUBT: Duration = Duration::from_hours(7 * 24);
/// How many that the server answers for no more the client may still wait for.
const UNANSWERED: usize = 65_536;

/// Connects to one of the servers; where that is waited for, as soon as one is there.
pub(crate) async fn connect(
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
pub(crate) async fn patiently<T, F: Future<Output = Result<T, StreamFailure>>>(
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

/// Opens the file of marks, where the stream keeps events so long.
pub(crate) async fn open_seen(
    plan: &Plan,
    path: PathBuf,
    max_age: Duration,
) -> Result<Seen, BridgeError> {
    let keep = Keep {
        time: kept(plan.keep_time, max_age)?,
        number: plan.keep_number,
    };
    let name = plan.name.clone();
    let shown = path.display().to_string();
    // A large file takes its time, and so does a slow disk.
    let opening = tokio::task::spawn_blocking(move || Seen::open(&path, &name, keep));
    match opening.await {
        Ok(opened) => opened.map_err(BridgeError::Seen),
        // It panicked, or its runtime ends.
        Err(error) => Err(BridgeError::Seen(SeenError::new(format_args!(
            "the marks of what was seen, `{shown}`: they were not opened: {error}"
        )))),
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

/// The task that sends, and the queue from which it takes.
pub(crate) fn sender(
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

/// Has all that is to go out handed over, once each.
pub(crate) fn subscribe(
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
