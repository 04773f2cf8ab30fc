//! Every function whose name is known.
//!
//! `Native`: `polars-sql` has it, and it gives the answer of `DuckDB` but for what its note says; it may have another
//! name there, which is that of the entry. `Rewritten`: a rule says it in other words. `Scalar`: it is left as it is,
//! under the name of the entry, and the engine has a function of ours for it: the note is what it does. `Refused`: the
//! note is what to write instead.

use std::collections::HashMap;
use std::sync::LazyLock;

use sqlparser::ast::Expr;
use sqlparser::tokenizer::Span;

use super::call::Call;
use super::template::Context;
use super::{aggregates, dates, lists, math, regexp, strings, structs};
use crate::{Refusal, Result};

/// What is known of a function.
#[derive(Debug)]
pub struct Entry {
    /// In lower case.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    pub(super) kind: Kind,
    /// How `DuckDB` calls it.
    pub signature: &'static str,
    /// How it differs from `DuckDB`; of a refused function, what to write instead; of a scalar function, what it does.
    pub note: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A scalar function; it takes neither FILTER nor OVER.
    Native,
    /// An aggregate or a window function.
    NativeAggregate,
    Rewritten(Rule),
    Scalar,
    Refused,
}

/// The rules of scalar functions never see FILTER, OVER, DISTINCT or ORDER BY.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    Scalar(fn(Call, &mut Context) -> Result<Expr>),
    Aggregate(fn(Call, &mut Context) -> Result<Expr>),
}

impl Entry {
    #[must_use]
    pub fn is_aggregate(&self) -> bool {
        matches!(self.kind, Kind::NativeAggregate | Kind::Rewritten(Rule::Aggregate(_)))
    }

    /// `native`, `rewritten`, `scalar` or `refused`.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Native | Kind::NativeAggregate => "native",
            Kind::Rewritten(_) => "rewritten",
            Kind::Scalar => "scalar",
            Kind::Refused => "refused",
        }
    }
}

static BY_NAME: LazyLock<HashMap<&'static str, &'static Entry>> = LazyLock::new(|| {
    let names = |entry: &'static Entry| entry.aliases.iter().copied().chain([entry.name]);
    ENTRIES.iter().flat_map(|entry| names(entry).map(move |name| (name, entry))).collect()
});

/// The entry for a name in lower case.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Entry> {
    BY_NAME.get(name).copied()
}

/// All entries.
#[must_use]
pub fn entries() -> &'static [Entry] {
    ENTRIES
}

/// The refusal of a name that is not known, with names that are like it.
pub(super) fn unknown(name: &str, span: Span) -> Refusal {
    let known =
        BY_NAME.iter().filter(|(_, entry)| !matches!(entry.kind, Kind::Refused)).map(|(&known, _)| known);
    let near = crate::near::names(name, known);
    let mut message = format!("there is no function {name}");
    if !near.is_empty() {
        message += &format!("; there is {}", near.join(", "));
    }
    Refusal { message, span: Some(span) }
}

const fn native(
    name: &'static str,
    aliases: &'static [&'static str],
    signature: &'static str,
    note: &'static str,
) -> Entry {
    Entry { name, aliases, kind: Kind::Native, signature, note }
}

const fn native_aggregate(
    name: &'static str,
    aliases: &'static [&'static str],
    signature: &'static str,
    note: &'static str,
) -> Entry {
    Entry { name, aliases, kind: Kind::NativeAggregate, signature, note }
}

const fn rewritten(
    name: &'static str,
    aliases: &'static [&'static str],
    rule: fn(Call, &mut Context) -> Result<Expr>,
    signature: &'static str,
    note: &'static str,
) -> Entry {
    Entry { name, aliases, kind: Kind::Rewritten(Rule::Scalar(rule)), signature, note }
}

const fn aggregate(
    name: &'static str,
    aliases: &'static [&'static str],
    rule: fn(Call, &mut Context) -> Result<Expr>,
    signature: &'static str,
    note: &'static str,
) -> Entry {
    Entry { name, aliases, kind: Kind::Rewritten(Rule::Aggregate(rule)), signature, note }
}

const fn scalar(
    name: &'static str,
    aliases: &'static [&'static str],
    signature: &'static str,
    note: &'static str,
) -> Entry {
    Entry { name, aliases, kind: Kind::Scalar, signature, note }
}

