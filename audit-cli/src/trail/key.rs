//! Keys from arguments.

use std::fs;
use std::path::{Path, PathBuf};

use audit_trail::note::{TrailKey, VerifierKey};
use clap::Args;

use crate::console::one_line;
use crate::exit::Stop;
use crate::mistake::quoted;

use super::failure::stop;

/// The key that signs.
#[derive(Debug, Args)]
pub(super) struct KeyFileArgs {
    /// The file of the key that signs; without it the one beside the trail, of the same name and `.key`
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl KeyFileArgs {
    /// Whether a file is named.
    pub(super) fn is_given(&self) -> bool {
        self.key_file.is_some()
    }

    /// Reads it.
    pub(super) fn load(&self, trail: &Path) -> Result<TrailKey, Stop> {
        let beside = || {
            let mut beside = trail.as_os_str().to_owned();
            beside.push(".key");
            beside.into()
        };
        TrailKey::load(self.key_file.clone().unwrap_or_else(beside)).map_err(stop)
    }
}

/// What `--key` says: a verifier key, or `@` and a file that holds some, one a line.
pub(super) fn verifiers(arguments: &[String]) -> Result<Vec<VerifierKey>, Stop> {
    let mut keys = Vec::new();
    for argument in arguments {
        match argument.strip_prefix('@') {
            None => keys.push(verifier(argument)?),
            Some(file) => {
                let text =
                    fs::read_to_string(file).map_err(|error| Stop::unreadable(file, &error))?;
                let mut lines = text
                    .lines()
                    .filter(|line| !line.trim().is_empty())
                    .peekable();
                if lines.peek().is_none() {
                    let file = one_line(file);
                    return Err(Stop::Usage(format!("`{file}` holds no verifier key")));
                }
                for line in lines {
                    keys.push(verifier(line.trim())?);
                }
            }
        }
    }
    Ok(keys)
}

fn verifier(text: &str) -> Result<VerifierKey, Stop> {
    text.parse().map_err(|error| {
        let text = quoted(text);
        Stop::Usage(format!(
            "`--key` names {text}, which is no verifier key: {error}"
        ))
    })
}
