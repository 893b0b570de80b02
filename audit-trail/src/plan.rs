//! [`Plan`]: which actions, domain events and operations are recorded, and how surely, by name and pattern.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use audit_core::{Delivery, Pattern};

/// How many names are remembered with what is planned for them. Names may come from outside, so there is a bound.
const REMEMBERED: usize = 4096;

/// Which actions, domain events and operations are recorded, and how surely.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Only these, if anything is said; nothing, if the list is empty.
    pub(crate) only: Option<Vec<Pattern>>,
    /// Not these, whatever the other list says.
    pub(crate) except: Vec<Pattern>,
    /// How surely: the first that fits counts, an exact name before any pattern.
    pub(crate) deliveries: Vec<(Pattern, Delivery)>,
    /// How surely all others.
    pub(crate) otherwise: Option<Delivery>,
    known: RwLock<HashMap<Box<str>, Option<Delivery>>>,
}

impl Plan {
    /// How surely records of this name are kept; `None` if they are not to be recorded.
    pub(crate) fn of(&self, name: &str) -> Option<Delivery> {
        if self.only.is_none() && self.except.is_empty() && self.deliveries.is_empty() {
            return Some(self.otherwise());
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(delivery) = known.get(name) {
            return *delivery;
        }
        drop(known);
        let delivery = self.find(name);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(name.into(), delivery);
        delivery
    }

    /// How surely all that has no such name is kept: changes of policy and mode, the life of the program.
    pub(crate) fn otherwise(&self) -> Delivery {
        self.otherwise.unwrap_or(Delivery::Buffered)
    }

    fn find(&self, name: &str) -> Option<Delivery> {
        let fits = |pattern: &Pattern| pattern.matches(name);
        let wanted = self.only.as_ref().is_none_or(|only| only.iter().any(fits));
        if !wanted || self.except.iter().any(fits) {
            return None;
        }
        let exact = |(pattern, _): &&(Pattern, Delivery)| pattern.is_name() && fits(pattern);
        let planned = self
            .deliveries
            .iter()
            .find(exact)
            .or_else(|| self.deliveries.iter().find(|(pattern, _)| fits(pattern)));
        Some(planned.map_or(self.otherwise(), |(_, delivery)| *delivery))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(texts: &[&str]) -> Vec<Pattern> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn nothing_said_records_everything() {
        assert_eq!(Plan::default().of("refund"), Some(Delivery::Buffered));
    }

    #[test]
    fn an_empty_list_records_nothing() {
        let plan = Plan {
            only: Some(Vec::new()),
            ..Plan::default()
        };
        assert_eq!(plan.of("refund"), None);
    }

    #[test]
    fn what_is_left_out_stays_out_whatever_else_is_said() {
        let plan = Plan {
            only: Some(patterns(&["account.*", "refund"])),
            except: patterns(&["account.read"]),
            deliveries: vec![("account.*".parse().unwrap(), Delivery::Durable)],
            ..Plan::default()
        };
        assert_eq!(plan.of("account.transfer"), Some(Delivery::Durable));
        assert_eq!(plan.of("account.read"), None);
        assert_eq!(plan.of("refund"), Some(Delivery::Buffered));
        assert_eq!(plan.of("deploy"), None);
    }

    #[test]
    fn an_exact_name_goes_before_a_pattern() {
        let plan = Plan {
            deliveries: vec![
                ("pay*".parse().unwrap(), Delivery::BestEffort),
                ("payout".parse().unwrap(), Delivery::Durable),
            ],
            ..Plan::default()
        };
        assert_eq!(plan.of("payout"), Some(Delivery::Durable));
        assert_eq!(plan.of("payment"), Some(Delivery::BestEffort));
        // Remembered, the answer is the same.
        assert_eq!(plan.of("payout"), Some(Delivery::Durable));
    }

    #[test]
    fn ever_new_names_take_bounded_memory() {
        let plan = Plan {
            except: patterns(&["x"]),
            ..Plan::default()
        };
        for name in 0..10_000 {
            assert!(plan.of(&name.to_string()).is_some());
        }
        assert!(plan.known.read().unwrap().len() <= REMEMBERED);
    }
}
