//! Row-level security.
