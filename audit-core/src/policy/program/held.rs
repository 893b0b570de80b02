//! What one request holds in the fields that rules read, ready to be compared.

use std::net::IpAddr;

use rust_decimal::Decimal;

use crate::value::Value;

use super::key::NO_NUMBER;

/// What one request holds in one slot, ready to be compared.
///
/// | | there? | a comparison is | `exists` |
/// | --- | --- | --- | --- |
/// | `Absent` | no, and need not be | false | no |
/// | `Missing` | no, and must be | unknown | no |
/// | `Astray` | no, as what it is a part of is no map | unknown | no |
/// | `Unfit` | of another type | unknown | yes |
/// | `Other` | of another type, where that counts as false; or a map | false | yes |
/// | the others | yes | true or false | yes |
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Held<'v> {
    /// Nothing, which is right: every comparison is false.
    Absent,
    /// Nothing, though it must be there: every comparison is unknown.
    Missing,
    /// A value of another type than the declared one: every comparison is unknown.
    Unfit,
    /// Nothing, as what it is to be a part of is no map: every comparison is unknown.
    Astray,
    /// A float, whole number or point in time, by its key.
    Number(i64),
    /// A float that is none.
    Nan,
    /// A whole number above every key.
    Huge(u64),
    /// A decimal number.
    Decimal(Decimal),
    /// Characters.
    Text(&'v str),
    /// An address, one of version 4 inside one of version 6 as itself.
    Address(IpAddr),
    /// A truth value.
    Boolean(bool),
    /// Null where that is allowed.
    Null,
    /// Several values of the declared type.
    List(&'v [Value<'v>]),
    /// A value that can't be compared with anything: every comparison is false.
    Other,
}

/// What one request holds in every slot of a rule set.
///
/// Keys stand a second time in a list of their own, once as they are and once turned around: a threshold, above or
/// below, is then one comparison, and whatever is no number passes none.
#[derive(Debug)]
pub(super) struct Slots<'s, 'v> {
    held: &'s mut [Held<'v>],
    signed: &'s mut [i64],
}

impl<'s, 'v> Slots<'s, 'v> {
    /// Of empty places, two signed keys for each slot.
    #[inline]
    pub(super) fn new(held: &'s mut [Held<'v>], signed: &'s mut [i64]) -> Self {
        Self { held, signed }
    }

    /// Puts a value into its slot, if there is a place for it.
    #[inline(always)]
    pub(super) fn put(&mut self, slot: u32, value: Held<'v>) {
        if let Some(place) = self.held.get_mut(slot as usize) {
            *place = value;
            let key = match value {
                Held::Number(key) => key,
                Held::Huge(_) => i64::MAX,
                _ => return,
            };
            if let Some([plain, turned]) = self
                .signed
                .get_mut(slot as usize * 2..)
                .and_then(|rest| rest.first_chunk_mut())
            {
                *plain = key;
                *turned = !key;
            }
        }
    }

    /// What a slot holds; a slot beyond the list holds nothing.
    #[inline(always)]
    pub(super) fn at(&self, slot: u32) -> &Held<'v> {
        self.held.get(slot as usize).unwrap_or(&Held::Absent)
    }

    /// A key in its plain (even) or turned (odd) place.
    #[inline(always)]
    pub(super) fn signed(&self, place: u32) -> i64 {
        self.signed
            .get(place as usize)
            .copied()
            .unwrap_or(NO_NUMBER)
    }
}
