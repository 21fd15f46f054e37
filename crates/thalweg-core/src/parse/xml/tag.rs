//! [`Tag`]: a start tag that is being read, and the namespaces it stands in.

use super::fault::Fault;
use crate::value::Text;

/// The name and the attributes of a start tag.
#[derive(Debug, Default)]
pub(super) struct Tag {
    pub(super) name: String,
    /// Names and values; the last may not be finished.
    pub(super) attributes: Vec<(String, String)>,
    /// What was found wrong in a value, which counts when the tag ends.
    pub(super) fault: Option<Fault>,
}

/// The prefixes that are bound, from the root inwards.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    bound: Vec<(String, String)>,
}

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

impl Tag {
    pub(super) fn attribute(&mut self) -> Option<&mut (String, String)> {
        self.attributes.last_mut()
    }

    /// The end of the tag: checks the attributes, binds prefixes, and gives the full name of the element and
    /// the number of prefixes that were bound outside it.
    pub(super) fn end(&mut self, namespaces: &mut Namespaces) -> Result<(Text, usize), Fault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let outside = namespaces.bound.len();
        for (name, value) in &self.attributes {
            if let Some(prefix) = name.strip_prefix("xmlns:") {
                namespaces.bind(prefix, value)?;
            } else if name == "xmlns" {
                namespaces.bind("", value)?;
            }
        }
        let mut names = Vec::new();
        for (name, _) in &self.attributes {
            let full = match name.split_once(':') {
                Some(("xmlns", _)) | None => name.clone(),
                Some(_) => namespaces.full(name)?,
            };
            names.push(full);
        }
        names.sort_unstable();
        if names.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(Fault::DuplicateAttribute);
        }
        Ok((namespaces.full(&self.name)?.into(), outside))
    }
}

impl Namespaces {
    fn bind(&mut self, prefix: &str, uri: &str) -> Result<(), Fault> {
        let reserved = prefix == "xmlns" || (prefix == "xml") != (uri == XML) || uri == XMLNS;
        if reserved || (uri.is_empty() && !prefix.is_empty()) || uri.contains('}') {
            return Err(Fault::Namespace);
        }
        self.bound.push((prefix.to_owned(), uri.to_owned()));
        Ok(())
    }

    /// A name with its namespace in braces before it, in the place of the prefix.
    fn full(&self, name: &str) -> Result<String, Fault> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if prefix == "xml" {
            return Ok(format!("{{{XML}}}{local}"));
        }
        match self.bound.iter().rev().find(|(bound, _)| bound == prefix) {
            Some((_, uri)) if !uri.is_empty() => Ok(format!("{{{uri}}}{local}")),
            None if !prefix.is_empty() => Err(Fault::UnboundPrefix),
            _ => Ok(local.to_owned()),
        }
    }

    /// Forgets the prefixes of an element that ended.
    pub(super) fn leave(&mut self, outside: usize) {
        self.bound.truncate(outside);
    }
}
