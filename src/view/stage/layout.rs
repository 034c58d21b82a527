//! Where everything stands: the control plane above, the balancer between, pods without a node in
//! a lane of their own, the workers below.
//!
//! Invariant: no two cards overlap, and everything lies inside of the size that is returned; the
//! stage scrolls when that is larger than the window.

use super::Rect;
use super::tiles::TileSize;

/// More workers than this are drawn as a dense grid.
pub const WORKERS_AS_CARDS_MAX: usize = 10;
/// More workers than this are drawn as squares.
const WORKERS_AS_CELLS_MAX: usize = 150;
/// Wider than this the stage keeps its width and stands in the middle.
const CONTENT_MAX: f64 = 1240.0;
/// The height of a master's card, in both of its forms.
const MASTER_H: f64 = 174.0;
/// A master narrower than this stacks its parts.
const MASTER_WIDE: f64 = 184.0;
/// The least width of a master; more of them than fit make the stage scroll sideways.
const MASTER_MIN: f64 = 96.0;
/// Between two cards.
const GAP: f64 = 12.0;
/// A line of Raft traffic above the masters.
const TRACK: f64 = 22.0;
/// What a worker's card holds above its tiles.
pub const WORKER_HEAD: f64 = 80.0;
/// Room around the contents of a card.
pub const CARD_PAD: f64 = 10.0;

/// The numbers the stage is laid out for.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct StageInput {
    /// The width of the window onto the stage.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// How many masters there are.
    pub masters: usize,
    /// How many workers.
    pub workers: usize,
    /// The most pods that any worker has.
    pub pods_most: usize,
    /// The most workloads that have pods on one worker.
    pub owners_most: usize,
    /// Pods without a node.
    pub unscheduled: usize,
}

/// How a master is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MasterForm {
    /// Scheduler and controllers side by side.
    Wide,
    /// Everything in one column, values shortened.
    Narrow,
}

/// A master: its card and, in the order of `Part::MASTER`, its parts.
#[derive(Clone, PartialEq, Debug)]
pub struct MasterBox {
    /// The card.
    pub card: Rect,
    /// etcd, apiserver, scheduler, controllers.
    pub parts: [Rect; 4],
}

/// How workers are drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WorkerForm {
    /// Cards with tiles.
    Card,
    /// Small cells with counts.
    Cell,
    /// Squares, coloured by how full they are.
    Square,
}

/// The lane of unscheduled pods.
#[derive(Clone, PartialEq, Debug)]
pub struct LaneBox {
    /// Its frame.
    pub rect: Rect,
    /// How many tiles it shows; the rest is a number.
    pub tiles_max: usize,
    /// Whether the reason stands below the tiles instead of beside them.
    pub stacked: bool,
}

/// The stage, laid out.
#[derive(Clone, PartialEq, Debug)]
pub struct StageLayout {
    /// The width of all of it.
    pub width: f64,
    /// The height of all of it.
    pub height: f64,
    /// The left and right ends of what is on it.
    pub content: (f64, f64),
    /// The title of the control plane.
    pub masters_title: Rect,
    /// The lowest track of Raft traffic; the others lie above it.
    pub rail_y: f64,
    /// How many tracks of Raft traffic there are.
    pub tracks: usize,
    /// How the masters are drawn.
    pub master_form: MasterForm,
    /// The masters.
    pub masters: Vec<MasterBox>,
    /// The line that gathers what comes from the masters.
    pub upper_bus_y: f64,
    /// The terminal.
    pub terminal: Rect,
    /// The load balancer.
    pub balancer: Rect,
    /// The line that spreads to the workers.
    pub lower_bus_y: f64,
    /// Pods without a node.
    pub lane: LaneBox,
    /// The title of the workers, with the legend beside it.
    pub workers_title: Rect,
    /// How the workers are drawn.
    pub worker_form: WorkerForm,
    /// The workers.
    pub workers: Vec<Rect>,
    /// How many of them stand side by side.
    pub columns: usize,
    /// How pods are drawn.
    pub tile: TileSize,
}

