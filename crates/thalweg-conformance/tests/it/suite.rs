//! Whole folders, with a runner made for the test.

use std::num::NonZero;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thalweg_conformance::deviations::Deviations;
use thalweg_conformance::report::{Report, Standing, Verdict};
use thalweg_conformance::runner::{Mode, Outcome};
use thalweg_conformance::suite::Suite;

/// Does what the node kind says.
fn obey(scenario: &Value, mode: Mode) -> Outcome {
    match scenario["spec"]["kind"].as_str().unwrap_or_default() {
        "result" => Outcome::Result(scenario["input"].clone()),
        "say" => Outcome::Result(json!({ "output": scenario["input"] })),
        "mode" => Outcome::Result(json!({ "output": format!("{mode:?}") })),
        "peek" => Outcome::Result(json!({ "output": scenario.get("expected").is_some() })),
        "panic" => panic!("out of cheese"),
        "hang" => loop {
            std::thread::sleep(Duration::from_millis(20));
        },
        "misspelt" => Outcome::Unusable("no such call".to_owned()),
        other => Outcome::Unknown(format!("node kind {other}")),
    }
}

fn suite(deviations: &str, jobs: usize) -> Suite {
    Suite {
        run: obey,
        mode: Mode::Compat,
        deviations: deviations.parse().unwrap(),
        jobs: NonZero::new(jobs).unwrap(),
        limit: Duration::from_millis(500),
    }
}

fn case(name: &str, kind: &str, features: &[&str], expected: &Value) -> (String, String) {
    let scenario = json!({
        "name": name, "features": features, "spec": { "kind": kind }, "input": 1, "expected": { "output": expected },
    });
    (format!("{name}.json"), scenario.to_string())
}

fn run(suite: &Suite, folder: &Path, cases: &[(String, String)]) -> Report {
    let files: Vec<_> = cases.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    crate::write(folder, &files);
    suite.folder(folder).unwrap()
}

#[test]
fn the_report_counts_by_feature_and_shows_first_differences() {
    let folder = crate::scratch("report");
    let report = run(
        &suite("", 3),
        &folder,
        &[
            case("a/good", "say", &["x", "y"], &json!(1)),
            case("a/other", "say", &["x"], &json!({ "deep": [1, 2] })),
            case("b/new", "teleport", &["y"], &json!(1)),
            ("notes.json".to_owned(), r#"{"about": "no scenario"}"#.to_owned()),
            ("torn.json".to_owned(), r#"{"spec": "#.to_owned()),
            ("bare.json".to_owned(), r#"{"spec": {}}"#.to_owned()),
        ],
    );
    assert!(!report.has_passed());
    let text = report.to_text(1);
    let wanted = "\
feature  cases  equal  different  unknown
x            2      1          1        0
y            2      1          0        1
(all)        5      1          3        1

different a/other
    /output: expected {\"deep\":[1,2]}, got 1
unknown   b/new: node kind teleport
broken    bare: nothing is recorded for it
broken    torn: no JSON document: EOF while parsing a value at line 1 column 9
1 passed, 4 failed
";
    assert_eq!(text, wanted);
}

#[test]
fn decided_deviations_pass_and_the_list_is_kept_honest() {
    let folder = crate::scratch("deviations");
    let cases = [
        case("good", "say", &[], &json!(1)),
        case("odd", "say", &[], &json!(2)),
        case("optional", "teleport", &[], &json!(2)),
    ];
    let decided = run(&suite("odd: by choice\noptional: not built\nelsewhere: kept\n", 1), &folder, &cases);
    assert!(decided.has_passed());
    assert!(decided.to_text(1).contains("decided   odd: by choice\n"));
    assert!(decided.to_text(1).ends_with("\n3 passed, 0 failed\n"));

    let stale = run(&suite("good: no longer true\nodd: by choice\noptional: not built", 1), &folder, &cases);
    assert!(!stale.has_passed());
    assert_eq!(stale.cases[0].standing, Standing::ListedButEqual);
    assert!(stale.to_text(1).contains("listed but equal   good\n"));
    assert!(stale.to_text(1).ends_with("\n2 passed, 1 failed\n"));
}

#[test]
fn a_panic_or_a_hang_is_one_broken_case_and_never_excused() {
    let folder = crate::scratch("broken");
    let cases = [
        case("good", "say", &[], &json!(1)),
        case("hang", "hang", &[], &json!(1)),
        case("panic", "panic", &[], &json!(1)),
        case("unusable", "misspelt", &[], &json!(1)),
    ];
    let started = Instant::now();
    let report = run(&suite("panic: x\nhang: x\nunusable: x\n", 1), &folder, &cases);
    assert!(started.elapsed() < Duration::from_secs(20));
    let verdicts: Vec<_> = report.cases.iter().map(|case| (case.name.as_str(), &case.verdict)).collect();
    let broken = |what: &str| Verdict::Broken(what.to_owned());
    assert_eq!(
        verdicts,
        [
            ("good", &Verdict::Equal),
            ("hang", &broken("not done after 500ms")),
            ("panic", &broken("panicked: out of cheese")),
            ("unusable", &broken("no such call")),
        ]
    );
    assert!(report.to_text(1).ends_with("\n1 passed, 3 failed\n"));
}

#[test]
fn the_runner_gets_the_mode_and_not_the_record() {
    let folder = crate::scratch("seam");
    let cases = [case("mode", "mode", &[], &json!("Default")), case("peek", "peek", &[], &json!(false))];
    let suite = Suite { mode: Mode::Default, ..suite("", 2) };
    assert!(run(&suite, &folder, &cases).has_passed());
}

#[test]
fn a_scenario_says_itself_that_it_is_unordered() {
    let folder = crate::scratch("unordered");
    let scenario = |unordered| {
        json!({
            "spec": { "kind": "result" }, "unordered": unordered,
            "input": { "listeners": ["b", "a"] }, "expected": { "listeners": ["a", "b"] },
        })
        .to_string()
    };
    let files = [("no.json".to_owned(), scenario(false)), ("yes.json".to_owned(), scenario(true))];
    let report = run(&suite("", 1), &folder, &files);
    assert!(matches!(report.cases[0].verdict, Verdict::Different(_)));
    assert_eq!(report.cases[1].verdict, Verdict::Equal);
}

#[test]
fn malformed_lists_of_deviations_are_refused_by_line() {
    let error = |text: &str| text.parse::<Deviations>().unwrap_err().to_string();
    assert_eq!(error("# fine\n\nodd: reason\nodd: other"), "line 4: names a scenario for the second time");
    assert_eq!(error("odd:  "), "line 1: needs the form `name: reason`");
    assert_eq!(error(": reason"), "line 1: needs the form `name: reason`");
}
