//! [`Classes`]: which fields of one call are kept out of records, by its attribute and by its policy.

use crate::redaction::{Classification, Named, Redaction, of_path, paths};

use super::source::Call;

static NOTHING: Classification = Classification::nothing();

/// Which fields of one call are kept out of records. Where attribute, type and policy name the same field, the strictest
/// holds.
#[derive(Clone, Copy)]
pub(super) struct Classes<'c> {
    site: &'c [(&'static str, Redaction)],
    /// Those that their types keep out.
    marked: &'c [(&'static str, Redaction)],
    marked_snapshot: &'c [(&'static str, Redaction)],
    /// Those of the action's type.
    action: &'c Named,
    classification: &'c Classification,
}

impl<'c> Classes<'c> {
    pub(super) fn new(
        call: &Call<'c>,
        classification: Option<&'c Classification>,
        action: Option<&str>,
    ) -> Self {
        let classification = classification.unwrap_or(&NOTHING);
        Self {
            site: call.redactions(),
            marked: call.marked(),
            marked_snapshot: call.marked_snapshot(),
            action: classification.action(action),
            classification,
        }
    }

    /// The fields of the action, and parts of them such as `card.number`.
    pub(super) fn action(&self) -> impl Iterator<Item = (&'c str, Redaction)> {
        self.own().chain(paths(self.action))
    }

    /// The arguments of a function, which may become fields of an action of any type.
    pub(super) fn argument(&self) -> impl Iterator<Item = (&'c str, Redaction)> {
        let site = self.site.iter().copied();
        site.chain(paths(self.classification.any_action()))
    }

    /// Those that their types keep out.
    pub(super) fn marked(&self) -> impl Iterator<Item = (&'c str, Redaction)> {
        self.marked.iter().copied()
    }

    /// The fields of the actor.
    pub(super) fn actor(&self) -> impl Iterator<Item = (&'c str, Redaction)> {
        paths(self.classification.actor())
    }

    /// The fields of the snapshot.
    pub(super) fn snapshot(&self) -> impl Iterator<Item = (&'c str, Redaction)> {
        let marked = self.marked_snapshot.iter().copied();
        marked.chain(paths(self.classification.snapshot()))
    }

    /// Whether any field of the action may have to be kept out.
    pub(super) fn has_action(&self) -> bool {
        self.action().next().is_some()
    }

    /// What is done to what an explanation names, `domain.field` or a part of a field such as `action.card.number`. What holds a
    /// part that is kept out is kept out too: its value is shown whole.
    pub(super) fn path(&self, path: &str) -> Option<Redaction> {
        let (domain, field) = path.split_once('.')?;
        match domain {
            "action" => of_path(self.action(), field),
            "actor" => of_path(self.actor(), field),
            "snapshot" => of_path(self.snapshot(), field),
            _ => None,
        }
    }

    fn own(&self) -> impl Iterator<Item = (&'c str, Redaction)> {
        self.site.iter().chain(self.marked).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes<'c>(
        site: &'c [(&'static str, Redaction)],
        marked: &'c [(&'static str, Redaction)],
        classification: &'c Classification,
        action: Option<&str>,
    ) -> Classes<'c> {
        Classes {
            site,
            marked,
            marked_snapshot: &[],
            action: classification.action(action),
            classification,
        }
    }

    #[test]
    fn the_strictest_of_attribute_type_and_policy_holds() {
        let site = [
            ("token", Redaction::Hash),
            ("card", Redaction::Hash),
            ("card", Redaction::Mask),
        ];
        let marked = [("card", Redaction::Drop), ("pin", Redaction::Seal)];
        let classification = Classification::nothing()
            .action_field("deploy", "token", Redaction::Mask)
            .action_field("deploy", "card", Redaction::Seal);
        let of = |action| classes(&site, &marked, &classification, Some(action));
        assert_eq!(of("deploy").path("action.token"), Some(Redaction::Mask));
        assert_eq!(of("deploy").path("action.card"), Some(Redaction::Drop));
        assert_eq!(of("deploy").path("action.pin"), Some(Redaction::Seal));
        assert_eq!(of("deploy").path("action.other"), None);
        assert_eq!(of("refund").path("action.token"), Some(Redaction::Hash));
    }

    #[test]
    fn an_action_without_a_type_may_be_any() {
        let classification =
            Classification::nothing().action_field("deploy", "token", Redaction::Mask);
        let of = |action| classes(&[], &[], &classification, action);
        assert_eq!(of(None).path("action.token"), Some(Redaction::Mask));
        assert!(of(None).has_action());
        assert!(!of(Some("refund")).has_action());
    }

    #[test]
    fn a_part_of_a_redacted_field_is_redacted_and_so_is_what_holds_one() {
        let classification = Classification::nothing()
            .action_field("pay", "card", Redaction::Mask)
            .action_field("pay", "card.pin", Redaction::Drop)
            .action_field("pay", "to.iban", Redaction::Mask)
            .actor_field("email", Redaction::Hash);
        let classes = classes(&[], &[], &classification, Some("pay"));
        assert_eq!(classes.path("action.card.number"), Some(Redaction::Mask));
        assert_eq!(classes.path("action.card[0]"), Some(Redaction::Mask));
        assert_eq!(classes.path("action.card.pin"), Some(Redaction::Drop));
        assert_eq!(classes.path("action.cards"), None);
        assert_eq!(classes.path("action.to"), Some(Redaction::Mask));
        assert_eq!(classes.path("action.to.name"), None);
        assert_eq!(classes.path("actor.email"), Some(Redaction::Hash));
        assert_eq!(classes.path("snapshot.email"), None);
    }
}
