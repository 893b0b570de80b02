//! [`RetentionPolicy`]: what may go.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use audit_core::Pattern;

/// What may go, by the name of an action or event. The first rule that fits a name counts; what no rule fits stays.
///
/// Records that the trail keeps about itself (its life, losses, retention) and changes of policy and mode never go. Those of
/// who read it do, by names such as `trail.query`.
///
/// ```
/// use audit_trail::retention::RetentionPolicy;
///
/// // A week of searches, of each no more than the latest ten thousand; ninety days of the rest.
/// let policy = RetentionPolicy::new(["search.*=7d,10000".parse()?, "*=90d".parse()?]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RetentionPolicy {
    rules: Vec<RetentionRule>,
}

impl RetentionPolicy {
    /// A policy of these rules.
    pub fn new(rules: impl IntoIterator<Item = RetentionRule>) -> Self {
        Self {
            rules: rules.into_iter().collect(),
        }
    }

    /// The rule for a name, if one fits.
    pub fn rule_of(&self, name: &str) -> Option<&RetentionRule> {
        self.rules.iter().find(|rule| rule.names.matches(name))
    }
}

impl fmt::Display for RetentionPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, rule) in self.rules.iter().enumerate() {
            let between = if place == 0 { "" } else { " " };
            write!(f, "{between}{rule}")?;
        }
        Ok(())
    }
}

/// How long, or how many, records of some names stay. Written `names=age`, `names=count` or `names=age,count`, the age in
/// seconds to weeks: `90s`, `15m`, `24h`, `90d`, `52w`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionRule {
    names: Pattern,
    age: Option<Duration>,
    count: Option<u64>,
}

impl RetentionRule {
    /// Keeps records of these names for good; [`RetentionRule::for_at_most`] and [`RetentionRule::the_latest`] say otherwise.
    pub fn keep(names: Pattern) -> Self {
        Self {
            names,
            age: None,
            count: None,
        }
    }

    /// The same, for at most this long.
    #[must_use]
    pub fn for_at_most(mut self, age: Duration) -> Self {
        self.age = Some(age);
        self
    }

    /// The same, of each name at most so many.
    #[must_use]
    pub fn the_latest(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// How long records stay at most.
    pub fn age(&self) -> Option<Duration> {
        self.age
    }

    /// How many records of each name stay at most.
    pub fn count(&self) -> Option<u64> {
        self.count
    }
}

/// Units of an age, and how many seconds they have.
const UNITS: [(char, u64); 5] = [
    ('w', 604_800),
    ('d', 86_400),
    ('h', 3_600),
    ('m', 60),
    ('s', 1),
];

impl FromStr for RetentionRule {
    type Err = RetentionRuleError;

    fn from_str(text: &str) -> Result<Self, RetentionRuleError> {
        let wrong = |found: &str| RetentionRuleError {
            rule: text.to_owned(),
            found: found.to_owned(),
        };
        // The last sign of equality: a name may hold others.
        let (names, limits) = text.rsplit_once('=').ok_or_else(|| wrong(text))?;
        if names.is_empty() {
            return Err(wrong(names));
        }
        let mut rule = Self::keep(Pattern::new(names).map_err(|_| wrong(names))?);
        for limit in limits.split(',') {
            let twice = if let Ok(count) = limit.parse() {
                rule.count.replace(count).is_some()
            } else {
                let age = age(limit).ok_or_else(|| wrong(limit))?;
                rule.age.replace(age).is_some()
            };
            if twice {
                return Err(wrong(limit));
            }
        }
        Ok(rule)
    }
}

fn age(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let (_, seconds) = UNITS.iter().find(|(letter, _)| *letter == unit)?;
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    Some(Duration::from_secs(number.checked_mul(*seconds)?))
}

impl fmt::Display for RetentionRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.names)?;
        if let Some(age) = self.age {
            let seconds = age.as_secs();
            let fits = |(_, unit): &&(char, u64)| seconds % unit == 0 && seconds > 0;
            let (letter, unit) = UNITS.iter().find(fits).unwrap_or(&('s', 1));
            write!(f, "{}{letter}", seconds / unit)?;
        }
        match (self.age, self.count) {
            (Some(_), Some(count)) => write!(f, ",{count}"),
            (None, Some(count)) => write!(f, "{count}"),
            _ => Ok(()),
        }
    }
}

/// A text that is no rule of retention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionRuleError {
    rule: String,
    found: String,
}

impl fmt::Display for RetentionRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` in rule `{}` is not understood, expected `names=age`, `names=count` or `names=age,count`, \
             such as `refund=90d` or `search.*=7d,10000`, the age in `s`, `m`, `h`, `d` or `w`",
            self.found.escape_debug(),
            self.rule.escape_debug()
        )
    }
}

impl std::error::Error for RetentionRuleError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_back_what_it_shows() {
        for text in ["refund=90d", "search.*=1w,10000", "a=b=5", "*=90s", "*=36h"] {
            let rule: RetentionRule = text.parse().unwrap();
            assert_eq!(rule.to_string(), text);
        }
    }

    #[test]
    fn the_first_rule_that_fits_counts_and_what_none_fits_stays() {
        let policy = RetentionPolicy::new(["a.b=1d".parse().unwrap(), "a.*=2d".parse().unwrap()]);
        let days = |name| {
            policy
                .rule_of(name)
                .and_then(RetentionRule::age)
                .map(|age| age.as_secs() / 86_400)
        };
        assert_eq!(days("a.b"), Some(1));
        assert_eq!(days("a.c"), Some(2));
        assert_eq!(days("b"), None);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, found) in [
            ("refund", "`refund`"),
            ("refund=", "``"),
            ("=5d", "``"),
            ("refund=5y", "`5y`"),
            ("refund=5d,6d", "`6d`"),
            ("refund=-1", "`-1`"),
            ("refund=99999999999999999999w", "`99999999999999999999w`"),
            ("refund=5é", "`5é`"),
        ] {
            let error = text.parse::<RetentionRule>().unwrap_err().to_string();
            assert!(error.starts_with(found), "{text}: {error}");
        }
    }
}
