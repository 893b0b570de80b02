//! [`Source`]: what a column reads, and what for.

use crate::policy::model::{Domain, FieldRef};
use crate::request::Request;

use super::held::Held;

/// What a column reads, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Source {
    pub(super) read: Read,
    way: Way,
}

/// What a column reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Read {
    /// A field of action, actor or snapshot.
    Field(FieldRef),
    /// What comes with the request besides.
    Given(Given),
}

/// What a column reads it for: each is missing, or unfit, in a way of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Way {
    /// To compare it.
    Compare,
    /// To compare it as an address.
    Address,
    /// To divide a rollout by it.
    Share,
    /// To know whether a rule is meant at all.
    Scope,
}

/// What comes with a request besides its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Given {
    /// The action's type. No data field of that name can take its place.
    ActionType,
    /// When it is asked.
    Time,
    /// For which tenant.
    Tenant,
    /// The object of the action.
    Resource,
}

impl Source {
    /// What a field of a rule stands for.
    pub(super) fn of(field: &FieldRef, way: Way) -> Self {
        let given = match (field.domain, &*field.field) {
            (Domain::Action, FieldRef::ACTION_TYPE) if field.inner.is_empty() => Given::ActionType,
            (Domain::Request, "tenant") => Given::Tenant,
            (Domain::Request, "resource") => Given::Resource,
            (Domain::Request, _) => Given::Time,
            _ => {
                let read = Read::Field(field.clone());
                return Self { read, way };
            }
        };
        Self::given(given, way)
    }

    /// What comes with the request besides its fields.
    pub(super) const fn given(given: Given, way: Way) -> Self {
        let read = Read::Given(given);
        Self { read, way }
    }

    /// What of the request it is, if it is no field.
    pub(super) const fn as_given(&self) -> Option<Given> {
        match self.read {
            Read::Field(_) => None,
            Read::Given(given) => Some(given),
        }
    }

    /// As rules and messages write it.
    pub(super) fn path(&self) -> String {
        match &self.read {
            Read::Field(field) => field.path(),
            Read::Given(given) => given.path().to_owned(),
        }
    }
}

impl Given {
    const fn path(self) -> &'static str {
        match self {
            Self::ActionType => "action.type",
            Self::Tenant => "request.tenant",
            Self::Resource => "request.resource",
            Self::Time => "request.time",
        }
    }

    #[inline]
    pub(super) fn held<'v>(self, request: &Request<'v>) -> Option<Held<'v>> {
        let text = match self {
            Self::ActionType => request.action.kind(),
            Self::Tenant => request.tenant,
            Self::Resource => request.action.resource(),
            Self::Time => {
                return request.time.map(|time| Held::Number(time.as_nanos()));
            }
        };
        text.map(Held::Text)
    }
}
