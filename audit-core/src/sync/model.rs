//! How a model is run: every way in which its threads can go, within bounds.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use loom::model::Builder;
use loom::sync::Mutex;
use loom::thread::{self, JoinHandle};

/// How often a thread is interrupted at most where it could go on. Two interruptions suffice for nearly every fault that is known
/// of such code (Musuvathi and Qadeer, "Iterative Context Bounding", 2007); the full run tries one more.
const INTERRUPTIONS: usize = 2;
/// How many steps one way may take. More of them are a thread that goes round without end.
const STEPS: usize = 20_000;
/// How large a thread's stack is, in words and not in bytes.
const STACK_WORDS: usize = 0x10000;

/// Runs a model in every way within the bounds. One in which all threads wait, and none is left to wake them, fails.
pub(crate) fn check(model: impl Fn() + Send + Sync + 'static) {
    let full = std::env::var_os("AUDIT_FULL").is_some_and(|full| !full.is_empty());
    let mut builder = Builder::new();
    builder.preemption_bound = Some(INTERRUPTIONS + usize::from(full));
    builder.max_branches = STEPS;
    builder.check(model);
}

/// Runs a model in every way there is: for one of few steps.
pub(crate) fn check_all(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.max_branches = STEPS;
    builder.check(model);
}

/// Begins a thread with room for a whole way over the bus.
pub(crate) fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let begun = thread::Builder::new().stack_size(STACK_WORDS).spawn(work);
    begun.unwrap()
}

/// What is waited for until somebody opens it.
#[derive(Default)]
pub(crate) struct Gate(Mutex<(bool, Vec<Waker>)>);

impl Gate {
    pub(crate) fn open(&self) {
        let mut gate = self.0.lock().unwrap();
        gate.0 = true;
        let woken = std::mem::take(&mut gate.1);
        drop(gate);
        woken.into_iter().for_each(Waker::wake);
    }

    /// Whether it is open; else whoever asks is woken once it is.
    pub(crate) fn is_open(&self, context: &Context<'_>) -> bool {
        let mut gate = self.0.lock().unwrap();
        if !gate.0 {
            gate.1.push(context.waker().clone());
        }
        gate.0
    }

    pub(crate) async fn opened(&self) {
        poll_fn(|context| {
            if self.is_open(context) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}
