//! What the caller of a refused function gets.

use std::error::Error;
use std::fmt;
use std::io;

use audit_core::{FromRefused, Refusal, Refused, Status, admit};

use crate::world::World;

#[admit(action = "refund")]
fn refund(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

#[test]
fn a_block_and_a_wanted_approval_are_told_apart() {
    let world = World::new();
    let blocked = world.run(|| refund(5000)).unwrap_err();
    let waits = world.run(|| refund(700)).unwrap_err();
    assert_eq!(blocked.refusal(), Refusal::Blocked);
    assert_eq!(waits.refusal(), Refusal::ApprovalRequired);
    assert_eq!(blocked.rule(), Some("block_large"));
    assert_eq!(waits.rule(), Some("approve_medium"));
    assert_eq!(blocked.action_type(), "refund");
    assert_eq!(blocked.reason(), None);
    let decisions = world.decisions();
    assert_eq!(blocked.decision(), Some(decisions[0].id));
    assert_eq!(waits.decision(), Some(decisions[1].id));
}

#[test]
fn a_refusal_says_what_rule_and_decision_and_no_value_of_the_call() {
    let world = World::new();
    let refused = world.run(|| refund(5000)).unwrap_err();
    let id = refused.decision().unwrap();
    assert_eq!(
        refused.to_string(),
        format!("action `refund` is blocked by rule `block_large` (decision {id})")
    );
    let waits = world.run(|| refund(700)).unwrap_err();
    let id = waits.decision().unwrap();
    assert_eq!(
        waits.to_string(),
        format!("action `refund` needs approval by rule `approve_medium` (decision {id})")
    );
    assert!(!format!("{refused:?}").contains("5000"));
    assert!(Error::source(&refused).is_none());
}

#[derive(Debug)]
enum AppError {
    Forbidden(Refused),
    Other,
}

impl From<Refused> for AppError {
    fn from(refused: Refused) -> Self {
        Self::Forbidden(refused)
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the application says no")
    }
}

impl Error for AppError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Forbidden(refused) => Some(refused),
            Self::Other => None,
        }
    }
}

#[admit(action = "refund")]
fn app(amount: u64) -> Result<u64, AppError> {
    if amount == 13 {
        Err(AppError::Other)
    } else {
        Ok(amount)
    }
}

#[admit(action = "refund")]
fn dynamic(amount: u64) -> Result<u64, Box<dyn Error>> {
    Ok(amount)
}

#[admit(action = "refund")]
async fn dynamic_sendable(amount: u64) -> Result<u64, Box<dyn Error + Send + Sync>> {
    Ok(amount)
}

#[admit(action = "refund")]
fn of_io(amount: u64) -> io::Result<u64> {
    Ok(amount)
}

#[test]
fn a_refusal_becomes_every_error_that_can_be_made_from_it() {
    let world = World::new();
    let error = world.run(|| app(5000)).unwrap_err();
    let source = error.source().unwrap().downcast_ref::<Refused>().unwrap();
    assert_eq!(source.refusal(), Refusal::Blocked);
    assert!(matches!(world.run(|| app(13)), Err(AppError::Other)));

    let error = world.run(|| dynamic(700)).unwrap_err();
    let refused = error.downcast::<Refused>().unwrap();
    assert_eq!(refused.refusal(), Refusal::ApprovalRequired);
    let error = world.block_on(dynamic_sendable(5000)).unwrap_err();
    assert!(error.is::<Refused>());

    let error = world.run(|| of_io(5000)).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    assert!(error.get_ref().unwrap().is::<Refused>());
}

/// An answer that is no `Result`.
#[derive(Debug, PartialEq)]
enum Response {
    Done(u64),
    Status(u16),
}

impl FromRefused for Response {
    fn from_refused(refused: Refused) -> Self {
        Self::Status(match refused.refusal() {
            Refusal::ApprovalRequired => 202,
            _ => 403,
        })
    }
}

#[admit(action = "refund")]
fn own_type(amount: u64) -> Response {
    Response::Done(amount)
}

