//! Which rows the frame of each row holds.
//!
//! The rows are those of a partition, in the order of the window. Rows whose keys are equal are peers. As in
//! DuckDB, the frame of a row whose key is NULL begins and ends with its peers where a RANGE has a distance.

use std::cmp::Ordering;

use polars::prelude::*;

use super::spec::{Edge, Exclude, Role, Spec, Units};
use super::{Input, NAME};

/// The frame of each row: from `low` to before `high`, without what `exclude` says.
pub struct Frames {
    pub low: Vec<usize>,
    pub high: Vec<usize>,
    exclude: Exclude,
    peers: Peers,
}

impl Frames {
    pub fn of(input: &Input) -> PolarsResult<Self> {
        let spec = input.spec;
        let n = input.rows;
        let needs_peers = spec.units != Units::Rows || matches!(spec.exclude, Exclude::Group | Exclude::Ties);
        let peers = if needs_peers { Peers::of(input)? } else { Peers::none() };
        let mut frames = Self { low: vec![0; n], high: vec![n; n], exclude: spec.exclude, peers };
        match spec.units {
            Units::Rows => frames.rows(input)?,
            Units::Groups => frames.groups(input)?,
            Units::Range => frames.range(input)?,
        }
        for (low, high) in frames.low.iter_mut().zip(&mut frames.high) {
            *high = (*high).min(n);
            *low = (*low).min(*high);
        }
        Ok(frames)
    }

    /// The frame of row `i` as runs of rows, in order; runs may be empty.
    pub fn runs(&self, i: usize) -> [(usize, usize); 3] {
        let (low, high) = (self.low[i], self.high[i]);
        let (begin, end) = match self.exclude {
            Exclude::Nothing => return [(low, high), (high, high), (high, high)],
            Exclude::Current => (i, i + 1),
            Exclude::Group | Exclude::Ties => (self.peers.begin[i], self.peers.end[i]),
        };
        let before = (low, begin.clamp(low, high));
        let after = (end.clamp(low, high), high);
        let keeps_itself = self.exclude == Exclude::Ties && (low..high).contains(&i);
        [before, if keeps_itself { (i, i + 1) } else { (low, low) }, after]
    }

    /// What EXCLUDE takes out of the frame of row `i`, as runs of rows.
    pub fn holes(&self, i: usize) -> [(usize, usize); 2] {
        let (low, high) = (self.low[i], self.high[i]);
        let inside = |begin: usize, end: usize| (begin.clamp(low, high), end.clamp(low, high));
        match self.exclude {
            Exclude::Nothing => [(low, low), (low, low)],
            Exclude::Current => [inside(i, i + 1), (low, low)],
            Exclude::Group => [inside(self.peers.begin[i], self.peers.end[i]), (low, low)],
            Exclude::Ties => [inside(self.peers.begin[i], i), inside(i + 1, self.peers.end[i])],
        }
    }

    /// The rows of the frame of row `i`, in order.
    pub fn places(&self, i: usize) -> impl Iterator<Item = usize> {
        self.runs(i).into_iter().flat_map(|(low, high)| low..high)
    }

    fn rows(&mut self, input: &Input) -> PolarsResult<()> {
        let n = input.rows;
        let at = |i: usize, distance: i64| {
            let row = i64::try_from(i).unwrap_or(i64::MAX).saturating_add(distance).max(0);
            usize::try_from(row).unwrap_or(n).min(n)
        };
        let starts = distances(input, Role::StartOffset, input.spec.start)?;
        let ends = distances(input, Role::EndOffset, input.spec.end)?;
        for i in 0..n {
            if let Some(distance) = starts.at(i)? {
                self.low[i] = at(i, distance);
            }
            if let Some(distance) = ends.at(i)? {
                self.high[i] = at(i, distance.saturating_add(1));
            }
        }
        Ok(())
    }

    fn groups(&mut self, input: &Input) -> PolarsResult<()> {
        let n = input.rows;
        let groups = self.peers.first_rows.len();
        let at = |group: usize, distance: i64| {
            let group = i64::try_from(group).unwrap_or(i64::MAX).saturating_add(distance).max(0);
            usize::try_from(group).unwrap_or(groups).min(groups)
        };
        let first_row = |group: usize| self.peers.first_rows.get(group).copied().unwrap_or(n);
        let starts = distances(input, Role::StartOffset, input.spec.start)?;
        let ends = distances(input, Role::EndOffset, input.spec.end)?;
        for i in 0..n {
            let group = self.peers.group[i];
            if let Some(distance) = starts.at(i)? {
                self.low[i] = first_row(at(group, distance));
            }
            if let Some(distance) = ends.at(i)? {
                self.high[i] = first_row(at(group, distance.saturating_add(1)));
            }
        }
        Ok(())
    }

