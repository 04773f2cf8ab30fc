//! Lists. What compares values has them encoded as rows, so that it takes values of all types; what
//! moves values makes lists of places and gathers them once.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use polars::lazy::dsl::{element, when};
use polars::prelude::*;
use polars_arrow::array::ListArray;
use polars_arrow::bitmap::MutableBitmap;
use polars_arrow::offset::OffsetsBuffer;
use polars_utils::pl_str::PlSmallStr;

use super::args::{Args, Constant, Value1, native};
use super::{Function, MANY, function};

pub static FUNCTIONS: &[Function] = &[
    function("len", (1, 1), len),
    function("contains", (2, 2), contains),
    function("list_value", (1, MANY), value),
    function("list_slice", (3, 4), slice),
    function("list_sort", (1, 3), sort),
    function("list_reverse_sort", (1, 1), reverse_sort),
    function("list_grade_up", (1, 1), grade_up),
    function("list_distinct", (1, 1), distinct),
    function("list_count", (1, 1), count),
    function("list_any_value", (1, 1), any_value),
    function("list_concat", (1, MANY), concat),
    function("list_append", (2, 2), append),
    function("list_prepend", (2, 2), prepend),
    function("array_push_front", (2, 2), push_front),
    function("array_pop_back", (1, 1), pop_back),
    function("array_pop_front", (1, 1), pop_front),
    function("list_position", (2, 2), position),
    function("list_has_any", (2, 2), has_any),
    function("list_has_all", (2, 2), has_all),
    function("list_intersect", (2, 2), intersect),
    function("flatten", (1, 1), flatten),
    function("list_resize", (2, 3), resize),
    function("list_select", (2, 2), select),
    function("list_where", (2, 2), filter),
    function("list_dot_product", (2, 2), |args| of_pairs(args, |a, b| zip(a, b).map(|(a, b)| a * b).sum())),
    function("list_cosine_similarity", (2, 2), |args| of_pairs(args, cosine)),
    function("list_cosine_distance", (2, 2), |args| of_pairs(args, |a, b| 1.0 - cosine(a, b))),
    function("list_distance", (2, 2), |args| {
        of_pairs(args, |a, b| zip(a, b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt())
    }),
    function("list_median", (1, 1), median),
    function("list_mad", (1, 1), mad),
    function("list_mode", (1, 1), mode),
    function("list_histogram", (1, 1), histogram),
    function("list_entropy", (1, 1), entropy),
    function("list_product", (1, 1), |args| {
        let list = numbers(args)?;
        Ok(if_some(list.clone(), list.list().agg(element().product())))
    }),
    function("list_skewness", (1, 1), skewness),
    function("list_kurtosis", (1, 1), |args| kurtosis(args, false, 4)),
    function("list_kurtosis_pop", (1, 1), |args| kurtosis(args, true, 2)),
    function("list_stddev_samp", (1, 1), |args| Ok(numbers(args)?.list().agg(element().std(1)))),
    function("list_stddev_pop", (1, 1), |args| Ok(numbers(args)?.list().agg(element().std(0)))),
    function("list_var_samp", (1, 1), |args| Ok(numbers(args)?.list().agg(element().var(1)))),
    function("list_var_pop", (1, 1), |args| Ok(numbers(args)?.list().agg(element().var(0)))),
    function("list_sem", (1, 1), |args| {
        let count = element().count().cast(DataType::Float64);
        Ok(numbers(args)?.list().agg(element().std(0) / count.sqrt()))
    }),
    function("list_bool_and", (1, 1), |args| {
        let list = booleans(args)?;
        Ok(if_some(list.clone(), list.list().agg(element().all(true))))
    }),
    function("list_bool_or", (1, 1), |args| {
        let list = booleans(args)?;
        Ok(if_some(list.clone(), list.list().agg(element().any(true))))
    }),
    function("list_bit_and", (1, 1), |args| bits(args, |a, b| a & b)),
    function("list_bit_or", (1, 1), |args| bits(args, |a, b| a | b)),
    function("list_bit_xor", (1, 1), |args| bits(args, |a, b| a ^ b)),
    function("list_approx_count_distinct", (1, 1), |args| {
        let (list, _) = distinct_values(args)?;
        Ok(list.list().len().cast(DataType::Int64))
    }),
];

// The parts of lists.

/// The ends of lists and which are NULL, while they are made.
pub struct Shape {
    ends: Vec<i64>,
    validity: MutableBitmap,
}

impl Default for Shape {
    fn default() -> Self {
        Self { ends: vec![0], validity: MutableBitmap::new() }
    }
}

impl Shape {
    fn last(&self) -> i64 {
        self.ends.last().copied().unwrap_or(0)
    }

    pub fn push_null(&mut self) {
        self.ends.push(self.last());
        self.validity.push(false);
    }

    /// A list that ends where there are `len` values in all.
    pub fn push(&mut self, len: usize) {
        self.ends.push(i64::try_from(len).unwrap_or(i64::MAX));
        self.validity.push(true);
    }

    /// The lists of `values` of which `mask` is true.
    pub fn filtered(&self, values: &Series, mask: &BooleanChunked) -> Series {
        let mut gather = Gather::default();
        for (ends, valid) in self.ends.windows(2).zip(self.validity.iter()) {
            if valid {
                let places = ends[0] as usize..ends[1] as usize;
                gather.list(places.filter(|&place| mask.get(place) == Some(true)));
            } else {
                gather.null();
            }
        }
        gather.of(values)
    }

    /// The lists of `values`.
    pub fn of(self, values: &Series) -> Series {
        let values = values.rechunk();
        let array = values.chunks()[0].clone();
        let dtype = ListArray::<i64>::default_datatype(array.dtype().clone());
        // SAFETY: the ends begin with 0 and never decrease, as values are only ever added.
        let offsets = unsafe { OffsetsBuffer::new_unchecked(self.ends.into()) };
        let lists = ListArray::<i64>::new(dtype, offsets, array, self.validity.into());
        let dtype = DataType::List(Box::new(values.dtype().clone()));
        // SAFETY: the values are the chunk of a series of this type.
        unsafe { Series::from_chunks_and_dtype_unchecked(PlSmallStr::EMPTY, vec![Box::new(lists)], &dtype) }
    }
}

/// The values of lists, and where each list begins and ends; None for NULL.
pub struct Parts {
    pub values: Series,
    pub ranges: Vec<Option<Range<usize>>>,
}

impl Parts {
    pub fn of(lists: &Series) -> PolarsResult<Self> {
        let lists = lists.list()?.rechunk();
        let array = lists.downcast_as_array();
        let place = |place: i64| usize::try_from(place).unwrap_or(0);
        let ranges = array
            .offsets()
            .windows(2)
            .enumerate()
            .map(|(i, ends)| {
                let valid = array.validity().is_none_or(|validity| validity.get_bit(i));
                valid.then(|| place(ends[0])..place(ends[1]))
            })
            .collect();
        Ok(Self { values: lists.get_inner(), ranges })
    }

    /// The places of the values that are in a list at all, if some are not.
    pub fn reached(&self) -> (Series, Shape) {
        let mut gather = Gather::default();
        for range in &self.ranges {
            match range {
                None => gather.null(),
                Some(range) => gather.list(range.clone()),
            }
        }
        let values = gather.values(&self.values);
        (values, gather.shape)
    }
}

/// Lists of places of values, while they are made.
#[derive(Default)]
struct Gather {
    places: Vec<Option<IdxSize>>,
    shape: Shape,
}

impl Gather {
    fn null(&mut self) {
        self.shape.push_null();
    }

    fn push(&mut self, place: Option<usize>) {
        self.places.push(place.and_then(|place| IdxSize::try_from(place).ok()));
    }

    fn end(&mut self) {
        self.shape.push(self.places.len());
    }

    fn list(&mut self, places: impl IntoIterator<Item = usize>) {
        places.into_iter().for_each(|place| self.push(Some(place)));
        self.end();
    }

    fn values(&self, values: &Series) -> Series {
        let places = IdxCa::from_iter_options(PlSmallStr::EMPTY, self.places.iter().copied());
        // SAFETY: every place is one of a range of a list of these values.
        unsafe { values.take_unchecked(&places) }
    }

    fn of(self, values: &Series) -> Series {
        let values = self.values(values);
        self.shape.of(&values)
    }
}

/// A number for each value, the same for equal ones; None for NULL.
fn codes(values: &Series) -> PolarsResult<Vec<Option<u32>>> {
    let nulls = values.is_null();
    let column = values.clone().into_column();
    let rows = polars::chunked_array::ops::row_encode::encode_rows_unordered(&[column])?;
    let mut seen: HashMap<Vec<u8>, u32> = HashMap::new();
    Ok(rows
        .iter()
        .zip(nulls.iter())
        .map(|(row, null)| {
            let row = row.filter(|_| null != Some(true))?;
            if let Some(&code) = seen.get(row) {
                return Some(code);
            }
            let code = u32::try_from(seen.len()).ok()?;
            seen.insert(row.to_vec(), code);
            Some(code)
        })
        .collect())
}

/// The lists of two columns over the values of both.
fn both(a: &Series, b: &Series) -> PolarsResult<(Parts, Parts)> {
    let (mut a, mut b) = (Parts::of(a)?, Parts::of(b)?);
    let offset = a.values.len();
    let mut values = a.values.clone();
    values.append(&b.values)?;
    for range in b.ranges.iter_mut().flatten() {
        *range = range.start + offset..range.end + offset;
    }
    a.values = values.clone();
    b.values = values;
    Ok((a, b))
}

/// The lists of two arguments, with elements of one type.
fn two_lists(args: &Args) -> PolarsResult<(Expr, Expr, DataType)> {
    let ((a, x), (b, y)) = (args.list(0)?, args.list(1)?);
    let inner = args.common([&x, &y])?;
    let list = DataType::List(Box::new(inner.clone()));
    Ok((a.cast(list.clone()), b.cast(list), inner))
}

/// A list and a value of the type of its elements.
fn list_and_value(args: &Args, list: usize, value: usize) -> PolarsResult<(Expr, Expr, DataType)> {
    let (expr, inner) = args.list(list)?;
    let inner = args.common([&inner, args.dtype(value)])?;
    Ok((expr.cast(DataType::List(Box::new(inner.clone()))), args.col(value).cast(inner.clone()), inner))
}

// Whole lists.

fn len(args: &Args) -> PolarsResult<Expr> {
    let len = match args.dtype(0) {
        DataType::List(_) | DataType::Array(..) => args.list(0)?.0.list().len(),
        DataType::Map(..) => super::others::entries(args, 0)?.list().len(),
        DataType::Binary => args.col(0).binary().size_bytes(),
        _ => args.text(0)?.str().len_chars(),
    };
    Ok(len.cast(DataType::Int64))
}

fn contains(args: &Args) -> PolarsResult<Expr> {
    match args.dtype(0) {
        DataType::Map(..) => super::others::map_contains(args),
        DataType::List(_) | DataType::Array(..) => {
            let (list, value, _) = list_and_value(args, 0, 1)?;
            Ok(native(vec![list, value], DataType::Boolean, |series| {
                let found = find(series)?;
                let nulls = series[1].is_null();
                let found = found.into_iter().zip(nulls.iter()).map(|(found, null)| match found {
                    Some(found) if null == Some(false) => Ok(Some(found.is_some())),
                    _ => Ok(None),
                });
                bool::collect(found)
            }))
        }
        _ => Ok(args.text(0)?.str().contains_literal(args.text(1)?)),
    }
}

/// `list_value(x, …)`.
fn value(args: &Args) -> PolarsResult<Expr> {
    let inner = args.common(&args.dtypes)?;
    let inputs: Vec<Expr> = (0..args.len()).map(|i| args.col(i).cast(inner.clone())).collect();
    Ok(native(inputs, DataType::List(Box::new(inner)), |series| {
        let rows = series[0].len();
        let mut values = series[0].clone();
        for more in &series[1..] {
            values.append(more)?;
        }
        let mut gather = Gather::default();
        for row in 0..rows {
            gather.list((0..series.len()).map(|column| column * rows + row));
        }
        Ok(gather.of(&values))
    }))
}

/// The places of a slice of `len` values, from 0.
fn places(len: usize, begin: i64, end: i64, step: i64) -> Box<dyn Iterator<Item = usize>> {
    let n = i64::try_from(len).unwrap_or(i64::MAX);
    let from_end = |place: i64| if place < 0 { place.saturating_add(n).saturating_add(1) } else { place };
    let (begin, end) = (from_end(begin), from_end(end));
    let (first, last) = if step > 0 { (begin, end) } else { (end, begin) };
    let (first, last) = (first.max(1), last.min(n));
    if first > last {
        return Box::new(std::iter::empty());
    }
    let range = (first - 1) as usize..last as usize;
    let by = usize::try_from(step.unsigned_abs()).unwrap_or(usize::MAX);
    if step > 0 { Box::new(range.step_by(by)) } else { Box::new(range.rev().step_by(by)) }
}

fn slice(args: &Args) -> PolarsResult<Expr> {
    let (begin, end) = (args.integer(1)?, args.integer(2)?);
    let step = if args.len() == 4 { args.integer(3)? } else { lit(1i64).cast(DataType::Int64) };
    if args.dtype(0).is_string() {
        if args.len() == 4 {
            polars_bail!(ComputeError: "list_slice of text does not take a step");
        }
        return Ok(native(vec![args.col(0), begin, end], DataType::String, |series| {
            let (texts, begins, ends) = (series[0].str()?, series[1].i64()?, series[2].i64()?);
            let rows = texts.iter().zip(begins.iter()).zip(ends.iter());
            String::collect(rows.map(|row| {
                let ((Some(text), Some(begin)), Some(end)) = row else { return Ok(None) };
                let places: Vec<usize> = places(text.chars().count(), begin, end, 1).collect();
                let skipped = places.first().copied().unwrap_or(0);
                Ok(Some(text.chars().skip(skipped).take(places.len()).collect()))
            }))
        }));
    }
    let (list, inner) = args.list(0)?;
    Ok(native(vec![list, begin, end, step], DataType::List(Box::new(inner)), |series| {
        let lists = Parts::of(&series[0])?;
        let (begins, ends, steps) = (series[1].i64()?, series[2].i64()?, series[3].i64()?);
        let mut gather = Gather::default();
        for (((range, begin), end), step) in
            lists.ranges.iter().zip(begins.iter()).zip(ends.iter()).zip(steps.iter())
        {
            let (Some(range), Some(begin), Some(end), Some(step)) = (range, begin, end, step) else {
                gather.null();
                continue;
            };
            polars_ensure!(step != 0, ComputeError: "list_slice: the step cannot be zero");
            gather.list(places(range.len(), begin, end, step).map(|place| range.start + place));
        }
        Ok(gather.of(&lists.values))
    }))
}

fn sort(args: &Args) -> PolarsResult<Expr> {
    let mut options = SortOptions::default().with_nulls_last(true);
    for i in 1..args.len() {
        let text = match args.constant(i) {
            Some(Constant::Text(text)) => text.to_uppercase(),
            // The type does not depend on it.
            None if args.is_planned() => continue,
            _ => polars_bail!(ComputeError: "list_sort: the order must be a text that is written out"),
        };
        options = match (i, text.trim()) {
            (1, "ASC" | "ASCENDING") => options.with_order_descending(false),
            (1, "DESC" | "DESCENDING") => options.with_order_descending(true),
            (2, "NULLS FIRST") => options.with_nulls_last(false),
            (2, "NULLS LAST") => options.with_nulls_last(true),
            _ => polars_bail!(ComputeError: "list_sort does not know the order '{text}'"),
        };
    }
    Ok(args.list(0)?.0.list().sort(options))
}

fn reverse_sort(args: &Args) -> PolarsResult<Expr> {
    let options = SortOptions::default().with_nulls_last(true).with_order_descending(true);
    Ok(args.list(0)?.0.list().sort(options))
}

fn grade_up(args: &Args) -> PolarsResult<Expr> {
    let options = SortOptions::default().with_nulls_last(true).with_maintain_order(true);
    let places = element().arg_sort(options.descending, options.nulls_last).cast(DataType::Int64) + lit(1i64);
    Ok(args.list(0)?.0.list().eval(places))
}

/// The list without repetitions and NULLs, in the order of the first places.
fn distinct_values(args: &Args) -> PolarsResult<(Expr, DataType)> {
    let (list, inner) = args.list(0)?;
    let dtype = DataType::List(Box::new(inner.clone()));
    let expr = native(vec![list], dtype, |series| {
        let lists = Parts::of(&series[0])?;
        let codes = codes(&lists.values)?;
        let mut gather = Gather::default();
        let mut seen = HashSet::new();
        for range in &lists.ranges {
            let Some(range) = range else {
                gather.null();
                continue;
            };
            seen.clear();
            gather.list(range.clone().filter(|&place| codes[place].is_some_and(|code| seen.insert(code))));
        }
        Ok(gather.of(&lists.values))
    });
    Ok((expr, inner))
}

fn distinct(args: &Args) -> PolarsResult<Expr> {
    Ok(distinct_values(args)?.0)
}

fn count(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    Ok(without_nulls(list, &inner).list().len().cast(DataType::Int64))
}

fn any_value(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    Ok(without_nulls(list, &inner).list().first())
}

/// The lists one after the other; those that are NULL count as empty.
pub fn concat(args: &Args) -> PolarsResult<Expr> {
    let mut dtypes = Vec::new();
    let mut inputs = Vec::new();
    for i in 0..args.len() {
        let (list, inner) = args.list(i)?;
        inputs.push(list);
        dtypes.push(inner);
    }
    let inner = args.common(&dtypes)?;
    let dtype = DataType::List(Box::new(inner));
    let inputs = inputs.into_iter().map(|list| list.cast(dtype.clone())).collect();
    Ok(native(inputs, dtype, |series| {
        let parts = series.iter().map(Parts::of).collect::<PolarsResult<Vec<_>>>()?;
        let mut values = parts[0].values.clone();
        let mut starts = vec![0];
        for part in &parts[1..] {
            starts.push(values.len());
            values.append(&part.values)?;
        }
        let mut gather = Gather::default();
        for row in 0..series[0].len() {
            let lists = || {
                parts.iter().zip(&starts).filter_map(|(part, start)| Some((part.ranges[row].clone()?, start)))
            };
            gather.list(lists().flat_map(|(range, start)| range.map(move |place| place + start)));
        }
        Ok(gather.of(&values))
    }))
}

fn joined(list: Expr, value: Expr, inner: DataType, first: bool) -> Expr {
    native(vec![list, value], DataType::List(Box::new(inner)), move |series| {
        let lists = Parts::of(&series[0])?;
        let mut values = lists.values.clone();
        let start = values.len();
        values.append(&series[1])?;
        let mut gather = Gather::default();
        for (row, range) in lists.ranges.into_iter().enumerate() {
            let list = range.into_iter().flatten();
            let value = std::iter::once(start + row);
            if first { gather.list(value.chain(list)) } else { gather.list(list.chain(value)) }
        }
        Ok(gather.of(&values))
    })
}

fn append(args: &Args) -> PolarsResult<Expr> {
    let (list, value, inner) = list_and_value(args, 0, 1)?;
    Ok(joined(list, value, inner, false))
}

fn prepend(args: &Args) -> PolarsResult<Expr> {
    let (list, value, inner) = list_and_value(args, 1, 0)?;
    Ok(joined(list, value, inner, true))
}

fn push_front(args: &Args) -> PolarsResult<Expr> {
    let (list, value, inner) = list_and_value(args, 0, 1)?;
    Ok(joined(list, value, inner, true))
}

fn cut(args: &Args, part: fn(Range<usize>) -> Range<usize>) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    Ok(native(vec![list], DataType::List(Box::new(inner)), move |series| {
        let lists = Parts::of(&series[0])?;
        let mut gather = Gather::default();
        for range in &lists.ranges {
            match range {
                None => gather.null(),
                Some(range) => gather.list(part(range.clone())),
            }
        }
        Ok(gather.of(&lists.values))
    }))
}

