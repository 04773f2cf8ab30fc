//! Every function over every frame beside its definition, row by row.

use polars::lazy::dsl::ColumnsUdf;
use polars::prelude::*;

use super::super::args::Constant;
use super::Call;

const N: usize = 40;

/// A small generator: the same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % below).unwrap()
    }
}

/// Keys in order, with ties, NULLs last; values with NULLs and repetitions.
fn rows() -> (Vec<Option<i64>>, Vec<Option<i64>>) {
    let mut numbers = Numbers(3);
    let mut keys: Vec<i64> = (0..N).map(|_| numbers.next(15)).collect();
    keys.sort_unstable();
    let nulls = N - 4;
    let keys = keys.into_iter().enumerate().map(|(i, key)| (i < nulls).then_some(key)).collect();
    let values = (0..N).map(|_| Some(numbers.next(9)).filter(|value| *value > 1)).collect();
    (keys, values)
}

fn run(spec: &str, extra: &[i64]) -> Column {
    let (keys, values) = rows();
    let text = Column::new("spec".into(), [spec]);
    let ids = Column::new("id".into(), (0..N as i64).collect::<Vec<i64>>());
    let value = if spec.starts_with("list|") { ids.clone() } else { Column::new("v".into(), values) };
    let mut columns = vec![ids, value, Column::new("k".into(), keys)];
    columns.extend(extra.iter().map(|n| Column::new("n".into(), [*n])));
    columns.push(text);
    let call = Call::new(&[Some(Constant::Text(spec.to_owned()))]).unwrap();
    call.call_udf(&mut columns).unwrap_or_else(|error| panic!("{spec}: {error}"))
}

/// The rows of the frame of row `i`, by its definition.
fn frame(i: usize, units: &str, (start, end): (Option<i64>, Option<i64>), exclude: &str) -> Vec<usize> {
    let (keys, _) = rows();
    let mut group = vec![0i64; N];
    for row in 1..N {
        group[row] = group[row - 1] + i64::from(keys[row] != keys[row - 1]);
    }
    // The distance from row `i`, if there is one.
    let distance = |row: usize| match units {
        "rows" => Some(row as i64 - i as i64),
        "groups" => Some(group[row] - group[i]),
        _ => keys[row].zip(keys[i]).map(|(row, own)| row - own),
    };
    let inside = |row: &usize| {
        let after = start.is_none_or(|start| match distance(*row) {
            Some(distance) => distance >= start,
            None if keys[i].is_none() => keys[*row].is_none(),
            None => true,
        });
        let before = end.is_none_or(|end| match distance(*row) {
            Some(distance) => distance <= end,
            None => keys[i].is_none() && (keys[*row].is_none() || start.is_none()),
        });
        let is_peer = keys[*row] == keys[i];
        let kept = match exclude {
            "current" => *row != i,
            "group" => !is_peer,
            "ties" => !is_peer || *row == i,
            _ => true,
        };
        after && before && kept
    };
    (0..N).filter(inside).collect()
}

fn each_frame(mut check: impl FnMut(&str, &[i64], &dyn Fn(usize) -> Vec<usize>)) {
    let edge = |n: Option<i64>, side: &str| match n {
        None => format!("unbounded {side}"),
        Some(0) => "current".to_owned(),
        Some(n) if n < 0 => "preceding".to_owned(),
        Some(_) => "following".to_owned(),
    };
    for units in ["rows", "range", "groups"] {
        for start in [None, Some(-3i64), Some(-1), Some(0), Some(2)] {
            for end in [Some(-2i64), Some(0), Some(1), Some(4), None] {
                if start > end
                    && end.is_some()
                    && !(start.is_some_and(|n| n < 0) && end.is_some_and(|n| n < 0))
                {
                    continue;
                }
                for exclude in ["no", "current", "group", "ties"] {
                    let mut roles = String::from("avk");
                    let mut extra = Vec::new();
                    for (n, role) in [(start, 's'), (end, 'e')] {
                        if let Some(n) = n.filter(|n| *n != 0) {
                            roles.push(role);
                            extra.push(n.abs());
                        }
                    }
                    let (first, last) = (edge(start, "preceding"), edge(end, "following"));
                    let rest = format!("{units}|{first}|{last}|{exclude}|{roles}");
                    check(&rest, &extra, &|i| frame(i, units, (start, end), exclude));
                }
            }
        }
    }
}

