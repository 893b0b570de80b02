//! `audit trail checkpoint`: what is signed, and by which key.

use audit_trail::sign_checkpoint;
use audit_trail::store::StoreReader;
use audit_trail::verify::Keys;
use clap::Args;

use crate::console::{Console, one_line_path};
use crate::exit::{Exit, Stop};

use super::failure::stop;
use super::file::FileArgs;
use super::key::KeyFileArgs;
use super::tenant::NoTenantArgs;

/// A checkpoint is made to be handed out, and says nothing of any record: that it was read is not recorded.
#[derive(Debug, Args)]
pub(crate) struct CheckpointArgs {
    #[command(flatten)]
    file: FileArgs,
    /// Signs a new one over all records that are there, and prints it
    #[arg(long)]
    sign: bool,
    #[command(flatten)]
    key: KeyFileArgs,
    /// Prints the verifier key that checks checkpoints, to be kept in another place
    #[arg(long, conflicts_with = "sign")]
    verifier: bool,
    #[command(flatten)]
    whole: NoTenantArgs,
}

/// Prints a checkpoint as a signed note, or the key that checks it.
pub(crate) fn checkpoint(args: &CheckpointArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    args.whole.check("checkpoint")?;
    if args.key.is_given() && !args.sign {
        let message = "`--key-file` goes with `--sign`: nothing is signed without it";
        return Err(Stop::Usage(message.to_owned()));
    }
    let mut reader = args.file.open()?;
    let trail = one_line_path(&args.file.file);
    if args.verifier {
        let keys = Keys::stored(&mut reader).map_err(stop)?;
        let key = keys.current();
        let key = key.ok_or_else(|| Stop::CouldNotRun(format!("`{trail}` names no key")))?;
        console.out.line(key)?;
        return Ok(Exit::Fine);
    }
    if args.sign {
        // Whoever signs must not have it open: the key decides first.
        drop(reader);
        let key = args.key.load(&args.file.file)?;
        let note = sign_checkpoint(&args.file.file, &key).map_err(stop)?;
        console.out.text(note)?;
        return Ok(Exit::Fine);
    }
    let last = reader.latest_checkpoint().map_err(stop)?;
    let last = last.ok_or_else(|| {
        Stop::CouldNotRun(format!(
            "`{trail}` has no checkpoint yet: `--sign` makes one, with the key of the trail"
        ))
    })?;
    console.out.text(last.note)?;
    Ok(Exit::Fine)
}
