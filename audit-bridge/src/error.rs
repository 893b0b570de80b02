//! What keeps a bridge from standing, and from closing.

use std::fmt;
use std::time::Duration;

use audit_core::PatternError;
use audit_core::bus::{GatewayError, SubscribeError};

use crate::seen::SeenError;

/// A bridge that can't be connected. No message holds a secret.
#[derive(Debug)]
#[non_exhaustive]
pub enum BridgeError {
    /// It was not called in a runtime of tokio.
    NoRuntime,
    /// The bridge's name can't be that of a consumer.
    Name {
        /// The name.
        name: String,
    },
    /// No subject can begin with this prefix.
    Prefix {
        /// The prefix.
        prefix: String,
    },
    /// It can't use the bus under the name of its instance.
    Instance(GatewayError),
    /// A pattern is too long.
    Pattern(PatternError),
    /// It can't be told of events.
    Subscribe(SubscribeError),
    /// Names that begin with two underscores are the bus's own.
    Reserved {
        /// The pattern.
        pattern: String,
    },
    /// Nothing is to be sent or received.
    Idle,
    /// No file is named for the marks of what was received.
    NoSeenFile,
    /// Marks would go while the stream still holds their events.
    Forgetful {
        /// How long marks are to be kept.
        kept: Duration,
        /// How long the stream keeps events.
        max_age: Duration,
    },
    /// The file of marks can't be used.
    Seen(SeenError),
    /// An address of a server can't be read.
    Address {
        /// Its place among the addresses, from 1: it may hold a password.
        place: usize,
        /// Why.
        problem: String,
    },
    /// The server is not there, or lets nobody in who comes like this.
    Connect {
        /// Host and port of each.
        servers: String,
        /// As the client says.
        source: async_nats::ConnectError,
    },
    /// The stream is not there, or not as it has to be.
    Stream {
        /// Its name.
        stream: String,
        /// What is wrong.
        problem: String,
    },
    /// The consumer can't be made, or is not as it has to be.
    Consumer {
        /// Its name.
        consumer: String,
        /// What is wrong.
        problem: String,
    },
}

impl fmt::Display for BridgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRuntime => f.write_str("a bridge is connected in a runtime of tokio, and there is none here"),
            Self::Name { name } => write!(
                f,
                "`{}` can't name a bridge: a name has 1 to 64 letters, digits, `-` and `_`",
                name.escape_debug()
            ),
            Self::Prefix { prefix } => write!(
                f,
                "`{}` can't begin a subject: a prefix is tokens of printable characters without `*`, `>` and `%`, joined by dots, of 128 bytes at most, and begins with neither `$` nor `_`",
                prefix.escape_debug()
            ),
            Self::Instance(error) => error.fmt(f),
            Self::Pattern(error) => error.fmt(f),
            Self::Subscribe(error) => error.fmt(f),
            Self::Reserved { pattern } => write!(
                f,
                "`{}` can't be sent or received: names that begin with `__` are the bus's own",
                pattern.escape_debug()
            ),
            Self::Idle => f.write_str("the bridge has nothing to do: say what to `send` or `receive`"),
            Self::NoSeenFile => f.write_str(
                "the bridge receives, and no file is named by `seen` for the marks of what it received",
            ),
            Self::Forgetful { kept, max_age } => write!(
                f,
                "marks are kept for {kept:?}, and the stream keeps events for {max_age:?}: keep marks as long at least"
            ),
            Self::Seen(error) => error.fmt(f),
            Self::Address { place, problem } => {
                write!(f, "the address of server {place} can't be read: {problem}")
            }
            Self::Connect { servers, .. } => write!(f, "no connection to {servers}"),
            Self::Stream { stream, problem } => {
                write!(f, "the stream `{}` {problem}", stream.escape_debug())
            }
            Self::Consumer { consumer, problem } => {
                write!(f, "the consumer `{}` {problem}", consumer.escape_debug())
            }
        }
    }
}

impl std::error::Error for BridgeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Connect { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// What is still under way when a bridge was to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unfinished {
    /// How many events were taken and are not known to be in the stream.
    pub waiting: u64,
    /// Whether handlers of an event that came in are still at work.
    pub handling: bool,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the time is over: {} events are not known to be in the stream",
            self.waiting
        )?;
        if self.handling {
            f.write_str(", and handlers of one that came in are still at work")?;
        }
        Ok(())
    }
}

impl std::error::Error for Unfinished {}
