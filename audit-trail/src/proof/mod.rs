//! [`InclusionProof`]: what shows, without the trail, that a record is in it. The file is C2SP's `tlog-proof@v1`.

mod error;

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::note::{Checkpoint, SignedNote, VerifierKey, decimal};
use crate::tree::{Hash, leaf_hash, verify_inclusion};

pub use self::error::ProofError;

const TITLE: &str = "c2sp.org/tlog-proof@v1";
/// A tree of 2^64 - 1 records is 64 hashes high.
const MOST_HASHES: usize = 64;
/// A note of a megabyte, and extra data as large.
const MOST_BYTES: usize = 4_000_000;

/// What shows, without the trail, that a record is in it: its number, the hashes from it to the root, and a signed checkpoint
/// with that root. `Display` is the file, which should end in `.tlog-proof`; parsing it gives the same proof again.
///
/// ```
/// use audit_trail::note::{Checkpoint, TrailKey};
/// use audit_trail::proof::InclusionProof;
/// use audit_trail::tree::leaf_hash;
///
/// let key = TrailKey::generate("example.com/trail")?;
/// let record = b"the only record";
/// let checkpoint = Checkpoint::new("example.com/trail", 1, leaf_hash(record))?.sign(&key);
///
/// let file = InclusionProof::new(0, Vec::new(), checkpoint).to_string();
/// let proof: InclusionProof = file.parse()?;
/// assert!(proof.verify(record, &[key.verifier().clone()]).is_ok());
/// assert!(proof.verify(b"another record", &[key.verifier().clone()]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    index: u64,
    hashes: Vec<Hash>,
    checkpoint: SignedNote,
    extra: Option<Vec<u8>>,
}

impl InclusionProof {
    /// A proof for record `index`, counted from 0, with the hashes from its sibling up to the root's child and a checkpoint that they
    /// lead to.
    pub const fn new(index: u64, hashes: Vec<Hash>, checkpoint: SignedNote) -> Self {
        Self {
            index,
            hashes,
            checkpoint,
            extra: None,
        }
    }

    /// The same with data of the caller's, which nobody vouches for.
    #[must_use]
    pub fn with_extra(mut self, extra: Vec<u8>) -> Self {
        self.extra = Some(extra);
        self
    }

    /// The number of the record, counted from 0.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The hashes from the record's sibling up to the root's child.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The checkpoint, as it was signed.
    pub const fn checkpoint(&self) -> &SignedNote {
        &self.checkpoint
    }

    /// Data that came with the proof. Nobody vouches for it.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// Checks that one of these keys signed a checkpoint of a tree which has a record of exactly these bytes at
    /// [`index`](Self::index). Returned is that checkpoint.
    ///
    /// # Errors
    /// The checkpoint is not signed by a key that is known or is none, or the hashes do not lead from the record to its
    /// root.
    pub fn verify(&self, record: &[u8], known: &[VerifierKey]) -> Result<Checkpoint, ProofError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, known).map_err(|error| {
            let before = self.lines_before();
            ProofError::Checkpoint { before, error }
        })?;
        let (size, root) = (checkpoint.size(), checkpoint.root());
        verify_inclusion(leaf_hash(record), self.index, size, &self.hashes, root).map_err(
            |error| ProofError::Record {
                index: self.index,
                error,
            },
        )?;
        Ok(checkpoint)
    }

    /// The lines of the file before its checkpoint.
    fn lines_before(&self) -> usize {
        3 + usize::from(self.extra.is_some()) + self.hashes.len()
    }
}

impl FromStr for InclusionProof {
    type Err = ProofError;

    fn from_str(file: &str) -> Result<Self, ProofError> {
        let malformed = |line, problem| ProofError::Malformed { line, problem };
        if file.len() > MOST_BYTES {
            return Err(malformed(1, "the file is longer than 4,000,000 bytes"));
        }
        let mut rest = file;
        let mut number = 0;
        let mut next = || {
            let (line, after) = rest.split_once('\n')?;
            rest = after;
            number += 1;
            Some((number, line))
        };
        if next().is_none_or(|(_, line)| line != TITLE) {
            return Err(malformed(1, "expected `c2sp.org/tlog-proof@v1`"));
        }
        let cut_off = malformed(0, "the file ends before its checkpoint");
        let (mut at, mut line) = next().ok_or_else(|| cut_off.clone())?;
        let mut extra = None;
        if let Some(base64) = line.strip_prefix("extra ") {
            let problem = "expected `extra` and base64, with a space between them";
            let bytes = STANDARD.decode(base64);
            extra = Some(bytes.map_err(|_| malformed(at, problem))?);
            (at, line) = next().ok_or_else(|| cut_off.clone())?;
        }
        let index = line.strip_prefix("index ").and_then(decimal);
        let problem =
            "expected `index` and decimal digits without leading zeros, with a space between them";
        let index = index.ok_or_else(|| malformed(at, problem))?;
        let mut hashes = Vec::new();
        loop {
            (at, line) = next().ok_or_else(|| cut_off.clone())?;
            if line.is_empty() {
                break;
            }
            if hashes.len() == MOST_HASHES {
                return Err(malformed(at, "no proof has more than 64 hashes"));
            }
            let hash = Hash::from_base64(line);
            let problem = "expected a hash, 44 characters of base64, or an empty line";
            hashes.push(hash.map_err(|_| malformed(at, problem))?);
        }
        let checkpoint = rest
            .parse()
            .map_err(|error| ProofError::Checkpoint { before: at, error })?;
        Ok(Self {
            index,
            hashes,
            checkpoint,
            extra,
        })
    }
}

impl fmt::Display for InclusionProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", hash.to_base64())?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests;
