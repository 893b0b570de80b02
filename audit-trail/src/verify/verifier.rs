//! [`Verifier`]: checks a whole trail, and says what is wrong with it.

use crate::anchor::{Anchor, ask, called};
use crate::store::{Head, OpenReader, StoredCheckpoint, fact_name};
use crate::tree::{Hash, Tiles};

use super::checkpoint;
use super::classify::classify;
use super::consistent::{beyond, renamed, unsigned};
use super::copy::Names;
use super::damage::{Damage, DamageKind};
use super::error::VerifyError;
use super::keys::Keys;
use super::pass::{Pass, Plan};
use super::retention;

/// Checks a whole trail: every record against its hash, every hash against the tree, the tree against every checkpoint, its
/// own and those kept elsewhere.
///
/// ```
/// use audit_trail::verify::{Keys, Verifier};
/// use audit_trail::{SqliteReader, Trail};
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("audit.db");
/// # let trail = Trail::open(&path)?;
/// # let key = trail.verifier_key().clone();
/// # drop(trail);
///
/// let keys = Keys::trusting([key], &mut SqliteReader::open(&path)?)?;
/// let verification = Verifier::new(keys).verify(&SqliteReader::opener(&path))?;
/// assert!(verification.is_sound());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Verifier<'v> {
    keys: Keys,
    anchors: Vec<Box<dyn Anchor>>,
    checks_index: bool,
    progress: Option<&'v (dyn Fn(u64, u64) + Sync)>,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// How many records were ever written.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// How many of them are there, and were checked.
    pub records_checked: u64,
    /// How many retention took.
    pub records_pruned: u64,
    /// Records below this are anchored: a checkpoint that is signed by a known key covers them.
    pub anchored: u64,
    /// Records below this are anchored in a second place; none where no second place was asked.
    pub anchored_elsewhere: Option<u64>,
    /// How many checkpoints were checked.
    pub checkpoints: u64,
    /// What is wrong, by the first record that is concerned.
    pub damage: Vec<Damage>,
}

impl Verification {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.damage.is_empty()
    }

    /// Records from here on are covered by no checkpoint: whoever can write the file could have changed them.
    pub fn unanchored(&self) -> std::ops::Range<u64> {
        self.anchored.min(self.size)..self.size
    }
}

impl<'v> Verifier<'v> {
    /// Checks by these keys.
    pub fn new(keys: Keys) -> Self {
        Self {
            keys,
            anchors: Vec::new(),
            checks_index: false,
            progress: None,
        }
    }

    /// Checks against the checkpoints in a second place, too. Those of other trails that
    /// [share](crate::anchor#places-that-are-shared) it are passed over.
    #[must_use]
    pub fn anchor(mut self, anchor: impl Anchor) -> Self {
        self.anchors.push(Box::new(anchor));
        self
    }

    /// Checks what was drawn from the records for queries, too. It takes about three times as long.
    #[must_use]
    pub fn index(mut self) -> Self {
        self.checks_index = true;
        self
    }

    /// Tells how many records are done, of how many, from several threads.
    #[must_use]
    pub fn progress(mut self, progress: &'v (dyn Fn(u64, u64) + Sync)) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Checks the trail. It may be written to meanwhile: what is there at the beginning is checked.
    ///
    /// # Errors
    /// It can't be read. What is wrong with it is no error, but in the answer.
    pub fn verify(self, opener: &OpenReader) -> Result<Verification, VerifyError> {
        let mut reader = opener()?;
        // Before the head, so that none is of a later state.
        let own = reader.checkpoints()?;
        let mut copies = self
            .anchors
            .into_iter()
            .map(|mut anchor| Ok((called(&*anchor), ask(|| anchor.checkpoints())?)))
            .collect::<Result<Vec<_>, _>>()
            .map_err(VerifyError::Anchor)?;
        let signed = |stored: &StoredCheckpoint| self.keys.open(&stored.note, stored.size).ok();
        let last = own.iter().rev().find_map(signed);
        // Where nothing is signed nothing says what the trail is called, and every copy is held against it.
        if let Some(last) = &last {
            let names = Names::new(last.origin(), None, &self.keys);
            for (_, notes) in &mut copies {
                notes.retain(|note| !names.are_not_in(note));
            }
        }
        let head = reader.head()?;
        let pass = Pass::run(opener, &Plan::of(&mut *reader, head.size)?, self.progress)?;
        let pruned = reader.pruned()?;
        let mut verification = Verification {
            size: head.size,
            root: head.root,
            records_checked: pass.checked,
            records_pruned: pass.pruned(&pruned),
            anchored: 0,
            anchored_elsewhere: None,
            checkpoints: 0,
            damage: Vec::new(),
        };
        let mut found = {
            let tiles = pass.tiles(&mut *reader, head.size);
            check_signed(&tiles, &self.keys, &head, &own, copies, &mut verification)
        };
        if let Some(seq) = pass.first_bad(&pruned) {
            // Where the stored hashes are as signed, a record is not; else records and hashes are told apart.
            let hashes_hold = found.is_empty();
            found.push(classify(
                &mut *reader,
                &pass,
                &self.keys,
                &own,
                seq,
                hashes_hold,
            )?);
        }
        found.extend(beyond(&mut *reader, head.size)?);
        if let (Some(last), Some(name)) = (&last, reader.fact(fact_name::ORIGIN)?) {
            found.extend(renamed(&name, last));
        }
        if own.is_empty() {
            found.extend(unsigned(&mut *reader, &head)?);
        }
        found.extend(retention::check(&mut *reader, &self.keys, &pruned)?);
        if self.checks_index
            && let Some(seq) = reader.check_index(&mut |_| ())?
        {
            let what = "what queries go by is not what the record says";
            found.push(Damage::new(DamageKind::Index, seq, what));
        }
        found.sort_by_key(|damage| (damage.seq, damage.kind));
        // One rewriting fails every later checkpoint: the first of a kind says it all.
        found.dedup_by_key(|damage| damage.kind);
        verification.damage = found;
        Ok(verification)
    }
}

/// Checks the trail's own root, its checkpoints and the copies of them; notes up to where they reach.
fn check_signed<T: Tiles>(
    tiles: &T,
    keys: &Keys,
    head: &Head,
    own: &[StoredCheckpoint],
    copies: Vec<(String, Vec<String>)>,
    verification: &mut Verification,
) -> Vec<Damage> {
    let mut found = Vec::from_iter(checkpoint::check_head(tiles, head));
    for stored in own {
        match checkpoint::check(tiles, keys, head, &stored.note, stored.size, "its own") {
            Ok(size) => verification.anchored = verification.anchored.max(size),
            Err(damage) => found.push(damage),
        }
        verification.checkpoints += 1;
    }
    for (name, notes) in copies {
        let mut reaches = 0;
        for note in notes {
            match checkpoint::check_copy(tiles, keys, head, &note, &name) {
                Ok(size) => reaches = reaches.max(size),
                Err(damage) => found.push(damage),
            }
            verification.checkpoints += 1;
        }
        let least = verification.anchored_elsewhere.unwrap_or(u64::MAX);
        verification.anchored_elsewhere = Some(least.min(reaches));
    }
    found
}

impl std::fmt::Debug for Verifier<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
