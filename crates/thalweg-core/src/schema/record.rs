//! [`Record`]: an object that fits a schema.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::value::{Dynamic, Map, Text};

/// An object of a schema: all its fields, defaults too. As a [`Dynamic`] it is an object that knows its schema's name.
///
/// ```
/// use thalweg_core::schema::{Field, Record, Schema, Type};
/// use thalweg_core::value::Dynamic;
///
/// let schema = Schema::new("Point").field(Field::new("x", Type::Int));
/// let point = Dynamic::from(schema.check(&Dynamic::parse(r#"{"x": 1}"#)?)?);
/// assert_eq!(Record::of(&point).map(|record| record.schema().as_str()), Some("Point"));
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    schema: Text,
    fields: Map,
}

impl Record {
    pub(super) fn new(schema: Text, fields: Map) -> Self {
        Self { schema, fields }
    }

    /// The record in a dynamic value, if it is one.
    pub fn of(value: &Dynamic) -> Option<&Self> {
        match value {
            Dynamic::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
    }

    /// The name of its schema.
    pub fn schema(&self) -> &Text {
        &self.schema
    }

    /// Its fields in the schema's order.
    pub fn fields(&self) -> &Map {
        &self.fields
    }

    /// Its fields in the schema's order.
    pub fn into_fields(self) -> Map {
        self.fields
    }
}

impl From<Record> for Dynamic {
    fn from(record: Record) -> Self {
        Self::object(record)
    }
}

/// The object of its fields.
impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.serialize(serializer)
    }
}

/// As JSON.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Dynamic::from(self.fields.clone()).fmt(f)
    }
}
