//! The edit files: anchored replacements in upstream files.
//!
//! ```text
//! # title: what the edit does
//! # why: the reason
//! # until: the condition under which it goes
//! @@ file crates/polars-x/src/y.rs
//! @@ replace 1
//! the anchor, found exactly once
//! @@ with
//! what stands there instead
//! @@ end
//! ```
//!
//! An anchor is a substring of the file, without the line break before `@@ with`. A count other
//! than the stated one is an error: upstream has changed, and somebody has to look.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::tree::Files;

/// One file of `edits/`.
pub struct Edit {
    pub name: String,
    replacements: Vec<Replacement>,
}

struct Replacement {
    path: String,
    count: usize,
    anchor: String,
    with: String,
}

/// The edits in the order of their file names.
pub fn read_all(folder: &Path) -> Result<Vec<Edit>> {
    let mut paths = std::fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|ext| ext == "edit"));
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(path)?;
            Edit::parse(&name, &text).with_context(|| path.display().to_string())
        })
        .collect()
}

impl Edit {
    fn parse(name: &str, text: &str) -> Result<Self> {
        for key in ["# title:", "# why:", "# until:"] {
            if !text.lines().any(|line| line.starts_with(key)) {
                bail!("no line `{key} …`");
            }
        }
        let mut replacements = Vec::new();
        let mut path = None;
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let Some(command) = line.strip_prefix("@@ ") else {
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                bail!("line {}: outside a block: {line:?}", number + 1);
            };
            if let Some(file) = command.strip_prefix("file ") {
                path = Some(file.trim().to_string());
            } else if let Some(count) = command.strip_prefix("replace ") {
                let mut block = |end: &str| -> Result<String> {
                    let mut block: Vec<&str> = Vec::new();
                    for (_, line) in lines.by_ref() {
                        if line == end {
                            return Ok(block.join("\n"));
                        }
                        block.push(line);
                    }
                    bail!("line {}: no `{end}` follows", number + 1)
                };
                replacements.push(Replacement {
                    path: path.clone().context("`@@ replace` before `@@ file`")?,
                    count: count.trim().parse().context("`@@ replace` wants a count")?,
                    anchor: block("@@ with")?,
                    with: block("@@ end")?,
                });
            } else {
                bail!("line {}: unknown command {line:?}", number + 1);
            }
        }
        if replacements.is_empty() {
            bail!("no `@@ replace`");
        }
        Ok(Self { name: name.to_string(), replacements })
    }

    /// Applies the edit to `files`; on an error some replacements may have been made.
    pub fn apply(&self, files: &mut Files) -> Result<()> {
        for replacement in &self.replacements {
            let Replacement { path, count, anchor, with } = replacement;
            let bytes = files.get_mut(path).with_context(|| format!("{path}: no such file"))?;
            let text = std::str::from_utf8(bytes).with_context(|| path.clone())?;
            let seen = text.matches(anchor.as_str()).count();
            if seen != *count || anchor.is_empty() {
                bail!("{path}: found {seen} times, expected {count}: {anchor:?}");
            }
            *bytes = text.replace(anchor.as_str(), with).into_bytes();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDIT: &str = "# title: t\n# why: w\n# until: u\n\
        @@ file a.rs\n@@ replace 2\nold\n@@ with\nnew\nline\n@@ end\n";

    fn files(text: &str) -> Files {
        Files::from([("a.rs".to_string(), text.as_bytes().to_vec())])
    }

    #[test]
    fn replaces_every_occurrence_when_the_count_is_right() {
        let mut files = files("old, old");
        Edit::parse("e", EDIT).unwrap().apply(&mut files).unwrap();
        assert_eq!(files["a.rs"], b"new\nline, new\nline");
    }

    #[test]
    fn fails_loudly_when_the_count_is_wrong() {
        for text in ["old", "old old old", ""] {
            let error = Edit::parse("e", EDIT).unwrap().apply(&mut files(text)).unwrap_err();
            assert!(error.to_string().contains("expected 2"), "{error}");
        }
    }

    #[test]
    fn wants_a_reason_and_an_end() {
        let parse = |text: &str| Edit::parse("e", text).err().map(|error| error.to_string());
        assert!(parse("# title: t\n# until: u\n").unwrap().contains("why"));
        assert!(parse(&EDIT.replace("@@ end", "")).unwrap().contains("@@ end"));
        assert!(parse(&EDIT.replace("@@ file a.rs\n", "")).unwrap().contains("@@ file"));
    }
}
