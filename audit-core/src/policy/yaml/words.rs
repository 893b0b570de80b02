//! [`Words`]: the words of a document, of which most stand there again and again.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::FixedState;

/// The longest text that is shared, in bytes.
const LONGEST: usize = 32;
/// How many places there are for words.
const PLACES: usize = 512;

/// Shares the memory of words. Each has one place; the last one that came there is remembered.
#[derive(Debug, Default)]
pub(super) struct Words {
    places: Vec<Option<Arc<str>>>,
    hasher: FixedState,
}

impl Words {
    /// The text, in memory of an earlier one if that is still remembered.
    pub(super) fn share(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST {
            return text.into();
        }
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        let hash = self.hasher.hash_one(text);
        let place = usize::try_from(hash % PLACES as u64).unwrap_or_default();
        match self.places.get_mut(place) {
            Some(Some(word)) if **word == *text => Arc::clone(word),
            Some(place) => Arc::clone(place.insert(text.into())),
            None => text.into(),
        }
    }
}