    fn range(&mut self, input: &Input) -> PolarsResult<()> {
        let spec = input.spec;
        if spec.start == Edge::Current {
            self.low.clone_from(&self.peers.begin);
        }
        if spec.end == Edge::Current {
            self.high.clone_from(&self.peers.end);
        }
        let has_distance = |edge| matches!(edge, Edge::Preceding | Edge::Following);
        if has_distance(spec.start) {
            let bounds = RangeBounds::of(input, Role::StartKey, Role::StartOffset, spec.start)?;
            for i in 0..input.rows {
                self.low[i] = bounds.place(i, false)?.unwrap_or(self.peers.begin[i]);
            }
        }
        if has_distance(spec.end) {
            let bounds = RangeBounds::of(input, Role::EndKey, Role::EndOffset, spec.end)?;
            for i in 0..input.rows {
                self.high[i] = bounds.place(i, true)?.unwrap_or(self.peers.end[i]);
            }
        }
        Ok(())
    }
}

/// The rows that are equal to each other in the order of the window.
struct Peers {
    /// The first row that is a peer of a row, and the first behind them.
    begin: Vec<usize>,
    end: Vec<usize>,
    /// The number of its group of peers, and the first row of each group.
    group: Vec<usize>,
    first_rows: Vec<usize>,
}

impl Peers {
    fn none() -> Self {
        Self { begin: Vec::new(), end: Vec::new(), group: Vec::new(), first_rows: Vec::new() }
    }

    fn of(input: &Input) -> PolarsResult<Self> {
        let n = input.rows;
        let mut is_first = vec![false; n];
        if let Some(first) = is_first.first_mut() {
            *first = true;
        }
        for key in input.columns(|role| role == Role::Key) {
            let differs = key.not_equal_missing(&key.shift(1))?;
            for (first, differs) in is_first.iter_mut().zip(differs.iter()).skip(1) {
                *first |= differs == Some(true);
            }
        }
        let first_rows: Vec<usize> = (0..n).filter(|&i| is_first[i]).collect();
        let mut peers =
            Self { begin: vec![0; n], end: vec![n; n], group: vec![0; n], first_rows: Vec::new() };
        let ends = first_rows.iter().skip(1).chain([&n]);
        for (group, (&begin, &end)) in first_rows.iter().zip(ends).enumerate() {
            peers.begin[begin..end].fill(begin);
            peers.end[begin..end].fill(end);
            peers.group[begin..end].fill(group);
        }
        peers.first_rows = first_rows;
        Ok(peers)
    }
}

/// How many rows or groups an edge of the frame is away, behind the current row if positive.
enum Distances {
    Unbounded,
    Here,
    Rows(Int64Chunked, i64),
}

impl Distances {
    fn at(&self, i: usize) -> PolarsResult<Option<i64>> {
        match self {
            Self::Unbounded => Ok(None),
            Self::Here => Ok(Some(0)),
            Self::Rows(rows, sign) => match rows.get(i) {
                Some(rows) if rows < 0 => {
                    polars_bail!(ComputeError: "the n of a window frame is {rows}; it must not be negative")
                }
                Some(rows) => Ok(Some(rows.saturating_mul(*sign))),
                None => polars_bail!(ComputeError: "the n of a window frame is NULL; it must be a number"),
            },
        }
    }
}

fn distances(input: &Input, role: Role, edge: Edge) -> PolarsResult<Distances> {
    let sign = match edge {
        Edge::UnboundedPreceding | Edge::UnboundedFollowing => return Ok(Distances::Unbounded),
        Edge::Current => return Ok(Distances::Here),
        Edge::Preceding => -1,
        Edge::Following => 1,
    };
    let rows = input.column(role)?;
    polars_ensure!(
        rows.dtype().is_integer(),
        ComputeError: "ROWS and GROUPS n PRECEDING or FOLLOWING take an integer, not {}",
        super::super::others::type_name(rows.dtype())
    );
    Ok(Distances::Rows(rows.strict_cast(&DataType::Int64)?.i64()?.clone(), sign))
}

