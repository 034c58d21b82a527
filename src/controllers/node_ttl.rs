//! For how long kubelets may keep what they read of Secrets and ConfigMaps: an annotation on each
//! node, the longer the more nodes there are.
//!
//! Models pkg/controller/ttl/ttl_controller.go.

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::ownership::metadata_patch;
use super::record::Subject;
use super::{Caches, Config};
use crate::api::types::Node;
use crate::api::{Key, Object, Resource, Str};
use crate::client::Delta;
use crate::sim::Rng;

const ANNOTATION: &str = "node.alpha.kubernetes.io/ttl";

/// Sizes of the cluster: below the first number the step before holds again, above the second the
/// step after; and how many seconds it means. Models ttlBoundaries.
const STEPS: [(usize, usize, u32); 6] = [
    (0, 100, 0),
    (90, 500, 15),
    (450, 1000, 30),
    (900, 2000, 60),
    (1800, 10_000, 300),
    (9000, usize::MAX, 600),
];

/// The TTL controller: it remembers which step of the table holds.
#[derive(Clone, Debug)]
pub struct NodeTtl {
    step: usize,
}

/// A node's annotation is being written.
#[derive(Clone, Copy, Debug)]
pub struct Writing;

impl Controller for NodeTtl {
    type Key = Key;
    type Progress = Writing;

    const PROFILE: Profile = Profile::named("ttl-controller");

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self { step: 0 }
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::NODES]
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        let step = step_after(self.step, caches.objects::<Node>().len());
        if step != self.step {
            self.step = step;
            caches.objects::<Node>().iter().for_each(|node| queue.add(node.key()));
        } else if let Some(node) = &delta.after
            && !self.is_told(node)
        {
            queue.add(node.key());
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Writing, Replies)>,
    ) -> Next<Writing> {
        if let Some((Writing, replies)) = resume {
            return match replies.object() {
                Err(status) if !status.is_not_found() => Next::refused(status),
                _ => Next::Done,
            };
        }
        let node = ctx.caches.of(Resource::NODES).get(key);
        let Some(node) = node.filter(|node| !self.is_told(node)) else { return Next::Done };
        let ttl = self.ttl();
        let call = metadata_patch(node, |meta| {
            meta.annotations = meta.annotations.with(ANNOTATION, ttl);
        });
        Next::Call(vec![call], Writing)
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(Resource::NODES, key.clone())
    }
}

impl NodeTtl {
    fn ttl(&self) -> Str {
        STEPS[self.step].2.to_string().into()
    }

    fn is_told(&self, node: &Object) -> bool {
        node.meta().annotations.get(ANNOTATION) == Some(&self.ttl())
    }
}

/// The step that holds with so many nodes, when `step` held before.
fn step_after(mut step: usize, nodes: usize) -> usize {
    while nodes > STEPS[step].1 {
        step += 1;
    }
    while nodes < STEPS[step].0 {
        step -= 1;
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controllers::testing::World;

    #[test]
    fn steps_have_hysteresis() {
        let check = |before, nodes, expected| assert_eq!(step_after(before, nodes), expected);
        check(0, 100, 0);
        check(0, 101, 1);
        check(1, 95, 1);
        check(1, 89, 0);
        check(0, 5000, 4);
        check(4, 3, 0);
    }

    #[test]
    fn every_node_is_told() {
        let mut world = World::new();
        world.run(3000);
        world.add_node("node-1");
        world.run(1000);
        let node = world.get::<Node>("node-1").unwrap();
        assert_eq!(node.meta().annotation(ANNOTATION), Some("0"));
    }
}
