//! What the configuration of a call decides: options, fields, alternatives.

use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Chain, Config, Configurable, Context, Error, ErrorKind, Result, Runnable, lambda_with};

use crate::support::stream_lines;

fn options() -> Chain<String, String> {
    lambda_with(
        |_: String, context: Context| async move { Dynamic::from(context.options().clone()).to_string() },
    )
    .named("options")
}

fn one(name: &str, value: i64) -> Map {
    [(name, Dynamic::from(value))].into_iter().collect()
}

#[tokio::test]
async fn options_are_for_one_component() {
    let bound = options().bind(one("a", 1));
    assert_eq!(bound.invoke("").await.unwrap(), r#"{"a":1}"#);
    assert_eq!(bound.stream("").fold().await.unwrap(), r#"{"a":1}"#);
    // Those outside win.
    let twice = options().bind(one("a", 1)).bind(one("b", 2)).bind(one("a", 3));
    assert_eq!(twice.invoke("").await.unwrap(), r#"{"a":3,"b":2}"#);
    // A sequence gives them to its first step, and a call inside a component does not hand them on.
    let hear = |text: String| text;
    assert_eq!((options() | hear).bind(one("a", 1)).invoke("").await.unwrap(), r#"{"a":1}"#);
    assert_eq!((Chain::new(hear) | options()).bind(one("a", 1)).invoke("").await.unwrap(), "{}");
    let calls =
        lambda_with(
            |text: String, context: Context| async move { options().invoke_with(text, context).await },
        );
    assert_eq!(calls.bind(one("a", 1)).invoke("").await.unwrap(), "{}");
    // There is no run for them.
    let (lines, _) = stream_lines(&options().bind(one("a", 1)), "", Context::root()).await;
    assert_eq!(lines[0], "options start");
}

#[tokio::test]
async fn alternatives_are_chosen_for_each_call() {
    let say = |word: &'static str| Chain::new(move |_: String| word.to_owned()).named(word);
    let chain = say("one")
        .configurable_alternatives("which", "one")
        .alternative("two", say("two"))
        .alternative(
            "three",
            say("three")
                .configurable_alternatives("inner", "x")
                .alternative("four", say("four"))
                .into_chain(),
        )
        .prefix_keys()
        .into_chain();
    let call = |which: &str| chain.invoke_with("", Config::new().configurable("which", which));
    assert_eq!(chain.invoke("").await.unwrap(), "one");
    assert_eq!(call("one").await.unwrap(), "one");
    assert_eq!(call("two").await.unwrap(), "two");
    let config = Config::new().configurable("which", "three").configurable("which==three/inner", "four");
    assert_eq!(chain.invoke_with("", &config).await.unwrap(), "four");
    assert_eq!(chain.stream_with("", config).fold().await.unwrap(), "four");
    let error = call("five").await.unwrap_err();
    assert_eq!((error.kind(), error.fact("key")), (ErrorKind::UnknownKey, Some("five")));
    // What the call says wins over what is configured in the chain.
    let two = chain.with_config(Config::new().configurable("which", "two"));
    assert_eq!(two.invoke("").await.unwrap(), "two");
    assert_eq!(two.invoke_with("", Config::new().configurable("which", "one")).await.unwrap(), "one");
    for compat in [false, true] {
        let config = |which: &str| Config::new().compat(compat).configurable("which", which);
        let both = two.try_batch_with(["", ""], vec![config("one"), config("two")]).await.unwrap();
        assert_eq!(both, ["one", "two"]);
    }
}

#[derive(Clone)]
struct Affix {
    before: String,
    after: String,
}

impl Runnable<String> for Affix {
    type Out = String;

    async fn run(&self, text: String, _context: Context) -> Result<String> {
        Ok(format!("{}{text}{}", self.before, self.after))
    }
}

#[tokio::test]
async fn fields_are_set_for_each_call() {
    let affix = Affix { before: "<".to_owned(), after: ">".to_owned() };
    let text = |value: &Dynamic| {
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| Error::input_type("the field", "a text", value.type_name()))
    };
    let chain = Configurable::new(affix)
        .field("open", move |affix: &mut Affix, value| {
            affix.before = text(value)?;
            Ok(())
        })
        .field("close", move |affix: &mut Affix, value| {
            affix.after = text(value)?;
            Ok(())
        })
        .into_chain::<String>();
    let call = |config: Config| chain.invoke_with("x", config);
    assert_eq!(call(Config::new().configurable("other", 1)).await.unwrap(), "<x>");
    assert_eq!(call(Config::new().configurable("close", "]")).await.unwrap(), "<x]");
    assert_eq!(
        call(Config::new().configurable("open", "[").configurable("close", "]")).await.unwrap(),
        "[x]"
    );
    assert_eq!(call(Config::new().configurable("open", 1)).await.unwrap_err().kind(), ErrorKind::InputType);
    assert_eq!(chain.name(), "Affix");
}
