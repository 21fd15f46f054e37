//! The handlers that write to files.

use thalweg::callback::{Interest, ndjson_append, ndjson_file};
use thalweg::event::EventMask;
use thalweg::prelude::*;

#[test]
fn ndjson_writes_a_file_and_goes_on_at_its_end() {
    let upper = Chain::new(|text: String| text.to_uppercase());
    let path = std::env::temp_dir().join(format!("thalweg-handlers-{}.ndjson", std::process::id()));
    let ends = Interest::of(EventMask::END);
    let config = Config::new().handler(ndjson_file(&path).unwrap().interested(ends));
    upper.invoke_blocking_with("a", &config).unwrap();
    // Flushed with the root run, while the handler is still there.
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    let config = Config::new().handler(ndjson_append(&path).unwrap());
    upper.invoke_blocking_with("a", config).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
    std::fs::remove_file(path).unwrap();
}
