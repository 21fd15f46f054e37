//! [`ContentTemplate`]: the content of a message, with variables in it.

use super::object::ObjectTemplate;
use crate::error::{Error, ErrorKind, Result};
use crate::message::{Block, Content};
use crate::template::{Template, TemplateFormat};
use crate::value::{Dynamic, Map, Text};

/// A text, or a list of parts.
#[derive(Clone, Debug)]
pub(super) enum ContentTemplate {
    Text(Template),
    Parts(Vec<Part>),
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    /// A text block.
    Text(Template),
    /// A picture: its address, and how closely a model is to look at it.
    Image { url: Template, detail: Option<ObjectTemplate> },
    /// A block of another kind.
    Object(ObjectTemplate),
}

impl ContentTemplate {
    pub(super) fn parse(content: &Dynamic, format: TemplateFormat) -> Result<Self> {
        match content {
            Dynamic::Text(text) => Template::parse(text.clone(), format).map(Self::Text),
            Dynamic::List(list) => {
                list.iter().map(|part| Part::parse(part, format)).collect::<Result<_>>().map(Self::Parts)
            }
            other => Err(wrong("a message's content is a text or a list", other)),
        }
    }

    pub(super) fn variables<'a>(&'a self, names: &mut Vec<&'a Text>) {
        match self {
            Self::Text(template) => names.extend(template.variables()),
            Self::Parts(parts) => {
                for part in parts {
                    match part {
                        Part::Text(template) => names.extend(template.variables()),
                        Part::Image { url, detail } => {
                            names.extend(url.variables());
                            if let Some(detail) = detail {
                                detail.variables(names);
                            }
                        }
                        Part::Object(object) => object.variables(names),
                    }
                }
            }
        }
    }

    pub(super) fn render(&self, vars: &Map) -> Result<Content> {
        match self {
            Self::Text(template) => template.render(vars).map(Content::Text),
            Self::Parts(parts) => {
                let blocks = parts.iter().filter_map(|part| part.render(vars).transpose());
                blocks.collect::<Result<_>>().map(Content::Blocks)
            }
        }
    }
}

impl Part {
    fn parse(part: &Dynamic, format: TemplateFormat) -> Result<Self> {
        let map = match part {
            Dynamic::Text(text) => return Template::parse(text.clone(), format).map(Self::Text),
            Dynamic::Map(map) => map,
            other => return Err(wrong("a part of a message's content is a text or an object", other)),
        };
        let only = |name: &str| map.keys().all(|key| *key == "type" || *key == name);
        match (map.get("text"), map.get("image_url")) {
            (Some(Dynamic::Text(text)), _) if only("text") => {
                Template::parse(text.clone(), format).map(Self::Text)
            }
            (_, Some(Dynamic::Text(url))) if only("image_url") => {
                Ok(Self::Image { url: Template::parse(url.clone(), format)?, detail: None })
            }
            (_, Some(Dynamic::Map(image))) if only("image_url") => Self::image(image, format),
            _ => ObjectTemplate::parse(part, format).map(Self::Object),
        }
    }

    fn image(image: &Map, format: TemplateFormat) -> Result<Self> {
        if image.contains_key("path") {
            return Err(Error::new(ErrorKind::Template, "a picture is given by its url, not by a path"));
        }
        let url = match image.get("url") {
            Some(Dynamic::Text(url)) => Template::parse(url.clone(), format)?,
            other => return Err(wrong("a picture's url is a text", other.unwrap_or(&Dynamic::Null))),
        };
        let detail = image.get("detail").map(|detail| ObjectTemplate::parse(detail, format)).transpose()?;
        Ok(Self::Image { url, detail })
    }

    /// The block; `None` for a text that has come out empty.
    fn render(&self, vars: &Map) -> Result<Option<Block>> {
        Ok(match self {
            Self::Text(template) => {
                Some(template.render(vars)?).filter(|text| !text.is_empty()).map(Block::text)
            }
            Self::Image { url, detail } => {
                let url = url.render(vars)?;
                if url.is_empty() {
                    return Err(Error::new(ErrorKind::Template, "a picture needs a url"));
                }
                let mut image = Map::new();
                image.insert("url", url);
                let detail = detail.as_ref().map(|detail| detail.render(vars)).transpose()?;
                if let Some(detail) = detail.filter(|detail| !matches!(detail.as_str(), Some(""))) {
                    image.insert("detail", detail);
                }
                let mut block = Map::new();
                block.insert("type", "image_url");
                block.insert("image_url", image);
                Some(Block::Object(block))
            }
            Self::Object(object) => match object.render(vars)? {
                Dynamic::Map(map) => Some(Block::Object(map)),
                other => return Err(wrong("a block is an object", &other)),
            },
        })
    }
}

fn wrong(expected: &str, got: &Dynamic) -> Error {
    Error::new(ErrorKind::Template, expected.to_owned()).with("got", got.type_name())
}
