//! `docs/policy-tests.md` shows what the command really does.

use std::fs;
use std::path::Path;

use crate::Failure;
use crate::command::audit_in;

#[test]
fn the_example_of_the_page_runs_as_it_says() -> Result<(), Failure> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/policy-tests.md");
    let page = fs::read_to_string(page)?;
    let dir = tempfile::tempdir()?;
    let mut shown = None;
    for block in page.split("\n```").skip(1).step_by(2) {
        if let Some(file) = block.strip_prefix("yaml\n# ")
            && let Some((name, _)) = file.split_once('\n')
            && Path::new(name).extension().is_some_and(|end| end == "yaml")
        {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().ok_or("no folder")?)?;
            fs::write(path, block.strip_prefix("yaml\n").unwrap_or_default())?;
        }
        if let Some(run) = block.strip_prefix("text\n$ audit policy ") {
            shown = run.split_once('\n');
        }
    }
    let (arguments, expected) = shown.ok_or("the page shows no run")?;
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let run = audit_in(dir.path(), &arguments)?;
    let told = run.out.trim_end();
    assert_eq!((told, run.err.as_str(), run.code), (expected, "", Some(0)));
    Ok(())
}
