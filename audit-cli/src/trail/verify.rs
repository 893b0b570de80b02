//! `audit trail verify`: whether a trail is what was written, or a record by its proof.

use std::fs;
use std::path::{Path, PathBuf};

use audit_core::Fields;
use audit_trail::SqliteReader;
use audit_trail::anchor::FileAnchor;
use audit_trail::note::VerifierKey;
use audit_trail::proof::{InclusionProof, ProofError};
use audit_trail::store::StoreErrorKind;
use audit_trail::verify::{Damage, Keys, Verification, Verifier, VerifyError};
use clap::Args;
use serde_json::{Value, json};

use crate::console::{Console, Stream, one_line, one_line_path};
use crate::exit::{Exit, Stop};
use crate::question::Format;

use super::access::AccessArgs;
use super::bar::Bar;
use super::cell::{count, counted};
use super::failure::{chain, stop};
use super::tenant::NoTenantArgs;
use super::{file, key};

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The file of the trail, such as `audit.db`
    #[arg(
        value_name = "FILE",
        required_unless_present = "proof",
        conflicts_with = "proof"
    )]
    file: Option<PathBuf>,
    /// The verifier key by which checkpoints must be signed, or a file with some; may be given several times
    ///
    /// Keys that it handed over to are followed. Without it the trail's own word is taken for who may sign it, so whoever can
    /// write the file could have signed it anew: keep what `audit trail checkpoint --verifier` prints in another place, and give
    /// it here.
    #[arg(long, value_name = "VERIFIER|@FILE")]
    key: Vec<String>,
    /// Copies of checkpoints, kept by the service in a second place; may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "proof")]
    anchor: Vec<PathBuf>,
    /// Checks what queries go by, too; it takes about ten times as long
    #[arg(long, conflicts_with = "proof")]
    index: bool,
    /// Checks one record by this proof, without the trail
    #[arg(long, value_name = "FILE", requires_all = ["record", "key"])]
    proof: Option<PathBuf>,
    /// The record that is proved, byte for byte
    #[arg(long, value_name = "FILE", requires = "proof")]
    record: Option<PathBuf>,
    /// How the findings are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    access: AccessArgs,
    #[command(flatten)]
    whole: NoTenantArgs,
}

/// Prints what is covered by what, and what is wrong.
pub(crate) fn verify(args: &VerifyArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    args.whole.check("verify")?;
    let given = key::verifiers(&args.key)?;
    match (&args.proof, &args.record, &args.file) {
        (Some(proof), Some(record), _) => check_proof(args, proof, record, &given, console),
        (_, _, Some(path)) => check_trail(args, path, given, console),
        // What clap does not let through.
        _ => Err(Stop::Usage("`--proof` needs `--record`".to_owned())),
    }
}

fn check_trail(
    args: &VerifyArgs,
    path: &Path,
    given: Vec<VerifierKey>,
    console: &mut Console<'_>,
) -> Result<Exit, Stop> {
    for anchor in &args.anchor {
        // To the trail itself a second place without a file is one that has no checkpoints yet.
        fs::metadata(anchor).map_err(|error| Stop::unreadable(anchor.display(), &error))?;
    }
    let mut reader = file::open(path)?;
    let mut access = args.access.open(path)?;
    let keys_are_given = !given.is_empty();
    let keys = if keys_are_given {
        Keys::trusting(given, &mut reader)
    } else {
        Keys::stored(&mut reader)
    };
    let verification = keys
        .map_err(VerifyError::Store)
        .and_then(|keys| run(args, path, keys, &console.err));
    let report = Report {
        path,
        keys_are_given,
    };
    let (found, records) = match &verification {
        Ok(verification) => (!verification.is_sound(), verification.size),
        Err(error) if is_damage(error) => (true, 0),
        Err(_) => (false, 0),
    };
    if let (Err(error), false) = (&verification, found) {
        return Err(Stop::CouldNotRun(chain(error)));
    }
    let data = Fields::new().with("records", records).with("sound", !found);
    match access.try_record("trail.verify", data) {
        Ok(_) => {}
        // What was found is told all the same: a trail may be too damaged to take one more record.
        Err(error) if found => console.err.line(format_args!(
            "note: that the trail was checked can't be recorded in it: {}",
            chain(&error)
        ))?,
        Err(error) => return Err(stop(error)),
    }
    match verification {
        Ok(verification) => report.write(&verification, args.format, console)?,
        Err(error) => report.write_unreadable(&error, args.format, console)?,
    }
    Ok(if found { Exit::Finding } else { Exit::Fine })
}

fn run(
    args: &VerifyArgs,
    path: &Path,
    keys: Keys,
    err: &Stream<'_>,
) -> Result<Verification, VerifyError> {
    let bar = Bar::new("checking records", 0, err);
    let progress = |done, total| bar.set(done, total);
    let mut verifier = Verifier::new(keys).progress(&progress);
    for anchor in &args.anchor {
        verifier = verifier.anchor(FileAnchor::new(anchor));
    }
    if args.index {
        verifier = verifier.index();
    }
    verifier.verify(&SqliteReader::opener(path))
}

/// Whether what keeps a trail from being read is that somebody damaged it.
fn is_damage(error: &VerifyError) -> bool {
    match error {
        VerifyError::Store(error) => error.kind == StoreErrorKind::Damaged,
        VerifyError::Damaged(_) => true,
        _ => false,
    }
}

/// How a finding is told.
struct Report<'r> {
    path: &'r Path,
    keys_are_given: bool,
}

const OWN_KEYS: &str = "checkpoints were checked by the keys that the trail names itself: whoever can write the file could have \
    signed it anew; `--key` takes the verifier key that you kept elsewhere";

