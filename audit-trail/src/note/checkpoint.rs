//! [`Checkpoint`]: how large a trail was, and its root.

use std::fmt;

use crate::tree::Hash;

use super::error::NoteError;
use super::key::TrailKey;
use super::signed::SignedNote;
use super::verifier::VerifierKey;

/// How large a trail was, and its root then: the text of C2SP `tlog-checkpoint`, which `Display` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

const ORIGIN: &str = "expected the origin of a log, without control characters";
const SIZE: &str = "expected the size of the tree: decimal digits without leading zeros";
const ROOT: &str = "expected the root of the tree: 44 characters of base64";
const EXTENSION: &str = "expected an extension line, neither empty nor with control characters";

impl Checkpoint {
    /// The state of the trail with this origin: its records and the root over them.
    ///
    /// # Errors
    /// The origin is empty or has control characters.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, NoteError> {
        is_line(origin, 1, ORIGIN)?;
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions: Vec::new(),
        })
    }

    /// The same with one more extension line, whose meaning is its writer's. C2SP advises against them.
    ///
    /// # Errors
    /// The line is empty or has control characters.
    pub fn with_extension(mut self, line: &str) -> Result<Self, NoteError> {
        is_line(line, 4 + self.extensions.len(), EXTENSION)?;
        self.extensions.push(line.to_owned());
        Ok(self)
    }

    /// Reads the text of a note. It says nothing about who wrote it: see [`Checkpoint::open`].
    ///
    /// # Errors
    /// The first line that is not what a checkpoint has there.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let whole = text.strip_suffix('\n').ok_or(NoteError::Malformed {
            line: 1 + text.matches('\n').count(),
            problem: "the text ends without a line end",
        })?;
        let mut lines = whole.split('\n');
        let origin = lines.next().unwrap_or_default();
        let size = decimal(lines.next().unwrap_or_default());
        let root = Hash::from_base64(lines.next().unwrap_or_default());
        let mut checkpoint = Self::new(
            origin,
            size.ok_or(NoteError::Malformed {
                line: 2,
                problem: SIZE,
            })?,
            root.map_err(|_| NoteError::Malformed {
                line: 3,
                problem: ROOT,
            })?,
        )?;
        for line in lines {
            checkpoint = checkpoint.with_extension(line)?;
        }
        Ok(checkpoint)
    }

    /// Reads a note that one of these keys signed.
    ///
    /// # Errors
    /// None of them signed it, a signature is wrong, or its text is no checkpoint.
    pub fn open(note: &SignedNote, known: &[VerifierKey]) -> Result<Self, NoteError> {
        note.verify(known)?;
        Self::parse(note.text())
    }

    /// Signs it. A trail must never sign two that contradict each other.
    pub fn sign(&self, key: &TrailKey) -> SignedNote {
        SignedNote::of_sound_text(self.to_string(), key)
    }

    /// Which log it speaks of.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The records in the tree.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root over them.
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// Lines behind the root, in order.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

fn is_line(line: &str, number: usize, problem: &'static str) -> Result<(), NoteError> {
    if line.is_empty() || line.contains(|c: char| c < ' ') {
        return Err(NoteError::Malformed {
            line: number,
            problem,
        });
    }
    Ok(())
}

/// Digits alone, and one spelling for each number.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.root.to_base64();
        writeln!(f, "{}\n{}\n{root}", self.origin, self.size)?;
        self.extensions
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of C2SP `tlog-checkpoint`.
    const NOTE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa \
        Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    fn refused(text: &str) -> String {
        Checkpoint::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn the_checkpoint_of_the_specification_is_read_and_written() {
        let note: SignedNote = NOTE.parse().unwrap();
        let checkpoint = Checkpoint::parse(note.text()).unwrap();
        assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size(), 20_852_163);
        assert_eq!(checkpoint.to_string(), note.text());
        assert_eq!(note.to_string(), NOTE);
    }

    #[test]
    fn a_checkpoint_opens_under_its_key_alone() {
        let [key, other] = ["log", "other"].map(|name| TrailKey::generate(name).unwrap());
        let root = crate::tree::leaf_hash(b"record");
        let checkpoint = Checkpoint::new("log", 1, root)
            .and_then(|checkpoint| checkpoint.with_extension("session 7"))
            .unwrap();
        let note: SignedNote = checkpoint.sign(&key).to_string().parse().unwrap();
        let keys = [other.verifier().clone(), key.verifier().clone()];
        assert_eq!(Checkpoint::open(&note, &keys), Ok(checkpoint));
        assert!(matches!(
            Checkpoint::open(&note, &keys[..1]),
            Err(NoteError::UnknownKey { .. })
        ));
    }

    #[test]
    fn what_is_signed_and_no_checkpoint_is_refused() {
        let key = TrailKey::generate("log").unwrap();
        let note = SignedNote::sign("log\nkey rotation\n", &key).unwrap();
        let error = Checkpoint::open(&note, &[key.verifier().clone()]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: expected the size of the tree: decimal digits without leading zeros"
        );
    }

    #[test]
    fn each_line_has_one_spelling() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        Checkpoint::parse(&format!("log\n0\n{root}\nextension\n")).unwrap();
        Checkpoint::parse(&format!("log\n{}\n{root}\n", u64::MAX)).unwrap();
        assert!(refused("").starts_with("line 1: "));
        assert!(refused(&format!("\n1\n{root}\n")).starts_with("line 1: "));
        for size in [
            "",
            "01",
            "+1",
            "-1",
            "1 ",
            "1.0",
            "18446744073709551616",
            "٣",
        ] {
            let error = refused(&format!("log\n{size}\n{root}\n"));
            assert!(error.starts_with("line 2: "), "{size:?}: {error}");
        }
        assert!(refused("log\n1\n").starts_with("line 3: "));
        assert!(refused("log\n1\nCsUY\n").starts_with("line 3: "));
        assert!(refused(&format!("log\n1\n{root}\n\n")).starts_with("line 4: "));
        assert_eq!(
            refused(&format!("log\n1\n{root}")),
            "line 3: the text ends without a line end"
        );
    }

    #[test]
    fn an_origin_or_extension_that_would_be_two_lines_is_refused() {
        let root = crate::tree::empty_root();
        assert!(Checkpoint::new("log\n7", 0, root).is_err());
        assert!(Checkpoint::new("", 0, root).is_err());
        let checkpoint = Checkpoint::new("a log of ours", 0, root).unwrap();
        assert!(checkpoint.clone().with_extension("").is_err());
        assert!(checkpoint.with_extension("a\nb").is_err());
    }
}
