//! [`Pull`]: messages of a consumer, asked for a few at a time.
//!
//! The client's own stream of messages can't be ended without leaving what it holds to the server's patience. This one hands back, in their
//! order, the messages that came and nobody began with.
//!
//! It ends with the connection: what was asked for went with that, and perhaps what was on its way. Whoever opens another learns where the
//! consumer stands by then.

use std::collections::VecDeque;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::consumer::Consumer;
use async_nats::jetstream::consumer::pull::{BatchConfig, Config};
use async_nats::jetstream::{AckKind, Context, Message};
use async_nats::{StatusCode, Subject, Subscriber};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

/// How many messages are here at most, begun with or not.
const MOST: usize = 16;
/// The server says so often that it is there.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// After so long without a word from a server that is there, what was asked for is taken for lost.
const SILENCE: Duration = Duration::from_secs(12);
/// A request for messages is made anew so often.
const EXPIRES: Duration = Duration::from_secs(30);
/// How long it is waited for what is on its way when nothing is to come any more.
const LAST: Duration = Duration::from_secs(5);
/// Says how many messages a request that ended did not bring.
const NOT_BROUGHT: &str = "Nats-Pending-Messages";

/// Where the messages of one bridge come in, however often it asks anew.
pub(crate) struct Inbox {
    all: String,
    /// How many asked for messages by it.
    pulls: u64,
}

impl Inbox {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            all: format!("{}.pull", context.client().new_inbox()),
            pulls: 0,
        }
    }

    /// The one of another who asks. What was asked for before comes there too, but for its statuses.
    fn next(&mut self) -> Subject {
        self.pulls += 1;
        Subject::from(format!("{}.{}", self.all, self.pulls))
    }
}

/// Messages of a consumer, asked for a few at a time.
pub(crate) struct Pull {
    consumer: Consumer<Config>,
    context: Context,
    inbox: Subject,
    messages: Subscriber,
    /// Changes with each connection.
    connected: watch::Receiver<u64>,
    most: usize,
    /// How many were asked for and did not come yet.
    asked: usize,
    /// Those that came and nobody began with.
    waiting: VecDeque<Message>,
    /// The number that the server gives the next one if nobody else gets any.
    next_number: u64,
    /// When the server was heard of last.
    heard: Instant,
    /// When it was told last of those that wait.
    kept: Instant,
    ended: Option<String>,
}

/// A message, and how many before it went to somebody else.
pub(crate) struct Pulled {
    pub(crate) message: Message,
    pub(crate) skipped: u64,
}

impl Pull {
    /// Begins to ask, for so many at most, of which the first has this number.
    pub(crate) async fn open(
        consumer: Consumer<Config>,
        next_number: u64,
        context: &Context,
        inbox: &mut Inbox,
        most: usize,
        mut connected: watch::Receiver<u64>,
    ) -> Result<Self, String> {
        connected.mark_unchanged();
        let messages = context.client().subscribe(format!("{}.*", inbox.all)).await;
        let now = Instant::now();
        Ok(Self {
            consumer,
            context: context.clone(),
            inbox: inbox.next(),
            messages: messages.map_err(|error| error.to_string())?,
            connected,
            most: most.clamp(1, MOST),
            asked: 0,
            waiting: VecDeque::new(),
            next_number,
            heard: now,
            kept: now,
            ended: None,
        })
    }

    /// The next message. What came is not lost with a future that is given up.
    ///
    /// # Errors
    /// No other comes: the consumer or the stream is gone, or not as it was; the connection is another one; or the server was silent for long.
    pub(crate) async fn next(&mut self) -> Result<Pulled, String> {
        loop {
            if self.ended.is_some() {
                // What came since goes first: nobody else would have it before the server's patience is over.
                self.sort_all();
            }
            if let Some(message) = self.waiting.pop_front() {
                return Ok(self.numbered(message));
            }
            if let Some(ended) = self.ended.take() {
                return Err(ended);
            }
            if self.is_connected() {
                self.ask().await?;
            }
            tokio::select! {
                biased;
                Ok(()) = self.connected.changed() => {
                    self.sort_all();
                    self.ended = Some("the connection is a new one".to_owned());
                }
                came = self.messages.next() => match came {
                    Some(message) => self.sort(message),
                    None => return Err("the subscription has ended".to_owned()),
                },
                () = sleep_until(self.heard + SILENCE) => {
                    // Who is not there says nothing, and is told of when he is back.
                    if self.is_connected() {
                        self.ended = Some(format!("the server has said nothing for {SILENCE:?}"));
                    }
                    self.heard = Instant::now();
                }
            }
        }
    }

