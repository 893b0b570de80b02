//! `audit trail prove`: a file that proves one record without the trail.

use std::path::{Path, PathBuf};

use audit_core::Fields;
use audit_trail::SqliteReader;
use audit_trail::store::StoreReader;
use audit_trail::verify::{VerifyError, prove as prove_record, prove_for_tenant};
use clap::Args;

use crate::console::{Console, one_line_path};
use crate::destination::{Destination, one_of_these};
use crate::exit::{Exit, Stop};

use super::access::AccessArgs;
use super::failure::{chain, stop};
use super::file::FileArgs;
use super::tenant::TenantArgs;

#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    #[command(flatten)]
    file: FileArgs,
    /// The place of the record in the trail, as `seq` tells
    #[arg(value_name = "SEQ")]
    seq: u64,
    /// Writes the proof to this file, in the form `tlog-proof` of C2SP; without it to the standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Writes the exact bytes of the record to this file, which whoever checks the proof needs
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Replaces files that are there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    access: AccessArgs,
}

/// Writes the proof, and the record if that is asked for.
pub(crate) fn prove(args: &ProveArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let tenant = args.tenant.read()?;
    let path = &args.file.file;
    let mut reader = args.file.open()?;
    keep_trail(args)?;
    let mut access = args.access.open_for(tenant.as_ref(), path)?;
    let proof = match &tenant {
        Some(tenant) => prove_for_tenant(&mut reader, tenant, args.seq),
        None => prove_record(&mut reader, args.seq),
    };
    let data = Fields::new().with("record", args.seq);
    let proof = match proof {
        Ok(proof) => proof,
        Err(error) => {
            // That it was asked for is told, too.
            access.record(path, "trail.prove", data.with("error", told(&error)))?;
            return Err(unproved(path, &error));
        }
    };
    let record = match &args.record {
        Some(_) => Some(bytes(&mut reader, args.seq)?),
        None => None,
    };
    access.record(path, "trail.prove", data)?;

    let proof = proof.to_string();
    let mut files: Vec<(&Path, &[u8])> = Vec::new();
    if let Some(output) = &args.output {
        files.push((output, proof.as_bytes()));
    }
    if let (Some(name), Some(record)) = (&args.record, &record) {
        files.push((name, record));
    }
    let dir = Destination {
        dir: Path::new(""),
        replace: args.force,
    };
    dir.write(&files)?;
    if args.output.is_none() {
        console.out.text(&proof)?;
    }
    Ok(Exit::Fine)
}

/// Refuses to write over the trail, under whichever name.
fn keep_trail(args: &ProveArgs) -> Result<(), Stop> {
    if args.output.is_some() && args.output == args.record {
        return Err(Stop::Usage(
            "`--output` and `--record` name one file: choose two".to_owned(),
        ));
    }
    for written in [&args.output, &args.record].into_iter().flatten() {
        if one_of_these(written, [args.file.file.clone()]).is_some() {
            let written = one_line_path(written);
            let message = format!("`{written}` is the trail, which is never written over");
            return Err(Stop::Usage(message));
        }
    }
    Ok(())
}

/// What the trail is told of it: that there is no such record, and of all else that it failed.
fn told(error: &VerifyError) -> String {
    match error {
        VerifyError::NoTenantRecord { .. }
        | VerifyError::NoRecord { .. }
        | VerifyError::NotAnchored { .. } => error.to_string(),
        _ => "failed".to_owned(),
    }
}

fn unproved(trail: &Path, error: &VerifyError) -> Stop {
    let message = chain(error);
    Stop::CouldNotRun(match error {
        VerifyError::NotAnchored { .. } => {
            let trail = one_line_path(trail);
            format!("{message} yet: `audit trail checkpoint --sign {trail}` signs one")
        }
        _ => message,
    })
}

fn bytes(reader: &mut SqliteReader, seq: u64) -> Result<Vec<u8>, Stop> {
    let mut record = None;
    let mut see = |_, body: &[u8]| {
        record = Some(body.to_vec());
        false
    };
    reader.records(seq, seq + 1, &mut see).map_err(stop)?;
    record.ok_or_else(|| {
        Stop::CouldNotRun(format!(
            "record {seq} is not there any more: its proof can be had, its bytes can't"
        ))
    })
}
