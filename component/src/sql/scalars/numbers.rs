//! Numbers.

use polars::lazy::dsl::when;
use polars::prelude::*;

use super::args::{Args, Value1, native, on_double, on_integer};
use super::{Function, MANY, function};

pub static FUNCTIONS: &[Function] = &[
    function("__greatest", (1, MANY), greatest),
    function("sinh", (1, 1), |args| on_doubles(args, f64::sinh)),
    function("cosh", (1, 1), |args| on_doubles(args, f64::cosh)),
    function("tanh", (1, 1), |args| on_doubles(args, f64::tanh)),
    function("asinh", (1, 1), |args| on_doubles(args, f64::asinh)),
    function("acosh", (1, 1), |args| on_doubles(args, f64::acosh)),
    function("atanh", (1, 1), |args| on_doubles(args, f64::atanh)),
    function("gamma", (1, 1), |args| {
        Ok(on_double(args.double(0)?, |x| {
            polars_ensure!(x != 0.0, ComputeError: "gamma of 0 is not defined");
            Ok(Some(gamma(x)))
        }))
    }),
    function("lgamma", (1, 1), |args| {
        Ok(on_double(args.double(0)?, |x| {
            polars_ensure!(x != 0.0, ComputeError: "lgamma of 0 is not defined");
            Ok(Some(log_gamma(x)))
        }))
    }),
    function("factorial", (1, 1), |args| {
        Ok(on_integer(args.integer(0)?, |n| {
            let product = (1..=n.min(64)).try_fold(1i128, |product, i| product.checked_mul(i128::from(i)));
            match product {
                Some(product) => Ok(Some(product)),
                None => polars_bail!(ComputeError: "factorial of {n} is out of range"),
            }
        }))
    }),
    function("gcd", (2, 2), |args| {
        on_integers(args, |a, b| i64::try_from(gcd(a.unsigned_abs(), b.unsigned_abs())).ok())
    }),
    function("lcm", (2, 2), |args| {
        on_integers(args, |a, b| {
            let (a, b) = (a.unsigned_abs(), b.unsigned_abs());
            if a == 0 || b == 0 {
                return Some(0);
            }
            (a / gcd(a, b)).checked_mul(b).and_then(|multiple| i64::try_from(multiple).ok())
        })
    }),
    function("signbit", (1, 1), |args| Ok(on_double(args.double(0)?, |x| Ok(Some(x.is_sign_negative()))))),
    function("nextafter", (2, 2), next_after),
    function("round_even", (2, 2), |args| rounded(args, f64::round_ties_even)),
    function("round_to", (2, 2), round_to),
];

fn on_doubles(args: &Args, function: fn(f64) -> f64) -> PolarsResult<Expr> {
    Ok(on_double(args.double(0)?, move |x| Ok(Some(function(x)))))
}