fn pop_back(args: &Args) -> PolarsResult<Expr> {
    cut(args, |range| range.start..range.end.saturating_sub(1).max(range.start))
}

fn pop_front(args: &Args) -> PolarsResult<Expr> {
    cut(args, |range| (range.start + 1).min(range.end)..range.end)
}

/// Where each value is in its list, from 0; the outer None for a NULL list.
fn find(series: &[Series]) -> PolarsResult<Vec<Option<Option<usize>>>> {
    let lists = Parts::of(&series[0])?;
    let mut values = lists.values.clone();
    let start = values.len();
    values.append(&series[1])?;
    let codes = codes(&values)?;
    Ok(lists
        .ranges
        .into_iter()
        .enumerate()
        .map(|(row, range)| {
            let wanted = codes[start + row];
            range.map(|mut range| {
                let begin = range.start;
                range.find(|&place| codes[place] == wanted).map(|place| place - begin)
            })
        })
        .collect())
}

fn position(args: &Args) -> PolarsResult<Expr> {
    let (list, value, _) = list_and_value(args, 0, 1)?;
    Ok(place_of(list, value))
}

/// The first place of a value in a list of its type, from 1.
pub fn place_of(list: Expr, value: Expr) -> Expr {
    native(vec![list, value], DataType::Int32, |series| {
        let found = find(series)?.into_iter();
        i32::collect(found.map(|found| Ok(found.flatten().and_then(|place| i32::try_from(place + 1).ok()))))
    })
}

