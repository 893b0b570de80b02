//! Row-level security on a real PostgreSQL.

#![cfg(test)]
#![cfg(feature = "postgres")]

#[path = "postgres/checking/mod.rs"]
mod checking;
#[path = "postgres/forging.rs"]
mod forging;
#[path = "postgres/house.rs"]
mod house;
#[path = "postgres/keys.rs"]
mod keys;
#[path = "postgres/pool.rs"]
mod pool;
#[path = "postgres/reading.rs"]
mod reading;
#[path = "postgres/scope.rs"]
mod scope;
#[path = "postgres/server.rs"]
mod server;
#[path = "postgres/setup.rs"]
mod setup;
#[path = "postgres/trips.rs"]
mod trips;
#[path = "postgres/writing.rs"]
mod writing;
