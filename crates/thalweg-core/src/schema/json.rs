//! A schema as JSON Schema, as models are told of it.

use super::{Schema, Type};
use crate::value::{Dynamic, List, Map};

impl Schema {
    /// The schema as a JSON Schema: an object with `type`, `properties` and `required`.
    ///
    /// ```
    /// use thalweg_core::schema::{Field, Schema, Type};
    /// use thalweg_core::value::Dynamic;
    ///
    /// let schema = Schema::new("Point").field(Field::new("x", Type::Int));
    /// let json = r#"{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]}"#;
    /// assert_eq!(Dynamic::from(schema.to_json_schema()).to_string(), json);
    /// ```
    pub fn to_json_schema(&self) -> Map {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in self.fields() {
            let mut property = json(&field.kind);
            if !field.description.is_empty() {
                property.insert("description", field.description.clone());
            }
            match &field.default {
                Some(default) => drop(property.insert("default", default.clone())),
                None => required.push(Dynamic::from(field.name.clone())),
            }
            properties.insert(field.name.clone(), property);
        }
        let mut schema = of_type("object");
        if !self.description().is_empty() {
            schema.insert("description", self.description().clone());
        }
        schema.insert("properties", properties);
        if !required.is_empty() {
            schema.insert("required", List::from(required));
        }
        schema
    }
}

fn json(kind: &Type) -> Map {
    match kind {
        Type::Any => Map::new(),
        Type::Str => of_type("string"),
        Type::Int => of_type("integer"),
        Type::Float => of_type("number"),
        Type::Bool => of_type("boolean"),
        Type::Dict => of_type("object"),
        Type::List(element) => {
            let mut list = of_type("array");
            list.insert("items", json(element));
            list
        }
        Type::Optional(kind) => {
            let either = [json(kind), of_type("null")].into_iter().map(Dynamic::from).collect::<List>();
            [("anyOf", Dynamic::from(either))].into_iter().collect()
        }
        Type::Object(schema) => schema.to_json_schema(),
    }
}

fn of_type(name: &'static str) -> Map {
    [("type", Dynamic::from(name))].into_iter().collect()
}
