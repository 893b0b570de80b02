//! [`Bounds`]: how much of one payload is kept.

use std::cell::Cell;

use crate::value::{Substitute, SubstituteKind, Text, Value};

use super::mark::Marks;

/// Lists, maps and wrappers below one another that are followed.
pub(super) const DEPTH: usize = 128;
/// Items and names that are kept in all.
const ITEMS: usize = 65_536;
/// Items that are let go of before whoever makes them is told to stop: it may never end.
pub(super) const LET_GO: usize = 1_048_576;
/// Bytes of text that are kept in all.
pub(super) const BYTES: usize = 1_048_576;

/// What is left of what may be kept, and what of it no record shows.
pub(super) struct Bounds {
    pub(super) marks: Marks,
    items: Cell<usize>,
    let_go: Cell<usize>,
    bytes: Cell<usize>,
    /// Whether anything was left out.
    is_cut: Cell<bool>,
}

/// What becomes of one more item.
pub(super) enum Room {
    /// It is kept.
    Kept,
    /// It is left out.
    LeftOut,
    /// So many were left out that nobody waits for the rest.
    Endless,
}

impl Bounds {
    pub(super) fn new() -> Self {
        Self {
            marks: Marks::default(),
            items: Cell::new(ITEMS),
            let_go: Cell::new(LET_GO),
            bytes: Cell::new(BYTES),
            is_cut: Cell::new(false),
        }
    }

    /// Whether anything was left out.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.get()
    }

    /// Takes the room of one item, if there is any.
    pub(super) fn has_room(&self) -> bool {
        let left = self.items.get().checked_sub(1);
        self.items.set(left.unwrap_or_default());
        if left.is_none() {
            self.is_cut.set(true);
        }
        left.is_some()
    }

    /// The same, for whoever may make items without end.
    pub(super) fn item(&self) -> Room {
        if self.has_room() {
            return Room::Kept;
        }
        match self.let_go.get().checked_sub(1) {
            Some(left) => {
                self.let_go.set(left);
                Room::LeftOut
            }
            None => Room::Endless,
        }
    }

    /// A text as far as there is room; one that is cut is marked.
    pub(super) fn text(&self, text: &str) -> Value<'static> {
        let left = self.bytes.get();
        if let Some(rest) = left.checked_sub(text.len()) {
            self.bytes.set(rest);
            return Value::from(text.to_owned());
        }
        let kept = text
            .get(..text.floor_char_boundary(left))
            .unwrap_or_default();
        self.bytes.set(left - kept.len());
        self.is_cut.set(true);
        Substitute::new(SubstituteKind::Cut, kept.to_owned()).into_value()
    }

    /// Bytes as their digits, as far as there is room.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Value<'static> {
        let room = self.bytes.get() / 2;
        let kept = bytes.get(..room).unwrap_or(bytes);
        self.bytes.set(self.bytes.get() - kept.len() * 2);
        let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or_default();
        let pairs = kept
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]);
        let kind = if kept.len() == bytes.len() {
            SubstituteKind::Bytes
        } else {
            self.is_cut.set(true);
            SubstituteKind::Cut
        };
        Substitute::new(kind, pairs.collect::<String>()).into_value()
    }

    /// Leaves out what lies too deep.
    pub(super) fn too_deep(&self) -> Value<'static> {
        self.is_cut.set(true);
        Self::left_out("deeper than 128 levels")
    }

    /// Stands for the items that are left out.
    pub(super) fn too_many() -> Value<'static> {
        Self::left_out("further items are left out")
    }

    fn left_out(what: &'static str) -> Value<'static> {
        Substitute::new(SubstituteKind::Cut, Text::borrowed(what)).into_value()
    }
}

/// What a name is: one that is no text as JSON has it. Nothing where there is no room for all of it, as under another name nobody
/// finds what is kept out of records.
pub(super) fn name_of(value: Value<'static>) -> Option<Text<'static>> {
    match value {
        Value::Text(text) => Some(text),
        Value::Substitute(cut) if cut.kind == SubstituteKind::Cut => None,
        Value::Substitute(substitute) => Some(substitute.text),
        other => Some(Text::from(
            serde_json::to_string(&other).unwrap_or_default(),
        )),
    }
}
