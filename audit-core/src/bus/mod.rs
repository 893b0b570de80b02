//! The bus.
#![allow(dead_code)]

mod topic;
