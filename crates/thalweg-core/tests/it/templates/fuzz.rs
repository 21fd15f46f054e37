//! The fuzz target for templates, replayed on its corpus.

use crate::targets::fuzz_template;

#[test]
fn the_corpus_is_replayed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/template");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        fuzz_template(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 50, "only {count} files");
}
