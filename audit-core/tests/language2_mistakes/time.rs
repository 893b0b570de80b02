//! Points in time, and times of day.

use crate::language2_mistakes::golden::{assert_golden, condition};

#[test]
fn a_time_has_a_date_a_time_of_day_and_an_offset() {
    let time = |name, value: &str| {
        condition(
            name,
            &format!("{{subject: action.due, operator: before, value: {value}}}"),
        )
    };
    assert_golden(
        "time",
        &[
            time("no offset", "2026-11-23T08:00:00"),
            time("no offset behind a fraction", "2026-11-23T08:00:00.5"),
            time("a date", "2026-11-23"),
            time("no seconds", "2026-11-23T08:00Z"),
            time("hour 25", "2026-11-23T25:00:00Z"),
            time("minute 60", "2026-11-23T08:60:00Z"),
            time("a leap second", "2026-12-31T23:59:60Z"),
            time("month 13", "2026-13-23T08:00:00Z"),
            time("the 30th of February", "2026-02-30T08:00:00Z"),
            time("an abbreviation", "2026-11-23T08:00:00 CET"),
            time("a zone in brackets", "'2026-11-23T08:00:00[Europe/Berlin]'"),
            time(
                "an offset and a zone",
                "'2026-11-23T08:00:00+01:00[Europe/Berlin]'",
            ),
            time("an offset without a colon", "2026-11-23T08:00:00+0100"),
            time("an offset out of range", "2026-11-23T08:00:00+24:00"),
            time("ten digits of a second", "2026-11-23T08:00:00.0123456789Z"),
            time("no digit of a second", "2026-11-23T08:00:00.Z"),
            time("before 1677", "1600-01-01T00:00:00Z"),
            time("after 2262", "2263-01-01T00:00:00Z"),
            time("late in 2262", "2262-12-01T00:00:00Z"),
            time("early in 1677", "1677-01-01T00:00:00Z"),
            time("a year of two digits", "26-11-23T08:00:00Z"),
            time("a number", "1700000000"),
            time("a word", "tomorrow"),
            time("other letters", "'２０２６-11-23T08:00:00Z'"),
            time("an empty text", "''"),
        ],
    );
}

#[test]
fn a_time_of_day_has_two_ends_and_a_zone() {
    let window = |name, value: &str| {
        condition(
            name,
            &format!("{{subject: request.time, operator: within, value: {value}}}"),
        )
    };
    let zone = |name, zone: &str| {
        window(
            name,
            &format!("{{from: '09:00', to: '17:00', zone: {zone}}}"),
        )
    };
    assert_golden(
        "window",
        &[
            window("nothing in it", "{}"),
            window("a text", "'09:00-17:00'"),
            window(
                "keys that do not exist",
                "{start: '09:00', end: '17:00', tz: UTC, day: mon}",
            ),
            window(
                "no hour of two digits",
                "{from: '9:00', to: '17:00', zone: UTC}",
            ),
            window(
                "the end of the day",
                "{from: '09:00', to: '24:00', zone: UTC}",
            ),
            window("hour 25", "{from: '25:00', to: '17:00', zone: UTC}"),
            window(
                "a fraction of a second",
                "{from: '09:00:00.5', to: '17:00', zone: UTC}",
            ),
            window("numbers", "{from: 9, to: 17.30, zone: UTC}"),
            window("afternoon", "{from: 9am, to: 5pm, zone: UTC}"),
            window(
                "days that do not exist",
                "{from: '09:00', to: '17:00', zone: UTC, days: [monday, tues, mo]}",
            ),
            window(
                "no day",
                "{from: '09:00', to: '17:00', zone: UTC, days: []}",
            ),
            window(
                "a day twice",
                "{from: '09:00', to: '17:00', zone: UTC, days: [mon, tue, mon], x: 1}",
            ),
            window(
                "one day",
                "{from: '09:00', to: '17:00', zone: UTC, days: mon}",
            ),
            zone("a misspelled zone", "Europe/Berln"),
            zone("another case", "europe/berlin"),
            zone("a city", "Berlin"),
            zone("an abbreviation", "PST"),
            zone("nowhere", "Atlantis/Poseidonis"),
            zone("the unknown zone", "Etc/Unknown"),
            zone("a short offset", "+2"),
            zone("an offset out of range", "'+25:00'"),
            zone("a number", "2"),
            zone("`utc`", "utc"),
            zone("`Z`", "Z"),
        ],
    );
}
