//! What is refused at load, in which words.

use audit_core::cedar::{CedarError, CedarPolicy};

use super::{PERMIT, problems, shown};

const SCHEMA: &str = r"entity Group;
entity User in [Group] { role: String, level?: Long };
entity Order { owner: User };
action money;
action refund, cancel in [money] appliesTo {
  principal: [User], resource: [Order],
  context: { action: { amount: Long, address?: ipaddr }, snapshot: { frozen?: Bool }, tenant?: String }
};
";

fn load(policies: &str) -> Result<CedarPolicy, CedarError> {
    CedarPolicy::from_strings(policies, None, None)
}

fn against_schema(policies: &str) -> Result<CedarPolicy, CedarError> {
    CedarPolicy::from_strings(policies, Some(SCHEMA), None)
}

fn with_schema(schema: &str) -> Result<CedarPolicy, CedarError> {
    CedarPolicy::from_strings(PERMIT, Some(schema), None)
}

fn with_entities(entities: &str) -> Result<CedarPolicy, CedarError> {
    CedarPolicy::from_strings(PERMIT, Some(SCHEMA), Some(entities))
}

#[test]
fn text_that_is_no_cedar_is_refused_at_its_place() {
    assert_eq!(
        problems(load("permit(principal, action, resource)")),
        ["policies:1:36: unexpected end of input, expected `;` or identifier [policy_syntax]"]
    );
    assert_eq!(
        problems(load("permit(principal, action, resource) whn { true };")),
        [
            "policies:1:37: invalid policy condition: whn [policy_syntax]\n  help: condition must be either `when` or `unless`"
        ]
    );
    assert_eq!(
        problems(load(
            "permit(principal, action, resource) when { principal.role = \"a\" };\n\nforbid(principl, action, resource);"
        )),
        [
            "policies:1:44: '=' is not a valid operator in Cedar [policy_syntax]\n  help: try using '==' instead",
            "policies:3:8: found an invalid variable in the policy scope: principl [policy_syntax]\n  help: policy scopes must contain a `principal`, `action`, and `resource` element in that order"
        ]
    );
    assert_eq!(
        problems(load(
            "permit(principal, action, resource) when { nonsense(1) };\nforbid(principal, action, resource) when { 1.foo() };"
        )),
        [
            "policies:1:44: `nonsense` is not a valid function [policy_syntax]",
            "policies:2:44: `foo` is not a valid method [policy_syntax]"
        ]
    );
}

#[test]
fn a_mark_at_the_beginning_of_a_file_is_no_mistake() {
    assert!(load("\u{feff}permit(principal, action, resource);").is_ok());
}

