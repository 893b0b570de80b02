//! The stream that all bridges share: made, or held against what it has to be.

use std::fmt;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::{GetStreamError, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, RetentionPolicy, StorageType};

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

/// Why a stream can't be used.
pub(crate) enum StreamFailure {
    /// The server did not answer: it may later.
    Unanswered(BridgeError),
    /// As things are it never will.
    Unfit(BridgeError),
}

impl StreamPlan {
    /// Makes the stream if there is none, and says how long it keeps events; zero is for ever.
    pub(crate) async fn prepare(&self, context: &Context) -> Result<Duration, StreamFailure> {
        match context.get_stream(&self.name).await {
            Ok(stream) => self.check(&stream.cached_info().config),
            Err(error) if is_missing(&error) => self.make(context).await,
            Err(error) => {
                let failure = self.wrong(&format_args!("can't be asked for: {error}"));
                Err(match error.kind() {
                    GetStreamErrorKind::Request => StreamFailure::Unanswered(failure),
                    _ => StreamFailure::Unfit(failure),
                })
            }
        }
    }

    async fn make(&self, context: &Context) -> Result<Duration, StreamFailure> {
        let Some(config) = &self.made_as else {
            return Err(StreamFailure::Unfit(self.wrong(&"is not there")));
        };
        let config = Config {
            name: self.name.clone(),
            subjects: vec![self.subject.clone()],
            ..config.clone()
        };
        let made = context.create_stream(config).await;
        let made = made.map_err(|error| {
            StreamFailure::Unfit(self.wrong(&format_args!("can't be made: {error}")))
        })?;
        self.check(&made.cached_info().config)
    }

    fn check(&self, found: &Config) -> Result<Duration, StreamFailure> {
        let subject = &self.subject;
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
            return Ok(found.max_age);
        };
        Err(StreamFailure::Unfit(self.wrong(&problem)))
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
