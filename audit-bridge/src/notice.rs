//! [`Notices`]: what the server says of its own accord, through the client.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use async_nats::{ConnectOptions, Event, ServerError};
use tokio::sync::{mpsc, watch};

use crate::count::Counts;

/// How many subjects may wait to be looked at. The client itself holds 128 events, and lets others go. What is not told of is not answered for,
/// sent again after its time, and named again then.
const MOST: usize = 1_024;
/// How long the client may take to tell of a connection that it has.
const PROMPT: Duration = Duration::from_secs(1);
/// So the server begins when it lets a message go that its sender may not send.
const NOT_PERMITTED: &str = "Permissions Violation for Publish to ";

/// A subject that nothing may be sent to, and what the server said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Forbidden {
    pub(crate) subject: String,
    pub(crate) said: String,
}

/// What the server says of its own accord.
pub(crate) struct Notices {
    /// Changes with each connection.
    pub(crate) connected: watch::Receiver<u64>,
    pub(crate) forbidden: mpsc::Receiver<Forbidden>,
}

impl Notices {
    /// Has it told here, in place of what the options may say.
    pub(crate) fn listen(options: ConnectOptions, counts: &Arc<Counts>) -> (ConnectOptions, Self) {
        let (connect, connected) = watch::channel(0);
        let (forbid, forbidden) = mpsc::channel(MOST);
        let counts = Arc::clone(counts);
        let options = options.event_callback(move |event| -> Ready<()> {
            match event {
                Event::Connected => connect.send_modify(|times| *times += 1),
                Event::ServerError(ServerError::Other(said)) => {
                    counts.note(&format_args!("the server says: {said}"));
                    if let Some(forbidden) = forbidden_by(said) {
                        let _named_again = forbid.try_send(forbidden);
                    }
                }
                _ => {}
            }
            ready(())
        });
        let notices = Self {
            connected,
            forbidden,
        };
        (options, notices)
    }

    /// Waits until the first connection was told of, so that it is taken for no other.
    pub(crate) async fn begin(&mut self) {
        let told = self.connected.wait_for(|times| *times > 0);
        let _late = tokio::time::timeout(PROMPT, told).await;
    }
}

/// The subject that the server forbids to publish to. It quotes it as Go does.
fn forbidden_by(said: String) -> Option<Forbidden> {
    let quoted = said.strip_prefix(NOT_PERMITTED)?.trim();
    let quoted = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let mut subject = String::with_capacity(quoted.len());
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next() {
        // Subjects of ours hold printable ASCII alone, of which no other is escaped.
        let letter = if letter == '\\' {
            letters.next()?
        } else {
            letter
        };
        subject.push(letter);
    }
    Some(Forbidden { subject, said })
}

#[cfg(test)]
mod tests {
    use super::forbidden_by;

    #[test]
    fn the_subject_that_the_server_forbids_is_read_as_it_was_sent() {
        let subject = |said: &str| forbidden_by(said.to_owned()).map(|found| found.subject);
        assert_eq!(
            subject(r#"Permissions Violation for Publish to "bus.secret""#).as_deref(),
            Some("bus.secret")
        );
        assert_eq!(
            subject(r#"Permissions Violation for Publish to "bus.a\"\\b""#).as_deref(),
            Some(r#"bus.a"\b"#)
        );
        for other in [
            "",
            r#"Permissions Violation for Subscription to "bus.secret""#,
            "Permissions Violation for Publish to bus.secret",
        ] {
            assert_eq!(subject(other), None, "{other}");
        }
    }
}
