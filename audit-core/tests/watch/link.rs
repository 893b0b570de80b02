//! Directories that are swapped whole, by symbolic links.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use audit_core::WatchState;

use crate::place::{Place, rules, write};

/// Puts a link in the place of another in one step.
fn swap(to: &str, link: &Path) {
    let beside = link.with_file_name("beside");
    symlink(to, &beside).unwrap();
    fs::rename(&beside, link).unwrap();
}

#[test]
fn a_link_to_the_directory_that_is_swapped_is_seen() {
    let place = Place::at("current", |dir| {
        for version in [1, 2] {
            let release = dir.join(format!("release-{version}"));
            fs::create_dir(&release).unwrap();
            write(&release, version);
        }
        symlink("release-1", dir.join("current")).unwrap();
    });
    swap("release-2", &place.path().join("current"));
    assert_eq!(place.settle().state, WatchState::Current);
    assert_eq!(place.version(), 2);
    swap("release-1", &place.path().join("current"));
    place.settle();
    assert_eq!(place.version(), 1);
    assert_eq!(place.names(), ["policy.loaded"; 2]);
}

/// As Kubernetes mounts a config map: the files are links through `..data`, which is swapped.
#[test]
fn a_config_map_that_is_updated_is_seen() {
    let place = Place::at("", |dir| {
        fs::create_dir(dir.join("..v1")).unwrap();
        write(&dir.join("..v1"), 1);
        symlink("..v1", dir.join("..data")).unwrap();
        for name in ["schema.yaml", "policy.yaml"] {
            symlink(format!("..data/{name}"), dir.join(name)).unwrap();
        }
    });
    assert_eq!(place.settle().state, WatchState::Current);
    for version in 2..6 {
        let new = place.path().join(format!("..v{version}"));
        fs::create_dir(&new).unwrap();
        write(&new, version);
        assert_eq!(
            place.look().state,
            WatchState::Current,
            "nobody sees it yet"
        );
        swap(&format!("..v{version}"), &place.path().join("..data"));
        fs::remove_dir_all(place.path().join(format!("..v{}", version - 1))).unwrap();
        assert_eq!(place.settle().state, WatchState::Current);
        assert_eq!(place.version(), version);
    }
    assert_eq!(place.names(), ["policy.loaded"; 4]);
}

#[test]
fn a_link_that_leads_nowhere_is_refused_until_it_leads_somewhere() {
    let place = Place::at("current", |dir| {
        fs::create_dir(dir.join("one")).unwrap();
        write(&dir.join("one"), 1);
        symlink("one", dir.join("current")).unwrap();
    });
    swap("none", &place.path().join("current"));
    assert_eq!(place.settle().state, WatchState::Refused);
    assert_eq!(place.version(), 1);
    fs::create_dir(place.path().join("none")).unwrap();
    write(&place.path().join("none"), 2);
    place.settle();
    assert_eq!(place.version(), 2);
}

#[test]
fn a_file_that_is_replaced_by_renaming_is_seen() {
    let place = Place::new();
    let beside = place.path().join("policy.yaml.new");
    fs::write(&beside, rules(2)).unwrap();
    fs::rename(&beside, place.path().join("policy.yaml")).unwrap();
    place.settle();
    assert_eq!(place.version(), 2);
}
