//! [`RetentionPlan`]: what would go.

use audit_core::Timestamp;

use crate::store::{StoreError, StoreReader};

use super::policy::RetentionPolicy;

/// What would go by a policy at some time. Nothing has gone yet.
///
/// It is made by [`Trail::plan_retention`](crate::Trail::plan_retention) or [`plan_retention`](crate::plan_retention), and says
/// what they found: nobody adds to it what may not go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionPlan {
    policy: String,
    groups: Vec<RetentionGroup>,
    records: u64,
    ranges: Vec<(u64, u64)>,
}

impl RetentionPlan {
    /// The policy, as text.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// Records of the same name, those with most first.
    pub fn groups(&self) -> &[RetentionGroup] {
        &self.groups
    }

    /// How many records would go in all.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Which: first and last of each run, in order.
    pub fn ranges(&self) -> &[(u64, u64)] {
        &self.ranges
    }
}

/// Records of the same name that would go.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetentionGroup {
    /// The name of the action or event.
    pub name: String,
    /// How many there are.
    pub records: u64,
    /// How many would go.
    pub expired: u64,
}

/// Finds out what would go. Records whose columns are not drawn yet stay until they are.
pub(crate) fn plan(
    reader: &mut dyn StoreReader,
    policy: &RetentionPolicy,
    now: Timestamp,
) -> Result<RetentionPlan, StoreError> {
    let mut expired = Vec::new();
    let mut groups = Vec::new();
    for (name, records) in reader.names()? {
        let Some(rule) = policy.rule_of(&name) else {
            continue;
        };
        let before = rule.age().map(|age| {
            let nanos = i64::try_from(age.as_nanos()).unwrap_or(i64::MAX);
            now.as_nanos().saturating_sub(nanos)
        });
        let known = expired.len();
        reader.expired(&name, before, rule.count(), &mut |seq| expired.push(seq))?;
        let gone = (expired.len() - known) as u64;
        if gone > 0 {
            groups.push(RetentionGroup {
                name,
                records,
                expired: gone,
            });
        }
    }
    groups.sort_by(|a, b| b.expired.cmp(&a.expired).then_with(|| a.name.cmp(&b.name)));
    expired.sort_unstable();
    expired.dedup();
    Ok(RetentionPlan {
        policy: policy.to_string(),
        groups,
        records: expired.len() as u64,
        ranges: runs(&expired),
    })
}

/// Runs of numbers that follow one another.
fn runs(numbers: &[u64]) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    runs
}
