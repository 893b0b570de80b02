//! [`TenantId`]: a tenant's name, checked where it enters.

use std::fmt;
use std::ops::Deref;

use crate::value::Text;

/// A tenant's name: 1 to 255 bytes, none of them of a control or invisible character, with no space at either end.
///
/// An empty name would be a tenant that everybody belongs to; one with characters that nobody sees would look like another. What
/// passes here can be put into a column of a database and a line of a log as it is, and into a header in UTF-8. Capitals are told from
/// small letters.
///
/// ```
/// use audit_core::TenantId;
/// assert!(TenantId::new("acme").is_ok());
/// assert!(TenantId::new("").is_err());
/// assert!(TenantId::new("acme\u{200b}").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TenantId(Text<'static>);

impl TenantId {
    /// How many bytes of UTF-8 a name may have.
    pub const MAX_BYTES: usize = 255;

    /// A tenant of this name.
    ///
    /// # Errors
    /// It is no name: empty, longer than [`MAX_BYTES`](Self::MAX_BYTES), with a control or invisible character, or with a space at
    /// an end.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidTenant> {
        let name = name.into();
        match fault(&name) {
            None => Ok(Self(Text::from(name))),
            Some(fault) => Err(InvalidTenant { fault }),
        }
    }

    /// The name.
    pub fn as_text(&self) -> Text<'_> {
        self.0.reborrow()
    }
}

/// What keeps this from being a tenant's name.
fn fault(name: &str) -> Option<Fault> {
    if name.is_empty() {
        return Some(Fault::Empty);
    }
    if name.len() > TenantId::MAX_BYTES {
        return Some(Fault::TooLong(name.len()));
    }
    if let Some((at, character)) = name.char_indices().find(|(_, one)| is_unseen(*one)) {
        return Some(Fault::Unseen(character, at));
    }
    (name.trim() != name).then_some(Fault::SpaceAtEnd)
}

/// Whether nobody sees this character, or it turns the direction of those around it (Unicode's category Cc, and what is
/// `Default_Ignorable_Code_Point`, a line's end, or blank).
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}

impl Deref for TenantId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl TryFrom<&str> for TenantId {
    type Error = InvalidTenant;

    fn try_from(name: &str) -> Result<Self, InvalidTenant> {
        Self::new(name)
    }
}

impl TryFrom<String> for TenantId {
    type Error = InvalidTenant;

    fn try_from(name: String) -> Result<Self, InvalidTenant> {
        Self::new(name)
    }
}

impl From<TenantId> for Text<'static> {
    fn from(tenant: TenantId) -> Self {
        tenant.0
    }
}

/// What was given is no tenant's name. It says why, and quotes nothing of it but a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTenant {
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Empty,
    /// So many bytes.
    TooLong(usize),
    /// This character, at this byte.
    Unseen(char, usize),
    SpaceAtEnd,
}

impl fmt::Display for InvalidTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fault {
            Fault::Empty => {
                f.write_str("a tenant's name is empty, expected at least one character")
            }
            Fault::TooLong(bytes) => write!(
                f,
                "a tenant's name has {bytes} bytes, expected at most {}",
                TenantId::MAX_BYTES
            ),
            Fault::Unseen(character, at) => write!(
                f,
                "a tenant's name has the character U+{:04X} at byte {at}, expected none that nobody sees",
                u32::from(character)
            ),
            Fault::SpaceAtEnd => {
                f.write_str("a tenant's name begins or ends with a space, expected none there")
            }
        }
    }
}

impl std::error::Error for InvalidTenant {}
