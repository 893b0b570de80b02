//! [`Hash`]: 32 bytes of SHA-256, and how leaves and nodes come to theirs.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

/// A SHA-256 hash. Shown as 64 lower-case hexadecimal digits, and parsed from them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// Why a text is no [`struct@Hash`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashError {
    found: String,
    accepted: &'static str,
}

/// A text that is quoted in a message is cut here.
const SHOWN: usize = 80;

/// What SHA-256 starts from: FIPS 180-4, section 5.3.3.
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
/// What comes before a leaf, and before two nodes, so that neither can pass for the other: RFC 9162, section 2.1.1.
const LEAF: u8 = 0;
const NODE: u8 = 1;
/// The bits of a prefix and two hashes, as SHA-256 appends them.
const NODE_BITS: [u8; 8] = (65_u64 * 8).to_be_bytes();

impl Hash {
    /// The bytes of a hash.
    pub const LEN: usize = 32;

    /// These bytes as a hash.
    #[inline]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[inline]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its bytes in standard base64 with padding (RFC 4648, section 4), as notes and proofs bear them.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads standard base64 with padding. Of all spellings one alone is accepted.
    ///
    /// # Errors
    /// Anything else than 32 bytes in base64.
    pub fn from_base64(text: &str) -> Result<Self, HashError> {
        let mut bytes = [0; 32];
        match STANDARD.decode_slice(text, &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            _ => Err(HashError::new(text, "44 characters of base64")),
        }
    }

    /// The first 32 bytes and what is behind them.
    pub(super) fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (first, rest) = bytes.split_first_chunk()?;
        Some((Self(*first), rest))
    }
}

impl HashError {
    fn new(found: &str, accepted: &'static str) -> Self {
        Self {
            found: found.chars().take(SHOWN).collect(),
            accepted,
        }
    }
}

/// The root of a tree without records: the hash of nothing (RFC 9162, section 2.1.1).
pub const fn empty_root() -> Hash {
    Hash([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ])
}

/// The hash of a record: `SHA-256(0x00 || record)`.
pub fn leaf_hash(record: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([LEAF]);
    hasher.update(record);
    Hash(hasher.finalize().into())
}

/// The hash of a node over its two children: `SHA-256(0x01 || left || right)`.
///
/// As its length never changes, its two blocks are laid out here and not by a hasher that has to find out.
#[inline]
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    let mut blocks = [0_u8; 128];
    blocks[0] = NODE;
    blocks[1..33].copy_from_slice(&left.0);
    blocks[33..65].copy_from_slice(&right.0);
    blocks[65] = 0x80;
    blocks[120..].copy_from_slice(&NODE_BITS);
    let mut state = START;
    let (blocks, _) = blocks.as_chunks::<64>();
    compress256(&mut state, blocks);
    let mut bytes = [0; 32];
    let (words, _) = bytes.as_chunks_mut::<4>();
    for (place, word) in words.iter_mut().zip(state) {
        *place = word.to_be_bytes();
    }
    Hash(bytes)
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let unfit = || HashError::new(text, "64 lower-case hexadecimal digits");
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != Self::LEN || !rest.is_empty() {
            return Err(unfit());
        }
        let mut bytes = [0; 32];
        for (place, [high, low]) in bytes.iter_mut().zip(pairs) {
            *place = digit(*high).ok_or_else(unfit)? << 4 | digit(*low).ok_or_else(unfit)?;
        }
        Ok(Self(bytes))
    }
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { found, accepted } = self;
        write!(
            f,
            "`{}` is no hash; expected {accepted}",
            found.escape_debug()
        )
    }
}

impl std::error::Error for HashError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_hashed_as_a_plain_hasher_would() {
        let (left, right) = (leaf_hash(b"left"), leaf_hash(b"right"));
        let mut hasher = Sha256::new();
        hasher.update([1]);
        hasher.update(left.as_bytes());
        hasher.update(right.as_bytes());
        assert_eq!(node_hash(left, right), Hash::new(hasher.finalize().into()));
    }

    #[test]
    fn the_root_of_nothing_is_the_hash_of_nothing() {
        assert_eq!(empty_root(), Hash::new(Sha256::digest([]).into()));
    }

    #[test]
    fn a_hash_reads_back_what_it_shows() {
        let hash = leaf_hash(b"a record");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(Hash::from_base64(&hash.to_base64()), Ok(hash));
    }

    #[test]
    fn one_spelling_of_a_hash_alone_is_accepted() {
        let hash = leaf_hash(b"a record");
        let (hex, base64) = (hash.to_string(), hash.to_base64());
        for odd in [
            hex.to_uppercase(),
            format!("{hex} "),
            hex.replace('0', "g"),
            hex[2..].to_owned(),
        ] {
            assert!(odd.parse::<Hash>().is_err(), "{odd}");
        }
        // The last letter before the padding bears two bits that no byte needs.
        let mut loose = base64.clone();
        loose.replace_range(42..43, if &base64[42..43] == "B" { "C" } else { "B" });
        for odd in [
            base64.trim_end_matches('=').to_owned(),
            loose,
            format!("{base64}\n"),
            String::new(),
        ] {
            assert!(Hash::from_base64(&odd).is_err(), "{odd}");
        }
        assert_eq!(
            "q".parse::<Hash>().unwrap_err().to_string(),
            "`q` is no hash; expected 64 lower-case hexadecimal digits"
        );
    }
}
