//! Finds every path into the own crate: in `use` with its groups, inline, and inside macro bodies.

use proc_macro2::{Delimiter, LexError, TokenStream, TokenTree};

/// One path from a module to something of the same crate, both counted from the crate root.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) from: Vec<String>,
    pub(super) to: Vec<String>,
    pub(super) line: usize,
}

/// All references of one file. Comments and strings are no tokens of interest; items under `#[cfg(test)]` are skipped.
pub(super) fn references(module: &[String], text: &str) -> Result<Vec<Reference>, LexError> {
    let mut found = Vec::new();
    walk(text.parse()?, module, &mut found);
    Ok(found)
}

fn walk(stream: TokenStream, module: &[String], found: &mut Vec<Reference>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    let mut in_test = false;
    while let Some(token) = tokens.get(at) {
        let rest = tokens.get(at..).unwrap_or_default();
        match rest {
            [TokenTree::Punct(hash), TokenTree::Group(attribute), ..] if hash.as_char() == '#' => {
                in_test |= attribute.stream().to_string().replace(' ', "") == "cfg(test)";
                at += 2;
                continue;
            }
            [
                TokenTree::Ident(word),
                TokenTree::Ident(name),
                TokenTree::Group(body),
                ..,
            ] if word == "mod" && !in_test => {
                let inner: Vec<String> = module.iter().cloned().chain([name.to_string()]).collect();
                walk(body.stream(), &inner, found);
                at += 3;
                continue;
            }
            _ => {}
        }
        if !in_test && let Some(root) = root(rest, module) {
            let line = token.span().start().line;
            at += 3;
            let mut paths = Vec::new();
            follow(&tokens, &mut at, root, &mut paths);
            found.extend(paths.into_iter().map(|to| Reference {
                from: module.to_vec(),
                to,
                line,
            }));
            continue;
        }
        match token {
            TokenTree::Group(group) => {
                if !in_test {
                    walk(group.stream(), module, found);
                }
                in_test &= group.delimiter() != Delimiter::Brace;
            }
            // A test-only item ends here, or at its body; ending too early only shows more.
            TokenTree::Punct(end) => in_test &= !matches!(end.as_char(), ';' | ','),
            _ => {}
        }
        at += 1;
    }
}

/// Where a path that begins with `crate::`, `self::` or `super::` starts.
fn root(tokens: &[TokenTree], module: &[String]) -> Option<Vec<String>> {
    let [TokenTree::Ident(word), colons @ ..] = tokens else {
        return None;
    };
    if !separated(colons) {
        return None;
    }
    match word.to_string().as_str() {
        "crate" => Some(Vec::new()),
        "self" => Some(module.to_vec()),
        "super" => Some(module.split_last()?.1.to_vec()),
        _ => None,
    }
}

fn separated(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(one), TokenTree::Punct(two), ..] if one.as_char() == ':' && two.as_char() == ':')
}

/// Follows one path, through nested groups, to its ends.
fn follow(
    tokens: &[TokenTree],
    at: &mut usize,
    mut path: Vec<String>,
    ends: &mut Vec<Vec<String>>,
) {
    while let Some(token) = tokens.get(*at) {
        match token {
            TokenTree::Ident(name) => {
                *at += 1;
                match name.to_string().trim_start_matches("r#") {
                    "super" => drop(path.pop()),
                    "self" => {}
                    name => path.push(name.to_owned()),
                }
                let rest = tokens.get(*at..).unwrap_or_default();
                if separated(rest) {
                    *at += 2;
                    continue;
                }
                if let ([TokenTree::Punct(bang), ..], Some(last)) = (rest, path.last_mut())
                    && bang.as_char() == '!'
                {
                    last.push('!');
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                *at += 1;
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let mut next = 0;
                while next < inner.len() {
                    follow(&inner, &mut next, path.clone(), ends);
                    let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
                    next += inner
                        .iter()
                        .skip(next)
                        .position(comma)
                        .map_or(inner.len(), |skipped| skipped + 1);
                }
                return;
            }
            TokenTree::Punct(star) if star.as_char() == '*' => {
                *at += 1;
                path.push("*".to_owned());
            }
            _ => {}
        }
        break;
    }
    ends.push(path);
}
