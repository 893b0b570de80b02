//! The messages of `#[component]`, `#[subscribe]`, `#[runnable]` and the marks: their words, and the token they underline.

use super::message::{mistakes, one};

const COMPONENT: &str =
    "`#[component]` accepts a name first, then `version`, `depends`, `description`, `crate`";
const SUBSCRIBE: &str = "`#[subscribe]` accepts a pattern first, then `description`, `schema`, `queue`, `overflow`, `concurrency`, `filter`, `crate`";
const RUNNABLE: &str = "`#[runnable]` accepts a name first, then `description`, `timeout`, `destructive`, `internal`, `requires_role`, `crate`";

/// A component around one method.
fn method(method: &str) -> String {
    format!("#[component(\"a\")] impl A {{ {method} }}")
}

#[track_caller]
fn one_of(body: &str, token: &str, message: &str) {
    one(&method(body), token, message);
}

/// The words of all messages.
fn words(source: &str) -> Vec<String> {
    mistakes(source)
        .into_iter()
        .map(|(_, words)| words)
        .collect()
}

#[test]
fn what_comes_first_is_missed() {
    let needs = "`#[component]` needs a name first: `#[component(\"accounts\")]`";
    for source in [
        "#[component] impl A {}",
        "#[component()] impl A {}",
        "#[component(version = \"1\")] impl A {}",
        "#[component(name = \"a\")] impl A {}",
        "#[component(7)] impl A {}",
    ] {
        assert_eq!(words(source), [needs], "{source}");
    }
    let needs = "`#[subscribe]` needs a pattern first: `#[subscribe(\"account.*\")]`";
    assert_eq!(words("#[subscribe] fn f() {}"), [needs]);
    one_of("#[subscribe] fn f() {}", "subscribe", needs);
    let needs = "`#[runnable]` needs a name first: `#[runnable(\"transfer\")]`";
    one_of("#[runnable(destructive)] fn f() {}", "destructive", needs);
    one(
        "#[runnable(\"a\" destructive)] fn f() {}",
        "destructive",
        "expected `,` between the arguments of `#[runnable]`",
    );
}

#[test]
fn arguments_are_known_by_name_and_form() {
    one(
        "#[component(\"a\", verson = \"1\")] impl A {}",
        "verson",
        &format!("unknown argument `verson`, did you mean `version`? {COMPONENT}"),
    );
    one(
        "#[component(\"a\", version = \"1\", version = \"2\")] impl A {}",
        "version",
        &format!("repeated argument `version`, once is enough: {COMPONENT}"),
    );
    one(
        "#[subscribe(\"a\", timeout = \"1s\")] fn f() {}",
        "timeout",
        &format!("`timeout` belongs to `#[runnable]`: {SUBSCRIBE}"),
    );
    one(
        "#[runnable(\"a\", \"b\")] fn f() {}",
        "\"b\"",
        &format!("expected the name of an argument: {RUNNABLE}"),
    );
    one(
        "#[audit(queue = 1)] fn f() {}",
        "queue",
        "`queue` belongs to `#[subscribe]`: `#[audit]` accepts `action`, `fields`, `skip`, `actor`, `tenant`, `resource`, `snapshot`, `mask`, `hash`, `seal`, `drop`, `ret`, `err`, `delivery`, `runtime`, `explain`, `crate`",
    );
    one(
        "#[component(\"a\", depends = \"b\")] impl A {}",
        "=",
        "`depends` is written `depends(\"…\", ..)`: the components that start before it and end after it",
    );
    one(
        "#[component(\"a\", depends(b))] impl A {}",
        "b",
        "`depends` is written `depends(\"…\", ..)`: the components that start before it and end after it",
    );
    one(
        "#[subscribe(\"a\", queue = \"many\")] fn f() {}",
        "\"many\"",
        "`queue` is written `queue = 1024`: how many events wait in a queue of its own at most",
    );
    one(
        "#[subscribe(\"a\", queue = 1, overflow = \"drop\")] fn f() {}",
        "\"drop\"",
        "`overflow` knows no word `drop`: accepted are `wait`, `drop_newest`, `drop_oldest`",
    );
    one(
        "#[runnable(\"a\", internal = true)] fn f() {}",
        "=",
        "`internal` takes no value: it keeps it from bridges and lists",
    );
    one_of(
        "#[runnable = \"a\"] fn f(&self) {}",
        "=",
        "`#[runnable]` is written `#[runnable(\"transfer\")]`",
    );
    one_of(
        "#[activate(first)] fn f(&self) {}",
        "first",
        "unknown argument `first`: `#[activate]` accepts no argument",
    );
    one_of(
        "#[runnable(\"a\", crate = b)] fn f(&self) {}",
        "crate",
        "`crate` is said once, at `#[component]`",
    );
}

