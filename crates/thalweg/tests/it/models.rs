//! Models and prompts.

use crate::printed::{json, print};

#[tokio::test]
async fn sky() {
    let printed = "|The sky typically| appears blue during the day due to a phenomenon called Rayleigh| scattering, \
        where air molecules scatter sunlight,| with blue light being scattered more than other colors. However|, the \
        sky's color can vary - appearing re|d, orange, or pink during sunrise and sunset,| gray on cloudy days, and \
        black at night.| The color you see depends on the time of| day, weather conditions, and your location.||\n";
    assert_eq!(print!(sky), printed);
}

#[tokio::test]
async fn parrot_joke() {
    let printed = "|Why| don't parrots use the internet?\n\nThey|'re afraid of getting a virus from all the tweets|!||\n";
    assert_eq!(print!(parrot_joke), printed);
}

#[tokio::test]
async fn retrieval_chain() {
    let printed = print!(retrieval_chain);
    let (documents, answer) = printed.split_once('\n').unwrap();
    let contents: Vec<_> =
        json(documents).as_array().unwrap().iter().map(|document| document["page_content"].clone()).collect();
    assert_eq!(contents, ["harrison worked at kensho", "harrison likes spicy food"]);
    let expected = "|Base|d on the provided context, Harrison worked at Kens|ho.\n\nThree made up sentences about \
        Kens|ho:\n\n1. Kensho is a| cutting-edge technology company that specializes in| AI and data analytics for \
        financial institutions.\n\n2|. The Kensho office features| an open floor plan with panoramic views of the \
        city| skyline, creating an inspiring environment for its| employees.\n\n3. At Kensho,| team members often \
        collaborate in innovative brainstorming sessions while| enjoying complimentary gourmet coffee from| their \
        in-house café.||\n";
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn tool_with_inner_chain() {
    let printed = print!(tool_with_inner_chain);
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(json(lines[0]), ".yad noitaudarg rof tiftuo sesoohc yrraB ;scisyhp seifed eeB");
    assert_eq!(lines[1], "|Bee| def|ies physics|;| Barry| cho|oses outfit| for| graduation| day|.||");
    let message = &json(lines[2])["generations"][0][0]["message"];
    assert_eq!(message["content"], "Bee defies physics; Barry chooses outfit for graduation day.");
    assert_eq!(message["response_metadata"]["stop_reason"], "end_turn");
    assert_eq!(message["usage_metadata"]["total_tokens"], 198);
}

/// The document's lines have lost their white space.
#[tokio::test(start_paused = true)]
async fn async_handler() {
    let tokens = [
        "Here", "'s", "a", "little", "joke", "for", "you", ":", "Why", "can", "'t", "a", "bicycle", "stan",
        "d up", "by", "itself", "?", "Because", "it", "'s", "two", "-", "tire",
    ];
    let tokens: String = tokens.map(|token| format!("Sync handler being called: token: {token}")).concat();
    let expected = format!(
        "zzzz....Hi! I just woke up. Your llm is starting{tokens}zzzz....Hi! I just woke up. Your llm is ending"
    );
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let printed = print!(async_handler);
    let (heard, result) = printed.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(squeezed(heard), squeezed(&expected));
    let result = json(result);
    let generation = &result["generations"][0][0];
    let text =
        "Here's a little joke for you:\n\nWhy can't a bicycle stand up by itself? Because it's two-tire";
    assert_eq!((&generation["text"], &generation["message"]["content"]), (&text.into(), &text.into()));
    assert!(result["run"][0]["run_id"].is_string());
}
