//! How big a pod is drawn, so that all pods of all workers fit in the same size.
//!
//! One size for the whole stage: a node with many pods must look fuller than one with few.

/// A size of tile, largest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TileSize {
    /// Name and state on two lines.
    Full,
    /// Shape and the end of the name on one line.
    Line,
    /// The shape alone.
    Dot,
    /// No tiles: a line of counts for each workload.
    Count,
}

/// What a size needs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cell {
    /// The least width.
    pub w: f64,
    /// The height.
    pub h: f64,
    /// The room between two.
    pub gap: f64,
}

impl TileSize {
    /// What one tile needs. The sizes without a gap are pointer targets of 24 pixels themselves.
    pub const fn cell(self) -> Cell {
        match self {
            Self::Full => Cell { w: 84.0, h: 42.0, gap: 6.0 },
            Self::Line => Cell { w: 74.0, h: 24.0, gap: 4.0 },
            Self::Dot => Cell { w: 24.0, h: 24.0, gap: 0.0 },
            Self::Count => Cell { w: 96.0, h: 24.0, gap: 2.0 },
        }
    }

    /// The name of its CSS modifier.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Line => "line",
            Self::Dot => "dot",
            Self::Count => "count",
        }
    }

    /// How many stand side by side in `width` pixels.
    pub fn columns(self, width: f64) -> usize {
        let cell = self.cell();
        (((width + cell.gap) / (cell.w + cell.gap)).floor() as usize).max(1)
    }

    /// How high `pods` of them stand in `width` pixels.
    pub fn height(self, pods: usize, width: f64) -> f64 {
        let cell = self.cell();
        let rows = pods.div_ceil(self.columns(width));
        (rows as f64 * (cell.h + cell.gap) - cell.gap).max(0.0)
    }

    /// The largest size in which `pods` fit into `width` by `height` pixels.
    pub fn fitting(pods: usize, width: f64, height: f64) -> Self {
        [Self::Full, Self::Line, Self::Dot]
            .into_iter()
            .find(|size| size.height(pods, width) <= height)
            .unwrap_or(Self::Count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_pods_make_smaller_tiles() {
        let check = |pods, size| assert_eq!(TileSize::fitting(pods, 184.0, 190.0), size);
        check(0, TileSize::Full);
        check(8, TileSize::Full);
        check(9, TileSize::Line);
        check(12, TileSize::Line);
        check(13, TileSize::Dot);
        check(49, TileSize::Dot);
        check(50, TileSize::Count);
    }

    #[test]
    fn a_narrow_card_still_has_a_column() {
        assert_eq!(TileSize::Full.columns(20.0), 1);
        assert_eq!(TileSize::Dot.columns(100.0), 4);
        assert_eq!(TileSize::Full.height(0, 100.0), 0.0);
    }
}