#[test]
fn values_that_say_nothing() {
    one(
        "#[runnable(\"a\", timeout = \"5\")] fn f() {}",
        "\"5\"",
        "`timeout` knows no duration `5`: write a whole number above zero and a unit, such as \"500us\", \"250ms\", \"2s\", \"1m\"",
    );
    one(
        "#[runnable(\"a\", requires_role = \" \")] fn f() {}",
        "\" \"",
        "an empty `requires_role` says nothing: leave it out",
    );
    one(
        "#[subscribe(\"a\", queue = 0)] fn f() {}",
        "0",
        "`queue` is a whole number above zero, such as 16",
    );
    one(
        "#[subscribe(\"a\", concurrency = 4)] fn f() {}",
        "concurrency",
        "`concurrency` is about a queue of its own: add `queue = 1024`",
    );
    one(
        "#[subscribe(\"a\", overflow = \"wait\")] fn f() {}",
        "overflow",
        "`overflow` is about a queue of its own: add `queue = 1024`",
    );
    one(
        "#[component(\"a\", depends(\"b\", \"a\"))] impl A {}",
        "\"a\"",
        "a component can't start before itself: remove its own name",
    );
    one(
        "#[component(\"a\", depends(\"b\", \"b\"))] impl A {}",
        "\"b\"",
        "this component is named twice, once is enough",
    );
}

#[test]
fn names_that_others_can_not_rely_on() {
    one(
        "#[runnable(\"\")] fn f() {}",
        "\"\"",
        "an empty name names nothing: write `#[runnable(\"transfer\")]`",
    );
    one(
        "#[runnable(\"überweisen\")] fn f() {}",
        "\"überweisen\"",
        "the name holds `\\u{fc}`: accepted are letters, digits and signs of ASCII, which look the same to all who read them",
    );
    one(
        "#[runnable(\"a\\nb\")] fn f() {}",
        "\"a\\nb\"",
        "the name holds `\\n`: accepted are letters, digits and signs of ASCII, which look the same to all who read them",
    );
    one(
        "#[runnable(\"a \")] fn f() {}",
        "\"a \"",
        "the name begins or ends with a space, which nobody sees: remove it",
    );
    one(
        "#[runnable(\"__a\")] fn f() {}",
        "\"__a\"",
        "names that begin with `__` are the bus's own: choose another",
    );
    for name in ["host", "anonymous", "bridge"] {
        one(
            &format!("#[component(\"{name}\")] impl A {{}}"),
            &format!("\"{name}\""),
            &format!(
                "`{name}` is what the bus calls somebody who is no component: choose another name"
            ),
        );
    }
    let twice = method("#[runnable(\"a\")] fn f(&self) {} #[runnable(\"a\")] fn g(&self) {}");
    one(
        &twice,
        "\"a\"",
        "the name `a` is taken: `f` is invoked by it",
    );
    let either = method(
        "#[cfg(x)] #[runnable(\"a\")] fn f(&self) {} #[cfg(not(x))] #[runnable(\"a\")] fn f(&self) {}",
    );
    assert_eq!(mistakes(&either), []);
}

#[test]
fn patterns_that_are_most_likely_meant_otherwise() {
    one(
        "#[subscribe(\"\")] fn f() {}",
        "\"\"",
        "an empty pattern stands for no event: write `\"*\"` for all of them",
    );
    one(
        "#[subscribe(\"__own\")] fn f() {}",
        "\"__own\"",
        "names that begin with `__` are the bus's own: `__dead_letter__` alone can be subscribed to, by its very name",
    );
    let long = format!("#[subscribe(\"{}\")] fn f() {{}}", "a".repeat(65_537));
    assert_eq!(
        words(&long),
        ["the pattern is too long: 65537 bytes, at most 65536 are accepted"]
    );
    for (fine, is_warned_of) in [
        ("__dead_letter__", false),
        ("account.[[]*", false),
        ("*", false),
        ("a b", false),
        ("account.[ab", true),
    ] {
        let free = format!("#[subscribe(\"{fine}\")] fn f() {{}}");
        for source in [method(&free), free] {
            assert_eq!(mistakes(&source), []);
            let expanded = super::expand(&source).to_string();
            assert_eq!(
                expanded.contains("UNCLOSED_SET"),
                is_warned_of,
                "{expanded}"
            );
        }
    }
}

