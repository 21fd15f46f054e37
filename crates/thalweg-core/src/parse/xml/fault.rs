//! [`Fault`]: what is wrong with a document.

use crate::error::{Error, ErrorKind};

/// A reason for which a text is not XML.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fault {
    Syntax,
    MismatchedTag,
    DuplicateAttribute,
    UnknownReference,
    InvalidReference,
    UnboundPrefix,
    Namespace,
    AfterRoot,
    NoElement,
    Unclosed,
    EntityDeclaration,
    TooDeep,
}

impl Fault {
    fn message(self) -> String {
        let message = match self {
            Self::Syntax => "not well-formed XML",
            Self::MismatchedTag => "an end tag does not match the start tag",
            Self::DuplicateAttribute => "an attribute stands twice in a tag",
            Self::UnknownReference => "a reference to an unknown entity",
            Self::InvalidReference => "a reference to a character that does not exist",
            Self::UnboundPrefix => "a prefix has no namespace",
            Self::Namespace => "a prefix cannot be bound to this namespace",
            Self::AfterRoot => "text after the end of the XML",
            Self::NoElement => "no XML element",
            Self::Unclosed => "an XML element is not closed",
            Self::EntityDeclaration => "entities may not be declared",
            Self::TooDeep => return format!("the XML is nested more than {} deep", super::MAX_DEPTH),
        };
        message.to_owned()
    }

    /// The fault as an error, with the line in which it is.
    pub(super) fn at(self, line: usize) -> Error {
        Error::new(ErrorKind::Parse, self.message()).with("line", line.to_string())
    }
}
