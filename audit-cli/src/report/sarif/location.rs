//! [`Location`]: the file of a problem as a URI, and where in it the problem stands.

use std::env;
use std::path::{Component, Path};

use audit_core::{Place, Problem};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde::Serialize;

/// All but what RFC 3986 calls unreserved: in this form a name is a whole segment, whatever it holds.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A place in a file (§3.28).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    physical_location: PhysicalLocation,
}

/// The file, and the part of it (§3.29).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    /// Left out where the whole file is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

/// The file (§3.4).
#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

/// A part of one line (§3.30), from 1; the end is the column behind it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_column: u32,
}

impl Location {
    pub(super) fn of(problem: &Problem) -> Self {
        Self {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation {
                    uri: uri(Path::new(&*problem.file)),
                },
                region: problem.place.map(Region::new),
            },
        }
    }
}

impl Region {
    /// Where only the start is known, its one character, as the text report underlines it.
    fn new(place: Place) -> Self {
        Self {
            start_line: place.line,
            start_column: place.column,
            end_column: place.column.saturating_add(place.length.max(1)),
        }
    }
}

/// A path as a URI: below the folder in which the command runs a relative one, as code scanners wish, which call that
/// folder the root of the repository; elsewhere as it was written.
fn uri(path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(here).unwrap_or(path);
    let segments: Vec<String> = path.components().filter_map(segment).collect();
    let root = if path.is_absolute() { "file:///" } else { "" };
    format!("{root}{}", segments.join("/"))
}

/// One segment of a URI; `None` where the path stays where it is.
fn segment(component: Component<'_>) -> Option<String> {
    let name = match component {
        Component::RootDir | Component::CurDir => return None,
        Component::ParentDir => return Some("..".to_owned()),
        Component::Prefix(_) | Component::Normal(_) => component.as_os_str(),
    };
    Some(percent_encode(name.as_encoded_bytes(), RESERVED).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_below_here_is_relative_and_any_other_as_it_was_written() {
        let here = env::current_dir().unwrap();
        assert_eq!(
            uri(&here.join("pay ments/100%/ü#?:.yaml")),
            "pay%20ments/100%25/%C3%BC%23%3F%3A.yaml"
        );
        assert_eq!(uri(Path::new("./policy.yaml")), "policy.yaml");
        assert_eq!(uri(Path::new("../policy.yaml")), "../policy.yaml");
        assert_eq!(
            uri(Path::new("/nowhere at all/policy.yaml")),
            "file:///nowhere%20at%20all/policy.yaml"
        );
    }
}
