//! The lines that are printed where the output is no terminal, against what the documents print.

use crate::program::{TOURS, printed};

/// Whether a line of an event ends in this text. The documents' values are given in JSON.
#[track_caller]
fn has(printed: &str, event: &str, shown: &str) {
    let there = printed.lines().any(|line| line.starts_with(event) && line.ends_with(&format!(" {shown}")));
    assert!(there, "{event} {shown} is not in\n{printed}");
}

/// The documents' values after each chunk.
fn has_countries(printed: &str, values: &[&str]) {
    let chunks: Vec<_> = printed
        .lines()
        .filter(|line| line.starts_with("stream    parser"))
        .filter_map(|line| line.split_once('{').map(|(_, json)| format!("{{{json}")))
        .collect();
    assert_eq!(chunks, values, "{printed}");
}

#[test]
fn the_bare_command_lists_the_tours_and_runs_them() {
    let printed = printed(&[]);
    let (list, shown) = printed.split_once("\n\n").unwrap();
    let names: Vec<_> = list.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(names, TOURS);
    let shown: Vec<_> = shown
        .lines()
        .filter_map(|line| line.strip_prefix("== ")?.split_once(':'))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(shown, TOURS);
}

#[test]
fn the_list_has_a_line_for_each_tour_and_runs_none() {
    let printed = printed(&["--list"]);
    let names: Vec<_> = printed.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(names, TOURS);
    assert!(printed.lines().all(|line| line.split_whitespace().count() > 2), "{printed}");
}

#[test]
fn the_columns_have_a_legend() {
    let printed = printed(&["countries"]);
    let (before, after) = printed.split_once("event     kind       run").unwrap();
    assert!(
        !before.contains("start") && after.contains("\nstart     chain      RunnableSequence"),
        "{printed}"
    );
}

#[test]
fn all_runs_them_without_the_list() {
    let printed = printed(&["--all"]);
    assert!(printed.starts_with("\n== countries: "), "{printed}");
    assert_eq!(printed.lines().filter(|line| line.starts_with("== ")).count(), TOURS.len());
}

#[test]
fn nothing_but_text_is_printed() {
    assert!(!printed(&[]).contains('\x1b'));
}

#[test]
fn countries() {
    has_countries(
        &printed(&["countries"]),
        &[
            r#"{"countries":[]}"#,
            r#"{"countries":[{"name":"France"}]}"#,
            r#"{"countries":[{"name":"France","population":67750}]}"#,
            r#"{"countries":[{"name":"France","population":67750000},{}]}"#,
            r#"{"countries":[{"name":"France","population":67750000},{"name":"Spain"}]}"#,
            r#"{"countries":[{"name":"France","population":67750000},{"name":"Spain","population":47350000},{}]}"#,
            r#"{"countries":[{"name":"France","population":67750000},{"name":"Spain","population":47350000},{"name":"Japan"}]}"#,
            r#"{"countries":[{"name":"France","population":67750000},{"name":"Spain","population":47350000},{"name":"Japan","population":125700000}]}"#,
        ],
    );
}

#[test]
fn countries_events() {
    let printed = printed(&["countries-events"]);
    let model = "stream    chat_model";
    for piece in [
        r#""""#,
        r#""```""#,
        r#""json\n{\n  \"countries\": [""#,
        r#""\n    {\n      \"name\": \"France\",""#,
        r#""\n      \"population\": 67750000\n    },""#,
        r#""000\n    },\n    {\n      \"""#,
        r#"" 125700000\n    }""#,
        r#""\n  ]\n}\n```""#,
    ] {
        has(&printed, model, piece);
    }
    let spain =
        r#"{"countries":[{"name":"France","population":67750000},{"name":"Spain","population":47350}]}"#;
    has(&printed, "stream    parser", spain);
}

#[test]
fn filters_show_what_they_let_through_alone() {
    let events = |tour| -> Vec<String> {
        let printed = printed(&[tour]);
        let events = ["start", "stream", "end"];
        printed
            .lines()
            .filter(|line| events.iter().any(|event| line.split(' ').next() == Some(event)))
            .map(ToOwned::to_owned)
            .collect()
    };
    let named = events("filter-name");
    assert_eq!(named.len(), 10);
    assert!(named.iter().all(|line| line.contains(" my_parser [seq:step:2]")), "{named:?}");

    let models = events("filter-type");
    assert!(models.iter().all(|line| line.contains(" chat_model ") && line.contains(" model [seq:step:1]")));
    has(&models.join("\n"), "stream", r#""\n      \"population\": 125700""#);

    let tagged = events("filter-tag");
    assert!(tagged.iter().all(|line| line.contains(" [my_chain")), "{tagged:?}");
    let started: Vec<_> = tagged.iter().filter(|line| line.starts_with("start")).collect();
    assert_eq!(started.len(), 3, "{started:?}");
}

#[test]
fn generator() {
    let printed = printed(&["generator"]);
    assert!(printed.contains("\n[\"France\",\"Spain\",\"Japan\"]|\n"), "{printed}");
    assert!(printed.contains("\nFrance|Spain|Japan|\n"), "{printed}");
}

#[test]
fn custom_events() {
    let printed = printed(&["custom-events"]);
    for function in ["foo", "bar"] {
        has(&printed, "start", &format!("{function} input \"hello world\""));
        has(&printed, "custom", &format!("{function} event1 {{\"x\":\"hello world\"}}"));
        has(&printed, "custom", &format!("{function} event2 5"));
        has(&printed, "end", &format!("{function} output \"hello world\""));
    }
}

#[test]
fn tool() {
    let printed = printed(&["tool"]);
    let model = "end       chat_model";
    has(&printed, model, r#"output "Bee defies physics; Barry chooses outfit for graduation day.""#);
    for piece in [r#""Bee""#, r#"" def""#, r#""ies physics""#, r#""oses outfit""#] {
        has(&printed, "stream    chat_model", piece);
    }
    has(&printed, "start     chain        reverse_word", "input \"hello\"");
    has(&printed, "end       tool       correct_tool", "output \"olleh\"");
}

#[test]
fn async_handler() {
    let printed = printed(&["async-handler"]);
    let said: Vec<_> = printed.lines().filter_map(|line| line.strip_prefix("handler   ")).collect();
    assert_eq!(said[..2], ["zzzz....", "Hi! I just woke up. Your llm is starting"]);
    assert_eq!(said[said.len() - 2..], ["zzzz....", "Hi! I just woke up. Your llm is ending"]);
    let tokens: Vec<_> = said.iter().filter_map(|line| line.split_once("token: ")).map(|(_, t)| t).collect();
    let joke =
        "Here's a little joke for you:\\n\\nWhy can't a bicycle stand up by itself? Because it's two-tire";
    assert_eq!(tokens.concat(), joke);
}

#[test]
fn retrieval() {
    let printed = printed(&["retrieval"]);
    assert!(
        printed.contains(
            "|Base|d on the provided context, Harrison worked at Kens|ho.\n\nThree made up sentences about Kens|ho:"
        ),
        "{printed}"
    );
    assert!(printed.contains("gourmet coffee from| their in-house café.||"), "{printed}");
    assert!(printed.lines().any(|line| line.starts_with("start     retriever") && line.contains(" Docs ")));
}
