//! Times as RFC 3339 writes them.

use std::fmt;

use web_time::{SystemTime, UNIX_EPOCH};

/// A time in UTC to its microsecond, such as `2026-01-31T09:30:00.250000Z`. Times before 1970 show as 1970.
pub(crate) struct Timestamp(pub(crate) SystemTime);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.0.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (seconds, micros) = (since.as_secs(), since.subsec_micros());
        let (year, month, day) = date(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

/// The date of a day, counted from the first of January 1970.
fn date(day: u64) -> (u64, u64, u64) {
    // Years that begin in March end with the leap day; 400 of them always have the same number of days.
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Timestamp, UNIX_EPOCH};

    #[test]
    fn times_are_written_in_utc() {
        let cases = [
            (0, "1970-01-01T00:00:00.000000Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_709_251_199_999_999, "2024-02-29T23:59:59.999999Z"),
            (1_735_689_599_500_000, "2024-12-31T23:59:59.500000Z"),
            (4_107_542_400_000_001, "2100-03-01T00:00:00.000001Z"),
        ];
        for (micros, text) in cases {
            assert_eq!(Timestamp(UNIX_EPOCH + Duration::from_micros(micros)).to_string(), text);
        }
    }
}
