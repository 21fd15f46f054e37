//! [`EventMask`]: a set of kinds of events.

/// A set of kinds of events. What nobody hears is never built.
///
/// ```
/// use thalweg_core::event::EventMask;
///
/// let both = EventMask::START | EventMask::END;
/// assert!(both.intersects(EventMask::END) && !both.intersects(EventMask::STREAM));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventMask(u8);

impl EventMask {
    /// No event.
    pub const NONE: Self = Self(0);
    /// A run starts.
    pub const START: Self = Self(1);
    /// A run hands on a chunk.
    pub const STREAM: Self = Self(1 << 1);
    /// A run ends well.
    pub const END: Self = Self(1 << 2);
    /// A run fails.
    pub const ERROR: Self = Self(1 << 3);
    /// A run is cancelled.
    pub const CANCELLED: Self = Self(1 << 4);
    /// A run starts another attempt.
    pub const RETRY: Self = Self(1 << 5);
    /// The application's own event.
    pub const CUSTOM: Self = Self(1 << 6);
    /// Every event.
    pub const ALL: Self = Self(0x7f);
    /// The events that close a run.
    pub const CLOSE: Self = Self(Self::END.0 | Self::ERROR.0 | Self::CANCELLED.0);

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set without the kinds of the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The kinds that both sets have.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the sets have a kind in common.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl std::ops::BitOr for EventMask {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}