const fn refused(name: &'static str, aliases: &'static [&'static str], note: &'static str) -> Entry {
    Entry { name, aliases, kind: Kind::Refused, signature: "", note }
}

static ENTRIES: &[Entry] = &[
    // Aggregates.
    aggregate("any_value", &["arbitrary"], aggregates::any_value, "any_value(x)", ""),
    aggregate("first", &[], aggregates::first, "first(x ORDER BY k)", ""),
    aggregate("last", &[], aggregates::last, "last(x ORDER BY k)", ""),
    aggregate(
        "arg_min",
        &["argmin", "min_by"],
        aggregates::arg_min,
        "arg_min(x, by[, n])",
        "of rows with an equal least value, any one",
    ),
    aggregate(
        "arg_max",
        &["argmax", "max_by"],
        aggregates::arg_max,
        "arg_max(x, by[, n])",
        "of rows with an equal greatest value, any one",
    ),
    aggregate(
        "arg_min_null",
        &[],
        aggregates::arg_min_null,
        "arg_min_null(x, by)",
        "of rows with an equal least value, any one",
    ),
    aggregate(
        "arg_max_null",
        &[],
        aggregates::arg_max_null,
        "arg_max_null(x, by)",
        "of rows with an equal greatest value, any one",
    ),
    aggregate("min", &[], aggregates::min, "min(x[, n])", "NaN is skipped; in DuckDB it is the greatest"),
    aggregate("max", &[], aggregates::max, "max(x[, n])", ""),
    aggregate(
        "bool_and",
        &["every", "booland_agg"],
        aggregates::bool_and,
        "bool_and(x)",
        "takes integers, too",
    ),
    aggregate("bool_or", &["boolor_agg"], aggregates::bool_or, "bool_or(x)", "takes integers, too"),
    aggregate("count", &["count_star"], aggregates::count, "count(x)", ""),
    aggregate(
        "count_if",
        &["countif"],
        aggregates::count_if,
        "count_if(condition)",
        "a BIGINT; in DuckDB a HUGEINT",
    ),
    aggregate(
        "approx_count_distinct",
        &[],
        aggregates::approx_count_distinct,
        "approx_count_distinct(x)",
        "exact",
    ),
    aggregate(
        "array_agg",
        &["list"],
        aggregates::list,
        "list(x ORDER BY k)",
        "DISTINCT is ordered by its own argument only",
    ),
    aggregate(
        "string_agg",
        &["listagg", "group_concat"],
        aggregates::string_agg,
        "string_agg(x, separator ORDER BY k)",
        "DISTINCT is ordered by its own argument only",
    ),
    aggregate("mode", &[], aggregates::through_list, "mode(x)", "needs list_mode"),
    aggregate("product", &[], aggregates::through_list, "product(x)", "needs list_product"),
    aggregate("histogram", &[], aggregates::through_list, "histogram(x)", "needs list_histogram"),
    aggregate("entropy", &[], aggregates::through_list, "entropy(x)", "needs list_entropy"),
    aggregate("skewness", &[], aggregates::through_list, "skewness(x)", "needs list_skewness"),
    aggregate("kurtosis", &[], aggregates::through_list, "kurtosis(x)", "needs list_kurtosis"),
    aggregate("kurtosis_pop", &[], aggregates::through_list, "kurtosis_pop(x)", "needs list_kurtosis_pop"),
    aggregate("mad", &[], aggregates::through_list, "mad(x)", "needs list_mad"),
    aggregate("bit_and", &[], aggregates::through_list, "bit_and(x)", "needs list_bit_and"),
    aggregate("bit_or", &[], aggregates::through_list, "bit_or(x)", "needs list_bit_or"),
    aggregate("bit_xor", &[], aggregates::through_list, "bit_xor(x)", "needs list_bit_xor"),
    aggregate(
        "quantile_cont",
        &["percentile_cont"],
        aggregates::quantile_cont,
        "quantile_cont(x, q)",
        "of decimals a DOUBLE; between two timestamps, truncated",
    ),
    aggregate(
        "quantile_disc",
        &["quantile", "percentile_disc"],
        aggregates::quantile_disc,
        "quantile_disc(x, q)",
        "",
    ),
    aggregate(
        "median",
        &[],
        aggregates::median,
        "median(x)",
        "of decimals a DOUBLE; of text NULL, where DuckDB has a value",
    ),
    native_aggregate("approx_quantile", &[], "approx_quantile(x, q)", "an approximation of another kind"),
    native_aggregate("avg", &["mean"], "avg(x)", ""),
    native_aggregate("sum", &["sum_no_overflow"], "sum(x)", "of integers a BIGINT; in DuckDB a HUGEINT"),
    native_aggregate("total", &[], "total(x)", ""),
    native_aggregate("corr", &[], "corr(y, x)", "NaN where DuckDB has NaN, too"),
    native_aggregate("covar_pop", &[], "covar_pop(y, x)", "not of decimals"),
    native_aggregate("covar_samp", &["covar"], "covar_samp(y, x)", "not of decimals"),
    native_aggregate(
        "stddev",
        &["stddev_samp", "stdev", "stdev_samp"],
        "stddev(x)",
        "an infinity gives NaN; in DuckDB an error",
    ),
    native_aggregate(
        "var",
        &["var_samp", "variance"],
        "var_samp(x)",
        "an infinity gives NaN; in DuckDB an error",
    ),
    native_aggregate("grouping", &[], "grouping(x)", ""),
    native_aggregate("grouping_id", &[], "grouping_id(x)", ""),
    aggregate("var_pop", &[], aggregates::moments, "var_pop(x)", ""),
    aggregate("stddev_pop", &[], aggregates::moments, "stddev_pop(x)", ""),
    aggregate("sem", &[], aggregates::moments, "sem(x)", ""),
    aggregate("regr_count", &[], aggregates::moments, "regr_count(y, x)", ""),
    aggregate("regr_avgx", &[], aggregates::moments, "regr_avgx(y, x)", ""),
    aggregate("regr_avgy", &[], aggregates::moments, "regr_avgy(y, x)", ""),
    aggregate("regr_sxx", &[], aggregates::moments, "regr_sxx(y, x)", ""),
    aggregate("regr_syy", &[], aggregates::moments, "regr_syy(y, x)", ""),
    aggregate("regr_sxy", &[], aggregates::moments, "regr_sxy(y, x)", ""),
    aggregate("regr_slope", &[], aggregates::moments, "regr_slope(y, x)", ""),
    aggregate("regr_intercept", &[], aggregates::moments, "regr_intercept(y, x)", ""),
    aggregate("regr_r2", &[], aggregates::moments, "regr_r2(y, x)", ""),
    aggregate("favg", &[], aggregates::means, "favg(x)", "the last digit may differ"),
    aggregate("fsum", &["kahan_sum", "sumkahan"], aggregates::means, "fsum(x)", "the last digit may differ"),
    aggregate("geomean", &["geometric_mean"], aggregates::means, "geomean(x)", "the last digit may differ"),
    aggregate("weighted_avg", &["wavg"], aggregates::means, "weighted_avg(x, weight)", ""),
    refused("approx_top_k", &[], "group by the value and take the first by COUNT(*)"),
    refused("reservoir_quantile", &[], "write quantile_cont(x, q)"),
    refused("histogram_exact", &[], "group by a CASE of the bounds"),
    refused("bitstring_agg", &[], "there are no bit strings here"),
    refused("array_agg_distinct", &[], "write list(DISTINCT x)"),
    refused("json_group_array", &[], "collect with list(x) and build the JSON outside"),
    refused("json_group_object", &[], "collect with list(x) and build the JSON outside"),
    refused("json_group_structure", &[], "collect with list(x) and build the JSON outside"),
    refused("jsonb_agg", &[], "collect with list(x) and build the JSON outside"),
    refused("json_agg", &[], "collect with list(x) and build the JSON outside"),
    refused("json_object_agg", &[], "collect with list(x) and build the JSON outside"),
    // Window functions.
    native_aggregate("row_number", &[], "row_number()", ""),
    native_aggregate("rank", &[], "rank()", ""),
    native_aggregate("dense_rank", &[], "dense_rank()", ""),
    native_aggregate("percent_rank", &[], "percent_rank()", ""),
    native_aggregate("cume_dist", &[], "cume_dist()", ""),
    native_aggregate("ntile", &[], "ntile(n)", ""),
    native_aggregate("lag", &[], "lag(x, n, default)", ""),
    native_aggregate("lead", &[], "lead(x, n, default)", ""),
    native_aggregate("first_value", &[], "first_value(x)", ""),
    native_aggregate("last_value", &[], "last_value(x)", ""),
    native_aggregate("nth_value", &[], "nth_value(x, n)", ""),
    refused("fill", &[], "fill the gaps with coalesce(x, lag(x) OVER (…))"),
    // Conditions.
    native("coalesce", &["nvl"], "coalesce(x, …)", ""),
    native("ifnull", &[], "ifnull(x, y)", ""),
    native("nullif", &[], "nullif(x, y)", ""),
    native("if", &[], "if(condition, x, y)", ""),
    rewritten("iff", &[], math::simple, "iff(condition, x, y)", ""),
    rewritten("nvl2", &[], math::simple, "nvl2(x, y, z)", ""),
    rewritten("greatest", &[], math::greatest, "greatest(x, …)", ""),
    native("least", &[], "least(x, …)", ""),
    refused("error", &[], "there is no error from within a query"),
    refused("constant_or_null", &[], "write CASE WHEN … IS NOT NULL THEN … END"),
    // Numbers.
    native("abs", &[], "abs(x)", ""),
    native("cbrt", &[], "cbrt(x)", ""),
    native("exp", &[], "exp(x)", ""),
    native("floor", &[], "floor(x)", "of integers an integer; in DuckDB a DOUBLE"),
    native("ln", &[], "ln(x)", "of 0 or less -inf or NaN; in DuckDB an error"),
    native("log10", &[], "log10(x)", "of 0 or less -inf or NaN; in DuckDB an error"),
    native("log2", &[], "log2(x)", "of 0 or less -inf or NaN; in DuckDB an error"),
    native("log1p", &[], "log1p(x)", "not in DuckDB"),
    native("mod", &[], "mod(x, y)", ""),
    native("div", &[], "div(x, y)", "not in DuckDB"),
    native("pi", &[], "pi()", ""),
    native("sign", &[], "sign(x)", "of NaN NaN; in DuckDB 0"),
    native("sqrt", &[], "sqrt(x)", "of less than 0 NaN; in DuckDB an error"),
    native("erf", &[], "erf(x)", "not in DuckDB"),
    native("erfc", &[], "erfc(x)", "not in DuckDB"),
    native("bit_count", &[], "bit_count(x)", ""),
    native("bit_not", &[], "bit_not(x)", "not in DuckDB"),
    native("ceil", &["ceiling"], "ceil(x)", "of integers an integer; in DuckDB a DOUBLE"),
    native("trunc", &["truncate"], "trunc(x)", ""),
    native("xor", &[], "xor(x, y)", ""),
    native("cos", &[], "cos(x)", "of an infinity NaN; in DuckDB an error"),
    native("cot", &[], "cot(x)", ""),
    native("sin", &[], "sin(x)", "of an infinity NaN; in DuckDB an error"),
    native("tan", &[], "tan(x)", "of an infinity NaN; in DuckDB an error"),
    native("acos", &[], "acos(x)", ""),
    native("asin", &[], "asin(x)", ""),
    native("atan", &[], "atan(x)", ""),
    native("degrees", &[], "degrees(x)", ""),
    native("radians", &[], "radians(x)", ""),
    native("atan2", &[], "atan2(y, x)", ""),
    native("cosd", &[], "cosd(x)", "not in DuckDB"),
    native("cotd", &[], "cotd(x)", "not in DuckDB"),
    native("sind", &[], "sind(x)", "not in DuckDB"),
    native("tand", &[], "tand(x)", "not in DuckDB"),
    native("acosd", &[], "acosd(x)", "not in DuckDB"),
    native("asind", &[], "asind(x)", "not in DuckDB"),
    native("atand", &[], "atand(x)", "not in DuckDB"),
    native("atan2d", &[], "atan2d(y, x)", "not in DuckDB"),
    rewritten("log", &[], math::log, "log([base, ]x)", "of 0 or less -inf or NaN; in DuckDB an error"),
    rewritten("pow", &["power"], math::pow, "pow(x, y)", ""),
    rewritten(
        "round",
        &[],
        math::round,
        "round(x[, digits])",
        "half away from zero; a decimal keeps its scale",
    ),
    rewritten("isnan", &[], math::simple, "isnan(x)", ""),
    rewritten("isinf", &[], math::simple, "isinf(x)", ""),
    rewritten("isfinite", &[], math::simple, "isfinite(x)", ""),
    rewritten("even", &[], math::simple, "even(x)", ""),
    rewritten("fdiv", &[], math::simple, "fdiv(x, y)", ""),
    rewritten("fmod", &[], math::simple, "fmod(x, y)", ""),
    refused("divide", &[], "write x // y for integers, x / y for others"),
    rewritten("add", &[], math::simple, "add(x, y)", ""),
    rewritten("subtract", &[], math::simple, "subtract(x, y)", ""),
    rewritten("multiply", &[], math::simple, "multiply(x, y)", ""),
    rewritten("random", &["rand"], math::random, "random()", ""),
    rewritten("uuid", &["gen_random_uuid", "uuidv4"], math::random, "uuid()", ""),
    scalar(
        "round_to",
        &[],
        "round_to(x, digits)",
        "ours, for round(x, n) with n < 0: round half away from zero to a multiple of 10^-n, in the type of x",
    ),
    scalar("sinh", &[], "sinh(x)", ""),
    scalar("cosh", &[], "cosh(x)", ""),
    scalar("tanh", &[], "tanh(x)", ""),
    scalar("asinh", &[], "asinh(x)", ""),
    scalar("acosh", &[], "acosh(x)", "of less than 1 NaN"),
    scalar("atanh", &[], "atanh(x)", "of 1 and -1 an infinity, beyond them NaN"),
    scalar("gamma", &[], "gamma(x)", "the gamma function; of 0 an error, of negative integers NaN"),
    scalar(
        "lgamma",
        &[],
        "lgamma(x)",
        "the logarithm of the absolute value of the gamma function; of 0 an error",
    ),
    scalar("factorial", &[], "factorial(n)", "n!, a HUGEINT; 1 for 0 and less; overflow is an error"),
    scalar("gcd", &["greatest_common_divisor"], "gcd(x, y)", "the greatest common divisor, not negative"),
    scalar("lcm", &["least_common_multiple"], "lcm(x, y)", "the least common multiple, not negative"),
    scalar("signbit", &[], "signbit(x)", "whether the sign bit is set, also of -0.0"),
    scalar("nextafter", &[], "nextafter(x, y)", "the next float after x towards y"),
    scalar("round_even", &["roundbankers"], "round_even(x, digits)", "round half to even"),
    refused("setseed", &[], "random() has no seed here"),
    refused("uuidv7", &[], "write uuid()"),
    refused("uuid_extract_timestamp", &[], "uuidv7 is not known here"),
    refused("uuid_extract_version", &[], "uuidv7 is not known here"),
    refused("bar", &[], "draw it outside"),
    refused("width_bucket", &["equi_width_bins"], "write a CASE, or CAST(FLOOR((x - low) / width) AS INT)"),
    // Text.
    native("bit_length", &[], "bit_length(s)", ""),
    native("octet_length", &[], "octet_length(s)", "of text; in DuckDB of blobs"),
    rewritten("concat", &[], strings::concat, "concat(x, …)", ""),
    native("length", &["char_length", "character_length"], "length(s)", "of text; for lists write len(l)"),
    scalar("len", &[], "len(x)", "characters of text, elements of a list; a BIGINT"),
    native("lower", &["lcase"], "lower(s)", ""),
    native("upper", &["ucase"], "upper(s)", ""),
    native("starts_with", &["prefix"], "starts_with(s, prefix)", ""),
    native("ends_with", &["suffix"], "ends_with(s, suffix)", ""),
    rewritten("left", &[], strings::ends, "left(s, n)", ""),
    native("ltrim", &[], "ltrim(s[, characters])", ""),
    native("rtrim", &[], "rtrim(s[, characters])", ""),
    native("reverse", &[], "reverse(s)", ""),
    native("split_part", &[], "split_part(s, separator, n)", ""),
    rewritten(
        "string_to_array",
        &["string_split", "str_split", "split"],
        strings::split,
        "string_split(s, separator)",
        "a separator that is NULL gives NULL",
    ),
    native("normalize", &[], "normalize(s, form)", ""),
    native("initcap", &[], "initcap(s)", "of PostgreSQL; needs a nightly build, else it is not there"),
    rewritten("strlen", &[], strings::simple, "strlen(s)", ""),
    rewritten("btrim", &[], strings::simple, "btrim(s[, characters])", ""),
    rewritten("trim", &[], strings::simple, "trim(s[, characters])", ""),
    rewritten("strpos", &["instr", "position"], strings::strpos, "strpos(s, needle)", ""),
    rewritten("nfc_normalize", &[], strings::simple, "nfc_normalize(s)", ""),
    rewritten(
        "parse_filename",
        &[],
        strings::simple,
        "parse_filename(path)",
        "without its second and third argument",
    ),
    rewritten("right", &[], strings::ends, "right(s, n)", ""),
    rewritten("replace", &[], strings::replace, "replace(s, needle, new)", ""),
    rewritten("repeat", &[], strings::repeat, "repeat(s, n)", "of text, not of lists"),
    rewritten("lpad", &[], strings::pad, "lpad(s, n, padding)", ""),
    rewritten("rpad", &[], strings::pad, "rpad(s, n, padding)", ""),
    rewritten(
        "concat_ws",
        &[],
        strings::concat_ws,
        "concat_ws(separator, x, …)",
        "a separator that is written out",
    ),
    scalar(
        "contains",
        &[],
        "contains(x, y)",
        "whether text x has text y in it (\"\" is in all), or list x the value y, or map x the key y",
    ),
    scalar("chr", &[], "chr(n)", "the character of code point n; an error if there is none"),
    scalar("ascii", &[], "ascii(s)", "the code point of the first character; 0 for \"\""),
    scalar("unicode", &["ord"], "unicode(s)", "the code point of the first character; -1 for \"\""),
    scalar(
        "translate",
        &[],
        "translate(s, from, to)",
        "each character of from (its first place there) becomes the one of to at that place, or goes if there is none",
    ),
    scalar("md5", &[], "md5(s)", "MD5 of the bytes, as 32 lower-case hex digits"),
    scalar("sha1", &[], "sha1(s)", "SHA-1, as 40 lower-case hex digits"),
    scalar("sha256", &[], "sha256(s)", "SHA-256, as 64 lower-case hex digits"),
    scalar(
        "hash",
        &[],
        "hash(x, …)",
        "a UBIGINT that is the same for equal values, also for NULL; other numbers than those of DuckDB",
    ),
    scalar(
        "hex",
        &["to_hex"],
        "hex(x)",
        "upper-case hex digits of the bytes of text or of a blob; of an integer without leading zeros, negative ones as 16 digits",
    ),
    scalar(
        "unhex",
        &["from_hex"],
        "unhex(s)",
        "the blob of hex digits; an odd number of them has a 0 before them",
    ),
    scalar(
        "bin",
        &["to_binary"],
        "bin(x)",
        "binary digits of an integer without leading zeros (negative: 64), of text 8 for each byte",
    ),
    scalar(
        "unbin",
        &["from_binary"],
        "unbin(s)",
        "the blob of binary digits; what is missing of a byte is 0 before them",
    ),
    scalar("base64", &["to_base64"], "base64(blob)", "base64 with padding; text as its UTF-8"),
    scalar("from_base64", &[], "from_base64(s)", "the blob; what is not base64 is an error"),
    scalar("encode", &[], "encode(s)", "the UTF-8 of text, a blob"),
    scalar("decode", &[], "decode(blob)", "the text; an error if it is not UTF-8"),
    scalar("url_encode", &[], "url_encode(s)", "percent-encoding of all bytes but letters, digits and -_.~"),
    scalar("url_decode", &[], "url_decode(s)", "the reverse; + stays"),
    scalar(
        "format",
        &[],
        "format(s, x, …)",
        "fmt's: {}, {0}, {:.2f}, {:05d}, {:,}, {:>10}, {:x}; NULL if an argument is; too few arguments are an error",
    ),
    refused("printf", &[], "write format('{} {}', x, y)"),
    scalar(
        "format_bytes",
        &["formatreadablesize"],
        "format_bytes(n)",
        "1500 → '1.4 KiB': powers of 1024, one decimal, truncated; '1 byte', '1023 bytes'; a - before negative ones",
    ),
    scalar("levenshtein", &["editdist3"], "levenshtein(s, t)", "edits between two texts, by bytes"),
    scalar("damerau_levenshtein", &[], "damerau_levenshtein(s, t)", "with transpositions, by bytes"),
    scalar(
        "hamming",
        &["mismatches"],
        "hamming(s, t)",
        "places that differ, by bytes; another length is an error",
    ),
    scalar("jaccard", &[], "jaccard(s, t)", "similarity of the sets of characters; empty text is an error"),
    scalar("jaro_similarity", &[], "jaro_similarity(s, t)", "from 0 to 1"),
    scalar("jaro_winkler_similarity", &[], "jaro_winkler_similarity(s, t)", "from 0 to 1"),
    scalar("strip_accents", &[], "strip_accents(s)", "NFD without combining marks"),
    scalar(
        "parse_path",
        &[],
        "parse_path(path)",
        "the parts of a path as a list, '/' first if it is absolute; both / and \\ separate",
    ),
    scalar(
        "parse_dirname",
        &[],
        "parse_dirname(path)",
        "the first part of a path, '/' if it is absolute, '' if there is only one part",
    ),
    scalar("parse_dirpath", &[], "parse_dirpath(path)", "the path without its last part"),
    refused("left_grapheme", &[], "write left(…), which counts characters"),
    refused("right_grapheme", &[], "write right(…), which counts characters"),
    refused("length_grapheme", &[], "write length(…), which counts characters"),
    refused("substring_grapheme", &[], "write substring(…), which counts characters"),
    refused("overlay", &[], "join what is before and after with ||"),
    refused("like_escape", &["not_like_escape", "ilike_escape", "not_ilike_escape"], "write LIKE"),
    refused("to_base", &[], "write hex(x) or bin(x)"),
    refused("formatreadabledecimalsize", &[], "write format_bytes(n)"),
    refused("regexp_split_to_table", &[], "write UNNEST(regexp_split_to_array(s, pattern))"),
    refused("regexp_escape", &[], "escape the pattern outside"),
    refused("quote_ident", &["quote_literal"], "there is no dynamic SQL here"),
    refused("substring_index", &[], "write split_part(s, separator, n)"),
    // Regular expressions.
    rewritten(
        "regexp_matches",
        &["regexp_like"],
        regexp::matches,
        "regexp_matches(s, pattern[, options])",
        "",
    ),
    rewritten("regexp_full_match", &[], regexp::full_match, "regexp_full_match(s, pattern[, options])", ""),
    rewritten(
        "regexp_extract",
        &[],
        regexp::extract,
        "regexp_extract(s, pattern[, group[, options]])",
        "pattern and group are written out; no list of names",
    ),
    rewritten(
        "regexp_replace",
        &[],
        regexp::replace,
        "regexp_replace(s, pattern, replacement[, options])",
        "all but s is written out",
    ),
    rewritten(
        "regexp_extract_all",
        &[],
        regexp::lists,
        "regexp_extract_all(s, pattern[, group[, options]])",
        "needs regexp_extract_all(s, pattern, group)",
    ),
    rewritten(
        "regexp_split_to_array",
        &["string_split_regex", "str_split_regex"],
        regexp::lists,
        "regexp_split_to_array(s, pattern[, options])",
        "needs regexp_split_to_array(s, pattern)",
    ),
    // Dates and times.
    native("year", &[], "year(t)", "a smaller integer type than in DuckDB"),
    native("quarter", &[], "quarter(t)", "a smaller integer type than in DuckDB"),
    native("month", &[], "month(t)", "a smaller integer type than in DuckDB"),
    native("week", &["weekofyear"], "week(t)", "a smaller integer type than in DuckDB"),
    native("day", &["dayofmonth"], "day(t)", "a smaller integer type than in DuckDB"),
    native("dayofweek", &["weekday"], "dayofweek(t)", "a smaller integer type than in DuckDB"),
    native("dayofyear", &[], "dayofyear(t)", "a smaller integer type than in DuckDB"),
    native("hour", &[], "hour(t)", "a smaller integer type than in DuckDB"),
    native("minute", &[], "minute(t)", "a smaller integer type than in DuckDB"),
    native("second", &[], "second(t)", "a smaller integer type than in DuckDB"),
    native("current_date", &[], "current_date", ""),
    native("current_time", &["localtime"], "current_time", ""),
    native(
        "current_timestamp",
        &["now", "localtimestamp"],
        "current_timestamp",
        "without a time zone; in DuckDB with one",
    ),
    native(
        "date_trunc",
        &["datetrunc"],
        "date_trunc(part, t)",
        "not of decades and above; always a timestamp",
    ),
    native("time", &[], "time(s)", "of text"),
    native("timestamp", &["datetime"], "timestamp(s)", "of text"),
    rewritten("date_part", &["datepart"], dates::date_part, "date_part(part, t)", "one part, written out"),
    rewritten("dayname", &[], dates::simple, "dayname(t)", ""),
    rewritten("monthname", &[], dates::simple, "monthname(t)", ""),
    rewritten("today", &[], dates::simple, "today()", ""),
    rewritten("get_current_timestamp", &[], dates::simple, "get_current_timestamp()", ""),
    rewritten("transaction_timestamp", &[], dates::simple, "transaction_timestamp()", ""),
    rewritten("current_localtimestamp", &[], dates::simple, "current_localtimestamp()", ""),
    rewritten("get_current_time", &[], dates::simple, "get_current_time()", ""),
    rewritten("current_localtime", &[], dates::simple, "current_localtime()", ""),
    rewritten("last_day", &[], dates::simple, "last_day(t)", ""),
    rewritten("yearweek", &[], dates::simple, "yearweek(t)", ""),
    rewritten("isoyear", &[], dates::simple, "isoyear(t)", ""),
    rewritten("isodow", &[], dates::simple, "isodow(t)", ""),
    rewritten("century", &[], dates::simple, "century(t)", ""),
    rewritten("decade", &[], dates::simple, "decade(t)", ""),
    rewritten("millennium", &[], dates::simple, "millennium(t)", ""),
    rewritten("millisecond", &[], dates::simple, "millisecond(t)", ""),
    rewritten("microsecond", &[], dates::simple, "microsecond(t)", ""),
    rewritten("nanosecond", &[], dates::simple, "nanosecond(t)", ""),
    rewritten("era", &[], dates::simple, "era(t)", ""),
    rewritten("julian", &[], dates::simple, "julian(t)", ""),
    rewritten("date", &[], dates::simple, "date(x)", ""),
    rewritten("to_timestamp", &[], dates::simple, "to_timestamp(seconds)", ""),
    rewritten("make_timestamp_ms", &[], dates::simple, "make_timestamp_ms(milliseconds)", ""),
    rewritten("make_timestamp_ns", &[], dates::simple, "make_timestamp_ns(nanoseconds)", ""),
    rewritten("to_days", &[], dates::simple, "to_days(n)", ""),
    rewritten("to_weeks", &[], dates::simple, "to_weeks(n)", ""),
    rewritten("to_hours", &[], dates::simple, "to_hours(n)", ""),
    rewritten("to_minutes", &[], dates::simple, "to_minutes(n)", ""),
    rewritten("to_seconds", &[], dates::simple, "to_seconds(n)", ""),
    rewritten("to_milliseconds", &[], dates::simple, "to_milliseconds(n)", ""),
    rewritten("to_microseconds", &[], dates::simple, "to_microseconds(n)", ""),
    rewritten("epoch", &[], dates::simple, "epoch(t)", "of dates and timestamps, not of times and intervals"),
    rewritten(
        "epoch_us",
        &[],
        dates::simple,
        "epoch_us(t)",
        "of dates and timestamps, not of times and intervals",
    ),
    rewritten(
        "epoch_ns",
        &[],
        dates::simple,
        "epoch_ns(t)",
        "of dates and timestamps, not of times and intervals",
    ),
    rewritten(
        "make_timestamp",
        &[],
        dates::make_timestamp,
        "make_timestamp(microseconds)",
        "with six arguments needs make_timestamp",
    ),
    rewritten(
        "date_diff",
        &["datediff"],
        dates::date_diff,
        "date_diff(part, start, end)",
        "parts from microsecond to millennium; not of times of day",
    ),
    rewritten("date_add", &["dateadd"], dates::date_add, "date_add(date, interval)", ""),
    rewritten(
        "strftime",
        &[],
        dates::strftime,
        "strftime(t, format)",
        "a format that is written out, without %z and %Z",
    ),
    rewritten(
        "strptime",
        &[],
        dates::strptime,
        "strptime(s, format)",
        "one format that is written out, with a day, without a time zone",
    ),
    rewritten("to_char", &[], dates::to_char, "to_char(t, format)", "of PostgreSQL: formats of dates only"),
    rewritten("to_date", &[], dates::to_date, "to_date(s, format)", "of PostgreSQL"),
    rewritten("timezone", &[], dates::timezone, "timezone(zone, t)", ""),
    scalar(
        "epoch_ms",
        &[],
        "epoch_ms(x)",
        "of a date or timestamp its milliseconds since 1970, truncated toward zero, a BIGINT; of an integer the timestamp",
    ),
    scalar(
        "make_date",
        &[],
        "make_date(y, m, d)",
        "a date; NULL if an argument is; a day that does not exist is an error; of one integer, days since 1970",
    ),
    scalar("make_time", &[], "make_time(h, m, s)", "a time; s is a DOUBLE with microseconds"),
    scalar(
        "date_sub",
        &["datesub"],
        "date_sub(part, start, end)",
        "whole parts from start to end, toward zero; from the 31st to the last day of a month is a whole month",
    ),
    scalar(
        "time_bucket",
        &[],
        "time_bucket(width, t[, origin])",
        "the start of the bucket; origin 2000-01-03, for months 2000-01-01; the third argument is an origin, or an interval to shift by",
    ),
    scalar(
        "try_strptime",
        &[],
        "try_strptime(s, format)",
        "as strptime; NULL where it fails; a list of formats is tried in turn",
    ),
    refused("age", &[], "write date_diff(part, start, end)"),
    refused("to_months", &[], "write date + INTERVAL 'n' MONTH with a number that is written out"),
    refused("to_quarters", &[], "write date + INTERVAL 'n' MONTH with a number that is written out"),
    refused("to_years", &[], "write date + INTERVAL 'n' MONTH with a number that is written out"),
    refused("to_decades", &[], "write date + INTERVAL 'n' MONTH with a number that is written out"),
    refused("to_centuries", &[], "write date + INTERVAL 'n' MONTH with a number that is written out"),
    refused("to_millennia", &[], "write date + INTERVAL 'n' MONTH with a number that is written out"),
    refused("make_timestamptz", &[], "write make_timestamp(…) AT TIME ZONE zone"),
    refused("timezone_hour", &["timezone_minute"], "write date_part('timezone', t)"),
    refused("generate_subscripts", &[], "write range(1, len(l) + 1)"),
    refused("add_months", &[], "write date + INTERVAL 'n' MONTH with a number that is written out"),
    refused("str_to_date", &["parse_date", "parse_timestamp", "date_parse"], "write strptime(s, format)"),
    refused("from_unixtime", &["unix_timestamp"], "write to_timestamp(n)"),
    refused("date_format", &["format_date", "format_timestamp"], "write strftime(t, format)"),
    refused("getdate", &["sysdate"], "write current_timestamp"),
    refused("len_bytes", &[], "write octet_length(s)"),
    // Lists.
    native("unnest", &[], "unnest(l)", ""),
    native("generate_series", &[], "generate_series(start, stop[, step])", ""),
    native("range", &[], "range(start, stop[, step])", ""),
    native(
        "array_get",
        &["list_extract", "array_extract", "list_element"],
        "list_extract(l, n)",
        "of lists, not of text",
    ),
    native("array_mean", &["list_avg"], "list_avg(l)", ""),
    native("array_lower", &["list_min"], "list_min(l)", ""),
    native("array_upper", &["list_max"], "list_max(l)", ""),
    native("array_reverse", &["list_reverse"], "list_reverse(l)", ""),
    native(
        "array_dot_product",
        &["array_inner_product"],
        "array_dot_product(a, b)",
        "of arrays of a fixed length; for lists write list_dot_product(a, b)",
    ),
    native("columns", &[], "columns(pattern)", ""),
    rewritten(
        "list_contains",
        &["list_has", "array_has", "array_contains"],
        lists::contains,
        "list_contains(l, x)",
        "",
    ),
    rewritten(
        "list_sum",
        &["array_sum"],
        lists::simple,
        "list_sum(l)",
        "of integers a BIGINT; in DuckDB a HUGEINT",
    ),
    rewritten("list_first", &[], lists::simple, "list_first(l)", ""),
    rewritten("list_last", &[], lists::simple, "list_last(l)", ""),
    rewritten("list_string_agg", &[], lists::simple, "list_string_agg(l)", ""),
    rewritten("list_unique", &["array_unique"], lists::simple, "list_unique(l)", ""),
    rewritten("array_to_string", &[], lists::simple, "array_to_string(l, separator)", ""),
    rewritten("array_length", &[], lists::simple, "array_length(l)", ""),
    rewritten(
        "list_aggregate",
        &["list_aggr", "array_aggregate", "array_aggr", "aggregate"],
        lists::aggregate,
        "list_aggregate(l, name)",
        "a name that is written out",
    ),
    rewritten(
        "list_value",
        &["list_pack", "array_value"],
        lists::value,
        "list_value(x, …)",
        "needs list_value if a value is not constant",
    ),
    rewritten(
        "list_transform",
        &["list_apply", "array_transform", "array_apply", "apply"],
        lists::lambda,
        "list_transform(l, x -> …)",
        "needs list_transform; the body uses the parameter only",
    ),
    rewritten(
        "list_filter",
        &["array_filter", "filter"],
        lists::lambda,
        "list_filter(l, x -> …)",
        "needs list_filter; the body uses the parameter only",
    ),
    rewritten(
        "list_reduce",
        &["array_reduce", "reduce"],
        lists::lambda,
        "list_reduce(l, (x, y) -> …[, start])",
        "needs list_reduce; the body uses the parameters only",
    ),
    scalar(
        "list_slice",
        &["array_slice"],
        "list_slice(l, begin, end[, step])",
        "of lists and text: 1-based, both ends included, negative places from the end, beyond the ends cut; 9223372036854775807 is open; a NULL bound gives NULL; a negative step goes backward",
    ),
    scalar(
        "list_sort",
        &["array_sort"],
        "list_sort(l[, order[, nulls]])",
        "ascending, NULLs last; 'ASC'/'DESC' and 'NULLS FIRST'/'NULLS LAST'",
    ),
    scalar("list_reverse_sort", &["array_reverse_sort"], "list_reverse_sort(l)", "descending, NULLs last"),
    scalar(
        "list_distinct",
        &["array_distinct"],
        "list_distinct(l)",
        "without NULLs and repetitions, in any order",
    ),
    scalar("list_count", &[], "list_count(l)", "values that are not NULL"),
    scalar("list_any_value", &[], "list_any_value(l)", "the first value that is not NULL"),
    scalar(
        "list_concat",
        &["list_cat", "array_concat", "array_cat"],
        "list_concat(l, m, …)",
        "a NULL list counts as empty",
    ),
    scalar(
        "list_append",
        &["array_append", "array_push_back"],
        "list_append(l, x)",
        "a NULL list counts as empty",
    ),
    scalar("list_prepend", &["array_prepend"], "list_prepend(x, l)", "a NULL list counts as empty"),
    scalar("array_push_front", &[], "array_push_front(l, x)", "list_prepend(x, l)"),
    scalar("array_pop_back", &[], "array_pop_back(l)", "without the last element"),
    scalar("array_pop_front", &[], "array_pop_front(l)", "without the first element"),
    scalar(
        "list_position",
        &["list_indexof", "array_position", "array_indexof"],
        "list_position(l, x)",
        "the first place of x from 1, NULL if there is none (in DuckDB 1.4); x may be NULL",
    ),
    scalar(
        "list_has_any",
        &["array_has_any"],
        "list_has_any(l, m)",
        "whether a value that is not NULL is in both",
    ),
    scalar(
        "list_has_all",
        &["array_has_all"],
        "list_has_all(l, m)",
        "whether every value of m that is not NULL is in l",
    ),
    scalar(
        "list_intersect",
        &["array_intersect"],
        "list_intersect(l, m)",
        "the distinct values that are in both, not NULL",
    ),
    scalar("flatten", &[], "flatten(l)", "one level of lists less; NULL lists are skipped"),
    scalar("list_resize", &["array_resize"], "list_resize(l, n[, x])", "cut, or filled with x (NULL)"),
    refused("list_zip", &["array_zip"], "there is no function for this"),
    scalar(
        "list_select",
        &["array_select"],
        "list_select(l, places)",
        "the elements at the places, from 1; NULL beyond the end",
    ),
    scalar(
        "list_where",
        &["array_where"],
        "list_where(l, mask)",
        "the elements where the mask is true; a NULL in the mask is an error",
    ),
    scalar(
        "list_grade_up",
        &["array_grade_up", "grade_up"],
        "list_grade_up(l)",
        "the places in the order of the values, NULLs last",
    ),
    scalar(
        "list_dot_product",
        &["list_inner_product"],
        "list_dot_product(l, m)",
        "of lists of one length of floats",
    ),
    scalar(
        "list_cosine_similarity",
        &["array_cosine_similarity"],
        "list_cosine_similarity(l, m)",
        "of lists of one length of floats; -1 if one is all 0",
    ),
    scalar(
        "list_cosine_distance",
        &["array_cosine_distance"],
        "list_cosine_distance(l, m)",
        "1 - list_cosine_similarity",
    ),
    scalar("list_distance", &["array_distance"], "list_distance(l, m)", "Euclidean"),
    scalar("list_median", &[], "list_median(l)", "as median: interpolated"),
    scalar("list_mode", &[], "list_mode(l)", "the most frequent value, the first of several in the list"),
    scalar("list_product", &[], "list_product(l)", "the product, a DOUBLE; NULL if there is none"),
    scalar(
        "list_histogram",
        &[],
        "list_histogram(l)",
        "a map from value to count (UBIGINT), in the order of the values; NULL if there is none",
    ),
    scalar("list_entropy", &[], "list_entropy(l)", "of the frequencies, base 2; 0 if there is none"),
    scalar(
        "list_skewness",
        &[],
        "list_skewness(l)",
        "the adjusted sample skewness; NULL for fewer than 3 values, NaN if all are equal",
    ),
    scalar(
        "list_kurtosis",
        &[],
        "list_kurtosis(l)",
        "the sample excess kurtosis; NULL for fewer than 4 values or if all are equal",
    ),
    scalar("list_kurtosis_pop", &[], "list_kurtosis_pop(l)", "the excess kurtosis; NULL for fewer than 2"),
    scalar("list_mad", &[], "list_mad(l)", "the median of the distances from the median"),
    scalar("list_stddev_samp", &[], "list_stddev_samp(l)", "NULL for fewer than 2"),
    scalar("list_stddev_pop", &[], "list_stddev_pop(l)", ""),
    scalar("list_var_samp", &[], "list_var_samp(l)", "NULL for fewer than 2"),
    scalar("list_var_pop", &[], "list_var_pop(l)", ""),
    scalar("list_sem", &[], "list_sem(l)", "stddev_pop / sqrt(n)"),
    scalar("list_bool_and", &[], "list_bool_and(l)", ""),
    scalar("list_bool_or", &[], "list_bool_or(l)", ""),
    scalar("list_bit_and", &[], "list_bit_and(l)", "in the type of the elements; NULL if there is none"),
    scalar("list_bit_or", &[], "list_bit_or(l)", "in the type of the elements; NULL if there is none"),
    scalar("list_bit_xor", &[], "list_bit_xor(l)", "in the type of the elements; NULL if there is none"),
    scalar("list_approx_count_distinct", &[], "list_approx_count_distinct(l)", "distinct values, not NULL"),
    refused("array_cross_product", &[], "write the products out"),
    refused(
        "list_negative_dot_product",
        &["array_negative_dot_product", "list_negative_inner_product", "array_negative_inner_product"],
        "write -list_dot_product(l, m)",
    ),
    refused("unpivot_list", &[], "write list_value(x, …)"),
    refused("cardinality", &[], "write len(l)"),
    refused("array_ndims", &["array_dims"], "write len(l)"),
    // Structs and maps.
    rewritten("struct_pack", &[], structs::pack, "struct_pack(a := 1, …)", "needs struct_pack"),
    rewritten("struct_extract", &[], structs::extract, "struct_extract(s, 'field')", "a field by its name"),
    scalar(
        "row",
        &[],
        "row(x, …)",
        "a struct of the values; its fields have no names in DuckDB (here 'f1', 'f2', …)",
    ),
    rewritten("struct_insert", &[], structs::insert, "struct_insert(s, a := 1, …)", "needs struct_insert"),
    refused(
        "struct_concat",
        &[
            "struct_update",
            "struct_extract_at",
            "struct_contains",
            "struct_has",
            "struct_indexof",
            "struct_position",
            "remap_struct",
        ],
        "name the fields: struct_pack(a := s.a, …)",
    ),
    scalar("map_keys", &[], "map_keys(m)", "a list"),
    scalar("map_values", &[], "map_values(m)", "a list"),
    scalar("map_entries", &[], "map_entries(m)", "a list of structs key, value"),
    scalar("map_extract", &[], "map_extract(m, key)", "a list with the value, empty if there is none"),
    scalar(
        "map_extract_value",
        &["element_at"],
        "map_extract_value(m, key)",
        "the value, NULL if there is none",
    ),
    scalar("map_contains", &[], "map_contains(m, key)", "whether there is the key"),
    refused("map", &[], "make a struct, with struct_pack(k := x, …)"),
    refused("map_from_entries", &[], "make a struct, with struct_pack(k := x, …)"),
    refused("map_concat", &["map_contains_entry", "map_contains_value"], "join the maps outside"),
    refused("union_value", &["union_tag", "union_extract"], "there are no unions here"),
    refused(
        "enum_code",
        &["enum_first", "enum_last", "enum_range", "enum_range_boundary"],
        "an enum is text here",
    ),
    // JSON.
    scalar(
        "json_extract",
        &["json_extract_path"],
        "json_extract(j, path)",
        "the JSON at a path as text without blanks, null as 'null', numbers normalised (1e3 is 1000.0); NULL if there is nothing; a path that does not begin with $ or / is one key, a number a place from 0; of two equal keys the first; $[#-1] is the last; [*] or a list of paths gives a list; JSON that is malformed is an error; of a struct or list, its field or element",
    ),
    scalar(
        "json_extract_string",
        &["json_extract_path_text"],
        "json_extract_string(j, path)",
        "as json_extract, but of a string its text with escapes resolved, and of null NULL",
    ),
    scalar("json_value", &[], "json_value(j, path)", "as json_extract, but NULL for an object or an array"),
    scalar("json_exists", &[], "json_exists(j, path)", "whether there is something at the path"),
    scalar(
        "json_array_length",
        &[],
        "json_array_length(j[, path])",
        "elements of an array; 0 for what is none",
    ),
    scalar("json_keys", &[], "json_keys(j[, path])", "the keys of an object, a list"),
    scalar(
        "json_type",
        &["json_typeof"],
        "json_type(j[, path])",
        "NULL BOOLEAN BIGINT UBIGINT DOUBLE VARCHAR ARRAY OBJECT",
    ),
    scalar("json_valid", &[], "json_valid(s)", "whether it is JSON"),
    scalar("json_contains", &[], "json_contains(j, needle)", "whether the needle is in it"),
    refused("json_structure", &[], "json_type(j) and json_keys(j) tell the parts"),
    scalar("to_json", &["json_quote", "row_to_json", "array_to_json"], "to_json(x)", "a value as JSON"),
    refused("json_object", &["json_build_object"], "write to_json(struct_pack(k := x, …))"),
    refused("json_array", &["json_build_array"], "write to_json([x, …])"),
    scalar("json", &[], "json(s)", "JSON without blanks"),
    scalar("json_pretty", &[], "json_pretty(j)", "indented by four"),
    scalar("json_merge_patch", &[], "json_merge_patch(j, k)", "RFC 7386; NULL if an argument is"),
    refused(
        "json_transform",
        &["from_json", "json_transform_strict", "from_json_strict"],
        "take the fields out with json_extract_string and CAST",
    ),
    refused(
        "json_serialize_sql",
        &["json_serialize_plan", "json_deserialize_sql"],
        "there is no access to plans here",
    ),
    refused(
        "json_array_elements",
        &["jsonb_array_elements", "json_array_elements_text"],
        "write UNNEST(json_extract(j, '$[*]'))",
    ),
    refused("parse_json", &["try_parse_json"], "JSON is text here: use it as it is"),
    // Others.
    scalar(
        "typeof",
        &["pg_typeof"],
        "typeof(x)",
        "the type by DuckDB's name: BIGINT, DOUBLE, VARCHAR, BLOB, DECIMAL(9,2), TIMESTAMP, TIMESTAMP_MS, TIMESTAMP_NS, TIMESTAMP WITH TIME ZONE, INTERVAL, BIGINT[], STRUCT(a BIGINT), MAP(VARCHAR, BIGINT); \"NULL\" with its quotes for a NULL",
    ),
    refused("version", &[], "GET /version tells it"),
    refused(
        "current_database",
        &[
            "current_schema",
            "current_schemas",
            "current_catalog",
            "current_user",
            "current_role",
            "session_user",
            "user",
            "current_setting",
            "current_query",
            "current_connection_id",
            "current_query_id",
            "current_transaction_id",
            "txid_current",
            "in_search_path",
        ],
        "there are no databases here: name the files",
    ),
    refused("nextval", &["currval"], "write row_number() OVER (…)"),
    refused("getvariable", &[], "pass a parameter"),
    refused(
        "stats",
        &[
            "alias",
            "cast_to_type",
            "can_cast_implicitly",
            "vector_type",
            "create_sort_key",
            "write_log",
            "replace_type",
        ],
        "there are no statistics of expressions here",
    ),
    refused("get_bit", &["set_bit", "bit_position", "bitstring"], "there are no bit strings here"),
    refused("variant_extract", &["variant_typeof"], "there are no variants here"),
    refused(
        "read_csv",
        &[
            "read_csv_auto",
            "read_parquet",
            "parquet_scan",
            "read_json",
            "read_json_auto",
            "read_ndjson",
            "read_text",
            "read_blob",
            "glob",
            "sniff_csv",
        ],
        "name the file in FROM: FROM 'file.csv'",
    ),
    refused("md5_number", &["md5_number_lower", "md5_number_upper"], "write md5(s)"),
    refused("combine", &["finalize"], "there are no aggregate states here"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::ENTRIES;

    #[test]
    fn names_are_unique_and_lower_case() {
        let mut seen = HashSet::new();
        for entry in ENTRIES {
            for name in entry.aliases.iter().chain([&entry.name]) {
                assert_eq!(*name, name.to_lowercase());
                assert!(seen.insert(*name), "{name} is there twice");
            }
        }
    }
}
