//! The observability path: what it shows, what it costs nobody, and that neither path moves the other.

mod bus;
mod call;
mod exported;
mod foreign;
mod metric;
mod scope;
mod support;