#[test]
fn items_that_are_no_component() {
    let on = |item: &str| words(&format!("#[component(\"a\")] {item}")).join("\n");
    assert_eq!(
        on("struct A;"),
        "`#[component]` goes on an impl block, this is a struct: put it on the impl block with the methods"
    );
    assert_eq!(
        on("fn f() {}"),
        "`#[component]` goes on an impl block, this is a function"
    );
    assert_eq!(
        on("mod a {}"),
        "`#[component]` goes on an impl block, this is a module"
    );
    let of_a_trait = "`#[component]` goes on an impl block of the type itself, this is the impl of a trait: move what belongs to the component into one without";
    assert_eq!(on("impl B for A {}"), of_a_trait);
    assert_eq!(on("unsafe impl B for A {}"), of_a_trait);
    assert_eq!(on("impl !Send for A {}"), of_a_trait);
    one(
        "#[component(\"a\")] impl<T> A<T> {}",
        "T",
        "`#[component]` can't stand on a generic impl block: a component is of one type, so name it, as in `impl Cache<String>`",
    );
    let found = words("#[component(\"a\")] impl<T> A<T> where T: Clone {}");
    assert_eq!(
        found,
        [
            "`#[component]` can't stand on a generic impl block: a component is of one type, so it needs no `where`"
        ]
    );
}

#[test]
fn items_that_are_no_function() {
    one(
        "#[subscribe(\"a\")] impl A {}",
        "impl",
        "`#[subscribe]` goes on a function, this is an impl block: put `#[component(\"name\")]` on it, and this on the functions inside",
    );
    one(
        "#[runnable(\"a\")] struct A;",
        "struct",
        "`#[runnable]` goes on a function, this is a struct",
    );
    one(
        "#[runnable(\"a\")] fn f();",
        "f",
        "`f` has no body: `#[runnable]` goes on a function that has one",
    );
    one_of(
        "#[runnable(\"a\")] const A: u8 = 1;",
        "const",
        "`#[runnable]` goes on a function, this is a constant",
    );
    one(
        "#[subscribe(\"a\")] fn f(&self) {}",
        "f",
        "`#[subscribe]` on a method belongs inside an impl block with `#[component]`: put `#[component(\"name\")]` on the impl block",
    );
    for mark in ["requires", "provides", "activate", "deactivate", "health"] {
        let expected = format!(
            "`#[{mark}]` belongs on a method inside an impl block with `#[component]`: put `#[component(\"name\")]` on the impl block, where it is known as `#[{mark}]` or `#[audit_core::{mark}]`"
        );
        assert_eq!(words(&format!("#[{mark}] fn f(&self) {{}}")), [expected]);
    }
}

