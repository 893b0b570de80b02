//! Two buses and a real server between them.

#![cfg(test)]

mod support;

#[path = "exchange/choice.rs"]
mod choice;
#[path = "exchange/echo.rs"]
mod echo;
#[path = "exchange/loss.rs"]
mod loss;
#[path = "exchange/name.rs"]
mod name;
#[path = "exchange/once.rs"]
mod once;
#[path = "exchange/pause.rs"]
mod pause;
#[path = "exchange/place.rs"]
mod place;
#[path = "exchange/refusal.rs"]
mod refusal;
#[path = "exchange/stream.rs"]
mod stream;
#[path = "exchange/way.rs"]
mod way;
