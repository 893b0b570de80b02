//! [`Places`]: second places, and what an opening and a check make of the copies in them.

use crate::anchor::{Anchor, AnchorError, ask, called};
use crate::note::{Checkpoint, SignedNote};

use super::keys::Keys;

/// Second places, as an opening asks them.
pub(crate) struct Places<'p> {
    pub(crate) anchors: &'p mut [Box<dyn Anchor>],
    /// Whether a trail that has checkpoints stays closed where one of them gives none back.
    pub(crate) are_required: bool,
}

impl Places<'_> {
    pub(crate) fn none() -> Self {
        Self {
            anchors: &mut [],
            are_required: false,
        }
    }
}

/// What the copies of a trail's checkpoints call it.
///
/// What it calls itself is not enough: whoever has its key could write it anew under another name, and every copy would be of
/// another trail. So the name that its opener says counts as well, or those of its keys, which are the trail's unless one was said.
pub(super) struct Names(Vec<String>);

impl Names {
    /// What it calls itself, and what its opener says.
    pub(super) fn new(own: &str, said: Option<&str>, keys: &Keys) -> Self {
        let mut names = vec![own.to_owned()];
        match said {
            Some(said) => names.push(said.to_owned()),
            None => names.extend(keys.all().iter().map(|key| key.name().to_owned())),
        }
        Self(names)
    }

    /// Whether a text is a checkpoint of another trail. Of what is none nobody knows.
    pub(super) fn are_not_in(&self, copy: &str) -> bool {
        claims(copy).is_some_and(|claimed| !self.are_in(&claimed))
    }

    fn are_in(&self, checkpoint: &Checkpoint) -> bool {
        self.0.iter().any(|name| name == checkpoint.origin())
    }
}

/// What a second place gave back.
pub(super) struct Asked {
    pub(super) place: String,
    copies: Result<Vec<String>, AnchorError>,
}

impl Asked {
    pub(super) fn of(anchor: &mut dyn Anchor) -> Self {
        Self {
            place: called(anchor),
            copies: ask(|| anchor.checkpoints()),
        }
    }

    /// The copy that reaches farthest of those that are called so, whoever signed it.
    ///
    /// # Errors
    /// The place can't be read, or holds what is no checkpoint and none that is called so.
    pub(super) fn farthest(self, names: &Names) -> Result<Option<String>, AnchorError> {
        let copies = self.copies?;
        let mut strange = false;
        let mut farthest: Option<(u64, String)> = None;
        for copy in copies {
            let Some(claimed) = claims(&copy) else {
                strange = true;
                continue;
            };
            // Where several processes share a place, the last one to come need not be the one that reaches farthest.
            let farther = farthest
                .as_ref()
                .is_none_or(|(size, _)| *size <= claimed.size());
            if names.are_in(&claimed) && farther {
                farthest = Some((claimed.size(), copy));
            }
        }
        match farthest {
            Some((_, copy)) => Ok(Some(copy)),
            None if strange => Err(AnchorError::new("what it gives back is no checkpoint")),
            None => Ok(None),
        }
    }
}

/// What a checkpoint says of itself, whoever wrote it.
fn claims(copy: &str) -> Option<Checkpoint> {
    let note: SignedNote = copy.parse().ok()?;
    Checkpoint::parse(note.text()).ok()
}
