//! [`Open`]: a file as it stands open, and how its last line ends.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// A file as it stands open.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) file: File,
    identity: Identity,
    /// What has a length and a place on a disk; a device or a pipe has not.
    is_regular: bool,
    pub(super) end: End,
}

/// How what was written last ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With the end of a line, or there is nothing yet.
    Whole,
    /// Within a line that whoever writes will go on with.
    Begun,
    /// Within a line that will never be whole.
    Torn,
}

/// What tells a file from all others.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(found: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

#[cfg(not(unix))]
fn identity(_found: &Metadata) -> Identity {
    (0, 0)
}

/// How a file is opened to be appended to.
pub(super) fn appending() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

impl Open {
    /// Opens this path, or makes a file there.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let file = appending().create(true).open(path)?;
        let found = file.metadata()?;
        let is_whole = !found.is_file() || found.len() == 0 || ends_a_line(path);
        Ok(Self {
            file,
            identity: identity(&found),
            is_regular: found.is_file(),
            end: if is_whole { End::Whole } else { End::Torn },
        })
    }

    /// Whether this is the file that was found.
    pub(super) fn is(&self, found: &Metadata) -> bool {
        self.identity == identity(found)
    }

    /// Whether it stands under any name, so that what is written into it can be found.
    #[cfg(unix)]
    pub(super) fn has_a_name(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        self.file.metadata().is_ok_and(|found| found.nlink() > 0)
    }

    /// Whether it stands under any name: not known here.
    #[cfg(not(unix))]
    pub(super) fn has_a_name(&self) -> bool {
        false
    }

    /// Appends, after the end of what was torn before.
    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.end == End::Torn {
            // In one piece: no other process can come in between.
            return self.append_all(&[b"\n", line].concat());
        }
        self.append_all(line)
    }

    fn append_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let error = match self.file.write(rest) {
                Ok(0) => ErrorKind::WriteZero.into(),
                Ok(taken) => {
                    let (written, left) = rest.split_at(taken.min(rest.len()));
                    rest = left;
                    self.end = match written.last() {
                        Some(b'\n') => End::Whole,
                        _ => End::Begun,
                    };
                    continue;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => error,
            };
            if self.end == End::Begun {
                self.end = End::Torn;
            }
            return Err(error);
        }
        Ok(())
    }

    /// Waits until what was written is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        if self.is_regular {
            self.file.sync_data()?;
        }
        Ok(())
    }

    /// Waits until its name is on the disk.
    #[cfg(unix)]
    pub(super) fn sync_name(&self, path: &Path) -> io::Result<()> {
        match path.parent() {
            Some(directory) if self.is_regular => match File::open(directory) {
                Ok(directory) => directory.sync_all(),
                // Whoever may not read a directory may write into its files.
                Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
                Err(error) => Err(error),
            },
            _ => Ok(()),
        }
    }

    /// Waits until its name is on the disk: the system's own business here.
    #[cfg(not(unix))]
    pub(super) fn sync_name(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a file's last line is whole. One that can't be read may not be: an empty line then harms nobody.
fn ends_a_line(path: &Path) -> bool {
    /// How often it is looked at: what looks torn may be what another process is just writing.
    const LOOKS: usize = 5;
    (0..LOOKS).any(|look| {
        if look > 0 {
            thread::sleep(Duration::from_millis(1));
        }
        last_byte(path).is_ok_and(|last| last == b'\n')
    })
}

fn last_byte(path: &Path) -> io::Result<u8> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    let [last] = last;
    Ok(last)
}