/// A test of the codes of two lists.
fn compare(args: &Args, test: fn(&HashSet<u32>, &HashSet<u32>) -> bool) -> PolarsResult<Expr> {
    let (a, b, _) = two_lists(args)?;
    Ok(native(vec![a, b], DataType::Boolean, move |series| {
        let (a, b) = both(&series[0], &series[1])?;
        let codes = codes(&a.values)?;
        bool::collect(a.ranges.into_iter().zip(b.ranges).map(|pair| {
            let (Some(a), Some(b)) = pair else { return Ok(None) };
            let set = |range: Range<usize>| codes[range].iter().copied().flatten().collect();
            Ok(Some(test(&set(a), &set(b))))
        }))
    }))
}

fn has_any(args: &Args) -> PolarsResult<Expr> {
    compare(args, |a, b| !a.is_disjoint(b))
}

fn has_all(args: &Args) -> PolarsResult<Expr> {
    compare(args, |a, b| b.is_subset(a))
}

fn intersect(args: &Args) -> PolarsResult<Expr> {
    let (a, b, inner) = two_lists(args)?;
    Ok(native(vec![a, b], DataType::List(Box::new(inner)), move |series| {
        let (a, b) = both(&series[0], &series[1])?;
        let codes = codes(&a.values)?;
        let mut gather = Gather::default();
        for (a, b) in a.ranges.into_iter().zip(b.ranges) {
            let Some(a) = a else {
                gather.null();
                continue;
            };
            let mut wanted: HashSet<u32> = b.into_iter().flatten().filter_map(|place| codes[place]).collect();
            gather.list(a.filter(|&place| codes[place].is_some_and(|code| wanted.remove(&code))));
        }
        Ok(gather.of(&b.values))
    }))
}

