//! Jinja templates.

use thalweg_core::ErrorKind;
use thalweg_core::document::Document;
use thalweg_core::message::Message;
use thalweg_core::template::{Template, TemplateFormat};
use thalweg_core::value::{Dynamic, Map};

use super::recorded::compare;
use super::vars;

fn render(template: &str, vars: &Map) -> thalweg_core::Result<String> {
    Template::parse(template, TemplateFormat::Jinja)?.render(vars).map(String::from)
}

#[test]
fn recorded() {
    compare("jinja.jsonl", TemplateFormat::Jinja);
}

#[test]
fn messages_and_documents_have_their_fields() {
    let vars = vars([
        ("messages", vec![Message::human("Hi"), Message::ai("Hello")].into()),
        ("doc", Document::new("text").with_metadata("page", 3).into()),
    ]);
    let template = "{% for m in messages %}{{ m.type }}: {{ m.content }}\n{% endfor %}";
    assert_eq!(render(template, &vars).unwrap(), "human: Hi\nai: Hello\n");
    let template = "{{ doc.page_content }} p. {{ doc.metadata.page }}, {{ doc }}";
    assert_eq!(render(template, &vars).unwrap(), "text p. 3, page_content='text' metadata={'page': 3}");
}

#[test]
fn a_template_reaches_nothing_but_its_variables() {
    let vars = vars([("a", "x".into()), ("o", Dynamic::Map(Map::new()))]);
    for harmless in ["{{ a.__class__ }}", "{{ o.__init__ }}", "{{ o._secret }}"] {
        assert_eq!(render(harmless, &vars).unwrap(), "", "{harmless}");
    }
    for refused in [
        "{{ a.__class__.__mro__ }}",
        "{{ a.__class__() }}",
        "{% include '/etc/passwd' %}",
        "{% include 'template' %}",
        "{% extends 'template' %}",
        "{% import 'os' as os %}",
        "{{ debug() }}",
    ] {
        assert_eq!(render(refused, &vars).unwrap_err().kind(), ErrorKind::Template, "{refused}");
    }
}

#[test]
fn endless_templates_end() {
    let loops = "{% for a in range(9999) %}".repeat(4) + "x" + &"{% endfor %}".repeat(4);
    let recursion = "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}";
    let nested = "{{ ".to_owned() + &"[".repeat(100_000);
    for template in [loops.as_str(), recursion, &nested, "{{ 'x' * 10000000000 }}", "{{ range(1000000000) }}"]
    {
        assert_eq!(render(template, &Map::new()).unwrap_err().kind(), ErrorKind::Template);
    }
}

#[test]
fn long_rows_are_refused_before_they_exhaust_the_stack() {
    let row =
        |start: &str, link: &str, end: &str| format!("\n{{{{ {start}{}{end} }}}}", link.repeat(100_000));
    let rows = [
        row("", "-", "1"),
        row("", "not ", "1"),
        row("1", "+1", ""),
        row("1", " if 1 else 1", ""),
        row("a", "|upper", ""),
        row("a", ".b", ""),
        row("a", "[0]", ""),
        row("a", "()", ""),
        row("{'}}': {}}", "~1", ""),
        row("'\\'}}'", "~1", ""),
        format!("\n{{% set a = 1{} %}}", "+1".repeat(100_000)),
        format!("\n{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(100_000)),
    ];
    for template in rows {
        let error = render(&template, &Map::new()).unwrap_err();
        assert_eq!((error.kind(), error.fact("line")), (ErrorKind::Template, Some("2")), "{template:.40}");
    }
    // What only looks like one is not.
    let text = "-".repeat(5_000);
    for (template, shown) in [
        (format!("{{{{ '{text}' }}}}"), &*text),
        (format!("{{# {text} #}}x"), "x"),
        (format!("{{% raw %}}{{{{ {text}{{% endraw %}}"), &*format!("{{{{ {text}")),
        (format!("{{{{ 1 }}}}{text}"), &*format!("1{text}")),
        ("{{ 1 }}".repeat(5_000), &*"1".repeat(5_000)),
        (format!("{{{{ [{}]|length }}}}", "1,".repeat(400)), "400"),
    ] {
        assert_eq!(render(&template, &Map::new()).unwrap(), shown, "{template:.40}");
    }
}

#[test]
fn errors_tell_the_line() {
    let error = render("one\n{{ a", &Map::new()).unwrap_err();
    assert_eq!((error.fact("format"), error.fact("line")), (Some("jinja2"), Some("2")));
    let error = render("one\n\n{{ a.b.c }}", &vars([("a", 1.into())])).unwrap_err();
    assert_eq!((error.kind(), error.fact("line")), (ErrorKind::Template, Some("3")));
}
