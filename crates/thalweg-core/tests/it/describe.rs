//! Looking at chains.

use thalweg_core::runnable::{Branch, InMemorySessions, Parts};
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Chain, RetryPolicy, parallel, passthrough};

fn upper() -> Chain<String, String> {
    Chain::new(|text: String| text.to_uppercase()).named("upper")
}

fn example() -> Chain<String, Map> {
    let size = Branch::new()
        .when(|text: String| text.len() > 9, upper().retry(RetryPolicy::new()))
        .otherwise(passthrough::<String>());
    upper() | parallel! { "size": size, "length": |text: String| text.len() }
}

#[test]
fn a_description_is_the_tree_of_steps() {
    let description = example().describe();
    assert_eq!(description.name, "RunnableSequence");
    let Parts::Steps(steps) = &description.parts else { panic!("{description:?}") };
    assert_eq!(
        steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(),
        ["upper", "RunnableParallel<size,length>"]
    );
    let Parts::Beside(branches) = &steps[1].parts else { panic!("{description:?}") };
    let Parts::OneOf(choice) = &branches[0].1.parts else { panic!("{description:?}") };
    assert!(matches!(choice[0].1.parts, Parts::Around("retry", _)));
    let json = Dynamic::from_serialize(&description).unwrap();
    let length = json.get("steps").unwrap().at(1).unwrap().get("parallel").unwrap().get("length").unwrap();
    assert_eq!(length.get("name").unwrap().as_str(), Some("RunnableLambda"));
}

#[test]
fn schemas_are_known_as_far_as_types_and_keys_tell() {
    let chain = example();
    assert_eq!(chain.input_schema().to_string(), r#"{"type":"string"}"#);
    assert_eq!(
        chain.output_schema().to_string(),
        r#"{"type":"object","properties":{"size":{"type":"string"},"length":{"type":"integer"}},"required":["size","length"]}"#
    );
    let each = Chain::new(|n: Option<i64>| n.is_some()).each();
    assert_eq!(
        each.input_schema().to_string(),
        r#"{"type":"array","items":{"anyOf":[{"type":"integer"},{"type":"null"}]}}"#
    );
    assert_eq!(each.output_schema().to_string(), r#"{"type":"array","items":{"type":"boolean"}}"#);
    assert_eq!(passthrough::<Dynamic>().input_schema().to_string(), "{}");
}

#[test]
fn a_chain_draws_itself_in_mermaid() {
    assert_eq!(
        example().draw_mermaid(),
        r#"graph TD;
    n0(["string"]):::first
    n1("upper")
    n0 --> n1;
    n2[/"RunnableParallel#lt;size,length#gt;"\]
    n1 --> n2;
    n3{"RunnableBranch"}
    n2 -->|"size"| n3;
    subgraph g0["retry: upper"]
        n4("upper")
        n3 -.->|"condition 1"| n4;
    end
    n5("RunnablePassthrough")
    n3 -.->|"default"| n5;
    n6("RunnableLambda")
    n2 -->|"length"| n6;
    n7(("+"))
    n4 --> n7;
    n5 --> n7;
    n6 --> n7;
    n8(["object: size, length"]):::last
    n7 --> n8;
    classDef first fill-opacity:0;
    classDef last fill:#bfb6fc;
"#
    );
    let odd = Chain::new(|text: String| text).named("a \"b\" <c>\n`d` # [e]");
    assert!(odd.draw_mermaid().contains(r#"n1("a #quot;b#quot; #lt;c#gt; #96;d#96; #35; [e]")"#));
    // Mermaid takes no empty labels.
    assert!(Chain::new(|text: String| text).named("").draw_mermaid().contains(r#"n1(" ")"#));
}

#[test]
fn a_chain_draws_itself_in_characters() {
    let drawing = example().draw_ascii();
    assert_eq!(drawing, EXPECTED.trim_start_matches('\n'));
    assert!(drawing.lines().all(|line| line.len() < 80));
}

const EXPECTED: &str = r"
                                 +--------+
                                 | string |
                                 +--------+
                                     |
                                 +-------+
                                 | upper |
                                 +-------+
                                     |
                     +-------------------------------+
                     | RunnableParallel<size,length> |
                     +-------------------------------+
                                     |
                    +----------------+-----------------+
                   size                              length
                    |                                  |
            +----------------+                 +----------------+
            | RunnableBranch |                 | RunnableLambda |
            +----------------+                 +----------------+
                    |                                  |
        +...........+...........+                      |
   condition 1               default                   |
        :                       :                      |
+- retry: upper -+   +---------------------+           |
|   +-------+    |   | RunnablePassthrough |           |
|   | upper |    |   +---------------------+           |
|   +-------+    |              :                      |
+----------------+              :                      |
        :                       :                      |
        +...........+...........+                      |
                    |                                  |
                    +----------------+-----------------+
                                     |
                          +----------------------+
                          | object: size, length |
                          +----------------------+
";

#[test]
fn what_is_around_a_chain_shows() {
    let each = upper().each().describe();
    assert!(matches!(&each.parts, Parts::Around("each", inner) if inner.name == "upper"));
    let fallbacks = upper().with_fallbacks([passthrough()]).describe();
    assert!(matches!(&fallbacks.parts, Parts::OneOf(chains) if chains.len() == 2));
    let alternatives = upper().configurable_alternatives("which", "loud").alternative("same", passthrough());
    let Parts::OneOf(chains) = alternatives.into_chain().describe().parts else { panic!() };
    assert_eq!((chains[0].0.as_str(), chains[1].0.as_str()), ("loud", "same"));
    let history = passthrough::<Dynamic>().with_message_history(InMemorySessions::new().opener());
    let history = history.into_chain().describe();
    assert!(matches!(&history.parts, Parts::Around("history", _)));
    assert_eq!((upper() | upper()).named("pair").describe().children().count(), 2);
}
