//! Zones, how healthy they are, and how fast nodes in them may be given up.
//!
//! When many nodes of a zone fall silent at once it is more likely the network that fails than the
//! nodes: the fewer are left, the slower pods are driven out, and when no node of any zone is left
//! nobody is driven out at all.
//!
//! Models pkg/controller/nodelifecycle/node_lifecycle_controller.go handleDisruption and
//! scheduler/rate_limited_queue.go.

use std::collections::{BTreeMap, VecDeque};

use crate::api::{Object, Str};
use crate::controllers::Config;
use crate::sim::{Duration, Time};

/// How healthy a zone is. Models ZoneState.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ZoneState {
    /// It has just been seen for the first time.
    Initial,
    /// Most nodes are ready.
    Normal,
    /// No node is ready.
    FullDisruption,
    /// Many nodes are not ready.
    PartialDisruption,
}

/// A zone, with the nodes that wait to be tainted NoExecute.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    pub(super) state: ZoneState,
    pub(super) waiting: VecDeque<Str>,
    /// Time from one node to the next; `None` while nobody is given up.
    interval: Option<Duration>,
    /// From when on the next node may be tainted.
    ready_at: Time,
}

/// How many nodes of a zone are ready, and how many are not.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Count {
    pub(super) ready: usize,
    pub(super) unready: usize,
}

/// What a look at all zones led to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Disruption {
    /// Nothing that concerns all zones.
    None,
    /// No node of any zone is ready any longer.
    Entered,
    /// Some node is ready again.
    Left,
}

/// All zones by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Zones(BTreeMap<Str, Zone>);

impl Zones {
    /// The zone called `name`, which is seen for the first time if it is not known.
    pub(super) fn zone(&mut self, name: &Str, config: &Config) -> &mut Zone {
        self.0.entry(name.clone()).or_insert_with(|| Zone {
            state: ZoneState::Initial,
            waiting: VecDeque::new(),
            interval: Some(config.eviction_interval),
            ready_at: Time::default(),
        })
    }

    /// The zone called `name`, if it is known.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Zone> {
        self.0.get_mut(name)
    }

    /// The names of all zones.
    pub(super) fn names(&self) -> Vec<Str> {
        self.0.keys().cloned().collect()
    }

    /// Takes in how many nodes of each zone are ready. Models handleDisruption.
    pub(super) fn assess(
        &mut self,
        counts: &BTreeMap<Str, Count>,
        config: &Config,
        now: Time,
    ) -> Disruption {
        self.0.retain(|name, _| counts.contains_key(name));
        let states: BTreeMap<&Str, ZoneState> =
            counts.iter().map(|(name, count)| (name, count.state(config))).collect();
        counts.keys().for_each(|name| _ = self.zone(name, config));
        let is_full = |state: ZoneState| state == ZoneState::FullDisruption;
        let all_are_full = states.values().all(|state| is_full(*state));
        let all_were_full = self.0.values().all(|zone| is_full(zone.state));
        if all_are_full && all_were_full {
            return Disruption::None;
        }
        for (name, zone) in &mut self.0 {
            let state = states.get(name).copied().unwrap_or(ZoneState::Normal);
            let size = counts.get(name).map_or(0, |count| count.ready + count.unready);
            if all_are_full {
                zone.limit(None, now);
            } else if all_were_full || zone.state != state {
                zone.limit(state.interval(size, config), now);
            }
            zone.state = state;
        }
        match (all_are_full, all_were_full) {
            (true, _) => Disruption::Entered,
            (_, true) => Disruption::Left,
            _ => Disruption::None,
        }
    }
}

impl Zone {
    /// When the next node may be tainted; `None` for not at all.
    pub(super) fn ready_at(&self) -> Option<Time> {
        self.interval.map(|_| self.ready_at)
    }

    /// The next node to be tainted, if it is time for one.
    pub(super) fn take(&mut self, now: Time) -> Option<Str> {
        let interval = self.interval.filter(|_| now >= self.ready_at)?;
        let node = self.waiting.pop_front()?;
        self.ready_at = now + interval;
        Some(node)
    }

