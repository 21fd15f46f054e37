//! Cutting a Mustache template into literals and tags.

use crate::template::position::Broken;

/// A piece of a template.
#[derive(Debug)]
pub(super) enum Tag<'a> {
    Literal(&'a str),
    Variable {
        name: &'a str,
        escape: bool,
    },
    Section {
        name: &'a str,
        inverted: bool,
    },
    End(&'a str),
    /// Comments, partials, delimiters, and an unescaped variable without its third closing brace.
    Nothing,
}

/// Hands the pieces over in order, each with its place in the text.
pub(super) fn scan<'a>(
    source: &'a str,
    take: &mut impl FnMut(usize, Tag<'a>) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let at = |rest: &str| source.len() - rest.len();
    let mut delimiters = ("{{", "}}");
    let mut rest = source;
    // Whether only white space stands between the line's start, or another tag that is alone on its line, and
    // the place that has been reached.
    let mut alone = true;
    while !rest.is_empty() {
        let opening = if delimiters.0.is_empty() { None } else { rest.split_once(delimiters.0) };
        let (mut literal, inside) = match opening {
            Some((literal, inside)) if !inside.is_empty() => (literal, inside),
            // Opening braces that end the text are dropped.
            Some((literal, _)) => return take(at(rest), Tag::Literal(literal)),
            None => return take(at(rest), Tag::Literal(rest)),
        };
        let here = at(inside) - delimiters.0.len();
        alone = match literal.rsplit_once('\n') {
            Some((_, padding)) => is_blank(padding),
            None => alone && is_blank(literal),
        };
        let Some((content, mut after)) = inside.split_once(delimiters.1) else {
            return Err(Broken::at(here, "the tag is not closed"));
        };
        if is_blank(content) {
            return Err(Broken::at(here, "the tag is empty"));
        }
        let mut partial = false;
        let tag = match content.split_at_checked(1) {
            Some(("!", _)) => Tag::Nothing,
            Some(("#", name)) => Tag::Section { name: strip(name), inverted: false },
            Some(("^", name)) => Tag::Section { name: strip(name), inverted: true },
            Some(("/", name)) => Tag::End(strip(name)),
            Some((">", _)) => {
                partial = true;
                Tag::Nothing
            }
            Some(("=", new)) => {
                let Some(new) = new.strip_suffix('=') else {
                    return Err(Broken::at(here, "a tag that sets delimiters ends with `=`"));
                };
                let new = strip(new);
                delimiters = (new.split(' ').next().unwrap_or(new), new.rsplit(' ').next().unwrap_or(new));
                Tag::Nothing
            }
            Some(("{", name)) => match after.strip_prefix('}') {
                Some(tail) if delimiters == ("{{", "}}") => {
                    after = tail;
                    Tag::Variable { name: strip(name), escape: false }
                }
                _ => Tag::Nothing,
            },
            Some(("&", name)) => Tag::Variable { name: strip(name), escape: false },
            _ => Tag::Variable { name: strip(content), escape: true },
        };
        // A line with nothing but such a tag disappears as a whole.
        alone = alone && !matches!(tag, Tag::Variable { .. });
        if alone {
            let (line, next) = after.split_once('\n').unwrap_or((after, after));
            alone = is_blank(line);
            if alone {
                after = next;
                literal = if partial { literal } else { literal.trim_end_matches(' ') };
            }
        }
        if !literal.is_empty() {
            take(at(rest), Tag::Literal(literal))?;
        }
        take(here, tag)?;
        rest = after;
    }
    Ok(())
}

/// White space as Python sees it: the separators of old data formats belong to it.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}
