//! The stream that all bridges share: made, or held against what it has to be.

use std::fmt;
use std::time::Duration;

use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamError, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, Info, RetentionPolicy, StorageType};
use async_nats::jetstream::{self, Context, ErrorCode};

use crate::error::BridgeError;

/// How long a stream keeps events that nobody says otherwise of: 7 days.
const MAX_AGE: Duration = Duration::from_hours(7 * 24);
/// How long the server knows the identifiers of messages, unless somebody says otherwise.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);

/// The stream as it is to be.
#[derive(Clone, Debug)]
pub(crate) struct StreamPlan {
    pub(crate) name: String,
    /// How it is made where there is none; nothing if that is an error.
    pub(crate) made_as: Option<Config>,
    /// What its subjects have to cover.
    pub(crate) subject: String,
}

/// What a stream is made like: files, 7 days, a window of 2 minutes for the server's own look at duplicates.
pub(crate) fn usual() -> Config {
    Config {
        storage: StorageType::File,
        max_age: MAX_AGE,
        duplicate_window: DUPLICATE_WINDOW,
        ..Config::default()
    }
}

/// Why a stream or a consumer can't be used.
pub(crate) enum StreamFailure {
    /// The server did not answer, or can't now: it may later.
    Unanswered(BridgeError),
    /// As things are it never will.
    Unfit(BridgeError),
}

impl StreamFailure {
    pub(crate) fn into_error(self) -> BridgeError {
        let (Self::Unanswered(error) | Self::Unfit(error)) = self;
        error
    }
}

/// The stream as it is.
pub(crate) struct Found {
    /// Which one it is: not the one before, where it was made anew.
    pub(crate) made: String,
    /// How long it keeps events; zero is for ever.
    pub(crate) max_age: Duration,
    /// The number of the first message that it has, or will have.
    pub(crate) first: u64,
    /// The number of the last message that it had.
    pub(crate) last: u64,
    subjects: Vec<String>,
    /// Whether it has messages of other streams, whose subjects may be any.
    has_sources: bool,
    /// What may surprise those who send and receive.
    pub(crate) odd: Vec<String>,
}

impl Found {
    /// Whether a filter has all that the stream takes.
    pub(crate) fn is_all(&self, filter: &str) -> bool {
        let mut subjects = self.subjects.iter();
        !self.has_sources && subjects.all(|subject| covers(filter, subject))
    }
}

/// Whether the server may answer otherwise soon: it starts, or has no leader.
pub(crate) fn is_passing(error: &jetstream::Error) -> bool {
    let never = [
        ErrorCode::JETSTREAM_NOT_ENABLED,
        ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT,
    ];
    error.code() == 503 && !never.contains(&error.error_code())
}

impl StreamPlan {
    /// Makes the stream if there is none, and says how it is.
    pub(crate) async fn prepare(&self, context: &Context) -> Result<Found, StreamFailure> {
        match context.get_stream(&self.name).await {
            Ok(stream) => self.check(stream.cached_info()),
            Err(error) if is_missing(&error) => self.make(context).await,
            Err(error) => Err(self.failed(
                &error,
                "asked for",
                match error.kind() {
                    GetStreamErrorKind::Request => true,
                    GetStreamErrorKind::JetStream(error) => is_passing(&error),
                    _ => false,
                },
            )),
        }
    }

    async fn make(&self, context: &Context) -> Result<Found, StreamFailure> {
        let Some(config) = &self.made_as else {
            return Err(StreamFailure::Unfit(self.wrong(&"is not there")));
        };
        let config = Config {
            name: self.name.clone(),
            subjects: vec![self.subject.clone()],
            ..config.clone()
        };
        let error = match context.create_stream(config).await {
            Ok(stream) => return self.check(stream.cached_info()),
            Err(error) => error,
        };
        match error.kind() {
            // Somebody else was faster, and made it otherwise.
            CreateStreamErrorKind::JetStream(error)
                if error.error_code() == ErrorCode::STREAM_NAME_EXIST =>
            {
                let stream = context.get_stream(&self.name).await;
                let stream = stream.map_err(|error| self.failed(&error, "asked for", true))?;
                self.check(stream.cached_info())
            }
            kind => Err(self.failed(
                &error,
                "made",
                match kind {
                    CreateStreamErrorKind::TimedOut
                    | CreateStreamErrorKind::JetStreamUnavailable => true,
                    CreateStreamErrorKind::JetStream(error) => is_passing(&error),
                    _ => false,
                },
            )),
        }
    }

