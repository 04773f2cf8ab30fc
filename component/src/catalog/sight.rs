//! What of the roots is there for a principal: the tables that its patterns fit, and what lies in them.
//!
//! A table is an entry at the top of a root: what a path begins with tells whose it is before anything is
//! looked at. So what is not there for a principal is not there in globs, lists and errors either, and an
//! answer about it is the same whether or not it exists.

use std::fs;

use super::expand::join;
use super::{Root, format};
use crate::auth::Patterns;
use crate::error::{Error, Kind};

/// The most links that are followed on the way to a file, as in Linux.
const MAX_LINKS: usize = 40;

/// The tables that are there; the default is all of them.
#[derive(Clone, Debug, Default)]
pub struct Sight(Option<Patterns>);

impl Sight {
    pub fn of(tables: Option<Patterns>) -> Self {
        Self(tables)
    }

    pub fn shows_all(&self) -> bool {
        self.0.is_none()
    }

    /// Whether the file or folder `entry` at the top of `root` is there. Its table is what it is called
    /// without the extension of a known format, be it a file or a folder.
    pub fn shows(&self, root: &Root, entry: &str) -> bool {
        self.shows_table(&root.name, format::of_name(entry).map_or(entry, |(stem, _)| stem))
    }

    /// Whether a table of this name can be there.
    pub fn shows_table(&self, root: &str, name: &str) -> bool {
        self.0.as_ref().is_none_or(|tables| tables.fit(root, name))
    }

    /// Whether `root` has an entry of exactly this name. Where the host's file system takes several spellings
    /// for one file, only that of the directory is looked for in the patterns.
    pub fn has(&self, root: &Root, name: &str) -> bool {
        let is_it = |entry: std::io::Result<fs::DirEntry>| entry.is_ok_and(|entry| entry.file_name() == name);
        self.shows_all() || fs::read_dir(&root.directory).is_ok_and(|mut entries| entries.any(is_it))
    }

    /// Whether `path`, if it is a link, leads to where all is there: a link that somebody puts into their own
    /// table must not show another one. Nothing is looked at outside of what is there.
    pub fn follows(&self, root: &Root, path: &str) -> bool {
        self.shows_all() || !is_link(path) || self.stays(root, path)
    }

    /// Follows the parts of `path`, which lies in `root`, and those of the links among them.
    fn stays(&self, root: &Root, path: &str) -> bool {
        let Some(path) = path.strip_prefix(&join(&root.directory, "")) else { return false };
        let mut left: Vec<String> = reversed(path).collect();
        let mut way: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = left.pop() {
            match part.as_str() {
                "" | "." => continue,
                // Out of the root, where the host does not let it go.
                ".." if way.pop().is_none() => return false,
                ".." => continue,
                _ => way.push(part),
            }
            if way.len() == 1 && !(self.shows(root, &way[0]) && self.has(root, &way[0])) {
                return false;
            }
            let here = join(&root.directory, &way.join("/"));
            if !is_link(&here) {
                continue;
            }
            links += 1;
            let target =
                fs::read_link(&here).ok().and_then(|target| target.into_os_string().into_string().ok());
            match target {
                Some(target) if !target.starts_with('/') && links <= MAX_LINKS => {
                    left.extend(reversed(&target));
                    way.pop();
                }
                _ => return false,
            }
        }
        // A link to the root itself would have all tables below it.
        !way.is_empty()
    }

    /// The refusal of `name`, which says nothing of whether it exists.
    pub fn refusal(&self, name: &str) -> Error {
        Error::new(
            Kind::TableNotAllowed,
            format!(
                "\"{}\" is not among the tables of this credential; GET /tables and SHOW TABLES list those",
                name.escape_debug()
            ),
        )
    }

    /// The refusal of a link that lies in a table which is there.
    pub fn refused_link(&self, path: &str) -> Error {
        Error::new(
            Kind::TableNotAllowed,
            format!("'{path}' is a link to what is not in the tables of this credential; leave it out"),
        )
    }
}

fn reversed(path: &str) -> impl Iterator<Item = String> {
    path.rsplit('/').map(String::from)
}

fn is_link(path: &str) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_of_the_table_that_it_is_called_after() {
        let root = Root::new("/data");
        let sight = Sight::of(Some(Patterns::parse(&["sales", "*.notes.txt", "other.hr"]).unwrap()));
        for (entry, shown) in [
            ("sales", true),
            ("sales.parquet", true),
            ("sales.csv.gz", true),
            ("sales.CSV", true),
            ("sales.txt", false),
            ("sales.parquet.gz", false),
            ("notes.txt", true),
            ("notes.txt.csv", true),
            ("Sales.csv", false),
            ("sales2.csv", false),
            ("hr.csv", false),
            (".sales.csv", false),
            ("_sales", false),
        ] {
            assert_eq!(sight.shows(&root, entry), shown, "{entry}");
            assert!(Sight::default().shows(&root, entry));
        }
    }

    #[test]
    fn a_refusal_is_made_of_the_name_alone() {
        let sight = Sight::of(Some(Patterns::parse(&["sales"]).unwrap()));
        let told = |name: &str| sight.refusal(name).detail.replace(name, "NAME");
        assert_eq!(told("hr"), told("nothing"));
    }
}
