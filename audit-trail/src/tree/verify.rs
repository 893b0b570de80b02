//! Proofs, checked without the tree.

use super::error::ProofMismatch;
use super::hash::{Hash, empty_root, node_hash};

/// Checks that `leaf` is record `index` of the tree of this size and root: RFC 9162, section 2.1.3.2.
///
/// # Errors
/// In which way the proof does not prove that.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofMismatch> {
    if index >= size {
        return Err(ProofMismatch::OutOfRange { asked: index, size });
    }
    // Below the height at which the way of the record meets that of the last one every step has a sibling; above it there is one
    // for each subtree to the left.
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    has_length(proof, inner + border)?;

    let mut node = leaf;
    for (height, hash) in (0..).zip(proof) {
        let is_right = height >= inner || index >> height & 1 == 1;
        node = if is_right {
            node_hash(*hash, node)
        } else {
            node_hash(node, *hash)
        };
    }
    is_root(node, root)
}

/// Checks that the tree of the older size and root is what the newer one begins with: RFC 9162, section 2.1.4.2. Of a tree
/// without records everything is a continuation, of one of the same size itself alone; neither needs a hash.
///
/// # Errors
/// In which way the proof does not prove that.
pub fn verify_consistency(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofMismatch> {
    if old_size > new_size {
        return Err(ProofMismatch::OutOfRange {
            asked: old_size,
            size: new_size,
        });
    }
    if old_size == 0 {
        has_length(proof, 0)?;
        return is_old_root(empty_root(), old_root);
    }
    if old_size == new_size {
        has_length(proof, 0)?;
        return is_root(old_root, new_root);
    }

    // The proof begins at the largest subtree that ends the older tree. If that is all of it, its root is known.
    let shift = old_size.trailing_zeros();
    let index = (old_size - 1) >> shift;
    let last = (new_size - 1) >> shift;
    let inner = u64::BITS - (index ^ last).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    let told = u32::from(!old_size.is_power_of_two());
    has_length(proof, told + inner + border)?;
    let (seed, rest) = match proof.split_first() {
        Some((first, rest)) if told == 1 => (*first, rest),
        _ => (old_root, proof),
    };

    let (mut old, mut new) = (seed, seed);
    for (height, hash) in (0..).zip(rest) {
        let is_right = height >= inner || index >> height & 1 == 1;
        if is_right {
            old = node_hash(*hash, old);
            new = node_hash(*hash, new);
        } else {
            // What stands to the right came after the older tree.
            new = node_hash(new, *hash);
        }
    }
    is_old_root(old, old_root)?;
    is_root(new, new_root)
}

fn has_length(proof: &[Hash], expected: u32) -> Result<(), ProofMismatch> {
    // At most 129.
    let expected = usize::try_from(expected).unwrap_or(usize::MAX);
    if proof.len() == expected {
        return Ok(());
    }
    Err(ProofMismatch::Length {
        found: proof.len(),
        expected,
    })
}

fn is_root(found: Hash, expected: Hash) -> Result<(), ProofMismatch> {
    if found == expected {
        return Ok(());
    }
    Err(ProofMismatch::Root { found, expected })
}

fn is_old_root(found: Hash, expected: Hash) -> Result<(), ProofMismatch> {
    if found == expected {
        return Ok(());
    }
    Err(ProofMismatch::OldRoot { found, expected })
}