fn flatten(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    let (list, inner) = match inner {
        DataType::List(inner) => (list, *inner),
        DataType::Array(inner, _) => {
            let dtype = DataType::List(Box::new(DataType::List(inner.clone())));
            (list.cast(dtype), *inner)
        }
        DataType::Null => {
            let dtype = DataType::List(Box::new(DataType::List(Box::new(DataType::Null))));
            (list.cast(dtype), DataType::Null)
        }
        _ => return args.wrong(0),
    };
    Ok(native(vec![list], DataType::List(Box::new(inner)), |series| {
        let outer = Parts::of(&series[0])?;
        let lists = Parts::of(&outer.values)?;
        let mut gather = Gather::default();
        for range in outer.ranges {
            match range {
                None => gather.null(),
                Some(range) => gather.list(lists.ranges[range].iter().flatten().cloned().flatten()),
            }
        }
        Ok(gather.of(&lists.values))
    }))
}

/// The greatest number of elements that `list_resize` makes of one list.
const GREATEST_LIST: i64 = 100_000_000;

fn resize(args: &Args) -> PolarsResult<Expr> {
    let (list, value, inner) = if args.len() == 3 {
        list_and_value(args, 0, 2)?
    } else {
        let (list, inner) = args.list(0)?;
        (list, lit(NULL).cast(inner.clone()), inner)
    };
    Ok(native(vec![list, args.integer(1)?, value], DataType::List(Box::new(inner)), |series| {
        let lists = Parts::of(&series[0])?;
        let mut values = lists.values.clone();
        let start = values.len();
        values.append(&series[2])?;
        let mut gather = Gather::default();
        for (row, (range, len)) in lists.ranges.into_iter().zip(series[1].i64()?.iter()).enumerate() {
            let Some(range) = range else {
                gather.null();
                continue;
            };
            let len = len.unwrap_or(0);
            polars_ensure!(
                (0..=GREATEST_LIST).contains(&len),
                ComputeError: "list_resize: {len} is no length of a list"
            );
            let fill = std::iter::repeat(start + row);
            gather.list(range.chain(fill).take(usize::try_from(len).unwrap_or(0)));
        }
        Ok(gather.of(&values))
    }))
}

