//! Bodies.

/// Each makes a `total: u64` of `text` and `number`; `{odd}` is an odd number that differs from function to function.
pub(crate) const BODIES: [&str; 8] = [
    r"    if text.is_empty() {
        return Err(Error::Empty);
    }
    let mut total = number;
    for (place, byte) in text.bytes().enumerate() {
        total = total.wrapping_mul({odd}).wrapping_add(u64::from(byte) << (place % 8));
    }
",
    r"    let mut words: Vec<&str> = text.split('-').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    let longest = words.iter().map(|word| word.len()).max().ok_or(Error::Empty)?;
    if longest > {odd} {
        return Err(Error::Limit({odd}));
    }
    let total = number ^ (longest as u64 * {odd});
",
    r"    let rate = match number % 5 {
        0 => {odd},
        1 | 2 => text.len() as u64 + 2,
        3 => return Err(Error::Limit(number.max({odd}))),
        _ => 7,
    };
    let total = number.checked_mul(rate).unwrap_or({odd}) / 3;
",
    r"    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let parsed = digits.parse::<u64>().unwrap_or({odd});
    let total = if parsed > number {
        parsed - number
    } else {
        number.wrapping_sub(parsed).wrapping_mul({odd})
    };
",
    r#"    let line = format!("{text}:{number}:{odd}");
    if line.len() > 2_000 {
        return Err(Error::Limit({odd}));
    }
    let vowels = line.chars().filter(|letter| matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')).count();
    let total = line.len() as u64 * {odd} + vowels as u64;
"#,
    r"    let mut seen = [0_u32; 16];
    for byte in text.bytes() {
        seen[usize::from(byte % 16)] += 1;
    }
    let busiest = seen.iter().max().copied().ok_or(Error::Empty)?;
    let total = number.wrapping_add(u64::from(busiest) * {odd});
",
    r"    let (mut left, mut total) = (number.max(1), 0_u64);
    while left > 0 {
        total = total.wrapping_mul(10).wrapping_add(left % 10);
        left /= 10;
    }
    if total % {odd} == 1 {
        return Err(Error::Empty);
    }
",
    r"    let fee = number.checked_div(text.len() as u64).ok_or(Error::Empty)?;
    let mut total = 0_u64;
    for step in 0..fee.min(12) {
        total += (number >> step) & {odd};
    }
    let capped = text.len().min({odd});
    total ^= text.get(..capped).map_or(0, str::len) as u64;
",
];
