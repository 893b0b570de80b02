//! How a bus mourns what nobody could handle: a record, a warning, and a dead letter for whoever is subscribed to them.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use crate::bus::event::{
    Burial, By, DEAD_LETTER, DeadLetter, DeadLetterReason, DomainEvent, Head, Origin, Why,
};
use crate::bus::listener::{Called, Course, Stage};
use crate::bus::queue::{Ground, Label};
use crate::contain::discard;
use crate::executor::Executor;
use crate::health::{count, say};
use crate::scope::{Consequences, handling_depth};

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
    }
}

impl Hub {
    /// Records what could not be handled, and gives it to those who are subscribed to dead letters. What these fail to do is
    /// recorded, and no dead letter again: it would never end.
    pub(in crate::bus) async fn bury(&self, burial: Burial<'_>) {
        self.leave_trace(&burial);
        if self.mourns()
            && let Some(letter) = burial.letter()
        {
            self.give(letter).await;
        }
    }

    /// Whether anybody wants dead letters now.
    pub(in crate::bus) fn mourns(&self) -> bool {
        !self.subscribed(DEAD_LETTER).is_empty()
    }

    /// Gives a dead letter to those who are subscribed to them, one after another.
    async fn give(&self, (letter, led_by): (DeadLetter, Option<Consequences>)) {
        let course = Course::new(handling_depth() + 1, None);
        let origin = Origin {
            name: DEAD_LETTER.into(),
            publisher: Arc::clone(&self.host),
        };
        let mut head = Head::now(letter.timestamp, None, None);
        head.consequences = led_by.map(OnceLock::from).unwrap_or_default();
        let event = DomainEvent::new(Arc::new(origin), head, letter);
        for listener in &self.subscribed(DEAD_LETTER) {
            let done = match listener.call(&event, &mut Stage::new(&course)) {
                Called::Gone => Ok(()),
                Called::Done(done) => done,
                Called::Running(call) => call.done().await,
            };
            if let Err(why) = done {
                let burial = Burial::of_event(&event, None, why);
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
        let mut letters = Vec::new();
        for label in labels {
            let around = label.around.clone();
            let burial = undone(label, by, DeadLetterReason::HandlerError, why.to_owned());
            around.clone().run(|| self.leave_trace(&burial));
            letters.extend(burial.letter().map(|letter| (around, letter)));
        }
        if letters.is_empty() || !self.mourns() {
            letters.into_iter().for_each(discard);
            return;
        }
        let hub = Arc::clone(&self);
        // Where no task is run any more, loss and records tell of it.
        let _told = self.executor.spawn(Box::pin(async move {
            for (around, letter) in letters {
                around.around(hub.give(letter)).await;
            }
        }));
    }
}
