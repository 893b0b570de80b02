//! [`Typed`]: what is declared of a field, ready to take its values.

use std::sync::Arc;

use crate::policy::model::{
    Declaration, FieldRef, FieldType, OnError, OnMissing, ScalarType, Settings,
};
use crate::value::{Fields, Value};

use super::held::Held;
use super::kind::{Kind, address_of};

/// What is declared of a field, ready to take its values.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Typed {
    /// Which values are taken as they are, which is most of them.
    pub(super) direct: Direct,
    kind: Kind,
    nullable: bool,
    /// The parts inside the field, from the outside in.
    inner: Box<[Part]>,
    /// What it means that the field itself is absent.
    pub(super) absence: Absence,
    pub(super) unfit_is_unknown: bool,
    /// Whether the absence of the field itself is listed in a decision.
    pub(super) is_listed: bool,
    /// Whether some absence of a part is listed though it makes comparisons false.
    pub(super) lists_parts: bool,
}

/// Which values of a field are taken as they are.
#[derive(Clone, Copy, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
pub(super) struct Direct {
    pub(super) text: bool,
    pub(super) boolean: bool,
    /// Whole numbers by themselves.
    pub(super) integer: bool,
    /// Whole numbers and floats as floats.
    pub(super) float: bool,
}

/// A part of a map.
#[derive(Clone, Debug)]
struct Part {
    name: Arc<str>,
    /// Whether its absence is listed in a decision.
    is_listed: bool,
    absence: Absence,
    /// Whether the map that it is a part of may be null.
    of_nullable: bool,
}

/// What it means that a value is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absence {
    /// That comparisons are false.
    False,
    /// That nothing is known.
    Unknown,
}

impl Typed {
    /// What comes with the request, taken as it is.
    pub(super) fn given(absence: Absence, is_listed: bool, settings: &Settings) -> Self {
        Self {
            unfit_is_unknown: settings.on_error != OnError::NoMatch,
            ..Self::untyped(absence, is_listed)
        }
    }

    /// A field of version 1: taken as it is.
    pub(super) fn untyped(absence: Absence, is_listed: bool) -> Self {
        Self {
            direct: Direct::of(Kind::Any, true),
            kind: Kind::Any,
            nullable: false,
            inner: Box::default(),
            absence,
            unfit_is_unknown: false,
            is_listed,
            lists_parts: false,
        }
    }

    /// A declared field, with the declarations of the parts that lead to what is read.
    pub(super) fn declared(
        field: &FieldRef,
        declaration: &Declaration,
        settings: &Settings,
    ) -> Self {
        let absence = |optional: bool| match settings.on_missing {
            OnMissing::Indeterminate if !optional => Absence::Unknown,
            _ => Absence::False,
        };
        let mut last = declaration;
        let mut inner = Vec::with_capacity(field.inner.len());
        for name in &field.inner {
            let FieldType::Map(parts) = &last.kind else {
                break;
            };
            let Some((_, part)) = parts.iter().find(|(known, _)| known == name) else {
                break;
            };
            inner.push(Part {
                name: Arc::clone(name),
                is_listed: !part.optional,
                absence: absence(part.optional),
                of_nullable: last.nullable,
            });
            last = part;
        }
        Self {
            direct: Direct::of(Kind::of(last), inner.is_empty()),
            kind: Kind::of(last),
            nullable: last.nullable,
            inner: inner.into(),
            absence: absence(declaration.optional),
            unfit_is_unknown: settings.on_error != OnError::NoMatch,
            is_listed: !declaration.optional,
            lists_parts: settings.on_missing == OnMissing::NoMatch,
        }
    }

    /// The same field, taken as an address.
    pub(super) fn taken_as_address(mut self) -> Self {
        self.kind = Kind::Address;
        self.direct = Direct::of(Kind::Address, false);
        self
    }

    /// The same field, whose absence is listed nowhere.
    pub(super) fn unlisted(mut self) -> Self {
        self.is_listed = false;
        self.lists_parts = false;
        self.inner
            .iter_mut()
            .for_each(|part| part.is_listed = false);
        self
    }

    /// Whether nobody need be told that the field is absent.
    pub(super) fn may_be_absent(&self) -> bool {
        self.absence == Absence::False && !self.is_listed
    }

    /// Whether what a request holds, or does not, can make a comparison unknown.
    pub(super) fn can_be_unknown(&self) -> bool {
        let parts = self.inner.iter().map(|part| part.absence);
        let mut absences = std::iter::once(self.absence).chain(parts);
        self.unfit_is_unknown || absences.any(|absence| absence == Absence::Unknown)
    }

    /// What the absence of the field itself means.
    pub(super) const fn absent<'v>(&self) -> Held<'v> {
        self.absence.held()
    }

    /// What a value of the field is taken as; what is not as it should be is told by `Unfit`, `Missing` or `Absent`.
    #[inline(always)]
    pub(super) fn take<'v>(&self, value: &'v Value<'_>) -> Held<'v> {
        let held = if self.inner.is_empty() {
            self.kind.take(value, self.nullable)
        } else {
            self.take_inner(value)
        };
        match held {
            Held::Unfit if !self.unfit_is_unknown => Held::Other,
            Held::Astray if !self.unfit_is_unknown => Held::Absent,
            held => held,
        }
    }

    /// What comes with a request, taken as the address that it is to be.
    #[inline]
    pub(super) fn fitting<'v>(&self, held: Option<Held<'v>>) -> Option<Held<'v>> {
        match (self.kind, held) {
            (Kind::Address, Some(Held::Text(text))) => Some(match address_of(text) {
                Held::Unfit if !self.unfit_is_unknown => Held::Other,
                held => held,
            }),
            _ => held,
        }
    }

    /// What a request holds.
    pub(super) fn find<'v>(&self, fields: &'v Fields<'_>, name: &str) -> Held<'v> {
        fields
            .get(name)
            .map_or(self.absence.held(), |value| self.take(value))
    }

    /// Whether it, or a part that leads to it, is not there and should be.
    pub(super) fn is_missing(&self, fields: &Fields<'_>, name: &str) -> bool {
        let Some(mut value) = fields.get(name) else {
            return self.is_listed;
        };
        for part in &self.inner {
            let Value::Map(parts) = value else {
                // Something else stands there.
                return false;
            };
            match parts.get(&part.name) {
                Some(inside) => value = inside,
                None => return part.is_listed,
            }
        }
        false
    }

    fn take_inner<'v>(&self, value: &'v Value<'_>) -> Held<'v> {
        let mut value = value;
        for part in &self.inner {
            value = match value {
                Value::Map(parts) => match parts.get(&part.name) {
                    Some(value) => value,
                    None => return part.absence.held(),
                },
                Value::Null if part.of_nullable => return Held::Absent,
                _ => return Held::Astray,
            };
        }
        self.kind.take(value, self.nullable)
    }
}

impl Direct {
    /// Of a field that is read itself, or of something inside it.
    fn of(kind: Kind, itself: bool) -> Self {
        let takes = |scalar| itself && kind == Kind::Scalar(scalar);
        let any = itself && kind == Kind::Any;
        Self {
            text: any || takes(ScalarType::String),
            boolean: any || takes(ScalarType::Boolean),
            integer: takes(ScalarType::Integer),
            float: any || takes(ScalarType::Number),
        }
    }
}

impl Absence {
    const fn held<'v>(self) -> Held<'v> {
        match self {
            Self::False => Held::Absent,
            Self::Unknown => Held::Missing,
        }
    }
}
