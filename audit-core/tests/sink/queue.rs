//! A queued sink: bounded, in order of emission, on a thread of its own.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use audit_core::sink::{CallbackSink, MemorySink, Registration, SinkWay};
use audit_core::{EventKind, audit};

use crate::ground::{
    Gated, LONG, amounts, data, decide, listening, of_kind, queued, runtime, stats, until,
};

#[test]
fn a_queued_sink_that_blocks_keeps_no_caller_waiting() {
    let (runtime, gated) = (runtime(), Gated::shut());
    let registration = Registration::new(gated.clone()).way(queued(8));
    runtime.register_sink(registration).unwrap();
    // The gate is shut, so a caller that waited would wait for ever.
    (1..=5).for_each(|amount| decide(&runtime, amount));
    gated.set_open(true);
    runtime.flush(LONG).unwrap();
    assert_eq!(amounts(&gated.events()), [1, 2, 3, 4, 5]);
}

#[test]
fn an_event_that_finds_the_queue_full_is_told_and_counted_and_the_others_stay() {
    let (runtime, gated) = (runtime(), Gated::shut());
    let heard = listening(&runtime);
    let registration = Registration::new(gated.clone())
        .named("slow")
        .way(queued(2));
    runtime.register_sink(registration).unwrap();
    decide(&runtime, 1);
    gated.await_begun(1);
    (2..=5).for_each(|amount| decide(&runtime, amount));
    let failure = heard.next(EventKind::SinkFailure);
    assert_eq!(data(&failure, "error_type"), "queue_full");
    assert_eq!(data(&failure, "error_message"), "its queue of 2 is full");
    let during = stats(&runtime, "slow");
    assert_eq!((during.events_lost, during.queue_depth), (2, 3));
    assert_eq!((during.errors, during.timeouts), (0, 0));

    gated.set_open(true);
    let loss = heard.next(EventKind::Loss);
    assert_eq!(
        (data(&loss, "count"), data(&loss, "missed")),
        ("2".into(), "2".into())
    );
    // It is told itself, behind what waited.
    until(|| gated.events().len() == 4);
    assert_eq!(amounts(&gated.events()), [1, 2, 3]);
    let kinds: Vec<_> = gated.events().iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds.last(),
        Some(&EventKind::Loss),
        "it is told itself, and of no failure: {kinds:?}"
    );
    assert_eq!(stats(&runtime, "slow").queue_depth, 0);
}

#[test]
fn a_load_that_stays_too_high_is_told_of_seldom() {
    let (runtime, gated) = (runtime(), Gated::shut());
    let heard = listening(&runtime);
    let registration = Registration::new(gated.clone())
        .named("slow")
        .way(queued(4));
    runtime.register_sink(registration).unwrap();
    decide(&runtime, 0);
    gated.set_open(true);
    gated.await_begun(1);
    // As many as it takes to overflow a queue that is emptied meanwhile.
    let mut made = 0_u64;
    while stats(&runtime, "slow").events_lost < 1_000 {
        decide(&runtime, 1);
        made += 1;
    }
    runtime.flush(LONG).unwrap();
    let told = heard.so_far(EventKind::SinkFailure).len();
    assert!(told < 200, "{told} failures told of {made} events");
}

#[test]
fn each_thread_finds_its_events_in_the_order_in_which_it_made_them() {
    const EACH: i64 = 500;
    let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
    let registration = Registration::new(memory.clone()).way(queued(8 * 500));
    runtime.register_sink(registration).unwrap();
    thread::scope(|threads| {
        for thread in 0..8 {
            let runtime = &runtime;
            threads.spawn(move || {
                (0..EACH).for_each(|place| decide(runtime, thread * EACH + place));
            });
        }
    });
    runtime.flush(LONG).unwrap();
    let all = amounts(&memory.events());
    for thread in 0..8 {
        let own = |amount: &i64| amount / EACH == thread;
        let mine: Vec<i64> = all.iter().copied().filter(own).collect();
        let made: Vec<i64> = (thread * EACH..(thread + 1) * EACH).collect();
        assert_eq!(mine, made);
    }
}

#[test]
fn all_queued_sinks_share_one_copy_of_an_event() {
    let (runtime, memories) = (runtime(), [(); 3].map(|()| Arc::new(MemorySink::new())));
    for memory in &memories {
        let registration = Registration::new(memory.clone()).way(queued(8));
        runtime.register_sink(registration).unwrap();
    }
    decide(&runtime, 50);
    runtime.flush(LONG).unwrap();
    let [first, others @ ..] =
        memories.map(|memory| of_kind(&memory, EventKind::Decision).remove(0));
    assert!(others.iter().all(|other| Arc::ptr_eq(other, &first)));
}

#[test]
fn a_queued_sink_is_flushed_on_its_own_thread_behind_what_was_put_in_before() {
    let (runtime, flushing) = (runtime(), Arc::new(Flushing::default()));
    runtime.register_sink(flushing.clone()).unwrap();
    (0..20).for_each(|amount| decide(&runtime, amount));
    runtime.flush(LONG).unwrap();
    let (flushed, on) = flushing.seen.lock().unwrap().1.expect("it was flushed");
    assert_eq!(flushed, 20);
    assert_ne!(on, thread::current().id());
}

