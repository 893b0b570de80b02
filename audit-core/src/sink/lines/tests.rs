use std::sync::Arc;

use super::*;
use crate::clock::{EventId, Timestamp};
use crate::event::{Event, EventKind, Fact};

/// Takes so many bytes, then nothing, until there is room again.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<(Vec<u8>, usize)>>);

impl Disk {
    fn with_room(room: usize) -> Self {
        let disk = Self::default();
        disk.set_room(room);
        disk
    }

    fn set_room(&self, room: usize) {
        self.0.lock().unwrap().1 = room;
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().0.clone()).unwrap()
    }
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut disk = self.0.lock().unwrap();
        let taken = bytes.len().min(disk.1);
        if taken == 0 {
            return Err(io::Error::from(ErrorKind::StorageFull));
        }
        disk.1 -= taken;
        disk.0.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn emit(lines: &JsonLines<Disk>, name: &str) -> Result<(), SinkError> {
    let id: EventId = "00000000-0000-7000-8000-000000000001".parse().unwrap();
    let time = Timestamp::from_nanos(0);
    let event = Event::new(id, time, EventKind::Operation, name.to_owned());
    lines.emit(&Emission::new(Fact::Other(&event), None))
}

fn name_of(line: &str) -> String {
    let read: serde_json::Value = serde_json::from_str(line).unwrap();
    read["name"].as_str().unwrap().to_owned()
}

#[test]
fn whatever_a_name_holds_a_line_is_one_whole_object() {
    // Ends of lines as JSON, Unicode, Python and terminals see them, and what a terminal obeys.
    let breaking = "\n\r\0\u{b}\u{c}\u{1b}\u{7f}\u{85}\u{9b}\u{2028}\u{2029}";
    let harmless = "é\u{a0}\u{c2}“\u{2027}\u{202a}€\u{10ffff}";
    let name = format!("x\",\"caller\":\"root{breaking}{harmless}");
    let disk = Disk::with_room(usize::MAX);
    emit(&JsonLines::new(disk.clone()), &name).unwrap();
    let text = disk.text();
    let line = text.strip_suffix('\n').unwrap();
    assert!(
        !line.contains(|letter: char| breaking.contains(letter)),
        "{line:?}"
    );
    assert!(
        line.contains(harmless),
        "what harms nobody stands as it is: {line}"
    );
    assert_eq!(name_of(line), name);
}

#[test]
fn a_line_that_was_torn_is_an_error_and_spoils_no_other() {
    let disk = Disk::with_room(40);
    let lines = JsonLines::new(disk.clone());
    let error = emit(&lines, "torn").unwrap_err();
    assert_eq!(error.error_type(), "std::io::error::Error");
    assert_eq!(error.message(), "no storage space");
    assert!(emit(&lines, "lost").is_err());
    disk.set_room(usize::MAX);
    emit(&lines, "whole").unwrap();
    emit(&lines, "another").unwrap();
    let text = disk.text();
    let names: Vec<String> = text.lines().skip(1).map(name_of).collect();
    assert_eq!(names, ["whole", "another"], "{text}");
}

#[test]
fn a_line_that_was_not_begun_leaves_no_trace() {
    let disk = Disk::with_room(0);
    let lines = JsonLines::new(disk.clone());
    assert!(emit(&lines, "lost").is_err());
    disk.set_room(usize::MAX);
    emit(&lines, "whole").unwrap();
    assert_eq!(disk.text().lines().count(), 1, "{}", disk.text());
}

#[test]
fn a_line_that_is_taken_in_pieces_is_written_once() {
    /// Takes at most three bytes at once, and is interrupted between.
    struct Nibbler(Disk, bool);

    impl Write for Nibbler {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(ErrorKind::Interrupted.into());
            }
            self.0.write(&bytes[..bytes.len().min(3)])
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let disk = Disk::with_room(usize::MAX);
    let mut place = Place {
        out: Nibbler(disk.clone(), false),
        line: Vec::new(),
        is_torn: false,
    };
    place.write(br#"{"name":"whole"}"#).unwrap();
    place.write(br#"{"name":"next"}"#).unwrap();
    assert_eq!(disk.text(), "{\"name\":\"whole\"}\n{\"name\":\"next\"}\n");
}
