//! How large the expressions of a Jinja template may be.
//!
//! `minijinja` refuses what is nested too deeply, but not what is a long row of operators, filters or `elif`s. Those
//! it goes through by recursion too, so that a few kilobytes of them would exhaust the stack and end the process.

use crate::template::position::Broken;

/// The most words and signs in one tag. Threads with 2 MiB of stack, in a build without optimization, take about twice
/// as many.
const MOST_TOKENS: usize = 1_000;

/// The most `elif`s in a template.
const MOST_ELIFS: usize = 300;

/// Finds a tag, or a number of tags, that is too large to be read.
pub(super) fn check(source: &str) -> Result<(), Broken> {
    let mut elifs = 0;
    let mut rest = source;
    while let Some((_, tail)) = rest.split_once('{') {
        let at = source.len() - tail.len() - 1;
        let mut chars = tail.chars();
        rest = match chars.next() {
            Some('#') => chars.as_str().split_once("#}").map_or("", |(_, rest)| rest),
            Some('{') => read_tag(chars.as_str(), "}}", at)?,
            Some('%') => {
                let tag = chars.as_str();
                let name = name_of(tag);
                elifs += usize::from(name == "elif");
                if elifs > MOST_ELIFS {
                    return Err(Broken::at(at, format!("the template has more than {MOST_ELIFS} `elif`s")));
                }
                if name == "raw" { after_raw(tag) } else { read_tag(tag, "%}", at)? }
            }
            _ => tail,
        };
    }
    Ok(())
}

/// The first word of a tag.
fn name_of(tag: &str) -> &str {
    let tag = tag.trim_start_matches(|c: char| matches!(c, '-' | '+') || c.is_whitespace());
    tag.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// What follows the text that is shown as it is.
fn after_raw(tag: &str) -> &str {
    let mut rest = tag;
    while let Some((_, tail)) = rest.split_once("{%") {
        rest = tail;
        if name_of(tail) == "endraw" {
            break;
        }
    }
    rest
}

/// What follows the tag that ends with `end`, unless it has too many words and signs.
fn read_tag<'a>(tag: &'a str, end: &str, at: usize) -> Result<&'a str, Broken> {
    let (mut tokens, mut open, mut in_word) = (0, 0_i64, false);
    let mut chars = tag.chars();
    loop {
        if open == 0
            && let Some(rest) = chars.as_str().strip_prefix(end)
        {
            return Ok(rest);
        }
        let Some(c) = chars.next() else { return Ok("") };
        let goes_on = c.is_alphanumeric() || c == '_';
        if !(c.is_whitespace() || goes_on && in_word) {
            tokens += 1;
        }
        in_word = goes_on;
        match c {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open -= 1,
            '"' | '\'' => skip_text(&mut chars, c),
            _ => {}
        }
        if tokens > MOST_TOKENS {
            return Err(Broken::at(at, format!("the tag has more than {MOST_TOKENS} words and signs")));
        }
    }
}

/// Skips a text in quotes.
fn skip_text(chars: &mut std::str::Chars<'_>, quote: char) {
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == quote {
            return;
        }
    }
}
