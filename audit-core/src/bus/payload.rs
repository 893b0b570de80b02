//! [`Payload`]: what an event or a call carries.

use std::any::{Any, type_name};
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use crate::capture::payload as capture;
use crate::contain::{contain, shown};
use crate::value::Value;

/// What an event or a call carries: one value that all share and nobody changes, seen as its own type or as JSON.
///
/// It becomes JSON once, when somebody asks for that. Cheap to clone.
///
/// ```
/// use audit_core::bus::Payload;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize)]
/// struct Sent { to: String, amount: f64 }
/// #[derive(Deserialize)]
/// struct Received { to: String }
///
/// let payload = Payload::new(Sent { to: "bob".to_owned(), amount: 75.0 });
/// assert_eq!(payload.get::<Sent>().map(|sent| sent.amount), Some(75.0));
/// assert_eq!(payload.json()?["amount"], 75.0);
/// assert_eq!(payload.read::<Received>()?.to, "bob");
/// # Ok::<(), audit_core::bus::PayloadError>(())
/// ```
#[derive(Clone)]
pub struct Payload(Arc<dyn Carried>);

/// A value of some type.
trait Carried: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn json(&self) -> &Result<serde_json::Value, PayloadError>;
    /// The value as records keep it: within bounds, odd values in a defined form.
    fn captured(&self) -> Value<'static>;
}

struct Typed<T> {
    value: T,
    json: OnceLock<Result<serde_json::Value, PayloadError>>,
}

impl<T: Serialize + Send + Sync + 'static> Carried for Typed<T> {
    fn as_any(&self) -> &dyn Any {
        &self.value
    }

    fn json(&self) -> &Result<serde_json::Value, PayloadError> {
        self.json.get_or_init(|| {
            let written = contain(|| serde_json::to_value(&self.value));
            let message = match written {
                Ok(Ok(json)) => return Ok(json),
                Ok(Err(error)) => shown(error),
                Err(panic) => shown(format_args!("serialising it panicked: {panic}")),
            };
            Err(PayloadError::new(format_args!(
                "`{}` has no form in JSON: {message}",
                type_name::<T>()
            )))
        })
    }

    fn captured(&self) -> Value<'static> {
        capture(&self.value)
    }
}

impl Payload {
    /// Takes a value along. JSON (`serde_json::Value`) is taken as such, and a payload as itself.
    pub fn new<T: Serialize + Send + Sync + 'static>(value: T) -> Self {
        let mut value = Some(value);
        let place: &mut dyn Any = &mut value;
        if let Some(payload) = place.downcast_mut::<Option<Self>>().and_then(Option::take) {
            return payload;
        }
        if let Some(json) = place
            .downcast_mut::<Option<serde_json::Value>>()
            .and_then(Option::take)
        {
            return Self::of_json(json);
        }
        match value {
            Some(value) => Self(Arc::new(Typed {
                value,
                json: OnceLock::new(),
            })),
            // It was one of the two.
            None => Self::of_json(serde_json::Value::Null),
        }
    }

    fn of_json(json: serde_json::Value) -> Self {
        Self(Arc::new(Json(Ok(json))))
    }

    /// The value itself, if it is of this type.
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.0.as_any().downcast_ref()
    }

    /// The value as JSON.
    ///
    /// # Errors
    /// It has no form in JSON, or panics while it is serialised.
    pub fn json(&self) -> Result<&serde_json::Value, PayloadError> {
        self.0.json().as_ref().map_err(Clone::clone)
    }

    /// The value as this type: itself, or what its JSON says.
    ///
    /// # Errors
    /// It has no form in JSON, or that does not fit the type.
    pub fn read<T: DeserializeOwned + 'static>(&self) -> Result<Read<'_, T>, PayloadError> {
        if let Some(value) = self.get::<T>() {
            return Ok(Read::Itself(value));
        }
        self.make().map(Read::Made)
    }

    /// A value of this type, made from its JSON.
    pub(super) fn make<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        let json = self.json()?;
        let message = match contain(|| T::deserialize(json)) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => shown(error),
            Err(panic) => shown(format_args!("reading it panicked: {panic}")),
        };
        Err(PayloadError::new(format_args!(
            "the payload is no `{}`: {message}",
            type_name::<T>()
        )))
    }

    /// The value as records keep it.
    pub(crate) fn captured(&self) -> Value<'static> {
        self.0.captured()
    }
}

/// JSON as it came: there is no other case, and whoever asks gets a reference to it.
struct Json(Result<serde_json::Value, PayloadError>);

impl Carried for Json {
    fn as_any(&self) -> &dyn Any {
        match &self.0 {
            Ok(json) => json,
            Err(error) => error,
        }
    }

    fn json(&self) -> &Result<serde_json::Value, PayloadError> {
        &self.0
    }

    fn captured(&self) -> Value<'static> {
        self.0.as_ref().map_or(Value::Null, capture)
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json()
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.json() {
            Ok(json) => f.debug_tuple("Payload").field(json).finish(),
            Err(error) => f.debug_tuple("Payload").field(&error.message).finish(),
        }
    }
}

/// A payload's value, read as one type.
#[derive(Debug)]
pub enum Read<'p, T> {
    /// It was of this type.
    Itself(&'p T),
    /// It was made from JSON.
    Made(T),
}

impl<T> Deref for Read<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Itself(value) => value,
            Self::Made(value) => value,
        }
    }
}

impl<T: Clone> Read<'_, T> {
    /// The value, cloned if it is shared.
    pub fn into_owned(self) -> T {
        match self {
            Self::Itself(value) => value.clone(),
            Self::Made(value) => value,
        }
    }
}

/// A payload that is not what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadError {
    message: Arc<str>,
}

impl PayloadError {
    pub(super) fn new(message: fmt::Arguments<'_>) -> Self {
        Self {
            message: message.to_string().into(),
        }
    }
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PayloadError {}
