//! [`TreeList`]: a list that grows, where elements with an `index` continue the element of that index.

use std::collections::HashMap;

use super::tree::Tree;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Dynamic, List, Map, Text};

/// A list that grows.
#[derive(Debug, Default)]
pub(crate) struct TreeList {
    elements: Vec<Tree>,
    /// The places of the elements that have an index; made when the first piece asks.
    places: Option<HashMap<Index, Vec<usize>>>,
}

/// What names an element: a number, or a text that begins with `lc_`.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Index {
    Number(i64),
    Text(Text),
}

impl Index {
    fn of(map: &Map) -> Option<Self> {
        Self::from_value(map.get("index")?)
    }

    fn of_tree(tree: &Tree) -> Option<Self> {
        match tree.text_at("index") {
            Some(text) if text.starts_with("lc_") => Some(Self::Text(text.into())),
            Some(_) => None,
            None => Self::from_value(tree.fixed_at("index")?),
        }
    }

    fn from_value(value: &Dynamic) -> Option<Self> {
        match value {
            Dynamic::Int(n) => Some(Self::Number(*n)),
            Dynamic::Text(text) if text.starts_with("lc_") => Some(Self::Text(text.clone())),
            _ => None,
        }
    }
}

impl From<List> for TreeList {
    fn from(list: List) -> Self {
        Vec::from(list).into_iter().map(Tree::Fixed).collect()
    }
}

impl FromIterator<Tree> for TreeList {
    fn from_iter<T: IntoIterator<Item = Tree>>(trees: T) -> Self {
        Self { elements: trees.into_iter().collect(), places: None }
    }
}

impl TreeList {
    pub(crate) fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    pub(crate) fn last_mut(&mut self) -> Option<&mut Tree> {
        self.elements.last_mut()
    }

    /// Appends an element, whatever its index.
    pub(crate) fn push(&mut self, element: Dynamic) {
        let tree = Tree::Fixed(element);
        if let (Some(places), Some(index)) = (&mut self.places, Index::of_tree(&tree)) {
            places.entry(index).or_default().push(self.elements.len());
        }
        self.elements.push(tree);
    }

    /// Adds an element of the next piece: to the one it continues, or at the end.
    pub(crate) fn merge(&mut self, element: &Dynamic) -> Result<()> {
        if let Dynamic::Map(piece) = element
            && let Some(index) = Index::of(piece)
            && let Some(here) = self.find(&index, piece)
        {
            return continue_element(here, piece);
        }
        self.push(element.clone());
        Ok(())
    }

    /// The first element of this index whose id does not contradict that of the piece.
    fn find(&mut self, index: &Index, piece: &Map) -> Option<&mut Tree> {
        let elements = &self.elements;
        let places = self.places.get_or_insert_with(|| {
            let mut places = HashMap::<_, Vec<_>>::new();
            for (place, tree) in elements.iter().enumerate() {
                if let Some(index) = Index::of_tree(tree) {
                    places.entry(index).or_default().push(place);
                }
            }
            places
        });
        let id = piece.get("id").and_then(Dynamic::as_str).unwrap_or_default();
        let fits = |place: &&usize| {
            let own = elements.get(**place).and_then(|here| here.text_at("id")).unwrap_or_default();
            id.is_empty() || own.is_empty() || own == id
        };
        let place = *places.get(index)?.iter().find(fits)?;
        self.elements.get_mut(place)
    }

    pub(crate) fn into_trees(self) -> impl Iterator<Item = Tree> {
        self.elements.into_iter()
    }
}

/// Adds a piece to the block that it continues. The block keeps its type.
fn continue_element(here: &mut Tree, piece: &Map) -> Result<()> {
    let block_type = here.text_at("type").filter(|name| !name.is_empty()).map(Text::from);
    let Some(block) = here.map_mut() else { return Ok(()) };
    if let (Some(block_type), Some("non_standard"), Some(value)) =
        (block_type, piece.get("type").and_then(Dynamic::as_str), piece.get("value"))
    {
        return continue_with_non_standard(block, &block_type, value, piece);
    }
    piece.iter().filter(|(key, _)| *key != "type").try_for_each(|(key, value)| block.merge_entry(key, value))
}

/// A provider's own block continues a block of its kind in `value`, and a standard block in `extras`.
fn continue_with_non_standard(
    block: &mut super::tree::TreeMap,
    block_type: &str,
    value: &Dynamic,
    piece: &Map,
) -> Result<()> {
    let Dynamic::Map(value) = value else {
        return Err(Error::new(ErrorKind::Merge, "the value of a non-standard block is not an object"));
    };
    let inner: Map = value
        .iter()
        .filter(|(key, _)| *key != "type")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if block_type != "non_standard" {
        return block.merge_entry(&Text::from_static("extras"), &inner.into());
    }
    block.merge_entry(&Text::from_static("value"), &inner.into())?;
    match piece.get("index") {
        Some(index) => block.merge_entry(&Text::from_static("index"), index),
        None => Ok(()),
    }
}
