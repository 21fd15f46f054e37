//! [`UsageMetadata`]: how many tokens a call took.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::Text;

/// The tokens that one call, or several, took.
///
/// ```
/// use thalweg_core::message::UsageMetadata;
///
/// let first = UsageMetadata::new(10, 1);
/// let second = UsageMetadata::new(0, 4);
/// let sum = first.add(&second);
/// assert_eq!((sum.input_tokens, sum.output_tokens, sum.total_tokens), (10, 5, 15));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageMetadata {
    /// Tokens of the prompt.
    pub input_tokens: i64,
    /// Tokens of the answer.
    pub output_tokens: i64,
    /// Both together.
    pub total_tokens: i64,
    /// What kinds of input tokens there were, where the provider says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_token_details: Option<TokenDetails>,
    /// What kinds of output tokens there were, where the provider says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_token_details: Option<TokenDetails>,
}

impl UsageMetadata {
    /// The usage of so many input and output tokens, without details.
    pub fn new(input_tokens: i64, output_tokens: i64) -> Self {
        Self {
            input_tokens,
            output_tokens,
            total_tokens: input_tokens.saturating_add(output_tokens),
            ..Self::default()
        }
    }

    /// Both usages together.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        self.combine(other, i64::saturating_add)
    }

    /// What is left of this usage without the other one; no count falls below zero.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a.saturating_sub(b).max(0))
    }

    fn combine(&self, other: &Self, op: fn(i64, i64) -> i64) -> Self {
        let details = |a: &Option<TokenDetails>, b: &Option<TokenDetails>| match (a, b) {
            (None, None) => None,
            (a, b) => {
                let none = TokenDetails::default();
                Some(a.as_ref().unwrap_or(&none).combine(b.as_ref().unwrap_or(&none), op))
            }
        };
        Self {
            input_tokens: op(self.input_tokens, other.input_tokens),
            output_tokens: op(self.output_tokens, other.output_tokens),
            total_tokens: op(self.total_tokens, other.total_tokens),
            input_token_details: details(&self.input_token_details, &other.input_token_details),
            output_token_details: details(&self.output_token_details, &other.output_token_details),
        }
    }
}

/// Counts of kinds of tokens by name: `audio`, `cache_read`, `cache_creation`, `reasoning`, or a provider's
/// own.
///
/// ```
/// use thalweg_core::message::TokenDetails;
///
/// let details: TokenDetails = [("cache_read", 4)].into_iter().collect();
/// assert_eq!(details.get("cache_read"), Some(4));
/// ```
#[derive(Clone, Debug, Default)]
pub struct TokenDetails(Vec<(Text, i64)>);

impl TokenDetails {
    /// The count of this name.
    pub fn get(&self, name: &str) -> Option<i64> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, count)| *count)
    }

    /// Sets the count of this name.
    pub fn set(&mut self, name: impl Into<Text>, count: i64) {
        let name = name.into();
        match self.0.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = count,
            None => self.0.push((name, count)),
        }
    }

    /// The names and counts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        self.0.iter().map(|(name, count)| (name.as_str(), *count))
    }

    /// Whether there is no count.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn combine(&self, other: &Self, op: fn(i64, i64) -> i64) -> Self {
        let mut out = self.clone();
        for (name, count) in &mut out.0 {
            *count = op(*count, other.get(name).unwrap_or(0));
        }
        for (name, count) in &other.0 {
            if self.get(name).is_none() {
                out.0.push((name.clone(), op(0, *count)));
            }
        }
        out
    }
}

/// The same counts in whatever order.
impl PartialEq for TokenDetails {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.iter().all(|(name, count)| other.get(name) == Some(count))
    }
}

impl Eq for TokenDetails {}

impl<K: Into<Text>> FromIterator<(K, i64)> for TokenDetails {
    fn from_iter<T: IntoIterator<Item = (K, i64)>>(counts: T) -> Self {
        let mut out = Self::default();
        for (name, count) in counts {
            out.set(name, count);
        }
        out
    }
}

impl Serialize for TokenDetails {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Counts that are `null` are left out.
impl<'de> Deserialize<'de> for TokenDetails {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let counts = std::collections::BTreeMap::<Text, Option<i64>>::deserialize(deserializer)?;
        Ok(counts.into_iter().filter_map(|(name, count)| Some((name, count?))).collect())
    }
}
