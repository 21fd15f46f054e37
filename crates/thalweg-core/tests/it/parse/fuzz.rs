//! The fuzz targets for JSON, XML and lists, replayed on their corpora.

use crate::targets;

fn replay(folder: &str, target: fn(&[u8])) {
    let folder = format!("{}/tests/corpus/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        target(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 50, "only {count} files");
}

#[test]
fn the_json_corpus_is_replayed() {
    replay("json", targets::fuzz_json);
}

#[test]
fn the_xml_corpus_is_replayed() {
    replay("xml", targets::fuzz_xml);
}

#[test]
fn the_list_corpus_is_replayed() {
    replay("list", targets::fuzz_list);
}
