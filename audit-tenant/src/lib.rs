//! Tenants at the edges of a service: a `tower` layer that finds and binds them, and row-level security in PostgreSQL.

#[cfg(feature = "tower")]
mod layer;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "tower")]
mod strategy;
