//! Points in time, and times of day.

use crate::language_2_mistakes::golden::{assert_golden, comparison, table};

const TIMES: &str = "
no offset | 2026-11-23T08:00:00
no offset behind a fraction | 2026-11-23T08:00:00.5
a date | 2026-11-23
no seconds | 2026-11-23T08:00Z
hour 25 | 2026-11-23T25:00:00Z
minute 60 | 2026-11-23T08:60:00Z
a leap second | 2026-12-31T23:59:60Z
month 13 | 2026-13-23T08:00:00Z
the 30th of February | 2026-02-30T08:00:00Z
an abbreviation | 2026-11-23T08:00:00 CET
a blank before the offset | 2026-11-23T08:00:00 +01:00
a zone in brackets | '2026-11-23T08:00:00[Europe/Berlin]'
an offset and a zone | '2026-11-23T08:00:00+01:00[Europe/Berlin]'
an offset without a colon | 2026-11-23T08:00:00+0100
an offset out of range | 2026-11-23T08:00:00+24:00
ten digits of a second | 2026-11-23T08:00:00.0123456789Z
no digit of a second | 2026-11-23T08:00:00.Z
before 1677 | 1600-01-01T00:00:00Z
after 2262 | 2263-01-01T00:00:00Z
late in 2262 | 2262-12-01T00:00:00Z
early in 1677 | 1677-01-01T00:00:00Z
a year of two digits | 26-11-23T08:00:00Z
a number | 1700000000
a word | tomorrow
other digits | '２０２６-11-23T08:00:00Z'
an empty text | ''
";

const WINDOWS: &str = "
nothing in it | {}
a text | '09:00-17:00'
keys that do not exist | {start: '09:00', end: '17:00', tz: UTC, day: mon}
no hour of two digits | {from: '9:00', to: '17:00', zone: UTC}
the end of the day | {from: '09:00', to: '24:00', zone: UTC}
hour 25 | {from: '25:00', to: '17:00', zone: UTC}
a fraction of a second | {from: '09:00:00.5', to: '17:00', zone: UTC}
numbers | {from: 9, to: 17.30, zone: UTC}
afternoon | {from: 9am, to: 5pm, zone: UTC}
days that do not exist | {from: '09:00', to: '17:00', zone: UTC, days: [monday, tues, mo, holiday]}
no day | {from: '09:00', to: '17:00', zone: UTC, days: []}
a day twice | {from: '09:00', to: '17:00', zone: UTC, days: [mon, tue, mon], x: 1}
one day | {from: '09:00', to: '17:00', zone: UTC, days: mon}
";

const ZONES: &str = "
a misspelled zone | Europe/Berln
another case | europe/berlin
a city | Berlin
an abbreviation | PST
nowhere | Atlantis/Poseidonis
the unknown zone | Etc/Unknown
a short offset | +2
an offset out of range | '+25:00'
a number | 2
`utc` | utc
`Z` | Z
";

#[test]
fn a_time_has_a_date_a_time_of_day_and_an_offset() {
    let time = |name: &str, value: &str| comparison(name, &format!("action.due before {value}"));
    assert_golden("time", &table(TIMES, time));
}

#[test]
fn a_time_of_day_has_two_ends_and_a_zone() {
    let window =
        |name: &str, value: &str| comparison(name, &format!("request.time within {value}"));
    let zone = |name: &str, zone: &str| {
        window(
            name,
            &format!("{{from: '09:00', to: '17:00', zone: {zone}}}"),
        )
    };
    let mut cases = table(WINDOWS, window);
    cases.extend(table(ZONES, zone));
    assert_golden("window", &cases);
}
