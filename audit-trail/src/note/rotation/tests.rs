use super::*;

const ORIGIN: &str = "example.com/trail";

fn keys<const N: usize>() -> [TrailKey; N] {
    std::array::from_fn(|_| TrailKey::generate(ORIGIN).unwrap())
}

fn rotation(old: &TrailKey, new: &TrailKey) -> KeyRotation {
    let made = KeyRotation::new(ORIGIN, 7, old, new).unwrap();
    let read: KeyRotation = made.to_string().parse().unwrap();
    assert_eq!(read, made);
    read
}

#[test]
fn whoever_trusts_the_first_key_comes_to_the_last() {
    let [a, b, c] = keys();
    let chain = [rotation(&a, &b), rotation(&b, &c)];
    let followed = KeyRotation::follow(ORIGIN, a.verifier().clone(), &chain).unwrap();
    let expected = [&a, &b, &c].map(|key| key.verifier().clone());
    assert_eq!(followed, expected);
    let alone = KeyRotation::follow(ORIGIN, a.verifier().clone(), []).unwrap();
    assert_eq!(alone, expected[..1]);
}

#[test]
fn the_key_in_use_follows_from_any_before_it_by_the_rotations_of_its_trail_alone() {
    let [a, b, c, d] = keys();
    let foreign = KeyRotation::new("example.com/other", 7, &c, &d).unwrap();
    let kept = [
        rotation(&a, &b),
        foreign,
        rotation(&b, &c),
        rotation(&b, &d),
    ];
    let kept = kept.map(|rotation| rotation.to_string());
    let kept = ["no rotation", &kept.join(KeyRotation::BEHIND), ""].join(KeyRotation::BEHIND);
    let read = KeyRotation::all_in(&kept);
    assert_eq!(read.len(), 4);
    let successor = |key: &TrailKey| KeyRotation::successor(ORIGIN, key.verifier(), &read);
    for key in [&a, &b] {
        assert_eq!(successor(key), Some(c.verifier()));
    }
    for key in [&c, &d] {
        assert_eq!(successor(key), None);
    }
}

#[test]
fn a_key_that_is_not_in_use_hands_over_nothing() {
    let [a, b, c] = keys();
    let stranger = rotation(&c, &b);
    assert!(matches!(
        stranger.verify(ORIGIN, a.verifier()),
        Err(RotationError::NotInUse { .. })
    ));
    let replayed = [rotation(&a, &b), rotation(&a, &c)];
    assert!(matches!(
        KeyRotation::follow(ORIGIN, a.verifier().clone(), &replayed),
        Err(RotationError::NotInUse { .. })
    ));
}

#[test]
fn both_keys_must_have_signed() {
    let [a, b] = keys();
    let whole = rotation(&a, &b).to_string();
    let lines: Vec<&str> = whole.lines().collect();
    for left_out in [6, 7] {
        let mut lines = lines.clone();
        lines.remove(left_out);
        let note = format!("{}\n", lines.join("\n"));
        let rotation: KeyRotation = note.parse().unwrap();
        assert!(
            matches!(
                rotation.verify(ORIGIN, a.verifier()),
                Err(RotationError::Note(NoteError::UnknownKey { .. }))
            ),
            "{note}"
        );
    }
}

#[test]
fn a_rotation_of_another_trail_counts_for_nothing_here() {
    let [a, b] = keys();
    let rotation = rotation(&a, &b);
    let error = rotation.verify("example.com/other", a.verifier());
    assert_eq!(
        error.unwrap_err().to_string(),
        "the rotation is of `example.com/trail`; expected `example.com/other`"
    );
}

#[test]
fn a_key_does_not_hand_over_to_itself() {
    let [a] = keys();
    assert!(matches!(
        KeyRotation::new(ORIGIN, 7, &a, &a),
        Err(RotationError::Same { .. })
    ));
}

#[test]
fn another_note_is_no_rotation() {
    let [a, b] = keys();
    let root = crate::tree::empty_root();
    let checkpoint = crate::note::Checkpoint::new(ORIGIN, 0, root).unwrap();
    assert!(
        checkpoint
            .sign(&a)
            .to_string()
            .parse::<KeyRotation>()
            .is_err()
    );
    let changed = rotation(&a, &b)
        .to_string()
        .replace("rotation v1", "rotation v2");
    assert!(changed.parse::<KeyRotation>().is_err());
    assert!(KeyRotation::new("two\nlines", 7, &a, &b).is_err());
    assert!(KeyRotation::new("", 7, &a, &b).is_err());
}
