//! Points in time and times of day.

use jiff::tz::TimeZone;

use super::super::ast::Window;

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// The nanoseconds since 1970 of an RFC 3339 text, if they fit 64 bits.
pub(crate) fn nanos(text: &str) -> Option<i128> {
    let number = |from: usize, to: usize| -> Option<i128> {
        let part = text.get(from..to)?;
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        if digits { part.parse().ok() } else { None }
    };
    let mark = |at: usize, marks: &str| -> Option<()> {
        let found = text.get(at..=at)?;
        marks.contains(found).then_some(())
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    for (at, marks) in [(4, "-"), (7, "-"), (10, "Tt"), (13, ":"), (16, ":")] {
        mark(at, marks)?;
    }
    let mut rest = text.get(19..)?;
    let mut fraction = 0;
    if let Some(behind) = rest.strip_prefix('.') {
        let length = behind.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 || length > 9 {
            return None;
        }
        fraction = format!("{:0<9}", &behind[..length]).parse().ok()?;
        rest = &behind[length..];
    }
    let offset = match rest.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let minutes: i128 =
                rest[1..3].parse::<i128>().ok()? * 60 + rest[4..6].parse::<i128>().ok()?;
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    if month < 1
        || day < 1
        || day > days_of(year, month)?
        || hour > 23
        || minute > 59
        || second > 59
    {
        return None;
    }
    let days = days_since_1970(year, month, day);
    let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second;
    let nanos = seconds * SECOND + fraction;
    i64::try_from(nanos).is_ok().then_some(nanos)
}

fn is_leap(year: i128) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_of(year: i128, month: i128) -> Option<i128> {
    Some(match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

/// Counted year by year and month by month.
fn days_since_1970(year: i128, month: i128, day: i128) -> i128 {
    let length = |year: i128| if is_leap(year) { 366 } else { 365 };
    let years: i128 = if year >= 1970 {
        (1970..year).map(length).sum()
    } else {
        -(year..1970).map(length).sum::<i128>()
    };
    let months: i128 = (1..month).filter_map(|month| days_of(year, month)).sum();
    years + months + day - 1
}

/// Whether a time of day holds this point in time.
pub(crate) fn is_within(window: &Window, nanos: i128) -> bool {
    let local = nanos + offset_of(window.zone, nanos);
    let (day, clock) = (local.div_euclid(DAY), local.rem_euclid(DAY));
    // The first of January 1970 was a Thursday.
    let weekday = |day: i128| u8::try_from((day + 3).rem_euclid(7)).unwrap();
    let begins_on = |day: i128| {
        let days = window.days.as_ref();
        days.is_none_or(|days| days.contains(&weekday(day)))
    };
    let (from, to) = (clock_of(window.from), clock_of(window.to));
    if to > from {
        begins_on(day) && from <= clock && clock < to
    } else {
        (begins_on(day) && clock >= from) || (begins_on(day - 1) && clock < to)
    }
}

/// `17:30` or `17:30:05`, in nanoseconds.
fn clock_of(text: &str) -> i128 {
    let mut parts = text.split(':').map(|part| part.parse::<i128>().unwrap());
    let (hour, minute) = (parts.next().unwrap(), parts.next().unwrap());
    ((hour * 60 + minute) * 60 + parts.next().unwrap_or(0)) * SECOND
}

/// How far the clocks of a zone are ahead at this point in time.
fn offset_of(zone: &str, nanos: i128) -> i128 {
    let seconds = match zone.as_bytes() {
        b"UTC" => 0,
        [sign @ (b'+' | b'-'), ..] => {
            let seconds = clock_of(&zone[1..]) / SECOND;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => {
            let time = jiff::Timestamp::from_nanosecond(nanos).unwrap();
            i128::from(TimeZone::get(zone).unwrap().to_offset(time).seconds())
        }
    };
    seconds * SECOND
}

#[test]
fn times_are_counted_from_1970() {
    assert_eq!(nanos("1970-01-01T00:00:00Z"), Some(0));
    assert_eq!(
        nanos("2026-11-23T09:00:00.5+01:00"),
        Some(1_795_420_800_500_000_000)
    );
    assert_eq!(
        nanos("2026-11-23t08:00:00.500000000z"),
        Some(1_795_420_800_500_000_000)
    );
    assert_eq!(nanos("1969-12-31T23:59:59.999999999Z"), Some(-1));
    assert_eq!(nanos("2000-02-29T00:00:00Z"), Some(951_782_400_000_000_000));
    assert_eq!(
        nanos("2262-04-11T23:47:16.854775807Z"),
        Some(i128::from(i64::MAX))
    );
    assert_eq!(
        nanos("1677-09-21T00:12:43.145224192Z"),
        Some(i128::from(i64::MIN))
    );
    for odd in [
        "2262-04-11T23:47:16.854775808Z",
        "2026-11-23",
        "2026-11-23T08:00:00",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T08:00Z",
        "yesterday",
        "",
    ] {
        assert_eq!(nanos(odd), None, "{odd}");
    }
}

#[test]
fn a_time_of_day_may_pass_midnight_and_follows_the_clocks() {
    let window = |from, to, zone, days: Option<&[u8]>| Window {
        from,
        to,
        zone,
        days: days.map(<[u8]>::to_vec),
    };
    let at = |text| nanos(text).unwrap();
    let office = window("09:00", "17:30", "Europe/Berlin", Some(&[0, 1]));
    assert!(is_within(&office, at("2026-11-23T08:00:00Z")), "Monday");
    assert!(!is_within(&office, at("2026-11-23T16:30:00Z")));
    assert!(
        is_within(&office, at("2026-06-01T07:00:00Z")),
        "summer time"
    );
    assert!(!is_within(&office, at("2026-11-25T08:00:00Z")), "Wednesday");
    let night = window("22:00", "06:00", "UTC", Some(&[4]));
    assert!(is_within(&night, at("2026-11-28T05:59:59Z")));
    assert!(!is_within(&night, at("2026-11-27T05:59:59Z")));
    let always = window("06:00", "06:00", "-03:30", None);
    assert!(is_within(&always, at("2026-11-27T05:59:59Z")));
}
