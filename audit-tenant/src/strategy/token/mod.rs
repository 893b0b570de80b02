//! [`TokenStrategy`]: the tenant that a signed token names.

mod claim;
mod key;

use std::fmt;
use std::time::Duration;

use audit_core::{Actor, TenantId};
use http::HeaderName;
use http::header::AUTHORIZATION;
use http::request::Parts;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Map, Value};

use super::header::{header_name, only};
use super::{Answer, Finding, Found, InvalidHeaderName, StrategyError, TenantStrategy};
use claim::Claims;

pub use key::InvalidTokenKey;

/// The tenant that a signed token names: a JSON Web Token (RFC 7519), by one algorithm and one key, or [several](Self::or_key) while keys are
/// changed.
///
/// It stands in `Authorization: Bearer …` (RFC 6750 §2.1) if nothing else is said; another scheme there is nothing of this strategy's. The token has at
/// most [8,192 bytes](Self::MAX_BYTES), is signed by the one algorithm that was given, whatever its own header asks for, and has `exp`, which
/// lies in the future; where it has `nbf`, that lies in the past. The tenant is the text of the claim `tenant_id`. Where it has an audience (`aud`),
/// one must have been [given](Self::audience), since a token for others is none for this service (RFC 7519 §4.1.3). One with a claim twice is
/// refused (§4).
///
/// ```
/// use audit_tenant::TokenStrategy;
/// use audit_tenant::jsonwebtoken::{Algorithm, DecodingKey};
///
/// let key = DecodingKey::from_secret(b"at least as long as the digest: 32 bytes")?;
/// let strategy = TokenStrategy::new(Algorithm::HS256, key)?
///     .issuer("https://login.example.com")
///     .audience("invoices")
///     .claim("org")
///     .actor_claim("sub");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Keys are wiped from memory as the strategy goes, and no text shows them.
pub struct TokenStrategy {
    /// At least one.
    keys: Vec<DecodingKey>,
    algorithm: Algorithm,
    validation: Validation,
    header: HeaderName,
    claim: String,
    actor_claim: Option<String>,
}

/// What it is called.
const NAME: &str = "token";

/// What the clocks of issuer and service may differ by, if nothing else is said.
const LEEWAY: Duration = Duration::from_secs(30);

impl TokenStrategy {
    /// How long a token may be, in bytes. A longer one is refused before anything of it is read.
    pub const MAX_BYTES: usize = 8192;

    /// The most that clocks may differ by.
    pub const MAX_LEEWAY: Duration = Duration::from_mins(5);

    /// Tokens by this algorithm and this key.
    ///
    /// Where the program has not chosen a cryptography for `jsonwebtoken` and several are built in, this chooses that of `RustCrypto`.
    ///
    /// # Errors
    /// The key is of another kind than the algorithm, can't be read, or is shorter than RFC 7518 asks for (§3.2: an HMAC key as long
    /// as the digest, §3.3: an RSA key of 2,048 bits).
    pub fn new(algorithm: Algorithm, key: DecodingKey) -> Result<Self, InvalidTokenKey> {
        key::check(algorithm, &key)?;
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY.as_secs();
        validation.validate_nbf = true;
        Ok(Self {
            keys: vec![key],
            algorithm,
            validation,
            header: AUTHORIZATION,
            claim: "tenant_id".to_owned(),
            actor_claim: None,
        })
    }

