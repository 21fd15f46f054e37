//! The XML parser as a step.

use thalweg_core::message::AiMessage;
use thalweg_core::parser::XmlOutputParser;
use thalweg_core::{Chain, Context, ErrorKind};

use crate::parsers::{answer, compat, default_mode, streamed};

async fn stream(pieces: &[&str], context: Context) -> (Vec<String>, Option<ErrorKind>) {
    let (out, error) = streamed::<AiMessage, _>(XmlOutputParser::new(), answer(pieces), context).await;
    (out, error.map(|error| error.kind()))
}

async fn invoke(text: &str, context: Context) -> Result<String, ErrorKind> {
    let value = Chain::<String, _>::new(XmlOutputParser::new()).invoke_with(text, context).await;
    value.map(|value| value.to_string()).map_err(|error| error.kind())
}

#[tokio::test]
async fn elements_come_when_they_end() {
    let pieces =
        ["Sure: <foo>\n  <bar>", "text</b", "ar>\n  <baz><q>1</q>", "<q>2</q></baz>\n", "</foo> done <"];
    let expected = [
        r#"{"foo":[{"bar":"text"}]}"#,
        r#"{"foo":[{"baz":[{"q":"1"}]}]}"#,
        r#"{"foo":[{"baz":[{"q":"2"}]}]}"#,
    ];
    for context in [compat(), default_mode()] {
        let (out, error) = stream(&pieces, context).await;
        assert_eq!((out.as_slice(), error), (&expected.map(str::to_owned)[..], None));
    }
}

#[tokio::test]
async fn whole_answers() {
    let text = "<foo>\n  <bar>text</bar>\n  <baz><q>1</q><q>2</q></baz>\n</foo>";
    let expected = r#"{"foo":[{"bar":"text"},{"baz":[{"q":"1"},{"q":"2"}]}]}"#;
    let fenced = format!("Sure:\n```xml\n{text}\n```\nbye");
    for context in [compat(), default_mode()] {
        assert_eq!(invoke(text, context.clone()).await.as_deref(), Ok(expected));
        assert_eq!(invoke(&fenced, context.clone()).await.as_deref(), Ok(expected));
        assert_eq!(invoke("<a><b>1</a>", context.clone()).await, Err(ErrorKind::Parse));
        assert_eq!(invoke("prose", context).await, Err(ErrorKind::Parse));
    }
    let prose = format!("Sure: {text} bye");
    assert_eq!(invoke(&prose, default_mode()).await.as_deref(), Ok(expected));
    assert_eq!(invoke(&prose, compat()).await, Err(ErrorKind::Parse));
}

#[tokio::test]
async fn what_is_not_complete() {
    let found = vec![r#"{"a":[{"b":"1"}]}"#.to_owned()];
    assert_eq!(stream(&["<a><b>1</b>"], compat()).await, (found.clone(), None));
    assert_eq!(stream(&["<a><b>1</b>"], default_mode()).await, (found.clone(), Some(ErrorKind::Parse)));
    assert_eq!(stream(&["<a><b>1</b>", "</c>"], compat()).await, (found.clone(), Some(ErrorKind::Parse)));
    assert_eq!(stream(&["<a><b>1</b>", "</c>"], default_mode()).await, (found, Some(ErrorKind::Parse)));
    assert_eq!(stream(&["prose"], compat()).await, (vec![], None));
    assert_eq!(stream(&["prose"], default_mode()).await, (vec![], Some(ErrorKind::Parse)));
}
