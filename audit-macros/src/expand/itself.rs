//! [`Itself`]: a type as it is called where `Self` is another.

use proc_macro2::{Group, Ident, Literal, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::LitStr;

use crate::item::Payload;

/// What serde takes as the path of a function or module, written as a text.
const PATHS: [&str; 3] = ["with", "serialize_with", "skip_serializing_if"];

/// The type as it is called outside of itself, where `Self` is another: with its parameters.
pub(super) struct Itself {
    ident: Ident,
    arguments: TokenStream,
}

impl Itself {
    pub(super) fn of(payload: &Payload) -> Self {
        let (_, arguments, _) = payload.generics.split_for_impl();
        Self {
            ident: payload.ident.clone(),
            arguments: arguments.into_token_stream(),
        }
    }

    /// The tokens with its name for `Self`, in the paths and bounds too that serde has as texts.
    pub(super) fn named_in(&self, tokens: TokenStream) -> TokenStream {
        self.named_within("", tokens)
    }

    /// The same between the parentheses behind a word.
    fn named_within(&self, around: &str, tokens: TokenStream) -> TokenStream {
        let mut tokens = tokens.into_iter().peekable();
        let mut named = TokenStream::new();
        let mut word_before = String::new();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if word == "Self" => {
                    let (mut ident, arguments) = (self.ident.clone(), &self.arguments);
                    ident.set_span(word.span());
                    let leads_on = matches!(tokens.peek(), Some(TokenTree::Punct(sign)) if sign.as_char() == ':' && sign.spacing() == Spacing::Joint);
                    named.extend(if leads_on {
                        quote!(<#ident #arguments>)
                    } else {
                        quote!(#ident #arguments)
                    });
                }
                TokenTree::Group(group) => {
                    let stream = self.named_within(&word_before, group.stream());
                    let mut inside = Group::new(group.delimiter(), stream);
                    inside.set_span(group.span());
                    named.append(inside);
                }
                TokenTree::Literal(literal) => {
                    let bounds =
                        word_before == "bound" || (around == "bound" && word_before == "serialize");
                    let is_code = bounds || PATHS.contains(&&*word_before);
                    let code = is_code.then(|| self.named_in_text(&literal)).flatten();
                    named.append(code.unwrap_or(literal));
                }
                // Between a word and what is said of it.
                TokenTree::Punct(sign) if sign.as_char() == '=' => {
                    named.append(sign);
                    continue;
                }
                other => {
                    word_before = match &other {
                        TokenTree::Ident(word) => word.to_string(),
                        _ => String::new(),
                    };
                    named.append(other);
                    continue;
                }
            }
            word_before.clear();
        }
        named
    }

    /// A text that is code; `None` where it is none, or says nothing of `Self`.
    fn named_in_text(&self, literal: &Literal) -> Option<Literal> {
        let text: LitStr = syn::parse2(TokenTree::from(literal.clone()).into()).ok()?;
        let code: TokenStream = text.value().parse().ok()?;
        let written = code.to_string();
        let named = self.named_in(code).to_string();
        let mut changed = Literal::string(&named);
        changed.set_span(literal.span());
        (named != written).then_some(changed)
    }
}
