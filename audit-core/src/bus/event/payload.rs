//! [`Payload`]: what an event or a call carries.

use std::any::{Any, type_name};
use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use crate::capture::{Content, is_captured_by, payload as capture};
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
pub struct Payload(Kept);

/// Where a value is.
#[derive(Clone)]
enum Kept {
    Alone(Arc<dyn Carried>),
    /// Together with something else.
    Within(Arc<dyn Holder>),
}

/// What a payload can be a part of.
pub(in crate::bus) trait Holder: Send + Sync {
    fn carried(&self) -> &dyn Carried;
}

/// A value of some type.
pub(in crate::bus) trait Carried: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn json(&self) -> &Result<serde_json::Value, PayloadError>;
    /// The value as records keep it: within bounds, odd values in a defined form.
    fn captured(&self) -> Content;
}

pub(in crate::bus) struct Cargo<T> {
    value: T,
    json: OnceLock<Result<serde_json::Value, PayloadError>>,
}

impl<T> Cargo<T> {
    pub(in crate::bus) fn new(value: T) -> Self {
        Self {
            value,
            json: OnceLock::new(),
        }
    }
}

impl<T: Serialize + Send + Sync + 'static> Carried for Cargo<T> {
    fn as_any(&self) -> &dyn Any {
        &self.value
    }

    fn json(&self) -> &Result<serde_json::Value, PayloadError> {
        self.json.get_or_init(|| json_of(&self.value))
    }

    fn captured(&self) -> Content {
        capture(&self.value)
    }
}

fn json_of<T: Serialize>(value: &T) -> Result<serde_json::Value, PayloadError> {
    let message = match contain(|| serde_json::to_value(value)) {
        Ok(Ok(json)) => return Ok(json),
        Ok(Err(error)) => shown(error),
        Err(panic) => shown(format_args!("serialising it panicked: {panic}")),
    };
    let no_form = format!("`{}` has no form in JSON", type_name::<T>());
    Err(PayloadError::new(no_form, Some(message)))
}

impl Payload {
    /// Takes a value along. JSON (`serde_json::Value`) is taken as such, and a payload as itself.
    pub fn new<T: Serialize + Send + Sync + 'static>(value: T) -> Self {
        match Brought::new(value) {
            Brought::Value(value) => Self(Kept::Alone(Arc::new(Cargo::new(value)))),
            Brought::Json(json) => Self(Kept::Alone(Arc::new(json))),
            Brought::Payload(payload) => payload,
        }
    }

    /// The JSON of a value that may borrow, and is not kept.
    pub(in crate::bus) fn written<T: Serialize>(value: &T) -> Self {
        Self(Kept::Alone(Arc::new(Json(json_of(value)))))
    }

    /// The JSON of a value that is not kept, and what of it its type keeps out of records.
    pub(in crate::bus) fn copied<T: Serialize>(value: &T) -> Self {
        let json = Json(Ok(json_of(value).unwrap_or_default()));
        let captured = capture(value);
        Self(Kept::Alone(Arc::new(Copied { json, captured })))
    }

    /// A part of something else, which is there as long as this.
    pub(in crate::bus) fn within(holder: Arc<dyn Holder>) -> Self {
        Self(Kept::Within(holder))
    }

    fn carried(&self) -> &dyn Carried {
        match &self.0 {
            Kept::Alone(carried) => &**carried,
            Kept::Within(holder) => holder.carried(),
        }
    }

    /// The value as records keep it.
    pub(in crate::bus) fn captured(&self) -> Content {
        self.carried().captured()
    }

    /// The value itself, if it is of this type.
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.carried().as_any().downcast_ref()
    }

    /// The value as JSON.
    ///
    /// # Errors
    /// It has no form in JSON, or panics while it is serialised.
    pub fn json(&self) -> Result<&serde_json::Value, PayloadError> {
        self.carried().json().as_ref().map_err(Clone::clone)
    }

    /// The value as this type: itself, or what its JSON says.
    ///
    /// # Errors
    /// It has no form in JSON, or that does not fit the type.
    pub fn read<T: DeserializeOwned + 'static>(&self) -> Result<Read<'_, T>, PayloadError> {
        read(self.carried())
    }

    /// A value of this type, made from its JSON.
    pub(in crate::bus) fn make<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        make(self.carried())
    }
}

