//! `audit trail` over trails that the library made.

mod access;
mod checkpoint;
mod export;
mod fixture;
mod prove;
mod prune;
mod query;
mod stats;
mod tail;
mod tenant;
mod usage;
mod verify;