fn select(args: &Args) -> PolarsResult<Expr> {
    let ((list, inner), (places, place)) = (args.list(0)?, args.list(1)?);
    if !place.is_integer() && !place.is_null() {
        return args.wrong(1);
    }
    let places = places.cast(DataType::List(Box::new(DataType::Int64)));
    Ok(native(vec![list, places], DataType::List(Box::new(inner)), |series| {
        let (lists, places) = (Parts::of(&series[0])?, Parts::of(&series[1])?);
        let wanted = places.values.i64()?;
        let mut gather = Gather::default();
        for (range, places) in lists.ranges.into_iter().zip(places.ranges) {
            let (Some(range), Some(places)) = (range, places) else {
                gather.null();
                continue;
            };
            for place in places {
                let Some(place) = wanted.get(place) else {
                    polars_bail!(ComputeError: "list_select: a place is NULL")
                };
                polars_ensure!(place > 0, ComputeError: "list_select: places begin at 1, not {place}");
                let place = usize::try_from(place - 1).ok().and_then(|place| range.start.checked_add(place));
                gather.push(place.filter(|&place| place < range.end));
            }
            gather.end();
        }
        Ok(gather.of(&lists.values))
    }))
}

/// `list_where`.
fn filter(args: &Args) -> PolarsResult<Expr> {
    let ((list, inner), (mask, boolean)) = (args.list(0)?, args.list(1)?);
    if !boolean.is_bool() && !boolean.is_null() {
        return args.wrong(1);
    }
    let mask = mask.cast(DataType::List(Box::new(DataType::Boolean)));
    Ok(native(vec![list, mask], DataType::List(Box::new(inner)), |series| {
        let (lists, masks) = (Parts::of(&series[0])?, Parts::of(&series[1])?);
        let wanted = masks.values.bool()?;
        let mut gather = Gather::default();
        for (range, mask) in lists.ranges.into_iter().zip(masks.ranges) {
            let (Some(range), Some(mask)) = (range, mask) else {
                gather.null();
                continue;
            };
            for (i, place) in mask.enumerate() {
                match wanted.get(place) {
                    None => polars_bail!(ComputeError: "list_where: the mask has a NULL"),
                    Some(true) => {
                        gather.push(Some(range.start + i).filter(|&place| place < range.end));
                    }
                    Some(false) => {}
                }
            }
            gather.end();
        }
        Ok(gather.of(&lists.values))
    }))
}

