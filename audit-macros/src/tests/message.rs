//! Every message: its words, and the token it underlines.

use proc_macro2::Span;

use super::*;

/// The messages of an expansion, each with the source text it underlines.
pub(super) fn mistakes(source: &str) -> Vec<(String, String)> {
    let mut tokens: Vec<TokenTree> = expand(source).into_iter().collect();
    // Around an expression there are braces.
    if let [TokenTree::Group(block)] = tokens.as_slice() {
        tokens = block.stream().into_iter().collect();
    }
    let mut found = Vec::new();
    for window in tokens.windows(3) {
        if let [
            TokenTree::Ident(name),
            TokenTree::Punct(_),
            TokenTree::Group(group),
        ] = window
            && name == "compile_error"
        {
            let text: syn::LitStr = syn::parse2(group.stream()).unwrap();
            found.push((underlined(name.span(), group.span()), text.value()));
        }
    }
    found
}

fn underlined(first: Span, last: Span) -> String {
    first
        .join(last)
        .and_then(|span| span.source_text())
        .or_else(|| first.source_text())
        .unwrap_or_default()
}

/// The one mistake of a source: what is underlined, and the words.
#[track_caller]
pub(super) fn one(source: &str, token: &str, message: &str) {
    assert_eq!(
        mistakes(source),
        [(token.to_owned(), message.to_owned())],
        "{source}"
    );
}

const AUDIT: &str = "`#[audit]` accepts `action`, `fields`, `skip`, `actor`, `tenant`, `resource`, `snapshot`, `mask`, `hash`, `seal`, `drop`, `ret`, `err`, `delivery`, `runtime`, `explain`, `crate`";

#[test]
fn names_of_arguments() {
    one(
        "#[audit(actoin = \"x\")] fn f() {}",
        "actoin",
        &format!("unknown argument `actoin`, did you mean `action`? {AUDIT}"),
    );
    one(
        "#[audit(level = 1)] fn f() {}",
        "level",
        &format!("unknown argument `level`: {AUDIT}"),
    );
    one(
        "#[audit(ret, ret)] fn f() {}",
        "ret",
        &format!("repeated argument `ret`, once is enough: {AUDIT}"),
    );
    one(
        "#[audit(\"pay\")] fn f() {}",
        "\"pay\"",
        &format!("expected an argument, did you mean `action = \"pay\"`? {AUDIT}"),
    );
    one(
        "#[audit(1)] fn f() {}",
        "1",
        &format!("expected the name of an argument: {AUDIT}"),
    );
    one(
        "#[audit(ret err)] fn f() {}",
        "err",
        "expected `,` between the arguments of `#[audit]`",
    );
    one(
        "#[audit(on_refuse = f)] fn f() {}",
        "on_refuse",
        "`on_refuse` belongs to `#[admit]`: `#[audit]` never refuses",
    );
    one(
        "#[audit(durable_timeout = \"1s\")] fn f() {}",
        "durable_timeout",
        "`durable_timeout` belongs to `#[admit]`: `#[audit]` never refuses",
    );
}

#[test]
fn forms_of_arguments() {
    one(
        "#[audit(ret = true)] fn f() {}",
        "=",
        "`ret` takes no value: it records the returned value",
    );
    one(
        "#[audit(action)] fn f() {}",
        "action",
        "`action` is written `action = \"…\"`: the action's type, else the function's name",
    );
    one(
        "#[audit(action = pay)] fn f() {}",
        "pay",
        "`action` is written `action = \"…\"`: the action's type, else the function's name",
    );
    one(
        "#[audit(skip = a)] fn f(a: u8) {}",
        "=",
        "`skip` is written `skip(a, ..)`: arguments that neither policy nor record may see",
    );
    one(
        "#[audit(skip(a = 1))] fn f(a: u8) {}",
        "a",
        "`skip` is written `skip(a, ..)`: arguments that neither policy nor record may see",
    );
    one(
        "#[audit(fields(a.b))] fn f(a: u8) {}",
        "a",
        "`fields` is written `fields(a, b = expr)`: the action's fields, in place of the arguments",
    );
    one(
        "#[audit(snapshot(a))] fn f(a: u8) {}",
        "a",
        "`snapshot` is written `snapshot(a = expr, ..)`: the state of the system that policy may read",
    );
    one(
        "#[audit(actor(a))] fn f(a: u8) {}",
        "(",
        "`actor` is written `actor = expr`: who acts",
    );
    one(
        "#[audit(actor = ,)] fn f(a: u8) {}",
        "=",
        "`actor` is written `actor = expr`: who acts",
    );
    one(
        "#[admit(on_refuse = |r| 1)] fn f() {}",
        "|",
        "`on_refuse` is written `on_refuse = path`: the function that makes the result of a refused call",
    );
    one(
        "#[audit(explain = a::b)] fn f() {}",
        ":",
        "`explain` is written `explain = name`: a companion function that explains the decision",
    );
    one(
        "#[audit(explain = a ret)] fn f() {}",
        "ret",
        "expected `,` between the arguments of `#[audit]`",
    );
    one(
        "#[audit(skip(a b))] fn f(a: u8, b: u8) {}",
        "b",
        "expected `,` between the names in `skip`",
    );
    one(
        "#[audit(mask, ret)] fn f(a: u8) {}",
        "mask",
        "`mask` is written `mask(a, ..)`: fields that are recorded as a mask",
    );
    one(
        "#[audit(delivery = \"bufered\")] fn f() {}",
        "\"bufered\"",
        "`delivery` knows no word `bufered`, did you mean `buffered`? accepted are `best_effort`, `buffered`, `durable`",
    );
    one(
        "#[admit(uninstalled = \"x\")] fn f() -> Result<(), E> {}",
        "\"x\"",
        "`uninstalled` knows no word `x`: accepted are `refuse`, `run`",
    );
}

