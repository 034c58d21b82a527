//! Messages under way, as the stage draws them.
//!
//! While time is held, what is under way is drawn where it is. A message takes a quarter of a
//! millisecond, too short to be seen at any speed a person would play at; while time runs slowly,
//! messages are therefore drawn for as long as an eye needs, from the instant they were delivered.

use crate::cluster::rooms::etcd::raft::MessageType;
use crate::cluster::rooms::network::Packet;
use smol_str::format_smolstr;

use crate::cluster::{Cluster, Payload, Record, Said, Summary};
use crate::sim::{Duration, RecordId, Time};
use crate::view::clock::Speed;
use crate::view::flight::{Flight, FlightKind};

use super::deeds::{Records, label};
use super::names::place_at;

/// How long a message is drawn while time runs.
const SEEN: Duration = Duration::from_millis(600);
/// The fastest speed at which messages are drawn.
const SPEED_MAX: Speed = Speed::REAL;
/// The fastest speed at which the chatter of Raft is drawn as well.
const RAFT_SPEED_MAX: Speed = Speed { eighths: 2 };
/// More would hide the stage.
const FLIGHTS_MAX: usize = 12;
/// More than this would, while time runs.
const RUNNING_MAX: usize = 6;
/// Records looked at while time runs.
const RECORDS_MAX: usize = 400;

/// What is under way while time is held.
pub fn held(cluster: &Cluster) -> Vec<Flight> {
    let now = cluster.now();
    let moving = cluster.in_flight().filter(|(_, _, packet)| packet.sent <= now);
    let mut moving: Vec<_> = moving.collect();
    moving.sort_by_key(|(at, seq, _)| (*at, *seq));
    let moving = moving.into_iter().map(|(at, seq, packet)| {
        let way = at.since(packet.sent).as_secs_f64().max(f64::EPSILON);
        let fraction = now.since(packet.sent).as_secs_f64() / way;
        flight(cluster, seq, packet, fraction.clamp(0.0, 1.0), false)
    });
    let stuck = cluster.network().stuck().iter().zip(0..);
    let stuck = stuck.map(|(packet, at)| flight(cluster, u64::MAX - at, packet, 0.5, true));
    let mut flights = one_a_wire(moving.chain(stuck).filter(|flight| flight.from != flight.to));
    flights.truncate(FLIGHTS_MAX);
    flights
}

/// What is drawn while time runs at `speed`: what arrived a moment ago.
pub fn running(cluster: &Cluster, records: &Records, speed: Speed) -> Vec<Flight> {
    let flights = latest(cluster, records, speed).filter_map(|(id, age, summary, lost)| {
        let chatter = matches!(summary.said, Said::Raft { .. }) && !lost;
        if chatter && speed > RAFT_SPEED_MAX && kind(&summary.said) == FlightKind::Raft {
            return None;
        }
        drawn(cluster, id.0, summary, age, lost)
    });
    // The latest first; how many came before it would flicker.
    let mut shown: Vec<Flight> = Vec::new();
    for flight in flights {
        let same = |other: &Flight| (&other.from, &other.to) == (&flight.from, &flight.to);
        if shown.len() < RUNNING_MAX && !shown.iter().any(same) {
            shown.push(flight);
        }
    }
    shown
}

/// What arrived a moment ago, as an eye sees it at `speed`, the latest first: how much of the time
/// for which it is drawn has passed, what it was, and whether it was lost.
pub fn latest<'a>(
    cluster: &Cluster,
    records: &'a Records,
    speed: Speed,
) -> impl Iterator<Item = (RecordId, f64, &'a Summary, bool)> {
    let (now, seen) = (cluster.now(), speed.simulated(SEEN));
    let last = RecordId(cluster.next_record().0.saturating_sub(1));
    let slow = speed <= SPEED_MAX;
    let recent = records.back_from(last).take(if slow { RECORDS_MAX } else { 0 });
    let recent = recent.take_while(move |(_, record)| now.since(record.time) < seen);
    recent.filter_map(move |(id, record)| {
        let age = now.since(record.time).as_secs_f64() / seen.as_secs_f64();
        match &record.payload {
            Record::Message(summary) => Some((id, age, summary, false)),
            Record::Lost(summary) => Some((id, age, summary, true)),
            _ => None,
        }
    })
}

/// Of several messages on one way, the first, which says how many follow it.
fn one_a_wire(flights: impl Iterator<Item = Flight>) -> Vec<Flight> {
    let mut kept: Vec<(Flight, usize)> = Vec::new();
    for flight in flights {
        let same = |(other, _): &&mut (Flight, usize)| {
            (&other.from, &other.to, other.lost) == (&flight.from, &flight.to, flight.lost)
        };
        match kept.iter_mut().find(same) {
            Some((_, more)) => *more += 1,
            None => kept.push((flight, 0)),
        }
    }
    let label = |(mut flight, more): (Flight, usize)| {
        if more > 0 {
            flight.label = format_smolstr!("{} +{more}", flight.label);
        }
        flight
    };
    kept.into_iter().map(label).collect()
}

/// A message that arrived; those within one process tell nothing while time runs.
fn drawn(
    cluster: &Cluster,
    id: u64,
    summary: &Summary,
    fraction: f64,
    lost: bool,
) -> Option<Flight> {
    let places = cluster.places();
    let (from, to) = (place_at(summary.from, places), place_at(summary.to, places));
    let told = summary.from.host != summary.to.host && !is_probe(&summary.said);
    let fraction = if lost { fraction.min(0.5) } else { fraction };
    told.then(|| Flight {
        id,
        from,
        to,
        label: label(&summary.said),
        kind: kind(&summary.said),
        fraction,
        lost,
    })
}

fn flight(
    cluster: &Cluster,
    id: u64,
    packet: &Packet<Payload>,
    fraction: f64,
    lost: bool,
) -> Flight {
    let said = Said::of(&packet.payload);
    let places = cluster.places();
    Flight {
        id,
        from: place_at(packet.from, places),
        to: place_at(packet.to, places),
        label: label(&said),
        kind: kind(&said),
        fraction,
        lost,
    }
}

const fn is_probe(said: &Said) -> bool {
    matches!(said, Said::Probe | Said::Probed(_) | Said::Bookmark(_))
}

/// The colour family of a message.
pub fn kind(said: &Said) -> FlightKind {
    use MessageType::{MsgPreVote, MsgPreVoteResp, MsgVote, MsgVoteResp};
    match said {
        Said::Raft { kind: MsgPreVote | MsgPreVoteResp | MsgVote | MsgVoteResp, .. } => {
            FlightKind::Vote
        }
        Said::Raft { .. } => FlightKind::Raft,
        Said::Store(..) | Said::Request(_) | Said::Cancel | Said::Probe => FlightKind::Request,
        _ => FlightKind::Response,
    }
}

/// The message under way with this number.
pub fn find(cluster: &Cluster, number: u64) -> Option<&Packet<Payload>> {
    let mut moving = cluster.in_flight();
    let moving = moving.find(|(_, seq, _)| *seq == number).map(|(_, _, packet)| packet);
    let held = || cluster.held().find(|(held, _)| *held == number).map(|(_, packet)| packet);
    moving.or_else(held).or_else(|| cluster.network().stuck().get((u64::MAX - number) as usize))
}

/// When the message under way with this number arrives, if nobody holds it.
pub fn arrival(cluster: &Cluster, number: u64) -> Option<Time> {
    cluster.in_flight().find(|(_, seq, _)| *seq == number).map(|(at, _, _)| at)
}
