//! Formats of dates and times: from `DuckDB`'s (and `PostgreSQL`'s) to those of `chrono`.

/// `DuckDB`'s strftime format for `chrono`; `None` if it has a code that there is nothing for.
pub(super) fn to_chrono(format: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next()? {
            c @ ('a' | 'A' | 'w' | 'u' | 'd' | 'b' | 'B' | 'm' | 'y' | 'Y' | 'H' | 'I' | 'p' | 'M' | 'S'
            | 'j' | 'U' | 'W' | 'G' | 'V' | '%') => {
                out.push('%');
                out.push(c);
            }
            'h' => out.push_str("%b"),
            'f' => out.push_str("%6f"),
            'g' => out.push_str("%3f"),
            'c' => out.push_str("%Y-%m-%d %H:%M:%S"),
            'x' => out.push_str("%Y-%m-%d"),
            'X' => out.push_str("%H:%M:%S"),
            '-' => match chars.next()? {
                c @ ('d' | 'm' | 'y' | 'H' | 'I' | 'M' | 'S' | 'j') => {
                    out.push_str("%-");
                    out.push(c);
                }
                _ => return None,
            },
            _ => return None,
        }
    }
    Some(out)
}

/// Whether a `chrono` format asks for a time of day.
pub(super) fn has_time(format: &str) -> bool {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c == '%' {
            let code = chars.find(|c| !c.is_ascii_digit() && *c != '-');
            if code.is_some_and(|code| "HIpMSf".contains(code)) {
                return true;
            }
        }
    }
    false
}

/// `DuckDB`'s strptime format for `chrono`: a fraction of a second follows the point, and the rest is as it is
/// written.
pub(super) fn to_chrono_parse(format: &str) -> Option<String> {
    // chrono's %.f takes the point and any number of digits.
    let format = format.replace(".%f", "\u{1}");
    if ["%f", "%g", "%n", "%z", "%Z", "%c", "%U", "%W", "%w", "%u", "%V", "%G"]
        .iter()
        .any(|code| format.contains(code))
    {
        return None;
    }
    let out = to_chrono(&format)?;
    Some(out.replace('\u{1}', "%.f"))
}

/// The pieces of `PostgreSQL`'s `to_char` formats, the longest first.
const PIECES: &[(&str, &str)] = &[
    ("YYYY", "%Y"),
    ("HH24", "%H"),
    ("HH12", "%I"),
    ("FMMonth", "%B"),
    ("FMDay", "%A"),
    ("FMMM", "%-m"),
    ("FMDD", "%-d"),
    ("FMHH24", "%-H"),
    ("FMHH12", "%-I"),
    ("IYYY", "%G"),
    ("DDD", "%j"),
    ("Mon", "%b"),
    ("Dy", "%a"),
    ("YY", "%y"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("HH", "%I"),
    ("MI", "%M"),
    ("SS", "%S"),
    ("MS", "%3f"),
    ("US", "%6f"),
    ("AM", "%p"),
    ("PM", "%p"),
    ("ID", "%u"),
    ("IW", "%V"),
];

/// A `to_char` format for `chrono`, if it is a format of dates that is made of the pieces above, signs and
/// quoted text.
pub(super) fn from_postgres(format: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = format;
    let mut found = false;
    'next: while let Some(c) = rest.chars().next() {
        if c == '"' {
            let (text, after) = rest[1..].split_once('"')?;
            out.push_str(&text.replace('%', "%%"));
            rest = after;
            continue;
        }
        for (piece, code) in PIECES {
            // Codes of digits may be in lower case; in names, the case of the code is that of the name.
            let is_name = piece.contains(['o', 'a', 'y']);
            let Some(head) = rest.get(..piece.len()) else { continue };
            if head == *piece || (!is_name && *code != "%p" && head == piece.to_lowercase()) {
                out.push_str(code);
                rest = &rest[piece.len()..];
                found = true;
                continue 'next;
            }
        }
        if c.is_alphanumeric() || c == '\\' {
            return None;
        }
        out.push_str(if c == '%' { "%%" } else { &rest[..c.len_utf8()] });
        rest = &rest[c.len_utf8()..];
    }
    found.then_some(out)
}
