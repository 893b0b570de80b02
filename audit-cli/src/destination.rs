//! [`Destination`]: a directory whose files are written whole or not at all.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use same_file::is_same_file;
use tempfile::{Builder, NamedTempFile};

use crate::console::one_line_path;
use crate::exit::Stop;

/// A directory whose files are written whole or not at all.
pub(crate) struct Destination<'a> {
    pub(crate) dir: &'a Path,
    /// Whether a file that is there may be replaced.
    pub(crate) replace: bool,
}

/// A file that is whole, but not yet its name.
struct Prepared {
    file: NamedTempFile,
    path: PathBuf,
}

impl Destination<'_> {
    /// Writes these files: their names in the directory, and what is in them. None gets its name before all are whole.
    pub(crate) fn write(&self, files: &[(&Path, &[u8])]) -> Result<(), Stop> {
        let unwritable = |path: &Path, error: &io::Error| {
            let path = one_line_path(path);
            Stop::CouldNotRun(format!("`{path}` can't be written: {error}"))
        };
        fs::create_dir_all(self.dir).map_err(|error| unwritable(self.dir, &error))?;
        for (name, _) in files {
            let path = self.dir.join(name);
            if !self.replace && path.symlink_metadata().is_ok() {
                return Err(taken(&path));
            }
        }
        let prepared = files.iter().map(|(name, content)| {
            let path = self.dir.join(name);
            let file = prepare(&path, content);
            file.map_err(|error| unwritable(&path, &error))
                .map(|file| Prepared { file, path })
        });
        // Collected first: a disk that is full is met before the first file has its name.
        let prepared: Vec<Prepared> = prepared.collect::<Result<_, _>>()?;
        for Prepared { file, path } in prepared {
            let named = if self.replace {
                file.persist(&path)
            } else {
                file.persist_noclobber(&path)
            };
            named.map_err(|failed| match failed.error.kind() {
                io::ErrorKind::AlreadyExists => taken(&path),
                _ => unwritable(&path, &failed.error),
            })?;
        }
        Ok(())
    }
}

/// A file with this content, beside the one whose name it will have.
fn prepare(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = match fs::metadata(path) {
        Ok(old) => new_file(folder, Some(old.permissions()))?,
        Err(_) => new_file(folder, None)?,
    };
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The first of these files that a path leads to, by whichever name or link.
pub(crate) fn one_of_these(
    path: &Path,
    files: impl IntoIterator<Item = PathBuf>,
) -> Option<PathBuf> {
    let mut files = files.into_iter();
    // What is not there is no other file.
    files.find(|file| is_same_file(path, file).unwrap_or(false))
}

/// As any program makes a file, or with the permissions of the one it will replace.
fn new_file(dir: &Path, permissions: Option<Permissions>) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".audit-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(dir)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}

fn taken(path: &Path) -> Stop {
    Stop::CouldNotRun(format!(
        "`{}` is there already, `--force` replaces it",
        one_line_path(path)
    ))
}
