//! An impl block with `#[component]`: its functions, with the marks that say what each is for. Bodies stay raw.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Error, Generics, Path, Result, Signature, Token, Type, Visibility};

use super::level::levels;
use super::mark::{Mark, mark, may_be_ours, within};
use super::other;
use crate::attribute::Kind;
use crate::mistake::Mistakes;

/// An impl block without a trait.
pub(crate) struct Block {
    attributes: Vec<Attribute>,
    /// `#![..]` in its braces, which must stay the first thing there.
    inner: Vec<Attribute>,
    /// `impl` and the type.
    head: TokenStream,
    pub(crate) generics: Generics,
    pub(crate) of: Type,
    braces: Group,
    pub(crate) members: Vec<Member>,
}

/// Something in it.
pub(crate) struct Member {
    pub(crate) marks: Vec<Mark>,
    pub(crate) attributes: Vec<Attribute>,
    /// There for a function.
    pub(crate) signature: Option<Signature>,
    /// What stands behind the attributes, as it was written.
    rest: TokenStream,
}

impl Block {
    /// What decides whether it exists in a build, and with it all that is written beside it.
    pub(crate) fn conditions(&self) -> TokenStream {
        let mut tokens = conditions(&self.attributes);
        tokens.extend(conditions(&self.inner));
        tokens
    }

    /// What it says of lints, for all that is written beside it.
    pub(crate) fn levels(&self) -> TokenStream {
        let mut tokens = levels(&self.attributes);
        tokens.extend(levels(&self.inner));
        tokens
    }
}

impl ToTokens for Block {
    /// As it was written, without the marks.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attributes);
        self.head.to_tokens(tokens);
        let mut inside = TokenStream::new();
        inside.append_all(&self.inner);
        for member in &self.members {
            inside.append_all(&member.attributes);
            if member.signature.is_some() && member.attributes.iter().any(may_be_ours) {
                within().to_tokens(&mut inside);
            }
            member.rest.to_tokens(&mut inside);
        }
        let mut braces = Group::new(Delimiter::Brace, inside);
        braces.set_span(self.braces.span());
        tokens.append(braces);
    }
}

/// The `cfg` attributes among these.
pub(crate) fn conditions(attributes: &[Attribute]) -> TokenStream {
    let mut tokens = TokenStream::new();
    for attribute in attributes {
        if attribute.path().is_ident("cfg") {
            let condition = &attribute.meta;
            tokens.extend(quote!(#[#condition]));
        }
    }
    tokens
}

/// Reads the block, or says what stands in its place. `home` is where our crate is found under another name.
pub(crate) fn read(
    tokens: TokenStream,
    home: Option<&Path>,
    mistakes: &mut Mistakes,
) -> Result<Block> {
    (|input: ParseStream| block(input, home, mistakes)).parse2(tokens)
}

fn block(input: ParseStream, home: Option<&Path>, mistakes: &mut Mistakes) -> Result<Block> {
    let kind = Kind::Component;
    let attributes = Attribute::parse_outer(input)?;
    let (what, span) = other::other_item(&input.fork()).unwrap_or(("a function", input.span()));
    if what != "an impl block" {
        let way_out = if matches!(what, "a struct" | "an enum") {
            ": put it on the impl block with the methods"
        } else {
            ""
        };
        let message = format!("{kind} goes on an impl block, this is {what}{way_out}");
        return Err(Error::new(span, message));
    }
    let start = input.fork();
    if let Some(unsafety) = input.parse::<Option<Token![unsafe]>>()? {
        return Err(Error::new_spanned(unsafety, of_a_trait(kind)));
    }
    input.parse::<Token![impl]>()?;
    let generics: Generics = if input.peek(Token![<]) && !input.peek2(Token![<]) {
        input.parse()?
    } else {
        Generics::default()
    };
    if input.peek(Token![!]) {
        return Err(Error::new(input.span(), of_a_trait(kind)));
    }
    let of: Type = input.parse()?;
    if input.peek(Token![for]) {
        return Err(Error::new_spanned(of, of_a_trait(kind)));
    }
    if input.peek(Token![where]) {
        let message = format!(
            "{kind} can't stand on a generic impl block: a component is of one type, so it needs no `where`"
        );
        return Err(Error::new(input.span(), message));
    }
    let head = between(&start, input);
    let TokenTree::Group(braces) = input.parse()? else {
        return Err(input.error("expected the methods in braces"));
    };
    let inside = |inside: ParseStream| {
        Ok((
            Attribute::parse_inner(inside)?,
            members(inside, home, mistakes)?,
        ))
    };
    let (inner, members) = inside.parse2(braces.stream())?;
    Ok(Block {
        attributes,
        inner,
        head,
        generics,
        of,
        braces,
        members,
    })
}

fn of_a_trait(kind: Kind) -> String {
    format!(
        "{kind} goes on an impl block of the type itself, this is the impl of a trait: move what belongs to the component into one without"
    )
}

/// The tokens from one place to another.
fn between(start: ParseStream, end: ParseStream) -> TokenStream {
    let mut tokens = TokenStream::new();
    while start.cursor() != end.cursor()
        && let Ok(tree) = start.parse::<TokenTree>()
    {
        tokens.append(tree);
    }
    tokens
}

fn members(
    input: ParseStream,
    home: Option<&Path>,
    mistakes: &mut Mistakes,
) -> Result<Vec<Member>> {
    let mut members = Vec::new();
    while !input.is_empty() {
        members.push(member(input, home, mistakes)?);
    }
    Ok(members)
}

fn member(input: ParseStream, home: Option<&Path>, mistakes: &mut Mistakes) -> Result<Member> {
    let (mut marks, mut attributes) = (Vec::new(), Vec::new());
    for attribute in Attribute::parse_outer(input)? {
        match mark(&attribute, home, mistakes) {
            Some(mark) => marks.push(mark),
            None => attributes.push(attribute),
        }
    }
    let start = input.fork();
    let _: Visibility = input.parse()?;
    let other = other::other_item(&input.fork());
    let signature = match (other, input.parse::<Signature>()) {
        (None, Ok(signature)) => Some(signature),
        (None, Err(error)) if !marks.is_empty() => {
            mistakes.at(
                error.span(),
                format!("this signature can't be read: {error}"),
            );
            None
        }
        (other, _) => {
            if let (Some((what, span)), Some(mark)) = (other, marks.first()) {
                let message = format!("{} goes on a function, this is {what}", mark.kind);
                mistakes.at(span, message);
            }
            None
        }
    };
    // The compiler has its own words for what is no item at all.
    let is_constant = matches!(other, Some(("a constant" | "a type alias" | "a static", _)));
    while !input.is_empty() {
        let tree: TokenTree = input.parse()?;
        let ends = match &tree {
            TokenTree::Punct(sign) => sign.as_char() == ';',
            TokenTree::Group(group) => {
                !is_constant && matches!(group.delimiter(), Delimiter::Brace | Delimiter::None)
            }
            _ => false,
        };
        if ends {
            break;
        }
    }
    Ok(Member {
        marks,
        attributes,
        signature,
        rest: between(&start, input),
    })
}
