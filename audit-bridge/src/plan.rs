//! [`BridgeBuilder`]: what a bridge is to do, as it is said; [`Plan`]: the same, checked.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use async_nats::jetstream::stream::Config as StreamConfig;
use async_nats::{ConnectOptions, ServerAddr};
use audit_core::{Pattern, Runtime};

use crate::durable::InboundPlan;
use crate::error::BridgeError;
use crate::outbound::Way;
use crate::stream::{self, StreamPlan};
use crate::subject::Subjects;

/// The most events that may be in flight, and that may stand in a queue.
const WIDEST: usize = 65_536;
const LONGEST_QUEUE: usize = 1 << 28;
/// How short and how long the server may wait for an answer, and how short the bridge waits for one of the server's.
const ACK_WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_hours(24));
const SHORTEST: Duration = Duration::from_millis(10);
/// The most bytes of a bridge's name.
const LONGEST_NAME: usize = 64;

/// What a bridge is to do. Made by [`Bridge::builder`](crate::Bridge::builder).
#[derive(Clone)]
#[must_use = "a bridge stands once it is connected"]
pub struct BridgeBuilder {
    name: String,
    instance: String,
    servers: Vec<String>,
    options: ConnectOptions,
    waits_for_server: bool,
    stream: String,
    stream_made_as: Option<StreamConfig>,
    prefix: String,
    send: Vec<String>,
    way: Way,
    window: usize,
    ack_timeout: Duration,
    receive: Vec<String>,
    with_history: bool,
    most_pending: u16,
    ack_wait: Duration,
    seen: Option<PathBuf>,
    keep_time: Option<Duration>,
    keep_number: u64,
    runtime: Option<Runtime>,
}

impl BridgeBuilder {
    pub(crate) fn new(name: String) -> Self {
        Self {
            name,
            instance: audit_core::bus::BRIDGE.to_owned(),
            servers: Vec::new(),
            options: ConnectOptions::new(),
            waits_for_server: false,
            stream: "BUS".to_owned(),
            stream_made_as: Some(stream::usual()),
            prefix: "bus".to_owned(),
            send: Vec::new(),
            way: Way::Confirmed(Duration::from_secs(10)),
            window: 256,
            ack_timeout: Duration::from_secs(5),
            receive: Vec::new(),
            with_history: false,
            most_pending: 256,
            ack_wait: Duration::from_secs(30),
            seen: None,
            keep_time: None,
            keep_number: 1_000_000,
            runtime: None,
        }
    }

    /// A server, such as `nats://127.0.0.1:4222` or `tls://nats.example.com`; one more with each call, of which one is used.
    /// Without any it is `127.0.0.1:4222`.
    pub fn server(mut self, address: impl Into<String>) -> Self {
        self.servers.push(address.into());
        self
    }

    /// How to connect: user and password, token, key or credentials file, TLS and the rest, as the client has it; but for its
    /// `event_callback`, which is the bridge's own: so it learns what the server does not permit. What it hears is in
    /// [`last_error`](crate::BridgeStats::last_error).
    pub fn options(mut self, options: ConnectOptions) -> Self {
        self.options = options;
        self
    }

    /// Waits in [`connect`](Self::connect) until a server is there that answers; one that has no leader yet does not. Without this, one that is
    /// not there is an error.
    /// Credentials that no server takes are an error in both cases.
    pub fn wait_for_server(mut self) -> Self {
        self.waits_for_server = true;
        self
    }

    /// The stream that all bridges of a bus share; `BUS` if nothing else is said. It is made if there is none: in files, for 7 days.
    /// One that is there is left as it is, and held against what the bridge needs.
    pub fn stream(mut self, name: impl Into<String>) -> Self {
        self.stream = name.into();
        self
    }

    /// How the stream is made if there is none: storage, limits, replicas. Name and subjects are the bridge's to say.
    pub fn make_stream_as(mut self, config: StreamConfig) -> Self {
        self.stream_made_as = Some(config);
        self
    }

    /// Makes no stream: that there is none is an error.
    pub fn existing_stream(mut self) -> Self {
        self.stream_made_as = None;
        self
    }

