//! JSON while it is written, and what filters leave of the events.

use serde_json::Value;

use crate::printed::{json, json_lines, print, python, without_ids};

#[tokio::test]
async fn countries_json() {
    let printed = [
        "{'countries': []}",
        "{'countries': [{'name': 'France'}]}",
        "{'countries': [{'name': 'France', 'population': 67750}]}",
        "{'countries': [{'name': 'France', 'population': 67750000}, {}]}",
        "{'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain'}]}",
        "{'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain', 'population': 47350000}, {}]}",
        "{'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain', 'population': 47350000}, \
            {'name': 'Japan'}]}",
        "{'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain', 'population': 47350000}, \
            {'name': 'Japan', 'population': 125700000}]}",
    ];
    assert_eq!(json_lines(&print!(countries_json)), printed.map(python));
}

#[tokio::test]
async fn countries_events() {
    let printed = r#"Chat model chunk: ''
Chat model chunk: '```'
Chat model chunk: 'json\n{\n  "countries": ['
Parser chunk: {'countries': []}
Chat model chunk: '\n    {\n      "name": "France",'
Parser chunk: {'countries': [{'name': 'France'}]}
Chat model chunk: '\n      "population": 67750000\n    },'
Parser chunk: {'countries': [{'name': 'France', 'population': 67750000}]}
Chat model chunk: '\n    {\n      "name": "Spain",'
Parser chunk: {'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain'}]}
Chat model chunk: '\n      "population": 47350'
Parser chunk: {'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain', 'population': 47350}]}
Chat model chunk: '000\n    },\n    {\n      "'
Parser chunk: {'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain', 'population': 47350000}, {}]}
Chat model chunk: 'name": "Japan",\n      "population":'
Parser chunk: {'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain', 'population': 47350000}, {'name': 'Japan'}]}
Chat model chunk: ' 125700000\n    }'
Parser chunk: {'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain', 'population': 47350000}, {'name': 'Japan', 'population': 125700000}]}
Chat model chunk: '\n  ]\n}\n```'
Chat model chunk: ''
..."#;
    let read = |text: &str, value: fn(&str) -> Value| {
        let line = |line: &str| {
            line.split_once(": ").map(|(what, rest)| (what.to_owned(), value(rest))).ok_or(line.to_owned())
        };
        text.lines().map(line).collect::<Vec<_>>()
    };
    assert_eq!(read(&print!(countries_events), json), read(printed, python));
}

/// Event, name, tags and what came, of each line before the dots.
fn told(printed: &str) -> Vec<(Value, Value, Value, Value)> {
    let (lines, dots) = printed.trim_end().rsplit_once('\n').unwrap();
    let lines = if dots == "..." { lines } else { printed };
    let told = |event: Value| {
        let mut event = without_ids(event);
        let mut chunk = event["data"]["chunk"].take();
        if chunk.get("content").is_some() {
            chunk = chunk["content"].take();
        }
        (event["event"].take(), event["name"].take(), event["tags"].take(), chunk)
    };
    json_lines(lines).into_iter().map(told).collect()
}

/// What a document's lines tell: event, name, tags and chunk.
fn lines(tags: &str, lines: &[(&str, &str, &str)]) -> Vec<(Value, Value, Value, Value)> {
    let line = |(event, name, chunk): &(&str, &str, &str)| {
        (
            (*event).into(),
            (*name).into(),
            python(tags),
            if chunk.is_empty() { Value::Null } else { python(chunk) },
        )
    };
    lines.iter().map(line).collect()
}

#[tokio::test]
async fn filter_by_name() {
    let chunk = |chunk: &'static str| ("on_parser_stream", "my_parser", chunk);
    let printed = [
        ("on_parser_start", "my_parser", ""),
        chunk("{'countries': []}"),
        chunk("{'countries': [{'name': 'France'}]}"),
        chunk("{'countries': [{'name': 'France', 'population': 67750}]}"),
        chunk("{'countries': [{'name': 'France', 'population': 67750000}, {}]}"),
        chunk("{'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain'}]}"),
        chunk(
            "{'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain', 'population': 47350000}]}",
        ),
        chunk(
            "{'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain', 'population': 47350000}, \
                {'name': 'Japan'}]}",
        ),
        chunk(
            "{'countries': [{'name': 'France', 'population': 67750000}, {'name': 'Spain', 'population': 47350000}, \
                {'name': 'Japan', 'population': 125700000}]}",
        ),
        ("on_parser_end", "my_parser", ""),
    ];
    assert_eq!(told(&print!(filter_by_name)), lines("['seq:step:2']", &printed));
}

#[tokio::test]
async fn filter_by_type() {
    let chunk = |chunk: &'static str| ("on_chat_model_stream", "model", chunk);
    let printed = [
        ("on_chat_model_start", "model", ""),
        chunk("''"),
        chunk("'```'"),
        chunk("'json\\n{\\n  \"countries\": ['"),
        chunk("'\\n    {\\n      \"name\": \"France\",'"),
        chunk("'\\n      \"population\": 67750'"),
        chunk("'000\\n    },\\n    {\\n      \"'"),
        chunk("'name\": \"Spain\",\\n      \"population\":'"),
        chunk("' 47350000\\n    },'"),
        chunk("'\\n    {\\n      \"name\": \"Japan\",'"),
        chunk("'\\n      \"population\": 125700'"),
    ];
    assert_eq!(told(&print!(filter_by_type)), lines("['seq:step:1']", &printed));
}

#[tokio::test]
async fn filter_by_tag() {
    let (own, model, parser) = ("['my_chain']", "['my_chain', 'seq:step:1']", "['my_chain', 'seq:step:2']");
    let chat = |chunk| lines(model, &[("on_chat_model_stream", "ChatAnthropic", chunk)]);
    let parsed = |chunk| {
        let parser = lines(parser, &[("on_parser_stream", "JsonOutputParser", chunk)]);
        [parser, lines(own, &[("on_chain_stream", "RunnableSequence", chunk)])].concat()
    };
    let printed = [
        lines(own, &[("on_chain_start", "RunnableSequence", "")]),
        lines(model, &[("on_chat_model_start", "ChatAnthropic", "")]),
        chat("''"),
        lines(parser, &[("on_parser_start", "JsonOutputParser", "")]),
        chat("'```'"),
        chat("'json\\n{\\n  \"countries\": ['"),
        parsed("{'countries': []}"),
        chat("'\\n    {\\n      \"name\": \"France\",'"),
        parsed("{'countries': [{'name': 'France'}]}"),
    ];
    assert_eq!(told(&print!(filter_by_tag)), printed.concat());
}

#[tokio::test]
async fn generator() {
    assert_eq!(print!(generator), "[\"France\", \"Spain\", \"Japan\"]|\nFrance|Spain|Japan|\n");
}
