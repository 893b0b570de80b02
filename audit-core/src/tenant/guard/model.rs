//! [`Models`]: which models are owned by tenants, and by which field.

use std::collections::BTreeMap;

use crate::value::Text;

/// The field that says whose a row is, where nothing else is said.
pub(super) const FIELD: &str = "tenant_id";

/// Which models are owned by tenants. One that nobody named is, by the usual field.
#[derive(Clone, Debug, Default)]
pub(super) struct Models(BTreeMap<String, Owner>);

/// To whom the rows of a model belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A tenant each, named in this field.
    Tenant(Text<'static>),
    /// All tenants.
    Everybody,
}

impl Models {
    /// Notes whose a model is. Returns what was said of it before, where that was something else.
    pub(super) fn note(&mut self, model: &str, owner: &Owner) -> Option<Owner> {
        let before = self.0.insert(model.to_owned(), owner.clone())?;
        (before != *owner).then_some(before)
    }

    /// The field that says whose a row of a model is; nothing where rows are everybody's.
    pub(super) fn field(&self, model: &str) -> Option<Text<'static>> {
        match self.0.get(model) {
            None => Some(Text::from(FIELD)),
            Some(Owner::Tenant(field)) => Some(field.clone()),
            Some(Owner::Everybody) => None,
        }
    }
}

impl Owner {
    /// The same in a message.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Tenant(field) => format!("owned by `{field}`"),
            Self::Everybody => "shared".to_owned(),
        }
    }
}
