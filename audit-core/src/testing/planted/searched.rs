//! [`Searched`]: where secrets are looked for.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::event::Event;
use crate::sink::MemorySink;
use crate::testing::Captured;

/// Where secrets are looked for: texts, bytes, files, directories, events.
pub trait Searched {
    /// Hands on each part with the name of its place.
    #[doc(hidden)]
    fn search(&self, found: &mut dyn FnMut(&str, &[u8]));
}

impl<T: Searched + ?Sized> Searched for &T {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        (**self).search(found);
    }
}

impl Searched for str {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        found("the text", self.as_bytes());
    }
}

impl Searched for String {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        self.as_str().search(found);
    }
}

impl Searched for [u8] {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        found("the bytes", self);
    }
}

impl Searched for Vec<u8> {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        self.as_slice().search(found);
    }
}

impl Searched for Path {
    /// A file, or all that lies below a directory, names included. Links are not followed.
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        let read = search_path(self, found);
        let told = read.err().map(|error| error.to_string());
        assert!(
            told.is_none(),
            "`{}` can't be read: {}",
            self.display(),
            told.unwrap_or_default()
        );
    }
}

impl Searched for PathBuf {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        self.as_path().search(found);
    }
}

impl Searched for Event<'_> {
    /// As JSON, part by part, and as `Debug` shows it.
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        let event = format!("the event {}", self.id);
        match serde_json::to_value(self) {
            Ok(json) => search_json(&json, &mut format!("{event}, "), found),
            Err(error) => found(&event, error.to_string().as_bytes()),
        }
        found(
            &format!("{event} as `Debug` shows it"),
            format!("{self:?}").as_bytes(),
        );
    }
}

impl Searched for [Event<'_>] {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        for event in self {
            event.search(found);
        }
    }
}

impl Searched for Vec<Event<'_>> {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        self.as_slice().search(found);
    }
}

impl Searched for [Arc<Event<'_>>] {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        for event in self {
            event.search(found);
        }
    }
}

impl Searched for Vec<Arc<Event<'_>>> {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        self.as_slice().search(found);
    }
}

impl Searched for MemorySink {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        self.events().search(found);
    }
}

impl<R> Searched for Captured<R> {
    fn search(&self, found: &mut dyn FnMut(&str, &[u8])) {
        self.events.search(found);
    }
}

fn search_path(path: &Path, found: &mut dyn FnMut(&str, &[u8])) -> std::io::Result<()> {
    let place = format!("`{}`", path.display());
    if path.symlink_metadata()?.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            found(
                &format!("the names in {place}"),
                entry.file_name().as_encoded_bytes(),
            );
            if !entry.file_type()?.is_symlink() {
                search_path(&entry.path(), found)?;
            }
        }
        return Ok(());
    }
    found(&place, &fs::read(path)?);
    Ok(())
}

fn search_json(json: &Value, path: &mut String, found: &mut dyn FnMut(&str, &[u8])) {
    let end = path.len();
    let mut inside = |step: String, part: &Value, found: &mut dyn FnMut(&str, &[u8])| {
        path.push_str(&step);
        search_json(part, path, found);
        path.truncate(end);
    };
    match json {
        Value::Object(parts) => {
            for (name, part) in parts {
                found("a name in an event", name.as_bytes());
                inside(format!("/{name}"), part, found);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                inside(format!("/{place}"), item, found);
            }
        }
        Value::String(text) => found(path, text.as_bytes()),
        Value::Number(number) => found(path, number.to_string().as_bytes()),
        Value::Null | Value::Bool(_) => {}
    }
}
