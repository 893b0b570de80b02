//! [`Share`]: who is in a part of all.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use sha2::{Digest as _, Sha256};

use crate::policy::model::Rollout;

/// Names what is hashed.
const PREFIX: &[u8] = b"audit-rollout/v1\n";

/// A part of all, divided by a text. Whoever is in stays in when it grows.
#[derive(Clone, Debug)]
pub(super) struct Share {
    rule: Arc<str>,
    /// Of 2^64.
    below: u128,
}

impl Share {
    /// The part of a rule.
    pub(super) fn new(rule: &Arc<str>, rollout: &Rollout) -> Self {
        Self {
            rule: Arc::clone(rule),
            below: part_of_all(rollout.percent),
        }
    }

    /// Whether it is everybody.
    pub(super) const fn is_everybody(&self) -> bool {
        self.below > u64::MAX as u128
    }

    /// Whether the one that a text names is in.
    pub(super) fn holds(&self, text: Option<&str>) -> bool {
        if self.is_everybody() {
            return true;
        }
        text.is_some_and(|text| u128::from(place_of(&self.rule, text)) < self.below)
    }
}

/// A place among 2^64 that stays the same in every process.
fn place_of(rule: &str, text: &str) -> u64 {
    let hash = Sha256::new_with_prefix(PREFIX)
        .chain_update(rule)
        .chain_update("\n")
        .chain_update(text)
        .finalize();
    hash.first_chunk()
        .map_or(u64::MAX, |first| u64::from_be_bytes(*first))
}

/// So many of a hundred, as a part of 2^64.
fn part_of_all(percent: Decimal) -> u128 {
    let all: u128 = 1 << 64;
    if percent >= Decimal::ONE_HUNDRED {
        return all;
    }
    // Ten decimals of a percentage count.
    let scaled = percent.trunc_with_scale(10) * Decimal::from(10_000_000_000_u64);
    all * scaled.to_u128().unwrap_or(0) / 1_000_000_000_000
}
