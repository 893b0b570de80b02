//! What people ask for: the same in every pass.

use audit_core::Actor;

use crate::business::{self, Error};

/// Somebody calls a business function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    name: &'static str,
    role: &'static str,
    pub(crate) function: fn() -> Result<String, Error>,
}

impl Call {
    pub(crate) fn actor(&self) -> Actor<'static> {
        Actor::new(self.name).with("role", self.role)
    }
}

const fn ada(function: fn() -> Result<String, Error>) -> Call {
    Call {
        name: "ada",
        role: "engineer",
        function,
    }
}

const fn tim(function: fn() -> Result<String, Error>) -> Call {
    Call {
        name: "tim",
        role: "trainee",
        function,
    }
}

pub(crate) static TRAFFIC: [Call; 12] = [
    ada(|| business::deploy("web", "staging")),
    ada(|| business::deploy("web", "production")),
    tim(|| business::deploy("web", "staging")),
    tim(|| business::deploy("web", "production")),
    ada(|| business::scale("web", 4)),
    ada(|| business::scale("web", 40)),
    tim(|| business::scale("web", 2)),
    ada(|| business::delete_rows("sessions", 1_000)),
    ada(|| business::delete_rows("sessions", 50_000)),
    tim(|| business::delete_rows("sessions", 1_000)),
    tim(|| business::delete_rows("orders", 2_000_000)),
    tim(|| Ok(business::read_secret("database"))),
];