impl StageLayout {
    /// Lays out a stage.
    pub fn new(input: &StageInput) -> Self {
        let pad = if input.width < 600.0 { 12.0 } else { 20.0 };
        let least = input.masters as f64 * (MASTER_MIN + GAP / 2.0) - GAP / 2.0;
        let inner = (input.width - 2.0 * pad).clamp(least.max(240.0), CONTENT_MAX);
        let width = input.width.max(inner + 2.0 * pad);
        let left = (width - inner) / 2.0;
        let tracks = tracks(input.masters, inner);

        let masters_title = Rect::new(left, 10.0, inner, 18.0);
        // The title stands beside the highest track where the first master is wide enough.
        let first_w = inner / input.masters.max(1) as f64;
        let beside = if first_w > 190.0 { TRACK - 2.0 } else { 0.0 };
        let rail_y = masters_title.bottom() - beside + TRACK * tracks as f64 - TRACK / 2.0 + 4.0;
        let masters_y = rail_y + TRACK / 2.0 + 8.0;
        let (master_form, masters) = place_masters(input.masters, left, inner, masters_y);

        let masters_end = masters_y + MASTER_H;
        let below = 80.0 + lane_height(input, inner) + GAP + 26.0;
        let spare = input.height - masters_end - below - 250.0 - pad;
        let air = (spare * 0.3).clamp(0.0, 36.0);
        let wires = Wires::new(left, inner, masters_end, air);

        let lane = place_lane(input, left, inner, wires.end);
        let workers_title = Rect::new(left, lane.rect.bottom() + GAP, inner, 26.0);
        let workers_y = workers_title.bottom() + 4.0;
        let room = Rect::new(left, workers_y, inner, input.height - workers_y - pad);
        let placed = place_workers(input, room);
        let end = (placed.rects.last()).map_or(workers_y, Rect::bottom);
        Self {
            width,
            height: (end + pad).max(input.height),
            content: (left, left + inner),
            masters_title,
            rail_y,
            tracks,
            master_form,
            masters,
            upper_bus_y: wires.upper,
            terminal: wires.terminal,
            balancer: wires.balancer,
            lower_bus_y: wires.lower,
            lane,
            workers_title,
            worker_form: placed.form,
            workers: placed.rects,
            columns: placed.columns,
            tile: placed.tile,
        }
    }

    /// The track of Raft traffic between the masters numbered `from` and `to`: the further apart,
    /// the higher, so that messages to different members do not cover one another.
    pub fn track_y(&self, from: usize, to: usize) -> f64 {
        let track = from.abs_diff(to).saturating_sub(1).min(self.tracks - 1);
        self.rail_y - track as f64 * TRACK
    }

    /// How many letters of a part's value fit beside its name, which has so many.
    pub fn part_letters(&self, name: usize) -> usize {
        let part = self.masters.first().map_or(180.0, |master| master.parts[0].w);
        let taken = match self.master_form {
            MasterForm::Wide => 26.0,
            MasterForm::Narrow => 16.0,
        };
        super::label::letters(part - taken - name as f64 * 6.0)
    }

    /// How many letters of a pod's name fit on a tile.
    pub fn tile_letters(&self) -> usize {
        let card = self.workers.first().map_or(120.0, |card| card.w);
        let inner = card - 2.0 * CARD_PAD;
        let columns = self.tile.columns(inner) as f64;
        let gap = self.tile.cell().gap;
        let tile = (inner - (columns - 1.0) * gap) / columns;
        let taken = match self.tile {
            TileSize::Full => 18.0,
            _ => 26.0,
        };
        super::label::letters(tile - taken)
    }
}

/// How many tracks of Raft traffic there are above so many masters. On a narrow stage height is
/// dear, and the labels make room for one another.
fn tracks(masters: usize, inner: f64) -> usize {
    match masters {
        _ if inner < 480.0 => 1,
        0..=2 => 1,
        3 | 4 => 2,
        _ => 3,
    }
}

fn place_masters(count: usize, left: f64, inner: f64, y: f64) -> (MasterForm, Vec<MasterBox>) {
    let n = count.max(1) as f64;
    let gap = if inner / n < 140.0 { GAP / 2.0 } else { GAP };
    let w = ((inner - (n - 1.0) * gap) / n).min(340.0);
    let start = left + (inner - n * w - (n - 1.0) * gap) / 2.0;
    let form = if w < MASTER_WIDE { MasterForm::Narrow } else { MasterForm::Wide };
    let masters = (0..count).map(|index| {
        let card = Rect::new(start + index as f64 * (w + gap), y, w, MASTER_H);
        MasterBox { card, parts: place_parts(form, card) }
    });
    (form, masters.collect())
}

