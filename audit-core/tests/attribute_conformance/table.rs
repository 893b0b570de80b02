//! The functions of the rows, annotated.

use std::sync::atomic::{AtomicBool, Ordering};

use audit_core::{Refused, Value, admit, audit};

use crate::world::World;

/// Calls the function with this key. Says whether its body ran, and what it answered.
pub(crate) fn call(
    world: &World,
    key: &str,
    values: Vec<Value<'static>>,
) -> (bool, Result<(), Refused>) {
    let ran = AtomicBool::new(false);
    let mut values = values.into_iter();
    macro_rules! table {
        ($($text:literal => #[$($attribute:tt)*] ($($asynchronous:ident)?) $name:ident ($($argument:ident),*);)*) => {
            match key {
                $($text => {
                    #[$($attribute)*]
                    $($asynchronous)? fn $name($($argument: Value<'static>,)* ran: &AtomicBool) -> Result<(), Refused> {
                        ran.store(true, Ordering::Relaxed);
                        $(drop($argument);)*
                        Ok(())
                    }
                    $(let $argument = values.next().unwrap();)*
                    table!(@run ($($asynchronous)?) $name($($argument,)* &ran))
                })*
                _ => panic!("no function for `{key}`"),
            }
        };
        (@run () $call:expr) => { world.run(|| $call) };
        (@run (async) $call:expr) => { world.block_on($call) };
    }
    let answer = table! {
        "f(amount) refund" => #[admit(action = "refund")] () f(amount);
        "f(amount) typed" => #[admit(action = "typed")] () f(amount);
        "f(amount) unknown_action" => #[admit(action = "unknown_action")] () f(amount);
        "f(amount) nofields" => #[admit(action = "nofields")] () f(amount);
        "f(amount) -" => #[admit] () f(amount);
        "refund(amount) -" => #[admit] () refund(amount);
        "audit f(amount) refund" => #[audit(action = "refund")] () f(amount);
        "async f(amount) refund" => #[admit(action = "refund")] (async) f(amount);
        "audit async f(amount) refund" => #[audit(action = "refund")] (async) f(amount);
        "f(amount, currency) refund" => #[admit(action = "refund")] () f(amount, currency);
        "f(amount, currency) typed" => #[admit(action = "typed")] () f(amount, currency);
        "f(amount, currency) nofields" => #[admit(action = "nofields")] () f(amount, currency);
        "f(amount, currency) unknown_action" => #[admit(action = "unknown_action")] () f(amount, currency);
        "f(amount, currency) -" => #[admit] () f(amount, currency);
        "refund(amount, currency) -" => #[admit] () refund(amount, currency);
        "audit f(amount, currency) refund" => #[audit(action = "refund")] () f(amount, currency);
        "async f(amount, currency) refund" => #[admit(action = "refund")] (async) f(amount, currency);
        "audit async f(amount, currency) refund" => #[audit(action = "refund")] (async) f(amount, currency);
        "f(currency, amount) refund" => #[admit(action = "refund")] () f(currency, amount);
        "f(currency, amount) typed" => #[admit(action = "typed")] () f(currency, amount);
        "f(currency, amount) unknown_action" => #[admit(action = "unknown_action")] () f(currency, amount);
        "f(currency, amount) -" => #[admit] () f(currency, amount);
        "refund(currency, amount) -" => #[admit] () refund(currency, amount);
        "f(amount, extra) refund" => #[admit(action = "refund")] () f(amount, extra);
        "f(amount, extra) refund [extra]" => #[admit(action = "refund", fields(extra))] () f(amount, extra);
        "f(amount, extra) typed" => #[admit(action = "typed")] () f(amount, extra);
        "f(amount, extra) -" => #[admit] () f(amount, extra);
        "refund(amount, extra) -" => #[admit] () refund(amount, extra);
        "f(amount, ctx) typed" => #[admit(action = "typed")] () f(amount, ctx);
        "f(amount, ctx) nofields" => #[admit(action = "nofields")] () f(amount, ctx);
        "f(amount, ctx) -" => #[admit] () f(amount, ctx);
        "refund(amount, ctx) -" => #[admit] () refund(amount, ctx);
        "f(ctx, amount) -" => #[admit] () f(ctx, amount);
        "refund(ctx, amount) -" => #[admit] () refund(ctx, amount);
        "f(amt) refund" => #[admit(action = "refund")] () f(amt);
        "f() typed" => #[admit(action = "typed")] () f();
        "f() nofields" => #[admit(action = "nofields")] () f();
        "f() -" => #[admit] () f();
        "refund() -" => #[admit] () refund();
        "f(self, amount) typed" => #[admit(action = "typed")] () f(self_, amount);
        "f(self, amount) unknown_action" => #[admit(action = "unknown_action")] () f(self_, amount);
        "refund(self, amount) -" => #[admit] () refund(self_, amount);
        "f(type, amount) refund" => #[admit(action = "refund")] () f(r#type, amount);
        "f(type, amount) refund []" => #[admit(action = "refund", fields())] () f(r#type, amount);
        "f(type, amount) refund [amount]" => #[admit(action = "refund", fields(amount))] () f(r#type, amount);
        "f(type, amount) typed" => #[admit(action = "typed")] () f(r#type, amount);
        "f(type, amount) -" => #[admit] () f(r#type, amount);
        "f(action_type, amount) typed" => #[admit(action = "typed")] () f(action_type, amount);
        "f(action_type, amount) -" => #[admit] () f(action_type, amount);
        "f(amount, currency, extra) refund" => #[admit(action = "refund")] () f(amount, currency, extra);
        "f(amount, currency, extra) refund []" => #[admit(action = "refund", fields())] () f(amount, currency, extra);
        "f(amount, currency, extra) refund [amount]" => #[admit(action = "refund", fields(amount))] () f(amount, currency, extra);
        "f(amount, currency, extra) refund [currency]" => #[admit(action = "refund", fields(currency))] () f(amount, currency, extra);
        "f(amount, currency, extra) refund [amount, currency]" =>
            #[admit(action = "refund", fields(amount, currency))] () f(amount, currency, extra);
        "f(amount, currency, extra) refund [extra]" => #[admit(action = "refund", fields(extra))] () f(amount, currency, extra);
    };
    (ran.load(Ordering::Relaxed), answer)
}
