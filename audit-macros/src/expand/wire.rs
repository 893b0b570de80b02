//! One function of a component, given to the bus: what calls it, with which arguments.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};

use super::{located, mixed, moved, site};
use crate::check::{Callee, Overflow, Parameter, Receiver, Role, Runnable, Subscribe, Wire};

/// `let __parts = ..;`: the parts with what this function adds, if it adds anything.
pub(super) fn part(door: &TokenStream, wire: &Wire) -> Option<TokenStream> {
    let more = more(door, wire, Of::Component)?;
    Some(statements(door, wire, &more))
}

/// What the user says to the bus stands apart: it is the user's, with whatever a lint has to say of it. That the bus still calls and
/// names what others should not is no news to anybody.
fn statements(door: &TokenStream, wire: &Wire, more: &TokenStream) -> TokenStream {
    let (conditions, levels) = (&wire.conditions, &wire.levels);
    let options = if let Role::Subscribe(subscribe) = &wire.role {
        let options = options(door, subscribe);
        Some(quote_spanned!(mixed()=> #conditions #levels let __options = #options;))
    } else {
        None
    };
    quote_spanned! {mixed()=>
        #options
        #conditions
        #[allow(deprecated)]
        let __parts = #more;
    }
}

/// Whose function is called.
#[derive(Clone, Copy)]
enum Of {
    Component,
    Nobody,
}

/// The same for a function outside of any type.
pub(super) fn free(door: &TokenStream, wire: &Wire) -> Option<TokenStream> {
    let more = match &wire.role {
        Role::Runnable(runnable) => {
            let name = &runnable.name;
            let made = runnable_of(door, &wire.callee, runnable, Of::Nobody);
            quote_spanned!(mixed()=> #door::free_runnable(__parts, #name, #made))
        }
        _ => more(door, wire, Of::Nobody)?,
    };
    Some(statements(door, wire, &more))
}

fn more(door: &TokenStream, wire: &Wire, of: Of) -> Option<TokenStream> {
    let callee = &wire.callee;
    Some(match &wire.role {
        Role::Requires => return None,
        Role::Provides(service) => {
            let call = call(door, callee, of, &[]);
            quote_spanned!(mixed()=> __parts.provide::<#service>(#call))
        }
        Role::Activate => hook(door, callee, of, "activate"),
        Role::Deactivate => hook(door, callee, of, "deactivate"),
        Role::Health => {
            let call = call(door, callee, of, &[]);
            quote_spanned! {mixed()=>
                __parts.health({
                    let __this = #door::Clone::clone(__this);
                    move || { let __this = &__this; #call }
                })
            }
        }
        Role::Runnable(runnable) => {
            let name = &runnable.name;
            let made = runnable_of(door, callee, runnable, of);
            quote_spanned!(mixed()=> __parts.runnable(#name, #made))
        }
        Role::Subscribe(subscribe) => {
            let handler = handler(door, callee, of);
            let pattern = &subscribe.pattern;
            quote_spanned!(mixed()=> #door::subscribe(__parts, #pattern, __options, #handler))
        }
    })
}

/// What it does when it starts or ends.
fn hook(door: &TokenStream, callee: &Callee, of: Of, when: &str) -> TokenStream {
    let when = Ident::new(when, located(callee.name.span()));
    let call = call(door, callee, of, &[]);
    quote_spanned! {mixed()=>
        __parts.#when({
            let __this = #door::Clone::clone(__this);
            move || async move { let __this = &__this; #call }
        })
    }
}

/// The call, awaited where it must be.
fn call(door: &TokenStream, callee: &Callee, of: Of, arguments: &[TokenStream]) -> TokenStream {
    let name = &callee.name;
    // What is wrong with it is said where the function has its name.
    let here = located(name.span());
    let called = match of {
        Of::Component => quote_spanned!(here=> Self::#name),
        Of::Nobody => name.to_token_stream(),
    };
    let this = match callee.receiver {
        Receiver::None => None,
        Receiver::Borrowed => Some(quote_spanned!(here=> __this,)),
        Receiver::Shared => Some(quote_spanned!(here=> #door::Clone::clone(__this),)),
    };
    let awaited = callee.awaited.then(|| quote_spanned!(here=> .await));
    quote_spanned!(here=> #called(#this #(#arguments),*) #awaited)
}

fn argument(number: usize) -> Ident {
    format_ident!("__argument{number}", span = mixed())
}

/// The names of all arguments, each borrowed where the function borrows it.
fn handed(callee: &Callee) -> Vec<TokenStream> {
    let handed = callee.parameters.iter().enumerate();
    let handed = handed.map(|(number, parameter)| {
        let (argument, here) = (argument(number), first(&parameter.of));
        if parameter.borrows {
            quote_spanned!(located(here)=> &#argument)
        } else {
            argument.into_token_stream()
        }
    });
    handed.collect()
}

fn first(tokens: &TokenStream) -> Span {
    super::first_span(tokens)
}

/// `P::handler(..)`: the function with what it takes from an event.
fn handler(door: &TokenStream, callee: &Callee, of: Of) -> TokenStream {
    let taken = callee
        .parameters
        .iter()
        .enumerate()
        .map(|(number, parameter)| {
            let name = argument(number);
            let taken = from_event(door, parameter);
            quote_spanned!(mixed()=> let #name = #taken?;)
        });
    let call = call(door, callee, of, &handed(callee));
    // What a handler can't return is underlined where it stands.
    let here = located(callee.name.span());
    let into = moved(door, here);
    let ended = quote_spanned!(here=> #into::IntoHandled::into_handled(#call));
    let once = (callee.parameters.len() > 1).then(|| {
        let kinds = callee.parameters.iter().map(|parameter| {
            let of = &parameter.of;
            quote_spanned!(mixed()=> <#of as #door::FromEvent>::ARGUMENT)
        });
        let once = quote_spanned!(here=> #into::once(&[#(#kinds),*]));
        // A constant item is looked at by `cargo check` too, but knows no `Self`.
        if callee
            .parameters
            .iter()
            .any(|one| says_self(one.of.clone()))
        {
            quote_spanned!(mixed()=> const { #once };)
        } else {
            quote_spanned!(mixed()=> const _: () = #once;)
        }
    });
    let body = quote_spanned!(mixed()=> #(#taken)* ::core::result::Result::Ok(#ended));
    let work = if callee.awaited {
        let handling = quote_spanned!(here=> #into::handling);
        quote_spanned!(here=> #handling(async move { #body }))
    } else {
        quote_spanned!(here=> #into::handled(|| { #body }))
    };
    quote_spanned!(mixed()=> #door::handler(__this, |__this, __event| { #once #work }))
}

fn says_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => word == "Self",
        TokenTree::Group(group) => says_self(group.stream()),
        _ => false,
    })
}

fn from_event(door: &TokenStream, parameter: &Parameter) -> TokenStream {
    let of = &parameter.of;
    let here = located(first(of));
    if parameter.borrows {
        let door = moved(door, here);
        quote_spanned!(here=> <#of as #door::FromEvent>::held(__event))
    } else {
        quote_spanned!(here=> #door::Slot::<#of>::new().taken(__event))
    }
}

fn options(door: &TokenStream, subscribe: &Subscribe) -> TokenStream {
    let mut options = quote_spanned!(mixed()=> #door::SubscriptionOptions::new());
    if let Some(text) = &subscribe.description {
        options.extend(quote_spanned!(mixed()=> .description(#text)));
    }
    if let Some(text) = &subscribe.schema {
        options.extend(quote_spanned!(mixed()=> .schema(#text)));
    }
    if let Some(queue) = &subscribe.queue {
        let most = Literal::usize_unsuffixed(queue.most);
        let overflow = site::word(match queue.overflow {
            Overflow::Wait => "Wait",
            Overflow::DropNewest => "DropNewest",
            Overflow::DropOldest => "DropOldest",
        });
        options.extend(quote_spanned! {mixed()=>
            .queue(#door::Queue::bounded(#most).overflow(#door::Overflow::#overflow))
        });
    }
    if let Some(number) = subscribe.concurrency {
        let number = Literal::usize_unsuffixed(number);
        options.extend(quote_spanned!(mixed()=> .concurrency(#number)));
    }
    if let Some(filter) = &subscribe.filter {
        options.extend(quote_spanned!(mixed()=> .filter(#filter)));
    }
    options
}

/// `P::runnable(..)` with all that its attribute says.
fn runnable_of(door: &TokenStream, callee: &Callee, runnable: &Runnable, of: Of) -> TokenStream {
    let parameters = callee.parameters.iter().map(|parameter| {
        let Parameter { name, text, .. } = parameter;
        quote_spanned!(mixed()=> #door::Parameter::new(#name, #text))
    });
    let read = read(door, callee);
    let types = callee
        .parameters
        .iter()
        .map(|parameter| owned(door, parameter));
    let names: Vec<Ident> = (0..callee.parameters.len()).map(argument).collect();
    let params = if let [one] = &names[..] {
        quote_spanned!(mixed()=> #one: #(#types)*)
    } else {
        quote_spanned!(mixed()=> (#(#names),*): (#(#types),*))
    };
    let here = located(callee.name.span());
    let call = call(door, callee, of, &handed(callee));
    let into = moved(door, here);
    let word = if runnable.fleeting.is_some() {
        "written"
    } else {
        "answer"
    };
    let word = Ident::new(word, here);
    let answer = quote_spanned! {here=>
        let __returned = #call;
        #into::returning(&__returned).#word(__returned)
    };
    let work = if callee.awaited {
        quote_spanned!(here=> #into::later(async move { #answer }))
    } else {
        quote_spanned!(here=> #into::now({ #answer }))
    };
    let direct = !callee.awaited;
    let made = quote_spanned!(here=> #into::runnable);
    let run = quote_spanned!(here=> |__this, #params| #work);
    let described = callee.parameters.iter().map(|parameter| {
        let owned = owned(door, parameter);
        quote_spanned!(mixed()=> #door::Described::<#owned>::new().known_form())
    });
    let answering = runnable
        .fleeting
        .iter()
        .map(|text| quote_spanned!(mixed()=> .answering(#text)));
    // The answer's type is known once all is put together.
    let mut tokens = quote_spanned! {mixed()=>
        {
            let __made = #made(__this, #direct, const { &[#(#parameters),*] }, |__given| #read, #run) #(#answering)*;
            let __answer = __made.answer().known_form();
            __made.described(&[#(#described),*], __answer)
        }
    };
    if let Some(text) = &runnable.description {
        tokens.extend(quote_spanned!(mixed()=> .description(#text)));
    }
    for (is_said, word) in [
        (runnable.destructive, "destructive"),
        (runnable.internal, "internal"),
    ] {
        if is_said {
            let word = site::word(word);
            tokens.extend(quote_spanned!(mixed()=> .#word()));
        }
    }
    if let Some(role) = &runnable.requires_role {
        tokens.extend(quote_spanned!(mixed()=> .requires_role(#role)));
    }
    match runnable.timeout_ms {
        Some(millis) => quote_spanned!(mixed()=> #door::timeout(#tokens, #millis)),
        None => tokens,
    }
}

/// The parameters out of what is given by name: all are asked for before any is missed.
fn read(door: &TokenStream, callee: &Callee) -> TokenStream {
    let names: Vec<Ident> = (0..callee.parameters.len()).map(argument).collect();
    let next = |parameter, word| {
        let owned = owned(door, parameter);
        // What can't be read is underlined where its type stands.
        let here = located(first(&parameter.of));
        let word = Ident::new(word, here);
        quote_spanned!(here=> __given.#word::<#owned>())
    };
    match &callee.parameters[..] {
        [] => quote_spanned!(mixed()=> { let _ = __given; ::core::option::Option::Some(()) }),
        [one] => next(one, "only"),
        several => {
            let all = several.iter().map(|one| next(one, "argument"));
            quote_spanned! {mixed()=>
                {
                    #(let #names = #all;)*
                    ::core::option::Option::Some((#(#names?),*))
                }
            }
        }
    }
}

fn owned(door: &TokenStream, parameter: &Parameter) -> TokenStream {
    let of = &parameter.of;
    if parameter.borrows {
        let here = located(first(of));
        let door = moved(door, here);
        quote_spanned!(here=> <#of as #door::Borrowed>::Owned)
    } else {
        of.clone()
    }
}
