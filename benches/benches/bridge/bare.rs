//! The client itself: the same messages to the same server, and nothing around them.

use std::future::IntoFuture as _;

use audit_benches::engine::BoxError;
use audit_bridge::async_nats;
use audit_core::{IdSource as _, RandomIds, Timestamp};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;

use async_nats::jetstream::consumer::pull;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{self, stream};

use crate::server::Server;

/// As long as what the bridge sends.
const BYTES: usize = 400;

/// The client itself.
pub(crate) struct Bare {
    context: jetstream::Context,
}

impl Bare {
    /// Connects, and makes the stream that bridges share.
    pub(crate) async fn connect(server: &Server) -> Result<Self, BoxError> {
        let client = async_nats::connect(server.url()).await?;
        let context = jetstream::new(client);
        let config = stream::Config {
            name: "BUS".to_owned(),
            subjects: vec!["bus.>".to_owned()],
            ..stream::Config::default()
        };
        context.get_or_create_stream(config).await?;
        let other = stream::Config {
            name: "BARE".to_owned(),
            subjects: vec!["bare.>".to_owned()],
            ..stream::Config::default()
        };
        context.get_or_create_stream(other).await?;
        Ok(Self { context })
    }

    fn message(with_id: bool) -> PublishMessage {
        let message = PublishMessage::build().payload(vec![b'x'; BYTES].into());
        if !with_id {
            return message;
        }
        let id = RandomIds.next_id(Timestamp::from_nanos(1));
        message.message_id(id.to_string())
    }

    pub(crate) async fn one_by_one(&self, many: u64, with_id: bool) -> Result<(), BoxError> {
        for _ in 0..many {
            let sent = self
                .context
                .send_publish("bus.account.transfer", Self::message(with_id));
            sent.await?.await?;
        }
        Ok(())
    }

    pub(crate) async fn with_window(
        &self,
        many: u64,
        window: usize,
        with_id: bool,
    ) -> Result<(), BoxError> {
        self.send_to("bus.account.transfer", many, window, with_id)
            .await
    }

    async fn send_to(
        &self,
        subject: &'static str,
        many: u64,
        window: usize,
        with_id: bool,
    ) -> Result<(), BoxError> {
        let mut flying = FuturesOrdered::new();
        for _ in 0..many {
            if flying.len() >= window
                && let Some(acked) = flying.next().await
            {
                acked?;
            }
            let sent = self.context.send_publish(subject, Self::message(with_id));
            flying.push_back(sent.await?.into_future());
        }
        while let Some(acked) = flying.next().await {
            acked?;
        }
        Ok(())
    }

    /// Messages that are to be answered for.
    pub(crate) async fn consume(&self, filter: &str) -> Result<pull::Stream, BoxError> {
        let stream = self.context.get_stream("BARE").await?;
        let config = pull::Config {
            durable_name: Some("bare".to_owned()),
            filter_subject: filter.to_owned(),
            ..pull::Config::default()
        };
        Ok(stream.create_consumer(config).await?.messages().await?)
    }

    /// Sends, and takes and answers for what came.
    pub(crate) async fn across(
        &self,
        messages: &mut pull::Stream,
        many: u64,
        window: usize,
    ) -> Result<(), BoxError> {
        let took = async {
            for _ in 0..many {
                if let Some(message) = messages.next().await {
                    message?.ack().await?;
                }
            }
            Ok::<_, BoxError>(())
        };
        let sent = self.send_to("bare.transfer", many, window, true);
        let (sent, took) = futures_util::future::join(sent, took).await;
        sent.and(took)
    }
}
