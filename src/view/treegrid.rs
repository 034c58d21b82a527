//! Moving through rows that open and close.
//!
//! Models the keyboard of the ARIA treegrid pattern: right opens or goes in, left closes or goes
//! out, up and down walk over what is in view.

/// One row in view.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Row<K> {
    /// What it stands for.
    pub key: K,
    /// How deep it hangs, from 1.
    pub level: usize,
    /// Whether it is open; none when nothing hangs below it.
    pub open: Option<bool>,
    /// Its place among its siblings, from 1, and how many they are.
    pub place: (usize, usize),
}

/// What a key does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Motion {
    /// Focuses the row of this number.
    To(usize),
    /// Opens or closes the focused row.
    Toggle,
    /// Selects the focused row.
    Select,
}

/// What `key` does on row `at` of `rows`; none when it is not ours.
pub fn on_key<K>(rows: &[Row<K>], at: usize, key: &str) -> Option<Motion> {
    let row = rows.get(at)?;
    match key {
        "ArrowDown" => (at + 1 < rows.len()).then_some(Motion::To(at + 1)),
        "ArrowUp" => at.checked_sub(1).map(Motion::To),
        "Home" => Some(Motion::To(0)),
        "End" => Some(Motion::To(rows.len() - 1)),
        "ArrowRight" => match row.open {
            Some(true) => Some(Motion::To(at + 1)),
            Some(false) => Some(Motion::Toggle),
            None => None,
        },
        "ArrowLeft" if row.open == Some(true) => Some(Motion::Toggle),
        "ArrowLeft" => {
            let above = rows[..at].iter().rposition(|other| other.level < row.level);
            above.map(Motion::To)
        }
        "Enter" | " " => Some(Motion::Select),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_walk_open_and_close() {
        let row = |level, open| Row { key: (), level, open, place: (1, 1) };
        let rows = [row(1, Some(true)), row(2, Some(false)), row(2, None)];
        let check = |at, key, expected| assert_eq!(on_key(&rows, at, key), expected, "{at} {key}");
        check(0, "ArrowDown", Some(Motion::To(1)));
        check(2, "ArrowDown", None);
        check(0, "ArrowRight", Some(Motion::To(1)));
        check(1, "ArrowRight", Some(Motion::Toggle));
        check(2, "ArrowRight", None);
        check(2, "ArrowLeft", Some(Motion::To(0)));
        check(0, "ArrowLeft", Some(Motion::Toggle));
        check(0, "ArrowUp", None);
        check(1, "Enter", Some(Motion::Select));
        check(1, "x", None);
    }
}
