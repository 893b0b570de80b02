//! JSON Schemas of what runnables accept and answer.
#![cfg(feature = "schema")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests have in common stands in no test"
)]

#[cfg(feature = "macros")]
#[path = "schema/attribute.rs"]
mod attribute;

use audit_core::bus::{Bus, Runnable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A transfer, of which the memo may be left out, and the fee is read alone.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Transfer {
    amount: u64,
    #[serde(default)]
    memo: Option<String>,
    #[serde(skip_serializing, default)]
    _fee: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Receipt {
    id: String,
    #[serde(default)]
    memo: String,
}

#[test]
fn what_is_accepted_and_answered_is_described_as_it_is_read_and_written() {
    let bus = Bus::new();
    let receipt = |transfer: Transfer| Receipt {
        id: transfer.amount.to_string(),
        memo: transfer.memo.unwrap_or_default(),
    };
    let direct = Runnable::with_schema(move |transfer| Ok::<_, String>(receipt(transfer)));
    let later = Runnable::with_schema_async(move |transfer| {
        let receipt = receipt(transfer);
        async move { Ok::<_, String>(receipt) }
    });
    bus.register("direct", direct).unwrap().keep();
    bus.register("later", later).unwrap().keep();
    let runnables = bus.runnables();
    assert_eq!(runnables.len(), 2);
    for (_, facts, _) in runnables {
        let (params, answer) = (facts.params_schema.unwrap(), facts.answer_schema.unwrap());
        // Held against real documents by a validator, as whoever discovers the runnable would.
        let accepts = |params: &_, document| jsonschema::is_valid(params, &document);
        assert!(accepts(&params, json!({"amount": 5})));
        assert!(accepts(
            &params,
            json!({"amount": 5, "memo": "x", "_fee": 1})
        ));
        assert!(!accepts(&params, json!({"amount": "5"})));
        assert!(!accepts(&params, json!({"amount": 5, "memmo": "x"})));
        assert!(accepts(&answer, json!({"id": "5", "memo": ""})));
        // Written, it is never left out.
        assert!(!accepts(&answer, json!({"id": "5"})));
    }
}