    fn failed(&self, error: &dyn fmt::Display, wanted: &str, is_passing: bool) -> StreamFailure {
        let failure = self.wrong(&format_args!("can't be {wanted}: {error}"));
        if is_passing {
            StreamFailure::Unanswered(failure)
        } else {
            StreamFailure::Unfit(failure)
        }
    }

    fn check(&self, info: &Info) -> Result<Found, StreamFailure> {
        let (found, subject) = (&info.config, &self.subject);
        let problem = if !found.subjects.iter().any(|filter| covers(filter, subject)) {
            let subjects = found.subjects.join("`, `");
            format!("has the subjects `{subjects}`, and needs `{subject}`")
        } else if found.retention == RetentionPolicy::WorkQueue {
            "is a work queue, which gives each event to one process alone; it needs the retention `limits` or `interest`".to_owned()
        } else if found.no_ack {
            "says of no message that it has it (`no_ack`), which the bridge waits for".to_owned()
        } else if found.sealed {
            "is sealed, and takes nothing".to_owned()
        } else {
            return Ok(Found {
                made: info.created.to_string(),
                max_age: found.max_age,
                first: info.state.first_sequence.max(1),
                last: info.state.last_sequence,
                subjects: found.subjects.clone(),
                has_sources: found
                    .sources
                    .as_ref()
                    .is_some_and(|sources| !sources.is_empty()),
                odd: self.odd(found),
            });
        };
        Err(StreamFailure::Unfit(self.wrong(&problem)))
    }

    /// What loses events without a failure of anybody's.
    fn odd(&self, found: &Config) -> Vec<String> {
        let mut odd = Vec::new();
        if found.max_messages_per_subject > 0 {
            let most = found.max_messages_per_subject;
            let what = format!(
                "keeps {most} events of each name (`max_msgs_per_subject`): who is slow or away misses those before"
            );
            odd.push(self.wrong(&what).to_string());
        }
        if found.discard == DiscardPolicy::New {
            let what = "refuses events once it is full (`discard: new`)";
            odd.push(self.wrong(&what).to_string());
        }
        odd
    }

    fn wrong(&self, problem: &dyn fmt::Display) -> BridgeError {
        BridgeError::Stream {
            stream: self.name.clone(),
            problem: problem.to_string(),
        }
    }
}

fn is_missing(error: &GetStreamError) -> bool {
    matches!(error.kind(), GetStreamErrorKind::JetStream(error) if error.code() == 404)
}

/// Whether a filter has all subjects of one that ends with `>`.
fn covers(filter: &str, subject: &str) -> bool {
    let mut wanted = subject.split('.');
    for token in filter.split('.') {
        match (token, wanted.next()) {
            (">", Some(_)) => return true,
            ("*", Some(token)) if token != ">" => {}
            (token, Some(wanted)) if token == wanted => {}
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_filter_covers_what_it_stands_for_and_nothing_wider() {
        for filter in ["bus.>", ">", "*.>"] {
            assert!(covers(filter, "bus.>"), "{filter}");
        }
        for filter in ["bus", "bus.*", "bus.account.>", "other.>", "", "*"] {
            assert!(!covers(filter, "bus.>"), "{filter}");
        }
        assert!(covers("acme.>", "acme.bus.>"));
        assert!(!covers("acme.*", "acme.bus.>"));
    }
}
