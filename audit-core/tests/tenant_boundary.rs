//! What may cross the boundary between two tenants: policies, guards, violations and bypasses.

#![cfg(test)]

mod support;

#[path = "tenant_boundary/bypass.rs"]
mod bypass;
#[path = "tenant_boundary/ground.rs"]
mod ground;
#[path = "tenant_boundary/mode.rs"]
mod mode;
#[path = "tenant_boundary/policy.rs"]
mod policy;
#[path = "tenant_boundary/statement.rs"]
mod statement;
#[path = "tenant_boundary/write.rs"]
mod write;