    /// What the subjects of events begin with; `bus` if nothing else is said.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// In which name it uses the bus of its process, as an instance of the component `bridge`; `bridge` if nothing else is said.
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        self.instance = name.into();
        self
    }

    /// Which events go out, by pattern. No other does.
    pub fn send<P: Into<String>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        self.send.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// A publisher goes on once the stream has his event, or an error of the stream or this time are over: then the event is a dead letter
    /// of his bus. This is what happens if nothing is said, with 10 seconds.
    pub fn confirmed(mut self, longest: Duration) -> Self {
        self.way = Way::Confirmed(longest);
        self
    }

    /// A publisher goes on once his event stands in a queue, and waits where that is full. What stands there is lost with the process
    /// alone, and sent until the stream has it.
    pub fn queued(mut self, most: usize) -> Self {
        self.way = Way::Queued(most.clamp(1, LONGEST_QUEUE));
        self
    }

    /// How many events may be on their way to the stream, from 1 to 65,536; 256 if nothing else is said. With 1 they keep their order whatever happens to
    /// the server; with more, one that was lost with a connection may come after others.
    pub fn window(mut self, most: usize) -> Self {
        self.window = most.clamp(1, WIDEST);
        self
    }

    /// After how long an event is sent again that the stream has not answered for; 5 seconds if nothing else is said.
    pub fn ack_timeout(mut self, longest: Duration) -> Self {
        self.ack_timeout = longest.max(SHORTEST);
        self
    }

    /// Which events come in, by pattern. No other does.
    ///
    /// The server is asked for those that the narrowest common part of all patterns stands for (it takes one filter for each consumer), and
    /// the patterns are held against each name here. So all come in one order.
    pub fn receive<P: Into<String>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        self.receive.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// A bridge of a name that never was receives what the stream holds already. Without this it begins with what is published from
    /// then on. Whoever was there before, by the server's word or that of his file of marks, goes on where he stopped in either case. The file knows a
    /// stream by its name: at one of another name the bridge never was. One of the same name that was made anew, or is another server's, is received
    /// from its beginning.
    pub fn with_history(mut self) -> Self {
        self.with_history = true;
        self
    }

    /// How many events may be on their way here without being answered for: the server sends no more; 256 if nothing else is said. Those that
    /// are put back count, and those of newer processes take half of it at most; of others 16 at most are under way, so that few wait here when the process
    /// ends.
    pub fn max_ack_pending(mut self, most: u16) -> Self {
        self.most_pending = most.max(1);
        self
    }

    /// After how long the server sends an event again that nobody answered for; 30 seconds if nothing else is said. Handlers
    /// may take longer: the server is told that they are at work. From a second to a day.
    pub fn ack_wait(mut self, longest: Duration) -> Self {
        self.ack_wait = longest.clamp(ACK_WAIT.0, ACK_WAIT.1);
        self
    }

    /// The file of marks by which an event that comes twice is handled once, and of how far the bridge came. It belongs to this bridge alone, and is made if there is none.
    pub fn seen(mut self, path: impl Into<PathBuf>) -> Self {
        self.seen = Some(path.into());
        self
    }

    /// How long marks are kept: as long as the stream keeps events, at least. If nothing is said that long, and seven days at least, in which
    /// a sender that was in doubt may send once more.
    pub fn keep_seen_for(mut self, time: Duration) -> Self {
        self.keep_time = Some(time);
        self
    }

    /// How many marks are kept at most, the newest; a million if nothing else is said, which takes some 100 MB. An event that comes
    /// again after so many others is handled again.
    pub fn keep_seen_at_most(mut self, number: u64) -> Self {
        self.keep_number = number.max(1);
        self
    }

    /// The runtime in force for what comes in, instead of the process's.
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// What was said, if it can be done.
    pub(crate) fn check(self) -> Result<Plan, BridgeError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let length = 1..=LONGEST_NAME;
        if !length.contains(&self.name.len()) || !self.name.chars().all(is_plain) {
            return Err(BridgeError::Name { name: self.name });
        }
        let Some(subjects) = Subjects::new(&self.prefix) else {
            let prefix = self.prefix;
            return Err(BridgeError::Prefix { prefix });
        };
        let (send, receive) = (patterns(self.send)?, patterns(self.receive)?);
        if send.is_empty() && receive.is_empty() {
            return Err(BridgeError::Idle);
        }
        let inbound = InboundPlan {
            patterns: receive,
            ack_wait: self.ack_wait,
            most_pending: self.most_pending,
            with_history: self.with_history,
        };
        let inbound = match (inbound.patterns.is_empty(), self.seen) {
            (true, _) => None,
            (false, None) => return Err(BridgeError::NoSeenFile),
            (false, Some(seen)) => Some((inbound, seen)),
        };
        let stream = StreamPlan {
            name: self.stream,
            made_as: self.stream_made_as,
            subject: subjects.all(),
        };
        Ok(Plan {
            name: self.name,
            instance: self.instance,
            servers: servers(&self.servers)?,
            options: self.options,
            waits_for_server: self.waits_for_server,
            stream,
            subjects,
            send,
            way: self.way,
            window: self.window,
            ack_timeout: self.ack_timeout,
            inbound,
            keep_time: self.keep_time,
            keep_number: self.keep_number,
            runtime: self.runtime,
        })
    }
}

/// What a bridge is to do, checked.
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) instance: String,
    pub(crate) servers: Vec<ServerAddr>,
    pub(crate) options: ConnectOptions,
    pub(crate) waits_for_server: bool,
    pub(crate) stream: StreamPlan,
    pub(crate) subjects: Subjects,
    pub(crate) send: Vec<Pattern>,
    pub(crate) way: Way,
    pub(crate) window: usize,
    pub(crate) ack_timeout: Duration,
    /// With the file of marks.
    pub(crate) inbound: Option<(InboundPlan, PathBuf)>,
    pub(crate) keep_time: Option<Duration>,
    pub(crate) keep_number: u64,
    pub(crate) runtime: Option<Runtime>,
}

fn patterns(texts: Vec<String>) -> Result<Vec<Pattern>, BridgeError> {
    let read = texts.into_iter().map(|text| {
        if text.starts_with("__") {
            return Err(BridgeError::Reserved { pattern: text });
        }
        Pattern::new(text).map_err(BridgeError::Pattern)
    });
    read.collect()
}

fn servers(addresses: &[String]) -> Result<Vec<ServerAddr>, BridgeError> {
    let usual = ["127.0.0.1:4222".to_owned()];
    let addresses = if addresses.is_empty() {
        &usual[..]
    } else {
        addresses
    };
    let read = addresses.iter().enumerate().map(|(before, address)| {
        address
            .parse()
            .map_err(|error: std::io::Error| BridgeError::Address {
                place: before + 1,
                problem: error.to_string(),
            })
    });
    read.collect()
}

impl fmt::Debug for BridgeBuilder {
    /// Without addresses and options, which may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BridgeBuilder")
            .field("name", &self.name)
            .field("stream", &self.stream)
            .field("prefix", &self.prefix)
            .field("send", &self.send)
            .field("way", &self.way)
            .field("receive", &self.receive)
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}
