//! [`FileAnchor`]: checkpoints one after the other in a file, best on another disk or machine.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::note::SignedNote;

use super::{Anchor, AnchorError};

/// Checkpoints one after the other in a file, each on disk before the next. The file only grows. A file that is not there, or was
/// deleted, is a place without checkpoints; trails may [share](crate::anchor#places-that-are-shared) one.
#[derive(Debug)]
pub struct FileAnchor {
    path: PathBuf,
}

/// What ends a checkpoint: a note holds no such line.
const END: &str = "\u{1e}\n";

impl FileAnchor {
    /// A file, which is made with the first checkpoint.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
        }
    }
}

impl Anchor for FileAnchor {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn put(&mut self, checkpoint: &str) -> Result<(), AnchorError> {
        let append = || -> io::Result<()> {
            let options = OpenOptions::new()
                .read(true)
                .append(true)
                .create(true)
                .open(&self.path);
            let mut file = options?;
            // What a crash cut off must not become a part of this one.
            let before = if is_whole(&mut file)? { "" } else { END };
            file.write_all(format!("{before}{checkpoint}{END}").as_bytes())?;
            file.sync_data()
        };
        append().map_err(AnchorError::new)
    }

    fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(AnchorError::new(error)),
        };
        let text = String::from_utf8_lossy(&bytes);
        // One that was cut off by a crash never counted: it has no end, or is no note.
        let whole = text
            .rfind(END)
            .and_then(|end| text.get(..end))
            .unwrap_or_default();
        let notes = whole
            .split(END)
            .filter(|note| note.parse::<SignedNote>().is_ok());
        Ok(notes.map(str::to_owned).collect())
    }
}

/// Whether a file is empty, or ends as a checkpoint does.
fn is_whole(file: &mut File) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let Some(start) = length.checked_sub(END.len() as u64) else {
        return Ok(length == 0);
    };
    file.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    Ok(end == END.as_bytes())
}

#[cfg(test)]
mod tests {
    use crate::note::TrailKey;

    use super::*;

    #[test]
    fn checkpoints_come_back_in_their_order_and_a_torn_one_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("checkpoints");
        let key = TrailKey::generate("a").unwrap();
        let note = |text: &str| SignedNote::sign(text, &key).unwrap().to_string();
        let (one, two, three) = (note("one\n"), note("two\n"), note("three\n"));
        let mut anchor = FileAnchor::new(&path);
        assert!(anchor.checkpoints().unwrap().is_empty());
        anchor.put(&one).unwrap();
        anchor.put(&two).unwrap();
        let torn = |bytes: &[u8]| {
            let mut file = OpenOptions::new().append(true).open(&path).unwrap();
            file.write_all(bytes).unwrap();
        };
        // Cut off within the dash of a signature, which leaves no Unicode.
        torn(b"three\n\n\xe2\x80");
        assert_eq!(anchor.checkpoints().unwrap(), [one.clone(), two.clone()]);
        anchor.put(&three).unwrap();
        assert_eq!(anchor.checkpoints().unwrap(), [one, two, three]);
    }
}