// Distances.

fn zip<'a>(a: &'a [f64], b: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
    a.iter().copied().zip(b.iter().copied())
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let square = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
    let product: f64 = zip(a, b).map(|(a, b)| a * b).sum();
    let lengths = (square(a) * square(b)).sqrt();
    if lengths == 0.0 { -1.0 } else { (product / lengths).clamp(-1.0, 1.0) }
}

fn of_pairs(args: &Args, function: fn(&[f64], &[f64]) -> f64) -> PolarsResult<Expr> {
    let ((a, x), (b, y)) = (args.list(0)?, args.list(1)?);
    for (i, inner) in [&x, &y].into_iter().enumerate() {
        if !inner.is_numeric() && !inner.is_decimal() && !inner.is_null() {
            return args.wrong(i);
        }
    }
    let name = args.name;
    let doubles = DataType::List(Box::new(DataType::Float64));
    let expr = native(vec![a.cast(doubles.clone()), b.cast(doubles)], DataType::Float64, move |series| {
        let (a, b) = (Parts::of(&series[0])?, Parts::of(&series[1])?);
        let (x, y) = (a.values.f64()?, b.values.f64()?);
        let values = |values: &Float64Chunked, range: Range<usize>| {
            range
                .map(|place| values.get(place))
                .collect::<Option<Vec<f64>>>()
                .ok_or_else(|| polars_err!(ComputeError: "{name}: a list has a NULL"))
        };
        f64::collect(a.ranges.into_iter().zip(b.ranges).map(|pair| {
            let (Some(a), Some(b)) = pair else { return Ok(None) };
            polars_ensure!(
                a.len() == b.len(),
                ComputeError: "{name}: the lists have {} and {} elements", a.len(), b.len()
            );
            Ok(Some(function(&values(x, a)?, &values(y, b)?)))
        }))
    });
    let single = |inner: &DataType| matches!(inner, DataType::Float32);
    Ok(if single(&x) && single(&y) { expr.cast(DataType::Float32) } else { expr })
}

// Aggregates of lists.

/// The lists without their NULLs.
fn without_nulls(list: Expr, inner: &DataType) -> Expr {
    native(vec![list], DataType::List(Box::new(inner.clone())), |series| {
        let lists = Parts::of(&series[0])?;
        if lists.values.null_count() == 0 {
            return Ok(series[0].clone());
        }
        let valid = lists.values.is_not_null();
        let mut gather = Gather::default();
        for range in &lists.ranges {
            match range {
                None => gather.null(),
                Some(range) => gather.list(range.clone().filter(|&place| valid.get(place) == Some(true))),
            }
        }
        Ok(gather.of(&lists.values))
    })
}