/// The parts of a master inside of its card: etcd on top, the apiserver below it and alone with a
/// wire to it, scheduler and controllers below the apiserver.
fn place_parts(form: MasterForm, card: Rect) -> [Rect; 4] {
    let row = |y: f64, h: f64, pad: f64| Rect::new(card.x + pad, card.y + y, card.w - 2.0 * pad, h);
    match form {
        MasterForm::Wide => {
            let pair = row(128.0, 36.0, CARD_PAD);
            // The middle stays free for the wire to the balancer.
            let half = (pair.w - 14.0) / 2.0;
            [
                row(36.0, 26.0, CARD_PAD),
                row(82.0, 26.0, CARD_PAD),
                Rect::new(pair.x, pair.y, half, pair.h),
                Rect::new(pair.right() - half, pair.y, half, pair.h),
            ]
        }
        MasterForm::Narrow => [
            row(34.0, 24.0, 7.0),
            row(76.0, 24.0, 7.0),
            row(118.0, 23.0, 7.0),
            row(144.0, 23.0, 7.0),
        ],
    }
}

/// What stands between masters and workers.
struct Wires {
    upper: f64,
    lower: f64,
    terminal: Rect,
    balancer: Rect,
    end: f64,
}

impl Wires {
    fn new(left: f64, inner: f64, y: f64, air: f64) -> Self {
        let upper = y + 14.0 + air / 3.0;
        let row = y + 26.0 + air / 2.0;
        let lower = row + 26.0 + 12.0 + air / 6.0;
        let terminal = Rect::new(left, row, 78.0, 26.0);
        let balancer_w = 132.0;
        // In the middle, unless that is where the terminal is.
        let balancer_x = (left + (inner - balancer_w) / 2.0).max(terminal.right() + 24.0);
        Self {
            upper,
            lower,
            terminal,
            balancer: Rect::new(balancer_x, row, balancer_w, 26.0),
            end: y + 80.0 + air,
        }
    }
}

/// Whether the reason of unscheduled pods must stand below them.
fn lane_is_stacked(inner: f64) -> bool {
    inner < 480.0
}

fn lane_height(input: &StageInput, inner: f64) -> f64 {
    match (input.unscheduled, lane_is_stacked(inner)) {
        (0, _) => 34.0,
        (_, false) => 58.0,
        (_, true) => 118.0,
    }
}

fn place_lane(input: &StageInput, left: f64, inner: f64, y: f64) -> LaneBox {
    let stacked = lane_is_stacked(inner);
    let rect = Rect::new(left, y, inner, lane_height(input, inner));
    let room = if stacked {
        inner - 2.0 * GAP - 40.0
    } else {
        // The title on the left, at least half of the rest for the reason.
        (inner - 130.0) * 0.5
    };
    let tile = TileSize::Full.cell();
    let fitting = ((room + tile.gap) / (tile.w + tile.gap)).floor().max(1.0) as usize;
    LaneBox { rect, tiles_max: fitting, stacked }
}

struct PlacedWorkers {
    form: WorkerForm,
    rects: Vec<Rect>,
    columns: usize,
    tile: TileSize,
}

fn place_workers(input: &StageInput, room: Rect) -> PlacedWorkers {
    let (form, least_w, gap, row_gap) = if input.workers <= WORKERS_AS_CARDS_MAX {
        (WorkerForm::Card, 120.0, GAP, 16.0)
    } else if input.workers <= WORKERS_AS_CELLS_MAX {
        (WorkerForm::Cell, 116.0, 8.0, 8.0)
    } else {
        (WorkerForm::Square, 24.0, 4.0, 4.0)
    };
    let fitting = (((room.w + gap) / (least_w + gap)).floor() as usize).max(1);
    let rows = input.workers.div_ceil(fitting).max(1);
    let columns = match form {
        // As many in each row as in the others, so that no row is nearly empty.
        WorkerForm::Card => input.workers.div_ceil(rows).max(1),
        _ => fitting,
    };
    let n = columns as f64;
    let w = ((room.w - (n - 1.0) * gap) / n).min(if form == WorkerForm::Card {
        420.0
    } else {
        f64::INFINITY
    });
    let start = room.x + (room.w - n * w - (n - 1.0) * gap) / 2.0;
    let (h, tile) = match form {
        WorkerForm::Card => card_height(input, room.h, rows as f64, row_gap, w),
        WorkerForm::Cell => (58.0, TileSize::Count),
        WorkerForm::Square => (24.0, TileSize::Count),
    };
    let rects = (0..input.workers).map(|index| {
        let (column, row) = (index % columns, index / columns);
        Rect::new(start + column as f64 * (w + gap), room.y + row as f64 * (h + row_gap), w, h)
    });
    PlacedWorkers { form, rects: rects.collect(), columns, tile }
}

