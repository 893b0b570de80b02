//! A thread behind a bounded queue: for observers and sinks whose work may wait.
//!
//! A mutex and two condition variables rather than a channel: flushing must wait for exactly what was put in before it, closing
//! must let the worker finish that, and what waits behind a call without end can be taken out again.

mod queue;

use std::{io, thread};

use crate::contain::discard;

use queue::Job;
pub(crate) use queue::{Flushed, Flushing, Look, Queue, Refusal, Terms};

/// What a worker does with what is put into its queue. Foreign code in it is contained.
pub(crate) trait Work: Send + 'static {
    type Item: Clone + Send + 'static;
    /// What came of one item.
    type Done;

    /// Does the work: the part that may take too long.
    fn take(&mut self, item: &Self::Item) -> Self::Done;

    /// Draws the consequences, once what comes is taken in again.
    fn settle(&mut self, item: Self::Item, done: Self::Done);

    /// Sends on what it holds back. Returns whether that worked.
    fn flush(&mut self) -> bool {
        true
    }
}

/// Starts a worker. What it does is made from its queue, and dropped on its thread once the queue is closed and empty.
///
/// # Errors
/// The operating system refuses a thread.
pub(crate) fn start<W: Work>(
    name: &str,
    terms: Terms,
    make: impl FnOnce(&Queue<W::Item>) -> W,
) -> io::Result<Queue<W::Item>> {
    let queue = Queue::new(terms);
    let (work, its_queue) = (make(&queue), queue.clone());
    thread::Builder::new()
        // The operating system can't take a NUL in a thread's name.
        .name(format!("audit-{}", name.replace('\0', " ")))
        .spawn(move || run(&its_queue, work))?;
    Ok(queue)
}

fn run<W: Work>(queue: &Queue<W::Item>, mut work: W) {
    while let Some(job) = queue.next() {
        match job {
            Job::Item(item) => {
                let done = work.take(&item);
                queue.taken();
                work.settle(item, done);
            }
            Job::Flush(asked) => queue.flushed(&asked, work.flush()),
        }
    }
    discard(work);
}

#[cfg(test)]
mod tests;
