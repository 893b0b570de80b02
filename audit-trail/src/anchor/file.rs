//! [`FileAnchor`]: checkpoints one after the other in a file, best on another disk or machine.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Anchor, AnchorError};

/// Checkpoints one after the other in a file, each on disk before the next. The file only grows.
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
            let mut file = OpenOptions::new()
                .append(true)
                .create(true)
                .open(&self.path)?;
            file.write_all(format!("{checkpoint}{END}").as_bytes())?;
            file.sync_data()
        };
        append().map_err(AnchorError::new)
    }

    fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(AnchorError::new(error)),
        };
        // The last one may have been cut off by a crash; then it never counted.
        let whole = text.rfind(END).and_then(|end| text.get(..end));
        let whole = whole.filter(|whole| !whole.is_empty());
        Ok(whole.map_or_else(Vec::new, |whole| {
            whole.split(END).map(str::to_owned).collect()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_come_back_in_their_order_and_a_torn_one_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("checkpoints");
        let mut anchor = FileAnchor::new(&path);
        assert!(anchor.checkpoints().unwrap().is_empty());
        anchor.put("one\n\n— a b\n").unwrap();
        anchor.put("two\n\n— a c\n").unwrap();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"three\n\n").unwrap();
        assert_eq!(
            anchor.checkpoints().unwrap(),
            ["one\n\n— a b\n", "two\n\n— a c\n"]
        );
    }
}
