//! Templates.

use thalweg_core::ErrorKind;
use thalweg_core::template::{Template, TemplateFormat};
use thalweg_core::value::{Dynamic, Map};

pub(crate) const FORMATS: [TemplateFormat; 3] =
    [TemplateFormat::FString, TemplateFormat::Mustache, TemplateFormat::Jinja];

/// Values of every kind, under the names that the corpus uses.
pub(crate) fn values() -> Map {
    let json = r#"{"a": "A", "b": "<b>&\"'", "n": 42, "f": -2.5, "t": true, "none": null, "e": [], "l": [1, "x", 0],
        "o": {"k": "K", "l": [{"k": 1}, {}]}, "": "empty", "big": 18446744073709551615}"#;
    Dynamic::parse(json).unwrap().as_map().unwrap().clone()
}

/// Reads and renders a template: the first byte chooses the format, the rest is its text. Either of them fails
/// with an error about the template or its variables, or gives the same result each time.
pub(crate) fn fuzz_template(data: &[u8]) {
    let Some((which, text)) = data.split_first() else { return };
    let format = FORMATS[usize::from(*which) % FORMATS.len()];
    let text = String::from_utf8_lossy(text);
    let template = match Template::parse(text.as_ref(), format) {
        Ok(template) => template,
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Template | ErrorKind::Unsupported), "{error}");
            return;
        }
    };
    assert_eq!(template.source(), text.as_ref());
    assert!(template.variables().is_sorted_by(|a, b| a < b), "{:?}", template.variables());
    for vars in [values(), Map::new()] {
        match (template.render(&vars), template.render(&vars)) {
            (Ok(one), Ok(other)) => assert_eq!(one, other),
            (Err(one), Err(other)) => {
                assert_eq!(one.to_string(), other.to_string());
                let kinds = [ErrorKind::Template, ErrorKind::MissingVariable, ErrorKind::InputType];
                assert!(kinds.contains(&one.kind()), "{one}");
            }
            (one, other) => panic!("once {one:?}, once {other:?}"),
        }
    }
}
