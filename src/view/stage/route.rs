//! The way a message takes over the stage.
//!
//! Raft messages run above the masters, everything else below them; what stays on one host runs
//! inside of its card. A wire to a worker runs under the lane of unscheduled pods, so nothing
//! that travels on it ever covers what is written there.

use crate::view::subject::Part;

use super::layout::{MasterForm, StageLayout, WorkerForm};
use super::path::Path;
use super::{Point, Rect};

/// Where a message starts or ends, as a place on this stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spot {
    /// A part of the master with this number.
    Master(usize, Part),
    /// The worker with this number.
    Worker(usize),
    /// The load balancer.
    Balancer,
    /// The terminal.
    Terminal,
}

/// The way from one spot to another; none when they are the same.
pub fn route(layout: &StageLayout, from: Spot, to: Spot) -> Option<Path> {
    use Spot::{Balancer, Master, Terminal, Worker};
    match (from, to) {
        (Master(a, part), Master(b, other)) if a == b => local(layout, a, part, other),
        (Master(a, Part::Etcd), Master(b, Part::Etcd)) => Some(raft(layout, a, b)),
        (Balancer, Balancer) | (Terminal, Terminal) => None,
        (Worker(a), Worker(b)) if a == b => None,
        (Worker(a), Worker(b)) => {
            Some(worker_wire(layout, a).reversed().then(&worker_wire(layout, b)))
        }
        (from, to) => Some(to_balancer(layout, from).then(&to_balancer(layout, to).reversed())),
    }
}

/// The way from a spot to the load balancer, through which all traffic between hosts goes.
fn to_balancer(layout: &StageLayout, spot: Spot) -> Path {
    match spot {
        Spot::Master(index, _) => master_wire(layout, index),
        Spot::Worker(index) => worker_wire(layout, index).reversed(),
        Spot::Terminal => {
            let y = layout.terminal.centre().y;
            Path::through(&[
                Point::new(layout.terminal.right(), y),
                Point::new(layout.balancer.x, y),
            ])
        }
        Spot::Balancer => Path::default(),
    }
}

/// From the bottom of a master to the load balancer.
pub fn master_wire(layout: &StageLayout, index: usize) -> Path {
    let card = card(layout, index);
    let balancer = layout.balancer;
    Path::through(&[
        Point::new(card.middle(), card.bottom()),
        Point::new(card.middle(), layout.upper_bus_y),
        Point::new(balancer.middle(), layout.upper_bus_y),
        Point::new(balancer.middle(), balancer.y),
    ])
}

/// From the load balancer to the top of a worker, with a gap where it runs under the lane.
pub fn worker_wire(layout: &StageLayout, index: usize) -> Path {
    let start = layout.balancer.middle();
    let bus = layout.lower_bus_y;
    let lane = layout.lane.rect;
    let (x, mut below) = match layout.worker_form {
        WorkerForm::Card => card_entry(layout, index),
        WorkerForm::Cell | WorkerForm::Square => {
            (start, vec![Point::new(start, layout.workers_title.y)])
        }
    };
    let mut path = Path::through(&[
        Point::new(start, layout.balancer.bottom()),
        Point::new(start, bus),
        Point::new(x, bus),
        Point::new(x, lane.y),
    ]);
    below.insert(0, Point::new(x, lane.bottom()));
    path.leg(&below);
    path
}

/// Where the wire of a card leaves the bus, and its way from the lane to the card. Cards of later
/// rows are reached between the columns of the rows before.
fn card_entry(layout: &StageLayout, index: usize) -> (f64, Vec<Point>) {
    let Some(card) = layout.workers.get(index) else {
        return (layout.balancer.middle(), Vec::new());
    };
    let top = Point::new(card.middle(), card.y);
    if index < layout.columns {
        return (card.middle(), vec![top]);
    }
    // Between two columns, so that no wire runs along the edge of the stage.
    let gutter = if index.is_multiple_of(layout.columns) && layout.columns > 1 {
        card.right() + 6.0
    } else {
        card.x - 6.0
    };
    let turn = card.y - 8.0;
    let way = vec![Point::new(gutter, turn), Point::new(card.middle(), turn), top];
    (gutter, way)
}

/// From the top of one master to the top of another.
pub fn raft(layout: &StageLayout, from: usize, to: usize) -> Path {
    let (a, b) = (card(layout, from), card(layout, to));
    let y = layout.track_y(from, to);
    // Each end stands to the side where the other member is, so that what comes from the left
    // and what comes from the right do not meet on the same spot.
    let aside = (a.w / 4.0).min(28.0) * if to > from { 1.0 } else { -1.0 };
    Path::through(&[
        Point::new(a.middle() + aside, a.y),
        Point::new(a.middle() + aside, y),
        Point::new(b.middle() - aside, y),
        Point::new(b.middle() - aside, b.y),
    ])
}

