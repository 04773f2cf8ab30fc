//! Quality values of `Accept` and `Accept-Encoding` (RFC 9110, section 12.4.2).

/// The value in thousandths that `parameters` give (`["q=0.5", …]`); 1000 without one.
///
/// Gives none for a weight that is not written as the RFC has it: who sends it gets no preference, and
/// no error.
pub fn quality<'a>(parameters: impl Iterator<Item = &'a str>) -> Option<u16> {
    let weights = parameters.filter_map(|parameter| parameter.split_once('='));
    match weights
        .map(|(name, value)| (name.trim(), value.trim()))
        .find(|(name, _)| name.eq_ignore_ascii_case("q"))
    {
        None => Some(1000),
        Some((_, value)) => weight(value),
    }
}

/// `0`, `0.5`, `0.123`, `1`, `1.000`
fn weight(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{fraction:0<3}").parse::<u16>().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_what_the_rfc_writes() {
        for (text, expected) in [
            ("0", Some(0)),
            ("1", Some(1000)),
            ("0.", Some(0)),
            ("0.5", Some(500)),
            ("0.07", Some(70)),
            ("0.123", Some(123)),
            ("1.000", Some(1000)),
            ("1.001", None),
            ("0.1234", None),
            ("2", None),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("", None),
            (".5", None),
            ("0.+1", None),
        ] {
            assert_eq!(weight(text), expected, "{text}");
        }
        assert_eq!(quality(["charset=utf-8", " Q = 0.2 "].into_iter()), Some(200));
        assert_eq!(quality([].into_iter()), Some(1000));
    }
}
