//! Events of the application's own.

use serde_json::Value;

use crate::printed::{json_lines, print, python, without_ids};

/// What the document prints for each of the two functions, without the ids.
const EVENTS: [&str; 5] = [
    "{'event': 'on_chain_start', 'data': {'input': 'hello world'}, 'name': NAME, 'tags': [], 'metadata': {}, 'parent_ids': []}",
    "{'event': 'on_custom_event', 'name': 'event1', 'tags': [], 'metadata': {}, 'data': {'x': 'hello world'}, 'parent_ids': []}",
    "{'event': 'on_custom_event', 'name': 'event2', 'tags': [], 'metadata': {}, 'data': 5, 'parent_ids': []}",
    "{'event': 'on_chain_stream', 'name': NAME, 'tags': [], 'metadata': {}, 'data': {'chunk': 'hello world'}, 'parent_ids': []}",
    "{'event': 'on_chain_end', 'data': {'output': 'hello world'}, 'name': NAME, 'tags': [], 'metadata': {}, 'parent_ids': []}",
];

#[tokio::test]
async fn custom_events() {
    let mut got: Vec<Value> = json_lines(&print!(custom_events)).into_iter().map(without_ids).collect();
    for event in got.iter_mut().filter(|event| event["event"] == "on_chain_end") {
        // By default an end shows its input too.
        assert_eq!(event["data"].as_object_mut().unwrap().remove("input"), Some("hello world".into()));
    }
    let expected = ["'foo'", "'bar'"].map(|name| EVENTS.map(|event| python(&event.replace("NAME", name))));
    assert_eq!(got, expected.concat());
}

#[tokio::test]
async fn custom_event_handlers() {
    let printed = print!(custom_event_handlers);
    let received = |event: &str, data: &str| {
        let received = format!("Received event {event} with data: {data}, with tags: ['foo', 'bar'], ");
        (received + "with metadata: {} and run_id: ").replace('\'', "\"")
    };
    let mut expected = vec![received("event1", "{'x': 1}"), received("event2", "5"), "1".to_owned()];
    expected.extend([received("event1", "{'x': 1}"), received("event2", "{'x': 1}"), "1".to_owned()]);
    expected.extend([r#"event1 {"reversed":"dlrow olleh"} "#, "event2 5 ", "hello world"].map(str::to_owned));
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines.len(), expected.len(), "{printed}");
    let mut ids = Vec::new();
    for (line, expected) in lines.iter().zip(&expected) {
        if expected.ends_with(' ') {
            let (text, id) = line.rsplit_once(' ').unwrap();
            assert_eq!(squeezed(text), squeezed(expected));
            ids.push(id);
        } else {
            assert_eq!(line, expected);
        }
    }
    assert!(ids[0] == ids[1] && ids[2] == ids[3] && ids[4] == ids[5] && ids[0] != ids[2], "{ids:?}");
}
