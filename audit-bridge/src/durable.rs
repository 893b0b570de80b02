//! [`Durable`]: the consumer of a bridge, where it begins, and what is gone by then.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy, Info};
use async_nats::jetstream::context::ConsumerInfoErrorKind;
use async_nats::jetstream::stream::ConsumerErrorKind;
use audit_core::Pattern;

use crate::error::BridgeError;
use crate::seen::{Place, Seen};
use crate::stream::{Found, StreamFailure, is_passing};

/// How events are to come in.
#[derive(Clone, Debug)]
pub(crate) struct InboundPlan {
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) ack_wait: Duration,
    /// How many may be on their way without being handled.
    pub(crate) most_pending: u16,
    /// Whether what the stream holds already is received by a consumer that is new.
    pub(crate) with_history: bool,
}

/// The consumer of a bridge, as it is to be.
pub(crate) struct Durable {
    pub(crate) name: Arc<str>,
    pub(crate) stream: String,
    pub(crate) filter: String,
    pub(crate) ack_wait: Duration,
    pub(crate) most_pending: u16,
    pub(crate) with_history: bool,
}

/// A consumer that can be asked for messages.
pub(crate) struct Ready {
    pub(crate) consumer: Consumer<Config>,
    pub(crate) standing: Standing,
    /// The number that the server gives the next message.
    pub(crate) next_number: u64,
    /// What the stream let go before it came, and the place to keep once that was told.
    pub(crate) gone: Option<(Gone, Place)>,
    /// Whether somebody else asks this consumer for messages.
    pub(crate) is_shared: bool,
}

/// How far messages came.
pub(crate) struct Standing {
    /// The number of the last message that came or is gone.
    last: u64,
    /// Whether each message of the stream is to come: then one that is passed over is gone.
    is_all: bool,
}

/// Messages that the stream let go before they came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// How many of them were to come, at most.
    pub(crate) most: u64,
}

impl Gone {
    /// Those from a number on of which the stream has none before its first.
    fn since(from: u64, first: u64) -> Option<Self> {
        (first > from).then(|| Self {
            first: from,
            last: first - 1,
            most: first - from,
        })
    }

    /// Those that a consumer did not get, or got and had not answered for; none up to a number where there was nothing left to come, or it
    /// was told of.
    fn to(there: &Info, first: u64, done: u64) -> Option<Self> {
        // The server counts no further where it passes over what is not asked for.
        let delivered = there.delivered.stream_sequence.max(done);
        let never_came = Self::since(delivered + 1, first);
        let most = never_came.as_ref().map_or(0, |gone| gone.most);
        let pending = u64::try_from(there.num_ack_pending).unwrap_or(u64::MAX);
        if pending == 0 {
            return never_came;
        }
        let answered = there.ack_floor.stream_sequence.max(done);
        let unanswered = Self::since(answered + 1, first)?;
        let before = unanswered.most - most;
        Some(Self {
            most: most + before.min(pending),
            ..unanswered
        })
    }
}

impl Standing {
    /// A message of this number came. What is gone before it, where it is the next of all that are to come.
    pub(crate) fn come_to(&mut self, number: u64, is_next: bool) -> Option<Gone> {
        let from = self.last + 1;
        self.last = self.last.max(number);
        (self.is_all && is_next)
            .then(|| Gone::since(from, number))
            .flatten()
    }
}

