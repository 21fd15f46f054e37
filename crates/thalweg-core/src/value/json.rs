//! Reading and writing [`Dynamic`] values with serde.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use super::{Dynamic, List, Map, Text};

impl Serialize for Dynamic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(b) => serializer.serialize_bool(*b),
            Self::Int(n) => serializer.serialize_i64(*n),
            Self::BigInt(digits) => big_integer(digits, serializer),
            Self::Float(n) => serializer.serialize_f64(*n),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => list.serialize(serializer),
            Self::Map(map) => map.serialize(serializer),
            Self::Message(message) => message.serialize(serializer),
            Self::Chunk(chunk) => chunk.serialize(serializer),
            Self::Document(document) => document.serialize(serializer),
            Self::Prompt(prompt) => prompt.serialize(serializer),
            Self::Generation(generation) => generation.serialize(serializer),
            Self::LlmResult(result) => result.serialize(serializer),
            Self::Error(error) => error.serialize(serializer),
            Self::Object(object) => {
                let json = object.to_json().map_err(S::Error::custom)?;
                let value: Self = serde_json::from_str(&json).map_err(S::Error::custom)?;
                value.serialize(serializer)
            }
        }
    }
}

/// JSON has no bound on integers, serde has: what fits into 128 bits is written as it is, the rest as the
/// nearest floating-point number.
fn big_integer<S: Serializer>(digits: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(n) = digits.parse::<i128>() {
        serializer.serialize_i128(n)
    } else {
        serializer.serialize_f64(digits.parse().map_err(S::Error::custom)?)
    }
}

impl Serialize for List {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self.iter() {
            out.serialize_entry(key, value)?;
        }
        out.end()
    }
}

impl<'de> Deserialize<'de> for Dynamic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DynamicVisitor)
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Dynamic::deserialize(deserializer)? {
            Dynamic::Map(map) => Ok(map),
            other => Err(de::Error::custom(format_args!("expected an object, got {}", other.type_name()))),
        }
    }
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Dynamic::deserialize(deserializer)? {
            Dynamic::List(list) => Ok(list),
            other => Err(de::Error::custom(format_args!("expected a list, got {}", other.type_name()))),
        }
    }
}

struct DynamicVisitor;

impl<'de> Visitor<'de> for DynamicVisitor {
    type Value = Dynamic;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Dynamic, E> {
        Ok(Dynamic::Null)
    }

    fn visit_none<E>(self) -> Result<Dynamic, E> {
        Ok(Dynamic::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Dynamic, D::Error> {
        Dynamic::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Dynamic, E> {
        Ok(Dynamic::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Dynamic, E> {
        Ok(Dynamic::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Dynamic, E> {
        Ok(Dynamic::from(value))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Dynamic, E> {
        Ok(i64::try_from(value).map_or_else(|_| Dynamic::BigInt(value.to_string().into()), Dynamic::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Dynamic, E> {
        Ok(Dynamic::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Dynamic, E> {
        Ok(Dynamic::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Dynamic, E> {
        Ok(Dynamic::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Dynamic, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Dynamic::List(values.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Dynamic, A::Error> {
        let mut out = Map::new();
        while let Some((key, value)) = map.next_entry::<Text, Dynamic>()? {
            out.insert(key, value);
        }
        Ok(Dynamic::Map(out))
    }
}
