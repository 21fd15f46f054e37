//! What is wrong with a template or its variables, and how it is told.

use thalweg_core::ErrorKind;
use thalweg_core::template::{Template, TemplateFormat};
use thalweg_core::value::{Dynamic, Map};

use super::vars;

#[test]
fn a_broken_template_is_refused_with_its_place() {
    for (template, format, line, column) in [
        ("one\n}", TemplateFormat::FString, "2", "1"),
        ("é {", TemplateFormat::FString, "1", "4"),
        ("{a.b}", TemplateFormat::FString, "1", "3"),
        ("{a[0]}", TemplateFormat::FString, "1", "3"),
        ("{0}", TemplateFormat::FString, "1", "2"),
        ("{a:{w}}", TemplateFormat::FString, "1", "4"),
        ("{a!}", TemplateFormat::FString, "1", "3"),
        ("x\n  {{a", TemplateFormat::Mustache, "2", "3"),
        ("{{#a}}\n{{/b}}", TemplateFormat::Mustache, "2", "1"),
        ("{{/a}}", TemplateFormat::Mustache, "1", "1"),
        ("{{#a}}x", TemplateFormat::Mustache, "1", "8"),
        ("{{ }}", TemplateFormat::Mustache, "1", "1"),
    ] {
        let error = Template::parse(template, format).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Template, "{template}");
        assert_eq!(error.fact("format"), Some(format.as_str()), "{template}");
        assert_eq!((error.fact("line"), error.fact("column")), (Some(line), Some(column)), "{template}");
    }
}

#[test]
fn all_missing_variables_are_named() {
    let template = Template::parse("{a} {b} {c} {a}", TemplateFormat::FString).unwrap();
    let error = template.render(&vars([("b", 1.into()), ("d", 2.into())])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingVariable);
    assert_eq!((error.fact("missing"), error.fact("given")), (Some("a, c"), Some("b, d")));
    assert_eq!(error.fact("hint"), None);
}

#[test]
fn unescaped_json_gets_a_hint() {
    let template = Template::parse(r#"Answer as {"name": "..."}"#, TemplateFormat::FString).unwrap();
    let error = template.render(&Map::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingVariable);
    assert!(error.fact("hint").unwrap().contains("{{"), "{error}");
}

#[test]
fn a_value_that_does_not_fit_names_its_field() {
    let fails = |template: &str, value: Dynamic| {
        let template = Template::parse(template, TemplateFormat::FString).unwrap();
        template.render(&vars([("x", value)])).unwrap_err()
    };
    let error = fails("{x:>5}", Dynamic::Null);
    assert_eq!((error.kind(), error.fact("field")), (ErrorKind::InputType, Some("{x:>5}")));
    let error = fails("{x:d}", "text".into());
    assert_eq!((error.kind(), error.fact("field")), (ErrorKind::Template, Some("{x:d}")));
    let error = fails("{x!q}", 1.into());
    assert_eq!((error.kind(), error.fact("field")), (ErrorKind::Template, Some("{x!q}")));
}

#[test]
fn huge_widths_are_refused() {
    for template in ["{x:99999999999999999999}", "{x:70000}", "{x:.70000f}"] {
        let template = Template::parse(template, TemplateFormat::FString).unwrap();
        assert_eq!(template.render(&vars([("x", 1.5.into())])).unwrap_err().kind(), ErrorKind::Template);
    }
}

#[test]
fn endless_sections_end() {
    let list: Dynamic = vec![1; 100].into();
    let sections = "{{#l}}".repeat(20) + "x" + &"{{/l}}".repeat(20);
    let template = Template::parse(sections, TemplateFormat::Mustache).unwrap();
    assert_eq!(template.render(&vars([("l", list)])).unwrap_err().kind(), ErrorKind::Template);
}

#[test]
fn deep_sections_do_not_overflow() {
    let sections = "{{#a}}".repeat(2_000) + "x" + &"{{/a}}".repeat(2_000);
    let template = Template::parse(sections, TemplateFormat::Mustache).unwrap();
    assert_eq!(template.render(&vars([("a", true.into())])).unwrap(), "x");
}

#[test]
fn an_unknown_format_is_an_error() {
    let error = "liquid".parse::<TemplateFormat>().unwrap_err();
    assert_eq!((error.kind(), error.fact("format")), (ErrorKind::UnknownKey, Some("liquid")));
}

#[cfg(not(feature = "jinja"))]
#[test]
fn jinja_needs_its_feature() {
    assert_eq!(Template::parse("x", TemplateFormat::Jinja).unwrap_err().kind(), ErrorKind::Unsupported);
}