#[test]
fn frames_hold_their_rows() {
    each_frame(|rest, extra, frame| {
        let lists = run(&format!("list|{rest}|"), extra);
        let lists = lists.list().unwrap();
        for i in 0..N {
            let list = lists.get_as_series(i);
            let got: Vec<usize> = list.map_or_else(Vec::new, |list| {
                list.i64().unwrap().iter().flatten().map(|row| row as usize).collect()
            });
            assert_eq!(got, frame(i), "row {i} of {rest}");
        }
    });
}

#[test]
fn functions_are_those_of_the_rows() {
    type Of = fn(&[i64]) -> Option<f64>;
    let sum = |values: &[i64]| (!values.is_empty()).then(|| values.iter().sum::<i64>() as f64);
    let functions: [(&str, &str, Of); 9] = [
        ("count", "", |values| Some(values.len() as f64)),
        ("sum", "", sum),
        ("avg", "", |values| {
            (!values.is_empty()).then(|| values.iter().sum::<i64>() as f64 / values.len() as f64)
        }),
        ("min", "", |values| values.iter().min().map(|value| *value as f64)),
        ("max", "", |values| values.iter().max().map(|value| *value as f64)),
        ("first", "ignore", |values| values.first().map(|value| *value as f64)),
        ("last", "ignore", |values| values.last().map(|value| *value as f64)),
        ("count", "distinct", |values| {
            Some(values.iter().collect::<std::collections::HashSet<_>>().len() as f64)
        }),
        ("quantile_cont", "q:0.5", |values| {
            let mut values = values.to_vec();
            values.sort_unstable();
            let middle = |n: usize| values[n] as f64;
            let n = values.len();
            (n > 0).then(|| f64::midpoint(middle((n - 1) / 2), middle(n / 2)))
        }),
    ];
    let (_, values) = rows();
    each_frame(|rest, extra, frame| {
        for (name, options, of) in functions {
            let got = run(&format!("{name}|{rest}|{options}"), extra).cast(&DataType::Float64).unwrap();
            let got = got.f64().unwrap();
            for i in 0..N {
                let values: Vec<i64> = frame(i).into_iter().filter_map(|row| values[row]).collect();
                let expected = of(&values);
                let same = match (got.get(i), expected) {
                    (Some(got), Some(expected)) => (got - expected).abs() < 1e-9,
                    (got, expected) => got == expected,
                };
                assert!(same, "{name} {options} in row {i} of {rest}: {:?}, not {expected:?}", got.get(i));
            }
        }
    });
}

#[test]
fn distances_are_not_null_nor_negative() {
    let spec = "sum|range|preceding|current|no|avks|";
    let call = Call::new(&[Some(Constant::Text(spec.to_owned()))]).unwrap();
    let ids = Column::new("id".into(), [1i64, 2]);
    let text = Column::new("spec".into(), [spec]);
    let negative = Column::new("n".into(), [-1i64]);
    let mut columns = vec![ids.clone(), ids.clone(), ids.clone(), negative, text.clone()];
    assert!(call.call_udf(&mut columns).unwrap_err().to_string().contains("not negative"));
    let spec = "sum|rows|preceding|current|no|avks|";
    let call = Call::new(&[Some(Constant::Text(spec.to_owned()))]).unwrap();
    let null = Column::full_null("n".into(), 1, &DataType::Int64);
    let mut columns = vec![ids.clone(), ids.clone(), ids, null, text];
    assert!(call.call_udf(&mut columns).unwrap_err().to_string().contains("NULL"));
}
