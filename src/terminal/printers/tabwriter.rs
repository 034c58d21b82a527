//! Columns: cells of neighbouring lines padded to the same width.
//!
//! Models Go's text/tabwriter as kubectl uses it, with elastic tabstops: a column ends where a line
//! does not reach it, and the last cell of a line belongs to no column. Invariant: no cell is cut.

use crate::terminal::text::Text;

/// A writer of columns.
#[derive(Clone, Debug)]
pub struct TabWriter {
    /// The least width of a column, padding included.
    width_min: usize,
    /// The space between a cell and the next.
    padding: usize,
    /// The widths that columns had when they were written last; kept only if they are to be.
    remembered: Option<Vec<usize>>,
    /// Whether tabs are left as they are.
    is_raw: bool,
    lines: Vec<Vec<Text>>,
    out: Text,
}

impl TabWriter {
    /// The writer of `kubectl get`: minimum 6, padding 3. Models cli-runtime/pkg/printers
    /// GetNewTabWriter.
    pub fn table() -> Self {
        Self::new(6, 3)
    }

    /// The writer of `kubectl describe`: no minimum, padding 2.
    pub fn description() -> Self {
        Self::new(0, 2)
    }

    /// A writer that leaves tabs as they are.
    pub fn raw() -> Self {
        Self { is_raw: true, ..Self::new(0, 0) }
    }

    fn new(width_min: usize, padding: usize) -> Self {
        let (lines, out) = (Vec::new(), Text::new());
        Self { width_min, padding, remembered: None, is_raw: false, lines, out }
    }

    /// Lets columns keep the widths they had, so that what comes later lines up with it.
    #[must_use]
    pub fn remembering(self) -> Self {
        Self { remembered: Some(Vec::new()), ..self }
    }

    /// Adds a line of cells.
    pub fn line(&mut self, cells: Vec<Text>) {
        self.lines.push(cells);
    }

    /// Ends all columns.
    pub fn flush(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        if self.is_raw {
            return self.join(&lines);
        }
        self.format(&lines, &mut Vec::new());
    }

    /// Ends all columns and takes what has been written.
    pub fn take(&mut self) -> Text {
        self.flush();
        std::mem::take(&mut self.out)
    }

    fn join(&mut self, lines: &[Vec<Text>]) {
        for line in lines {
            for (at, cell) in line.iter().enumerate() {
                self.out.push_str(if at > 0 { "\t" } else { "" });
                self.out.push(cell);
            }
            self.out.push_str("\n");
        }
    }

    /// Writes `lines`, the `widths` of whose first columns are known.
    fn format(&mut self, mut lines: &[Vec<Text>], widths: &mut Vec<usize>) {
        let column = widths.len();
        let reaches = |line: &Vec<Text>| line.len() > column + 1;
        while let Some(first) = lines.iter().position(reaches) {
            self.write(&lines[..first], widths);
            lines = &lines[first..];
            let end = lines.iter().position(|line| !reaches(line)).unwrap_or(lines.len());
            widths.push(self.width(&lines[..end], column));
            self.format(&lines[..end], widths);
            widths.pop();
            lines = &lines[end..];
        }
        self.write(lines, widths);
    }

    fn width(&mut self, lines: &[Vec<Text>], column: usize) -> usize {
        let widest = lines.iter().map(|line| line[column].width() + self.padding).max();
        let mut width = widest.unwrap_or(0).max(self.width_min);
        if let Some(remembered) = &mut self.remembered {
            if column >= remembered.len() {
                remembered.resize(column + 1, 0);
            }
            width = width.max(remembered[column]);
            remembered[column] = width;
        }
        width
    }

    fn write(&mut self, lines: &[Vec<Text>], widths: &[usize]) {
        for line in lines {
            for (at, cell) in line.iter().enumerate() {
                self.out.push(cell);
                if let Some(width) = widths.get(at) {
                    self.out.pad(width - cell.width());
                }
            }
            self.out.push_str("\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mut writer: TabWriter, text: &str, expected: &str) {
        for line in text.lines() {
            writer.line(line.split('\t').map(Text::from).collect());
        }
        assert_eq!(writer.take().to_string(), expected);
    }

    #[test]
    fn tables_have_room() {
        check(
            TabWriter::table(),
            "NAME\tAGE\tLAST\na\t2m\tx\nlonger-name\t\ty",
            "NAME          AGE   LAST\na             2m    x\nlonger-name         y\n",
        );
    }

    #[test]
    fn a_column_ends_where_a_line_does_not_reach_it() {
        check(
            TabWriter::description(),
            "Name:\ta\nLonger Name:\tb\nBlock:\n  x:\t1\n  long:\t2",
            "Name:         a\nLonger Name:  b\nBlock:\n  x:     1\n  long:  2\n",
        );
        check(
            TabWriter::description(),
            "a\tb\tc\nlong\tlonger\td\ne\tf",
            "a     b       c\nlong  longer  d\ne     f\n",
        );
    }

    #[test]
    fn widths_are_remembered() {
        let mut writer = TabWriter::table().remembering();
        writer.line(vec!["a-long-name".into(), "x".into()]);
        assert_eq!(writer.take().to_string(), "a-long-name   x\n");
        writer.line(vec!["b".into(), "y".into()]);
        assert_eq!(writer.take().to_string(), "b             y\n");
    }
}
