//! Who is invoked, with what, and what comes back.

use std::sync::mpsc::channel;
use std::task::{Context, Waker};
use std::time::Duration;

use audit_core::bus::{Bus, BusPolicy, DEAD_LETTER, InvokeError, RegisterError, Runnable};
use audit_core::{Actor, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{Gate, dead_letters, now, runtime, yield_now};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Transfer {
    from: String,
    amount: f64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Receipt {
    number: u64,
}

fn transfer() -> Runnable {
    Runnable::new(|transfer: Transfer| {
        if transfer.amount > 1_000.0 {
            return Err("insufficient funds");
        }
        Ok(Receipt { number: 7 })
    })
}

fn alice(amount: f64) -> Transfer {
    Transfer {
        from: "alice".to_owned(),
        amount,
    }
}

#[test]
fn an_answer_comes_back_typed_and_as_json() {
    let bus = Bus::new();
    bus.register("accounts.transfer", transfer())
        .unwrap()
        .keep();
    let receipt: Receipt = now(bus.invoke("accounts.transfer", alice(1.0))).unwrap();
    assert_eq!(receipt, Receipt { number: 7 });
    let params = json!({"from": "alice", "amount": 1});
    let receipt: Value = now(bus.invoke("accounts.transfer", params)).unwrap();
    assert_eq!(receipt, json!({"number": 7}));
    let [(name, facts, stats)] = &bus.runnables()[..] else {
        panic!()
    };
    assert_eq!(&**name, "accounts.transfer");
    assert!(facts.params.ends_with("Transfer") && facts.answer.ends_with("Receipt"));
    assert_eq!((stats.count, stats.failed), (2, 0));
}

#[test]
fn an_async_runnable_is_awaited() {
    let bus = Bus::new();
    let slow = Runnable::new_async(|number: u64| async move {
        yield_now().await;
        Ok::<_, String>(number + 1)
    });
    bus.register("slow", slow).unwrap().keep();
    assert_eq!(now(bus.invoke::<u64, u64>("slow", 1)).unwrap(), 2);
    assert_eq!(now(bus.invoke::<_, Value>("slow", json!(1))).unwrap(), 2);
}

#[test]
fn what_a_handler_fails_with_is_the_callers_and_no_dead_letter() {
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    bus.register("transfer", transfer()).unwrap().keep();
    let error = now(bus.invoke::<_, Receipt>("transfer", alice(2_000.0))).unwrap_err();
    assert_eq!(error.to_string(), "`transfer` failed");
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "insufficient funds");
    let panicking = Runnable::new(|(): ()| -> Result<(), String> { panic!("on purpose") });
    bus.register("panicking", panicking).unwrap().keep();
    let error = now(bus.invoke::<_, ()>("panicking", ())).unwrap_err();
    assert_eq!(error.to_string(), "`panicking` panicked: on purpose");
    assert!(letters.lock().unwrap().is_empty());
}

#[test]
fn a_name_that_nobody_has_is_not_guessed_and_becomes_a_dead_letter() {
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    bus.register("admin.delete", Runnable::new(|(): ()| Ok::<_, String>(())))
        .unwrap()
        .keep();
    for name in [
        "admim.delete",
        "admin.delete_tool",
        "admin-delete",
        "Admin.delete",
    ] {
        let error = now(bus.invoke::<_, ()>(name, json!({"id": 1}))).unwrap_err();
        assert!(matches!(error, InvokeError::NoHandler { .. }), "{error}");
        let letter = letters.lock().unwrap().pop().unwrap();
        let expected = json!({
            "target": name, "params": {"id": 1}, "reason": "no_handler", "error": null,
        });
        assert_eq!(letter, expected);
    }
}

#[test]
fn what_does_not_fit_is_told_and_nobody_is_called() {
    let bus = Bus::new();
    bus.register("transfer", transfer()).unwrap().keep();
    let error = now(bus.invoke::<_, Receipt>("transfer", json!({"from": 7}))).unwrap_err();
    assert_eq!(error.to_string(), "the parameters of `transfer` do not fit");
    let error = now(bus.invoke::<_, String>("transfer", alice(1.0))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer of `transfer` is not what was asked for"
    );
}

#[test]
fn a_call_that_takes_too_long_is_given_up_and_a_dead_letter() {
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    let hanging = Runnable::new_async(|(): ()| std::future::pending::<Result<(), String>>())
        .timeout(Duration::from_millis(1));
    bus.register("hanging", hanging).unwrap().keep();
    let error = bus.invoke_blocking::<_, ()>("hanging", ()).unwrap_err();
    assert_eq!(error.to_string(), "`hanging` took longer than 1ms");
    let letters = letters.lock().unwrap();
    assert_eq!(
        letters[..],
        [json!({
            "target": "hanging", "params": null, "reason": "timeout",
            "error": "`hanging` took longer than 1ms",
        })]
    );
}

#[test]
fn what_is_denied_is_denied_whatever_is_allowed_and_a_role_that_nobody_checks_is_missing() {
    let bus = Bus::new();
    let delete = Runnable::new(|(): ()| Ok::<_, String>(())).requires_role("admin");
    bus.register("admin.delete", delete).unwrap().keep();
    let invoke = || now(bus.invoke::<_, ()>("admin.delete", ()));
    // Nobody acts.
    assert!(matches!(invoke(), Err(InvokeError::Role { .. })));
    let admin = Scope::new().actor(Actor::new("alice").with("role", "admin"));
    admin.clone().run(invoke).unwrap();
    let policy = BusPolicy::new()
        .invoke_allow(["*"])
        .unwrap()
        .invoke_deny(["admin.*"])
        .unwrap();
    bus.set_policy("host", policy);
    let error = admin.run(invoke).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`host` may not invoke `admin.delete`, by rule `invoke_deny: admin.*`"
    );
}

