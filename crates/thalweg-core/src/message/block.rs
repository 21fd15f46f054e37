//! The standard kinds of [`Block`]: making them, and telling them apart with [`BlockView`].

use super::Block;
use crate::value::{Dynamic, List, Map, Text};

/// Where the bytes of a picture, a recording or a file are.
///
/// ```
/// use thalweg_core::message::{Block, Media};
///
/// let picture = Block::image(Media::url("https://example.org/river.png"));
/// assert_eq!(picture.kind(), Some("image"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Media {
    /// At an address.
    Url(Text),
    /// In the block, as base64.
    Base64 {
        /// The bytes.
        data: Text,
        /// What kind of bytes they are, such as `image/png`.
        mime_type: Text,
    },
    /// With the provider, by an id that it gave.
    Id(Text),
}

impl Media {
    /// Bytes at an address.
    pub fn url(url: impl Into<Text>) -> Self {
        Self::Url(url.into())
    }

    /// Bytes as base64, of this MIME type.
    pub fn base64(data: impl Into<Text>, mime_type: impl Into<Text>) -> Self {
        Self::Base64 { data: data.into(), mime_type: mime_type.into() }
    }

    /// Bytes that the provider keeps under this id.
    pub fn id(id: impl Into<Text>) -> Self {
        Self::Id(id.into())
    }

    fn of(block: &Map) -> Option<Self> {
        let text = |key: &str| text_at(block, key).map(Text::from);
        if let Some(data) = text("base64") {
            return Some(Self::Base64 { data, mime_type: text("mime_type").unwrap_or_default() });
        }
        text("url").map(Self::Url).or_else(|| text("file_id").map(Self::Id))
    }
}

/// What kind of media a block has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaKind {
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// A film.
    Video,
    /// A file of another kind.
    File,
}

impl MediaKind {
    /// The block type: `image`, `audio`, `video` or `file`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::File => "file",
        }
    }
}

/// A standard block of each kind. Keys of a provider's own can be added to the object.
impl Block {
    /// A text.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::typed("text", "text", text.into())
    }

    /// What a model thinks before it answers.
    pub fn reasoning(reasoning: impl Into<Text>) -> Self {
        Self::typed("reasoning", "reasoning", reasoning.into())
    }

    /// A picture.
    pub fn image(media: Media) -> Self {
        Self::media(MediaKind::Image, media)
    }

    /// A recording.
    pub fn audio(media: Media) -> Self {
        Self::media(MediaKind::Audio, media)
    }

    /// A film.
    pub fn video(media: Media) -> Self {
        Self::media(MediaKind::Video, media)
    }

    /// A file.
    pub fn file(media: Media) -> Self {
        Self::media(MediaKind::File, media)
    }

    fn media(kind: MediaKind, media: Media) -> Self {
        let mut map = Map::new();
        map.insert(Text::from_static("type"), kind.as_str());
        match media {
            Media::Url(url) => map.insert(Text::from_static("url"), url),
            Media::Id(id) => map.insert(Text::from_static("file_id"), id),
            Media::Base64 { data, mime_type } => {
                map.insert(Text::from_static("base64"), data);
                map.insert(Text::from_static("mime_type"), mime_type)
            }
        };
        Self::Object(map)
    }

    /// A block that only one provider knows, to be passed on as it is.
    pub fn non_standard(value: Map) -> Self {
        Self::typed("non_standard", "value", value)
    }

    /// A text with what it refers to.
    pub fn cited(text: impl Into<Text>, citations: impl IntoIterator<Item = Citation>) -> Self {
        let Self::Object(mut map) = Self::text(text) else { return Self::Object(Map::new()) };
        let citations: List = citations.into_iter().map(Citation::into_dynamic).collect();
        map.insert(Text::from_static("annotations"), citations);
        Self::Object(map)
    }

    fn typed(kind: &'static str, key: &'static str, value: impl Into<Dynamic>) -> Self {
        let mut map = Map::new();
        map.insert(Text::from_static("type"), Text::from_static(kind));
        map.insert(Text::from_static(key), value);
        Self::Object(map)
    }

    /// The block by its kind.
    pub fn view(&self) -> BlockView<'_> {
        match self {
            Self::Text(text) => BlockView::Text { text, annotations: None },
            Self::Object(map) => BlockView::of(map),
        }
    }
}

