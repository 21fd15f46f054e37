//! The verdicts that the recorder's own comparator gave on mutated records.

use std::collections::BTreeMap;

use thalweg_conformance::compare::{Rules, differences};
use thalweg_conformance::read;

use crate::mutation::apply;

#[test]
fn mutated_records_get_the_recorded_verdict() {
    let cases = crate::conformance().join("cases");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in include_str!("../data/mutations.ndjson").lines() {
        let record = read::from_text(line).unwrap();
        let name = record["case"].as_str().unwrap();
        let recorded = read::from_file(&cases.join(format!("{name}.json"))).unwrap()["expected"].take();
        let changes = |side: &str| record[side].as_array().unwrap().clone();
        let mut expected = recorded.clone();
        for change in changes("expected") {
            apply(&mut expected, &change);
        }
        let mut observed = if record["start"] == "expected" { expected.clone() } else { recorded };
        for change in changes("observed") {
            apply(&mut observed, &change);
        }

        let flag = |key: &str| record[key].as_bool().unwrap();
        let rules = Rules { unordered: flag("unordered"), tag_order: flag("tag_order") };
        let found = differences(&expected, &observed, rules, 10);
        let verdict = if found.is_empty() { "equal" } else { "different" };
        *counts.entry(verdict.to_owned()).or_default() += 1;
        if record["verdict"] != verdict {
            wrong.push(format!("{line}\n    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(counts["equal"] > 200 && counts["different"] > 200, "{counts:?}");
}
