//! The body as one raw group, apart from the attributes at its start.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::ParseStream;

/// The inner attributes and the body without them; nothing where no brace follows.
pub(super) fn read(input: ParseStream) -> Option<(TokenStream, Group)> {
    let group = braces(input.fork().parse().ok()?)?;
    input.parse::<TokenTree>().ok()?;
    Some(split(group))
}

/// The braces themselves; `$body:block` of a macro stands in a group that nobody wrote.
fn braces(tree: TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = tree else {
        return None;
    };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => {
            let mut inside = group.stream().into_iter();
            let first = braces(inside.next()?)?;
            inside.next().is_none().then_some(first)
        }
        Delimiter::Parenthesis | Delimiter::Bracket => None,
    }
}

fn split(body: Group) -> (TokenStream, Group) {
    let mut tokens = body.stream().into_iter().peekable();
    let mut inner = TokenStream::new();
    if !is_punct(tokens.peek(), '#') {
        return (inner, body);
    }
    let all: Vec<TokenTree> = tokens.collect();
    let mut rest = all.as_slice();
    while let [hash, bang, TokenTree::Group(brackets), after @ ..] = rest
        && is_punct(Some(hash), '#')
        && is_punct(Some(bang), '!')
        && brackets.delimiter() == Delimiter::Bracket
    {
        inner.extend([
            hash.clone(),
            bang.clone(),
            TokenTree::Group(brackets.clone()),
        ]);
        rest = after;
    }
    if inner.is_empty() {
        return (inner, body);
    }
    let mut without = Group::new(Delimiter::Brace, rest.iter().cloned().collect());
    without.set_span(body.span());
    (inner, without)
}

pub(super) fn is_punct(tree: Option<&TokenTree>, sign: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}