    fn is_connected(&self) -> bool {
        self.context.client().connection_state() == State::Connected
    }

    /// When it is time to tell the server of those that wait here, which is to be told so often.
    pub(crate) fn keep_at(&self, often: Duration) -> Instant {
        self.kept + often
    }

    /// Tells the server of one that is begun with, and of those that wait here, that they still are. Nobody, where it is not there: the client
    /// holds what it is given then, and whoever gives it too much waits.
    pub(crate) async fn keep(&mut self, begun: &Message) {
        self.kept = Instant::now();
        self.sort_all();
        if !self.is_connected() {
            return;
        }
        for message in std::iter::once(begun).chain(&self.waiting) {
            // What can't be told is sent again, and known by its mark.
            let _untold = message.ack_with(AckKind::Progress).await;
        }
    }

    /// Has a message that was begun with wait again, before all others.
    pub(crate) fn put_back(&mut self, message: Message) {
        self.waiting.push_front(message);
    }

    /// Ends it. What came and nobody began with is handed back to the server, which gives it to whoever asks next. What is on the wire in this
    /// moment is not: the client lets it go, and the server sends it again after its own patience, `ack_wait`.
    pub(crate) async fn give_back(mut self) {
        // The server sends nothing else here once it has this; what is handed back it would.
        if self.messages.drain().await.is_err() {
            return;
        }
        while let Ok(Some(message)) = timeout(LAST, self.messages.next()).await {
            self.sort(message);
        }
        for message in &self.waiting {
            let _untold = message.ack_with(AckKind::Nak(None)).await;
        }
    }

    /// Asks for as many as there is room for, once that is half of all.
    async fn ask(&mut self) -> Result<(), String> {
        let here = self.asked + self.waiting.len();
        if here > self.most / 2 {
            return Ok(());
        }
        let batch = self.most - here;
        self.asked += batch;
        let request = BatchConfig {
            batch,
            expires: Some(EXPIRES),
            idle_heartbeat: HEARTBEAT,
            ..BatchConfig::default()
        };
        let asked = self.consumer.request_batch(request, self.inbox.clone());
        asked.await.map_err(|error| error.to_string())
    }

    /// Takes what is here already.
    fn sort_all(&mut self) {
        while let Some(Some(message)) = self.messages.next().now_or_never() {
            self.sort(message);
        }
    }

    fn sort(&mut self, message: async_nats::Message) {
        self.heard = Instant::now();
        match message.status {
            None | Some(StatusCode::OK) => {
                self.asked = self.asked.saturating_sub(1);
                self.waiting.push_back(Message {
                    message,
                    context: self.context.clone(),
                });
            }
            // Of what was asked for by somebody before.
            Some(_) if message.subject != self.inbox => {}
            Some(StatusCode::IDLE_HEARTBEAT) => {}
            Some(StatusCode::TIMEOUT) => {
                let headers = message.headers.as_ref();
                let not_brought = headers
                    .and_then(|headers| headers.get(NOT_BROUGHT))
                    .and_then(|number| number.as_str().parse().ok());
                self.asked = self.asked.saturating_sub(not_brought.unwrap_or(self.asked));
            }
            Some(status) => {
                let said = message.description.as_deref().unwrap_or("no more");
                self.ended = Some(format!("the server says {status}, {said}"));
            }
        }
    }

    fn numbered(&mut self, message: Message) -> Pulled {
        let number = message.info().map_or(0, |info| info.consumer_sequence);
        let skipped = number.saturating_sub(self.next_number);
        self.next_number = self.next_number.max(number + 1);
        Pulled { message, skipped }
    }
}