/// The height of a worker's card and the size of its tiles: the largest tiles that fit into the
/// window, or into a card of moderate height when the window is too small for any.
fn card_height(
    input: &StageInput,
    room_h: f64,
    rows: f64,
    row_gap: f64,
    w: f64,
) -> (f64, TileSize) {
    const TILES_LEAST: f64 = 110.0;
    const TILES_MODERATE: f64 = 290.0;
    const TILES_MOST: f64 = 300.0;
    let frame = WORKER_HEAD + 2.0 * CARD_PAD;
    let inner = w - 2.0 * CARD_PAD;
    let fair = (room_h - (rows - 1.0) * row_gap) / rows - frame;
    let open = fair.max(if rows > 2.0 { TILES_LEAST } else { TILES_MODERATE * 0.57 });
    let tile = TileSize::fitting(input.pods_most, inner, open);
    let tile = match tile {
        TileSize::Count => TileSize::fitting(input.pods_most, inner, TILES_MODERATE),
        fits => fits,
    };
    let needed = match tile {
        TileSize::Count => TileSize::Count.height(input.owners_most, 0.0).min(TILES_MOST),
        size => size.height(input.pods_most, inner),
    };
    let tiles = needed.max(TILES_LEAST).max(fair.min(TILES_MOST));
    (tiles + frame, tile)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(width: f64, masters: usize, workers: usize, pods_most: usize) -> StageInput {
        StageInput {
            width,
            height: 680.0,
            masters,
            workers,
            pods_most,
            owners_most: 4,
            unscheduled: 1,
        }
    }

    fn everything(layout: &StageLayout) -> Vec<Rect> {
        let mut rects: Vec<Rect> = layout.masters.iter().map(|master| master.card).collect();
        rects.extend([layout.terminal, layout.balancer, layout.lane.rect]);
        rects.push(layout.workers_title);
        rects.extend(&layout.workers);
        rects
    }

    #[test]
    fn nothing_overlaps_and_nothing_sticks_out() {
        for width in [296.0, 366.0, 460.0, 712.0, 1100.0, 2200.0] {
            for masters in [1, 3, 5] {
                for workers in [0, 1, 3, 5, 7, 10, 11, 100, 1000] {
                    for pods in [0, 4, 30, 110] {
                        let layout = StageLayout::new(&input(width, masters, workers, pods));
                        let rects = everything(&layout);
                        for (index, one) in rects.iter().enumerate() {
                            assert!(one.x >= 0.0 && one.right() <= layout.width + 0.1);
                            assert!(one.y >= 0.0 && one.bottom() <= layout.height + 0.1);
                            let clash = rects[index + 1..].iter().find(|o| one.overlaps(o));
                            assert_eq!(clash, None, "{width} {masters} {workers} {pods}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn parts_lie_inside_of_their_master() {
        for width in [296.0, 712.0, 1100.0] {
            let layout = StageLayout::new(&input(width, 3, 3, 4));
            for master in &layout.masters {
                for (index, part) in master.parts.iter().enumerate() {
                    assert!(part.x >= master.card.x && part.right() <= master.card.right());
                    assert!(part.bottom() <= master.card.bottom());
                    assert!(master.parts[index + 1..].iter().all(|o| !part.overlaps(o)));
                }
            }
        }
    }

    #[test]
    fn the_mocks_cluster_fits_its_window_with_full_tiles() {
        let layout = StageLayout::new(&input(712.0, 3, 3, 4));
        assert_eq!(layout.master_form, MasterForm::Wide);
        assert_eq!(layout.tile, TileSize::Full);
        assert_eq!(layout.columns, 3);
        assert!(layout.height <= 680.0);
    }

    #[test]
    fn workers_share_their_rows_evenly() {
        let check = |workers, columns| {
            let layout = StageLayout::new(&input(712.0, 3, workers, 4));
            assert_eq!(layout.columns, columns, "{workers} workers");
        };
        check(1, 1);
        check(5, 5);
        check(6, 3);
        check(7, 4);
        check(10, 5);
    }

    #[test]
    fn the_further_the_member_the_higher_the_track() {
        let three = StageLayout::new(&input(712.0, 3, 3, 4));
        assert_eq!(three.track_y(0, 1), three.rail_y);
        assert_eq!(three.track_y(2, 0), three.rail_y - TRACK);
        let five = StageLayout::new(&input(712.0, 5, 3, 4));
        assert_eq!(five.track_y(0, 4), five.track_y(0, 3));
    }
}
