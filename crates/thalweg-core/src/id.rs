//! [`RunId`]: the identity of a run.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::str::FromStr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{Builder, Uuid};
use web_time::{SystemTime, UNIX_EPOCH};

/// The id of a run: a UUID of version 7, so that the ids that one process makes sort in the order of their making.
///
/// ```
/// use thalweg_core::RunId;
///
/// let id = RunId::new();
/// assert_eq!(id.to_string().parse::<RunId>().unwrap(), id);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(Uuid);

impl RunId {
    /// A new id.
    #[allow(clippy::new_without_default, reason = "every call gives another id")]
    pub fn new() -> Self {
        Self(SOURCE.make())
    }

    /// The id as a UUID.
    pub fn as_uuid(&self) -> Uuid {
        self.0
    }
}

static SOURCE: LazyLock<Source> = LazyLock::new(|| Source {
    keys: RandomState::new(),
    seed: Uuid::now_v7().as_u128(),
    last: AtomicU64::new(0),
});

/// What makes the ids of a process. Asking the system for randomness takes longer than all else that a run costs, so that
/// it is asked once: the random part of an id is a keyed hash of its place in the order.
struct Source {
    keys: RandomState,
    /// For platforms whose keys are not random.
    seed: u128,
    /// The milliseconds and the 12 bits after them of the newest id.
    last: AtomicU64,
}

impl Source {
    fn make(&self) -> Uuid {
        let place = self.next_place();
        let mut hasher = self.keys.build_hasher();
        hasher.write_u128(self.seed);
        hasher.write_u64(place);
        let order = (place & 0xfff).to_be_bytes().into_iter().skip(6);
        let mut bytes = [0; 10];
        for (to, from) in bytes.iter_mut().zip(order.chain(hasher.finish().to_be_bytes())) {
            *to = from;
        }
        Builder::from_unix_timestamp_millis(place >> 12, &bytes).into_uuid()
    }

    /// The present, or the place after the newest if that is not past yet.
    fn next_place(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(since.as_millis()).unwrap_or(u64::MAX) << 12;
        let after = |last: u64| now.max(last.wrapping_add(1));
        match self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(after(last))) {
            Ok(last) | Err(last) => after(last),
        }
    }
}

impl From<Uuid> for RunId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl FromStr for RunId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for RunId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut buffer = Uuid::encode_buffer();
        serializer.serialize_str(self.0.hyphenated().encode_lower(&mut buffer))
    }
}

impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread;

    use super::RunId;

    #[test]
    fn ids_of_a_thread_sort_as_they_were_made_and_no_two_are_equal() {
        let threads: Vec<_> =
            (0..4).map(|_| thread::spawn(|| (0..20_000).map(|_| RunId::new()).collect::<Vec<_>>())).collect();
        let made: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        for ids in &made {
            assert!(ids.is_sorted());
            assert!(ids.iter().all(|id| id.as_uuid().get_version_num() == 7));
        }
        assert_eq!(made.into_iter().flatten().collect::<HashSet<_>>().len(), 80_000);
    }
}
