//! [`Binding`]: for whom a transaction is, signed for that transaction alone.

use audit_core::tenant::{Bypass, BypassError};
use audit_core::{Fields, TenantId};

use super::key::{Key, hex};

/// The first part of every signed binding; another way of signing gets another.
const VERSION: &str = "1";

/// For whom a transaction is: one tenant, or all of them on purpose; and who acts.
///
/// Signed, it is a text of letters, digits and dots: version, name of the key, reach, tenant, actor (both as hexadecimal digits of
/// UTF-8), signature. The signature covers all before it and the place, which is backend and beginning of the transaction:
///
/// ```
/// use audit_core::TenantId;
/// use audit_tenant::postgres::{Binding, Key};
///
/// let key = Key::new([7; 32]); // random, in earnest
/// let signed = Binding::of(TenantId::new("acme")?).actor("alice").sign(&key, "4711.0002c5b1f0a3d2e4");
/// let mut parts = signed.split('.').skip(2);
/// assert_eq!(parts.next(), Some("t"));
/// assert_eq!(parts.next(), Some("61636d65"));
/// # Ok::<(), audit_core::InvalidTenant>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    tenant: Option<TenantId>,
    actor: Option<String>,
}

impl Binding {
    /// For this tenant.
    pub fn of(tenant: TenantId) -> Self {
        Self {
            tenant: Some(tenant),
            actor: None,
        }
    }

    /// For all tenants, for the reason of this bypass, whose use is recorded here as that of a `transaction`, with what else there is to
    /// know of it (see [`Bypass::used`]). Make one for each transaction: it is a use that is recorded, not what is done with it.
    ///
    /// # Errors
    /// Nobody keeps the record, or it is lost.
    pub fn bypass(bypass: &Bypass, context: Fields<'static>) -> Result<Self, BypassError> {
        bypass.used(None, "transaction", context)?;
        Ok(Self::of_all())
    }

    fn of_all() -> Self {
        Self {
            tenant: None,
            actor: None,
        }
    }

    /// By this actor, whom `current_actor()` then names in the database.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into()).filter(|actor| !actor.is_empty());
        self
    }

    /// The tenant; none where it is for all.
    pub fn tenant_id(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }

    /// Who acts.
    pub fn actor_id(&self) -> Option<&str> {
        self.actor.as_deref()
    }

    /// Signed for the transaction that is at this place, which is what the database's own `here()` answers in it.
    pub fn sign(&self, key: &Key, here: &str) -> String {
        let (reach, tenant) = match &self.tenant {
            Some(tenant) => ("t", hex(tenant.as_bytes())),
            None => ("b", String::new()),
        };
        let actor = hex(self.actor.as_deref().unwrap_or_default().as_bytes());
        let signed = format!("{VERSION}.{}.{reach}.{tenant}.{actor}", key.name());
        let signature = key.sign(&format!("{here}.{signed}"));
        format!("{signed}.{signature}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(binding: &Binding, key: u8, here: &str) -> String {
        let signed = binding.sign(&Key::new([key; 32]), here);
        signed.rsplit('.').next().unwrap().to_owned()
    }

    #[test]
    fn a_signature_holds_for_one_tenant_actor_reach_key_and_place() {
        let acme = || Binding::of(TenantId::new("acme").unwrap());
        let all = [
            signature(&acme(), 1, "7.a"),
            signature(&acme().actor("alice"), 1, "7.a"),
            signature(&Binding::of(TenantId::new("globex").unwrap()), 1, "7.a"),
            signature(&Binding::of_all(), 1, "7.a"),
            signature(&acme(), 2, "7.a"),
            signature(&acme(), 1, "8.a"),
            signature(&acme(), 1, "7.b"),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "number {at} is one of before");
        }
        assert_eq!(signature(&acme(), 1, "7.a"), all[0]);
    }

    #[test]
    fn nothing_of_a_name_can_end_its_part() {
        let tenant = TenantId::new("a.b'; --").unwrap();
        let signed = Binding::of(tenant)
            .actor("x.y")
            .sign(&Key::new([1; 32]), "7.a");
        assert_eq!(signed.split('.').count(), 6);
        assert!(
            signed
                .chars()
                .all(|one| one.is_ascii_alphanumeric() || one == '.')
        );
    }
}
