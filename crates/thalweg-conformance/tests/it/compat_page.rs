//! `docs/compat.md` lists what is decided and what is odd. The tables are written anew if `THALWEG_WRITE_PAGES` is set.

use std::path::Path;

use serde_json::Value;
use thalweg_conformance::deviations::Deviations;

#[test]
fn the_page_lists_every_deviation_and_every_quirk() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/compat.md");
    let mut page = std::fs::read_to_string(&file).unwrap();
    let deviations = Deviations::of_project().unwrap();
    let quirks = quirks();
    let quirks = quirks.iter().filter(|(name, _)| deviations.reason(name).is_none());
    let tables = [
        ("deviations", "why it is not met", table(deviations.iter())),
        ("quirks", "what is odd there", table(quirks.map(|(name, quirk)| (name.as_str(), quirk.as_str())))),
    ];
    for (name, head, rows) in tables {
        let marker = format!("<!-- made by test: {name} -->\n");
        let (before, rest) = page.split_once(&marker).unwrap();
        let (there, after) = rest.split_once("<!-- end -->").unwrap();
        let made = format!("\n| scenario | {head} |\n|---|---|\n{rows}\n");
        if std::env::var_os("THALWEG_WRITE_PAGES").is_some() {
            page = format!("{before}{marker}{made}<!-- end -->{after}");
        } else {
            assert_eq!(there, made, "table {name}; THALWEG_WRITE_PAGES=1 writes it anew");
        }
    }
    if std::env::var_os("THALWEG_WRITE_PAGES").is_some() {
        std::fs::write(file, page).unwrap();
    }
}

fn table<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    rows.map(|(name, text)| format!("| {name} | {} |\n", text.replace('|', "\\|"))).collect()
}

/// The names of the scenarios that are marked as odd, with the remark.
fn quirks() -> Vec<(String, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![crate::conformance().join("cases")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            if !text.contains("\"quirk\"") {
                continue;
            }
            let scenario: Value = serde_json::from_str(&text).unwrap();
            let of = |key: &str| scenario[key].as_str().unwrap_or_default().to_owned();
            found.push((of("name"), of("quirk")));
        }
    }
    found.sort();
    found
}
