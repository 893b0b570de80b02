//! What values look like in a record, for every type that can be captured.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{
    NonZeroI32, NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroUsize,
};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use audit_core::{Capture, Fields, Text, Timestamp, Value, audit};

use crate::world::World;

/// How an argument of this value is written in the record.
fn recorded<T: Capture>(value: T) -> String {
    #[audit(action = "refund", fields(it))]
    fn takes<T: Capture>(it: T) -> T {
        it
    }
    let world = World::new();
    world.run(|| takes(value));
    let json = world.fields();
    let inner = json.strip_prefix(r#"{"it":"#).unwrap();
    inner.strip_suffix('}').unwrap().to_owned()
}

#[test]
fn numbers_are_recorded_to_the_last_digit() {
    assert_eq!(recorded(i8::MIN), "-128");
    assert_eq!(recorded(i16::MIN), "-32768");
    assert_eq!(recorded(i32::MIN), "-2147483648");
    assert_eq!(recorded(i64::MIN), "-9223372036854775808");
    assert_eq!(recorded(isize::MIN), "-9223372036854775808");
    assert_eq!(recorded(u8::MAX), "255");
    assert_eq!(recorded(u16::MAX), "65535");
    assert_eq!(recorded(u32::MAX), "4294967295");
    assert_eq!(recorded(u64::MAX), "18446744073709551615");
    assert_eq!(recorded(usize::MAX), "18446744073709551615");
    assert_eq!(recorded(1.5_f32), "1.5");
    assert_eq!(recorded(0.1_f64), "0.1");
    assert_eq!(recorded(f64::NAN), r#"{"$f64":"nan"}"#);
    assert_eq!(recorded(f64::NEG_INFINITY), r#"{"$f64":"-inf"}"#);
    assert_eq!(recorded(NonZeroU8::MAX), "255");
    assert_eq!(recorded(NonZeroU16::MIN), "1");
    assert_eq!(recorded(NonZeroU32::MIN), "1");
    assert_eq!(recorded(NonZeroU64::MAX), "18446744073709551615");
    assert_eq!(recorded(NonZeroUsize::MIN), "1");
    assert_eq!(recorded(NonZeroI32::MIN), "-2147483648");
    assert_eq!(recorded(NonZeroI64::MIN), "-9223372036854775808");
}

#[test]
fn numbers_beyond_64_bits_are_recorded_as_their_digits() {
    assert_eq!(recorded(7_i128), "7");
    assert_eq!(recorded(u128::from(u64::MAX)), "18446744073709551615");
    assert_eq!(recorded(u128::MAX), format!(r#""{}""#, u128::MAX));
    assert_eq!(recorded(i128::MIN), format!(r#""{}""#, i128::MIN));
}

#[test]
fn texts_are_recorded_whatever_they_hold() {
    assert_eq!(recorded("a\0b"), r#""a\u0000b""#);
    assert_eq!(recorded("ä\u{1F600}\n"), "\"ä\u{1F600}\\n\"");
    assert_eq!(recorded(String::from("a")), r#""a""#);
    assert_eq!(recorded('x'), r#""x""#);
    assert_eq!(recorded(Text::from("a")), r#""a""#);
    assert_eq!(recorded(Cow::Borrowed("a")), r#""a""#);
    assert_eq!(recorded::<Box<str>>("a".into()), r#""a""#);
    assert_eq!(recorded::<Rc<str>>("a".into()), r#""a""#);
    assert_eq!(recorded::<Arc<str>>("a".into()), r#""a""#);
    assert_eq!(recorded(&&&"a"), r#""a""#);
    assert_eq!(recorded(&mut String::from("a")), r#""a""#);
    assert_eq!(recorded(Path::new("/a")), r#""/a""#);
    assert_eq!(recorded(PathBuf::from("/a")), r#""/a""#);
    assert_eq!(recorded(IpAddr::V4(Ipv4Addr::LOCALHOST)), r#""127.0.0.1""#);
    assert_eq!(recorded(Ipv4Addr::LOCALHOST), r#""127.0.0.1""#);
    assert_eq!(recorded(Ipv6Addr::LOCALHOST), r#""::1""#);
    assert_eq!(
        recorded(SocketAddr::from(([1, 2, 3, 4], 5))),
        r#""1.2.3.4:5""#
    );
    assert_eq!(
        recorded(Timestamp::default()),
        r#""1970-01-01T00:00:00.000000000Z""#
    );
    let id: audit_core::EventId = "01a205f0-d476-7000-8000-000000000001".parse().unwrap();
    assert_eq!(recorded(id), r#""01a205f0-d476-7000-8000-000000000001""#);
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_is_recorded_with_marks() {
    use std::os::unix::ffi::OsStrExt as _;
    let path = Path::new(std::ffi::OsStr::from_bytes(b"/a\xff"));
    assert_eq!(recorded(path), "\"/a\u{FFFD}\"");
}

#[test]
fn what_holds_values_is_recorded_as_what_it_holds() {
    assert_eq!(recorded(true), "true");
    assert_eq!(recorded(Some(1)), "1");
    assert_eq!(recorded(None::<u8>), "null");
    assert_eq!(recorded(Some(Some("a"))), r#""a""#);
    assert_eq!(recorded(vec![1, 2]), "[1,2]");
    assert_eq!(recorded([Some("a"), None]), r#"["a",null]"#);
    assert_eq!(recorded(&[1_u8, 2][..]), "[1,2]");
    assert_eq!(recorded(VecDeque::from([1, 2])), "[1,2]");
    assert_eq!(recorded(Fields::new().with("a", 1)), r#"{"a":1}"#);
    assert_eq!(recorded(Value::from(vec![1, 2])), "[1,2]");
    let tree = BTreeMap::from([("b", vec![1]), ("a", vec![])]);
    assert_eq!(recorded(tree), r#"{"a":[],"b":[1]}"#);
}

#[test]
fn equal_maps_are_recorded_alike_whatever_order_they_keep() {
    let names: Vec<String> = (10..60).map(|number| format!("n{number}")).collect();
    let one: HashMap<&str, u8> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let other: HashMap<&str, u8> = names.iter().rev().map(|name| (name.as_str(), 1)).collect();
    assert_eq!(recorded(one), recorded(other));
}

#[test]
fn a_long_text_is_recorded_whole_and_suppresses_nothing() {
    let long = "x".repeat(1 << 20);
    assert_eq!(recorded(long.as_str()).len(), (1 << 20) + 2);
}

/// As many arguments as stand there, all asked for by name.
macro_rules! many {
    ($test:ident, $($name:ident)+) => {
        #[test]
        fn $test() {
            #[audit(action = "refund", fields($($name),+))]
            #[allow(clippy::too_many_arguments, clippy::many_single_char_names)]
            fn takes($($name: &str),+) -> usize {
                [$($name),+].len()
            }
            let world = World::new();
            world.run(|| takes($(stringify!($name)),+));
            let expected = [$(format!(r#""{0}":"{0}""#, stringify!($name))),+].join(",");
            assert_eq!(world.fields(), format!("{{{expected}}}"));
        }
    };
}

many!(five_arguments_are_recorded_in_order, a b c d e);
many!(eight_arguments_are_recorded_in_order, a b c d e f g h);
many!(eighteen_arguments_are_recorded_in_order, a b c d e f g h i j k l m n o p q r);

/// The same without being named: the schema asks for them, the last of them past what a plan holds.
#[test]
fn eighteen_declared_arguments_are_recorded_in_the_schemas_order() {
    #[audit]
    #[allow(clippy::too_many_arguments, clippy::many_single_char_names)]
    fn wide(
        a: u8,
        b: u8,
        c: u8,
        d: u8,
        e: u8,
        f: u8,
        g: u8,
        h: u8,
        i: u8,
        j: u8,
        k: u8,
        l: u8,
        m: u8,
        n: u8,
        o: u8,
        p: u8,
        q: u8,
        r: u8,
    ) -> usize {
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r].len()
    }
    for asked in [
        &["r", "a"][..],
        &["q", "p", "o", "b"],
        &["a", "b", "c", "d", "e", "f", "g", "h", "r"],
    ] {
        let declared: Vec<_> = asked.iter().map(|name| format!("{name}: number")).collect();
        let schema = format!(
            "version: 1\nactions:\n  wide: {{fields: {{{}}}}}\nactor: {{fields: {{}}}}\nsnapshot: {{fields: {{}}}}\n",
            declared.join(", ")
        );
        let policy =
            audit_core::Policy::from_strings(&schema, "version: 1\nrules: []\n", None).unwrap();
        let world = World::of(audit_core::Runtime::builder().policy(policy));
        for _ in 0..2 {
            world.run(|| {
                wide(
                    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
                )
            });
            let expected: Vec<_> = asked
                .iter()
                .map(|name| format!(r#""{name}":{}"#, name.as_bytes()[0] - b'a' + 1))
                .collect();
            assert_eq!(world.fields(), format!("{{{}}}", expected.join(",")));
        }
    }
}