/// `expr` where `list`, which is without NULLs, has a value, else NULL.
fn if_some(list: Expr, expr: Expr) -> Expr {
    when(list.list().len().gt(lit(0))).then(expr).otherwise(lit(NULL))
}

/// A list of numbers, as DOUBLEs, without NULLs.
fn numbers(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    if !inner.is_numeric() && !inner.is_decimal() && !inner.is_null() && !inner.is_bool() {
        return args.wrong(0);
    }
    Ok(without_nulls(list.cast(DataType::List(Box::new(DataType::Float64))), &DataType::Float64))
}

fn booleans(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    if !inner.is_bool() && !inner.is_null() && !inner.is_integer() {
        return args.wrong(0);
    }
    Ok(without_nulls(list.cast(DataType::List(Box::new(DataType::Boolean))), &DataType::Boolean))
}

/// A list for the median, as what can be interpolated, and the type of the median.
fn ordered(args: &Args) -> PolarsResult<(Expr, DataType)> {
    let (list, inner) = args.list(0)?;
    let inner = match inner {
        DataType::Float32 => DataType::Float32,
        inner if inner.is_numeric() || inner.is_decimal() || inner.is_null() => DataType::Float64,
        DataType::Date => DataType::Datetime(TimeUnit::Microseconds, None),
        inner @ (DataType::Datetime(..) | DataType::Duration(_) | DataType::Time) => inner,
        _ => return args.wrong(0),
    };
    Ok((without_nulls(list.cast(DataType::List(Box::new(inner.clone()))), &inner), inner))
}

fn median(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = ordered(args)?;
    Ok(list.list().agg(element().median()).cast(inner))
}

fn mad(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = ordered(args)?;
    let inner = match inner {
        DataType::Datetime(unit, _) => DataType::Duration(unit),
        DataType::Time => return args.wrong(0),
        inner => inner,
    };
    let far = (element() - element().median()).abs();
    Ok(list.list().eval(far).list().agg(element().median()).cast(inner))
}

/// The first places of the values of a list, and how often each is there.
type Counts = Vec<(usize, u64)>;

/// The counts of the values of lists, in the order of their first places.
fn frequencies(lists: &Parts) -> PolarsResult<Vec<Option<Counts>>> {
    let codes = codes(&lists.values)?;
    Ok(lists
        .ranges
        .iter()
        .map(|range| {
            let range = range.clone()?;
            let mut counts: Vec<(usize, u64)> = Vec::new();
            let mut seen: HashMap<u32, usize> = HashMap::new();
            for place in range {
                let Some(code) = codes[place] else { continue };
                let entry = *seen.entry(code).or_insert_with(|| {
                    counts.push((place, 0));
                    counts.len() - 1
                });
                counts[entry].1 += 1;
            }
            Some(counts)
        })
        .collect())
}

fn mode(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    Ok(native(vec![list], inner, |series| {
        let lists = Parts::of(&series[0])?;
        let mut gather = Gather::default();
        for counts in frequencies(&lists)? {
            let most = counts.into_iter().flatten().reduce(|a, b| if b.1 > a.1 { b } else { a });
            gather.push(most.map(|(place, _)| place));
        }
        Ok(gather.values(&lists.values))
    }))
}

fn histogram(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    let entry = DataType::Struct(vec![
        Field::new("key".into(), inner.clone()),
        Field::new("value".into(), DataType::UInt64),
    ]);
    // In the order of the values.
    let list = list.list().sort(SortOptions::default().with_nulls_last(true));
    let entries = native(vec![list], DataType::List(Box::new(entry)), |series| {
        let lists = Parts::of(&series[0])?;
        let mut gather = Gather::default();
        let mut numbers = Vec::new();
        for counts in frequencies(&lists)? {
            match counts.filter(|counts| !counts.is_empty()) {
                None => gather.null(),
                Some(counts) => {
                    numbers.extend(counts.iter().map(|&(_, count)| count));
                    gather.list(counts.into_iter().map(|(place, _)| place));
                }
            }
        }
        let keys = gather.values(&lists.values).with_name("key".into());
        let numbers = Series::new("value".into(), numbers);
        let entries = StructChunked::from_series("".into(), keys.len(), [keys, numbers].iter())?;
        Ok(gather.shape.of(&entries.into_series()))
    });
    Ok(entries.cast(DataType::Map(Box::new(inner), Box::new(DataType::UInt64))))
}

fn entropy(args: &Args) -> PolarsResult<Expr> {
    Ok(native(vec![args.list(0)?.0], DataType::Float64, |series| {
        let lists = Parts::of(&series[0])?;
        f64::collect(frequencies(&lists)?.into_iter().map(|counts| {
            let Some(counts) = counts else { return Ok(None) };
            let all: u64 = counts.iter().map(|&(_, count)| count).sum();
            let shares = counts.iter().map(|&(_, count)| count as f64 / all as f64);
            Ok(Some(shares.map(|share| share * share.log2()).sum::<f64>().abs()))
        }))
    }))
}

