//! `README.md` shows commands that run.

use std::fs;
use std::path::Path;

use crate::Failure;
use crate::command::audit_in;

const COMMAND: &str = "cargo run -p audit-cli -- policy ";

#[test]
fn each_command_of_the_readme_ends_well() -> Result<(), Failure> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(repository.join("README.md"))?;
    let mut verbs = Vec::new();
    for line in readme.lines().filter_map(|line| line.strip_prefix(COMMAND)) {
        let (command, _) = line.split_once(" #").unwrap_or((line, ""));
        // Blanks part the arguments, except in quotes.
        let parts = command.split('\'').enumerate();
        let arguments: Vec<&str> = parts
            .flat_map(|(number, part)| match number % 2 {
                0 => part.split_whitespace().collect(),
                _ => vec![part],
            })
            .collect();
        let run = audit_in(&repository, &arguments)?;
        assert_eq!(run.code, Some(0), "{command}: {}", run.err);
        verbs.extend(arguments.first().map(|verb| (*verb).to_owned()));
    }
    assert_eq!(verbs, ["check", "eval", "explain", "test", "convert"]);
    Ok(())
}
