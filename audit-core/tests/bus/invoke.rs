//! Who is invoked, with what, and what comes back.

use std::time::Duration;

use audit_core::bus::{Bus, BusPolicy, DEAD_LETTER, InvokeError, RegisterError, Runnable};
use audit_core::{Actor, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{dead_letters, now, yield_now};

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