fn skewness(args: &Args) -> PolarsResult<Expr> {
    let list = numbers(args)?;
    let skew = list.clone().list().agg(element().skew(false));
    let equal = list.clone().list().min().eq(list.clone().list().max());
    Ok(when(list.list().len().lt(lit(3)))
        .then(lit(NULL))
        .otherwise(when(equal).then(lit(f64::NAN)).otherwise(skew))
        .cast(DataType::Float64))
}

fn kurtosis(args: &Args, biased: bool, least: i32) -> PolarsResult<Expr> {
    let list = numbers(args)?;
    let value = list.clone().list().agg(element().kurtosis(true, biased));
    let equal = list.clone().list().min().eq(list.clone().list().max());
    Ok(when(list.list().len().lt(lit(least)).or(equal))
        .then(lit(NULL))
        .otherwise(value)
        .cast(DataType::Float64))
}

fn bits(args: &Args, operation: fn(i128, i128) -> i128) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    if !inner.is_integer() {
        return args.wrong(0);
    }
    let wide = list.cast(DataType::List(Box::new(DataType::Int128)));
    let expr = native(vec![wide], DataType::Int128, move |series| {
        let lists = Parts::of(&series[0])?;
        let values = lists.values.i128()?;
        i128::collect(lists.ranges.into_iter().map(|range| {
            Ok(range.into_iter().flatten().filter_map(|place| values.get(place)).reduce(operation))
        }))
    });
    Ok(expr.cast(inner))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, value};
    use super::*;

    #[test]
    fn slices() {
        let places = |begin, end, step| places(5, begin, end, step).map(|i| i + 1).collect::<Vec<_>>();
        assert_eq!(places(2, 3, 1), [2, 3]);
        assert_eq!(places(-2, -1, 1), [4, 5]);
        assert_eq!(places(0, 2, 1), [1, 2]);
        assert_eq!(places(-10, 9, 3), [1, 4]);
        assert_eq!(places(2, i64::MAX, 1), [2, 3, 4, 5]);
        assert_eq!(places(i64::MIN, -1, 1), [1, 2, 3, 4, 5]);
        assert!(places(3, 2, 1).is_empty());
        assert!(places(1, 0, 1).is_empty());
        assert_eq!(places(5, 2, -2), [5, 3]);
        assert_eq!(places(10, 2, -1), [5, 4, 3, 2]);
        assert_eq!(places(4, -10, -1), [4, 3, 2, 1]);
        assert!(places(1, 5, -1).is_empty());
        assert_eq!(value("list_slice('héllo', -3, -2)"), "ll");
        assert_eq!(value("len(list_slice([1, 2, 3], 2, 9223372036854775807))"), "2");
        assert_eq!(value("list_slice([1, 2], NULL, 2)"), "null");
        assert!(error("list_slice([1], 1, 1, 0)").contains("zero"));
    }

    #[test]
    fn whole_lists() {
        for (sql, expected) in [
            ("len([1, 2])", "2"),
            ("len('aé')", "2"),
            ("contains([1, 2], a)", "true"),
            ("contains('abc', 'bc')", "true"),
            ("len(list_value(a, 2, NULL))", "3"),
            ("list_position([3, NULL, 1], NULL)", "2"),
            ("list_position([3, 4], 1)", "null"),
            ("list_has_any([1, NULL], [NULL])", "false"),
            ("list_has_all([1], [NULL, 1])", "true"),
            ("len(list_intersect([1, 1, 2, NULL], [1, NULL, 2]))", "2"),
            ("len(list_concat([1], NULL, [2]))", "2"),
            ("len(list_distinct([1, 1, NULL, 2]))", "2"),
            ("list_count([1, NULL])", "1"),
            ("list_any_value([NULL, 3])", "3"),
            ("len(list_append([1], 'a'))", ""),
        ] {
            if expected.is_empty() {
                assert!(error(sql).contains("no type"), "{sql}");
            } else {
                assert_eq!(value(sql), expected, "{sql}");
            }
        }
    }

    #[test]
    fn aggregates() {
        for (sql, expected) in [
            ("list_median([1, 2, NULL])", "1.5"),
            ("list_mode([1, 2, 2, 1])", "1"),
            ("list_product([2, 3, NULL])", "6.0"),
            ("list_entropy([1, 1])", "0.0"),
            ("list_skewness([2, 2, 2])", "NaN"),
            ("list_skewness([1, 2])", "null"),
            ("list_kurtosis([1, 2, 4, 9])", "1.5"),
            ("list_kurtosis_pop([1, 2, 4, 9])", "-1.0"),
            ("list_mad([1, 2, 4, 9])", "1.5"),
            ("list_stddev_samp([1])", "null"),
            ("list_var_pop([1, 2])", "0.25"),
            ("list_bool_and([true, NULL])", "true"),
            ("list_bit_xor([1, 3])", "2"),
            ("list_approx_count_distinct([1, 1, NULL])", "1"),
            ("list_dot_product([1, 2], [3, 4])", "11.0"),
            ("list_cosine_similarity([0.0], [1.0])", "-1.0"),
            ("list_distance([1.0, 2.0], [4.0, 6.0])", "5.0"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
        assert!(error("list_dot_product([1], [1, 2])").contains("elements"));
    }
}