/// The value as this type: itself, or what its JSON says.
pub(in crate::bus) fn read<T: DeserializeOwned + 'static>(
    carried: &dyn Carried,
) -> Result<Read<'_, T>, PayloadError> {
    match carried.as_any().downcast_ref() {
        Some(value) => Ok(Read::Itself(value)),
        None => make(carried).map(Read::Made),
    }
}

fn make<T: DeserializeOwned>(carried: &dyn Carried) -> Result<T, PayloadError> {
    let json = carried.json().as_ref().map_err(Clone::clone)?;
    let message = match contain(|| T::deserialize(json)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => shown(error),
        Err(panic) => shown(format_args!("reading it panicked: {panic}")),
    };
    let unfit = format!("the payload is no `{}`", type_name::<T>());
    Err(PayloadError::new(unfit, Some(message)))
}

/// What a publisher hands over: JSON is JSON at once, and a payload goes on as it is.
pub(in crate::bus) enum Brought<T> {
    Value(T),
    Json(Json),
    Payload(Payload),
}

impl<T: 'static> Brought<T> {
    #[inline]
    pub(in crate::bus) fn new(value: T) -> Self {
        let mut value = Some(value);
        let place: &mut dyn Any = &mut value;
        if let Some(payload) = place.downcast_mut().and_then(Option::take) {
            return Self::Payload(payload);
        }
        if let Some(json) = place.downcast_mut().and_then(Option::take) {
            return Self::Json(Json(Ok(json)));
        }
        match value {
            Some(value) => Self::Value(value),
            // It was one of the two.
            None => Self::Json(Json(Ok(serde_json::Value::Null))),
        }
    }
}

impl Carried for Payload {
    fn as_any(&self) -> &dyn Any {
        self.carried().as_any()
    }

    fn json(&self) -> &Result<serde_json::Value, PayloadError> {
        self.carried().json()
    }

    fn captured(&self) -> Content {
        self.carried().captured()
    }
}

/// JSON as it came, or why there is none. Whoever asks gets a reference to it.
pub(in crate::bus) struct Json(Result<serde_json::Value, PayloadError>);

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

    fn captured(&self) -> Content {
        self.0
            .as_ref()
            .map_or_else(|_| Content::from(Value::Null), capture)
    }
}

/// JSON of something whose type is gone, and the same as records keep it.
struct Copied {
    json: Json,
    captured: Content,
}

impl Carried for Copied {
    fn as_any(&self) -> &dyn Any {
        self.json.as_any()
    }

    fn json(&self) -> &Result<serde_json::Value, PayloadError> {
        self.json.json()
    }

    fn captured(&self) -> Content {
        self.captured.clone()
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if is_captured_by::<S>() {
            // Its JSON knows nothing of what its type keeps out of records, and has what capture left out or withheld.
            return self.captured().marked().serialize(serializer);
        }
        self.json()
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl fmt::Debug for Payload {
    /// As records keep it, without what its type keeps out of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Payload").field(&self.captured()).finish()
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
///
/// What the type says of it, which may quote it, is the source of the error and in no text of the error itself: no record shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct PayloadError {
    message: Arc<str>,
    why: Option<Unfit>,
}

/// What a type says of a payload that is none of it, or does not become JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unfit(Arc<str>);

impl PayloadError {
    /// What it is, and what a type says of why, which may quote it.
    pub(in crate::bus) fn new(message: String, why: Option<String>) -> Self {
        Self {
            message: message.into(),
            why: why.map(|why| Unfit(why.into())),
        }
    }
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PayloadError")
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl Error for PayloadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.why.as_ref().map(|why| why as _)
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Unfit {}
