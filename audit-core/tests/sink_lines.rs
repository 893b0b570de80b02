//! Lines in files: rotated, moved by others, on a full disk, written by several processes, killed in between.

#![cfg(test)]
#![cfg(unix)]

#[path = "sink_lines/child.rs"]
mod child;
#[path = "sink_lines/crash.rs"]
mod crash;
#[path = "sink_lines/disk.rs"]
mod disk;
#[path = "sink_lines/ground.rs"]
mod ground;
#[path = "sink_lines/moved.rs"]
mod moved;
#[path = "sink_lines/open.rs"]
mod open;
#[path = "sink_lines/process.rs"]
mod process;
#[path = "sink_lines/rotation.rs"]
mod rotation;
#[path = "sink_lines/sink.rs"]
mod sink;
mod support;