/// The keys at which the frames of a RANGE begin or end.
struct RangeBounds {
    keys: Ordered,
    bounds: Ordered,
    /// The rows whose keys are not NULL.
    low: usize,
    high: usize,
    descending: bool,
}

impl RangeBounds {
    fn of(input: &Input, as_key: Role, as_distance: Role, edge: Edge) -> PolarsResult<Self> {
        let descending = input.spec.descending;
        let key = input.column(Role::Key)?;
        // A date has no hours: the engine leaves them out.
        polars_ensure!(
            !(input.spec.hours && key.dtype().is_date()),
            ComputeError: "a RANGE of less than days in the order of a date is not supported; order by CAST(… AS TIMESTAMP)"
        );
        let (keys, bounds) = match input.column(as_key) {
            Ok(bound) => Ordered::both(key, bound)?,
            Err(_) => {
                let distance = input.column(as_distance)?;
                let (keys, distances) = if key.dtype().is_date() && distance.dtype().is_integer() {
                    // A date and a number of days.
                    let days = key.to_physical_repr().into_owned();
                    Ordered::both(&days, distance)?
                } else if key.dtype().is_temporal() || distance.dtype().is_temporal() {
                    polars_bail!(
                        ComputeError: "a RANGE of {} in the order of a {} is not supported; write INTERVAL … PRECEDING or FOLLOWING",
                        super::super::others::type_name(distance.dtype()),
                        super::super::others::type_name(key.dtype())
                    )
                } else {
                    Ordered::both(key, distance)?
                };
                let adds = (edge == Edge::Following) != descending;
                let bounds = keys.moved(&distances, adds)?;
                (keys, bounds)
            }
        };
        let n = keys.len();
        let low = (0..n).find(|&i| keys.is_valid(i)).unwrap_or(n);
        let high = (low..n).find(|&i| !keys.is_valid(i)).unwrap_or(n);
        let bounds = Self { keys, bounds, low, high, descending };
        for i in low..high {
            let side = bounds.order(i, i);
            let wrong = match edge {
                Edge::Preceding => side == Ordering::Less,
                _ => side == Ordering::Greater,
            };
            polars_ensure!(
                !wrong || !bounds.bounds.is_valid(i),
                ComputeError: "a RANGE frame takes a distance that is not negative"
            );
        }
        Ok(bounds)
    }

    /// How the key of row `row` lies to the bound of row `i`, in the order of the window.
    fn order(&self, row: usize, i: usize) -> Ordering {
        let order = self.keys.compare(row, &self.bounds, i);
        if self.descending { order.reverse() } else { order }
    }

    /// The first row in the frame of row `i`, or the first `behind` it. None for a row without a key.
    fn place(&self, i: usize, behind: bool) -> PolarsResult<Option<usize>> {
        if !self.keys.is_valid(i) || !self.bounds.is_valid(i) {
            return Ok(None);
        }
        let (mut low, mut high) = (self.low, self.high);
        while low < high {
            let middle = low.midpoint(high);
            let before = match self.order(middle, i) {
                Ordering::Less => true,
                Ordering::Equal => behind,
                Ordering::Greater => false,
            };
            if before { low = middle + 1 } else { high = middle }
        }
        Ok(Some(low))
    }
}

/// Keys that have distances: numbers, dates and timestamps.
enum Ordered {
    Exact(Vec<Option<i128>>),
    Floats(Vec<Option<f64>>),
}

