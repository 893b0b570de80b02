//! Speed, as ratios beside peers measured in the same run.
//!
//! * [`measure`]: contenders side by side, round by round, and their table;
//! * [`question`] and [`rules`]: what is asked and by which rules, in no engine's words;
//! * [`engine`]: the same rules in the words of each engine, through the API it recommends.
//!
//! `benches/decision.rs` puts them together; `RESULTS.md` keeps what it measured.

#![allow(clippy::print_stdout, reason = "the tables are the product")]

pub mod engine;
pub mod measure;
pub mod question;
pub mod rules;