impl Durable {
    /// Makes the consumer, or changes the one that is there to what it is to be.
    pub(crate) async fn prepare(
        &self,
        context: &Context,
        found: &Found,
        seen: &Seen,
    ) -> Result<Ready, StreamFailure> {
        let there = self.info(context).await?;
        let place = seen.place().await;
        let place = place.map_err(|error| StreamFailure::Unfit(BridgeError::Seen(error)))?;
        // Who was at another stream never was at this one.
        let place = place.filter(|place| place.stream == self.stream);
        let (deliver_policy, gone) = match &there {
            Some(there) if there.config.deliver_subject.is_some() => {
                return Err(StreamFailure::Unfit(self.wrong(
                    "is there already, and has messages pushed to it; the bridge needs one that pulls".to_owned(),
                )));
            }
            // Where it began can't be changed.
            Some(there) => {
                let place = place.filter(|place| place.made == found.made);
                let done = place.map_or(0, |place| place.sequence);
                (
                    there.config.deliver_policy,
                    Gone::to(there, found.first, done),
                )
            }
            None => self.begin(found, place),
        };
        let config = Config {
            durable_name: Some(self.name.to_string()),
            deliver_policy,
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait,
            filter_subject: self.filter.clone(),
            max_ack_pending: self.most_pending.into(),
            ..Config::default()
        };
        let made = context
            .create_consumer_on_stream(config, &self.stream)
            .await;
        let consumer = made.map_err(|error| {
            let failure = self.wrong(format!("can't be made: {error}"));
            match error.kind() {
                ConsumerErrorKind::TimedOut | ConsumerErrorKind::Request => {
                    StreamFailure::Unanswered(failure)
                }
                ConsumerErrorKind::JetStream(error) if is_passing(&error) => {
                    StreamFailure::Unanswered(failure)
                }
                _ => StreamFailure::Unfit(failure),
            }
        })?;
        // Where one was there, the answer to having it made may be of an earlier time.
        let made = there.as_ref().unwrap_or(consumer.cached_info());
        let next_number = made.delivered.consumer_sequence + 1;
        let standing = Standing {
            last: made.delivered.stream_sequence.max(found.first - 1),
            is_all: found.is_all(&self.filter),
        };
        let mut place = self.place_of(made, &found.made, found.last);
        place.sequence = place.sequence.max(found.first - 1);
        if gone.is_none() {
            // From now on a consumer that vanishes is one that was there.
            let kept = seen.keep(place.clone()).await;
            kept.map_err(|error| StreamFailure::Unfit(BridgeError::Seen(error)))?;
        }
        Ok(Ready {
            standing,
            gone: gone.map(|gone| (gone, place)),
            next_number,
            is_shared: there.is_some_and(|there| there.num_waiting > 0),
            consumer,
        })
    }

    /// Where a consumer begins that is not there, and what is gone by then.
    fn begin(&self, found: &Found, place: Option<Place>) -> (DeliverPolicy, Option<Gone>) {
        match place {
            Some(place) if place.made == found.made => {
                let next = place.sequence + 1;
                let policy = DeliverPolicy::ByStartSequence {
                    start_sequence: next,
                };
                (policy, Gone::since(next, found.first))
            }
            // All that a stream holds that was made anew came since.
            Some(_) => (DeliverPolicy::All, Gone::since(1, found.first)),
            None if self.with_history => (DeliverPolicy::All, None),
            None => (DeliverPolicy::New, None),
        }
    }

    /// Keeps how far all was answered for, as the server knows it.
    pub(crate) async fn keep(&self, context: &Context, seen: &Seen) -> Result<(), BridgeError> {
        let stream = context.get_stream(&self.stream).await;
        let stream = stream.map_err(|error| self.wrong(format!("has no stream: {error}")))?;
        let stream = stream.cached_info();
        // Asked for later: nothing left to come means all that the stream had then.
        let there = self.info(context).await;
        match there.map_err(StreamFailure::into_error)? {
            Some(there) => {
                let made = stream.created.to_string();
                let place = self.place_of(&there, &made, stream.state.last_sequence);
                seen.keep(place).await.map_err(BridgeError::Seen)
            }
            None => Err(self.wrong("is not there".to_owned())),
        }
    }

    /// The consumer as it is; nothing if there is none. No other answer says so: who begins anew for a failure skips or repeats.
    async fn info(&self, context: &Context) -> Result<Option<Info>, StreamFailure> {
        let unanswered = |error: &dyn std::fmt::Display| {
            StreamFailure::Unanswered(self.wrong(format!("can't be asked for: {error}")))
        };
        let stream = context.get_stream_no_info(&self.stream).await;
        let stream = stream.map_err(|error| unanswered(&error))?;
        match stream.consumer_info(&self.name).await {
            Ok(there) => Ok(Some(there)),
            Err(error) if error.kind() == ConsumerInfoErrorKind::NotFound => Ok(None),
            Err(error) => Err(unanswered(&error)),
        }
    }

    fn wrong(&self, problem: String) -> BridgeError {
        BridgeError::Consumer {
            consumer: self.name.to_string(),
            problem,
        }
    }
    /// How far a consumer came, in a stream that was known to have so many messages before.
    fn place_of(&self, there: &Info, made: &str, last: u64) -> Place {
        let is_done = there.num_pending == 0 && there.num_ack_pending == 0;
        let answered = there.ack_floor.stream_sequence;
        Place {
            stream: self.stream.clone(),
            made: made.to_owned(),
            sequence: if is_done {
                answered.max(last)
            } else {
                answered
            },
        }
    }
}
