//! `audit policy convert`: from version 1 to language 2.

use std::path::{Path, PathBuf};

use annotate_snippets::{Level, Origin, Renderer};
use audit_core::{
    Conversion, ConvertError, ConvertNote, Converted, GOVERNANCE_FILE, POLICY_FILE, SCHEMA_FILE,
};
use clap::{ArgGroup, Args};

use crate::console::{Console, Stream, one_line_path};
use crate::destination::{Destination, one_of_these};
use crate::exit::{Exit, Stop};
use crate::report::counted;
use crate::source::{SourceArgs, tell};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("to").args(["out", "stdout"]).required(true))]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Directory to write `schema.yaml` and `policy.yaml` to; it is made if it is not there
    #[arg(long, value_name = "OUT")]
    out: Option<PathBuf>,
    /// Prints both files, and the notes on the standard error
    #[arg(long)]
    stdout: bool,
    /// Replaces files that are in OUT already, but never those that are converted
    #[arg(long, conflicts_with = "stdout")]
    force: bool,
    /// Leaves a governance file out, which language 2 does not have yet
    #[arg(long)]
    without_governance: bool,
}

/// Writes the two files, and tells what a person should look at.
pub(crate) fn convert(args: &ConvertArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let converted = converted(args, console)?;
    if let Some(dir) = &args.out {
        keep_inputs(dir, &args.source)?;
    }
    let Some(dir) = &args.out else {
        let (schema, policy) = (&converted.schema, &converted.policy);
        console.out.text(format_args!(
            "# --- {SCHEMA_FILE} ---\n{schema}\n# --- {POLICY_FILE} ---\n{policy}"
        ))?;
        write_notes(&converted.notes, &mut console.err)?;
        return Ok(Exit::Fine);
    };
    write_files(dir, args.force, &converted)?;
    write_notes(&converted.notes, &mut console.out)?;
    let (schema, policy) = (dir.join(SCHEMA_FILE), dir.join(POLICY_FILE));
    console.out.line(format_args!(
        "wrote `{}` and `{}`, {}",
        schema.display(),
        policy.display(),
        counted(converted.notes.len(), "note")
    ))?;
    Ok(Exit::Fine)
}

fn converted(args: &ConvertArgs, console: &mut Console<'_>) -> Result<Converted, Stop> {
    let documents = args.source.documents_or_told(console)?;
    let conversion = if args.without_governance {
        Conversion::new().without_governance()
    } else {
        Conversion::new()
    };
    conversion
        .convert(&documents)
        .map_err(|error| match &error {
            ConvertError::Refused(refused) => tell(Some(&documents), refused, console),
            ConvertError::Unreadable(refused) => Stop::CouldNotRun(format!("{error}: {refused}")),
            ConvertError::Governance => {
                Stop::CouldNotRun(format!("{error}; `--without-governance` leaves it out"))
            }
            _ => Stop::CouldNotRun(error.to_string()),
        })
}

/// Refuses to write over what is converted, which `--force` does not ask for.
fn keep_inputs(dir: &Path, source: &SourceArgs) -> Result<(), Stop> {
    for name in [SCHEMA_FILE, POLICY_FILE] {
        if let Some(input) = one_of_these(&dir.join(name), source.files()) {
            return Err(Stop::Usage(format!(
                "`--out` would replace `{}`, which is converted: choose another directory",
                one_line_path(&input)
            )));
        }
    }
    Ok(())
}

fn write_files(dir: &Path, replace: bool, converted: &Converted) -> Result<(), Stop> {
    let governance = dir.join(GOVERNANCE_FILE);
    if governance.symlink_metadata().is_ok() {
        return Err(Stop::CouldNotRun(format!(
            "`{}` is there, and a set of language 2 is refused with it: move it away, or choose another directory",
            governance.display()
        )));
    }
    Destination { dir, replace }.write(&[
        (SCHEMA_FILE.as_ref(), converted.schema.as_bytes()),
        (POLICY_FILE.as_ref(), converted.policy.as_bytes()),
    ])
}

/// Writes notes as problems are written, a blank line behind each.
fn write_notes(notes: &[ConvertNote], to: &mut Stream<'_>) -> Result<(), Stop> {
    let renderer = if to.styled {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    for note in notes {
        let mut origin = Origin::path(&*note.file);
        if let Some(line) = note.line {
            origin = origin.line(usize::try_from(line).unwrap_or(usize::MAX));
        }
        let title = Level::NOTE.primary_title(note.message.as_str());
        let shown = renderer.render(&[title.id(note.kind.as_str()).element(origin)]);
        to.text(format_args!("{shown}\n\n"))?;
    }
    Ok(())
}
