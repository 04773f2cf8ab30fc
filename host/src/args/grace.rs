//! `--grace`: a plain number of seconds, as it was at first, or a time with its unit.

use std::time::Duration;

pub fn parse(given: &str) -> Result<Duration, String> {
    if let Ok(seconds) = given.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    humantime::parse_duration(given).map_err(|_| {
        "accepted is a number of seconds, or a time with its unit, as in 500ms, 30s or 2m".into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_need_no_unit() {
        for (given, millis) in [("0", 0), ("30", 30_000), ("500ms", 500), ("1m 30s", 90_000)] {
            assert_eq!(parse(given), Ok(Duration::from_millis(millis)), "{given}");
        }
        for given in ["", "-1", "s", "1 elephant", "99999999999999999999"] {
            assert!(parse(given).unwrap_err().contains("30s"), "{given}");
        }
    }
}
