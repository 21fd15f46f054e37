//! [`Word`]: what the v2 view calls the events of runs.

use crate::run::RunKind;

/// What an event of a run is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Start,
    Stream,
    End,
    Error,
    Cancelled,
    Retry,
}

impl Word {
    /// The name of such an event of this kind of run.
    pub(super) fn of(self, kind: RunKind) -> &'static str {
        let [start, stream, end, error, cancelled, retry] = match kind {
            RunKind::Chain => CHAIN,
            RunKind::Prompt => PROMPT,
            RunKind::Parser => PARSER,
            RunKind::ChatModel => CHAT_MODEL,
            RunKind::Llm => LLM,
            RunKind::Tool => TOOL,
            RunKind::Retriever => RETRIEVER,
            RunKind::Embedding => EMBEDDING,
        };
        match self {
            Self::Start => start,
            Self::Stream => stream,
            Self::End => end,
            Self::Error => error,
            Self::Cancelled => cancelled,
            Self::Retry => retry,
        }
    }
}

/// The names of the events of each kind of run, in the order of [`Word`].
type Words = [&'static str; 6];
const CHAIN: Words = [
    "on_chain_start",
    "on_chain_stream",
    "on_chain_end",
    "on_chain_error",
    "on_chain_cancelled",
    "on_chain_retry",
];
const PROMPT: Words = [
    "on_prompt_start",
    "on_prompt_stream",
    "on_prompt_end",
    "on_prompt_error",
    "on_prompt_cancelled",
    "on_prompt_retry",
];
const PARSER: Words = [
    "on_parser_start",
    "on_parser_stream",
    "on_parser_end",
    "on_parser_error",
    "on_parser_cancelled",
    "on_parser_retry",
];
const CHAT_MODEL: Words = [
    "on_chat_model_start",
    "on_chat_model_stream",
    "on_chat_model_end",
    "on_chat_model_error",
    "on_chat_model_cancelled",
    "on_chat_model_retry",
];
const LLM: Words =
    ["on_llm_start", "on_llm_stream", "on_llm_end", "on_llm_error", "on_llm_cancelled", "on_llm_retry"];
const TOOL: Words =
    ["on_tool_start", "on_tool_stream", "on_tool_end", "on_tool_error", "on_tool_cancelled", "on_tool_retry"];
const RETRIEVER: Words = [
    "on_retriever_start",
    "on_retriever_stream",
    "on_retriever_end",
    "on_retriever_error",
    "on_retriever_cancelled",
    "on_retriever_retry",
];
const EMBEDDING: Words = [
    "on_embedding_start",
    "on_embedding_stream",
    "on_embedding_end",
    "on_embedding_error",
    "on_embedding_cancelled",
    "on_embedding_retry",
];