impl Ordered {
    /// Two columns so that they can be compared and added.
    fn both(a: &Series, b: &Series) -> PolarsResult<(Self, Self)> {
        let wrong = || {
            polars_err!(
                ComputeError: "{NAME}: a RANGE of {} in the order of a {} is not supported; RANGE takes numbers in the order of numbers, and INTERVAL in that of dates and timestamps",
                super::super::others::type_name(b.dtype()),
                super::super::others::type_name(a.dtype())
            )
        };
        let (x, y) = (a.dtype(), b.dtype());
        let is_number =
            |dtype: &DataType| dtype.is_primitive_numeric() || dtype.is_decimal() || dtype.is_null();
        if is_number(x) && is_number(y) {
            if x.is_float() || y.is_float() {
                return Ok((Self::floats(a)?, Self::floats(b)?));
            }
            let scale = |dtype: &DataType| if let DataType::Decimal(_, scale) = dtype { *scale } else { 0 };
            let most = scale(x).max(scale(y));
            return Ok((Self::exact(a, most - scale(x))?, Self::exact(b, most - scale(y))?));
        }
        if x.is_temporal() && y.is_temporal() && !x.is_duration() && !y.is_duration() {
            if x == y {
                return Ok((Self::exact(a, 0)?, Self::exact(b, 0)?));
            }
            let common = match (x, y) {
                (DataType::Date, other @ DataType::Datetime(..))
                | (other @ DataType::Datetime(..), DataType::Date) => other.clone(),
                (DataType::Datetime(_, zone), DataType::Datetime(_, other)) if zone == other => {
                    DataType::Datetime(TimeUnit::Nanoseconds, zone.clone())
                }
                _ => return Err(wrong()),
            };
            return Ok((Self::exact(&a.cast(&common)?, 0)?, Self::exact(&b.cast(&common)?, 0)?));
        }
        Err(wrong())
    }

    fn floats(series: &Series) -> PolarsResult<Self> {
        Ok(Self::Floats(series.cast(&DataType::Float64)?.f64()?.iter().collect()))
    }

    fn exact(series: &Series, power: usize) -> PolarsResult<Self> {
        let series = series.to_physical_repr().cast(&DataType::Int128)?;
        let factor = u32::try_from(power).ok().and_then(|power| 10i128.checked_pow(power));
        let values = series.i128()?.iter().map(|value| match (value, factor) {
            (None, _) => Ok(None),
            (Some(value), Some(factor)) if value.checked_mul(factor).is_some() => Ok(Some(value * factor)),
            _ => polars_bail!(ComputeError: "the keys of a RANGE frame have too many digits"),
        });
        Ok(Self::Exact(values.collect::<PolarsResult<_>>()?))
    }

    fn len(&self) -> usize {
        match self {
            Self::Exact(values) => values.len(),
            Self::Floats(values) => values.len(),
        }
    }

    fn is_valid(&self, i: usize) -> bool {
        match self {
            Self::Exact(values) => values[i].is_some(),
            Self::Floats(values) => values[i].is_some(),
        }
    }

    /// Each key with its distance added or taken away.
    fn moved(&self, distances: &Self, adds: bool) -> PolarsResult<Self> {
        match (self, distances) {
            (Self::Exact(keys), Self::Exact(distances)) => {
                let pairs = keys.iter().zip(distances).map(|pair| match pair {
                    (Some(key), Some(distance)) if adds => Some(key.saturating_add(*distance)),
                    (Some(key), Some(distance)) => Some(key.saturating_sub(*distance)),
                    _ => None,
                });
                Ok(Self::Exact(pairs.collect()))
            }
            (Self::Floats(keys), Self::Floats(distances)) => {
                let pairs = keys.iter().zip(distances).map(|pair| match pair {
                    (Some(key), Some(distance)) if adds => Some(key + distance),
                    (Some(key), Some(distance)) => Some(key - distance),
                    _ => None,
                });
                Ok(Self::Floats(pairs.collect()))
            }
            _ => polars_bail!(ComputeError: "{NAME}: keys and distances of two kinds"),
        }
    }

    /// NaN equals itself and is the greatest.
    fn compare(&self, i: usize, other: &Self, j: usize) -> Ordering {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => a[i].cmp(&b[j]),
            (Self::Floats(a), Self::Floats(b)) => {
                let (a, b) = (a[i].unwrap_or(f64::NAN), b[j].unwrap_or(f64::NAN));
                a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
            }
            _ => Ordering::Equal,
        }
    }
}

/// The units and edges that were given, for errors.
pub fn check(spec: &Spec) -> PolarsResult<()> {
    let distance = |edge| matches!(edge, Edge::Preceding | Edge::Following);
    let keys = spec.roles.iter().filter(|&&role| role == Role::Key).count();
    polars_ensure!(
        spec.units != Units::Range || keys == 1 || !(distance(spec.start) || distance(spec.end)),
        ComputeError: "a RANGE frame with a distance takes one ORDER BY expression"
    );
    Ok(())
}
