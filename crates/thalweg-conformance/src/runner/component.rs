//! Nodes that are components: tools, retrievers, parsers, and models with structured output.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use thalweg_core::document::Document;
use thalweg_core::parser::{
    JsonOutputKeyToolsParser, JsonOutputParser, JsonOutputToolsParser, ListOutputParser, SchemaOutputParser,
    StrOutputParser, XmlOutputParser,
};
use thalweg_core::retriever::{Retrieval, Retriever};
use thalweg_core::runnable::{Assign, Fallbacks, Parallel};
use thalweg_core::schema::{Field, Schema, Type};
use thalweg_core::tool::{Tool, ToolOutput};
use thalweg_core::value::{Dynamic, Map, Text};
use thalweg_core::{Chain, Context, Error, ErrorKind, Result, Returned, Runnable};

use super::build::{Builder, Object, text};
use super::decode::{decode, document};
use super::effect::Node;
use super::failure::{Refusal, raise_described};
use super::function::Body;
use super::pure::framework;

fn flag(node: &Object, key: &str) -> bool {
    node.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn texts<'a>(node: &'a Object, key: &str) -> impl Iterator<Item = &'a str> {
    node.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn dynamic<R: Runnable<Dynamic>>(runnable: R) -> Node {
    runnable.into_chain().into_dynamic_output()
}

/// A parser node, if the kind is one.
pub(super) fn parser(kind: &str, node: &Object) -> Result<Option<Node>, Refusal> {
    Ok(Some(match kind {
        "str_parser" => dynamic(StrOutputParser),
        "json_parser" if flag(node, "diff") => dynamic(JsonOutputParser::new().diff()),
        "json_parser" => dynamic(JsonOutputParser::new()),
        "comma_list_parser" => dynamic(ListOutputParser::comma()),
        "numbered_list_parser" => dynamic(ListOutputParser::numbered()),
        "markdown_list_parser" => dynamic(ListOutputParser::markdown()),
        "xml_parser" => dynamic(XmlOutputParser::new()),
        "schema_parser" => {
            let spec = node.get("schema").ok_or_else(|| Refusal::missing("schema"))?;
            dynamic(SchemaOutputParser::dynamic(schema(spec)?))
        }
        "openai_tools_parser" => {
            let mut parser = JsonOutputToolsParser::new();
            if flag(node, "first_tool_only") {
                parser = parser.first_tool_only();
            }
            if flag(node, "return_id") {
                parser = parser.return_id();
            }
            dynamic(parser)
        }
        "openai_tools_key_parser" => {
            let mut parser = JsonOutputKeyToolsParser::new(text(node, "key_name")?);
            if flag(node, "first_tool_only") {
                parser = parser.first_tool_only();
            }
            if flag(node, "return_id") {
                parser = parser.return_id();
            }
            dynamic(parser)
        }
        _ => return Ok(None),
    }))
}

fn schema(spec: &Value) -> Result<Schema, Refusal> {
    let name = spec.get("name").and_then(Value::as_str).ok_or_else(|| Refusal::missing("name"))?;
    let mut schema = Schema::new(name);
    for field in spec.get("fields").and_then(Value::as_array).into_iter().flatten() {
        let name = field.get("name").and_then(Value::as_str).ok_or_else(|| Refusal::missing("name"))?;
        schema = schema.field(one_field(name, field)?);
    }
    Ok(schema)
}

fn one_field(name: &str, spec: &Value) -> Result<Field, Refusal> {
    let mut field = Field::new(name, type_of(spec.get("type").ok_or_else(|| Refusal::missing("type"))?)?);
    if let Some(default) = spec.get("default") {
        field = field.default(decode(default)?);
    }
    Ok(field)
}

fn type_of(spec: &Value) -> Result<Type, Refusal> {
    if spec.is_object() {
        return Ok(Type::object(schema(spec)?));
    }
    let word = spec.as_str().ok_or_else(|| Refusal::missing("type"))?;
    let inner = |prefix: &str| {
        word.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(']')).map(|inner| type_of(&json!(inner)))
    };
    if let Some(element) = inner("list[") {
        return Ok(Type::list(element?));
    }
    if let Some(kind) = inner("optional[") {
        return Ok(Type::optional(kind?));
    }
    Ok(match word {
        "str" => Type::Str,
        "int" => Type::Int,
        "float" => Type::Float,
        "bool" => Type::Bool,
        "list" => Type::list(Type::Any),
        "dict" => Type::Dict,
        "any" => Type::Any,
        other => return Err(Refusal::Unknown(format!("type {other:?}"))),
    })
}