#[test]
fn functions_that_nobody_could_call() {
    for kind in ["runnable", "subscribe"] {
        let on = |item: &str| words(&method(&format!("#[{kind}(\"a\")] {item}"))).join("\n");
        assert_eq!(
            on("fn f<T>(&self, a: T) {}"),
            format!(
                "`#[{kind}]` can't stand on a generic function: nobody says what `T` is, so name the type"
            )
        );
        assert_eq!(
            on("fn f(&self, a: impl Copy) {}"),
            format!(
                "`#[{kind}]` can't stand on a generic function: nobody says what this `impl` is, so name the type"
            )
        );
        assert_eq!(
            on("fn f(&self, a: &dyn Copy) {}"),
            format!(
                "`#[{kind}]` can't bring a `dyn Trait`: nobody says of which type it is, so name the type"
            )
        );
        assert_eq!(
            on("const fn f(&self) {}"),
            format!(
                "`#[{kind}]` can't stand on a `const fn`: it is called while the program runs, so remove `const`"
            )
        );
        assert_eq!(
            on("unsafe fn f(&self) {}"),
            format!(
                "`#[{kind}]` can't call an `unsafe fn`: nobody keeps what it asks for, so call it from one that does"
            )
        );
        let exclusive = format!(
            "`#[{kind}]` can't lend the component as `&mut`: others use it at the same time, so take `&self` and share what changes behind a `Mutex`"
        );
        assert_eq!(on("fn f(&mut self) {}"), exclusive);
        assert_eq!(on("fn f(self: &mut Self) {}"), exclusive);
        assert_eq!(
            on("fn f(self) {}"),
            format!("`#[{kind}]` can't give the component away: take `&self`")
        );
        assert_eq!(
            on("fn f(self: Box<Self>) {}"),
            format!(
                "`#[{kind}]` has the component in an `Arc`: take `&self`, `self: &Arc<Self>` or `self: Arc<Self>`"
            )
        );
        assert_eq!(
            on("fn f(&self, a: Option<&str>) {}"),
            format!(
                "`#[{kind}]` hands over values of their own, which borrow from nothing: take `String` for `&str` inside another type"
            )
        );
        assert_eq!(
            on("fn f(&self, #[cfg(x)] a: u8) {}"),
            format!(
                "`#[{kind}]` can't tell whether this parameter exists: put the condition on the function"
            )
        );
        for fine in [
            "fn f<'a>(self: &'a Arc<Self>, a: &'a str) {}",
            "fn f(self: std::sync::Arc<Self>, a: &[u8]) {}",
            "async fn f(mut a: Vec<u8>) {}",
        ] {
            assert_eq!(on(fine), "", "{fine}");
        }
    }
}

#[test]
fn parameters_and_answers_of_runnables() {
    one_of(
        "#[runnable(\"a\")] fn f(&self, (a, b): (u8, u8)) {}",
        "(a, b)",
        "`#[runnable]` needs a name here, by which callers give it: take the value apart in the body",
    );
    one_of(
        "#[runnable(\"a\")] fn f(&self, a: &mut u8) {}",
        "mut",
        "`#[runnable]` hands over values that nobody else has: take it without `&mut`",
    );
    for answer in [
        "impl Copy",
        "Result<impl Copy, Error>",
        "Option<(u8, impl Copy)>",
    ] {
        one_of(
            &format!("#[runnable(\"a\")] fn f(&self) -> {answer} {{ g() }}"),
            "impl",
            "the answer of a runnable becomes JSON where its type has no name: say that it can, as in `impl serde::Serialize`",
        );
    }
    for kind in ["runnable", "subscribe"] {
        one_of(
            &format!("#[{kind}(\"a\")] fn f(&self, a: &'static str) {{}}"),
            "'static",
            &format!(
                "`#[{kind}]` lends this while the function runs, not for ever: remove `'static`"
            ),
        );
    }
    one_of(
        "#[runnable(\"a\")] fn f(&self) -> ! { panic!() }",
        "!",
        "a runnable that never returns can't answer: remove `-> !`",
    );
    let many: Vec<String> = (0..17).map(|number| format!("a{number}: u8")).collect();
    one_of(
        &format!("#[runnable(\"a\")] fn f(&self, {}) {{}}", many.join(", ")),
        "f",
        "`#[runnable]` hands over 16 parameters at most, here are 17: take a struct with all of them",
    );
    one_of(
        "#[subscribe(\"a\")] fn f(&self, a: &mut u8) {}",
        "mut",
        "`#[subscribe]` can't lend what all handlers see as `&mut`: take `&T`, or a `T` of its own",
    );
}

