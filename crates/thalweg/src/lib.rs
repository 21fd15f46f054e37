//! Streaming LLM pipelines: prompts, models, parsers and functions become chains with `|`, whose output streams, and
//! whose every inner step can be watched while it runs.
//!
//! ```
//! use thalweg::prelude::*;
//!
//! let prompt = ChatPromptTemplate::from_template("tell me a joke about {topic}")?;
//! let model = Chat::new(ScriptedChat::new(["Why", " not", "?"]));
//! let chain = prompt | model | StrOutputParser;
//!
//! let pieces: thalweg::Result<Vec<String>> = chain.stream_blocking(vars! { "topic": "parrots" }).collect();
//! assert_eq!(pieces?.concat(), "Why not?");
//! # Ok::<(), thalweg::Error>(())
//! ```
//!
//! The same chain is called whole or streamed, blocking or async in any runtime, alone or in batches. `stream_events`
//! gives the events of every step in it:
//!
//! ```
//! use futures_util::StreamExt;
//! use thalweg::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> thalweg::Result<()> {
//! let chain = Chat::new(ScriptedChat::new(["[1,", " 2]"])) | JsonOutputParser::new();
//! let mut events = chain.stream_events("count");
//! while let Some(event) = events.next().await {
//!     let event = event?;
//!     println!("{} {}", event.run.name(), event.run.kind());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`prelude`] has what most programs need; everything else is in its module. The features `jinja`, `timer` and
//! `tracing` are on by default.
//!
//! Most items come from the crate `thalweg_core`, for which libraries may build, and their examples name it. The same
//! paths work with `thalweg`: `thalweg_core::model::Chat` is `thalweg::model::Chat`.

pub use thalweg_core::*;

pub mod callback;
pub mod prelude;

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
