//! Verifier keys from arguments.

use std::fs;

use audit_trail::note::VerifierKey;

use crate::console::one_line;
use crate::exit::Stop;
use crate::mistake::quoted;

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