#[test]
fn texts_and_durations() {
    one(
        "#[audit(action = \"\")] fn f() {}",
        "\"\"",
        "an empty `action` names nothing: name the action's type, or leave `action` out to use the function's name",
    );
    one(
        "#[audit(tenant = \"\")] fn f() {}",
        "\"\"",
        "an empty `tenant` is refused everywhere: name the tenant, or leave `tenant` out",
    );
    let fine = "fn f() -> Result<(), E> {}";
    one(
        &format!("#[admit(on_unrecordable = \"run\")] {fine}"),
        "on_unrecordable",
        "`on_unrecordable` needs a delivery that can fail: add `delivery = \"buffered\"` or `delivery = \"durable\"`",
    );
    one(
        &format!("#[admit(durable_timeout = \"1s\", delivery = \"buffered\")] {fine}"),
        "durable_timeout",
        "`durable_timeout` needs a record to wait for: add `delivery = \"durable\"`",
    );
    one(
        &format!("#[admit(durable_timeout = \"0s\", delivery = \"durable\")] {fine}"),
        "\"0s\"",
        "`durable_timeout` knows no duration `0s`: write a whole number above zero and a unit, such as \"500us\", \"250ms\", \"2s\", \"1m\"",
    );
}

#[test]
fn names_of_fields() {
    one(
        "#[audit(fields(amuont))] fn pay(amount: u8, to: u8) {}",
        "amuont",
        "`amuont` is no argument of `pay`, did you mean `amount`? there are `amount`, `to`",
    );
    one(
        "#[audit(skip(x))] fn pay(amount: u8, Json(body): B) {}",
        "x",
        "`x` is no argument of `pay`: there are `amount`, `body`",
    );
    one(
        "#[audit(mask(x))] fn pay() {}",
        "x",
        "`x` is no argument or field of `pay`, which has none",
    );
    one(
        "#[audit(fields(self))] fn pay(&self) {}",
        "self",
        "`self` is no field as a whole: name a part of it, as in `fields(name = self.name)`",
    );
    one(
        "#[audit(fields(a, a = 1))] fn pay(a: u8) {}",
        "a",
        "`a` is named twice in `fields`",
    );
    one(
        "#[audit(skip(a, a))] fn pay(a: u8) {}",
        "a",
        "`a` is named twice in `skip`",
    );
    one(
        "#[audit(snapshot(a = 1, a = 2))] fn pay() {}",
        "a",
        "`a` is named twice in `snapshot`",
    );
    one(
        "#[audit(mask(a), seal(a))] fn pay(a: u8) {}",
        "a",
        "`a` is both in `mask` and in `seal`: one redaction is enough",
    );
    one(
        "#[audit(fields(a), skip(a))] fn pay(a: u8) {}",
        "a",
        "`a` is both in `fields` and in `skip`: take it out of one of them",
    );
    one(
        "#[audit(mask(a), skip(a))] fn pay(a: u8) {}",
        "a",
        "`a` is skipped, so there is nothing to mask: take it out of `skip` or of `mask`",
    );
}

#[test]
fn functions_that_cannot_be_wrapped() {
    one(
        "#[audit] const fn f() {}",
        "const",
        "`#[audit]` can't judge a `const fn`, which may run in the compiler: remove `const`",
    );
    one(
        "#[audit] unsafe extern \"C\" fn f(a: u8, ...) {}",
        "...",
        "`#[audit]` can't wrap a variadic function: its `...` can't be passed on",
    );
    one(
        "#[audit] fn f(&self);",
        "f",
        "`f` has no body: put the attribute on the implementations, or give it a default body",
    );
    one(
        "#[audit] fn f(a: u8);",
        "f",
        "`f` has no body: put the attribute on the implementations, or give it a default body; if it is foreign, put it on a function that calls it",
    );
    one(
        "#[audit(ret)] #[track_caller] fn f() {}",
        "ret",
        "`ret` can't be recorded with `#[track_caller]`, which keeps the result from the wrapper: remove one of them",
    );
    one(
        "#[audit(explain = f)] fn f() {}",
        "f",
        "`f` is the function's own name: choose another, such as `explain = explain_f`",
    );
    one(
        "#[admit] fn f() -> BoxFuture<'static, Result<(), E>> { let a = 1; Box::pin(async move {}) }",
        "let",
        "`#[admit]` can't judge a future whose function does something before it: move the statements into the async block",
    );
    one(
        "#[admit] fn f() -> impl Future<Output = Result<(), E>> { g() }",
        "g",
        "`#[admit]` can't see how this future is made: let the body be `async move { .. }` or `Box::pin(async move { .. })`, or write an `async fn`",
    );
}

