//! A report for a person: each problem with its line underlined, then what the policy is, then how many problems.

use std::io;

use super::{Report, counted, rule_note};
use crate::console::Stream;
use crate::drawing::Drawing;
use crate::excerpt::Excerpts;

/// Writes a report, a blank line behind each problem.
pub(super) fn write(report: &Report<'_>, to: &mut Stream<'_>) -> io::Result<()> {
    let mut excerpts = Excerpts::new(report.documents);
    for problem in &report.problems {
        let note = rule_note(problem);
        let drawing = Drawing {
            warning: problem.kind.is_warning(),
            code: Some(problem.kind.code()),
            message: &problem.message,
            file: &problem.file,
            place: problem.place,
            excerpt: excerpts.of(problem),
            note: note.as_deref(),
            hint: problem.hint.as_deref(),
        };
        drawing.write(to)?;
    }
    if let Some(sound) = &report.sound {
        let rules = counted(sound.rules, "rule");
        to.line(format_args!(
            "{rules}, version {}, digest {}",
            sound.version, sound.digest
        ))?;
    }
    let errors = counted(report.counts.errors, "error");
    let warnings = counted(report.counts.warnings, "warning");
    to.line(format_args!("{errors}, {warnings}"))
}
