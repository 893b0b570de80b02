//! [`WebhookAnchor`]: checkpoints in the hands of another service.

use std::time::Duration;

use ureq::Agent;

use super::{Anchor, AnchorError};

/// Checkpoints in the hands of another service: each is posted as `text/plain`, and `GET` of the same address gives them
/// back, all or the latest, one behind the other with a line of U+001E between them.
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
        // What stands before an `@` is for the service alone.
        match self
            .url
            .split_once("://")
            .and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?.1)))
        {
            Some((scheme, rest)) => format!("{scheme}://{rest}"),
            None => self.url.clone(),
        }
    }

    fn put(&mut self, checkpoint: &str) -> Result<(), AnchorError> {
        let request = self
            .agent
            .post(&self.url)
            .header("content-type", "text/plain; charset=utf-8");
        let request = self.headers.iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        request.send(checkpoint).map_err(AnchorError::new)?;
        Ok(())
    }

    fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
        let request = self
            .headers
            .iter()
            .fold(self.agent.get(&self.url), |request, (name, value)| {
                request.header(name, value)
            });
        let mut answer = request.call().map_err(AnchorError::new)?;
        let body = answer.body_mut().with_config().limit(MOST);
        let text = body.read_to_string().map_err(AnchorError::new)?;
        let notes = text.split(BETWEEN).filter(|note| !note.trim().is_empty());
        Ok(notes.map(str::to_owned).collect())
    }
}

impl std::fmt::Debug for WebhookAnchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookAnchor")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
