//! Streaming LLM pipelines: typed runnables, one run tree, one event stream.
//!
//! This is the crate to depend on: it gives everything of `thalweg_core`, with its optional features on, and a
//! [`prelude`].
//!
//! ```
//! use thalweg::model::ScriptedChat;
//! use thalweg::prelude::*;
//!
//! let prompt = ChatPromptTemplate::from_template("Name a river in {country}.")?;
//! let model = Chat::new(ScriptedChat::new(["The ", "Rhine"]));
//! let chain = prompt | model | StrOutputParser;
//!
//! let chunks: Result<Vec<_>> = chain.stream_blocking(vars! { "country": "Germany" }).collect();
//! assert_eq!(chunks?.concat(), "The Rhine");
//! # Ok::<(), Error>(())
//! ```

pub mod prelude;

pub use thalweg_core::*;

/// The pages of the repository, whose examples are compiled and run with the tests of the documentation.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../../README.md")]
    mod readme {}
    #[doc = include_str!("../../../docs/architecture.md")]
    mod architecture {}
    #[doc = include_str!("../../../docs/coming-from-langchain.md")]
    mod coming_from_langchain {}
    #[doc = include_str!("../../../docs/compat.md")]
    mod compat {}
    #[doc = include_str!("../../../docs/config.md")]
    mod config {}
    #[doc = include_str!("../../../docs/events.md")]
    mod events {}
    #[doc = include_str!("../../../docs/streaming.md")]
    mod streaming {}
    #[doc = include_str!("../../../docs/writing.md")]
    mod writing {}
}