#[test]
fn a_name_is_one_runnables_until_its_registration_ends() {
    let bus = Bus::new();
    let first = bus.register("a", transfer()).unwrap();
    let error = bus.register("a", transfer()).unwrap_err();
    assert_eq!(error.to_string(), "`a` is taken: `host` is invoked by it");
    drop(first);
    let second = bus.register("a", transfer()).unwrap();
    drop(second);
    assert!(matches!(
        now(bus.invoke::<_, Receipt>("a", alice(1.0))),
        Err(InvokeError::NoHandler { .. })
    ));
    let reserved = bus.register(DEAD_LETTER, transfer()).unwrap_err();
    assert!(matches!(reserved, RegisterError::Reserved { .. }));
}

#[test]
fn one_that_keeps_its_thread_is_given_up_in_time_and_goes_on_to_its_end() {
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    let gate = Gate::default();
    let (shut, (done, ended)) = (gate.clone(), channel());
    let keeping = Runnable::new(move |number: u64| {
        shut.pass();
        done.send((number, Scope::current().actor_id())).unwrap();
        Ok::<_, String>(number)
    });
    let registration = bus
        .register("keeping", keeping.timeout(Duration::from_millis(10)))
        .unwrap();
    let acting = Scope::new().actor(Actor::new("alice"));
    let error = acting.run(|| bus.invoke_blocking::<_, u64>("keeping", 7_u64).unwrap_err());
    assert_eq!(error.to_string(), "`keeping` took longer than 10ms");
    assert_eq!(letters.lock().unwrap()[0]["reason"], "timeout");
    let stats = bus.runnables().remove(0).2;
    assert_eq!((stats.count, stats.failed), (1, 1));
    // It is under way still, and whoever ends it waits for it.
    let mut ending = Box::pin(registration.end());
    let mut context = Context::from_waker(Waker::noop());
    assert!(ending.as_mut().poll(&mut context).is_pending());
    gate.open();
    assert_eq!(ended.recv().unwrap(), (7, Some("alice".to_owned())));
    assert_eq!(bus.runnables().len(), 0);
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(ending);
}

#[test]
fn all_that_comes_of_one_call_has_one_cause_though_nobody_is_told_of_the_call() {
    let bus = Bus::new();
    let cause = || Scope::current().ambient().cause.unwrap();
    let slow = Runnable::new_async(move |(): ()| {
        let first = cause();
        async move {
            let second = cause();
            yield_now().await;
            Ok::<_, String>([first, second, cause()].map(|cause| cause.to_string()))
        }
    });
    bus.register("slow", slow).unwrap().keep();
    let mut before = String::new();
    for _ in 0..2 {
        let [first, second, third]: [String; 3] = now(bus.invoke("slow", ())).unwrap();
        assert_eq!((&first, &first), (&second, &third));
        // Another call has another.
        assert_ne!(std::mem::replace(&mut before, first.clone()), first);
    }
}

