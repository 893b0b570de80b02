//! [`WebhookAnchor`]: checkpoints in the hands of another service.

use std::time::Duration;

use ureq::Agent;
use ureq::http::Uri;

use super::{Anchor, AnchorError};

/// Checkpoints in the hands of another service: each is posted as `text/plain`, and `GET` of the same address gives them
/// back, all or the latest, one behind the other with a line of U+001E between them. Where trails
/// [share](crate::anchor#places-that-are-shared) an address, the latest of each must be among them.
///
/// Of the address nothing is ever shown but scheme, host and port: many services take a token in the path or the query.
pub struct WebhookAnchor {
    url: String,
    headers: Vec<(String, String)>,
    agent: Agent,
}

/// How long the service may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much it may answer, in bytes.
const MOST: u64 = 16 * 1024 * 1024;
/// What stands between two checkpoints: no note holds such a line.
const BETWEEN: &str = "\u{1e}\n";

impl WebhookAnchor {
    /// A service at this address, which is trusted to keep what it is given.
    pub fn new(url: impl Into<String>) -> Self {
        let config = Agent::config_builder().timeout_global(Some(PATIENCE));
        Self {
            url: url.into(),
            headers: Vec::new(),
            agent: config.build().into(),
        }
    }

    /// Sends a header with each request, such as `authorization`. Its value is never shown.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl Anchor for WebhookAnchor {
    fn name(&self) -> String {
        shown(&self.url)
    }

    fn put(&mut self, checkpoint: &str) -> Result<(), AnchorError> {
        let request = self
            .agent
            .post(&self.url)
            .header("content-type", "text/plain; charset=utf-8");
        let request = self.headers.iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        request.send(checkpoint).map_err(told)?;
        Ok(())
    }

    fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
        let request = self
            .headers
            .iter()
            .fold(self.agent.get(&self.url), |request, (name, value)| {
                request.header(name, value)
            });
        let mut answer = request.call().map_err(told)?;
        let body = answer.body_mut().with_config().limit(MOST);
        let text = body.read_to_string().map_err(told)?;
        let notes = text.split(BETWEEN).filter(|note| !note.trim().is_empty());
        Ok(notes.map(str::to_owned).collect())
    }
}

/// Scheme, host and port of an address.
fn shown(url: &str) -> String {
    let parts = url.parse::<Uri>().ok().and_then(|uri| {
        let (scheme, host) = (uri.scheme_str()?, uri.host()?);
        let port = uri.port_u16().map(|port| format!(":{port}"));
        Some(format!("{scheme}://{host}{}", port.unwrap_or_default()))
    });
    // In what is no address nothing tells the host from a secret.
    parts.unwrap_or_else(|| "a webhook without a valid address".to_owned())
}

/// Why a service could not be asked, without the address that some errors quote, or that of a redirection.
fn told(error: ureq::Error) -> AnchorError {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => AnchorError::new(
            "the address of the webhook, or one that it redirects to, is not valid; expected `https://host/path`",
        ),
        ureq::Error::Protocol(_) => AnchorError::new(
            "what was sent to the webhook, or what it answered, is not as HTTP has it",
        ),
        other => AnchorError::new(other),
    }
}

impl std::fmt::Debug for WebhookAnchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookAnchor")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
