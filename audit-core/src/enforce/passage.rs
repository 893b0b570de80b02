//! [`Passage`]: how a call goes on.

use std::cell::RefCell;
use std::fmt;
use std::mem::replace;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use crate::contain::{contain, discard};
use crate::outcome::Status;
use crate::recorder::{Receipt, RecordError};
use crate::site::{AnnotatedSite, SiteKind};

use super::course::{Course, Settled};
use super::flight::Flight;
use super::health::note_failure;
use super::refused::Refused;
use super::returned::Report;

/// How a call goes on: the body simply runs where there is nothing in it.
///
/// One pointer, so that a call that nobody wants to know of has nothing to drop and a future stays small. The
/// boxes are used again, so that a call takes none from the heap.
pub(crate) struct Passage(Option<Box<Way>>);

// A future has the auto traits of its body, whatever is inside a runtime. What a panic may leave half done in there
// is contained where it happens.
impl UnwindSafe for Passage {}
impl RefUnwindSafe for Passage {}

enum Way {
    /// The body runs, and its end is recorded.
    Flying(Flight),
    /// The body does not run.
    Refused(Refused),
    /// It is decided once resolvers were awaited.
    Later(Later),
    /// It is decided, and goes on once the record of that is kept.
    Recording(Receipt, Course),
    /// It came to its end: what a box holds that waits to be used again.
    Over,
}

/// How many boxes a thread keeps.
const KEPT: usize = 64;

thread_local! {
    #[allow(clippy::vec_box, reason = "it is the boxes that are kept")]
    static BOXES: RefCell<Vec<Box<Way>>> = const { RefCell::new(Vec::new()) };
}

impl Passage {
    /// Nobody wants to know what becomes of the call.
    pub(super) const OPEN: Self = Self(None);

    pub(super) fn flying(flight: Flight) -> Self {
        Self::of(Way::Flying(flight))
    }

    pub(super) fn refused(refused: Refused) -> Self {
        Self::of(Way::Refused(refused))
    }

    /// It is decided, and goes on once this says that the record of that is kept.
    #[cold]
    pub(super) fn recording(receipt: Receipt, course: Course) -> Self {
        Self::of(Way::Recording(receipt, course))
    }

    /// It is decided, and its decision recorded, or not for this reason.
    #[cold]
    pub(super) fn settled(course: Course, lost: Option<&RecordError>) -> Self {
        match course.settle(lost) {
            Settled::Open => Self::OPEN,
            Settled::Flying(flight) => Self::flying(flight),
            Settled::Refused(refused) => Self::refused(refused),
        }
    }

    /// It is decided by this future.
    pub(super) fn later(
        site: &'static AnnotatedSite,
        judging: impl Future<Output = Self> + Send + 'static,
    ) -> Self {
        let judging = Mutex::new(Box::pin(judging) as _);
        Self::of(Way::Later(Later { site, judging }))
    }

    /// Judging itself broke: an audited function runs, an admitted one does not.
    #[cold]
    pub(super) fn broken(site: &AnnotatedSite, panic: &str) -> Self {
        note_failure(panic);
        match site.kind {
            SiteKind::Audit => Self::OPEN,
            SiteKind::Admit => Self::refused(Refused::failed(site, None)),
        }
    }

    fn of(way: Way) -> Self {
        let kept = BOXES
            .try_with(|boxes| boxes.try_borrow_mut().ok()?.pop())
            .ok()
            .flatten();
        Self(Some(match kept {
            Some(mut kept) => {
                *kept = way;
                kept
            }
            None => Box::new(way),
        }))
    }

    /// Whether the body simply runs.
    #[inline(always)]
    pub(super) const fn is_open(&self) -> bool {
        self.0.is_none()
    }

    /// The body begins or goes on, on this thread.
    #[inline]
    pub(super) fn resume(&mut self) {
        if let Some(Way::Flying(flight)) = self.0.as_deref_mut() {
            flight.span.resume();
        }
    }

