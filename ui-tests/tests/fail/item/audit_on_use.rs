//! The attribute goes on a function.

#![allow(unused)]

use audit_core::audit;

#[audit]
use std::fmt as _;

fn main() {}
