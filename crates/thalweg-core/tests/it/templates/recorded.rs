//! Several thousand templates were compared; this is a selection of them.

use thalweg_core::prompt::PromptTemplate;
use thalweg_core::template::TemplateFormat;
use thalweg_core::value::Dynamic;

use super::{class, recorded, recorded_class};

/// Compares every case of a file; `input` formats with the check of a prompt's variables.
pub(super) fn compare(file: &str, format: TemplateFormat) {
    let mut cases = recorded(file);
    let shared = cases[0].get("vars").cloned();
    if shared.is_some() {
        cases.remove(0);
    }
    let differing: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let vars = case.get("v").or(shared.as_ref()).cloned().unwrap_or_default();
            difference(case, &vars, format).map(|why| format!("{case}\n    {why}"))
        })
        .collect();
    assert!(differing.is_empty(), "{} of {} differ:\n{}", differing.len(), cases.len(), differing.join("\n"));
}

fn difference(case: &Dynamic, vars: &Dynamic, format: TemplateFormat) -> Option<String> {
    let template = case.get("t")?.as_str()?;
    let refused = case.get("error").and_then(Dynamic::as_str) == Some("parse");
    let prompt = match PromptTemplate::parse(template, format) {
        Ok(_) if refused => return Some("was accepted".into()),
        Ok(prompt) => prompt,
        Err(_) if refused => return None,
        Err(error) => return Some(format!("was refused: {error}")),
    };
    let names = Dynamic::from(prompt.input_variables().to_vec());
    if Some(&names) != case.get("names") {
        return Some(format!("variables {names}"));
    }
    // Jinja was recorded without the check for missing variables.
    let made = match format {
        TemplateFormat::Jinja => prompt.template().render(vars.as_map()?),
        _ => prompt.format_text(vars.as_map()?),
    };
    match (made, case.get("out").and_then(Dynamic::as_str)) {
        (Ok(text), Some(expected)) => (text != *expected).then(|| format!("made {text:?}")),
        (Ok(text), None) => Some(format!("made {text:?}")),
        (Err(error), Some(_)) => Some(format!("failed: {error}")),
        (Err(_), None) if format == TemplateFormat::Jinja => None,
        (Err(error), None) => {
            (recorded_class(case) != Some(class(&error))).then(|| format!("failed: {error}"))
        }
    }
}

#[test]
fn f_strings() {
    compare("f-string.jsonl", TemplateFormat::FString);
}

#[test]
fn values_and_numbers() {
    compare("values.jsonl", TemplateFormat::FString);
}

#[test]
fn mustache() {
    compare("mustache.jsonl", TemplateFormat::Mustache);
}
