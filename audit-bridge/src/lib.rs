//! One bus for several processes.
