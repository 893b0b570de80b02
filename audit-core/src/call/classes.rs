//! [`Classes`]: which fields of one call are kept out of records, by its attribute and by its policy.

use crate::redaction::{Classification, Named, Redaction};

static NOTHING: Classification = Classification::nothing();

/// Which fields of one call are kept out of records. Where attribute and policy both name a field, the stricter
/// holds.
#[derive(Clone, Copy)]
pub(super) struct Classes<'c> {
    site: &'c [(&'static str, Redaction)],
    /// Those of the action's type.
    action: &'c Named,
    classification: &'c Classification,
}

impl<'c> Classes<'c> {
    pub(super) fn new(
        site: &'c [(&'static str, Redaction)],
        classification: Option<&'c Classification>,
        action: Option<&str>,
    ) -> Self {
        let classification = classification.unwrap_or(&NOTHING);
        let action = classification.action(action);
        Self {
            site,
            action,
            classification,
        }
    }

    /// What is done to a field of the action.
    pub(super) fn action(&self, field: &str) -> Option<Redaction> {
        self.at_site(field).max(self.action.get(field).copied())
    }

    /// What is done to an argument of a function, which may become a field of an action of any type.
    pub(super) fn argument(&self, name: &str) -> Option<Redaction> {
        self.at_site(name)
            .max(self.classification.in_any_action(name))
    }

    /// What is done to a field of the actor.
    pub(super) fn actor(&self, field: &str) -> Option<Redaction> {
        self.classification.in_actor(field)
    }

    /// What is done to a field of the snapshot.
    pub(super) fn snapshot(&self, field: &str) -> Option<Redaction> {
        self.classification.in_snapshot(field)
    }

    /// Whether any field of the action may have to be kept out.
    pub(super) fn has_action(&self) -> bool {
        !self.site.is_empty() || !self.action.is_empty()
    }

    /// What is done to what an explanation names, `domain.field` or a part of a field such as `action.card.number`.
    pub(super) fn path(&self, path: &str) -> Option<Redaction> {
        let (domain, field) = path.split_once('.')?;
        let of = |field: &str| match domain {
            "action" => self.action(field),
            "actor" => self.actor(field),
            "snapshot" => self.snapshot(field),
            _ => None,
        };
        let ends = field.match_indices(['.', '[']).map(|(end, _)| end);
        ends.chain([field.len()])
            .filter_map(|end| of(field.get(..end)?))
            .max()
    }

    fn at_site(&self, field: &str) -> Option<Redaction> {
        let named = self.site.iter().filter(|(name, _)| *name == field);
        named.map(|(_, how)| *how).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stricter_of_attribute_and_policy_holds() {
        let site = [
            ("token", Redaction::Hash),
            ("card", Redaction::Drop),
            ("card", Redaction::Mask),
        ];
        let classification = Classification::nothing()
            .action_field("deploy", "token", Redaction::Mask)
            .action_field("deploy", "card", Redaction::Seal);
        let classes = Classes::new(&site, Some(&classification), Some("deploy"));
        assert_eq!(classes.action("token"), Some(Redaction::Mask));
        assert_eq!(classes.action("card"), Some(Redaction::Drop));
        assert_eq!(classes.action("other"), None);
        let other = Classes::new(&site, Some(&classification), Some("refund"));
        assert_eq!(other.action("token"), Some(Redaction::Hash));
    }

    #[test]
    fn an_action_without_a_type_may_be_any() {
        let classification =
            Classification::nothing().action_field("deploy", "token", Redaction::Mask);
        let classes = Classes::new(&[], Some(&classification), None);
        assert_eq!(classes.action("token"), Some(Redaction::Mask));
        assert!(classes.has_action());
        assert!(!Classes::new(&[], Some(&classification), Some("refund")).has_action());
    }

    #[test]
    fn a_part_of_a_redacted_field_is_redacted() {
        let classification = Classification::nothing()
            .action_field("pay", "card", Redaction::Mask)
            .action_field("pay", "card.pin", Redaction::Drop)
            .actor_field("email", Redaction::Hash);
        let classes = Classes::new(&[], Some(&classification), Some("pay"));
        assert_eq!(classes.path("action.card.number"), Some(Redaction::Mask));
        assert_eq!(classes.path("action.card[0]"), Some(Redaction::Mask));
        assert_eq!(classes.path("action.card.pin"), Some(Redaction::Drop));
        assert_eq!(classes.path("action.cards"), None);
        assert_eq!(classes.path("actor.email"), Some(Redaction::Hash));
        assert_eq!(classes.path("snapshot.email"), None);
    }
}
