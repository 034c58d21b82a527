//! How etcdctl writes durations, sizes and tables.
//!
//! Models time.Duration.String, dustin/go-humanize and olekukonko/tablewriter as etcdctl uses them.

use crate::sim::Duration;

/// A duration as Go writes it: `2.09ms`.
pub fn duration(duration: Duration) -> String {
    let micros = duration.as_micros();
    let (unit, digits, name) = match micros {
        0 => return "0s".to_owned(),
        1..1_000 => (1, 0, "µs"),
        1_000..1_000_000 => (1_000, 3, "ms"),
        _ => (1_000_000, 6, "s"),
    };
    let (whole, rest) = (micros / unit, micros % unit);
    let fraction = format!("{rest:0digits$}");
    match fraction.trim_end_matches('0') {
        "" => format!("{whole}{name}"),
        fraction => format!("{whole}.{fraction}{name}"),
    }
}

/// A size as people read it: `25 kB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    let (mut unit, mut at) = (1, 0);
    while bytes / unit >= 1000 {
        unit *= 1000;
        at += 1;
    }
    let tenths = (bytes / unit) * 10 + (bytes % unit * 10 + unit / 2) / unit;
    match tenths {
        _ if at == 0 => format!("{bytes} B"),
        0..100 => format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[at]),
        // Go rounds a half to the even number.
        _ => {
            let (whole, rest) = (tenths / 10, tenths % 10);
            let rounded = whole + u64::from(rest > 5 || rest == 5 && whole % 2 == 1);
            format!("{rounded} {}", UNITS[at])
        }
    }
}

/// A table in a frame: headings in the middle, cells to the right.
pub fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heading[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let rule: String = widths.iter().map(|width| format!("+{}", "-".repeat(width + 2))).collect();
    let rule = rule + "+\n";
    let mut text = rule.clone();
    for (cell, width) in heading.iter().zip(&widths) {
        let gap = width - cell.chars().count();
        let (before, after) = (" ".repeat(gap / 2), " ".repeat(gap - gap / 2));
        text.push_str(&format!("| {before}{}{after} ", cell.to_uppercase()));
    }
    text.push_str("|\n");
    text.push_str(&rule);
    for row in rows {
        for (cell, width) in row.iter().zip(&widths) {
            text.push_str(&format!("| {cell:>width$} "));
        }
        text.push_str("|\n");
    }
    text + &rule
}

/// Rows as the simple format has them: cells separated by commas.
pub fn rows(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| row.join(", ") + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_are_written_as_go_does() {
        let cases = [(0, "0s"), (90, "90µs"), (2090, "2.09ms"), (5_000_000, "5s")];
        for (micros, text) in cases {
            assert_eq!(duration(Duration::from_micros(micros)), text);
        }
        let cases = [(999, "999 B"), (20_480, "20 kB"), (2_097_152, "2.1 MB"), (9_960, "10 kB")];
        for (size, text) in cases {
            assert_eq!(bytes(size), text);
        }
    }

    #[test]
    fn tables_have_a_frame() {
        let rows = [vec!["1".to_owned(), "started".to_owned()]];
        let expected = "+----+---------+\n| ID | STATUS  |\n+----+---------+\n|  1 | started |\n\
                        +----+---------+\n";
        assert_eq!(table(&["ID", "Status"], &rows), expected);
    }
}
