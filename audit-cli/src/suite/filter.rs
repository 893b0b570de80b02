//! [`Filter`]: which cases are selected.

use wildmatch::WildMatch;

/// Selects cases in whose `suite/case` one of several patterns is found.
#[derive(Debug)]
pub(crate) struct Filter {
    patterns: Vec<WildMatch>,
}

impl Filter {
    /// By these patterns; without any, every case is selected.
    pub(crate) fn new(patterns: &[String]) -> Self {
        let anywhere = |pattern: &String| WildMatch::new(&format!("*{pattern}*"));
        Self {
            patterns: patterns.iter().map(anywhere).collect(),
        }
    }

    /// Whether a case is selected.
    pub(crate) fn selects(&self, suite: &str, case: &str) -> bool {
        self.patterns.is_empty() || {
            let whole = format!("{suite}/{case}");
            self.patterns.iter().any(|pattern| pattern.matches(&whole))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selects(patterns: &[&str]) -> bool {
        let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        Filter::new(&patterns).selects("refunds", "by amount #1")
    }

    #[test]
    fn a_pattern_is_found_anywhere_in_suite_and_case() {
        for pattern in [
            "",
            "refunds/by",
            "amount",
            "re*#1",
            "refunds/*",
            "amo?nt",
            "?unds/",
        ] {
            assert!(selects(&[pattern]), "{pattern}");
        }
        for pattern in ["Refunds", "by  amount", "#1/", "amo?ount", "[a]mount"] {
            assert!(!selects(&[pattern]), "{pattern}");
        }
        assert!(selects(&["payouts", "refunds"]) && selects(&[]));
    }
}
