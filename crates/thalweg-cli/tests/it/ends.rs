//! How the command ends: mistakes, a reader that goes away, Ctrl-C.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::program::{output, tour};

#[test]
fn an_unknown_tour_is_a_mistake_with_a_suggestion() {
    let output = output(&["countris"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    for part in ["countris", "retrieval", "similar value exists: 'countries'"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_name_after_a_tour_is_a_tour_too() {
    let wrong = output(&["countries", "nope"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(wrong.stdout.is_empty());
    let said = String::from_utf8(wrong.stderr).unwrap();
    for part in ["'nope'", "possible values: countries, ", "retrieval"] {
        assert!(said.contains(part), "{said}");
    }
    let two = String::from_utf8(output(&["tool", "countries"]).stdout).unwrap();
    let shown: Vec<_> = two.lines().filter(|line| line.starts_with("== ")).collect();
    assert!(
        matches!(shown[..], [tool, countries] if tool.starts_with("== tool:") && countries.starts_with("== countries:"))
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for args in [&[][..], &["--all", "--events", "ndjson"], &["countries", "--events", "v2"]] {
        let mut child = tour(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut String::new()).unwrap();
        drop(lines);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
        assert!(output.stderr.is_empty(), "{args:?}: {output:?}");
    }
}

/// What is printed when Ctrl-C comes after the first line that contains this text.
#[cfg(unix)]
fn interrupted(args: &[&str], after: &str) -> (Vec<String>, Option<i32>) {
    let mut child = tour(args).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = Vec::new();
    let mut sent = false;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        lines.push(line.unwrap());
        if !sent && lines.last().is_some_and(|line| line.contains(after)) {
            let pid = child.id().to_string();
            assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
            sent = true;
        }
    }
    assert!(sent, "{lines:?}");
    (lines, child.wait().unwrap().code())
}

#[cfg(unix)]
#[test]
fn ctrl_c_cancels_and_shows_what_was_cancelled() {
    let (lines, code) = interrupted(&["countries", "--pace", "2000"], "stream    chat_model");
    assert_eq!(code, Some(130));
    let cancelled: Vec<_> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("cancelled "))
        .filter_map(|rest| rest.split_whitespace().last())
        .collect();
    assert_eq!(cancelled, ["ChatAnthropic", "JsonOutputParser", "RunnableSequence"], "{lines:?}");
    assert_eq!(lines.last().map(String::as_str), Some("cancelled"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_other_tours_too() {
    let (lines, code) =
        interrupted(&["--all", "--pace", "2000", "--events", "ndjson"], r#""event":"stream""#);
    assert_eq!(code, Some(130));
    let ended = |line: &&String| line.contains(r#""event":"cancelled""#);
    assert_eq!(lines.iter().filter(ended).count(), 3);
    assert!(ended(&lines.last().unwrap()));
}