    /// Has a node wait to be tainted.
    pub(super) fn push(&mut self, node: &Str) {
        if !self.waiting.contains(node) {
            self.waiting.push_back(node.clone());
        }
    }

    /// A node need not be tainted any longer.
    pub(super) fn forget(&mut self, node: &Str) {
        self.waiting.retain(|waiting| waiting != node);
    }

    /// Changes the rate. Whoever had to wait waits anew. Models SwapLimiter.
    fn limit(&mut self, interval: Option<Duration>, now: Time) {
        if interval == self.interval {
            return;
        }
        let had_to_wait = self.interval.is_none() || now < self.ready_at;
        self.ready_at = now + interval.filter(|_| had_to_wait).unwrap_or_default();
        self.interval = interval;
    }
}

impl Count {
    /// Models ComputeZoneState.
    fn state(self, config: &Config) -> ZoneState {
        let Self { ready, unready } = self;
        let many = unready * 100 >= config.unhealthy_zone_percent * (ready + unready);
        match (ready, unready) {
            (0, 1..) => ZoneState::FullDisruption,
            (_, 3..) if many => ZoneState::PartialDisruption,
            _ => ZoneState::Normal,
        }
    }
}

impl ZoneState {
    /// How fast nodes are given up in a zone of `size` nodes. Models setLimiterInZone.
    fn interval(self, size: usize, config: &Config) -> Option<Duration> {
        match self {
            Self::PartialDisruption if size > config.large_zone => {
                Some(config.secondary_eviction_interval)
            }
            Self::PartialDisruption => None,
            _ => Some(config.eviction_interval),
        }
    }
}

/// The zone a node is in, with its region. Models component-helpers/node/topology GetZoneKey.
pub(super) fn zone_of(node: &Object) -> Str {
    let label = |key| node.meta().label(key).unwrap_or_default();
    let (region, zone) =
        (label("topology.kubernetes.io/region"), label("topology.kubernetes.io/zone"));
    if region.is_empty() && zone.is_empty() {
        return Str::default();
    }
    format!("{region}:\0:{zone}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_secs(1000);

    #[test]
    fn zones_have_states() {
        let check = |ready, unready, state| {
            assert_eq!(Count { ready, unready }.state(&Config::default()), state);
        };
        check(3, 0, ZoneState::Normal);
        check(1, 2, ZoneState::Normal);
        check(0, 1, ZoneState::FullDisruption);
        check(2, 3, ZoneState::PartialDisruption);
        check(3, 3, ZoneState::Normal);
        check(9, 11, ZoneState::PartialDisruption);
    }

    #[test]
    fn one_node_after_another_and_slower_the_worse_it_is() {
        let (mut zones, config) = (Zones::default(), Config::default());
        let name = Str::from("a");
        let count = |ready, unready| BTreeMap::from([(name.clone(), Count { ready, unready })]);
        assert_eq!(zones.assess(&count(5, 1), &config, NOW), Disruption::None);
        let zone = zones.zone(&name, &config);
        ["x", "y"].iter().for_each(|node| zone.push(&Str::from(*node)));
        assert_eq!(zone.take(NOW), Some("x".into()));
        assert_eq!((zone.take(NOW), zone.ready_at()), (None, Some(Time::from_secs(1010))));
        // A small zone of which most is gone: nobody is given up.
        zones.assess(&count(2, 4), &config, NOW);
        assert_eq!(zones.zone(&name, &config).ready_at(), None);
        assert_eq!(zones.assess(&count(0, 6), &config, NOW), Disruption::Entered);
        assert_eq!(zones.assess(&count(0, 6), &config, NOW), Disruption::None);
        assert_eq!(zones.assess(&count(6, 0), &config, NOW), Disruption::Left);
        assert_eq!(zones.zone(&name, &config).take(NOW), None);
        let later = NOW + config.eviction_interval;
        assert_eq!(zones.zone(&name, &config).take(later), Some("y".into()));
    }
}
