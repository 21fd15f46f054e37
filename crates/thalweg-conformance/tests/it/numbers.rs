//! Numbers: kinds, sizes and digits.

use thalweg_conformance::compare::{Rules, differences};
use thalweg_conformance::read::{MAX_DEPTH, ReadError, from_text, to_text};

fn same(expected: &str, observed: &str) -> bool {
    let document = |number| from_text(&format!("{{\"output\":{number}}}")).unwrap();
    differences(&document(expected), &document(observed), Rules::default(), 1).is_empty()
}

#[test]
fn integers_floats_and_booleans_are_different_kinds() {
    assert!(!same("1", "1.0"));
    assert!(!same("0", "false"));
    assert!(!same("1e2", "100"));
    assert!(same("1e2", "100.0"));
    assert!(same("-0", "0"));
    assert!(same("-0.0", "0.0"));
}

#[test]
fn floats_are_equal_to_twelve_digits() {
    assert!(same("0.30000000000000004", "0.3"));
    assert!(same("1000000000000.1", "1000000000000.2"));
    assert!(!same("1.0", "1.00000000001"));
    assert!(!same("1e-13", "0.0"));
    assert!(!same("2.5", "2.5000000000025002"));
    assert!(same("1e300", "1.0000000000001e300"));
}

#[test]
fn integers_are_exact_at_any_size() {
    assert!(!same("9007199254740992", "9007199254740993"));
    assert!(same("18446744073709551615", "18446744073709551615"));
    assert!(!same("18446744073709551616", "18446744073709551617"));
    assert!(!same("18446744073709551616", "18446744073709551616.0"));
    assert!(same("-1000000000000000000000", "-1000000000000000000000"));
    assert!(!same("-1000000000000000000000", "1000000000000000000000"));
}

#[test]
fn big_integers_are_written_as_they_were_read() {
    let text = r#"[123456789012345678901234567890,{"a":"123456789012345678901234567890 -0 \" 1"},-18446744073709551616]"#;
    assert_eq!(to_text(&from_text(text).unwrap()), text);
    let quoted = r#""{\"$\":\"integer\",\"digits\":\"12\"}""#;
    assert_eq!(to_text(&from_text(quoted).unwrap()), quoted);
}

#[test]
fn what_is_no_json_stays_an_error() {
    for text in
        ["", "-", "[1", "01", "-01", "1 2", "{\"a\":00000000000000000000000000000001}", "NaN", "\"\\", "[-]"]
    {
        assert!(matches!(from_text(text), Err(ReadError::Json(_))), "{text}");
    }
}

#[test]
fn depth_is_limited_far_beyond_that_of_the_cases() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(from_text(&nested(200)).is_ok());
    assert!(matches!(from_text(&nested(MAX_DEPTH + 1)), Err(ReadError::TooDeep)));
    assert!(from_text(&format!("\"{}\"", "[".repeat(MAX_DEPTH + 1))).is_ok());
}
