//! Row-level security on a real PostgreSQL.

#![cfg(feature = "postgres")]

#[path = "postgres/forging.rs"]
mod forging;
#[path = "postgres/house.rs"]
mod house;
#[path = "postgres/reading.rs"]
mod reading;
#[path = "postgres/server.rs"]
mod server;
#[path = "postgres/writing.rs"]
mod writing;