    /// Or by this key, of the same algorithm, while keys are changed: a token counts that any of them signed. They are tried in turn, whatever
    /// `kid` a token names.
    ///
    /// ```
    /// use audit_tenant::TokenStrategy;
    /// use audit_tenant::jsonwebtoken::{Algorithm, DecodingKey};
    ///
    /// let (new, old) = ([7; 32], [8; 32]);
    /// let strategy = TokenStrategy::new(Algorithm::HS256, DecodingKey::from_secret(&new)?)?
    ///     // Until the last token that it signed has expired.
    ///     .or_key(DecodingKey::from_secret(&old)?)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn or_key(mut self, key: DecodingKey) -> Result<Self, InvalidTokenKey> {
        key::check(self.algorithm, &key)?;
        self.keys.push(key);
        Ok(self)
    }

    /// In this header, whose whole value it is, instead of `authorization`.
    ///
    /// # Errors
    /// It is no name of a header.
    pub fn header(mut self, name: &str) -> Result<Self, InvalidHeaderName> {
        self.header = header_name(name)?;
        Ok(self)
    }

    /// In this claim instead of `tenant_id`.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>) -> Self {
        self.claim = name.into();
        self
    }

    /// With who acts in this claim, such as `sub`. A token without it names no actor.
    #[must_use]
    pub fn actor_claim(mut self, name: impl Into<String>) -> Self {
        self.actor_claim = Some(name.into());
        self
    }

    /// By this issuer alone (`iss`). Given several times, by any of them.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        let issuers = self.validation.iss.get_or_insert_default();
        issuers.insert(issuer.into());
        self.required("iss")
    }

    /// For this audience alone (`aud`). Given several times, for any of them.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        let audiences = self.validation.aud.get_or_insert_default();
        audiences.insert(audience.into());
        self.required("aud")
    }

    /// What the clocks of issuer and service may differ by, instead of 30 seconds; of more than [five
    /// minutes](Self::MAX_LEEWAY), five minutes count.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.validation.leeway = leeway.min(Self::MAX_LEEWAY).as_secs();
        self
    }

    fn required(mut self, claim: &str) -> Self {
        self.validation
            .required_spec_claims
            .insert(claim.to_owned());
        self
    }

    fn read(&self, request: &Parts) -> Finding {
        let Some(value) = only(&request.headers, &self.header, NAME)? else {
            return Ok(None);
        };
        let mut token = value.as_bytes();
        if self.header == AUTHORIZATION {
            match bearer(token) {
                Some(rest) => token = rest,
                None => return Ok(None),
            }
        }
        if token.len() > Self::MAX_BYTES {
            return Err(untrusted(format!(
                "it has {} bytes, expected at most {}",
                token.len(),
                Self::MAX_BYTES
            )));
        }
        let claims = self
            .claims(token)
            .map_err(|error| untrusted(self.fault(error.kind())))?;
        if claims.has_twin {
            return Err(untrusted("one of its claims is there twice".to_owned()));
        }
        self.tenant_of(&claims.all)
    }

    /// The claims of a token that one of the keys signed.
    fn claims(&self, token: &[u8]) -> Result<Claims, jsonwebtoken::errors::Error> {
        let mut answer = Err(ErrorKind::InvalidSignature.into());
        for key in &self.keys {
            answer = decode::<Claims>(token, key, &self.validation).map(|token| token.claims);
            let is_of_another =
                matches!(&answer, Err(error) if *error.kind() == ErrorKind::InvalidSignature);
            if !is_of_another {
                break;
            }
        }
        answer
    }

    /// What the claims of a token that can be trusted say.
    fn tenant_of(&self, claims: &Map<String, Value>) -> Finding {
        let claim = &self.claim;
        let tenant = match claims.get(claim) {
            Some(Value::String(name)) => TenantId::try_from(name.as_str())
                .map_err(|invalid| untrusted(format!("claim `{claim}`: {invalid}")))?,
            Some(_) => return Err(untrusted(format!("claim `{claim}` is no text"))),
            None => return Err(untrusted(format!("claim `{claim}` is missing"))),
        };
        let found = Found::new(tenant);
        let Some(claim) = &self.actor_claim else {
            return Ok(Some(found));
        };
        match claims.get(claim) {
            None => Ok(Some(found)),
            Some(Value::String(id)) if !id.is_empty() => {
                Ok(Some(found.actor(Actor::new(id.clone()))))
            }
            Some(_) => Err(untrusted(format!("claim `{claim}` names nobody"))),
        }
    }

    /// What is wrong with a token, without a word of it.
    fn fault(&self, kind: &ErrorKind) -> String {
        match kind {
            ErrorKind::InvalidSignature => "its signature is not of the key".to_owned(),
            ErrorKind::InvalidAlgorithm => {
                format!("it is not signed by `{:?}`", self.algorithm)
            }
            ErrorKind::ExpiredSignature => "it has expired".to_owned(),
            ErrorKind::ImmatureSignature => "it is not valid yet".to_owned(),
            ErrorKind::InvalidIssuer => "it is of another issuer".to_owned(),
            ErrorKind::InvalidAudience => "it is for another audience".to_owned(),
            ErrorKind::MissingRequiredClaim(claim) => {
                format!("claim `{claim}` is missing, or not of its kind")
            }
            ErrorKind::InvalidClaimFormat(claim) => format!("claim `{claim}` is not of its kind"),
            _ => "it is no signed JSON Web Token".to_owned(),
        }
    }
}

impl TenantStrategy for TokenStrategy {
    fn name(&self) -> &str {
        NAME
    }

    fn find(&self, request: &Parts) -> Answer {
        self.read(request).into()
    }
}

impl fmt::Debug for TokenStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenStrategy")
            .field("algorithm", &self.algorithm)
            .field("header", &self.header)
            .field("claim", &self.claim)
            .finish_non_exhaustive()
    }
}

fn untrusted(reason: String) -> StrategyError {
    StrategyError::untrusted(NAME, reason)
}

/// What stands behind `Bearer`, in whatever case (RFC 9110 §11.1).
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = value.split_at_checked(b"Bearer".len())?;
    let is_whole = rest.first().is_none_or(|byte| *byte == b' ');
    (is_whole && scheme.eq_ignore_ascii_case(b"Bearer")).then(|| rest.trim_ascii())
}
