//! The copied cases themselves.

use std::collections::BTreeSet;

use thalweg_conformance::compare::{Rules, differences};
use thalweg_conformance::deviations::Deviations;
use thalweg_conformance::read;
use thalweg_conformance::scenario::{self, Scenario};

fn all() -> Vec<Scenario> {
    let folder = crate::conformance().join("cases");
    let files = scenario::files(&folder).unwrap();
    let scenarios = files.iter().map(|file| {
        let name = scenario::name_of(file, &folder);
        let scenario = Scenario::from_value(read::from_file(file).unwrap(), "").unwrap();
        assert_eq!(scenario.name, name);
        scenario
    });
    scenarios.collect()
}

#[test]
fn every_record_is_equal_to_itself_under_all_rules() {
    let scenarios = all();
    assert_eq!(scenarios.len(), 587);
    for scenario in scenarios {
        let recorded = scenario.expected.unwrap();
        for (unordered, tag_order) in [(false, false), (false, true), (true, false), (true, true)] {
            // Order per run counts for less than order, so what is equal stays equal.
            let found = differences(&recorded, &recorded, Rules { unordered, tag_order }, 10);
            assert_eq!(found, [], "{} unordered={unordered} tag_order={tag_order}", scenario.name);
        }
    }
}

#[test]
fn every_record_survives_writing_and_reading() {
    for scenario in all() {
        let recorded = scenario.expected.unwrap();
        let again = read::from_text(&read::to_text(&recorded)).unwrap();
        assert_eq!(differences(&recorded, &again, Rules::default(), 1), [], "{}", scenario.name);
    }
}

#[test]
fn the_list_of_deviations_names_cases_that_exist() {
    let names: BTreeSet<String> = all().into_iter().map(|scenario| scenario.name).collect();
    for (name, _) in Deviations::of_project().unwrap().iter() {
        assert!(names.contains(name), "{name}");
    }
}
