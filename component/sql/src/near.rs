//! Names that are like one that is not known.

/// Similarity, from 0 to 1, from which on a name is a suggestion, if a third of its letters at most are wrong.
const SIMILAR: f64 = 0.84;

/// Up to three of `known` that are like `name`, the nearest first. The case does not count.
pub fn names<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let name = name.to_lowercase();
    let most = (name.chars().count() / 3).max(1);
    let mut near: Vec<(f64, &str)> = known
        .into_iter()
        .map(|known| (known, known.to_lowercase()))
        .map(|(known, low)| (strsim::jaro_winkler(&name, &low), known, strsim::osa_distance(&name, &low)))
        .filter(|&(similarity, _, edits)| similarity >= SIMILAR && edits <= most)
        .map(|(similarity, known, _)| (similarity, known))
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.truncate(3);
    near.into_iter().map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_third_of_the_letters_may_be_wrong() {
        let known = ["id", "name", "Age", "city"];
        assert_eq!(names("nam", known), ["name"]);
        assert_eq!(names("AGEE", known), ["Age"]);
        assert_eq!(names("citty", known), ["city"]);
        assert!(names("nothing", known).is_empty());
    }
}
