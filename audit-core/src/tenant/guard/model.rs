//! [`Models`]: which models are owned by tenants, and by which field.

use std::collections::BTreeMap;

use crate::value::Text;

use super::super::access::{FIELD, Owner};

/// Which models are owned by tenants. One that nobody named is, by the usual field.
#[derive(Clone, Debug, Default)]
pub(super) struct Models(BTreeMap<String, Owner>);

impl Models {
    /// Notes whose a model is. Returns what was said of it before, where that was something else.
    pub(super) fn note(&mut self, model: &str, owner: &Owner) -> Option<Owner> {
        let before = self.0.insert(model.to_owned(), owner.clone())?;
        (before != *owner).then_some(before)
    }

    /// Whose the rows of a model are.
    pub(super) fn owner(&self, model: &str) -> Owner {
        let noted = self.0.get(model).cloned();
        noted.unwrap_or_else(|| Owner::Tenant(Text::from(FIELD)))
    }
}

/// The same in a message.
pub(super) fn words(owner: &Owner) -> String {
    match owner {
        Owner::Tenant(field) => format!("owned by `{field}`"),
        Owner::Everybody => "shared".to_owned(),
    }
}
