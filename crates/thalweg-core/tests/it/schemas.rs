//! What values become by the types of a schema, as pydantic has it.

use thalweg_core::schema::{Field, Record, Schema, Type};
use thalweg_core::value::Dynamic;
use thalweg_core::{ErrorKind, vars};

/// The value as JSON, or nothing if it does not fit.
fn fit(kind: &Type, json: &str) -> Option<String> {
    let schema = Schema::new("S").field(Field::new("f", kind.clone()));
    let value = vars! { "f": Dynamic::parse(json).expect("JSON") };
    let record = schema.check(&value.into());
    record.ok().and_then(|record| record.fields().get("f").map(ToString::to_string))
}

fn check(kind: &Type, fits: &[(&str, &str)], others: &[&str]) {
    for (json, expected) in fits {
        assert_eq!(fit(kind, json).as_deref(), Some(*expected), "{json} as {kind}");
    }
    for json in others {
        assert_eq!(fit(kind, json), None, "{json} as {kind}");
    }
}

#[test]
fn texts_and_anything() {
    check(&Type::Str, &[(r#""a""#, r#""a""#)], &["1", "null", "true", "[]", "{}"]);
    check(&Type::Any, &[("null", "null"), ("[1]", "[1]")], &[]);
    check(&Type::Dict, &[("{}", "{}")], &["[]", "null", r#""a""#]);
}

#[test]
fn integers() {
    let fits = [
        ("3", "3"),
        ("true", "1"),
        ("1.0", "1"),
        (r#"" 7 ""#, "7"),
        (r#""+5""#, "5"),
        (r#""-0""#, "0"),
        (r#""-00012""#, "-12"),
        (r#""12.00""#, "12"),
        (r#""1_000.0""#, "1000"),
        (r#""00_1""#, "1"),
        (r#""10000000000000000000000000000""#, "10000000000000000000000000000"),
    ];
    let others = [
        "2.5",
        "1e20",
        "null",
        "[]",
        r#""""#,
        r#""12.""#,
        r#"".0""#,
        r#""1__0""#,
        r#""_1""#,
        r#""1_""#,
        r#""1e3""#,
        r#""0x10""#,
        r#""+-1""#,
        r#""1.0_0""#,
        r#""+_1""#,
        r#""nan""#,
        "-9223372036854775808.0",
    ];
    check(&Type::Int, &fits, &others);
}

#[test]
fn numbers() {
    let fits = [
        ("3", "3.0"),
        ("true", "1.0"),
        (r#"" 2.5 ""#, "2.5"),
        (r#""1e3""#, "1000.0"),
        (r#""1_000""#, "1000.0"),
        (r#""1_.5""#, "1.5"),
        (r#""5.""#, "5.0"),
        (r#"".5""#, "0.5"),
        // Not finite, so that JSON has no word for them.
        (r#""-Infinity""#, "null"),
        (r#""NaN""#, "null"),
    ];
    check(&Type::Float, &fits, &["null", r#""""#, r#""a""#, r#""_1""#, r#""1_""#, r#""1__0""#, "[]"]);
}

#[test]
fn truth_values() {
    let fits = [
        ("1", "true"),
        ("0.0", "false"),
        (r#""TRUE""#, "true"),
        (r#""y""#, "true"),
        (r#""Off""#, "false"),
        (r#""0""#, "false"),
    ];
    check(&Type::Bool, &fits, &["2", "2.5", "null", r#"" true""#, r#""1.0""#, r#""""#, "[]"]);
}

#[test]
fn lists_and_what_may_be_absent() {
    let ints = Type::list(Type::Int);
    check(&ints, &[("[]", "[]"), (r#"["1", 2, true]"#, "[1,2,1]")], &["[1.5]", "[null]", r#""1""#, "{}"]);
    check(&Type::optional(Type::Int), &[("null", "null"), (r#""1""#, "1")], &[r#""a""#]);
}

#[test]
fn objects_within_objects() {
    let point =
        Schema::new("Point").field(Field::new("x", Type::Int)).field(Field::new("y", Type::Int).default(()));
    let line = Schema::new("Line").field(Field::new("points", Type::list(Type::object(point))));
    let value = Dynamic::parse(r#"{"points": [{"x": "1", "z": 0}, {"y": 2.0, "x": 3}], "more": 1}"#).unwrap();
    let record = line.check(&value).unwrap();
    assert_eq!(record.to_string(), r#"{"points":[{"x":1,"y":null},{"x":3,"y":2}]}"#);
    let points = record.fields().get("points").unwrap();
    assert_eq!(Record::of(points.at(0).unwrap()).map(|point| point.schema().as_str()), Some("Point"));
    // What fits already fits again.
    assert_eq!(line.check(&record.clone().into()).unwrap().to_string(), record.to_string());

    let error = line.check(&Dynamic::parse(r#"{"points": [{"x": "a"}, {}, 3]}"#).unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    let expected = "Line does not fit: `points.0.x`: an integer is needed, not a text; `points.1.x` is missing; \
                    `points.2`: an object is needed, not an integer";
    assert_eq!(error.message(), expected);
}

#[test]
fn as_json_schema() {
    let schema = Schema::new("S")
        .field(Field::new("a", Type::list(Type::Str)).describe("words"))
        .field(Field::new("b", Type::optional(Type::Int)).default(()));
    let expected = r#"{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"},"description":"words"},"b":{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null}},"required":["a"]}"#;
    assert_eq!(Dynamic::from(schema.to_json_schema()).to_string(), expected);
}
