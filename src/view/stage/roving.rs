//! Moving the focus over the map with the arrow keys: across a host with left and right, from
//! host to host with up and down.

use smol_str::SmolStr;

use crate::view::pod::PodId;
use crate::view::subject::{ObjectId, Part};

/// One thing on the map that can have the focus.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum MapKey {
    /// A host.
    Host(SmolStr),
    /// A part of a master.
    Part(SmolStr, Part),
    /// The load balancer.
    Balancer,
    /// A pod.
    Pod(PodId),
    /// A line of counts: a host and a workload.
    Count(SmolStr, ObjectId),
}

impl MapKey {
    /// The `id` of its element.
    pub fn dom_id(&self) -> String {
        match self {
            Self::Host(name) => format!("map-host-{name}"),
            Self::Part(host, part) => format!("map-{}-{host}", part.short()),
            Self::Balancer => "map-balancer".to_string(),
            Self::Pod(id) => format!("map-pod-{}", id.0),
            Self::Count(host, id) => format!("map-count-{host}-{}-{}", id.namespace, id.name),
        }
    }
}

/// A direction of the arrow keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// ←
    Left,
    /// →
    Right,
    /// ↑
    Up,
    /// ↓
    Down,
}

/// Everything on the map, a row for each host, in the order in which it is read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Roving {
    /// The rows; none is empty.
    pub rows: Vec<Vec<MapKey>>,
}

impl Roving {
    /// What has the focus when `wanted` is gone or was never chosen.
    pub fn settle(&self, wanted: Option<&MapKey>) -> Option<&MapKey> {
        match wanted.and_then(|key| self.find(key)) {
            Some((row, column)) => self.rows[row].get(column),
            None => self.rows.first()?.first(),
        }
    }

    /// What gets the focus after `from`. At an end it stays.
    pub fn moved(&self, from: &MapKey, direction: Direction) -> Option<&MapKey> {
        let (row, column) = self.find(from)?;
        let to_row = |index: usize| {
            let row = self.rows.get(index)?;
            row.get(column.min(row.len().saturating_sub(1)))
        };
        match direction {
            Direction::Up => to_row(row.checked_sub(1)?),
            Direction::Down => to_row(row + 1),
            Direction::Left if column > 0 => self.rows[row].get(column - 1),
            Direction::Left => self.rows.get(row.checked_sub(1)?)?.last(),
            Direction::Right if column + 1 < self.rows[row].len() => self.rows[row].get(column + 1),
            Direction::Right => self.rows.get(row + 1)?.first(),
        }
    }

    fn find(&self, key: &MapKey) -> Option<(usize, usize)> {
        self.rows.iter().enumerate().find_map(|(row, keys)| {
            let column = keys.iter().position(|other| other == key)?;
            Some((row, column))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str) -> MapKey {
        MapKey::Host(name.into())
    }

    fn pod(uid: &str) -> MapKey {
        MapKey::Pod(PodId(uid.into()))
    }

    #[test]
    fn arrows_follow_hosts_and_pods() {
        use Direction::{Down, Left, Right, Up};
        let map = Roving {
            rows: vec![
                vec![host("a"), pod("1"), pod("2")],
                vec![host("b")],
                vec![host("c"), pod("3")],
            ],
        };
        let check = |from: MapKey, direction, to: Option<MapKey>| {
            assert_eq!(map.moved(&from, direction), to.as_ref());
        };
        check(host("a"), Right, Some(pod("1")));
        check(pod("2"), Right, Some(host("b")));
        check(host("b"), Left, Some(pod("2")));
        check(pod("2"), Down, Some(host("b")));
        check(pod("3"), Right, None);
        check(host("a"), Up, None);
        check(host("b"), Down, Some(host("c")));
        assert_eq!(map.settle(Some(&pod("gone"))), Some(&host("a")));
        assert_eq!(map.settle(Some(&pod("3"))), Some(&pod("3")));
    }
}
