//! What holds for every template.

use proptest::prelude::*;
use thalweg_core::template::{Template, TemplateFormat};
use thalweg_core::value::Map;

use crate::targets::{FORMATS, fuzz_template, values};

/// Pieces that templates are made of, so that random ones are often valid.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[{}!:.<>=#0-9a-z ]",
        "\\PC",
        prop::sample::select(vec![
            "{{",
            "}}",
            "{a}",
            "{n:>8}",
            "{f:.2f}",
            "{{a}}",
            "{{#l}}",
            "{{/l}}",
            "{{^e}}",
            "{{/e}}",
            "{{{b}}}",
            "{{=<% %>=}}",
            "<%a%>",
            "{{! x }}",
            "{{>p}}",
            "\n",
            "  ",
            "{% if a %}",
            "{% endif %}",
            "{{ l[0] }}",
            "{% for x in l %}",
            "{% endfor %}",
            "{{ x | upper }}",
            "{# c #}",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Whatever a template is, it is read and rendered, or refused.
    #[test]
    fn nothing_panics(which in 0_u8..3, template in pieces()) {
        let mut bytes = vec![which];
        bytes.extend(template.as_bytes());
        fuzz_template(&bytes);
    }

    /// A text with its braces doubled is itself.
    #[test]
    fn escaped_text_is_itself(text in "\\PC*") {
        let escaped = text.replace('{', "{{").replace('}', "}}");
        let template = Template::parse(escaped, TemplateFormat::FString).unwrap();
        prop_assert!(template.variables().is_empty());
        prop_assert_eq!(template.render(&Map::new()).unwrap(), text);
    }

    /// A value's text appears as it is, whatever is in it: values are not templates.
    #[test]
    fn values_are_not_read_as_templates(value in "\\PC*", format in prop::sample::select(&FORMATS[..2])) {
        let field = if format == TemplateFormat::FString { "<{a}>" } else { "<{{{a}}}>" };
        let mut vars = values();
        vars.insert("a", value.as_str());
        let made = Template::parse(field, format).unwrap().render(&vars).unwrap();
        prop_assert_eq!(made, format!("<{value}>"));
    }
}
