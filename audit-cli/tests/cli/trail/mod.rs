//! `audit trail` over trails that the library made.

mod fixture;
mod query;
