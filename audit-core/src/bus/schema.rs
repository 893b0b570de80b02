//! JSON Schemas of what runnables accept and answer, from their types (feature `schema`).

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::runtime::BoxError;

use super::runnable::Runnable;

impl Runnable {
    /// [`new`](Self::new), with JSON Schemas of parameters and answer, as their types describe themselves (feature `schema`).
    ///
    /// ```
    /// use audit_core::bus::Runnable;
    ///
    /// let double = Runnable::with_schema(|number: u64| Ok::<_, String>(number * 2));
    /// ```
    pub fn with_schema<P, A, E>(run: impl Fn(P) -> Result<A, E> + Send + Sync + 'static) -> Self
    where
        P: JsonSchema + Serialize + DeserializeOwned + Send + Sync + 'static,
        A: JsonSchema + Serialize + DeserializeOwned + Send + Sync + 'static,
        E: Into<BoxError>,
    {
        Self::new(run).schemas(params_schema::<P>(), answer_schema::<A>())
    }

    /// [`new_async`](Self::new_async), with JSON Schemas of parameters and answer (feature `schema`).
    pub fn with_schema_async<P, A, E, W>(run: impl Fn(P) -> W + Send + Sync + 'static) -> Self
    where
        P: JsonSchema + Serialize + DeserializeOwned + Send + Sync + 'static,
        A: JsonSchema + Serialize + DeserializeOwned + Send + Sync + 'static,
        E: Into<BoxError>,
        W: Future<Output = Result<A, E>> + Send + 'static,
    {
        Self::new_async(run).schemas(params_schema::<P>(), answer_schema::<A>())
    }
}

/// The JSON Schema (2020-12) of a type as it is read: what a runnable with such parameters accepts.
pub fn params_schema<T: JsonSchema>() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// The JSON Schema (2020-12) of a type as it is written: what a runnable with such an answer gives back.
pub fn answer_schema<T: JsonSchema>() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}
