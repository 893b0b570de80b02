//! Expansions as a person reads them. `UPDATE_GOLDEN=1 cargo test -p audit-macros` writes them anew.

use std::fs;
use std::path::Path;

use super::*;
use crate::manifest::Uninstalled;

fn pretty(tokens: TokenStream) -> String {
    let text = tokens.to_string();
    let file = syn::parse2(tokens).unwrap_or_else(|error| panic!("{error}: {text}"));
    prettyplease::unparse(&file)
}

#[test]
#[cfg(not(feature = "off"))]
fn each_shape_expands_as_it_was_read() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut seen = 0;
    for entry in fs::read_dir(&directory).unwrap() {
        let input = entry.unwrap().path();
        let Some(name) = input
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".in.rs"))
        else {
            continue;
        };
        let found = pretty(expand(&fs::read_to_string(&input).unwrap()));
        let output = directory.join(format!("{name}.out.rs"));
        if update {
            fs::write(&output, &found).unwrap();
        }
        let expected = fs::read_to_string(&output).unwrap_or_default();
        assert_eq!(
            found, expected,
            "golden/{name}: UPDATE_GOLDEN=1 accepts what was found"
        );
        seen += 1;
    }
    assert!(seen >= 20, "found only {seen} golden inputs");
}

#[test]
#[cfg(feature = "off")]
fn switched_off_the_item_comes_back_as_written() {
    let (_, _, item) = parts("#[audit(ret)] fn f(a: u8) -> u8 { a }");
    assert_eq!(
        expand("#[audit(ret)] fn f(a: u8) -> u8 { a }").to_string(),
        item.to_string()
    );
    assert!(
        expand("#[audit(rat)] fn f() {}")
            .to_string()
            .contains("compile_error")
    );
}

#[test]
#[cfg(not(feature = "off"))]
fn the_crates_default_holds_where_the_attribute_says_nothing() {
    let defaults = Defaults {
        uninstalled: Uninstalled::Run,
        watch: true,
        ..Defaults::default()
    };
    let expanded = |source| {
        let (kind, args, item) = parts(source);
        pretty(attribute(kind, args, item, &defaults))
    };
    let silent = expanded("#[admit] fn f() -> Result<(), E> { Ok(()) }");
    assert!(silent.contains(".runs_uninstalled()"), "{silent}");
    assert!(silent.contains("::core::include_bytes!"), "{silent}");
    let outspoken =
        expanded("#[admit(uninstalled = \"refuse\")] fn f() -> Result<(), E> { Ok(()) }");
    assert!(!outspoken.contains(".runs_uninstalled()"), "{outspoken}");
}