#[admit(action = "refund")]
async fn own_type_async(amount: u64) -> Response {
    Response::Done(amount)
}

#[test]
fn a_type_of_ones_own_carries_a_refusal() {
    let world = World::new();
    assert_eq!(world.run(|| own_type(1)), Response::Done(1));
    assert_eq!(world.run(|| own_type(700)), Response::Status(202));
    assert_eq!(world.block_on(own_type_async(5000)), Response::Status(403));
    assert_eq!(
        world.statuses(),
        [Status::Completed, Status::Refused, Status::Refused]
    );
}

fn zero(_: Refused) -> u64 {
    0
}

fn said(refused: Refused) -> Option<String> {
    Some(refused.to_string())
}

fn gone(refused: Refused) -> ! {
    panic!("{}", refused.action_type())
}

struct Desk {
    limit: u64,
}

impl Desk {
    fn closed(_: Refused) -> Self {
        Self { limit: 0 }
    }

    #[admit(action = "refund", on_refuse = Self::closed)]
    fn open(amount: u64) -> Self {
        Self { limit: amount }
    }

    #[admit(action = "refund", on_refuse = Desk::closed)]
    async fn open_later(amount: u64) -> Self {
        Self { limit: amount }
    }

    #[admit(action = "refund", on_refuse = zero)]
    fn take(&mut self, amount: u64) -> u64 {
        self.limit -= amount;
        self.limit
    }

    #[admit(action = "refund", on_refuse = drop)]
    fn close(self, amount: u64) {
        assert!(amount <= self.limit);
    }
}

#[admit(action = "refund", on_refuse = said)]
async fn told(amount: u64) -> Option<String> {
    (amount == 0).then(String::new)
}

#[admit(action = "refund", on_refuse = gone)]
fn never(amount: u64) -> u64 {
    amount
}

#[admit(action = "refund", on_refuse = gone)]
async fn never_async(amount: u64) -> u64 {
    amount
}

#[test]
fn what_is_refused_returns_what_the_named_function_makes_of_it() {
    let world = World::new();
    assert_eq!(world.run(|| Desk::open(5000)).limit, 0);
    assert_eq!(world.block_on(Desk::open_later(5000)).limit, 0);
    let mut desk = world.run(|| Desk::open(400));
    assert_eq!(world.run(|| desk.take(5000)), 0);
    assert_eq!(world.run(|| desk.take(100)), 300);
    world.run(|| desk.close(5000));
    let text = world.block_on(told(700)).unwrap();
    assert!(text.starts_with("action `refund` needs approval"), "{text}");
    for panics in [
        crate::world::caught(|| world.run(|| never(5000))),
        crate::world::caught(|| world.block_on(never_async(5000))),
    ] {
        assert_eq!(*panics.unwrap_err().downcast::<String>().unwrap(), "refund");
    }
    assert_eq!(world.run(|| never(1)), 1);
    assert_eq!(world.block_on(never_async(1)), 1);
}

#[test]
fn the_named_function_may_be_generic_and_the_result_may_be_hidden() {
    fn none<T>(_: Refused) -> Option<T> {
        None
    }
    #[admit(action = "refund", on_refuse = none)]
    fn first<T: Clone>(of: &[T], amount: u64) -> Option<T> {
        of.get(usize::try_from(amount).ok()?).cloned()
    }
    fn nothing(_: Refused) -> Vec<u64> {
        Vec::new()
    }
    #[admit(action = "refund", on_refuse = nothing)]
    fn all(amount: u64) -> impl IntoIterator<Item = u64> {
        vec![amount; 2]
    }
    let world = World::new();
    assert_eq!(world.run(|| first(&["a"], 0)), Some("a"));
    assert_eq!(world.run(|| first(&["a"], 5000)), None);
    assert_eq!(world.run(|| all(3)).into_iter().count(), 2);
    assert_eq!(world.run(|| all(5000)).into_iter().count(), 0);
}
