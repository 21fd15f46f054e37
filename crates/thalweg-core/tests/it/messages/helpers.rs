//! What is done with lists of messages.

use thalweg_core::message::{
    ExcludeToolCalls, Message, MessageChunk, MessageFilter, OpenAiForm, Trim, TrimStrategy,
    convert_to_messages, convert_to_openai_messages, count_tokens_approximately, filter_messages,
    get_buffer_string, merge_message_runs, trim_messages,
};
use thalweg_core::prompt::PromptValue;
use thalweg_core::value::{Dynamic, Text};

use super::cases::{check, field, is_error, list_differences, messages, text};

fn names(options: &Dynamic, key: &str) -> Vec<Text> {
    field(options, key).to::<Option<_>>().unwrap().unwrap_or_default()
}

fn flag(options: &Dynamic, key: &str) -> bool {
    field(options, key).as_bool().unwrap_or_default()
}

#[test]
fn filtering() {
    check("filters", |case| {
        let options = field(case, "options");
        let names = |key| names(&options, key);
        let filter = MessageFilter {
            include_names: names("include_names"),
            exclude_names: names("exclude_names"),
            include_kinds: names("include_types"),
            exclude_kinds: names("exclude_types"),
            include_ids: names("include_ids"),
            exclude_ids: names("exclude_ids"),
            exclude_tool_calls: match field(&options, "exclude_tool_calls") {
                Dynamic::Null => ExcludeToolCalls::None,
                Dynamic::Bool(_) => ExcludeToolCalls::All,
                list => ExcludeToolCalls::Ids(list.to().unwrap()),
            },
        };
        list_differences(Some(&filter_messages(messages(case, "messages"), &filter)), &field(case, "result"))
    });
}

#[test]
fn joining_runs() {
    check("runs", |case| {
        let merged = merge_message_runs(messages(case, "messages"), &text(case, "separator"));
        list_differences(merged.ok().as_deref(), &field(case, "result"))
    });
}

fn letters_in(messages: &[Message]) -> usize {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() + 1;
    let count = |message: &Message| match message.content().as_blocks() {
        None => letters(&message.text()),
        Some(blocks) => blocks.iter().map(|block| letters(block.as_text().unwrap_or_default())).sum(),
    };
    messages.iter().map(|message| 2 + count(message)).sum()
}

#[test]
fn trimming() {
    check("trims", |case| {
        let options = field(case, "options");
        let trim = Trim {
            strategy: match text(&options, "strategy").as_str() {
                "first" => TrimStrategy::First,
                _ => TrimStrategy::Last,
            },
            allow_partial: flag(&options, "allow_partial"),
            start_on: names(&options, "start_on"),
            end_on: names(&options, "end_on"),
            include_system: flag(&options, "include_system"),
            ..Trim::new(field(&options, "max_tokens").to().unwrap())
        };
        let by_letters = text(case, "counter") == "letters";
        let count = |messages: &[Message]| if by_letters { letters_in(messages) } else { messages.len() };
        let kept = trim_messages(messages(case, "messages"), &trim, count);
        list_differences(kept.ok().as_deref(), &field(case, "result"))
    });
}

#[test]
fn conversation_as_one_text() {
    check("texts", |case| {
        let messages = messages(case, "messages");
        let (ours, theirs) = (get_buffer_string(&messages), text(case, "text"));
        let mut out = Vec::new();
        if ours != theirs {
            out.push(format!("{ours:?} instead of {theirs:?}"));
        }
        let (ours, theirs) = (count_tokens_approximately(&messages), field(case, "tokens"));
        if Dynamic::from(ours) != theirs {
            out.push(format!("{ours} tokens instead of {theirs}"));
        }
        assert_eq!(PromptValue::from(messages).to_text(), text(case, "text"));
        out
    });
}

#[test]
fn messages_in_many_forms() {
    check("conversions", |case| {
        let converted = convert_to_messages(&field(case, "given"));
        list_differences(converted.ok().as_deref(), &field(case, "result"))
    });
}

#[test]
fn openai_form() {
    check("openai", |case| {
        let options = field(case, "options");
        let form = OpenAiForm {
            text_blocks: field(&options, "text_format").as_str() == Some("block"),
            include_ids: flag(&options, "include_id"),
            reject_unknown_blocks: field(&options, "pass_through_unknown_blocks").as_bool() == Some(false),
        };
        let recorded = field(case, "result");
        match convert_to_openai_messages(&messages(case, "messages"), form) {
            Err(_) if is_error(&recorded) => Vec::new(),
            Err(error) => vec![format!("{error} instead of {recorded}")],
            Ok(ours) if Dynamic::from(ours.clone()) == recorded => Vec::new(),
            Ok(ours) => vec![format!("{} instead of {recorded}", Dynamic::from(ours))],
        }
    });
}

#[test]
fn standard_blocks() {
    check("content_blocks", |case| {
        let blocks = match field(case, "message").to::<MessageChunk>().unwrap() {
            MessageChunk::Ai(chunk) if !chunk.is_whole() => chunk.content_blocks(),
            other => other.into_message().content_blocks(),
        };
        let (ours, theirs) = (Dynamic::from(blocks), field(case, "blocks"));
        if ours == theirs { Vec::new() } else { vec![format!("{ours} instead of {theirs}")] }
    });
}
