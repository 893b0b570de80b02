//! Trees against the definition of RFC 9162, written down as it stands there, against known vectors, and against a crate
//! of others.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use proptest::prelude::*;
use sha2::Sha256;

use super::*;

/// Tiles in memory, as a store keeps them: all that are complete, and of the others level 0 alone.
#[derive(Debug, Default)]
struct Kept(BTreeMap<TilePlace, Vec<u8>>);

impl Tiles for Kept {
    type Error = Infallible;

    fn tile(&self, place: TilePlace) -> Result<Option<Cow<'_, [u8]>>, Infallible> {
        Ok(self.0.get(&place).map(|hashes| Cow::Borrowed(&hashes[..])))
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&record(n))).collect()
}

fn record(n: u64) -> Vec<u8> {
    format!("record {n}").into_bytes()
}

fn grown(leaves: &[Hash]) -> (Growth, Kept) {
    let (mut growth, mut kept) = (Growth::new(), Kept::default());
    for leaf in leaves {
        keep(&mut kept, growth.push(*leaf));
    }
    keep(
        &mut kept,
        growth.incomplete().filter(|tile| tile.place.level == 0),
    );
    (growth, kept)
}

fn keep(kept: &mut Kept, tiles: impl IntoIterator<Item = Tile>) {
    for tile in tiles {
        kept.0.insert(tile.place, tile.hashes);
    }
}

/// Section 2.1.1, letter by letter.
fn mth(d: &[Hash]) -> Hash {
    match d {
        [] => empty_root(),
        [only] => *only,
        _ => {
            let (left, right) = d.split_at(k(d.len()));
            node_hash(mth(left), mth(right))
        }
    }
}

/// Section 2.1.3.1.
fn path(m: usize, d: &[Hash]) -> Vec<Hash> {
    if d.len() == 1 {
        return Vec::new();
    }
    let (left, right) = d.split_at(k(d.len()));
    let (mut way, sibling) = if m < left.len() {
        (path(m, left), mth(right))
    } else {
        (path(m - left.len(), right), mth(left))
    };
    way.push(sibling);
    way
}

/// Section 2.1.4.1.
fn subproof(m: usize, d: &[Hash], b: bool) -> Vec<Hash> {
    if m == d.len() {
        return if b { Vec::new() } else { vec![mth(d)] };
    }
    let (left, right) = d.split_at(k(d.len()));
    let (mut proof, sibling) = if m <= left.len() {
        (subproof(m, left, b), mth(right))
    } else {
        (subproof(m - left.len(), right, false), mth(left))
    };
    proof.push(sibling);
    proof
}

