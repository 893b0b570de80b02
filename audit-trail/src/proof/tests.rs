//! Proofs of real records, and each way in which one does not prove.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;

use crate::note::{NoteError, TrailKey};
use crate::tree::{Growth, ProofMismatch, TilePlace, Tiles, inclusion_proof};

use super::*;

struct Kept(BTreeMap<TilePlace, Vec<u8>>);

impl Tiles for Kept {
    type Error = Infallible;

    fn tile(&self, place: TilePlace) -> Result<Option<Cow<'_, [u8]>>, Infallible> {
        Ok(self.0.get(&place).map(|hashes| Cow::Borrowed(&hashes[..])))
    }
}

fn record(n: u64) -> Vec<u8> {
    format!("record {n}").into_bytes()
}

/// A proof for record `index` of a trail of 700.
fn proved(key: &TrailKey, index: u64) -> InclusionProof {
    let mut growth = Growth::new();
    let mut tiles = Vec::new();
    for n in 0..700 {
        tiles.extend(growth.push(leaf_hash(&record(n))));
    }
    tiles.extend(growth.incomplete());
    let tiles = tiles.into_iter().map(|tile| (tile.place, tile.hashes));
    let hashes = inclusion_proof(&Kept(tiles.collect()), index, 700).unwrap();
    let checkpoint = Checkpoint::new(key.name(), 700, growth.root()).unwrap();
    InclusionProof::new(index, hashes, checkpoint.sign(key))
}

fn key() -> (TrailKey, Vec<VerifierKey>) {
    let key = TrailKey::from_seed("example.com/trail", &[7; 32]).unwrap();
    let known = vec![key.verifier().clone()];
    (key, known)
}

fn refused(file: &str) -> String {
    file.parse::<InclusionProof>().unwrap_err().to_string()
}

#[test]
fn a_file_has_the_lines_of_the_specification() {
    let (key, _) = key();
    let proof = proved(&key, 699);
    let lines: Vec<String> = proof.hashes().iter().map(|hash| hash.to_base64()).collect();
    let checkpoint = proof.checkpoint().to_string();
    let expected = format!(
        "c2sp.org/tlog-proof@v1\nindex 699\n{}\n\n{checkpoint}",
        lines.join("\n")
    );
    assert_eq!(proof.to_string(), expected);
    let with_extra = proof.with_extra(b"context".to_vec()).to_string();
    assert_eq!(
        with_extra,
        expected.replace("@v1\n", "@v1\nextra Y29udGV4dA==\n")
    );
    let single = InclusionProof::new(0, Vec::new(), checkpoint.parse().unwrap());
    assert_eq!(
        single.to_string(),
        format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{checkpoint}")
    );
    assert_eq!(single.to_string().parse(), Ok(single));
}

#[test]
fn a_proof_that_was_read_back_proves_its_record_alone() {
    let (key, known) = key();
    for index in [0, 255, 256, 511, 512, 699] {
        let proof = proved(&key, index);
        let proof = proof.with_extra(vec![0, 1, 2]);
        let read: InclusionProof = proof.to_string().parse().unwrap();
        assert_eq!(read, proof);
        assert_eq!(read.extra(), Some(&[0, 1, 2][..]));
        let checkpoint = read.verify(&record(index), &known).unwrap();
        assert_eq!(checkpoint.size(), 700);
        let error = read.verify(&record(index + 1), &known).unwrap_err();
        assert_eq!(error.to_string(), format!("record {index} is not proved"));
        assert!(
            read.verify(&[&record(index)[..], b"\n"].concat(), &known)
                .is_err()
        );
    }
}

#[test]
fn a_proof_that_was_tampered_with_says_in_which_way_it_fails() {
    let (key, known) = key();
    let proof = proved(&key, 300);
    let file = proof.to_string();
    let verify = |file: String| {
        let proof: InclusionProof = file.parse().unwrap();
        proof.verify(&record(300), &known).unwrap_err()
    };
    let [first, second] = [0, 1].map(|at| proof.hashes()[at].to_base64());
    let exchanged = file
        .replace(&first, "x")
        .replace(&second, &first)
        .replace("\nx\n", &format!("\n{second}\n"));
    for changed in [exchanged, file.replace("index 300", "index 301")] {
        let error = verify(changed);
        assert!(
            matches!(
                error,
                ProofError::Record {
                    error: ProofMismatch::Root { .. },
                    ..
                }
            ),
            "{error}"
        );
    }
    let shorter = verify(file.replace(&format!("{first}\n"), ""));
    assert_eq!(
        shorter.source().unwrap().to_string(),
        format!(
            "the proof has {} hashes; expected {}",
            proof.hashes().len() - 1,
            proof.hashes().len()
        )
    );
    let beyond = verify(file.replace("index 300", "index 700"));
    assert_eq!(
        beyond.source().unwrap().to_string(),
        "700 is not within a tree of size 700"
    );
    let resized = verify(file.replace("\n700\n", "\n701\n"));
    assert!(
        matches!(
            resized,
            ProofError::Checkpoint {
                error: NoteError::BadSignature { .. },
                ..
            }
        ),
        "{resized}"
    );
    let other = TrailKey::generate("example.com/trail").unwrap();
    let error = proof.verify(&record(300), &[other.verifier().clone()]);
    assert!(
        matches!(
            error,
            Err(ProofError::Checkpoint {
                error: NoteError::UnknownKey { .. },
                ..
            })
        ),
        "{error:?}"
    );
    let line = 1 + file.lines().position(|line| line == key.name()).unwrap();
    assert_eq!(
        error.unwrap_err().to_string(),
        format!("the checkpoint that begins in line {line}")
    );
}

#[test]
fn what_is_no_proof_is_refused_with_its_line() {
    let (key, _) = key();
    let file = proved(&key, 300).with_extra(vec![1]).to_string();
    let hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    assert_eq!(refused(""), "line 1: expected `c2sp.org/tlog-proof@v1`");
    assert_eq!(
        refused(&file.replace("@v1", "@v2")),
        "line 1: expected `c2sp.org/tlog-proof@v1`"
    );
    assert_eq!(
        refused(&file.replace('\n', "\r\n")),
        "line 1: expected `c2sp.org/tlog-proof@v1`"
    );
    assert_eq!(
        refused(&file.replace("extra AQ==", "extra AQ")),
        "line 2: expected `extra` and base64, with a space between them"
    );
    for index in ["0300", "+300", "", "-1", "300 ", "18446744073709551616"] {
        assert_eq!(
            refused(&file.replace("index 300", &format!("index {index}"))),
            "line 3: expected `index` and decimal digits without leading zeros, with a space between them"
        );
    }
    assert_eq!(
        refused(&file.replace("index 300\n", "index 300\nCsUY\n")),
        "line 4: expected a hash, 44 characters of base64, or an empty line"
    );
    assert_eq!(
        refused(&file.replace("index 300\n", &format!("index 300\n{}", hash.repeat(64)))),
        "line 68: no proof has more than 64 hashes"
    );
    let before = file.find("\n\n").unwrap();
    for end in ["c2sp.org/tlog-proof@v1\n".len(), before, before + 1] {
        assert_eq!(refused(&file[..end]), "the file ends before its checkpoint");
    }
    assert!(refused(&file[..before + 2]).starts_with("the checkpoint that begins in line "));
    assert_eq!(
        refused(&format!("{file}{}", " ".repeat(4_000_000))),
        "line 1: the file is longer than 4,000,000 bytes"
    );
}
