//! A range of pod addresses for each node, where the process is told to hand them out.
//!
//! Models pkg/controller/nodeipam/ipam/range_allocator.go.

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::record::Subject;
use super::{Caches, Config};
use crate::api::rpc::{Call, Part, Patch};
use crate::api::types::Node;
use crate::api::{Key, Object, Resource, Str, Value};
use crate::client::Delta;
use crate::sim::{Map, Rng};

/// How many `/24` ranges a `/16` has.
const RANGES: u16 = 256;

const NONE_LEFT: &str = "CIDR allocation failed; there are no remaining CIDRs left to allocate in \
                         the accepted range";

/// The range allocator, and its memory.
#[derive(Clone, Debug)]
pub struct NodeIpam {
    /// The first two numbers of all addresses; `None` when nothing is handed out.
    prefix: Option<Str>,
    /// Which range is whose.
    taken: Map<u16, Str>,
    /// Where to look for the next free range: what has been given back comes last.
    next: u16,
}

/// A node's range is being written.
#[derive(Clone, Copy, Debug)]
pub struct Writing {
    range: u16,
}

impl Controller for NodeIpam {
    type Key = Key;
    type Progress = Writing;

    const PROFILE: Profile =
        Profile { source: "cidrAllocator", workers: 30, ..Profile::named("node-ipam-controller") };

    fn new(config: &Config, _rng: Rng) -> Self {
        Self { prefix: config.node_cidrs.clone(), taken: Map::new(), next: 0 }
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::NODES]
    }

    fn on_change(&mut self, delta: &Delta, _caches: &Caches, queue: &mut Keys<'_, Key>) {
        if self.prefix.is_none() {
            return;
        }
        let range = |node: &Object| self.range_of(node);
        let (before, after) = (delta.before.as_ref(), delta.after.as_ref());
        match (before.and_then(range), after) {
            (Some(range), None) => _ = self.taken.remove(&range),
            (before, Some(node)) => match self.range_of(node) {
                Some(range) if before.is_none() => {
                    self.taken.insert(range, node.meta().name.clone());
                }
                Some(_) => {}
                None => queue.add(node.key()),
            },
            (None, None) => {}
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Writing, Replies)>,
    ) -> Next<Writing> {
        if let Some((Writing { range }, replies)) = resume {
            let Err(status) = replies.object() else { return Next::Done };
            self.taken.remove(&range);
            return if status.is_not_found() { Next::Done } else { Next::refused(status) };
        }
        let node = ctx.caches.of(Resource::NODES).get(key);
        let Some(node) = node.filter(|node| self.range_of(node).is_none()) else {
            return Next::Done;
        };
        let Some((prefix, range)) = self.prefix.clone().zip(self.take(&node.meta().name)) else {
            let message = format!("Node {} status is now: CIDRNotAvailable", node.name());
            ctx.normal(node, "CIDRNotAvailable", message);
            return Next::Failed(Str::new_static(NONE_LEFT));
        };
        let cidr: Value = format!("{prefix}.{range}.0/24").into();
        let spec = [("podCIDR", cidr.clone()), ("podCIDRs", Value::from(vec![cidr]))];
        let call = Call::Patch {
            resource: Resource::NODES,
            key: key.clone(),
            part: Part::Main,
            patch: Patch::Merge(Value::map([("spec", Value::map(spec))])),
        };
        Next::Call(vec![call], Writing { range })
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(Resource::NODES, key.clone())
    }
}

impl NodeIpam {
    /// The range a node has.
    fn range_of(&self, node: &Object) -> Option<u16> {
        let cidr = &node.get::<Node>()?.spec.pod_cidr;
        let rest = cidr.strip_prefix(self.prefix.as_deref()?)?.strip_prefix('.')?;
        rest.strip_suffix(".0/24")?.parse().ok()
    }

    /// The next free range, taken for `node`; the one it has already if it asked before.
    fn take(&mut self, node: &Str) -> Option<u16> {
        if let Some((range, _)) = self.taken.iter().find(|(_, holder)| *holder == node) {
            return Some(*range);
        }
        let mut ranges = (self.next..RANGES).chain(0..self.next);
        let range = ranges.find(|range| !self.taken.contains_key(range))?;
        self.taken.insert(range, node.clone());
        self.next = (range + 1) % RANGES;
        Some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controllers::testing::World;

    #[test]
    fn hands_out_one_range_after_another() {
        let config = Config { node_cidrs: Some("10.244".into()), ..Config::default() };
        let mut world = World::with_config(config);
        world.run(3000);
        let cidr = |world: &World, name: &str| {
            let node = world.get::<Node>(name).unwrap();
            (node.spec.pod_cidr.clone(), node.spec.pod_cidrs[0].clone())
        };
        for (name, expected) in
            [("a", "10.244.0.0/24"), ("b", "10.244.1.0/24"), ("c", "10.244.2.0/24")]
        {
            world.add_node(name);
            world.run(1000);
            assert_eq!(cidr(&world, name), (expected.into(), expected.into()));
        }
        world.delete::<Node>("b", &Default::default());
        world.run(1000);
        world.add_node("d");
        world.run(1000);
        assert_eq!(cidr(&world, "d").0, "10.244.3.0/24");
    }

    #[test]
    fn what_was_given_back_comes_last() {
        let config = Config { node_cidrs: Some("10.244".into()), ..Config::default() };
        let mut ipam = NodeIpam::new(&config, Rng::new(1));
        let names: Vec<Str> = (0..RANGES).map(|n| n.to_string().into()).collect();
        let all = names.iter().map(|name| ipam.take(name).unwrap());
        assert!(all.eq(0..RANGES));
        assert_eq!(ipam.take(&"late".into()), None);
        ipam.taken.remove(&7);
        assert_eq!(ipam.take(&"late".into()), Some(7));
    }
}
