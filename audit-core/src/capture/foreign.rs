//! [`Capture`] for the types of the standard library and for our own.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{
    NonZeroI32, NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroUsize,
};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use crate::clock::{EventId, Timestamp};
use crate::redaction::Redaction;
use crate::value::{Fields, Text, Value};

use super::{Capture, Taken};

/// Values that are copied.
macro_rules! by_value {
    ($($type:ty),+ $(,)?) => {
        $(impl Capture for $type {
            #[inline]
            fn capture(&self) -> Value<'_> {
                Value::from(*self)
            }
        })+
    };
}

by_value!(bool, i8, i16, i32, i64, u8, u16, u32, u64, usize, f32, f64);

impl Capture for () {
    /// Nothing: known, and empty.
    fn capture(&self) -> Value<'_> {
        Value::Null
    }
}

impl Capture for isize {
    #[inline]
    fn capture(&self) -> Value<'_> {
        Value::from(*self as i64)
    }
}

/// Numbers that may not fit 64 bits: then their decimal digits, as text.
macro_rules! wide {
    ($($type:ty),+ $(,)?) => {
        $(impl Capture for $type {
            fn capture(&self) -> Value<'_> {
                match (i64::try_from(*self), u64::try_from(*self)) {
                    (Ok(number), _) => Value::Int(number),
                    (_, Ok(number)) => Value::UInt(number),
                    _ => Value::from(self.to_string()),
                }
            }
        })+
    };
}

wide!(i128, u128);

/// Numbers that are never zero.
macro_rules! non_zero {
    ($($type:ty),+ $(,)?) => {
        $(impl Capture for $type {
            #[inline]
            fn capture(&self) -> Value<'_> {
                Value::from(self.get())
            }
        })+
    };
}

non_zero!(
    NonZeroI32,
    NonZeroI64,
    NonZeroU8,
    NonZeroU16,
    NonZeroU32,
    NonZeroU64,
    NonZeroUsize
);

/// What is shown as text.
macro_rules! shown {
    ($($type:ty),+ $(,)?) => {
        $(impl Capture for $type {
            fn capture(&self) -> Value<'_> {
                Value::from(self.to_string())
            }
        })+
    };
}

shown!(
    char, IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, EventId, Timestamp
);

impl Capture for str {
    #[inline]
    fn capture(&self) -> Value<'_> {
        Value::Text(Text::from(self))
    }
}

impl Capture for String {
    #[inline]
    fn capture(&self) -> Value<'_> {
        self.as_str().capture()
    }
}

impl Capture for Text<'_> {
    #[inline]
    fn capture(&self) -> Value<'_> {
        Value::Text(self.reborrow())
    }
}

impl Capture for Path {
    /// As text; what is no Unicode becomes U+FFFD.
    fn capture(&self) -> Value<'_> {
        match self.to_string_lossy() {
            Cow::Borrowed(text) => text.capture().into_owned(),
            Cow::Owned(text) => Value::from(text),
        }
    }
}

impl Capture for PathBuf {
    fn capture(&self) -> Value<'_> {
        self.as_path().capture()
    }
}

impl Capture for Value<'_> {
    fn capture(&self) -> Value<'_> {
        self.clone()
    }
}

impl Capture for Fields<'_> {
    fn capture(&self) -> Value<'_> {
        Value::from(self.clone())
    }
}

/// What stands for what it holds.
macro_rules! transparent {
    ($([$($generics:tt)+] $type:ty),+ $(,)?) => {
        $(impl<$($generics)+> Capture for $type {
            const REDACTION: Option<Redaction> = T::REDACTION;
            const MAY_BE_KEPT_OUT: bool = T::MAY_BE_KEPT_OUT;

            #[inline]
            fn capture(&self) -> Value<'_> {
                (**self).capture()
            }

            #[inline]
            fn kept_out(&self) -> Option<Redaction> {
                (**self).kept_out()
            }

            #[inline]
            fn take(&self) -> Taken<'_> {
                (**self).take()
            }

            #[inline]
            fn marked(&self) -> Taken<'_> {
                (**self).marked()
            }
        })+
    };
}

transparent! {
    [T: Capture + ?Sized] &T,
    [T: Capture + ?Sized] &mut T,
    [T: Capture + ?Sized] Box<T>,
    [T: Capture + ?Sized] Rc<T>,
    [T: Capture + ?Sized] Arc<T>,
    [T: Capture + ToOwned + ?Sized] Cow<'_, T>,
}

impl<T: Capture> Capture for Option<T> {
    const REDACTION: Option<Redaction> = T::REDACTION;
    const MAY_BE_KEPT_OUT: bool = T::MAY_BE_KEPT_OUT;

