//! Synchronous functions: when they run, and when they are refused.

use std::sync::{Arc, Mutex};
use std::thread;

use audit_core::{
    Delivery, Mode, RecordError, RecordErrorKind, Refusal, Refused, Runtime, admit, audit,
};
use serde_json::json;

use crate::notebook::{Answer, Notebook};
use crate::support::{builder, quietly, set_mode, warnings_of};

/// What happened, in order.
type Log = Mutex<Vec<&'static str>>;

#[admit(action = "refund", delivery = "durable")]
fn admitted(amount: u64, log: &Log) -> Result<u64, Refused> {
    log.lock().unwrap().push("body");
    Ok(amount)
}

#[admit(action = "refund", delivery = "durable", on_unrecordable = "run")]
fn forgiving(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

#[admit(action = "refund", delivery = "buffered", on_unrecordable = "refuse")]
fn strict(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

#[admit(action = "refund")]
fn silent(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

#[audit(action = "refund", delivery = "durable")]
fn audited(amount: u64) -> u64 {
    amount
}

fn recording(notebook: &Arc<Notebook>) -> Runtime {
    builder()
        .recorder(Arc::<Notebook>::clone(notebook))
        .build()
        .unwrap()
}

#[test]
fn a_durable_function_runs_once_its_decision_is_kept() {
    let notebook = Notebook::that(Answer::Hold);
    let runtime = recording(&notebook);
    let log = Log::default();
    thread::scope(|threads| {
        let call = threads.spawn(|| runtime.scope(|| admitted(50, &log)));
        let held = notebook.held();
        assert_eq!(notebook.lines(), ["decision refund"]);
        log.lock().unwrap().push("kept");
        held.settle(Ok(()));
        assert_eq!(call.join().unwrap(), Ok(50));
    });
    assert_eq!(*log.lock().unwrap(), ["kept", "body"]);
    assert_eq!(
        notebook.lines(),
        ["decision refund", "outcome refund completed"]
    );
    let (decision, outcome) = (&notebook.records()[0], &notebook.records()[1]);
    assert_eq!(outcome["call"], decision["id"]);
    let terms = notebook.terms();
    assert!(
        terms
            .iter()
            .all(|terms| terms.may_block && terms.delivery == Some(Delivery::Durable))
    );
    assert!(
        !terms[0].must_keep && terms[1].must_keep,
        "the end of a durable call is never dropped"
    );
}

#[test]
fn what_cannot_be_kept_refuses_a_durable_function_and_is_told_as_its_outcome() {
    let log = Log::default();
    for (kind, words) in [
        (RecordErrorKind::Full, "the recorder's queue is full"),
        (RecordErrorKind::TimedOut, "the record was not kept in time"),
        (RecordErrorKind::Closed, "the recorder is closed"),
        (RecordErrorKind::Failed, "the recorder failed"),
    ] {
        let runtime = recording(&Notebook::that(Answer::Lose(kind)));
        let captured = audit_core::testing::capture(|| runtime.scope(|| admitted(50, &log)));
        let refused = captured.value.as_ref().unwrap_err();
        assert_eq!(refused.refusal(), Refusal::Unrecordable);
        let decision = captured.decisions().next().unwrap();
        assert_eq!(refused.decision(), Some(decision.id));
        assert_eq!(
            refused.to_string(),
            format!(
                "action `refund` is refused as its decision can't be recorded: {words} (decision {})",
                decision.id
            ),
            "what the recorder said is not for the caller"
        );
        let outcome = captured.outcomes().next().unwrap();
        assert_eq!(
            (outcome.status.as_str(), outcome.duration.as_nanos()),
            ("refused", 0)
        );
        assert_eq!(
            outcome.error.as_deref(),
            Some("the decision could not be recorded")
        );
    }
    assert!(log.lock().unwrap().is_empty());
}

#[test]
fn a_receipt_that_says_no_refuses_like_a_loss() {
    let notebook = Notebook::that(Answer::Hold);
    let runtime = recording(&notebook);
    let log = Log::default();
    let refused = thread::scope(|threads| {
        let call = threads.spawn(|| runtime.scope(|| admitted(50, &log)));
        notebook
            .held()
            .settle(Err(RecordError::new(RecordErrorKind::TimedOut, "too slow")));
        call.join().unwrap().unwrap_err()
    });
    assert_eq!(refused.refusal(), Refusal::Unrecordable);
    assert!(log.lock().unwrap().is_empty());
    assert_eq!(
        notebook.lines(),
        ["decision refund", "outcome refund refused"]
    );
    assert!(
        !notebook.terms()[1].must_keep,
        "it ends what began without a record"
    );
}

#[test]
fn a_recorder_that_lets_go_of_a_record_refuses_the_call() {
    let notebook = Notebook::that(Answer::Hold);
    let runtime = recording(&notebook);
    let log = Log::default();
    thread::scope(|threads| {
        let call = threads.spawn(|| runtime.scope(|| admitted(50, &log)));
        drop(notebook.held());
        assert!(call.join().unwrap().is_err());
    });
}

#[test]
fn what_the_attribute_says_of_a_lost_record_holds() {
    let runtime = recording(&Notebook::that(Answer::Lose(RecordErrorKind::Full)));
    runtime.scope(|| {
        assert_eq!(forgiving(50), Ok(50), "it says `run`");
        assert_eq!(strict(50).unwrap_err().refusal(), Refusal::Unrecordable);
        assert_eq!(silent(50), Ok(50), "it asks for no record");
        assert_eq!(audited(50), 50, "an audited function runs whatever happens");
    });
}

#[test]
fn without_a_recorder_what_asks_for_a_record_is_refused() {
    let log = Log::default();
    let runtime = builder().build().unwrap();
    runtime.scope(|| {
        let refused = admitted(50, &log).unwrap_err();
        assert_eq!(refused.refusal(), Refusal::Unrecordable);
        assert!(
            refused.to_string().contains("no recorder is set"),
            "{refused}"
        );
        assert_eq!(strict(50).unwrap_err().refusal(), Refusal::Unrecordable);
        assert_eq!(forgiving(50), Ok(50));
        assert_eq!(silent(50), Ok(50));
        assert_eq!(audited(50), 50);
    });
    assert!(log.lock().unwrap().is_empty());
}

#[test]
fn in_shadow_a_lost_record_is_counted_and_warned_of_and_the_function_runs() {
    let runtime = recording(&Notebook::that(Answer::Lose(RecordErrorKind::Full)));
    set_mode(&runtime, Mode::Shadow);
    let log = Log::default();
    let sites = audit_core::sites();
    let site = sites
        .iter()
        .find(|site| site.function == "admitted" && site.module.ends_with("sync"))
        .unwrap();
    let before = site.ran_unrecorded();
    let ((), warnings) = warnings_of(|| {
        runtime.scope(|| {
            for _ in 0..3 {
                assert_eq!(admitted(50, &log), Ok(50));
            }
        });
    });
    assert_eq!(site.ran_unrecorded() - before, 3);
    let said = warnings
        .iter()
        .filter(|line| line.contains("runs although its decision can't be recorded"))
        .count();
    assert_eq!(said, 2, "the first and the second: {warnings:?}");
}

#[test]
fn what_the_operator_does_not_want_recorded_runs() {
    let notebook = Notebook::that(Answer::Leave);
    let log = Log::default();
    recording(&notebook).scope(|| {
        assert_eq!(admitted(50, &log), Ok(50));
        assert_eq!(strict(50), Ok(50));
    });
}

#[test]
fn what_policy_refuses_stays_refused_by_policy_whatever_becomes_of_its_record() {
    let log = Log::default();
    for answer in [Answer::Take, Answer::Lose(RecordErrorKind::Full)] {
        let refused = recording(&Notebook::that(answer)).scope(|| admitted(5000, &log));
        assert_eq!(refused.unwrap_err().refusal(), Refusal::Blocked);
    }
}

#[test]
fn a_refusal_is_handed_on_once_it_is_kept() {
    let notebook = Notebook::that(Answer::Hold);
    let runtime = recording(&notebook);
    let log = Log::default();
    thread::scope(|threads| {
        let call = threads.spawn(|| {
            let refused = runtime.scope(|| admitted(5000, &Log::default()));
            log.lock().unwrap().push("refused");
            refused
        });
        let held = notebook.held();
        log.lock().unwrap().push("kept");
        held.settle(Ok(()));
        assert_eq!(
            call.join().unwrap().unwrap_err().refusal(),
            Refusal::Blocked
        );
    });
    assert_eq!(*log.lock().unwrap(), ["kept", "refused"]);
    assert_eq!(
        notebook.lines(),
        ["decision refund", "outcome refund refused"]
    );
}

#[test]
fn the_recorder_is_told_before_observers_and_after_redaction() {
    #[audit(action = "refund", mask(order_id), fields(amount, order_id))]
    fn secret(amount: u64, order_id: &str) -> usize {
        usize::try_from(amount).unwrap() + order_id.len()
    }
    let notebook = Notebook::that(Answer::Take);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (told, watched) = (Arc::clone(&seen), Arc::clone(&notebook));
    let runtime = builder()
        .recorder(Arc::<Notebook>::clone(&notebook))
        .observer("count", move |_| {
            told.lock().unwrap().push(watched.records().len());
        })
        .build()
        .unwrap();
    runtime.scope(|| secret(1, "order-77"));
    assert_eq!(*seen.lock().unwrap(), [1]);
    let decision = &notebook.records()[0];
    assert_eq!(
        decision["action"]["fields"],
        json!({"amount": 1, "order_id": "***"})
    );
    assert_eq!(decision["redacted"], json!({"action.order_id": "mask"}));
    assert!(!format!("{:?}", notebook.records()).contains("order-77"));
}

#[test]
fn a_panic_in_a_recorder_is_a_lost_record() {
    let notebook = Notebook::that(Answer::Panic);
    let log = Log::default();
    quietly(|| {
        recording(&notebook).scope(|| {
            assert_eq!(
                admitted(50, &log).unwrap_err().refusal(),
                Refusal::Unrecordable
            );
            assert_eq!(silent(50), Ok(50));
            assert_eq!(audited(50), 50);
        });
    });
}

#[test]
fn a_decision_by_hand_is_recorded_and_waited_for() {
    let notebook = Notebook::that(Answer::Take);
    let runtime = recording(&notebook);
    assert!(runtime.allow(&crate::support::refund(50)));
    assert_eq!(notebook.lines(), ["decision refund"]);
    assert_eq!(
        notebook.terms()[0].delivery,
        None,
        "the recorder decides by what happened"
    );
    set_mode(&runtime, Mode::Shadow);
    assert_eq!(notebook.lines()[1..], ["mode mode.set"]);
}

#[test]
fn a_call_that_is_off_is_not_recorded() {
    let notebook = Notebook::that(Answer::Lose(RecordErrorKind::Full));
    let runtime = recording(&notebook);
    set_mode(&runtime, Mode::Off);
    let log = Log::default();
    assert_eq!(runtime.scope(|| admitted(5000, &log)), Ok(5000));
}