#[test]
fn a_future_that_kept_its_thread_beyond_its_time_is_late_though_it_is_done() {
    let bus = Bus::new();
    let letters = dead_letters(&bus);
    let blocking = Runnable::new_async(|number: u64| async move {
        std::thread::sleep(Duration::from_millis(3));
        Ok::<_, String>(number)
    });
    bus.register("blocking", blocking.timeout(Duration::from_millis(1)))
        .unwrap()
        .keep();
    let error = bus
        .invoke_blocking::<_, u64>("blocking", 7_u64)
        .unwrap_err();
    assert!(matches!(error, InvokeError::Timeout { .. }), "{error}");
    let error = bus
        .invoke_blocking::<_, Value>("blocking", json!(7))
        .unwrap_err();
    assert!(matches!(error, InvokeError::Timeout { .. }), "{error}");
    let letters = letters.lock().unwrap();
    assert!(
        letters
            .iter()
            .all(|letter| letter["reason"] == "timeout" && letter["params"] == 7)
    );
    assert_eq!(letters.len(), 2);
}

#[test]
fn one_that_keeps_its_thread_and_is_done_in_time_answers_like_any_other() {
    let bus = Bus::new();
    let timed = transfer().timeout(Duration::from_mins(1));
    bus.register("transfer", timed).unwrap().keep();
    let receipt: Receipt = bus.invoke_blocking("transfer", alice(1.0)).unwrap();
    assert_eq!(receipt, Receipt { number: 7 });
    let params = json!({"from": "alice", "amount": 1});
    let receipt: Value = bus.invoke_blocking("transfer", params).unwrap();
    assert_eq!(receipt, json!({"number": 7}));
    let error = bus
        .invoke_blocking::<_, Receipt>("transfer", alice(2_000.0))
        .unwrap_err();
    assert!(matches!(error, InvokeError::Failed { .. }), "{error}");
    let error = bus
        .invoke_blocking::<_, Receipt>("transfer", json!(7))
        .unwrap_err();
    assert!(matches!(error, InvokeError::Params { .. }), "{error}");
    let error = bus
        .invoke_blocking::<_, String>("transfer", alice(1.0))
        .unwrap_err();
    assert!(matches!(error, InvokeError::Answer { .. }), "{error}");
    let panicking = Runnable::new(|(): ()| -> Result<(), String> { panic!("on purpose") });
    bus.register("panicking", panicking.timeout(Duration::from_mins(1)))
        .unwrap()
        .keep();
    let error = bus.invoke_blocking::<_, ()>("panicking", ()).unwrap_err();
    assert_eq!(error.to_string(), "`panicking` panicked: on purpose");
}

#[test]
fn more_that_hang_than_there_are_threads_for_tasks_leave_others_their_time() {
    let bus = Bus::new();
    let gate = Gate::default();
    let shut = gate.clone();
    let hanging = Runnable::new(move |(): ()| {
        shut.pass();
        Ok::<_, String>(())
    });
    bus.register("hanging", hanging.timeout(Duration::from_millis(1)))
        .unwrap()
        .keep();
    for _ in 0..64 {
        let error = bus.invoke_blocking::<_, ()>("hanging", ()).unwrap_err();
        assert!(matches!(error, InvokeError::Timeout { .. }), "{error}");
    }
    let slow = Runnable::new_async(|(): ()| async {
        yield_now().await;
        Ok::<_, String>(())
    });
    bus.register("slow", slow.timeout(Duration::from_mins(1)))
        .unwrap()
        .keep();
    bus.invoke_blocking::<_, ()>("slow", ()).unwrap();
    gate.open();
}

#[test]
fn a_call_whose_caller_gives_up_is_recorded_as_cancelled() {
    let (runtime, notebook) = runtime();
    let bus = Bus::new();
    let hanging = Runnable::new_async(|(): ()| std::future::pending::<Result<(), String>>());
    bus.register("hanging", hanging).unwrap().keep();
    runtime.scope(|| {
        let mut call = Box::pin(bus.invoke::<_, ()>("hanging", ()));
        let mut context = Context::from_waker(Waker::noop());
        assert!(call.as_mut().poll(&mut context).is_pending());
        drop(call);
    });
    let operation = notebook.of_kind("operation").remove(0);
    let outcome = notebook.of_kind("outcome").remove(0);
    assert_eq!(outcome["call"], operation["id"]);
    assert_eq!(outcome["outcome"]["status"], "cancelled");
}
