//! Several processes write one file and rotate it.

use std::io::Write;

use audit_core::sink::LogFile;

use crate::child::{Child, child_path};
use crate::ground::{olds, place, texts};

const LINES: usize = 3000;

#[test]
fn lines_of_three_processes_are_whole_and_each_stands_once_in_the_order_of_its_process() {
    let (_dir, path) = place();
    let start = |_| Child::start("process::writes_lines_and_rotates", &path);
    let children: Vec<Child> = (0..3).map(start).collect();
    for child in children {
        assert!(child.wait().success());
    }
    assert!(olds(&path).len() > 20, "{}", olds(&path).len());
    let text = texts(&path).concat();
    // One that opens the file while another is writing may take that line for a torn one.
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let mut writers: Vec<(&str, usize)> = Vec::new();
    for line in &lines {
        let (writer, number) = line.split_once(' ').unwrap();
        let number: usize = number.trim_end_matches('.').parse().unwrap();
        match writers.iter_mut().find(|(known, _)| *known == writer) {
            Some((_, next)) => {
                assert_eq!(number, *next, "{line}");
                *next += 1;
            }
            None => writers.push((writer, number + 1)),
        }
    }
    let ends: Vec<usize> = writers.iter().map(|(_, next)| *next).collect();
    assert_eq!(ends, [LINES; 3], "{writers:?}");
    assert_eq!(lines.len(), 3 * LINES);
}

#[test]
#[ignore = "run by another test, as a process of its own"]
fn writes_lines_and_rotates() {
    let Some(path) = child_path() else { return };
    let mut file = LogFile::open(path).unwrap().rotate_at_bytes(8 << 10);
    for number in 0..LINES {
        let line = format!(
            "{} {number}{}\n",
            std::process::id(),
            ".".repeat(number % 50)
        );
        file.write_all(line.as_bytes()).unwrap();
    }
}