#[test]
fn an_effect_that_the_policy_can_not_have_is_refused_with_those_it_can() {
    let policies = "@effect(\"allow\") forbid(principal, action, resource);
@id(\"wide\") @effect(\"deny\") permit(principal, action, resource);
@effect permit(principal, action, resource);
@effect(\"block\") permit(principal, action, resource);";
    assert_eq!(
        problems(load(policies)),
        [
            "policies:1:1: policy `policy0`: `@effect` of a forbid is `allow`, expected one of `block`, `require_approval` [annotation]",
            "policies:2:1: policy `wide`: `@effect` of a permit is `deny`, expected one of `allow`, `require_approval` [annotation]",
            "policies:3:1: policy `policy2`: `@effect` of a permit is ``, expected one of `allow`, `require_approval` [annotation]",
            "policies:4:1: policy `policy3`: `@effect` of a permit is `block`, expected one of `allow`, `require_approval` [annotation]"
        ]
    );
}

#[test]
fn two_policies_of_one_name_are_refused() {
    let policies = format!(
        "{PERMIT}\n{PERMIT}\n@id(\"policy3\") forbid(principal, action, resource);\nforbid(principal, action, resource);"
    );
    assert_eq!(
        problems(load(&policies)),
        [
            "policies:2:1: policy `open`: another policy is called that, at policies:1:1 [duplicate_id]\n  help: give each an `@id` of its own: it is the rule that decisions name",
            "policies:4:1: policy `policy3`: another policy is called that, at policies:3:1 [duplicate_id]\n  help: give each an `@id` of its own: it is the rule that decisions name"
        ]
    );
    let refused = CedarPolicy::builder()
        .policies("a.cedar", PERMIT)
        .policies("b.cedar", PERMIT)
        .build();
    assert_eq!(
        problems(refused),
        [
            "b.cedar:1:1: policy `open`: another policy is called that, at a.cedar:1:1 [duplicate_id]\n  help: give each an `@id` of its own: it is the rule that decisions name"
        ]
    );
}

#[test]
fn a_template_is_refused_since_nobody_fills_it_in() {
    assert_eq!(
        problems(load(
            "@id(\"of_group\") forbid(principal in ?principal, action, resource);"
        )),
        [
            "policies:1:1: policy `of_group`: it is a template, and nothing says what stands for its slots [template]\n  help: write an entity in place of `?principal` or `?resource`"
        ]
    );
}

#[test]
fn no_policy_at_all_is_refused() {
    assert_eq!(
        problems(load("// nothing yet\n")),
        ["policies: no policy, so that everything would be blocked [missing]"]
    );
}

#[test]
fn a_policy_is_called_by_something() {
    assert_eq!(
        problems(load(
            "@id forbid(principal, action, resource);\n@id(\"\") permit(principal, action, resource);"
        )),
        [
            "policies:1:1: policy `policy0`: `@id` is empty, expected a name [annotation]",
            "policies:2:1: policy `policy1`: `@id` is empty, expected a name [annotation]"
        ]
    );
}

#[test]
fn an_annotation_that_is_nearly_one_of_ours_is_a_warning_and_an_error_where_an_approval_would_be_lost()
 {
    let policies = "@resaon(\"four eyes\") @owner(\"team\") permit(principal, action, resource);";
    assert_eq!(
        shown(load(policies).unwrap().warnings()),
        [
            "policies:1:1: policy `policy0`: annotation `@resaon` is ignored [ignored_annotation]\n  help: did you mean `@reason`?"
        ]
    );
    let policies = "@efect(\"require_approval\") permit(principal, action, resource);";
    assert_eq!(
        problems(load(policies)),
        [
            "policies:1:1: policy `policy0`: annotation `@efect` is ignored [annotation]\n  help: did you mean `@effect`?"
        ]
    );
}

#[test]
fn every_policy_that_does_not_fit_the_schema_is_named_with_its_places() {
    let policies = "@id(\"amount\")
forbid(principal, action == Action::\"refund\", resource)
when { context.action.amuont > 5 || context.action.address.isIpv4() };
permit(principal, action == Action::\"refnd\", resource in Group::\"a\");
@id(\"role\")
permit(principal, action, resource) when { principal.role == 5 && principal.level > 3 && resource.owner.name == \"x\" };
@id(\"good\")
permit(principal, action in Action::\"money\", resource) when { resource.owner == principal };";
    assert_eq!(
        problems(against_schema(policies)),
        [
            "policies:3:8: policy `amount`: attribute `action.amuont` in context for Action::\"refund\" not found [validation]\n  help: did you mean `amount`?",
            "policies:3:37: policy `amount`: unable to guarantee safety of access to optional attribute `action.address` in context for Action::\"refund\" [validation]\n  help: try testing for the attribute's presence with `context.action has address && ..`",
            "policies:4:1: policy `policy1`: policy is impossible: the policy expression evaluates to false for all valid requests [suspicious]",
            "policies:4:1: policy `policy1`: unable to find an applicable action given the policy scope constraints [suspicious]",
            "policies:4:29: policy `policy1`: unrecognized action `Action::\"refnd\"` [validation]\n  help: did you mean `Action::\"refund\"`?",
            "policies:6:44: policy `role`: the types Long and String are not compatible [validation]\n  help: both operands to a `==` expression must have compatible types. Types must be exactly equal to be compatible",
            "policies:6:67: policy `role`: unable to guarantee safety of access to optional attribute `level` on entity type `User` [validation]\n  help: try testing for the attribute's presence with `e has level && ..`",
            "policies:6:90: policy `role`: attribute `name` on entity type `User` not found [validation]\n  help: did you mean `role`?"
        ]
    );
}

#[test]
fn a_policy_that_can_never_hold_is_a_warning() {
    let policies = "@id(\"never\") forbid(principal, action, resource) when { context.action.amount > 5 && false };
@id(\"nowhere\") forbid(principal is Order, action == Action::\"refund\", resource);";
    assert_eq!(
        shown(against_schema(policies).unwrap().warnings()),
        [
            "policies:1:1: policy `never`: policy is impossible: the policy expression evaluates to false for all valid requests [suspicious]",
            "policies:2:1: policy `nowhere`: policy is impossible: the policy expression evaluates to false for all valid requests [suspicious]",
            "policies:2:1: policy `nowhere`: unable to find an applicable action given the policy scope constraints [suspicious]"
        ]
    );
}

#[test]
fn a_schema_that_is_none_is_refused_in_both_forms() {
    assert_eq!(
        problems(with_schema("entity User { role: Strin };")),
        [
            "schema:1:21: failed to resolve type: Strin [schema]\n  help: `Strin` has not been declared as a common or entity type"
        ]
    );
    assert_eq!(
        problems(with_schema("entity User;\nentity User;")),
        ["schema:1:8: `User` is declared twice [schema]"]
    );
    assert_eq!(
        problems(with_schema(
            "entity User;\naction x appliesTo { principal: [User] };"
        )),
        [
            "schema:2:8: missing `resource` declaration for `x` [schema]\n  help: every action must define both `principal` and `resource` targets, and the `principal` and `resource` lists must not be `[]`"
        ]
    );
    assert_eq!(
        problems(with_schema("entiti User;")),
        [
            "schema:1:1: unexpected token `entiti`, expected `@`, `action`, `entity`, `external`, `namespace`, or `type` [schema]"
        ]
    );
    assert_eq!(
        problems(with_schema(
            "{\"\": {\"entityTypes\": {}, \"actions\": {\"a\": 5}}}"
        )),
        [
            "schema: invalid type: integer `5`, expected struct UncheckedActionType at line 1 column 43 [schema]"
        ]
    );
    assert_eq!(
        problems(with_schema(
            "{\"\": {\"entityTypes\": {}, \"actions\": {\"a\": {\"memberOf\": [{\"id\": \"b\"}]}}}}"
        )),
        [
            "schema: undeclared action: Action::\"b\" [schema]\n  help: any actions appearing as parents need to be declared as actions"
        ]
    );
    assert_eq!(
        problems(with_schema("{")),
        ["schema: EOF while parsing an object at line 1 column 1 [schema]"]
    );
}

#[test]
fn an_action_that_no_request_can_be_for_is_a_warning() {
    let schema = "entity User, Service, Order;
action flat appliesTo { principal: [User], resource: [Order], context: { amount: Long } };
action text appliesTo { principal: [User], resource: [Order], context: { action: String } };
action both appliesTo { principal: [User, Service], resource: [Order] };";
    assert_eq!(
        shown(with_schema(schema).unwrap().warnings()),
        [
            "schema: action `both` takes no actor of type `Actor`, expected one of `Service`, `User`: name it with `actor_type` [suspicious]",
            "schema: the context of action `flat` declares `amount` so that no request fits: a context holds the records `action` and `snapshot`, and `tenant` [suspicious]",
            "schema: the context of action `text` declares `action` so that no request fits: a context holds the records `action` and `snapshot`, and `tenant` [suspicious]"
        ]
    );
}

#[test]
fn entities_that_are_none_or_do_not_fit_are_refused() {
    assert_eq!(
        problems(with_entities("[")),
        ["entities: EOF while parsing a list at line 1 column 1 [entities]"]
    );
    assert_eq!(
        problems(with_entities(
            "[{\"uid\": {\"type\": \"User\", \"id\": \"a\"}, \"attrs\": {\"role\": 5}, \"parents\": []}]"
        )),
        [
            "entities: entity does not conform to the schema: in attribute `role` on `User::\"a\"`, type mismatch: value was expected to have type string, but it actually has type long: `5` [entities]"
        ]
    );
    assert_eq!(
        problems(with_entities(
            "[{\"uid\": {\"type\": \"Usr\", \"id\": \"a\"}, \"attrs\": {}, \"parents\": []}]"
        )),
        [
            "entities: entity `Usr::\"a\"` has type `Usr` which is not declared in the schema [entities]"
        ]
    );
    let circle = "[{\"uid\": {\"type\": \"Group\", \"id\": \"a\"}, \"attrs\": {}, \"parents\": [{\"type\": \"Group\", \"id\": \"a\"}]}]";
    assert_eq!(
        problems(CedarPolicy::from_strings(PERMIT, None, Some(circle))),
        [
            "entities: transitive closure computation/enforcement error: input graph has a cycle containing vertex `Group::\"a\"` [entities]"
        ]
    );
}

#[test]
fn a_name_that_is_no_entity_type_is_refused() {
    let refused = CedarPolicy::builder()
        .policies("a.cedar", PERMIT)
        .actor_type("A b")
        .action_type("Verb")
        .resource_type("Bank::Action")
        .build();
    assert_eq!(
        problems(refused),
        [
            "actor_type: `A b` is no type for this, expected a name such as `User` or `Bank::User` [entity_type]",
            "action_type: `Verb` is no type for this, expected `Action`, or one in a namespace such as `Bank::Action` [entity_type]",
            "resource_type: `Bank::Action` is no type for this, expected a name such as `User` or `Bank::User` [entity_type]"
        ]
    );
}

#[test]
fn mistakes_of_all_texts_are_reported_together() {
    let refused = CedarPolicy::builder()
        .policies("a.cedar", "permit(principal);")
        .policies(
            "b.cedar",
            "@effect(\"no\") permit(principal, action, resource);",
        )
        .schema("s.cedarschema", "entity")
        .entities("e.json", "{")
        .actor_type("?")
        .build();
    let problems = refused.unwrap_err();
    let files: Vec<&str> = problems
        .problems()
        .iter()
        .map(|problem| &*problem.file)
        .collect();
    assert_eq!(
        files,
        [
            "actor_type",
            "a.cedar",
            "a.cedar",
            "b.cedar",
            "s.cedarschema",
            "e.json"
        ]
    );
    assert!(
        problems
            .to_string()
            .ends_with(" [entity_type] (and 5 more)"),
        "{problems}"
    );
}
