//! [`Pull`]: messages of a consumer, asked for a few at a time.
//!
//! The client's own stream of messages can't be ended without leaving what it holds to the server's patience. This one hands back, in their
//! order, the messages that nobody began with.

use std::collections::VecDeque;
use std::time::Duration;

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
/// After so long without a word what was asked for is asked for again.
const SILENCE: Duration = Duration::from_secs(12);
/// A request for messages is made anew so often.
const EXPIRES: Duration = Duration::from_secs(30);
/// How long it is waited for what is on its way when nothing is to come any more.
const LAST: Duration = Duration::from_secs(5);
/// Says how many messages a request that ended did not bring.
const NOT_BROUGHT: &str = "Nats-Pending-Messages";

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
    /// Those that came and nobody began with; nothing where a connection was lost.
    waiting: VecDeque<Option<Message>>,
    /// The number that the server gives the next one if nobody else gets any. Not known where some may have been lost on the way.
    next_number: Option<u64>,
    ended: Option<String>,
}

/// A message, and how many before it went to somebody else.
pub(crate) struct Pulled {
    pub(crate) message: Message,
    pub(crate) skipped: u64,
    /// Whether each message before came, or went to somebody else: none was lost on the way.
    pub(crate) follows: bool,
}

impl Pull {
    /// Begins to ask, for so many at most, of which the first has this number.
    pub(crate) async fn open(
        consumer: Consumer<Config>,
        next_number: u64,
        context: &Context,
        most: usize,
        mut connected: watch::Receiver<u64>,
    ) -> Result<Self, String> {
        connected.mark_unchanged();
        let client = context.client();
        let inbox = Subject::from(client.new_inbox());
        let messages = client.subscribe(inbox.clone()).await;
        Ok(Self {
            consumer,
            context: context.clone(),
            inbox,
            messages: messages.map_err(|error| error.to_string())?,
            connected,
            most: most.clamp(1, MOST),
            asked: 0,
            waiting: VecDeque::new(),
            next_number: Some(next_number),
            ended: None,
        })
    }

    /// The next message. What came is not lost with a future that is given up.
    ///
    /// # Errors
    /// No other comes: the consumer or the stream is gone, or not as it was.
    pub(crate) async fn next(&mut self) -> Result<Pulled, String> {
        let mut heard = Instant::now();
        loop {
            match self.waiting.pop_front() {
                Some(Some(message)) => return Ok(self.numbered(message)),
                Some(None) => self.next_number = None,
                None => {}
            }
            if let Some(ended) = self.ended.take() {
                return Err(ended);
            }
            self.ask().await?;
            tokio::select! {
                biased;
                // What was asked for went with the connection, and perhaps what was on its way.
                Ok(()) = self.connected.changed() => self.begin_anew(),
                came = self.messages.next() => match came {
                    Some(message) => {
                        heard = Instant::now();
                        self.sort(message);
                    }
                    None => return Err("the subscription has ended".to_owned()),
                },
                () = sleep_until(heard + SILENCE) => {
                    heard = Instant::now();
                    self.begin_anew();
                }
            }
        }
    }

    /// Tells the server of those that wait here that they still do.
    pub(crate) async fn keep(&mut self) {
        self.sort_all();
        for message in self.waiting.iter().flatten() {
            // What can't be told is sent again, and known by its mark.
            let _untold = message.ack_with(AckKind::Progress).await;
        }
    }

    /// Ends it. What nobody began with is handed back to the server, which gives it to whoever asks next.
    pub(crate) async fn give_back(mut self) {
        // Nothing else is sent here once the server has this; what is handed back would be.
        if self.messages.drain().await.is_err() {
            return;
        }
        while let Ok(Some(message)) = timeout(LAST, self.messages.next()).await {
            self.sort(message);
        }
        for message in self.waiting.iter().flatten() {
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

    fn begin_anew(&mut self) {
        self.sort_all();
        self.waiting.push_back(None);
        self.asked = 0;
    }

    /// Takes what is here already.
    fn sort_all(&mut self) {
        while let Some(Some(message)) = self.messages.next().now_or_never() {
            self.sort(message);
        }
    }

    fn sort(&mut self, message: async_nats::Message) {
        match message.status {
            None | Some(StatusCode::OK) => {
                self.asked = self.asked.saturating_sub(1);
                self.waiting.push_back(Some(Message {
                    message,
                    context: self.context.clone(),
                }));
            }
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
        let number = message.info().ok().map(|info| info.consumer_sequence);
        let (skipped, follows) = match (self.next_number, number) {
            (Some(next), Some(number)) => (number.saturating_sub(next), number >= next),
            _ => (0, false),
        };
        self.next_number = number.map(|number| number + 1);
        Pulled {
            message,
            skipped,
            follows,
        }
    }
}