fn k(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// The eight leaves that Certificate Transparency's implementations have tested with since 2013, and the roots of the trees
/// over the first of them.
#[test]
fn the_roots_are_those_of_certificate_transparency() {
    let leaves: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut edge = Edge::new();
    assert_eq!(edge.root().to_string(), roots[0]);
    for (leaf, root) in leaves.into_iter().zip(&roots[1..]) {
        edge.push(leaf_hash(leaf));
        assert_eq!(edge.root().to_string(), *root);
    }
}

/// Of the same set: the way of the first record, and of the sixth, in the tree of eight.
#[test]
fn the_proofs_are_those_of_certificate_transparency() {
    let leaves: Vec<Hash> = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
    ]
    .into_iter()
    .chain(["606162636465666768696a6b6c6d6e6f"])
    .map(|hex| {
        let bytes = (0..hex.len()).step_by(2);
        let bytes = bytes.map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
        leaf_hash(&bytes.collect::<Vec<u8>>())
    })
    .collect();
    let (_, kept) = grown(&leaves);
    let shown = |proof: Vec<Hash>| proof.iter().map(Hash::to_string).collect::<Vec<_>>();
    assert_eq!(
        shown(inclusion_proof(&kept, 0, 8).unwrap()),
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
    );
    assert_eq!(
        shown(inclusion_proof(&kept, 5, 8).unwrap()),
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
    assert_eq!(
        shown(consistency_proof(&kept, 6, 8).unwrap()),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
}

/// Each size up to 600: our roots are those of `ct-merkle`. So are our proofs where small trees are, and around each tile.
#[test]
fn another_implementation_makes_the_same_roots_and_proofs() {
    let leaves = leaves(600);
    let (mut growth, mut kept) = (Growth::new(), Kept::default());
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for (n, leaf) in (0_u64..).zip(&leaves) {
        keep(&mut kept, growth.push(*leaf));
        keep(&mut kept, growth.incomplete());
        theirs.push(record(n));
        let size = n + 1;
        let root = growth.root();
        assert_eq!(root.as_bytes()[..], theirs.root().as_bytes()[..], "{size}");
        assert_eq!(super::root(&kept, size), Ok(root), "{size}");
        if size > 40 && (4..252).contains(&(size % 256)) && size != 600 {
            continue;
        }
        for index in [0, size / 3, size / 2, n] {
            let ours = inclusion_proof(&kept, index, size).unwrap();
            let proof = theirs.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(joined(&ours), proof.as_bytes(), "{index} of {size}");
        }
        for old in [1, size / 3, size / 2, 256, 512, n] {
            if old == 0 || old >= size {
                continue;
            }
            let ours = consistency_proof(&kept, old, size).unwrap();
            let proof = theirs.prove_consistency(usize::try_from(size - old).unwrap());
            assert_eq!(joined(&ours), proof.as_bytes(), "{old} to {size}");
        }
    }
}

/// Around the first complete tile of level 1.
#[test]
fn another_implementation_accepts_our_proofs_where_levels_begin() {
    let leaves = leaves(65_540);
    let (_, kept) = grown(&leaves);
    for size in [65_280, 65_535, 65_536, 65_537, 65_540] {
        let at =
            |size| RootHash::<Sha256>::new((*root(&kept, size).unwrap().as_bytes()).into(), size);
        for index in [0, 255, 256, 65_279, size - 1] {
            let proof = joined(&inclusion_proof(&kept, index, size).unwrap());
            let proof = InclusionProof::try_from_bytes(proof).unwrap();
            let verdict = at(size).verify_inclusion(&record(index), index, &proof);
            assert!(verdict.is_ok(), "{index} of {size}");
        }
        for old in [1, 256, 257, 65_279, size - 1] {
            let proof = joined(&consistency_proof(&kept, old, size).unwrap());
            let proof = ConsistencyProof::try_from_bytes(proof).unwrap();
            let verdict = at(size).verify_consistency(&at(old), &proof);
            assert!(verdict.is_ok(), "{old} to {size}");
        }
    }
}

fn joined(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

#[test]
fn a_tree_grows_on_from_its_tiles_as_if_it_had_never_stopped() {
    let (mut whole, mut kept) = (Growth::new(), Kept::default());
    let mut resumed: Vec<(usize, Growth)> = Vec::new();
    for (size, leaf) in leaves(65_800).into_iter().enumerate() {
        if [0, 1, 255, 256, 257, 512, 65_535, 65_536, 65_537].contains(&size) {
            keep(
                &mut kept,
                whole.incomplete().filter(|tile| tile.place.level == 0),
            );
            let growth = growth(&kept, size as u64).unwrap();
            assert_eq!(growth, whole, "{size}");
            resumed.push((size, growth));
        }
        let complete = whole.push(leaf);
        for (from, growth) in &mut resumed {
            if size < *from + 300 {
                assert_eq!(growth.push(leaf), complete, "from {from} at {size}");
                assert_eq!(*growth, whole, "from {from} at {size}");
            }
        }
        keep(&mut kept, complete);
    }
}

#[test]
fn every_tile_of_the_specification_is_handed_out_with_its_width() {
    let (growth, mut kept) = grown(&leaves(70_000));
    keep(&mut kept, growth.incomplete());
    let found: Vec<(TilePlace, usize)> = kept
        .0
        .iter()
        .map(|(place, hashes)| (*place, hashes.len() / Hash::LEN))
        .collect();
    let expected: Vec<(TilePlace, usize)> = TilePlace::all(70_000)
        .map(|place| (place, place.width(70_000)))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn an_incomplete_tile_that_is_not_kept_is_made_from_those_below_it() {
    let (growth, kept) = grown(&leaves(1000));
    for expected in growth.incomplete() {
        assert_eq!(tile(&kept, expected.place, 1000), Ok(expected.hashes));
    }
    // As it was when the tree was smaller.
    let place = TilePlace::new(1, 0);
    assert_eq!(tile(&kept, place, 600).unwrap().len(), 2 * Hash::LEN);
    assert!(tile(&kept, place, 255).is_err());
}

#[test]
fn what_is_missing_from_the_tiles_is_named() {
    let (_, mut kept) = grown(&leaves(700));
    let place = TilePlace::new(0, 2);
    kept.0.get_mut(&place).unwrap().truncate(10 * 32 + 5);
    let error = root(&kept, 700).unwrap_err();
    assert_eq!(
        error.to_string(),
        "tile 2 of level 0 holds 10 hashes; expected 128"
    );
    kept.0.remove(&TilePlace::new(0, 1));
    assert!(matches!(
        root(&kept, 512),
        Err(TreeError::Missing { place, .. }) if place == TilePlace::new(0, 1)
    ));
    assert_eq!(
        inclusion_proof(&kept, 700, 700).unwrap_err().to_string(),
        "700 is not within a tree of size 700"
    );
    assert!(consistency_proof(&kept, 3, 2).is_err());
}

#[test]
fn an_edge_is_made_of_as_many_roots_as_its_size_has_bits() {
    let (growth, kept) = grown(&leaves(300));
    assert_eq!(edge(&kept, 300).as_ref(), Ok(growth.edge()));
    let roots = growth.edge().roots().to_vec();
    assert_eq!(
        Edge::from_roots(300, roots.clone()),
        Some(growth.edge().clone())
    );
    assert_eq!(Edge::from_roots(301, roots), None);
}

/// A proof for the largest tree there can be, made without its records: all its siblings are the same.
#[test]
fn sizes_up_to_the_last_one_are_checked_without_overflow() {
    let leaf = leaf_hash(b"record");
    let sibling = leaf_hash(b"sibling");
    let proof = [sibling; 64];
    let root = proof.iter().fold(leaf, |node, hash| node_hash(node, *hash));
    assert_eq!(verify_inclusion(leaf, 0, u64::MAX, &proof, root), Ok(()));
    assert_eq!(
        verify_inclusion(leaf, 0, u64::MAX, &proof[..63], root),
        Err(ProofMismatch::Length {
            found: 63,
            expected: 64
        })
    );
    assert!(verify_inclusion(leaf, u64::MAX, u64::MAX, &proof, root).is_err());
    assert!(verify_consistency(u64::MAX - 1, root, u64::MAX, root, &proof).is_err());
    assert!(verify_consistency(1 << 63, root, u64::MAX, root, &proof).is_err());
}

#[test]
fn nothing_is_the_beginning_of_everything_and_proves_nothing_else() {
    let root = leaf_hash(b"record");
    assert_eq!(verify_consistency(0, empty_root(), 1, root, &[]), Ok(()));
    assert!(verify_consistency(0, root, 1, root, &[]).is_err());
    assert!(verify_consistency(0, empty_root(), 1, root, &[root]).is_err());
    assert_eq!(verify_consistency(1, root, 1, root, &[]), Ok(()));
    assert!(verify_consistency(1, root, 1, empty_root(), &[]).is_err());
    assert!(verify_consistency(2, root, 1, root, &[]).is_err());
    assert!(verify_inclusion(root, 0, 0, &[], empty_root()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn roots_and_proofs_are_those_of_the_definition(size in 1_usize..1200, at in 0.0..1.0_f64) {
        let leaves = leaves(size as u64);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let index = (at * size as f64) as usize;
        let (growth, kept) = grown(&leaves);
        let root = mth(&leaves);
        prop_assert_eq!(growth.root(), root);
        let proof = inclusion_proof(&kept, index as u64, size as u64).unwrap();
        prop_assert_eq!(&proof, &path(index, &leaves));
        prop_assert_eq!(verify_inclusion(leaves[index], index as u64, size as u64, &proof, root), Ok(()));
        let old = index + 1;
        let proof = consistency_proof(&kept, old as u64, size as u64).unwrap();
        prop_assert_eq!(&proof, &subproof(old, &leaves, true));
        let old_root = mth(&leaves[..old]);
        prop_assert_eq!(verify_consistency(old as u64, old_root, size as u64, root, &proof), Ok(()));
    }

    /// One hash of a proof changed, left out, repeated, or exchanged; another record, index, size or root.
    #[test]
    fn what_was_tampered_with_proves_nothing(size in 2_u64..700, at in any::<u64>(), by in any::<usize>(), bit in 0_usize..256) {
        let leaves = leaves(size);
        let index = at % size;
        let (growth, kept) = grown(&leaves);
        let root = growth.root();
        let leaf = leaves[usize::try_from(index).unwrap()];
        let proof = inclusion_proof(&kept, index, size).unwrap();
        let old = 1 + at % (size - 1);
        let old_root = super::root(&kept, old).unwrap();
        let consistency = consistency_proof(&kept, old, size).unwrap();
        let flip = |hash: Hash| {
            let mut bytes = *hash.as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            Hash::new(bytes)
        };
        for changed in changes(&proof, by, flip) {
            let error = verify_inclusion(leaf, index, size, &changed, root).unwrap_err();
            let is_length = matches!(error, ProofMismatch::Length { .. });
            prop_assert_eq!(is_length, changed.len() != proof.len());
        }
        for changed in changes(&consistency, by, flip) {
            let error = verify_consistency(old, old_root, size, root, &changed).unwrap_err();
            let is_length = matches!(error, ProofMismatch::Length { .. });
            prop_assert_eq!(is_length, changed.len() != consistency.len());
        }
        prop_assert!(verify_inclusion(flip(leaf), index, size, &proof, root).is_err());
        prop_assert!(verify_inclusion(leaf, index, size, &proof, flip(root)).is_err());
        prop_assert!(verify_inclusion(leaf, (index + 1) % size, size, &proof, root).is_err());
        prop_assert!(verify_consistency(old, flip(old_root), size, root, &consistency).is_err());
        prop_assert!(verify_consistency(old, old_root, size, flip(root), &consistency).is_err());
    }
}

fn changes(proof: &[Hash], by: usize, flip: impl Fn(Hash) -> Hash) -> Vec<Vec<Hash>> {
    let mut longer = proof.to_vec();
    longer.push(empty_root());
    let mut all = vec![longer];
    if proof.is_empty() {
        return all;
    }
    let at = by % proof.len();
    let mut flipped = proof.to_vec();
    flipped[at] = flip(flipped[at]);
    let mut shorter = proof.to_vec();
    shorter.remove(at);
    let mut exchanged = proof.to_vec();
    exchanged.rotate_left(1);
    all.extend([flipped, shorter]);
    if exchanged != proof {
        all.push(exchanged);
    }
    all
}
