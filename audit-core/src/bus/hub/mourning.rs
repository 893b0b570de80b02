//! How a bus mourns what nobody could handle: a record, a warning, and a dead letter for whoever is subscribed to them.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use crate::bus::event::{
    Burial, By, DEAD_LETTER, DeadLetterReason, DomainEvent, Head, Origin, What, Why,
};
use crate::bus::listener::{Called, Course, Stage};
use crate::bus::queue::{Accepted, Ground, Label};
use crate::contain::discard;
use crate::executor::{Executor, Task};
use crate::health::{count, say};
use crate::scope::handling_depth;

use super::Hub;

/// Of something that was accepted and is not done.
pub(in crate::bus) fn undone(
    label: Label,
    by: By<'_>,
    reason: DeadLetterReason,
    why: String,
) -> Burial<'_> {
    Burial {
        what: label.what,
        call: label.call,
        by,
        reason,
        why: Some(Why::from(why)),
        secrets: None,
    }
}

impl Hub {
    /// Records what could not be handled, and gives it to those who are subscribed to dead letters. What these fail to do is
    /// recorded, and no dead letter again: it would never end.
    pub(in crate::bus) async fn bury(&self, burial: Burial<'_>) {
        self.leave_trace(&burial);
        if self.mourns()
            && let Some(letter) = self.letter(burial)
        {
            self.give(letter).await;
        }
    }

    /// Whether anybody wants dead letters now.
    pub(in crate::bus) fn mourns(&self) -> bool {
        self.is_subscribed(DEAD_LETTER)
    }

    /// As those get it who are subscribed to dead letters, as deep as what was not handled and counted with it: nothing where it is
    /// a dead letter itself.
    fn letter(&self, burial: Burial<'_>) -> Option<DomainEvent> {
        let depth = burial.what.depth().max(handling_depth());
        let (letter, led_by) = burial.letter()?;
        let origin = Origin {
            name: DEAD_LETTER.into(),
            publisher: Arc::clone(&self.host),
        };
        let mut head = Head::now(letter.timestamp, None, None);
        head.consequences = led_by.map(OnceLock::from).unwrap_or_default();
        head.depth = depth;
        Some(DomainEvent::new(Arc::new(origin), head, letter))
    }

    /// Gives a dead letter to those who are subscribed to them, one after another.
    async fn give(&self, letter: DomainEvent) {
        let course = Course::new(letter.depth() + 1, None);
        for listener in &self.subscribed(DEAD_LETTER) {
            // The stage goes before anything is awaited: it is this thread's.
            let called = listener.call(&letter, &mut Stage::new(&course));
            let done = match called {
                Called::Gone => Ok(()),
                Called::Done(done) => done,
                Called::Running(call) => call.done().await,
            };
            if let Err(why) = done {
                let burial = Burial::of_event(&letter, None, why);
                self.leave_trace(&Burial {
                    by: listener.as_by(),
                    ..burial
                });
            }
        }
    }

    /// Records it, and warns: of the first, the second, the fourth and so on.
    fn leave_trace(&self, burial: &Burial<'_>) {
        burial.record();
        if count(&self.buried) {
            let (target, reason) = (burial.what.target(), burial.reason.as_str());
            let dead_letters = self.buried.load(Ordering::Relaxed);
            say(|| {
                tracing::warn!(
                    target: "audit::health",
                    of = target,
                    reason,
                    dead_letters,
                    "`{}` was not handled ({reason}): it is a dead letter",
                    target.escape_debug()
                );
            });
        }
    }
}

impl Ground for Hub {
    fn executor(&self) -> &dyn Executor {
        &*self.executor
    }

    fn bury<'g>(&'g self, burial: Burial<'g>) -> Pin<Box<dyn Future<Output = ()> + Send + 'g>> {
        Box::pin(self.bury(burial))
    }

    fn mourn(self: Arc<Self>, labels: Vec<Label>, by: By<'_>, why: &str) {
        for label in labels {
            let around = label.around.clone();
            let burial = undone(label, by, DeadLetterReason::HandlerError, why.to_owned());
            let letter = around.clone().run(|| {
                self.leave_trace(&burial);
                if self.mourns() {
                    return self.letter(burial);
                }
                discard(burial);
                None
            });
            if let Some(letter) = letter {
                let what = What::Event(letter);
                let (call, hub) = (None, Arc::clone(&self));
                let label = Label { what, call, around };
                // Where there is no room, or no task is run any more, the record alone tells of it.
                let _told = self.accept(&self.letters, label, Box::new(Letter(hub)));
            }
        }
    }
}

/// A dead letter of what a queue dropped.
struct Letter(Arc<Hub>);

impl Accepted for Letter {
    fn run(self: Box<Self>, what: What) -> Task {
        Box::pin(async move {
            if let What::Event(letter) = what {
                self.0.give(letter).await;
            }
        })
    }

    fn refuse(self: Box<Self>, _: &str) {}
}
