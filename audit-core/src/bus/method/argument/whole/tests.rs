use std::collections::{BTreeMap, HashMap};
use std::error::Error as _;
use std::fmt::Debug;

use serde::Deserialize;
use serde_json::json;

use crate::bus::event::Payload;
use crate::bus::method::argument::Given;
use crate::bus::runnable::Parameter;

use super::*;

const OPTIONS: &[Parameter] = &[Parameter::new("options", "Options")];

/// The only argument of a call, or what is wrong with it.
fn only<T: DeserializeOwned>(json: Value) -> Result<T, String> {
    let read = Given::read(&Payload::new(json), OPTIONS, false, |given| given.only());
    read.map_err(|error| match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    })
}

/// Of this type, the object is read where nothing is misspelt, and the same value comes of it by name; each other name is refused.
#[track_caller]
fn hold<T: DeserializeOwned + PartialEq + Debug>(object: &Value, expected: &T) {
    assert_eq!(only::<T>(object.clone()).as_ref(), Ok(expected));
    let named = json!({"options": object});
    assert_eq!(only::<T>(named).as_ref(), Ok(expected));
    let mut misspelt = object.clone();
    misspelt["optoin"] = json!(true);
    let error = only::<T>(misspelt).unwrap_err();
    let told =
        error.starts_with("unknown argument `optoin`") || error.contains("unknown field `optoin`");
    assert!(told, "{error}");
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Options {
    force: bool,
    #[serde(rename = "dryRun", alias = "dry_run")]
    dry_run: bool,
    note: Value,
    #[serde(skip)]
    secret: u8,
}

fn options(force: bool, dry_run: bool) -> Options {
    Options {
        force,
        dry_run,
        ..Options::default()
    }
}

#[test]
fn a_name_that_is_misspelt_does_not_become_a_default() {
    let accepted = "accepted is `options` (Options), or its value itself, of `force`, `dryRun`, `dry_run`, `note`";
    let error = only::<Options>(json!({"optoins": {"dry_run": true}})).unwrap_err();
    assert_eq!(error, format!("unknown argument `optoins`: {accepted}"));
    let error = only::<Options>(json!({"dryrun": true, "force": true, "secret": 1})).unwrap_err();
    let unknown = "unknown argument `dryrun`; unknown argument `secret`";
    assert_eq!(error, format!("{unknown}: {accepted}"));
    let error = only::<Options>(json!({"dryrun": true, "force": "yes"})).unwrap_err();
    let unfit = "`options`: invalid type: string \"yes\", expected a boolean";
    assert_eq!(
        error,
        format!("unknown argument `dryrun`; argument `options` does not fit: {accepted}: {unfit}")
    );
    // What does not fit by name is no value for want of a better one.
    let error = only::<Options>(json!({"options": 7})).unwrap_err();
    assert_eq!(
        error,
        "argument `options` does not fit: accepted is `options` (Options), or its value itself where that has no member `options`: \
         `options`: invalid type: integer `7`, expected struct Options"
    );
}

#[test]
fn an_object_whose_members_are_all_read_is_the_value() {
    hold(&json!({"force": true}), &options(true, false));
    // By any name that the type knows.
    hold(&json!({"dryRun": true}), &options(false, true));
    hold(
        &json!({"dry_run": true, "force": true}),
        &options(true, true),
    );
    let note = json!({"any": [1]});
    let noted = Options {
        note: note.clone(),
        ..Options::default()
    };
    hold(&json!({"note": note}), &noted);
    assert_eq!(only(json!({})), Ok(Options::default()));
}

#[test]
fn what_is_inside_of_an_argument_is_its_types_own_affair() {
    let lenient = json!({"options": {"dryrun": true}});
    assert_eq!(only(lenient), Ok(Options::default()));
}

#[test]
fn a_type_that_refuses_what_it_does_not_know_says_so_itself() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        force: Option<bool>,
    }
    hold(&json!({"force": true}), &Strict { force: Some(true) });
}