#[test]
fn items_of_other_kinds() {
    for (item, token, what) in [
        ("pub struct S;", "struct", "a struct"),
        ("enum E {}", "enum", "an enum"),
        ("union U {}", "union", "a union"),
        (
            "unsafe trait T {}",
            "trait",
            "a trait: put it on its functions with a default body, or on those of the implementations",
        ),
        (
            "unsafe impl T for S {}",
            "impl",
            "an impl block: put it on the functions inside",
        ),
        (
            "mod m {}",
            "mod",
            "a module: put it on the functions inside",
        ),
        ("const C: u8 = 1;", "const", "a constant"),
        ("pub(crate) static S: u8 = 1;", "static", "a static"),
        ("type T = u8;", "type", "a type alias"),
        ("use a::b;", "use", "a `use`"),
        ("extern crate a;", "extern", "an extern crate"),
        ("extern \"C\" {}", "extern", "an extern block"),
        ("macro_rules! m {}", "macro_rules", "a macro"),
        ("|a| a", "|", "a closure: move the body into a function"),
        (
            "async move |a| a",
            "move",
            "a closure: move the body into a function",
        ),
        ("let a = 1;", "let", "a `let` statement"),
    ] {
        one(
            &format!("#[audit] {item}"),
            token,
            &format!("`#[audit]` goes on a function, this is {what}"),
        );
    }
}

#[test]
fn results_that_carry_no_refusal() {
    let way_out = "can't carry a refusal: return `Result<_, E>` with `E: From<audit_core::Refused>`, or name a function with `on_refuse = path`";
    one("#[admit] fn f() {}", "f", &format!("`-> ()` {way_out}"));
    one(
        "#[admit] fn f() -> ! {}",
        "!",
        "`-> !` can't carry a refusal: name a function that never returns with `on_refuse = path`",
    );
    for ty in [
        "()",
        "bool",
        "&str",
        "String",
        "Option<u8>",
        "Vec<u8>",
        "(u8, u8)",
        "impl Iterator<Item = u8>",
        "[u8; 2]",
    ] {
        one(
            &format!("#[admit] fn f() -> {ty} {{}}"),
            ty,
            &format!("`-> {ty}` {way_out}"),
        );
        one(
            &format!("#[admit] async fn f() -> {ty} {{}}"),
            ty,
            &format!("`-> {ty}` {way_out}"),
        );
        assert_eq!(
            mistakes(&format!("#[admit(on_refuse = g)] fn f() -> {ty} {{}}")),
            []
        );
    }
    one(
        "#[admit] fn f() -> impl Future<Output = u8> { async {} }",
        "u8",
        &format!("`-> u8` {way_out}"),
    );
    for ty in [
        "Result<(), E>",
        "io::Result<()>",
        "Response",
        "Self",
        "T",
        "impl Future<Output = Result<(), E>>",
    ] {
        assert_eq!(
            mistakes(&format!("#[admit] fn f() -> {ty} {{ async {{}} }}")),
            [],
            "{ty}"
        );
    }
}

#[test]
fn all_mistakes_come_at_once_beside_the_function() {
    let source = "#[admit(acton = \"x\", mask(b), tenant = \"\", delivery = \"x\", durable_timeout = \"1s\")] const fn f(a: u8) { let = ; }";
    let tokens: Vec<String> = mistakes(source)
        .into_iter()
        .map(|(token, _)| token)
        .collect();
    assert_eq!(tokens, ["acton", "\"x\"", "const", "f", "b", "\"\""]);
    let (_, _, item) = parts(source);
    assert!(expand(source).to_string().starts_with(&item.to_string()));
}

#[test]
fn what_is_fine_stays_fine() {
    for source in [
        "#[audit()] fn f() {}",
        "#[audit(fields(), ret, err,)] fn f(a: u8) {}",
        "#[audit(fields(type = 1, n = Vec::<u8, A>::new(), c = |a, b| a,), actor = a.b::<C, D>(),)] fn f(a: u8) {}",
        "#[audit(fields(type))] fn f(r#type: u8) {}",
        "#[admit(on_refuse = stop)] fn f() -> ! {}",
        "#[admit(delivery = \"buffered\", on_unrecordable = \"run\")] fn f() -> Result<(), E> {}",
    ] {
        assert_eq!(mistakes(source), [], "{source}");
    }
}
