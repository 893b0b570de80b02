//! [`Signature`]: by what it is seen that files changed, without reading them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::policy::{GOVERNANCE_FILE, POLICY_FILE, SCHEMA_FILE};

/// By what it is seen that the files of a policy directory changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signature([Seen; 3]);

/// By what it is seen that one file changed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    There {
        /// Where it is once all symbolic links are followed: those of its directory may be swapped.
        path: PathBuf,
        length: u64,
        modified: Option<SystemTime>,
        identity: Identity,
    },
    /// It is not there, or can't be looked at.
    Hidden(io::ErrorKind),
}

/// What the operating system knows a file by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    /// When name, permissions or content changed, which nobody can set back.
    changed: (i64, i64),
}

impl Signature {
    /// As it is now.
    pub(super) fn of(dir: &Path) -> Self {
        Self([SCHEMA_FILE, POLICY_FILE, GOVERNANCE_FILE].map(|name| Seen::of(&dir.join(name))))
    }
}

impl Seen {
    fn of(file: &Path) -> Self {
        let seen = fs::canonicalize(file).and_then(|path| Ok((fs::metadata(&path)?, path)));
        match seen {
            Ok((metadata, path)) => Self::There {
                path,
                length: metadata.len(),
                modified: metadata.modified().ok(),
                identity: Identity::of(&metadata),
            },
            Err(error) => Self::Hidden(error.kind()),
        }
    }
}

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    #[cfg(not(unix))]
    fn of(_metadata: &fs::Metadata) -> Self {
        Self {
            device: 0,
            inode: 0,
            changed: (0, 0),
        }
    }
}