#[test]
fn services_that_a_constructor_can_not_be_given() {
    one_of(
        "#[requires] fn f(#[cfg(x)] a: Handle) -> Self { A }",
        "#[cfg(x)]",
        "`#[requires]` can't tell whether this parameter exists: put the condition on the function",
    );
    one_of(
        "#[requires] fn f(a: Arc<impl Ledger>) -> Self { A }",
        "impl",
        "`#[requires]` can't stand on a generic function: nobody says what this `impl` is, so name the type",
    );
    one_of(
        "#[requires] fn f(a: &'static Handle) -> Self { A }",
        "'static",
        "`#[requires]` lends this while the function runs, not for ever: remove `'static`",
    );
    for (taken, way_out) in [
        ("dyn Ledger", "&Arc<dyn Ledger>"),
        ("str", "&Arc<str>"),
        ("[u8]", "&Arc<[u8]>"),
    ] {
        one_of(
            &format!("#[requires] fn f(a: &{taken}) -> Self {{ A }}"),
            taken,
            &format!("`#[requires]` lends services whose size is known: take `{way_out}`"),
        );
    }
    one_of(
        "#[requires] fn f(a: Option<&Handle>) -> Self { A }",
        "Option<&Handle>",
        "`#[requires]` hands over services, which borrow from nothing: take it without the `&` inside",
    );
    for fine in [
        "Cow<'a, str>",
        "&Cow<'_, str>",
        "Option<&'static str>",
        "Arc<dyn Fn(&str) -> &str + Send + Sync>",
        "Arc<dyn for<'b> Fn(&'b str) -> &'b str + Send + Sync>",
    ] {
        let source = method(&format!("#[requires] fn f<'a>(a: {fine}) -> Self {{ A }}"));
        assert_eq!(mistakes(&source), [], "{fine}");
    }
}

#[test]
fn methods_that_are_not_what_their_mark_says() {
    one_of(
        "#[requires] fn f(&self) -> Self { A }",
        "self",
        "`#[requires]` goes on a constructor, and this takes a component that is there already: remove `self`",
    );
    one_of(
        "#[requires] async fn f() -> Self { A }",
        "async",
        "`#[requires]` is not awaited: do what must be awaited in `#[activate]`",
    );
    one_of(
        "#[requires] fn f() {}",
        "f",
        "`#[requires]` goes on a constructor: return `Self`, or a `Result<Self, E>`",
    );
    one_of(
        "#[requires] fn f(a: &Handle, b: &mut Handle) -> Self { A }",
        "mut",
        "`#[requires]` hands over services that others share: take it without `mut`",
    );
    one_of(
        "#[provides] fn f(&self) {}",
        "f",
        "`#[provides]` needs a service to hand out: return one, such as `Arc<dyn Trait>`",
    );
    one_of(
        "#[provides] fn f(&self) -> impl Copy { 1 }",
        "impl Copy",
        "`#[provides]` hands out services by their type, and this has no name: return an `Arc<dyn Trait>`",
    );
    one_of(
        "#[provides] fn f(&self) -> &u8 { &1 }",
        "&u8",
        "`#[provides]` hands out services that others keep: return an `Arc`, or a type that can be cloned",
    );
    one_of(
        "#[activate] fn f() {}",
        "f",
        "`#[activate]` is asked of a component: take `&self`",
    );
    one_of(
        "#[deactivate] fn f(&self, a: u8) {}",
        "a: u8",
        "`#[deactivate]` hands over nothing but `self`: what it needs is kept in the component by its constructor",
    );
    one_of(
        "#[health] async fn f(&self) -> Health { Health::Healthy }",
        "async",
        "`#[health]` is not awaited: keep what was found last, and return that",
    );
    one_of(
        "#[health] fn f(&self) {}",
        "f",
        "`#[health]` needs to know how the component does: return `audit_core::component::Health`",
    );
    one_of(
        "#[requires] fn f() -> Self { A } #[requires] fn g() -> Self { A }",
        "requires",
        "a second `#[requires]`: a component is made in one way",
    );
    one_of(
        "#[activate] fn f(&self) {} #[activate] fn g(&self) {}",
        "activate",
        "a second `#[activate]`: let one function call the other",
    );
    one_of(
        "#[cfg_attr(x, runnable(\"a\"))] fn f(&self) {}",
        "cfg_attr",
        "`#[runnable]` can't stand inside `cfg_attr`: put `#[cfg(..)]` on the function",
    );
}

#[test]
fn all_mistakes_come_at_once_beside_the_block_without_its_marks() {
    let source = "#[component(\"\", verson = \"1\")] impl A { #[runnable(\"\")] fn f(&mut self) {} #[activate] fn g() {} }";
    assert_eq!(mistakes(source).len(), 5);
    let expanded = super::expand(source).to_string();
    assert!(
        expanded.contains("fn f (& mut self) { } fn g () { }"),
        "{expanded}"
    );
    // The marks would say once more what is wrong.
    assert!(
        !expanded.contains("runnable (\"\")") && !expanded.contains("# [activate]"),
        "{expanded}"
    );
}