    #[inline]
    fn capture(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Capture::capture)
    }

    #[inline]
    fn kept_out(&self) -> Option<Redaction> {
        self.as_ref().map_or(T::REDACTION, Capture::kept_out)
    }

    #[inline]
    fn take(&self) -> Taken<'_> {
        let none = || Taken::new(Value::Null, T::REDACTION);
        self.as_ref().map_or_else(none, Capture::take)
    }

    #[inline]
    fn marked(&self) -> Taken<'_> {
        self.as_ref().map_or_else(Taken::nothing, Capture::marked)
    }
}

/// Several values in order.
macro_rules! list {
    ($([$($generics:tt)+] $type:ty),+ $(,)?) => {
        $(impl<$($generics)+> Capture for $type {
            const REDACTION: Option<Redaction> = T::REDACTION;
            const MAY_BE_KEPT_OUT: bool = T::MAY_BE_KEPT_OUT;

            fn capture(&self) -> Value<'_> {
                Value::List(self.iter().map(Capture::capture).collect())
            }

            #[inline]
            fn kept_out(&self) -> Option<Redaction> {
                strictest(T::REDACTION, self.iter())
            }

            fn take(&self) -> Taken<'_> {
                let mut how = T::REDACTION;
                let items = self.iter().map(|item| taken(item, &mut how)).collect();
                Taken::new(Value::List(items), how)
            }

            fn marked(&self) -> Taken<'_> {
                all_marked(self.iter())
            }
        })+
    };
}

list! {
    [T: Capture] [T],
    [T: Capture] Vec<T>,
    [T: Capture] VecDeque<T>,
    [T: Capture, const N: usize] [T; N],
}

impl<K: AsRef<str>, V: Capture> Capture for BTreeMap<K, V> {
    const REDACTION: Option<Redaction> = V::REDACTION;
    const MAY_BE_KEPT_OUT: bool = V::MAY_BE_KEPT_OUT;

    fn capture(&self) -> Value<'_> {
        named(self.iter(), Capture::capture)
    }

    #[inline]
    fn kept_out(&self) -> Option<Redaction> {
        strictest(V::REDACTION, self.values())
    }

    fn take(&self) -> Taken<'_> {
        let mut how = V::REDACTION;
        let value = named(self.iter(), |value| taken(value, &mut how));
        Taken::new(value, how)
    }

    fn marked(&self) -> Taken<'_> {
        all_marked(self.values())
    }
}

impl<K: AsRef<str> + Ord, V: Capture, S: BuildHasher> Capture for HashMap<K, V, S> {
    const REDACTION: Option<Redaction> = V::REDACTION;
    const MAY_BE_KEPT_OUT: bool = V::MAY_BE_KEPT_OUT;

    /// In the order of the names, so that equal maps are equal values.
    fn capture(&self) -> Value<'_> {
        named(in_order(self), Capture::capture)
    }

    #[inline]
    fn kept_out(&self) -> Option<Redaction> {
        strictest(V::REDACTION, self.values())
    }

    fn take(&self) -> Taken<'_> {
        let mut how = V::REDACTION;
        let value = named(in_order(self), |value| taken(value, &mut how));
        Taken::new(value, how)
    }

    fn marked(&self) -> Taken<'_> {
        all_marked(self.values())
    }
}

/// How the strictest of several values is kept out of records.
#[inline]
fn strictest<'i, T: Capture + 'i>(
    all: Option<Redaction>,
    items: impl Iterator<Item = &'i T>,
) -> Option<Redaction> {
    items.map(Capture::kept_out).fold(all, Option::max)
}

/// One of several values; `how` becomes as strict as it is kept out of records.
#[inline]
fn taken<'a, T: Capture + ?Sized>(item: &'a T, how: &mut Option<Redaction>) -> Value<'a> {
    let taken = item.take();
    *how = taken.how.max(*how);
    taken.value
}

/// What of several values is kept out of records.
fn all_marked<'i, T: Capture + 'i>(items: impl Iterator<Item = &'i T>) -> Taken<'i> {
    let mut how = None;
    let marked = items.filter_map(|item| {
        let marked = item.marked();
        how = marked.how.max(how);
        marked.how.map(|_| marked.value)
    });
    let marked = Value::List(marked.collect());
    Taken::new(marked, how)
}

fn in_order<K: Ord, V, S>(map: &HashMap<K, V, S>) -> impl Iterator<Item = (&K, &V)> {
    let mut pairs: Vec<_> = map.iter().collect();
    pairs.sort_by_key(|pair| pair.0);
    pairs.into_iter()
}

fn named<'a, K: AsRef<str> + 'a, V: 'a>(
    pairs: impl Iterator<Item = (&'a K, &'a V)>,
    mut value: impl FnMut(&'a V) -> Value<'a>,
) -> Value<'a> {
    let fields: Fields<'a> = pairs
        .map(|(name, given)| (name.as_ref(), value(given)))
        .collect();
    Value::from(fields)
}
