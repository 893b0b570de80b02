//! `#[component]`, and `#[subscribe]` or `#[runnable]` on a free function.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Span;
use syn::LitStr;

use super::role::role;
use super::wiring::{Component, Free, Role, Wire};
use super::{door, name};
use crate::args::{self, Name, Written};
use crate::attribute::Kind;
use crate::item::{Block, Function, Mark, Member, conditions, is_within, levels};
use crate::mistake::Mistakes;

/// Turns arguments and impl block into what may be expanded, or hands the block back beside all that is wrong.
pub(crate) fn component(
    mut written: Written,
    block: Block,
    mut mistakes: Mistakes,
) -> Result<Component, Box<(Mistakes, Block)>> {
    let text = written.text(Name::Own);
    if let Some(text) = &text {
        name::name(Kind::Component, text, &mut mistakes);
    }
    if let Some(generic) = block.generics.params.first() {
        let message = format!(
            "{} can't stand on a generic impl block: a component is of one type, so name it, as in `impl Cache<String>`",
            Kind::Component
        );
        mistakes.on(generic, message);
    }
    let depends = written.texts(Name::Depends);
    depends_on(text.as_ref(), &depends, &mut mistakes);
    let mut wires = Vec::new();
    for member in &block.members {
        for mark in &member.marks {
            wires.extend(wire(member, mark, &mut mistakes));
        }
    }
    check_once(&block, &mut mistakes);
    check_names(&wires, &mut mistakes);
    let door = door(written.path(Name::Crate).as_ref());
    let (version, description) = (written.text(Name::Version), written.text(Name::Description));
    match text {
        Some(name) if mistakes.is_empty() => Ok(Component {
            door,
            name,
            version,
            description,
            depends,
            block,
            wires,
        }),
        _ => Err(Box::new((mistakes, block))),
    }
}

/// Turns arguments and a free function into what may be expanded.
pub(crate) fn free(
    kind: Kind,
    mut written: Written,
    function: &Function,
    mut mistakes: Mistakes,
) -> Result<Free, Mistakes> {
    let signature = &function.signature;
    if is_within(&function.attributes) {
        let message = format!(
            "{kind} has another name here, by which {} does not know it: write {kind}",
            Kind::Component
        );
        mistakes.at(Span::call_site(), message);
        return Err(mistakes);
    }
    if signature.receiver().is_some() {
        let message = format!(
            "{kind} on a method belongs inside an impl block with `#[component]`: put `#[component(\"name\")]` on the impl block"
        );
        mistakes.on(&signature.ident, message);
        return Err(mistakes);
    }
    let (callee, role) = role(kind, &mut written, signature, &mut mistakes);
    let door = door(written.path(Name::Crate).as_ref());
    match role {
        Some(role) if mistakes.is_empty() => Ok(Free {
            door,
            wire: Wire {
                conditions: conditions(&function.attributes),
                levels: levels(&function.attributes),
                callee,
                role,
            },
        }),
        _ => Err(mistakes),
    }
}

fn wire(member: &Member, mark: &Mark, mistakes: &mut Mistakes) -> Option<Wire> {
    let mut written = args::read_inside(mark.kind, mark.args.clone(), mark.name.span(), mistakes);
    if let Some(key) = written.key(Name::Crate) {
        mistakes.on(key, format!("`crate` is said once, at {}", Kind::Component));
    }
    let signature = member.signature.as_ref()?;
    let (callee, role) = role(mark.kind, &mut written, signature, mistakes);
    Some(Wire {
        conditions: conditions(&member.attributes),
        levels: levels(&member.attributes),
        callee,
        role: role?,
    })
}

fn depends_on(own: Option<&LitStr>, depends: &[LitStr], mistakes: &mut Mistakes) {
    let mut seen = BTreeSet::new();
    for text in depends {
        name::name(Kind::Component, text, mistakes);
        let name = text.value();
        if own.is_some_and(|own| own.value() == name) {
            mistakes.at(
                text.span(),
                "a component can't start before itself: remove its own name",
            );
        } else if !seen.insert(name) {
            mistakes.at(text.span(), "this component is named twice, once is enough");
        }
    }
}

/// Of some roles there is one at most. Functions under a condition may exclude each other.
fn check_once(block: &Block, mistakes: &mut Mistakes) {
    for kind in [
        Kind::Requires,
        Kind::Activate,
        Kind::Deactivate,
        Kind::Health,
    ] {
        let with = block.members.iter().filter_map(|member| {
            let mark = member.marks.iter().find(|mark| mark.kind == kind)?;
            conditions(&member.attributes).is_empty().then_some(mark)
        });
        for second in with.skip(1) {
            let message = if kind == Kind::Requires {
                format!("a second {kind}: a component is made in one way")
            } else {
                format!("a second {kind}: let one function call the other")
            };
            mistakes.on(&second.name, message);
        }
    }
}

/// No two runnables have one name.
fn check_names(wires: &[Wire], mistakes: &mut Mistakes) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for wire in wires.iter().filter(|wire| wire.conditions.is_empty()) {
        let Role::Runnable(runnable) = &wire.role else {
            continue;
        };
        let name = runnable.name.value();
        if let Some(first) = seen.get(&name) {
            let message = format!("the name `{name}` is taken: `{first}` is invoked by it");
            mistakes.at(runnable.name.span(), message);
        } else {
            seen.insert(name, wire.callee.name.to_string());
        }
    }
}