#[test]
fn what_is_flattened_into_a_type_is_told_from_what_is_passed_over() {
    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Page {
        most: u64,
        after: Value,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Query {
        #[serde(default)]
        of: String,
        #[serde(flatten)]
        page: Page,
    }
    let expected = Query {
        of: "alice".to_owned(),
        page: Page {
            most: 7,
            after: json!("a"),
        },
    };
    hold(&json!({"of": "alice", "most": 7, "after": "a"}), &expected);
    let error = only::<Query>(json!({"of": "alice", "mots": 7})).unwrap_err();
    assert!(error.starts_with("unknown argument `mots`"), "{error}");
}

#[test]
fn what_is_flattened_into_a_map_takes_every_name() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Open {
        #[serde(default)]
        force: bool,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    // It has something for every name.
    let object = json!({"force": true, "optoin": 1, "more": null});
    let open: Open = only(object).unwrap();
    assert!(open.force && open.rest.len() == 2);
}

#[test]
fn of_many_members_that_nobody_reads_one_is_found_soon() {
    #[derive(Debug, Deserialize)]
    struct Flat {
        #[serde(flatten)]
        _options: Options,
    }
    let many: Map<String, Value> = (0..20_000)
        .map(|number| (format!("a{number:05}"), json!(1)))
        .collect();
    let error = only::<Flat>(Value::Object(many)).unwrap_err();
    assert!(error.starts_with("unknown argument `a00000`:"), "{error}");
}

#[derive(Debug, PartialEq, Deserialize)]
enum Outside {
    Wipe(Options),
    Keep { most: Option<u64> },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "what")]
enum Inside {
    Wipe(Options),
    Keep { most: Option<u64> },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "what", content = "with")]
enum Beside {
    Wipe(Options),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Unsaid {
    File { file: String, force: Option<bool> },
    Any(Options),
}

#[test]
fn enums_of_every_form_are_read_whole() {
    let wipe = json!({"Wipe": {"force": true}});
    assert_eq!(only(wipe), Ok(Outside::Wipe(options(true, false))));
    let keep = json!({"Keep": {"most": 1}});
    assert_eq!(only(keep), Ok(Outside::Keep { most: Some(1) }));
    only::<Outside>(json!({"Wpie": {}})).unwrap_err();
    let wipe = json!({"what": "Wipe", "force": true});
    hold(&wipe, &Inside::Wipe(options(true, false)));
    let keep = json!({"what": "Keep", "most": 1});
    hold(&keep, &Inside::Keep { most: Some(1) });
    let wipe = json!({"what": "Wipe", "with": {"force": true}});
    hold(&wipe, &Beside::Wipe(options(true, false)));
    let file = Unsaid::File {
        file: "a".to_owned(),
        force: Some(true),
    };
    hold(&json!({"file": "a", "force": true}), &file);
    hold(&json!({"force": true}), &Unsaid::Any(options(true, false)));
}

#[test]
fn what_is_wrapped_is_read_as_what_is_inside() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(Options);
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(transparent)]
    struct Clear {
        options: Box<Options>,
    }
    let object = json!({"force": true});
    hold(&object, &Wrapped(options(true, false)));
    let options = Box::new(options(true, false));
    hold(&object, &Clear { options });
    hold(&object, &Some(self::options(true, false)));
}

#[test]
fn a_map_takes_every_name() {
    let object = json!({"1": "a", "2": "b"});
    let expected = [(1, "a".to_owned()), (2, "b".to_owned())];
    assert_eq!(
        only(object.clone()),
        Ok(HashMap::<u64, String>::from(expected))
    );
    assert_eq!(only(object.clone()), Ok(object.clone()));
    let rest = object.as_object().unwrap().clone();
    assert_eq!(only(object), Ok(rest));
}

#[test]
fn a_type_that_passes_over_everything_gets_nothing() {
    let error = only::<IgnoredAny>(json!({"a": 1, "b": 2})).unwrap_err();
    let unknown = "unknown argument `a`; unknown argument `b`";
    assert!(error.starts_with(unknown), "{error}");
}

#[test]
fn a_type_that_panics_while_it_is_read_is_told_of() {
    #[derive(Debug)]
    struct Panicking;

    impl<'de> Deserialize<'de> for Panicking {
        fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("on purpose")
        }
    }
    let error = only::<Panicking>(json!({"a": 1})).unwrap_err();
    let expected = "`options`: reading it panicked: on purpose";
    assert!(error.ends_with(expected), "{error}");
}
