//! [`Heard`]: which listeners hear which events of one run, decided when the run starts.

use crate::event::EventMask;

/// For each listener of a run the kinds of events that it hears.
#[derive(Debug, Default)]
pub(crate) enum Heard {
    /// Nobody hears anything.
    #[default]
    Nothing,
    /// There is one listener.
    One(EventMask),
    /// There are several; first what any of them hears.
    Many(EventMask, Box<[EventMask]>),
}

impl Heard {
    /// From each listener's mask, in the listeners' order.
    pub(crate) fn new(masks: impl ExactSizeIterator<Item = EventMask>) -> Self {
        let mut masks = masks;
        match masks.len() {
            0 => Self::Nothing,
            1 => masks.next().map_or(Self::Nothing, Self::One),
            _ => {
                let masks: Box<[EventMask]> = masks.collect();
                let any = masks.iter().fold(EventMask::NONE, |any, mask| any.union(*mask));
                if any.is_empty() { Self::Nothing } else { Self::Many(any, masks) }
            }
        }
    }

    /// Whether anybody hears events of this mask.
    pub(crate) fn any(&self, mask: EventMask) -> bool {
        match self {
            Self::Nothing => false,
            Self::One(heard) | Self::Many(heard, _) => heard.intersects(mask),
        }
    }

    /// Whether the listener at `index` hears events of this mask.
    pub(crate) fn by(&self, index: usize, mask: EventMask) -> bool {
        match self {
            Self::Nothing => false,
            Self::One(heard) => index == 0 && heard.intersects(mask),
            Self::Many(_, all) => all.get(index).is_some_and(|heard| heard.intersects(mask)),
        }
    }
}
