//! What policies of language 2 answer: `docs/language-2.md`, sentence by sentence.

#![cfg(test)]

#[path = "language_2/asked.rs"]
mod asked;
#[path = "language_2/combine.rs"]
mod combine;
#[path = "language_2/missing.rs"]
mod missing;
#[path = "language_2/mode.rs"]
mod mode;
#[path = "language_2/operator.rs"]
mod operator;
#[path = "language_2/rollout.rs"]
mod rollout;
#[path = "language_2/scope.rs"]
mod scope;
