//! A segment tree: what a run of rows is together, in logarithmic time, whatever the frames are.

/// `join` takes what is before and what is after; joining with `empty` changes nothing.
pub struct Tree<T> {
    /// The leaves begin at `leaves`; node `i` has the children `2i` and `2i + 1`.
    nodes: Vec<T>,
    leaves: usize,
    empty: T,
    join: fn(T, T) -> T,
}

impl<T: Copy> Tree<T> {
    pub fn new(values: &[T], empty: T, join: fn(T, T) -> T) -> Self {
        let leaves = values.len();
        let mut nodes = vec![empty; leaves];
        nodes.extend_from_slice(values);
        for i in (1..leaves).rev() {
            nodes[i] = join(nodes[2 * i], nodes[2 * i + 1]);
        }
        Self { nodes, leaves, empty, join }
    }

    /// The rows from `low` to before `high`.
    pub fn range(&self, low: usize, high: usize) -> T {
        let (mut low, mut high) = (low + self.leaves, high + self.leaves);
        let (mut before, mut after) = (self.empty, self.empty);
        while low < high {
            if low % 2 == 1 {
                before = (self.join)(before, self.nodes[low]);
                low += 1;
            }
            if high % 2 == 1 {
                high -= 1;
                after = (self.join)(self.nodes[high], after);
            }
            low /= 2;
            high /= 2;
        }
        (self.join)(before, after)
    }

    /// Several runs of rows, in order.
    pub fn ranges(&self, runs: impl IntoIterator<Item = (usize, usize)>) -> T {
        runs.into_iter().fold(self.empty, |all, (low, high)| (self.join)(all, self.range(low, high)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_the_join_of_its_rows() {
        for n in 0..20u64 {
            let values: Vec<u64> = (0..n).map(|i| i * i + 1).collect();
            let tree = Tree::new(&values, 0, |a, b| a + b);
            let least = Tree::new(&values, u64::MAX, u64::min);
            for low in 0..=values.len() {
                for high in low..=values.len() {
                    assert_eq!(tree.range(low, high), values[low..high].iter().sum::<u64>());
                    let expected = values[low..high].iter().copied().min().unwrap_or(u64::MAX);
                    assert_eq!(least.range(low, high), expected);
                }
            }
        }
    }
}
