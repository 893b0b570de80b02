//! Changing modes and policy while the program runs. Every change is in force when its call returns, and is an event
//! with who, when and why.

mod error;
mod fact;
mod health;
mod loaded;
mod reload;

use crate::decision::Mode;
use crate::mode::{Change, ModeOverride, ModeTarget};
use crate::redaction::RedactionKey;
use crate::runtime::{Grounds, Runtime};
use crate::site::sites;

pub use error::ModeError;
use fact::{Facts, mode_cleared, mode_set, redaction_key};

impl Runtime {
    /// Sets a mode, at once for every call that begins from now on, or takes it away again with `None`. Calls in flight
    /// end in the mode they began in.
    ///
    /// The mode of an action goes before that of everything, both go before what the policy says, and that of a rule
    /// goes before them all. `#[audit]` never goes above `shadow`. `off` asks no policy, except about rules that were
    /// given a mode of their own.
    ///
    /// Each change is an event of kind `mode`, called `mode.set` or `mode.cleared`, also one that changes nothing:
    /// observers are told of it when it is in force, in the order of the changes, and before this returns unless a
    /// change is being told of already.
    ///
    /// ```
    /// use audit_core::{Action, Change, Mode, ModeTarget, Policy, Runtime};
    /// # let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"));
    /// let runtime = Runtime::builder().policy(Policy::from_dir(dir)?).build()?;
    /// let change = Change::by("ada").because("incident 4711")?;
    /// runtime.set_mode(ModeTarget::action("refund"), Mode::Shadow, change)?;
    /// assert_eq!(runtime.mode_of("refund"), Some(Mode::Shadow));
    /// assert_eq!(runtime.mode_of("transfer"), None);
    ///
    /// let before = runtime.clear_mode(ModeTarget::action("refund"), Change::by("ada").because("over")?)?;
    /// assert_eq!(before, Some(Mode::Shadow));
    /// assert!(runtime.mode_overrides().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// There is no such rule or action, or rules of this policy can't have a mode of their own, or not this one beside those
    /// that are set. Nothing is changed.
    pub fn set_mode(
        &self,
        target: ModeTarget,
        mode: impl Into<Option<Mode>>,
        change: Change,
    ) -> Result<(), ModeError> {
        let Some(mode) = mode.into() else {
            return self.clear_mode(target, change).map(|_before| ());
        };
        let facts = Facts::here(self, Some(change));
        self.put_in_place(|in_place| {
            check(&target, mode, &in_place.grounds)?;
            let mut overrides = in_place.grounds.overrides.clone();
            let before = overrides.set(ModeOverride {
                target: target.clone(),
                mode,
                since: facts.time(),
                change: facts.change().cloned(),
            });
            let new = in_place.under(overrides);
            let event = mode_set(&facts, in_place, &target, before, mode);
            Ok((new, vec![event]))
        })
        .map(|_policy| ())
    }

    /// Takes a mode away that was set, and returns it: what the policy says holds again, or the default of the attribute.
    /// See [`Runtime::set_mode`].
    ///
    /// What is set is taken away although the policy in place knows no such rule or action any more. Where nothing is
    /// set, `None` is returned and nothing changes; that somebody asked for it, and why, is recorded all the same.
    ///
    /// # Errors
    /// Nothing is set, and nothing can be: there is no such rule or action, or rules of this policy can't have a mode of
    /// their own. Nothing is changed and nothing is recorded.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "it is taken as `set_mode` takes it"
    )]
    pub fn clear_mode(
        &self,
        target: ModeTarget,
        change: Change,
    ) -> Result<Option<Mode>, ModeError> {
        let facts = Facts::here(self, Some(change));
        let mut before = None;
        self.put_in_place(|in_place| {
            let mut overrides = in_place.grounds.overrides.clone();
            before = overrides.clear(&target);
            if before.is_none() {
                // Any mode will do: whether there could be one is the question.
                check(&target, Mode::Off, &in_place.grounds)?;
            }
            let event = mode_cleared(&facts, in_place, &target, before);
            Ok((in_place.under(overrides), vec![event]))
        })
        .map(|_policy| before)
    }
}

impl Runtime {
    /// Hashes redacted values under another key from now on. A call in flight ends under that too: what it returns is hashed under
    /// another key then than what its decision shows.
    /// [`Runtime::redacted_forms`] still knows those that were before. The change is an event of kind `lifecycle`, called
    /// `redaction_key`, which names the keys (`from`, `to`), who changed it and why. It shows nothing else of them.
    ///
    /// ```
    /// use audit_core::{Change, Policy, RedactionKey, Runtime, Value};
    /// # let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy"));
    /// # let (old, new) = ([7; 32], [8; 32]);
    /// let runtime = Runtime::builder()
    ///     .policy(Policy::from_dir(dir)?)
    ///     .redaction_key(RedactionKey::named("2026-11", old)?)
    ///     .build()?;
    /// let change = Change::by("ada").because("a new month")?;
    /// runtime.set_redaction_key(RedactionKey::named("2026-12", new)?, change);
    ///
    /// let forms = runtime.redacted_forms(&Value::from("alice@example.org".to_owned()));
    /// assert!(forms[0].starts_with("hmac-sha256:2026-12:") && forms[1].starts_with("hmac-sha256:2026-11:"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[allow(
        clippy::needless_pass_by_value,
        reason = "it is taken as the builder takes it"
    )]
    pub fn set_redaction_key(&self, key: RedactionKey, change: Change) {
        let facts = Facts::here(self, Some(change));
        self.change_redaction_key(&key, |state| {
            let from = &state.redaction_keys.in_force;
            redaction_key(&facts, &state.in_place, from, &key)
        });
    }
}

/// Whether a mode set for this would do anything.
fn check(target: &ModeTarget, mode: Mode, grounds: &Grounds) -> Result<(), ModeError> {
    match target {
        ModeTarget::Everything => Ok(()),
        ModeTarget::Action(kind) => {
            let Some(declared) = grounds.declared_actions() else {
                return Ok(());
            };
            // A function whose action no schema has is judged all the same, by global rules.
            let annotated = sites().into_iter();
            let annotated = annotated.map(|site| site.action.unwrap_or(site.function));
            let known = declared.iter().map(|name| &**name).chain(annotated);
            ModeError::unless_known(kind, known, ModeError::unknown_action)
        }
        ModeTarget::Rule(id) => {
            if let Some(declared) = grounds.declared_rules() {
                let known = declared.iter().map(|name| &**name);
                ModeError::unless_known(id, known, ModeError::unknown_rule)?;
            }
            match grounds.with_rule_mode(id.clone().into_shared(), mode) {
                Ok(Some(_)) => Ok(()),
                Ok(None) => Err(ModeError::NoRuleModes {
                    rule: id.to_string(),
                }),
                Err(panic) => Err(ModeError::Evaluator {
                    rule: id.to_string(),
                    message: panic,
                }),
            }
        }
    }
}
