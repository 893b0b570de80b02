use super::*;

static KEY: RedactionKey = RedactionKey::new([7; 32]);

fn card() -> Value<'static> {
    Value::from(Fields::new().with("number", "4111").with("pin", 1234))
}

fn redacted(
    value: Value<'static>,
    paths: &[(&str, Redaction)],
) -> (Option<Value<'static>>, String) {
    let mut spots = Spots::none();
    for (path, how) in paths {
        match *path {
            "" => spots.add(*how),
            path => spots.add_path(&value, path, *how),
        }
    }
    let (mut value, mut redactor) = (Some(value), Redactor::new(&KEY));
    redactor.value("data", &mut value, &spots);
    let listed = serde_json::to_string(&redactor.done()).unwrap();
    (value, listed)
}

#[test]
fn a_path_leads_into_maps_and_each_item_of_lists() {
    let cards = Value::from(vec![card(), Value::Null, card()]);
    let value = Value::from(Fields::new().with("cards", cards));
    let (value, listed) = redacted(value, &[("cards.number", Redaction::Mask)]);
    assert_eq!(
        value.unwrap().to_string(),
        r#"{"cards": [{"number": "***", "pin": 1234}, null, {"number": "***", "pin": 1234}]}"#
    );
    assert_eq!(
        listed,
        r#"{"data.cards[0].number":"mask","data.cards[2].number":"mask"}"#
    );
}

#[test]
fn a_name_with_dots_is_found_too() {
    let value = Value::from(Fields::new().with("a.b", 1).with("a", card()));
    let (value, listed) = redacted(
        value,
        &[("a.b", Redaction::Drop), ("a.pin", Redaction::Drop)],
    );
    assert_eq!(value.unwrap().to_string(), r#"{"a": {"number": "4111"}}"#);
    assert_eq!(listed, r#"{"data.a.b":"drop","data.a.pin":"drop"}"#);
}

#[test]
fn what_covers_a_part_as_strictly_stands_for_it() {
    let value = Value::from(Fields::new().with("card", card()));
    let both = [("card.number", Redaction::Hash), ("card", Redaction::Mask)];
    let (value, listed) = redacted(value, &both);
    assert_eq!(value.unwrap().to_string(), r#"{"card": "***"}"#);
    assert_eq!(listed, r#"{"data.card":"mask"}"#);
}

#[test]
fn a_part_that_is_kept_out_more_strictly_is_no_part_of_the_hash_around_it() {
    let hash = |pin: i64| {
        let card = Fields::new().with("number", "4111").with("pin", pin);
        let value = Value::from(Fields::new().with("card", Value::from(card)));
        let both = [("card", Redaction::Hash), ("card.pin", Redaction::Drop)];
        redacted(value, &both)
    };
    assert_eq!(hash(1), hash(2));
    assert_eq!(hash(1).1, r#"{"data.card":"hash"}"#);
}

#[test]
fn names_in_what_is_redacted_as_a_whole_are_not_listed() {
    let accounts = Fields::new().with("DE89-3704", card());
    let value = Value::from(Fields::new().with("accounts", Value::from(accounts)));
    let mut spots = Spots::none();
    spots.add_path(&value, "accounts", Redaction::Hash);
    let account = spots.at([0, 0]);
    account.add_name(Redaction::Mask);
    account.at([0]).add(Redaction::Drop);
    account.at([1]).add(Redaction::Mask);
    let (mut value, mut redactor) = (Some(value), Redactor::new(&KEY));
    redactor.value("data", &mut value, &spots);
    let listed = serde_json::to_string(&redactor.done()).unwrap();
    assert_eq!(listed, r#"{"data.accounts":"hash"}"#);
}

#[test]
fn a_dropped_item_leaves_its_place_and_a_dropped_whole_none() {
    let value = Value::from(vec![card(), card()]);
    let mut spots = Spots::none();
    spots.at([0]).add(Redaction::Drop);
    let (mut value, mut redactor) = (Some(value), Redactor::new(&KEY));
    redactor.value("data", &mut value, &spots);
    assert_eq!(
        value.unwrap().to_string(),
        r#"[null, {"number": "4111", "pin": 1234}]"#
    );
    assert_eq!(redacted(card(), &[("", Redaction::Drop)]).0, None);
}

#[test]
fn names_are_redacted_and_stay_apart() {
    let value = Value::from(
        Fields::new()
            .with("4111", 1)
            .with("4222", 2)
            .with("other", 3),
    );
    let shown = |how| {
        let mut spots = Spots::none();
        (0..2).for_each(|place| spots.at([place]).add_name(how));
        let (mut value, mut redactor) = (Some(value.clone()), Redactor::new(&KEY));
        redactor.value("data", &mut value, &spots);
        let listed = serde_json::to_string(&redactor.done()).unwrap();
        let shown = value.unwrap().to_string();
        assert!(
            !listed.contains("4111") && !shown.contains("4111"),
            "{listed} {shown}"
        );
        (shown, listed)
    };
    assert_eq!(
        shown(Redaction::Mask),
        (
            r#"{"***": 1, "***2": 2, "other": 3}"#.to_owned(),
            r#"{"data.***":"mask","data.***2":"mask"}"#.to_owned()
        )
    );
    assert_eq!(shown(Redaction::Drop).0, r#"{"other": 3}"#);
    assert_eq!(shown(Redaction::Hash).0.matches("hmac-sha256:").count(), 2);
}

#[test]
fn of_very_many_items_one_path_is_listed() {
    let cards: Vec<Value<'static>> = (0..65_000).map(|_| card()).collect();
    let value = Value::from(Fields::new().with("cards", cards));
    let (_, listed) = redacted(value, &[("cards.number", Redaction::Hash)]);
    assert_eq!(listed, r#"{"data.cards[*].number":"hash"}"#);
}

#[test]
fn of_very_many_names_one_path_is_listed() {
    let fields: Fields<'static> = (0..1000)
        .map(|number| (number.to_string(), card()))
        .collect();
    let mut spots = Spots::none();
    (0..1000).for_each(|place| spots.at([place]).add(Redaction::Mask));
    let (mut value, mut redactor) = (Some(Value::from(fields)), Redactor::new(&KEY));
    redactor.value("data", &mut value, &spots);
    let listed = serde_json::to_string(&redactor.done()).unwrap();
    assert_eq!(listed, r#"{"data.*":"mask"}"#);
}

#[test]
fn a_name_in_brackets_is_no_number_of_an_item() {
    assert_eq!(for_each("data.a[12].b[x].[3"), "data.a[*].b[x].[3");
    assert_eq!(for_each("data[]"), "data[]");
}
