//! [`Schema`], [`Field`] and [`Type`]: what an object must look like.

use crate::value::{Dynamic, Text};

/// What an object must look like: its fields in order.
///
/// ```
/// use thalweg_core::schema::{Field, Schema, Type};
/// use thalweg_core::value::Dynamic;
///
/// let person = Schema::new("Person")
///     .field(Field::new("name", Type::Str))
///     .field(Field::new("age", Type::Int).default(0));
/// let record = person.check(&Dynamic::parse(r#"{"name": "Ada", "age": "36"}"#)?)?;
/// assert_eq!(record.to_string(), r#"{"name":"Ada","age":36}"#);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Schema {
    name: Text,
    description: Text,
    fields: Vec<Field>,
}

impl Schema {
    /// A schema without fields.
    pub fn new(name: impl Into<Text>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Says what the object is, for models.
    pub fn describe(mut self, description: impl Into<Text>) -> Self {
        self.description = description.into();
        self
    }

    /// Adds a field; one of the same name is replaced.
    pub fn field(mut self, field: Field) -> Self {
        match self.fields.iter_mut().find(|there| there.name == field.name) {
            Some(there) => *there = field,
            None => self.fields.push(field),
        }
        self
    }

    /// Its name.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// What the object is; empty unless told.
    pub fn description(&self) -> &Text {
        &self.description
    }

    /// The fields in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }
}

/// One field of a [`Schema`]: required unless it has a default.
///
/// ```
/// use thalweg_core::schema::{Field, Type};
///
/// let limit = Field::new("limit", Type::Int).default(10).describe("at most so many");
/// assert!(!limit.is_required());
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Field {
    pub(super) name: Text,
    pub(super) kind: Type,
    pub(super) default: Option<Dynamic>,
    pub(super) description: Text,
}

impl Field {
    /// A required field.
    pub fn new(name: impl Into<Text>, kind: Type) -> Self {
        Self { name: name.into(), kind, default: None, description: Text::EMPTY }
    }

    /// Sets what the field is where it is missing. It is taken as it is, whatever the field's type.
    pub fn default(mut self, value: impl Into<Dynamic>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Says what the field is, for models.
    pub fn describe(mut self, description: impl Into<Text>) -> Self {
        self.description = description.into();
        self
    }

    /// Its name.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// Its type.
    pub fn kind(&self) -> &Type {
        &self.kind
    }

    /// Whether it must be there.
    pub fn is_required(&self) -> bool {
        self.default.is_none()
    }
}

/// The type of a field. Values that stand for one of the type are converted: a text of digits for a number, `1` for
/// `true`, and so on, by the rules that the field knows from pydantic.
///
/// ```
/// use thalweg_core::schema::Type;
///
/// assert_eq!(Type::list(Type::optional(Type::Int)).to_string(), "list[optional[int]]");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Type {
    /// Anything.
    Any,
    /// A text.
    Str,
    /// An integer; also a number without fraction, a text of one, or a truth value.
    Int,
    /// A number; also a text of one, or a truth value.
    Float,
    /// A truth value; also 0, 1, and texts such as `yes` and `off`.
    Bool,
    /// A list, whose elements are of this type.
    List(Box<Self>),
    /// An object with any fields.
    Dict,
    /// `null`, or a value of this type.
    Optional(Box<Self>),
    /// An object with known fields.
    Object(Box<Schema>),
}

impl Type {
    /// A list of elements of this type.
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// `null`, or a value of this type.
    pub fn optional(kind: Self) -> Self {
        Self::Optional(Box::new(kind))
    }

    /// An object of this schema.
    pub fn object(schema: Schema) -> Self {
        Self::Object(Box::new(schema))
    }
}

/// As Python's annotations are written; an object by its schema's name.
impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Str => f.write_str("str"),
            Self::Int => f.write_str("int"),
            Self::Float => f.write_str("float"),
            Self::Bool => f.write_str("bool"),
            Self::List(element) => write!(f, "list[{element}]"),
            Self::Dict => f.write_str("dict"),
            Self::Optional(kind) => write!(f, "optional[{kind}]"),
            Self::Object(schema) => f.write_str(&schema.name),
        }
    }
}
