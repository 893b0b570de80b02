//! Files that are written whole or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Whether a rename is to outlast a loss of power. What only repeats the trail can be written again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    Written,
    Synced,
}

/// What is in a file; `None` if there is none.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts a file in place of the one that may be there, and makes its folders.
pub(super) fn put(path: &Path, content: &[u8], lasting: Lasting) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::from(ErrorKind::InvalidFilename));
    };
    fs::create_dir_all(folder)?;
    let mut draft = name.to_owned();
    draft.push(format!(".{:016x}.new", getrandom::u64()?));
    let draft = folder.join(draft);
    let written = write(&draft, content, lasting).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // What went wrong first is told; this can only add a file that nobody looks at.
        let _ = fs::remove_file(&draft);
    }
    written
}

fn write(path: &Path, content: &[u8], lasting: Lasting) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(content)?;
    if lasting == Lasting::Synced {
        file.sync_all()?;
    }
    Ok(())
}
