//! What is kept out of records: it never changes an answer, and never comes out in any other way.

#![cfg(test)]

#[path = "against_naive/generate.rs"]
#[allow(dead_code, reason = "this test uses its own part of it")]
mod generate;
#[path = "against_naive/naive.rs"]
#[allow(dead_code, reason = "this test uses its own part of it")]
mod naive;
mod support;

#[path = "redaction/actor.rs"]
mod actor;
#[path = "redaction/answer.rs"]
mod answer;
#[path = "redaction/argument.rs"]
mod argument;
#[path = "redaction/awaited.rs"]
mod awaited;
#[path = "redaction/carried.rs"]
mod carried;
#[path = "redaction/derived.rs"]
mod derived;
#[path = "redaction/event.rs"]
mod event;
#[path = "redaction/explained.rs"]
mod explained;
#[path = "redaction/field.rs"]
mod field;
#[path = "redaction/house.rs"]
mod house;
#[path = "redaction/leak.rs"]
mod leak;
#[path = "redaction/marked.rs"]
mod marked;
#[path = "redaction/message.rs"]
mod message;
#[path = "redaction/operation.rs"]
mod operation;
#[path = "redaction/payload.rs"]
mod payload;
#[path = "redaction/raw.rs"]
mod raw;
#[path = "redaction/rotation.rs"]
mod rotation;
#[path = "redaction/schema.rs"]
mod schema;