fn on_integers(args: &Args, function: fn(i64, i64) -> Option<i64>) -> PolarsResult<Expr> {
    let name = args.name;
    Ok(native(vec![args.integer(0)?, args.integer(1)?], DataType::Int64, move |series| {
        i64::collect(series[0].i64()?.iter().zip(series[1].i64()?.iter()).map(|pair| {
            let (Some(a), Some(b)) = pair else { return Ok(None) };
            match function(a, b) {
                Some(value) => Ok(Some(value)),
                None => polars_bail!(ComputeError: "{name} of {a} and {b} is out of range"),
            }
        }))
    }))
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The approximation of Lanczos, with g = 7.
const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

fn lanczos(x: f64) -> f64 {
    let rest = LANCZOS.iter().enumerate().skip(1);
    rest.fold(LANCZOS[0], |sum, (i, coefficient)| sum + coefficient / (x + i as f64))
}

fn gamma(x: f64) -> f64 {
    use std::f64::consts::PI;
    if x.fract() == 0.0 && x < 0.0 || x == f64::NEG_INFINITY {
        return f64::NAN;
    }
    if x.fract() == 0.0 && x <= 171.0 {
        return (2..x as u64).fold(1.0, |product, i| product * i as f64);
    }
    if x < 0.5 {
        return PI / ((PI * x).sin() * gamma(1.0 - x));
    }
    if x > 171.7 {
        return f64::INFINITY;
    }
    let y = x - 1.0;
    let t = y + 7.5;
    // In two steps, as the power is beyond what a float can be before the product is.
    let half = t.powf((y + 0.5) / 2.0);
    (2.0 * PI).sqrt() * half * (-t).exp() * half * lanczos(y)
}

fn log_gamma(x: f64) -> f64 {
    use std::f64::consts::PI;
    if x.is_infinite() || x.fract() == 0.0 && x < 0.0 {
        return f64::INFINITY;
    }
    if x == 1.0 || x == 2.0 {
        return 0.0;
    }
    if x < 0.5 {
        return (PI / (PI * x).sin().abs()).ln() - log_gamma(1.0 - x);
    }
    let y = x - 1.0;
    let t = y + 7.5;
    0.5 * (2.0 * PI).ln() + (y + 0.5) * t.ln() - t + lanczos(y).ln()
}

fn next_after(args: &Args) -> PolarsResult<Expr> {
    macro_rules! next {
        ($a:expr, $b:expr, $dtype:ident, $values:ident, $float:ident) => {
            native(vec![$a, $b], DataType::$dtype, |series| {
                $float::collect(series[0].$values()?.iter().zip(series[1].$values()?.iter()).map(|pair| {
                    let (Some(x), Some(y)) = pair else { return Ok(None) };
                    Ok(Some(match x.partial_cmp(&y) {
                        None => $float::NAN,
                        Some(std::cmp::Ordering::Equal) => y,
                        Some(std::cmp::Ordering::Less) => x.next_up(),
                        Some(std::cmp::Ordering::Greater) => x.next_down(),
                    }))
                }))
            })
        };
    }
    Ok(match (args.dtype(0), args.dtype(1)) {
        (DataType::Float32, DataType::Float32) => next!(args.col(0), args.col(1), Float32, f32, f32),
        _ => next!(args.double(0)?, args.double(1)?, Float64, f64, f64),
    })
}

/// A float rounded to some digits, which may be negative.
fn rounded(args: &Args, round: fn(f64) -> f64) -> PolarsResult<Expr> {
    let expr = native(vec![args.double(0)?, args.integer(1)?], DataType::Float64, move |series| {
        f64::collect(series[0].f64()?.iter().zip(series[1].i64()?.iter()).map(|pair| {
            let (Some(x), Some(digits)) = pair else { return Ok(None) };
            let power = 10f64.powi(digits.unsigned_abs().min(400) as i32);
            let value = if digits < 0 { round(x / power) * power } else { round(x * power) / power };
            // As DuckDB has it: what has no such digits stays, or is 0.
            Ok(Some(match value.is_finite() {
                true => value,
                false if digits < 0 => 0.0,
                false => x,
            }))
        }))
    });
    Ok(if matches!(args.dtype(0), DataType::Float32) { expr.cast(DataType::Float32) } else { expr })
}

/// Half away from zero, to a multiple of a power of ten, in the type of the number.
fn round_to(args: &Args) -> PolarsResult<Expr> {
    let dtype = args.dtype(0).clone();
    if dtype.is_float() || dtype.is_null() {
        return rounded(args, f64::round);
    }
    if dtype.is_decimal() {
        return args.wrong(0);
    }
    if !dtype.is_integer() {
        return args.wrong(0);
    }
    let expr =
        native(vec![args.col(0).cast(DataType::Int128), args.integer(1)?], DataType::Int128, |series| {
            i128::collect(series[0].i128()?.iter().zip(series[1].i64()?.iter()).map(|pair| {
                let (Some(x), Some(digits)) = pair else { return Ok(None) };
                if digits >= 0 {
                    return Ok(Some(x));
                }
                let power =
                    u32::try_from(digits.unsigned_abs()).ok().and_then(|digits| 10i128.checked_pow(digits));
                let Some(power) = power else { return Ok(Some(0)) };
                let rest = x % power;
                let down = x - rest;
                let away = rest.unsigned_abs() >= power.unsigned_abs() - power.unsigned_abs() / 2;
                let value = if away { down.checked_add(power * rest.signum()) } else { Some(down) };
                match value {
                    Some(value) => Ok(Some(value)),
                    None => polars_bail!(ComputeError: "round of {x} is out of range"),
                }
            }))
        });
    Ok(expr.strict_cast(dtype))
}

/// The greatest value that is not NULL. For Polars a NaN is none, for `DuckDB` the greatest.
fn greatest(args: &Args) -> PolarsResult<Expr> {
    let all: Vec<Expr> = (0..args.len()).map(|i| args.col(i)).collect();
    let greatest = polars::lazy::dsl::max_horizontal(&all)?;
    let nans = (0..args.len())
        .filter(|&i| args.dtype(i).is_float())
        .map(|i| args.col(i).is_nan().fill_null(lit(false)));
    let Some(any) = nans.reduce(Expr::or) else { return Ok(greatest) };
    Ok(when(any).then(lit(f64::NAN)).otherwise(greatest))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, value};
    use super::*;

    #[test]
    fn integers() {
        for (sql, expected) in [
            ("gcd(-12, 18)", "6"),
            ("gcd(0, -5)", "5"),
            ("lcm(-4, 6)", "12"),
            ("lcm(0, 5)", "0"),
            ("factorial(5)", "120"),
            ("factorial(-3)", "1"),
            ("round_to(15, -1)", "20"),
            ("round_to(-15, -1)", "-20"),
            ("round_to(14, -1)", "10"),
            ("round_to(999, -3)", "1000"),
            ("round_to(15, -3)", "0"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
        for sql in ["factorial(34)", "lcm(9223372036854775807, 2)", "gamma(0)", "lgamma(0)"] {
            assert!(!error(sql).is_empty());
        }
    }

    #[test]
    fn floats() {
        let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-12, "{a} is not {b}");
        near(gamma(5.0), 24.0);
        near(gamma(0.5), 1.772_453_850_905_516);
        near(gamma(-0.5), -3.544_907_701_811_032);
        near(gamma(20.5), 5.406_242_982_335_075e17);
        near(gamma(0.0001), 9_999.422_883_231_624);
        assert!(gamma(-1.0).is_nan());
        near(log_gamma(5.0), 3.178_053_830_347_946);
        near(log_gamma(-0.5), 1.265_512_123_484_645_4);
        near(log_gamma(100.5), 361.435_540_467_777_6);
        near(log_gamma(1e300), 6.897_755_278_982_137e302);
        assert_eq!(value("round_even(2.5, 0)"), "2.0");
        assert_eq!(value("round_even(1.25, 1)"), "1.2");
        assert_eq!(value("round_even(25, -1)"), "20.0");
    }
}