/// A block, told apart by its kind.
///
/// ```
/// use thalweg_core::message::{Block, BlockView};
///
/// match Block::reasoning("Let me see.").view() {
///     BlockView::Reasoning { reasoning } => assert_eq!(reasoning, "Let me see."),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum BlockView<'a> {
    /// A text, bare or in a block.
    Text {
        /// The text.
        text: &'a str,
        /// What it refers to; [`Citation::from_dynamic`] reads an entry.
        annotations: Option<&'a List>,
    },
    /// What a model thinks before it answers.
    Reasoning {
        /// Its thoughts.
        reasoning: &'a str,
    },
    /// A picture, a recording, a film or a file.
    Media {
        /// Which of them.
        kind: MediaKind,
        /// Where its bytes are.
        media: Media,
        /// What kind of bytes they are.
        mime_type: Option<&'a str>,
    },
    /// A call of a tool that runs on this side.
    ToolCall {
        /// The tool's name.
        name: &'a str,
        /// Its arguments.
        args: &'a Map,
        /// The call's id.
        id: Option<&'a str>,
    },
    /// A call of a tool that the provider runs by itself.
    ServerToolCall {
        /// The tool's name.
        name: &'a str,
        /// Its arguments: an object, or the text of one that is still streaming.
        args: Option<&'a Dynamic>,
        /// The call's id.
        id: Option<&'a str>,
    },
    /// What such a tool gave.
    ServerToolResult {
        /// The call's id.
        tool_call_id: Option<&'a str>,
        /// `success` or `error`.
        status: Option<&'a str>,
        /// The result.
        output: Option<&'a Dynamic>,
    },
    /// A block of another kind, or one that lacks what its kind needs.
    Unknown(&'a Map),
}

impl<'a> BlockView<'a> {
    fn of(map: &'a Map) -> Self {
        let text = |key: &str| text_at(map, key);
        let media = |kind| match Media::of(map) {
            Some(media) => Self::Media { kind, media, mime_type: text("mime_type") },
            None => Self::Unknown(map),
        };
        match (text("type"), text("name")) {
            (Some("text"), _) => match text("text") {
                Some(text) => {
                    Self::Text { text, annotations: map.get("annotations").and_then(Dynamic::as_list) }
                }
                None => Self::Unknown(map),
            },
            (Some("reasoning"), _) => Self::Reasoning { reasoning: text("reasoning").unwrap_or_default() },
            (Some("image"), _) => media(MediaKind::Image),
            (Some("audio"), _) => media(MediaKind::Audio),
            (Some("video"), _) => media(MediaKind::Video),
            (Some("file"), _) => media(MediaKind::File),
            (Some("tool_call"), Some(name)) => match map.get("args").and_then(Dynamic::as_map) {
                Some(args) => Self::ToolCall { name, args, id: text("id") },
                None => Self::Unknown(map),
            },
            (Some("server_tool_call" | "server_tool_call_chunk"), Some(name)) => {
                Self::ServerToolCall { name, args: map.get("args"), id: text("id") }
            }
            (Some("server_tool_result"), _) => Self::ServerToolResult {
                tool_call_id: text("tool_call_id"),
                status: text("status"),
                output: map.get("output"),
            },
            _ => Self::Unknown(map),
        }
    }
}

/// What a text refers to.
///
/// ```
/// use thalweg_core::message::{Block, BlockView, Citation};
///
/// let source = Citation { url: Some("https://example.org".into()), ..Citation::default() };
/// let block = Block::cited("It rains.", [source.clone()]);
/// let BlockView::Text { annotations: Some(list), .. } = block.view() else { panic!() };
/// assert_eq!(list.get(0).and_then(Citation::from_dynamic), Some(source));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Citation {
    /// The address of the source.
    pub url: Option<Text>,
    /// The source's title.
    pub title: Option<Text>,
    /// What the source says.
    pub cited_text: Option<Text>,
    /// Where in the text the reference begins.
    pub start_index: Option<i64>,
    /// Where it ends.
    pub end_index: Option<i64>,
}

impl Citation {
    /// The citation that an entry of a text's annotations is; `None` if it is something else.
    pub fn from_dynamic(value: &Dynamic) -> Option<Self> {
        let map = value.as_map().filter(|map| text_at(map, "type") == Some("citation"))?;
        let text = |key| text_at(map, key).map(Text::from);
        let number = |key| map.get(key).and_then(Dynamic::as_i64);
        Some(Self {
            url: text("url"),
            title: text("title"),
            cited_text: text("cited_text"),
            start_index: number("start_index"),
            end_index: number("end_index"),
        })
    }

    fn into_dynamic(self) -> Dynamic {
        let mut map = Map::new();
        map.insert(Text::from_static("type"), Text::from_static("citation"));
        let texts = [("url", self.url), ("title", self.title), ("cited_text", self.cited_text)];
        for (key, text) in texts {
            if let Some(text) = text {
                map.insert(Text::from_static(key), text);
            }
        }
        for (key, number) in [("start_index", self.start_index), ("end_index", self.end_index)] {
            if let Some(number) = number {
                map.insert(Text::from_static(key), number);
            }
        }
        Dynamic::Map(map)
    }
}

fn text_at<'a>(map: &'a Map, key: &str) -> Option<&'a str> {
    map.get(key)?.as_str()
}
