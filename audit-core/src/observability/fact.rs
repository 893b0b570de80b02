//! What those who call this room know of a call, an operation or a component.

use crate::decision::Decision;

/// What is known of a judged call.
#[allow(dead_code, reason = "without the feature nobody reads it")]
pub(crate) struct CallFacts<'f> {
    pub(crate) action: &'f str,
    /// After redaction.
    pub(crate) decision: &'f Decision<'f>,
    pub(crate) tenant: Option<&'f str>,
    pub(crate) module: &'f str,
    pub(crate) function: &'f str,
    pub(crate) file: &'f str,
    pub(crate) line: u32,
}

/// What is known of an operation on the bus.
#[allow(dead_code, reason = "without the feature nobody reads it")]
pub(crate) struct OperationFacts<'f> {
    /// `publish` or `invoke`.
    pub(crate) kind: &'static str,
    pub(crate) caller: &'f str,
    pub(crate) target: &'f str,
    pub(crate) is_allowed: bool,
    /// The rule of the caller's policy that decided, in words.
    pub(crate) rule: Option<String>,
}

/// What becomes of a component.
#[allow(dead_code, reason = "without the feature nobody reads it")]
pub(crate) struct LifecycleFacts<'f> {
    pub(crate) component: &'f str,
    pub(crate) instance: &'f str,
    pub(crate) happening: &'static str,
    /// In which state it was, where there is only one.
    pub(crate) from: Option<&'static str>,
    pub(crate) to: &'static str,
    /// Whether somebody should look.
    pub(crate) is_trouble: bool,
}
