//! Texts and numbers as JSON (RFC 8259 §6 and §7), in the bytes that `serde_json` writes.

use super::ink::Ink;

/// What stands behind the backslash for a byte that can't stand for itself; 0 for one that can, `u` for one that has no
/// letter.
#[inline]
const fn escape_of(byte: u8) -> u8 {
    match byte {
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        b'"' | b'\\' => byte,
        0..0x20 => b'u',
        _ => 0,
    }
}

/// A text in quotes.
#[inline]
pub(super) fn text(text: &str, ink: &mut Ink<'_>) {
    between(b"\"", text, b"\"", ink);
}

/// A text between two pieces, which bear its quotes.
#[inline]
pub(super) fn between<const A: usize, const B: usize>(
    before: &[u8; A],
    text: &str,
    behind: &[u8; B],
    ink: &mut Ink<'_>,
) {
    let bytes = text.as_bytes();
    if is_plain(bytes) {
        ink.between(before, bytes, behind);
    } else {
        ink.put(before);
        escaped(bytes, ink);
        ink.put(behind);
    }
}

/// Whether every byte stands for itself: eight at a time, as most do. The last eight may overlap those before.
#[inline]
fn is_plain(bytes: &[u8]) -> bool {
    let Some((_, last)) = bytes.split_last_chunk::<8>() else {
        return oddities(short(bytes)) == 0;
    };
    let mut odd = oddities(u64::from_ne_bytes(*last));
    for word in bytes.as_chunks::<8>().0 {
        odd |= oddities(u64::from_ne_bytes(*word));
    }
    odd == 0
}

/// Up to seven bytes as eight: some stand twice, or there are spaces behind them.
#[inline]
fn short(bytes: &[u8]) -> u64 {
    const SPACES: u64 = 0x2020_2020_2020_2020;
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return u64::from(u32::from_ne_bytes(*first)) << 32 | u64::from(u32::from_ne_bytes(*last));
    }
    match *bytes {
        [one] => SPACES << 8 | u64::from(one),
        [one, two] => SPACES << 16 | u64::from(one) << 8 | u64::from(two),
        [one, two, three] => {
            SPACES << 24 | u64::from(one) << 16 | u64::from(two) << 8 | u64::from(three)
        }
        _ => SPACES,
    }
}

/// The highest bit of each byte that is below a space, a quote or a backslash. A byte behind one that is may be marked
/// too; none is where none is.
#[inline]
const fn oddities(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word
    }
    let quotes = word ^ (ONES * b'"' as u64);
    let backslashes = word ^ (ONES * b'\\' as u64);
    let below = word.wrapping_sub(ONES * 0x20) & !word;
    (below | zeros(quotes) | zeros(backslashes)) & HIGH
}

#[cold]
fn escaped(bytes: &[u8], ink: &mut Ink<'_>) {
    let mut rest = bytes;
    while let Some(place) = rest.iter().position(|byte| escape_of(*byte) != 0) {
        let (plain, odd) = rest.split_at(place);
        ink.copy(plain);
        let Some((byte, behind)) = odd.split_first() else {
            break;
        };
        match escape_of(*byte) {
            b'u' => {
                ink.put(b"\\u00");
                hex(std::slice::from_ref(byte), ink);
            }
            letter => ink.put(&[b'\\', letter]),
        }
        rest = behind;
    }
    ink.copy(rest);
}

/// A whole number.
#[inline]
pub(super) fn whole(number: impl itoa::Integer, ink: &mut Ink<'_>) {
    ink.copy(itoa::Buffer::new().format(number).as_bytes());
}

/// A true or a false.
#[inline]
pub(super) fn flag(flag: bool, ink: &mut Ink<'_>) {
    ink.copy(if flag { b"true" } else { b"false" });
}

/// Bytes as lower-case hexadecimal digits.
#[inline]
pub(super) fn hex(bytes: &[u8], ink: &mut Ink<'_>) {
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        ink.put(&digits(u32::from_be_bytes(*word)));
    }
    for byte in rest {
        let [.., high, low] = digits(u32::from(*byte));
        ink.put(&[high, low]);
    }
}

/// The eight digits of a number, the highest first: all at once, each in a byte of its own.
#[inline]
pub(super) const fn digits(number: u32) -> [u8; 8] {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut fours = number as u64;
    fours = (fours | fours << 16) & 0x0000_ffff_0000_ffff;
    fours = (fours | fours << 8) & 0x00ff_00ff_00ff_00ff;
    fours = (fours | fours << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    // One where the digit is a letter.
    let letters = ((fours + 6 * ONES) >> 4) & ONES;
    (fours + b'0' as u64 * ONES + letters * (b'a' - b'9' - 1) as u64).to_be_bytes()
}
