//! `audit policy schema`.

use serde_json::Value;

use crate::Failure;
use crate::command::audit;

#[test]
fn an_editor_gets_the_json_schema_of_either_file() -> Result<(), Failure> {
    for (arguments, identifier) in [
        (&["schema"][..], "urn:audit-core:policy:v2"),
        (&["schema", "policy"], "urn:audit-core:policy:v2"),
        (&["schema", "schema"], "urn:audit-core:policy_schema:v2"),
    ] {
        let run = audit(arguments)?;
        assert_eq!((run.err.as_str(), run.code), ("", Some(0)));
        let schema: Value = serde_json::from_str(&run.out)?;
        assert_eq!(schema["$id"], identifier);
        assert_eq!(schema["properties"]["language"]["const"], "audit/2");
    }
    Ok(())
}

#[test]
fn an_editor_gets_the_json_schema_of_suites() -> Result<(), Failure> {
    let run = audit(&["schema", "suite"])?;
    assert_eq!((run.err.as_str(), run.code), ("", Some(0)));
    let schema: Value = serde_json::from_str(&run.out)?;
    assert_eq!(schema["$id"], "urn:audit-core:policy_suite:v1");
    Ok(())
}