/// Inside of a card: only the apiserver talks to etcd, and the others only to the apiserver.
pub fn local(layout: &StageLayout, index: usize, from: Part, to: Part) -> Option<Path> {
    let master = layout.masters.get(index)?;
    let [etcd, api, scheduler, controllers] = master.parts;
    let below = |part: Rect| {
        Path::through(&[Point::new(part.middle(), api.bottom()), Point::new(part.middle(), part.y)])
    };
    let wire = |part: Part| match (part, layout.master_form) {
        (Part::Etcd, _) => Some(Path::through(&[
            Point::new(api.middle(), api.y),
            Point::new(api.middle(), etcd.bottom()),
        ])),
        (Part::Scheduler, _) => Some(below(scheduler)),
        (Part::Controllers, MasterForm::Wide) => Some(below(controllers)),
        (Part::Controllers, MasterForm::Narrow) => {
            // Around the scheduler, along the edge of the card.
            let x = api.x - 4.0;
            let (top, bottom) = (api.centre().y, controllers.centre().y);
            Some(Path::through(&[
                Point::new(api.x, top),
                Point::new(x, top),
                Point::new(x, bottom),
                Point::new(controllers.x, bottom),
            ]))
        }
        (Part::Kubelet | Part::Apiserver, _) => None,
    };
    match (from, to) {
        (Part::Apiserver, other) => wire(other),
        (other, Part::Apiserver) => wire(other).map(Path::reversed),
        _ => None,
    }
}

/// From a master's apiserver down to the bottom of its card, between scheduler and controllers.
pub fn master_stem(layout: &StageLayout, index: usize) -> Option<Path> {
    if layout.master_form == MasterForm::Narrow {
        return None;
    }
    let master = layout.masters.get(index)?;
    let x = master.card.middle();
    Some(Path::through(&[
        Point::new(x, master.parts[1].bottom()),
        Point::new(x, master.card.bottom()),
    ]))
}

fn card(layout: &StageLayout, index: usize) -> Rect {
    layout.masters.get(index).map_or(layout.balancer, |m| m.card)
}

#[cfg(test)]
mod tests {
    use super::super::layout::StageInput;
    use super::*;

    fn layout(width: f64, workers: usize) -> StageLayout {
        StageLayout::new(&StageInput {
            width,
            height: 680.0,
            masters: 3,
            workers,
            pods_most: 4,
            owners_most: 2,
            unscheduled: 1,
        })
    }

    #[test]
    fn ways_start_and_end_where_they_should() {
        let layout = layout(712.0, 3);
        let api = Spot::Master(2, Part::Apiserver);
        let way = route(&layout, api, Spot::Worker(0)).expect("a way");
        let (start, end) = (way.at(0.0), way.at(1.0));
        assert_eq!(start.y, layout.masters[2].card.bottom());
        assert_eq!(end, Point::new(layout.workers[0].middle(), layout.workers[0].y));
        let back = route(&layout, Spot::Worker(0), api).expect("a way");
        assert_eq!((back.at(0.0), back.at(1.0)), (end, start));
        assert_eq!(route(&layout, Spot::Balancer, Spot::Balancer), None);
    }

    #[test]
    fn nothing_travels_over_the_lane() {
        for (width, workers) in [(712.0, 3), (712.0, 10), (366.0, 4), (712.0, 40)] {
            let layout = layout(width, workers);
            let lane = layout.lane.rect;
            for index in 0..workers {
                let way = route(&layout, Spot::Balancer, Spot::Worker(index)).expect("a way");
                for step in 0..=100 {
                    let y = way.at(f64::from(step) / 100.0).y;
                    assert!(y <= lane.y || y >= lane.bottom());
                }
            }
        }
    }

    #[test]
    fn raft_runs_above_the_masters() {
        let layout = layout(712.0, 3);
        let etcd = |index| Spot::Master(index, Part::Etcd);
        for (a, b) in [(0, 1), (1, 0), (0, 2), (2, 1)] {
            let way = route(&layout, etcd(a), etcd(b)).expect("a way");
            for step in 0..=20 {
                assert!(way.at(f64::from(step) / 20.0).y <= layout.masters[0].card.y);
            }
        }
    }

    #[test]
    fn on_one_host_only_the_apiserver_has_wires() {
        for width in [366.0, 712.0] {
            let layout = layout(width, 3);
            for part in [Part::Etcd, Part::Scheduler, Part::Controllers] {
                assert!(local(&layout, 1, Part::Apiserver, part).is_some());
                assert!(local(&layout, 1, part, Part::Apiserver).is_some());
            }
            assert_eq!(local(&layout, 1, Part::Scheduler, Part::Etcd), None);
        }
    }
}
