//! Comparing short texts without a call.

/// Whether two texts are equal.
///
/// Names and literals are nearly always shorter than seventeen bytes; two overlapping loads then compare
/// all of them, where the general comparison is a call into the C library.
#[inline]
pub(crate) fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        0..4 => a.iter().eq(b),
        4..8 => ends::<4>(a) == ends::<4>(b),
        8..17 => ends::<8>(a) == ends::<8>(b),
        _ => a == b,
    }
}

/// The first and the last `N` bytes, which overlap in a text shorter than twice `N`.
#[inline]
fn ends<const N: usize>(text: &[u8]) -> (Option<&[u8; N]>, Option<&[u8; N]>) {
    (text.first_chunk(), text.last_chunk())
}

#[cfg(test)]
mod tests {
    use super::same_text;

    #[test]
    fn agrees_with_equality_for_every_length_and_every_differing_byte() {
        let text: String = ('a'..='z').cycle().take(40).collect();
        for length in 0..=text.len() {
            let original = &text[..length];
            assert!(same_text(original, &String::from(original)));
            assert!(!same_text(original, &format!("{original}x")));
            for place in 0..length {
                let mut changed = original.to_owned();
                changed.replace_range(place..=place, "#");
                assert!(
                    !same_text(original, &changed),
                    "length {length}, byte {place}"
                );
            }
        }
    }
}