#[test]
fn a_flush_that_finds_one_sink_hanging_names_that_one_alone() {
    let (runtime, gated) = (runtime(), Gated::shut());
    let hanging = Registration::new(gated.clone())
        .named("hanging")
        .way(queued(8));
    let memory = Registration::new(Arc::new(MemorySink::new())).way(queued(8));
    runtime.register_sink(hanging).unwrap();
    runtime.register_sink(memory.named("sound")).unwrap();
    decide(&runtime, 50);
    let error = runtime.flush(Duration::from_secs(1)).unwrap_err();
    assert_eq!(error.sinks, ["hanging"]);
    gated.set_open(true);
    runtime.flush(LONG).unwrap();
}

#[test]
fn a_sink_that_flushes_everything_from_within_does_not_wait_for_itself() {
    let runtime = runtime();
    let heard = listening(&runtime);
    let weak = runtime.clone();
    let flushing = CallbackSink::new(move |_| {
        let named = weak.flush(LONG * 60).unwrap_err().sinks;
        Err(audit_core::sink::SinkError::new(named.join(",")))
    });
    let registration = Registration::new(Arc::new(flushing))
        .named("own")
        .way(queued(8));
    runtime.register_sink(registration).unwrap();
    decide(&runtime, 50);
    let failure = heard.next(EventKind::SinkFailure);
    assert_eq!(data(&failure, "error_message"), "own");
}

#[test]
fn what_is_in_the_queue_when_a_sink_is_unregistered_is_still_emitted_and_nothing_after() {
    let (runtime, gated, dropped) = (runtime(), Gated::shut(), Arc::new(()));
    let (forwarding, held) = (gated.clone(), dropped.clone());
    let sink = Arc::new(CallbackSink::new(move |emission| {
        assert!(Arc::strong_count(&held) > 1);
        audit_core::Sink::emit(&*forwarding, emission)
    }));
    let registration = Registration::new(sink.clone()).way(queued(8));
    runtime.register_sink(registration).unwrap();
    (1..=3).for_each(|amount| decide(&runtime, amount));
    assert!(runtime.unregister_sink(&sink));
    decide(&runtime, 4);
    drop(sink);
    gated.set_open(true);
    // The worker drops the sink once its queue is empty.
    until(|| Arc::strong_count(&dropped) <= 1);
    assert_eq!(amounts(&gated.events()), [1, 2, 3]);
}

#[test]
fn what_is_in_the_queue_when_the_runtime_goes_is_still_emitted() {
    let (runtime, gated) = (runtime(), Gated::shut());
    let registration = Registration::new(gated.clone()).way(queued(8));
    runtime.register_sink(registration).unwrap();
    (1..=3).for_each(|amount| decide(&runtime, amount));
    drop(runtime);
    gated.set_open(true);
    until(|| Arc::strong_count(&gated) <= 1);
    assert_eq!(amounts(&gated.events()), [1, 2, 3]);
}

#[test]
fn a_queue_of_none_takes_one() {
    let (runtime, memory) = (runtime(), Arc::new(MemorySink::new()));
    let registration = Registration::new(memory.clone()).way(queued(0));
    runtime.register_sink(registration).unwrap();
    decide(&runtime, 50);
    runtime.flush(LONG).unwrap();
    assert_eq!(amounts(&memory.events()), [50]);
}

#[audit(action = "refund", fields(amount))]
async fn refund(amount: i64) -> i64 {
    amount
}

#[test]
fn a_queued_sink_that_blocks_keeps_no_event_loop_waiting() {
    let (runtime, gated) = (runtime(), Gated::shut());
    let registration = Registration::new(gated.clone()).way(queued(8));
    runtime.register_sink(registration).unwrap();
    let event_loop = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let refunded = event_loop.block_on(async {
        use audit_core::InScope as _;
        let first = tokio::spawn(refund(1).in_scope(runtime.clone()));
        let second = refund(2).in_scope(runtime.clone()).await;
        (first.await.unwrap(), second)
    });
    assert_eq!(refunded, (1, 2));
    gated.set_open(true);
    runtime.flush(LONG).unwrap();
    assert_eq!(of_decisions(&gated), 2);
}

fn of_decisions(gated: &Gated) -> usize {
    let events = gated.events().into_iter();
    events
        .filter(|event| event.kind == EventKind::Decision)
        .count()
}

/// Remembers how many it had taken when it was flushed, and on which thread that was.
#[derive(Default)]
struct Flushing {
    seen: std::sync::Mutex<(usize, Option<(usize, thread::ThreadId)>)>,
}

impl audit_core::Sink for Flushing {
    fn emit(&self, _: &audit_core::sink::Emission<'_>) -> Result<(), audit_core::sink::SinkError> {
        self.seen.lock().unwrap().0 += 1;
        Ok(())
    }

    fn flush(&self) -> Result<(), audit_core::sink::SinkError> {
        let mut seen = self.seen.lock().unwrap();
        seen.1 = Some((seen.0, thread::current().id()));
        Ok(())
    }

    fn way(&self) -> SinkWay {
        queued(64)
    }
}
