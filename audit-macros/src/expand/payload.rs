//! `#[derive(Sensitive)]`: serde writes the form of a copy whose marked members name themselves, which serializes the type.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Field, GenericParam, LitStr, Visibility, parse_quote};

use super::first_span;
use super::itself::Itself;

use crate::check::{self, Masked, Redaction};
use crate::item::{Body, Payload};

/// The whole way of the derive. The type itself stays where it is.
pub(crate) fn payload(item: TokenStream) -> TokenStream {
    let read = match Payload::read(item) {
        Ok(payload) => payload,
        Err(error) => return error.into_compile_error(),
    };
    match check::payload(read) {
        Ok(masked) => implementations(masked),
        Err(mistakes) => mistakes.beside(TokenStream::new()),
    }
}

fn implementations(mut masked: Masked) -> TokenStream {
    let door = masked.door.to_token_stream();
    let ident = masked.payload.ident.to_token_stream();
    let bounds = std::mem::take(&mut masked.bounds);
    let strictest = masked.members.iter().flatten().chain(&masked.whole);
    let strictest = strictest.copied().max_by_key(|how| how.strictness());
    let redaction = if let Some(how) = strictest {
        let how = Ident::new(how.variant(), Span::call_site());
        quote!(::core::option::Option::Some(#door::Redaction::#how))
    } else {
        quote!(::core::option::Option::None)
    };
    let whole = masked.whole;
    let copy = copy(&mut masked, &bounds);
    let itself = Itself::of(&masked.payload);
    let mut generics = masked.payload.generics;
    if !bounds.is_empty() {
        let clause = generics.make_where_clause();
        for bound in &bounds {
            clause.predicates.push(parse_quote!(#bound));
        }
    }
    let (impl_generics, arguments, clause) = generics.split_for_impl();
    let serialize = quote! {
        fn serialize<__S: #door::serde::Serializer>(
            &self,
            __serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error>
    };
    let (wrapper, written) = match whole {
        None => (
            TokenStream::new(),
            quote!(__Copy::serialize(self, __serializer)),
        ),
        Some(how) => {
            let arguments = arguments.to_token_stream();
            let clause = clause.to_token_stream();
            let word = Ident::new(how.word(), Span::call_site());
            let mut around: syn::Generics = parse_quote!(<'__whole>);
            around
                .params
                .extend(without_defaults(&impl_generics.to_token_stream()));
            let (around_generics, around_arguments, _) = around.split_for_impl();
            let wrapper = quote! {
                struct __Whole #around_generics (&'__whole #ident #arguments) #clause;
                impl #around_generics #door::serde::Serialize for __Whole #around_arguments #clause {
                    #serialize {
                        __Copy::serialize(self.0, __serializer)
                    }
                }
            };
            (
                itself.named_in(wrapper),
                quote!(#door::member::#word(&__Whole(self), __serializer)),
            )
        }
    };
    quote! {
        #[doc(hidden)]
        #[allow(dead_code, non_camel_case_types, clippy::all, clippy::pedantic)]
        const _: () = {
            #copy
            #wrapper
            #[automatically_derived]
            impl #impl_generics #door::serde::Serialize for #ident #arguments #clause {
                #serialize {
                    #written
                }
            }
            #[automatically_derived]
            impl #impl_generics #door::Capture for #ident #arguments #clause {
                const REDACTION: ::core::option::Option<#door::Redaction> = #redaction;
                const MAY_BE_KEPT_OUT: bool = true;
                fn capture(&self) -> #door::Value<'_> {
                    #door::member::captured(self)
                }
                fn kept_out(&self) -> ::core::option::Option<#door::Redaction> {
                    #door::member::kept_out(self, Self::REDACTION)
                }
                fn take(&self) -> #door::Taken<'_> {
                    #door::member::taken(self, Self::REDACTION)
                }
                fn marked(&self) -> #door::Taken<'_> {
                    #door::member::marked(self, Self::REDACTION)
                }
            }
        };
    }
}

/// The parameters of an `impl<..>`.
fn without_defaults(tokens: &TokenStream) -> Vec<GenericParam> {
    let generics: syn::Result<syn::Generics> = syn::parse2(tokens.clone());
    generics.map_or_else(
        |_| Vec::new(),
        |generics| generics.params.into_iter().collect(),
    )
}

/// The copy that serde reads: marked members are named to the serializer of records.
fn copy(masked: &mut Masked, bounds: &[TokenStream]) -> TokenStream {
    let door = masked.door.to_token_stream();
    let ident = masked.payload.ident.to_string();
    let members = std::mem::take(&mut masked.members);
    for (field, how) in masked.payload.members().into_iter().zip(members) {
        copy_member(field, how, &door);
    }
    if let Body::Enum(variants) = &mut masked.payload.body {
        let variants = variants.iter_mut();
        variants.for_each(|variant| variant.attrs.retain(is_kept));
    }
    let itself = Itself::of(&masked.payload);
    let mut own = vec![quote!(remote = #ident)];
    if !masked.has_crate {
        let serde = quote!(#door::serde).to_string();
        own.push(quote!(crate = #serde));
    }
    if !masked.is_renamed {
        let name = ident.strip_prefix("r#").unwrap_or(&ident);
        own.push(quote!(rename = #name));
    }
    if !masked.own_bounds && !bounds.is_empty() {
        let bounds = itself.named_in(quote!(#(#bounds),*)).to_string();
        own.push(quote!(bound(serialize = #bounds)));
    }
    let attributes = kept(&masked.payload.attributes);
    let generics = &masked.payload.generics;
    let clause = &generics.where_clause;
    let name = format_ident!("__Copy");
    let head = quote! {
        #[derive(#door::serde::Serialize)]
        #[serde(#(#own),*)]
        #(#attributes)*
    };
    let item = match &masked.payload.body {
        Body::Struct(fields @ syn::Fields::Named(_)) => {
            quote!(struct #name #generics #clause #fields)
        }
        Body::Struct(fields) => quote!(struct #name #generics #fields #clause;),
        Body::Enum(variants) => quote!(enum #name #generics #clause { #variants }),
    };
    itself.named_in(quote!(#head #item))
}

fn copy_member(field: &mut Field, how: Option<Redaction>, door: &TokenStream) {
    field.vis = Visibility::Inherited;
    field.attrs.retain(is_kept);
    if let Some(how) = how {
        let word = Ident::new(how.word(), Span::call_site());
        // What has no form is underlined where its type stands.
        let path = quote!(#door::member::#word).to_string();
        let path = LitStr::new(&path, first_span(&field.ty));
        field
            .attrs
            .push(parse_quote!(#[serde(serialize_with = #path)]));
    }
}

fn kept(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| is_kept(attribute))
}

/// Whether an attribute says anything of the form, or is needed for the type to be one.
fn is_kept(attribute: &Attribute) -> bool {
    let is = |word| attribute.path().is_ident(word);
    is("serde") || is("cfg") || is("repr")
}
