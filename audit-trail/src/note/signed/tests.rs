//! Notes against the examples of others, and what is no note.

use super::*;

/// The example of C2SP `signed-note`, without a key that anybody knows.
const NOTE: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n\
    ed è subito sera.\n\n— quasimodo.example/salvatore \
    NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

/// The example in the documentation of Go's `sumdb/note`.
const NEUMANN: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NEUMANN_KEY: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const NEUMANN_LINE: &str = "\n— PeterNeumann \
    x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn key(name: &str) -> TrailKey {
    TrailKey::from_seed(name, &[7; 32]).unwrap()
}

fn refused(note: &str) -> String {
    note.parse::<SignedNote>().unwrap_err().to_string()
}

#[test]
fn a_note_of_the_specification_reads_back_as_it_was_written() {
    let note: SignedNote = NOTE.parse().unwrap();
    assert!(note.text().ends_with("sole:\n\ned è subito sera.\n"));
    assert_eq!(note.signatures()[0].name, "quasimodo.example/salvatore");
    assert_eq!(note.signatures()[0].id, 0x367b_a04b);
    assert_eq!(note.to_string(), NOTE);
}

#[test]
fn a_text_is_signed_letter_by_letter_as_another_implementation_signs_it() {
    let key: TrailKey = NEUMANN_KEY.parse().unwrap();
    let note = SignedNote::sign(NEUMANN, &key).unwrap();
    assert_eq!(note.to_string(), format!("{NEUMANN}{NEUMANN_LINE}"));
    let known = [key.verifier().clone()];
    assert_eq!(note.verify(&known), Ok(vec![&known[0]]));
}

#[test]
fn each_byte_of_a_signed_text_matters() {
    let key = key("example.com/trail");
    let known = [key.verifier().clone()];
    let note = SignedNote::sign("one\ntwo\n", &key).unwrap().to_string();
    for (at, _) in "one\ntwo\n".char_indices() {
        let mut changed = note.clone();
        changed.replace_range(at..=at, "x");
        let Ok(read) = changed.parse::<SignedNote>() else {
            continue;
        };
        let error = read.verify(&known).unwrap_err().to_string();
        assert!(error.ends_with("is not over this text"), "{error}");
    }
    let read: SignedNote = note.replace("two", "too").parse().unwrap();
    assert_eq!(
        read.verify(&known).unwrap_err().to_string(),
        format!(
            "line 4: the signature of `example.com/trail+{:08x}` is not over this text",
            known[0].id()
        )
    );
}

#[test]
fn signatures_of_unknown_keys_are_passed_over_but_are_not_enough() {
    let [known, stranger] = ["known", "stranger"].map(key);
    // The same name alone, or the same identifier alone, makes no key known.
    let namesake = TrailKey::from_seed("known", &[8; 32]).unwrap();
    let keys = [known.verifier().clone()];
    let note = SignedNote::sign("text\n", &stranger).unwrap();
    let note = note.and_signed_by(&namesake);
    let error = note.verify(&keys).unwrap_err().to_string();
    assert!(
        error.starts_with("the note is signed by `stranger+"),
        "{error}"
    );
    assert!(
        error.contains("the keys that are known: `known+"),
        "{error}"
    );
    assert!(
        note.verify(&[])
            .unwrap_err()
            .to_string()
            .ends_with("known: none")
    );
    let mut renamed = SignedNote::sign("text\n", &known).unwrap();
    renamed.signatures[0].name = "renamed".to_owned();
    assert!(matches!(
        renamed.verify(&keys),
        Err(NoteError::UnknownKey { .. })
    ));
    let note = note.and_signed_by(&known);
    assert_eq!(note.signatures().len(), 3);
    assert_eq!(note.verify(&keys), Ok(vec![&keys[0]]));
}

/// As C2SP recommends: a wrong signature of a known key spoils the note, whoever else signed it.
#[test]
fn a_wrong_signature_of_a_known_key_spoils_the_note() {
    let [old, new] = ["old", "new"].map(key);
    let keys = [old.verifier().clone(), new.verifier().clone()];
    let note = SignedNote::sign("text\n", &old)
        .unwrap()
        .and_signed_by(&new);
    assert_eq!(note.verify(&keys).unwrap().len(), 2);
    let mut broken = note;
    broken.signatures[1].bytes[9] ^= 1;
    assert!(matches!(
        broken.verify(&keys),
        Err(NoteError::BadSignature { line: 4, .. })
    ));
    broken.signatures[1].bytes.truncate(63);
    assert!(broken.verify(&keys).is_err());
    assert_eq!(broken.verify(&keys[..1]).unwrap().len(), 1);
}

#[test]
fn a_key_signs_a_note_once() {
    let key = key("name");
    let note = SignedNote::sign("text\n", &key).unwrap();
    assert_eq!(note.clone().and_signed_by(&key), note);
    // Somebody else's note may bear a line twice; the key counts once.
    let line = note.to_string().split_off("text\n\n".len());
    let twice: SignedNote = format!("{note}{line}").parse().unwrap();
    let known = [key.verifier().clone()];
    assert_eq!(twice.verify(&known).unwrap().len(), 1);
}

#[test]
fn what_is_no_note_is_refused_with_its_line() {
    let line = "— name AAAAAQI=\n";
    for (note, expected) in [
        ("", "line 1: the text ends without a line end"),
        ("text", "line 1: the text ends without a line end"),
        (
            "text\n",
            "line 2: the note ends without an empty line and signatures",
        ),
        ("text\n\n", "line 3: the note ends without signatures"),
        (
            "te\txt\n\n— name AAAAAQI=\n",
            "line 1: there is a control character",
        ),
        (
            "text\r\n\r\n— name AAAAAQI=\r\n",
            "line 1: there is a control character",
        ),
        (
            "text\n\n— name AAAAAQI=",
            "line 3: the text ends without a line end",
        ),
        (
            "text\n\n— name AAAAAA==\n",
            "line 3: a signature has more than the 4 bytes of its key's hash",
        ),
        (
            "text\n\n— na+me AAAAAQI=\n",
            "line 3: the name of a key has no space, `+` or control character",
        ),
    ] {
        assert_eq!(refused(note), expected, "{note:?}");
    }
    for odd in [
        "- name AAAAAQI=\n",
        "—name AAAAAQI=\n",
        "— name AAAAAQI\n",
        "— name AAAAAQJ=\n",
        "— name  AAAAAQI=\n",
        "— name AAAAAQI= \n",
        "— nameAAAAAQI=\n",
    ] {
        let error = refused(&format!("text\n\n{odd}"));
        assert!(error.starts_with("line 3: "), "{odd:?} {error}");
        let error = refused(&format!("text\n\n{line}{odd}{line}"));
        assert!(error.starts_with("line 4: "), "{odd:?} {error}");
    }
}

#[test]
fn a_note_of_any_length_or_with_any_number_of_signatures_is_not_read() {
    let line = "— name AAAAAQI=\n";
    format!("text\n\n{}", line.repeat(100))
        .parse::<SignedNote>()
        .unwrap();
    assert_eq!(
        refused(&format!("text\n\n{}", line.repeat(101))),
        "line 103: the note has more than 100 signatures"
    );
    assert_eq!(
        refused(&format!("{}\n\n{line}", "a".repeat(1_000_000))),
        "line 1: the note is longer than 1,000,000 bytes"
    );
}

#[test]
fn a_text_that_no_note_can_hold_is_not_signed() {
    let key = key("name");
    assert!(SignedNote::sign("no line end", &key).is_err());
    assert!(SignedNote::sign("bell \u{7}\n", &key).is_err());
}
