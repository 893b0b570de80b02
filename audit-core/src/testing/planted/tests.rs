use std::fs;

use super::*;

const SECRET: &str = "pä\"ss wörd\n4111";

fn forms(text: &str) -> Vec<&'static str> {
    let found = Planted::new([SECRET]).find_in(text);
    found.into_iter().map(|finding| finding.form).collect()
}

#[test]
fn every_form_of_a_secret_is_found() {
    let percent = "p%C3%A4%22ss%20w%C3%B6rd%0A4111";
    assert_eq!(forms(&format!("<{SECRET}>")), ["plain"]);
    assert_eq!(
        forms(&serde_json::to_string(SECRET).unwrap()),
        ["escaped as JSON"]
    );
    assert_eq!(
        forms(r#"p\u{e4}\"ss w\u{f6}rd\n4111"#),
        ["escaped as Rust does"]
    );
    assert_eq!(forms(percent), ["percent-encoded"]);
    assert_eq!(forms(&percent.replace("%20", "+")), ["percent-encoded"]);
    let hex: Vec<String> = SECRET.bytes().map(|byte| format!("{byte:02X}")).collect();
    let hex = hex.concat();
    assert_eq!(
        forms(&format!("{:?}", SECRET.as_bytes())),
        ["as a list of bytes"]
    );
    assert_eq!(
        forms(&serde_json::to_string(SECRET.as_bytes()).unwrap()),
        ["as a list of bytes"]
    );
    assert_eq!(forms(&hex), ["in hexadecimal digits"]);
    assert!(forms("pä\"ss wörd 4111").is_empty());
}

#[test]
fn base64_is_found_wherever_the_secret_stands_in_it() {
    // python3: base64.b64encode(before + b"hunter2222" + b"??>")
    for text in [
        "aHVudGVyMjIyMj8/Pg==",
        "PGh1bnRlcjIyMjI/Pz4=",
        "PDxodW50ZXIyMjIyPz8+",
        "PDw8aHVudGVyMjIyMj8/Pg==",
    ] {
        let found = Planted::new(["hunter2222"]).find_in(text);
        assert_eq!(
            found.first().map(|finding| finding.form),
            Some("in base64"),
            "{text}"
        );
    }
}

#[test]
fn a_directory_is_searched_to_its_depth_and_no_failure_shows_the_secret() {
    let directory = tempfile::tempdir().unwrap();
    let below = directory.path().join("a/hunter2222");
    fs::create_dir_all(&below).unwrap();
    fs::write(below.join("file.db"), b"\0\xff\0hunter2222\0").unwrap();
    let secrets = Planted::new(["absent-one", "hunter2222"]);
    let told = std::panic::catch_unwind(|| secrets.assert_absent_from(directory.path()));
    let told = *told.unwrap_err().downcast::<String>().unwrap();
    assert!(
        told.contains("secret 2 stands plain in a place that it names at byte 3"),
        "{told}"
    );
    assert!(
        told.contains("secret 2 stands plain in the names in"),
        "{told}"
    );
    assert!(!told.contains("hunter2222"), "{told}");
    Planted::new(["absent-one"]).assert_absent_from(directory.path());
}

#[test]
#[should_panic(expected = "secret 2 is shorter than 5 bytes")]
fn a_secret_that_would_be_found_everywhere_is_refused() {
    let _ = Planted::new(["hunter2222", "abcd"]);
}
