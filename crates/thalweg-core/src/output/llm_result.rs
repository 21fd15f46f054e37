//! [`LlmResult`]: what a model made of several prompts.

use serde::{Deserialize, Serialize};

use super::Generation;
use crate::error::Result;
use crate::id::RunId;
use crate::value::{Dynamic, Last, Map, Value, empty_stream};

/// What a model made of several prompts.
///
/// ```
/// use thalweg_core::output::{Generation, LlmResult};
///
/// let result = LlmResult { generations: vec![vec![Generation::new("Paris")]], ..LlmResult::default() };
/// assert_eq!(result.generations[0][0].text, "Paris");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "LLMResult")]
pub struct LlmResult {
    /// For each prompt its generations, the best first.
    pub generations: Vec<Vec<Generation>>,
    /// What the provider said about the whole call.
    #[serde(default, skip_serializing_if = "Map::is_empty", deserialize_with = "null_is_empty")]
    pub llm_output: Map,
    /// The runs that made the generations, one for each prompt.
    #[serde(rename = "run", default, skip_serializing_if = "Vec::is_empty", with = "run_infos")]
    pub runs: Vec<RunId>,
}

/// Arrives whole.
impl Value for LlmResult {
    type Chunk = Self;
    type Fold = Last<Self>;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        self.clone().into()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }
}

fn null_is_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Map, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Runs serialize as a list of objects with one key `run_id`.
mod run_infos {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::id::RunId;

    #[derive(Serialize, Deserialize)]
    struct RunInfo {
        run_id: RunId,
    }

    pub(super) fn serialize<S: Serializer>(runs: &[RunId], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(runs.iter().map(|run_id| RunInfo { run_id: *run_id }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RunId>, D::Error> {
        let infos = Option::<Vec<RunInfo>>::deserialize(deserializer)?.unwrap_or_default();
        Ok(infos.into_iter().map(|info| info.run_id).collect())
    }
}
