//! The word that was most likely meant.

/// Above this many accepted words, or in longer words, nobody looks for a misspelling.
const COMPARED: usize = 256;

/// The longest word that is compared.
const LONGEST: usize = 64;

/// The accepted word that is at most two edits away in any case of its letters, if there is one.
pub(crate) fn nearest<'a>(
    word: &str,
    accepted: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = (word.len() <= LONGEST).then(|| word.to_lowercase());
    let lower = lower.as_deref().unwrap_or(word);
    // Of names that differ in their case alone, the one that is written like the word.
    let (distance, _, nearest) = accepted
        .into_iter()
        .take(COMPARED)
        .map(|candidate| {
            let distance = edits(lower, &candidate.to_lowercase());
            (distance, edits(word, candidate), candidate)
        })
        .min_by_key(|(distance, exact, _)| (*distance, *exact))?;
    // Two edits turn any word of two letters into any other.
    (distance <= 2 && distance < nearest.chars().count()).then_some(nearest)
}

/// How many letters must be inserted, removed or replaced; words that differ much in length or are long count as far.
fn edits(from: &str, to: &str) -> usize {
    if from.len().abs_diff(to.len()) > 8 || from.len() > LONGEST {
        return usize::MAX;
    }
    let to: Vec<char> = to.chars().collect();
    // One row of the table: the edits from the letters so far to each beginning of `to`.
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (taken, letter) in from.chars().enumerate() {
        let mut next = vec![taken + 1];
        for ((diagonal, above), other) in row.iter().zip(row.iter().skip(1)).zip(&to) {
            let left = next.last().copied().unwrap_or(usize::MAX);
            let replaced = diagonal + usize::from(letter != *other);
            next.push(replaced.min(above + 1).min(left.saturating_add(1)));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_another_case_is_near() {
        let words = ["block", "require_approval"];
        assert_eq!(nearest("BLOCK", words), Some("block"));
        assert_eq!(nearest("RequireApproval", words), Some("require_approval"));
        assert_eq!(nearest("amount", ["Amount", "AMOUNT"]), Some("Amount"));
        assert_eq!(nearest("deny", words), None);
    }
}
