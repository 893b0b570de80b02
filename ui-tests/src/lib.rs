//! Empty on purpose: the cases live in `tests/fail`, each named by the mistake it makes.