/// A tool node.
pub(super) fn tool(builder: &mut Builder, node: &Object) -> Result<Node, Refusal> {
    let description = node.get("description").and_then(Value::as_str).unwrap_or("A tool.");
    let mut tool = Tool::builder(text(node, "name")?, description);
    for (name, spec) in node.get("args_schema").and_then(Value::as_object).into_iter().flatten() {
        // A default of its own makes the argument optional.
        let field = match spec {
            Value::Object(object) if object.contains_key("type") && !object.contains_key("fields") => {
                one_field(name, spec)?
            }
            spec => Field::new(name.as_str(), type_of(spec)?),
        };
        tool = tool.field(field);
    }
    let body = Arc::new(Body::new(builder, node)?);
    let pick = node.get("input").and_then(Value::as_str).map(str::to_owned);
    if node.get("response_format").and_then(Value::as_str) == Some("content_and_artifact") {
        tool = tool.content_and_artifact();
    }
    tool = match node.get("handle_tool_error") {
        Some(Value::Bool(true)) => tool.handle_tool_error(),
        Some(Value::String(text)) => tool.handle_tool_error_with(text.as_str()),
        _ => tool,
    };
    tool = match node.get("handle_validation_error") {
        Some(Value::Bool(true)) => tool.handle_validation_error(),
        Some(Value::String(text)) => tool.handle_validation_error_with(text.as_str()),
        _ => tool,
    };
    if flag(node, "return_direct") {
        tool = tool.return_direct();
    }
    tool = tool.tags(texts(node, "tags"));
    for (key, value) in node.get("metadata").and_then(Value::as_object).into_iter().flatten() {
        tool = tool.metadata(key.as_str(), decode(value)?);
    }
    let tool = tool.async_function_with(move |args: Map, context: Context| {
        let (body, pick) = (Arc::clone(&body), pick.clone());
        async move {
            let x = match &pick {
                Some(key) => args.get(key).cloned().ok_or_else(|| framework("KeyError"))?,
                None => args.into(),
            };
            match body.run(x, context).await? {
                Returned::Value(value) => Ok::<_, Error>(ToolOutput::new(value)),
                Returned::Chain(_) => Err(Error::other("a tool returned a runnable")),
            }
        }
    });
    Ok(tool.chain())
}

/// A retriever node.
pub(super) fn retriever(node: &Object) -> Result<Node, Refusal> {
    let docs = node.get("docs").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    let scripted = Scripted {
        class: node.get("class").and_then(Value::as_str).unwrap_or("ScriptedRetriever").to_owned(),
        docs: docs.map(document).collect::<Result<_, _>>()?,
        keyword: node.get("mode").and_then(Value::as_str) == Some("keyword"),
        k: node.get("k").and_then(Value::as_u64).and_then(|k| usize::try_from(k).ok()),
        error: node.get("error").cloned(),
    };
    let mut retrieval = Retrieval::new(scripted).with_tags(texts(node, "tags"));
    for (key, value) in node.get("metadata").and_then(Value::as_object).into_iter().flatten() {
        retrieval = retrieval.with_metadata(key.as_str(), decode(value)?);
    }
    Ok(dynamic(retrieval))
}

struct Scripted {
    class: String,
    docs: Vec<Document>,
    keyword: bool,
    k: Option<usize>,
    error: Option<Value>,
}

impl Retriever for Scripted {
    fn name(&self) -> Cow<'_, str> {
        self.class.as_str().into()
    }

    fn retrieve(self: Arc<Self>, query: Text) -> BoxFuture<'static, Result<Vec<Document>>> {
        async move {
            if let Some(error) = &self.error {
                return Err(raise_described(error));
            }
            let query = query.to_lowercase();
            let wanted: Vec<&str> = query.split_whitespace().collect();
            let fits = |doc: &&Document| {
                let content = doc.page_content.to_lowercase();
                !self.keyword || wanted.iter().any(|word| content.contains(word))
            };
            Ok(self.docs.iter().filter(fits).take(self.k.unwrap_or(usize::MAX)).cloned().collect())
        }
        .boxed()
    }
}

/// A model that answers with an object of a schema.
pub(super) fn structured_output(builder: &mut Builder, node: &Object) -> Result<Node, Refusal> {
    let schema = node.get("schema").and_then(Value::as_object).ok_or_else(|| Refusal::missing("schema"))?;
    let name = text(schema, "title")?;
    let mut parameters = schema.clone();
    parameters.remove("title");
    let description = parameters.remove("description");
    let mut function = json!({ "name": name, "parameters": parameters });
    if let Some(description) = description {
        function["description"] = description;
    }
    let mut options = Map::new();
    options.insert("tools", decode(&json!([{ "type": "function", "function": function }]))?);
    options.insert("tool_choice", "any");
    let model = builder.bound(node)?.bind(options);
    let parser = || dynamic(JsonOutputKeyToolsParser::new(name).first_tool_only());
    if !flag(node, "include_raw") {
        return Ok(model.then(parser()));
    }
    let raw = Chain::new(|x: Dynamic| {
        x.get("raw")
            .cloned()
            .ok_or_else(|| Error::new(ErrorKind::Application, "raw").with("class", "KeyError"))
    });
    let null = || Chain::new(|_: Dynamic| Dynamic::Null);
    let parsed = Assign::new().key("parsed", raw.then(parser())).key("parsing_error", null()).into_chain();
    let unparsed = Assign::new().key("parsed", null()).into_chain();
    let parsing = Fallbacks::new(parsed).or(unparsed).exception_key("parsing_error").into_chain();
    Ok(Parallel::new().branch("raw", model).into_chain().into_dynamic_output().then(parsing))
}
