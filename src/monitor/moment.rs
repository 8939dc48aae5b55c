//! Times as people read them.

use time::OffsetDateTime;
use time::macros::format_description;

/// A time in milliseconds since 1970, by the clock of UTC: `2026-11-22 14:05`.
pub(crate) fn moment(at: i64) -> String {
    let known = OffsetDateTime::from_unix_timestamp(at.div_euclid(1_000));
    let known = known.ok().and_then(|known| {
        let form = format_description!("[year]-[month]-[day] [hour]:[minute]");
        known.format(form).ok()
    });
    known.unwrap_or_else(|| "?".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_or_passed_over() {
        assert_eq!(moment(1_790_000_000_000), "2026-09-21 14:13");
        assert_eq!(moment(-1), "1969-12-31 23:59");
        assert_eq!(moment(i64::MAX), "?");
    }
}