    /// It rests.
    #[inline]
    pub(super) fn suspend(&mut self) {
        if let Some(Way::Flying(flight)) = self.0.as_deref_mut() {
            flight.span.suspend();
        }
    }

    /// Decides a call whose resolvers are ready, and lets it go on once its decision is recorded.
    #[cold]
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.0.as_deref_mut() {
                Some(Way::Later(later)) => {
                    let judged = ready!(later.poll(cx));
                    discard(replace(self, judged));
                }
                Some(Way::Recording(receipt, _)) => {
                    let kept = ready!(Pin::new(receipt).poll(cx));
                    self.recorded(&kept);
                }
                _ => return Poll::Ready(()),
            }
        }
    }

    /// The same on this thread, for what is recorded.
    #[inline]
    pub(super) fn wait(self) -> Self {
        match self.0.as_deref() {
            Some(Way::Recording(..)) => self.wait_for_record(),
            _ => self,
        }
    }

    #[cold]
    fn wait_for_record(mut self) -> Self {
        if let Some(Way::Recording(receipt, course)) = self.0.as_deref() {
            let kept = receipt.wait_long(course.may_take());
            self.recorded(&kept);
        }
        self
    }

    /// Its decision is recorded, or can't be.
    fn recorded(&mut self, kept: &Result<(), RecordError>) {
        if let Way::Recording(_, course) = self.take() {
            *self = Self::settled(course, kept.as_ref().err());
        }
    }

    /// What to say instead of running, if the call is refused.
    #[cold]
    pub(super) fn take_refused(&mut self) -> Option<Refused> {
        match self.0.as_deref() {
            Some(Way::Refused(_)) => match self.take() {
                Way::Refused(refused) => Some(refused),
                _ => None,
            },
            _ => None,
        }
    }

    /// The body returned.
    #[cold]
    pub(super) fn end(&mut self, report: Report<'_>) {
        let status = if report.failed {
            Status::Failed
        } else {
            Status::Completed
        };
        self.land(status, report);
    }

    /// The body ended without returning.
    #[cold]
    pub(super) fn abandon(&mut self, status: Status) {
        self.land(status, Report::default());
    }

    fn land(&mut self, status: Status, report: Report<'_>) {
        match self.take() {
            Way::Flying(flight) => flight.end(status, report),
            Way::Recording(_, course) => course.abandon(status),
            // A resolver that waits may hold foreign values, whose destructors may panic.
            other => discard(other),
        }
    }

    fn take(&mut self) -> Way {
        self.0.take().map_or(Way::Over, empty)
    }
}

impl Drop for Passage {
    #[inline(always)]
    fn drop(&mut self) {
        // Out of line, so that the test alone stands in every wrapper.
        if let Some(way) = self.0.take() {
            let_go(way);
        }
    }
}

#[cold]
#[inline(never)]
fn let_go(way: Box<Way>) {
    // What waits in it may hold foreign values, whose destructors may panic.
    discard(empty(way));
}

/// Empties a box and keeps it for another call.
fn empty(mut way: Box<Way>) -> Way {
    let taken = replace(&mut *way, Way::Over);
    let _kept = BOXES.try_with(|boxes| {
        let mut boxes = boxes.try_borrow_mut().ok()?;
        (boxes.len() < KEPT).then(|| boxes.push(way))
    });
    taken
}

/// A call that is decided once resolvers were awaited.
struct Later {
    site: &'static AnnotatedSite,
    /// Never locked: it is what makes a future `Sync` that need not be.
    judging: Mutex<Pin<Box<dyn Future<Output = Passage> + Send>>>,
}

impl Later {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Passage> {
        let judging = self
            .judging
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        contain(|| judging.as_mut().poll(cx))
            .unwrap_or_else(|panic| Poll::Ready(Passage::broken(self.site, &panic)))
    }
}

impl fmt::Debug for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.as_deref() {
            None | Some(Way::Over) => "Open",
            Some(Way::Flying(_)) => "Flying",
            Some(Way::Refused(_)) => "Refused",
            Some(Way::Later(_)) => "Later",
            Some(Way::Recording(..)) => "Recording",
        })
    }
}
