//! Columns of text as lines that fit the terminal.

use super::cells::{Column, LEFT_OUT};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns are not made narrower than this to fit; some are left out instead.
const NARROWEST: usize = 8;

/// The border and the spaces around a cell, shared with its neighbour.
const AROUND: usize = 3;

/// Draws a box of columns and the line that counts. `width` is in the terminal's columns.
pub fn draw(mut columns: Vec<Column>, width: Option<usize>, rows: usize, shown: usize) -> String {
    let all = columns.len();
    let mut widths: Vec<usize> = columns.iter().map(natural).collect();
    if let Some(width) = width {
        fit(&mut columns, &mut widths, width);
    }
    let mut text = String::new();
    if all > 0 {
        let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
        let kinds: Vec<&str> = columns.iter().map(|column| &*column.kind).collect();
        rule(&mut text, &widths, ["┌", "┬", "┐"]);
        line(&mut text, &columns, &widths, &names);
        line(&mut text, &columns, &widths, &kinds);
        rule(&mut text, &widths, ["├", "┼", "┤"]);
        for row in 0..columns[0].cells.len() {
            let cells: Vec<&str> = columns.iter().map(|column| &*column.cells[row]).collect();
            line(&mut text, &columns, &widths, &cells);
        }
        rule(&mut text, &widths, ["└", "┴", "┘"]);
    }
    text.push_str(&match rows {
        1 => "1 row".into(),
        rows => format!("{rows} rows"),
    });
    if shown < rows {
        text.push_str(&format!(", {shown} shown"));
    }
    let left = columns.iter().filter(|column| !is_gap(column)).count();
    if left < all {
        text.push_str(&format!("; {all} columns, {left} shown"));
    }
    text.push('\n');
    text
}

fn natural(column: &Column) -> usize {
    let cells = column.cells.iter().map(|cell| cell.width());
    cells.chain([column.name.width(), column.kind.width()]).max().unwrap_or(0)
}

/// Narrows the widest columns first, then leaves out columns from the middle.
fn fit(columns: &mut Vec<Column>, widths: &mut Vec<usize>, width: usize) {
    let needed = |widths: &[usize]| widths.iter().map(|width| width + AROUND).sum::<usize>() + 1;
    while needed(widths) > width {
        let surplus = needed(widths) - width;
        let widest = widths.iter().copied().max().unwrap_or(0);
        if widest > NARROWEST {
            // Down to the second widest, or as far as it helps.
            let next = widths.iter().copied().filter(|&width| width < widest).max().unwrap_or(0);
            let target = next.max(NARROWEST).max(widest.saturating_sub(surplus));
            if let Some(at) = widths.iter().position(|&width| width == widest) {
                widths[at] = target.min(widest - 1);
            }
            continue;
        }
        // The first and the last column stay; a gap stands for those that went.
        let Some(middle) = middle(columns) else { return };
        columns.remove(middle);
        widths.remove(middle);
        if !columns.iter().any(is_gap) {
            columns.insert(middle, gap(columns[0].cells.len()));
            widths.insert(middle, 1);
        }
    }
}

/// The column to leave out next: beside the gap, so that one gap stands for all.
fn middle(columns: &[Column]) -> Option<usize> {
    match columns.iter().position(is_gap) {
        None => (columns.len() > 2).then_some(columns.len() / 2),
        Some(gap) => {
            let (before, after) = (gap, columns.len() - gap - 1);
            if before >= after && before > 1 {
                Some(gap - 1)
            } else if after > 1 {
                Some(gap + 1)
            } else {
                None
            }
        }
    }
}

fn gap(rows: usize) -> Column {
    Column { name: LEFT_OUT.into(), kind: String::new(), cells: vec![LEFT_OUT.into(); rows], right: false }
}

/// A column of ours, not of the data: no type has an empty name.
fn is_gap(column: &Column) -> bool {
    column.kind.is_empty()
}

fn rule(text: &mut String, widths: &[usize], [left, between, right]: [&str; 3]) {
    let lines: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
    text.push_str(&format!("{left}{}{right}\n", lines.join(between)));
}

fn line(text: &mut String, columns: &[Column], widths: &[usize], cells: &[&str]) {
    for ((column, &width), cell) in columns.iter().zip(widths).zip(cells) {
        let cell = shortened(cell, width);
        let space = " ".repeat(width - cell.width());
        let (before, after) = if column.right { (&*space, "") } else { ("", &*space) };
        text.push_str(&format!("│ {before}{cell}{after} "));
    }
    text.push_str("│\n");
}

/// The text in at most `width` columns of the terminal.
fn shortened(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let mut short = String::new();
    let mut taken = LEFT_OUT.width();
    for c in cell.chars() {
        taken += c.width().unwrap_or(0);
        if taken > width {
            break;
        }
        short.push(c);
    }
    // Some sequences, as emoji with a selector, are wider than their characters are.
    while short.width() + LEFT_OUT.width() > width && short.pop().is_some() {}
    short + LEFT_OUT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(cells: &[&str]) -> Vec<Column> {
        let column = |(at, cell): (usize, &&str)| Column {
            name: format!("c{at}"),
            kind: "varchar".into(),
            cells: vec![(*cell).into()],
            right: false,
        };
        cells.iter().enumerate().map(column).collect()
    }

    fn widest_line(text: &str) -> usize {
        text.lines().map(|line| line.width()).max().unwrap()
    }

    #[test]
    fn the_widest_column_gives_way_first() {
        let long = "x".repeat(300);
        let text = draw(columns(&["short one", &long]), Some(60), 1, 1);
        assert_eq!(widest_line(&text), 60);
        assert!(text.contains("short one") && text.contains("xxx…"), "{text}");
    }

    #[test]
    fn columns_go_from_the_middle_and_are_counted() {
        let cells: Vec<String> = (0..40).map(|n| format!("value {n:03}")).collect();
        let cells: Vec<&str> = cells.iter().map(|cell| &**cell).collect();
        let text = draw(columns(&cells), Some(80), 1, 1);
        assert!(widest_line(&text) <= 80, "{text}");
        assert!(text.contains("c0 ") && text.contains("c39 ") && !text.contains("c20 "), "{text}");
        assert!(text.ends_with("1 row; 40 columns, 6 shown\n"), "{text}");
    }

    #[test]
    fn a_terminal_of_any_width_ends() {
        for width in 0..40 {
            draw(columns(&["a", "世界世界世界世界世界", "c", "d"]), Some(width), 1, 1);
        }
    }

    #[test]
    fn wide_characters_take_two_places() {
        assert_eq!(shortened("世界世界", 8), "世界世界");
        assert_eq!(shortened("世界世界世", 8), "世界世…");
        let clouds = "\u{2601}\u{fe0f}".repeat(8);
        assert_eq!((clouds.width(), shortened(&clouds, 8).width()), (16, 8));
        let text = draw(columns(&["世界", "é"]), None, 1, 1);
        let widths: Vec<usize> = text.lines().take(6).map(|line| line.width()).collect();
        assert!(widths.iter().all(|&width| width == widths[0]), "{text}");
    }

    #[test]
    fn no_columns_is_a_count() {
        assert_eq!(draw(vec![], Some(80), 3, 3), "3 rows\n");
    }
}
