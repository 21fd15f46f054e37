//! The command: what it prints where, and its exit status.

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thalweg-conformance"));
    command.current_dir(folder).args(arguments);
    command
}

fn status(folder: &Path, arguments: &[&str]) -> i32 {
    output(folder, arguments).status.code().unwrap()
}

fn output(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

const TELEPORT: &str =
    r#"{"spec":{"kind":"teleport"},"input":1,"call":{"method":"invoke"},"expected":{"output":1}}"#;

#[test]
fn run_tells_unknown_from_unusable() {
    let folder = crate::scratch("run");
    crate::write(
        &folder,
        &[("new.json", TELEPORT), ("torn.json", "{"), ("list.json", "[]"), ("other.json", "{}")],
    );
    let unknown = output(&folder, &["run", "new.json"]);
    assert_eq!((unknown.status.code(), text(&unknown.stdout)), (Some(3), ""));
    assert!(text(&unknown.stderr).contains("teleport"));
    for file in ["torn.json", "list.json", "other.json", "absent.json"] {
        let unusable = output(&folder, &["run", file, "--default-mode"]);
        assert_eq!((unusable.status.code(), text(&unusable.stdout)), (Some(2), ""), "{file}");
        assert!(text(&unusable.stderr).contains(file));
    }
    assert_eq!(status(&folder, &["run"]), 2);
}

#[test]
fn compare_takes_a_result_or_a_scenario() {
    let folder = crate::scratch("compare");
    let events = |first: &str, second: &str| {
        let event = |run: &str| {
            format!(r#"{{"event":"on_chain_start","run_id":"{run}","name":"{run}","tags":["a","b"]}}"#)
        };
        format!(r#"{{"events":[{},{}]}}"#, event(first), event(second))
    };
    let expected = events("x", "y");
    let scenario = |unordered| format!(r#"{{"spec":{{}},"unordered":{unordered},"expected":{expected}}}"#);
    crate::write(
        &folder,
        &[
            ("expected.json", &expected),
            ("ordered.json", &scenario(false)),
            ("unordered.json", &scenario(true)),
            ("swapped.json", &events("y", "x")),
            ("tags.json", &expected.replace(r#"["a","b"]"#, r#"["b","a"]"#)),
        ],
    );
    assert_eq!(status(&folder, &["compare", "expected.json", "expected.json"]), 0);
    assert_eq!(status(&folder, &["compare", "ordered.json", "expected.json"]), 0);
    assert_eq!(status(&folder, &["compare", "expected.json", "swapped.json"]), 1);
    assert_eq!(status(&folder, &["compare", "expected.json", "swapped.json", "--unordered"]), 0);
    assert_eq!(status(&folder, &["compare", "ordered.json", "swapped.json"]), 1);
    assert_eq!(status(&folder, &["compare", "unordered.json", "swapped.json"]), 0);
    assert_eq!(status(&folder, &["compare", "expected.json", "tags.json"]), 0);
    assert_eq!(status(&folder, &["compare", "expected.json", "tags.json", "--tag-order"]), 1);
    assert_eq!(status(&folder, &["compare", "expected.json", "absent.json"]), 2);

    let found = output(&folder, &["compare", "expected.json", "swapped.json", "--max", "1"]);
    assert_eq!(text(&found.stdout), "/events/0/name: expected \"x\", got \"y\"\n");
}

#[test]
fn suite_ends_with_the_line_that_counts() {
    let folder = crate::scratch("suite");
    crate::write(
        &folder,
        &[("cases/v1/new.json", TELEPORT), ("list.txt", "v1/new: optional\n"), ("bad.txt", "v1/new\n")],
    );
    let failed = output(&folder, &["suite", "cases"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(text(&failed.stdout).ends_with("\n0 passed, 1 failed\n"));
    let passed = output(&folder, &["suite", "cases", "--deviations", "list.txt", "--jobs", "2", "--all"]);
    assert_eq!(passed.status.code(), Some(0));
    assert!(text(&passed.stdout).ends_with("\n1 passed, 0 failed\n"));
    assert_eq!(status(&folder, &["suite", "cases", "--deviations", "bad.txt"]), 2);
    assert_eq!(status(&folder, &["suite", "absent"]), 2);
    assert_eq!(status(&folder, &["suite", "cases", "--jobs", "0"]), 2);
    std::fs::create_dir(folder.join("empty")).unwrap();
    assert_eq!(status(&folder, &["suite", "empty"]), 2);
}

#[test]
fn a_reader_that_went_away_changes_nothing() {
    let folder = crate::scratch("pipe");
    crate::write(&folder, &[("a.json", r#"{"output":1}"#), ("b.json", r#"{"output":2}"#)]);
    let mut command = command(&folder, &["compare", "a.json", "b.json"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let child = command.stdout(Stdio::from(writer)).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), ""));
}