impl Report<'_> {
    fn write(
        &self,
        found: &Verification,
        format: Format,
        console: &mut Console<'_>,
    ) -> Result<(), Stop> {
        match format {
            Format::Json => console.out.json(&self.json(found))?,
            Format::Text => self.text(found, console)?,
        }
        Ok(())
    }

    fn text(&self, found: &Verification, console: &mut Console<'_>) -> Result<(), Stop> {
        let out = &mut console.out;
        let path = one_line_path(self.path);
        match found.damage.first() {
            None => out.line(format_args!("{path}: sound"))?,
            Some(first) => out.line(format_args!(
                "{path}: damaged, first at record {}: {}",
                first.seq, first.kind
            ))?,
        }
        for damage in &found.damage {
            out.line(format_args!("  {}", one_line(&damage.to_string())))?;
        }
        let mut checked = format!("{} of {}", count(found.records_checked), count(found.size));
        if found.records_pruned > 0 {
            checked = format!("{checked}; retention took {}", count(found.records_pruned));
        }
        out.line(format_args!("checked     {checked}"))?;
        let by = counted(found.checkpoints, "checkpoint");
        out.line(format_args!(
            "anchored    {}, by {by}",
            range(0, found.anchored)
        ))?;
        if let Some(elsewhere) = found.anchored_elsewhere {
            let place = if self.keys_are_given {
                ""
            } else {
                ", as far as the keys can be trusted"
            };
            out.line(format_args!("elsewhere   {}{place}", range(0, elsewhere)))?;
        }
        let unanchored = found.unanchored();
        out.line(format_args!(
            "unanchored  {}",
            range(unanchored.start, unanchored.end)
        ))?;
        out.line(format_args!("root        {}", found.root))?;
        if !self.keys_are_given {
            console.err.line(format_args!("note: {OWN_KEYS}"))?;
        }
        Ok(())
    }

    fn json(&self, found: &Verification) -> Value {
        let unanchored = found.unanchored();
        let unanchored = (!unanchored.is_empty())
            .then(|| json!({"first": unanchored.start, "last": unanchored.end - 1}));
        json!({
            "trail": self.path.display().to_string(),
            "sound": found.is_sound(),
            "records": found.size,
            "records_checked": found.records_checked,
            "records_pruned": found.records_pruned,
            "root": found.root.to_string(),
            "checkpoints": found.checkpoints,
            "anchored": found.anchored,
            "anchored_elsewhere": found.anchored_elsewhere,
            "unanchored": unanchored,
            "keys": self.keys(),
            "damage": found.damage.iter().map(damage).collect::<Vec<_>>(),
        })
    }

    fn keys(&self) -> &'static str {
        if self.keys_are_given {
            "given"
        } else {
            "trail"
        }
    }

    /// A trail that can't be read to its end, as it is damaged.
    fn write_unreadable(
        &self,
        error: &VerifyError,
        format: Format,
        console: &mut Console<'_>,
    ) -> Result<(), Stop> {
        let why = chain(error);
        match format {
            Format::Json => console.out.json(&json!({
                "trail": self.path.display().to_string(),
                "sound": false,
                "keys": self.keys(),
                "unreadable": why,
                "damage": [],
            }))?,
            Format::Text => {
                let path = one_line_path(self.path);
                console
                    .out
                    .line(format_args!("{path}: damaged, and can't be read: {why}"))?;
            }
        }
        Ok(())
    }
}

fn damage(damage: &Damage) -> Value {
    json!({"kind": damage.kind.as_str(), "seq": damage.seq, "found": damage.found})
}

/// Records from one up to and without another, in words.
fn range(first: u64, end: u64) -> String {
    match end.checked_sub(first) {
        None | Some(0) => "none".to_owned(),
        Some(1) => format!("record {first}"),
        Some(_) => format!("records {first} to {}", end - 1),
    }
}

/// Checks one record without the trail.
fn check_proof(
    args: &VerifyArgs,
    proof: &Path,
    record: &Path,
    keys: &[VerifierKey],
    console: &mut Console<'_>,
) -> Result<Exit, Stop> {
    let text =
        fs::read_to_string(proof).map_err(|error| Stop::unreadable(proof.display(), &error))?;
    let body = fs::read(record).map_err(|error| Stop::unreadable(record.display(), &error))?;
    let shown = one_line_path(proof);
    let parsed: InclusionProof = text.parse().map_err(|error: ProofError| {
        Stop::CouldNotRun(format!("`{shown}` is no proof: {}", chain(&error)))
    })?;
    let verified = parsed.verify(&body, keys);
    let answer = match (&verified, args.format) {
        (Ok(checkpoint), Format::Json) => json!({
            "proved": true,
            "record": parsed.index(),
            "origin": checkpoint.origin(),
            "records": checkpoint.size(),
        })
        .to_string(),
        (Err(error), Format::Json) => json!({
            "proved": false,
            "record": parsed.index(),
            "why": chain(error),
        })
        .to_string(),
        (Ok(checkpoint), Format::Text) => format!(
            "proved: `{}` is record {} of `{}`, which had {} when this was signed",
            one_line_path(record),
            parsed.index(),
            one_line(checkpoint.origin()),
            counted(checkpoint.size(), "record")
        ),
        (Err(error), Format::Text) => format!("not proved: {}", chain(error)),
    };
    console.out.line(answer)?;
    match verified {
        Ok(_) => Ok(Exit::Fine),
        Err(ProofError::Record { .. }) => {
            console.err.line(
                "note: the record must be there byte for byte, as `audit trail prove --record` writes it: without a line break at its end",
            )?;
            Ok(Exit::Finding)
        }
        Err(_) => Ok(Exit::Finding),
    }
}
