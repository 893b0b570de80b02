//! [`Engine`]: an evaluator, whose destructor is not ours.

use std::ops::Deref;
use std::sync::Arc;

use crate::contain::discard;
use crate::decision::PolicyInfo;
use crate::evaluator::{EvaluateError, Evaluator, Verdict};
use crate::request::Request;

/// An evaluator that is dropped under guard, wherever the last who holds it lets go: that may be a caller whose call
/// outlived a reload, or a thread that ends.
#[derive(Clone)]
pub(crate) struct Engine(Option<Arc<dyn Evaluator>>);

impl Engine {
    pub(crate) fn new(evaluator: Arc<dyn Evaluator>) -> Self {
        Self(Some(evaluator))
    }
}

impl Deref for Engine {
    type Target = dyn Evaluator;

    #[inline]
    fn deref(&self) -> &Self::Target {
        // It is there until it is dropped.
        self.0.as_deref().unwrap_or(&Gone)
    }
}

impl Drop for Engine {
    #[inline]
    fn drop(&mut self) {
        discard(self.0.take());
    }
}

/// Stands where nobody can look any more.
struct Gone;

impl Evaluator for Gone {
    fn evaluate<'e>(&'e self, _: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        Err(EvaluateError::new("the evaluator is gone"))
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }
}
