//! [`ObjectTemplate`]: data with variables in its texts.

use crate::error::Result;
use crate::template::{Template, TemplateFormat};
use crate::value::{Dynamic, Map, Text};

/// Data whose texts are templates: those of objects, and those that lists have directly; names are not, nor
/// what stands in lists of lists.
#[derive(Clone, Debug)]
pub(super) enum ObjectTemplate {
    Text(Template),
    Object(Vec<(Text, ObjectTemplate)>),
    List(Vec<ObjectTemplate>),
    Fixed(Dynamic),
}

impl ObjectTemplate {
    pub(super) fn parse(value: &Dynamic, format: TemplateFormat) -> Result<Self> {
        match value {
            Dynamic::List(list) => {
                let element = |element: &Dynamic| match element {
                    Dynamic::List(_) => Ok(Self::Fixed(element.clone())),
                    other => Self::parse(other, format),
                };
                list.iter().map(element).collect::<Result<_>>().map(Self::List)
            }
            Dynamic::Text(text) => Template::parse(text.clone(), format).map(Self::Text),
            Dynamic::Map(map) => map
                .iter()
                .map(|(name, value)| Ok((name.clone(), Self::parse(value, format)?)))
                .collect::<Result<_>>()
                .map(Self::Object),
            other => Ok(Self::Fixed(other.clone())),
        }
    }

    pub(super) fn variables<'a>(&'a self, names: &mut Vec<&'a Text>) {
        match self {
            Self::Text(template) => names.extend(template.variables()),
            Self::Object(entries) => entries.iter().for_each(|(_, entry)| entry.variables(names)),
            Self::List(elements) => elements.iter().for_each(|element| element.variables(names)),
            Self::Fixed(_) => {}
        }
    }

    pub(super) fn render(&self, vars: &Map) -> Result<Dynamic> {
        Ok(match self {
            Self::Text(template) => Dynamic::Text(template.render(vars)?),
            Self::Object(entries) => {
                let mut map = Map::new();
                for (name, entry) in entries {
                    map.insert(name.clone(), entry.render(vars)?);
                }
                Dynamic::Map(map)
            }
            Self::List(elements) => {
                let rendered = elements.iter().map(|element| element.render(vars));
                Dynamic::List(rendered.collect::<Result<_>>()?)
            }
            Self::Fixed(value) => value.clone(),
        })
    }
}
