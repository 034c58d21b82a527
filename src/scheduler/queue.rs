//! Pods that wait to be scheduled: those whose turn may come, those that wait a while after a
//! failure, and those that wait for something to happen.
//!
//! Models pkg/scheduler/backend/queue: scheduling_queue.go, active_queue.go, backoff_queue.go.
//! The invariant is that a pod is in one place, and that place agrees with the indexes. Nothing
//! here asks to be woken when nothing is due.

use std::collections::BTreeSet;

use super::framework::{Event, Framework, PluginSet};
use super::pod::PodInfo;
use crate::api::types::Pod;
use crate::api::{Key, Typed};
use crate::sim::{Duration, Map, RecordId, Set, Time};

/// How long a pod waits after its first failure; it doubles with each.
/// Models scheduling_queue.go DefaultPodInitialBackoffDuration.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);

/// The longest a pod waits after failures.
const LAST_BACKOFF: Duration = Duration::from_secs(10);

/// Backoffs end at whole seconds, so that pods of one second leave in the order of importance.
/// Models backoff_queue.go backoffQOrderingWindowDuration.
const WINDOW: Duration = Duration::from_secs(1);

/// After this long a pod is tried again though nothing seems to have happened: it may have been
/// missed. Models scheduling_queue.go DefaultPodMaxInUnschedulablePodsDuration.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// How often it is looked for pods that have waited that long.
const SWEEP_PERIOD: Duration = Duration::from_secs(30);

/// Pods that wait to be scheduled.
#[derive(Clone, Debug)]
pub struct Queue {
    framework: Framework,
    pods: Map<Key, Queued>,
    active: Map<Turn, Key>,
    backoff: Map<(Time, Turn), Key>,
    /// Apart from the others, because these do not get their turn early.
    error_backoff: Map<(Time, Turn), Key>,
    unschedulable: Set<(Time, Key)>,
    /// The same pods by the plugins that refused them.
    refused: Set<(u8, Key)>,
    in_flight: Option<InFlight>,
    entered: u64,
}

/// A pod in the queue, or taken out of it to be scheduled.
#[derive(Clone, Debug)]
pub struct Queued {
    /// The pod.
    pub pod: PodInfo,
    /// How often it has been tried.
    pub attempts: u32,
    /// What put it where it is.
    pub reason: RecordId,
    since: Time,
    entered: u64,
    refusals: u32,
    errors: u32,
    rejectors: PluginSet,
    place: Place,
}

/// Where a pod waits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// With those whose turn it is.
    Active,
    /// Until a moment, after it was refused.
    Backoff(Time),
    /// Until a moment, after something went wrong.
    ErrorBackoff(Time),
    /// For something to happen.
    Unschedulable,
    /// For its gates to be removed.
    Gated,
}

/// Whose turn comes first: by the rank of the QueueSort plugin, then by entry.
type Turn = (i64, Time, u64);

/// A pod that is being scheduled.
#[derive(Clone, Debug)]
struct InFlight {
    pod: PodInfo,
    rejectors: PluginSet,
    /// Whether something happened meanwhile that may let it fit.
    may_fit_now: bool,
}

impl Queue {
    /// A queue with nothing in it.
    pub fn new(framework: Framework) -> Self {
        Self {
            framework,
            pods: Map::new(),
            active: Map::new(),
            backoff: Map::new(),
            error_backoff: Map::new(),
            unschedulable: Set::new(),
            refused: Set::new(),
            in_flight: None,
            entered: 0,
        }
    }

    /// A pod is new.
    pub fn add(&mut self, pod: PodInfo, now: Time, reason: RecordId) {
        self.entered += 1;
        self.put(Queued {
            pod,
            attempts: 0,
            reason,
            since: now,
            entered: self.entered,
            refusals: 0,
            errors: 0,
            rejectors: PluginSet::default(),
            place: Place::Active,
        });
    }

    /// A pod that waits has changed. Returns where it is now if it moved.
    pub fn update(
        &mut self,
        before: &Typed<Pod>,
        after: &Typed<Pod>,
        now: Time,
        reason: RecordId,
    ) -> Option<Place> {
        let event = Event::PodUpdated { before, after };
        let key = after.key();
        if let Some(flying) = self.in_flight.as_mut().filter(|flying| flying.pod.key == key) {
            flying.pod = flying.pod.updated(after.clone());
            self.note_in_flight(&event);
            return None;
        }
        let mut queued = self.remove(&key)?;
        queued.pod = queued.pod.updated(after.clone());
        let was = queued.place;
        let wakes = match was {
            Place::Gated => true,
            Place::Unschedulable => {
                self.framework.is_worth_queueing(queued.rejectors, &queued.pod, &event)
            }
            _ => false,
        };
        if wakes {
            queued.place = queued.place_after_backoff(now);
            queued.reason = reason;
        }
        let place = self.put(queued);
        (place != was).then_some(place)
    }

    /// Takes a pod out that is gone or has been bound.
    pub fn remove(&mut self, key: &Key) -> Option<Queued> {
        let queued = self.pods.remove(key)?;
        let turn = self.turn(&queued);
        match queued.place {
            Place::Active => _ = self.active.remove(&turn),
            Place::Backoff(until) => _ = self.backoff.remove(&(until, turn)),
            Place::ErrorBackoff(until) => _ = self.error_backoff.remove(&(until, turn)),
            Place::Unschedulable => {
                self.unschedulable.remove(&(queued.since, key.clone()));
                for plugin in queued.rejectors.iter() {
                    self.refused.remove(&(plugin, key.clone()));
                }
            }
            Place::Gated => {}
        }
        Some(queued)
    }

    /// Takes out the pod whose turn it is. If nobody's is, the first of those that wait after a
    /// refusal need not wait any longer. Models active_queue.go unlockedPop.
    pub fn pop(&mut self) -> Option<Queued> {
        let active = self.active.first().map(|(_, key)| key);
        let key = active.or(self.backoff.first().map(|(_, key)| key))?.clone();
        let mut queued = self.remove(&key)?;
        queued.attempts += 1;
        queued.rejectors = PluginSet::default();
        self.in_flight = Some(InFlight {
            pod: queued.pod.clone(),
            rejectors: PluginSet::default(),
            may_fit_now: false,
        });
        Some(queued)
    }

    /// The pod that was taken out last will be refused by these plugins: from now on, what happens
    /// is seen in that light.
    pub fn foresee(&mut self, rejectors: PluginSet) {
        if let Some(flying) = &mut self.in_flight {
            flying.rejectors = rejectors;
        }
    }

    /// The pod that was taken out last needs nobody's attention any longer.
    pub fn done(&mut self) {
        self.in_flight = None;
    }

    /// Puts a pod back that could not be scheduled: refused by plugins, or, when there are none,
    /// for another reason. Models AddUnschedulableIfNotPresent.
    pub fn retry(&mut self, mut queued: Queued, rejectors: PluginSet, now: Time, why: RecordId) {
        let flying = self.in_flight.take_if(|flying| flying.pod.key == queued.pod.key);
        queued.since = now;
        queued.rejectors = rejectors;
        if rejectors.is_empty() {
            queued.errors += 1;
            queued.place = queued.place_after_backoff(now);
        } else {
            queued.refusals += 1;
            queued.errors = 0;
            queued.place = match flying.is_some_and(|flying| flying.may_fit_now) {
                true => queued.place_after_backoff(now),
                false => Place::Unschedulable,
            };
        }
        queued.reason = why;
        self.put(queued);
    }

    /// Something happened in the cluster. Returns the pods that may fit now, with their places.
    /// Models MoveAllToActiveOrBackoffQueue.
    pub fn on_event(
        &mut self,
        event: &Event<'_>,
        now: Time,
        reason: RecordId,
    ) -> Vec<(Key, Place)> {
        self.note_in_flight(event);
        let mut concerned = BTreeSet::new();
        for plugin in self.framework.listeners(event.kind()).iter() {
            let (least, most) = ((plugin, Key::default()), (plugin + 1, Key::default()));
            concerned.extend(self.refused.range(least..most).map(|((_, key), ())| key.clone()));
        }
        let framework = self.framework;
        concerned.retain(|key| {
            let queued = &self.pods.get(key).expect("what is refused waits");
            framework.is_worth_queueing(queued.rejectors, &queued.pod, event)
        });
        self.wake(concerned, now, reason)
    }

    /// Those that have waited out their time after a failure get their turn.
    /// Models flushBackoffQCompleted.
    pub fn flush(&mut self, now: Time) {
        for at_error in [false, true] {
            loop {
                let queue = if at_error { &self.error_backoff } else { &self.backoff };
                let first = queue.first().filter(|((until, _), _)| *until <= now);
                let Some(key) = first.map(|(_, key)| key.clone()) else { break };
                let mut queued = self.remove(&key).expect("the indexes agree with the pods");
                queued.place = Place::Active;
                self.put(queued);
            }
        }
    }

    /// Those that have waited too long for something to happen are tried all the same.
    /// Models flushUnschedulablePodsLeftover.
    pub fn sweep(&mut self, now: Time, reason: RecordId) -> Vec<(Key, Place)> {
        let before = now - PATIENCE;
        let stale = self.unschedulable.keys().take_while(|(since, _)| *since < before);
        let stale: BTreeSet<_> = stale.map(|(_, key)| key.clone()).collect();
        self.wake(stale, now, reason)
    }

    /// When [`Queue::flush`] has something to do next.
    pub fn next_flush(&self) -> Option<Time> {
        let first = |queue: &Map<(Time, Turn), Key>| queue.first().map(|((until, _), _)| *until);
        first(&self.backoff).into_iter().chain(first(&self.error_backoff)).min()
    }

    /// When [`Queue::sweep`] has something to do next.
    pub fn next_sweep(&self) -> Option<Time> {
        let ((since, _), ()) = self.unschedulable.first()?;
        Some((*since + PATIENCE + Duration::from_micros(1)).round_up(SWEEP_PERIOD))
    }

    /// A pod that waits.
    pub fn get(&self, key: &Key) -> Option<&Queued> {
        self.pods.get(key)
    }

    /// All pods that wait, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &Queued> {
        self.pods.values()
    }

    /// How many pods wait.
    pub fn len(&self) -> usize {
        self.pods.len()
    }

    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.pods.is_empty()
    }

    fn wake(&mut self, keys: BTreeSet<Key>, now: Time, reason: RecordId) -> Vec<(Key, Place)> {
        let mut moved = Vec::new();
        for key in keys {
            let mut queued = self.remove(&key).expect("only those that wait are woken");
            queued.place = queued.place_after_backoff(now);
            queued.reason = reason;
            moved.push((key, self.put(queued)));
        }
        moved
    }

    fn note_in_flight(&mut self, event: &Event<'_>) {
        if let Some(flying) = &mut self.in_flight {
            flying.may_fit_now = flying.may_fit_now
                || self.framework.is_worth_queueing(flying.rejectors, &flying.pod, event);
        }
    }

    /// Puts a pod where it says, or with the gated ones if a plugin keeps it out.
    fn put(&mut self, mut queued: Queued) -> Place {
        if matches!(queued.place, Place::Active | Place::Backoff(_) | Place::Gated) {
            queued.place = match self.framework.pre_enqueue(&queued.pod) {
                Err(_) => Place::Gated,
                Ok(()) if queued.place == Place::Gated => Place::Active,
                Ok(()) => queued.place,
            };
        }
        let key = queued.pod.key.clone();
        let turn = self.turn(&queued);
        match queued.place {
            Place::Active => _ = self.active.insert(turn, key.clone()),
            Place::Backoff(until) => _ = self.backoff.insert((until, turn), key.clone()),
            Place::ErrorBackoff(until) => {
                self.error_backoff.insert((until, turn), key.clone());
            }
            Place::Unschedulable => {
                self.unschedulable.add((queued.since, key.clone()));
                for plugin in queued.rejectors.iter() {
                    self.refused.add((plugin, key.clone()));
                }
            }
            Place::Gated => {}
        }
        let place = queued.place;
        self.pods.insert(key, queued);
        place
    }

    fn turn(&self, queued: &Queued) -> Turn {
        let (rank, since) = self.framework.rank(&queued.pod, queued.since);
        (rank, since, queued.entered)
    }
}

impl Queued {
    /// Where it waits.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The plugins that refused it last.
    pub fn rejectors(&self) -> PluginSet {
        self.rejectors
    }

    /// When it came to where it is, or was tried last.
    pub fn since(&self) -> Time {
        self.since
    }

    /// With those whose turn it is, unless it has to wait a while because it failed.
    fn place_after_backoff(&self, now: Time) -> Place {
        let until = self.backoff_until();
        if until <= now {
            return Place::Active;
        }
        if self.rejectors.is_empty() { Place::ErrorBackoff(until) } else { Place::Backoff(until) }
    }

    /// Models backoff_queue.go getBackoffTime.
    fn backoff_until(&self) -> Time {
        let failures = if self.errors > 0 { self.errors } else { self.refusals };
        let Some(doublings) = failures.checked_sub(1) else { return Time::default() };
        let backoff = FIRST_BACKOFF.saturating_mul(1 << doublings.min(10)).min(LAST_BACKOFF);
        (self.since + backoff + Duration::from_micros(1)).round_up(WINDOW) - WINDOW
    }
}

impl Place {
    /// The name of the queue, as the log writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Backoff(_) | Self::ErrorBackoff(_) => "Backoff",
            Self::Unschedulable | Self::Gated => "Unschedulable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::plugins::DEFAULT;
    use crate::scheduler::testing::{plain_node, pod};

    const WHY: RecordId = RecordId(1);

    fn info(name: &str, spec: &str) -> PodInfo {
        PodInfo::new(pod(&format!("{{metadata: {{name: {name}}}, spec: {{{spec}}}}}")))
    }

    fn names(names: &[&'static str]) -> PluginSet {
        DEFAULT.set_of(&names.iter().copied().collect())
    }

    fn at(millis: u64) -> Time {
        Time::from_micros(1_000_000_000 + millis * 1000)
    }

    fn order(queue: &mut Queue) -> Vec<String> {
        std::iter::from_fn(|| queue.pop()).map(|q| q.pod.key.name().to_owned()).collect()
    }

    #[test]
    fn the_important_go_first_then_the_early() {
        let mut queue = Queue::new(DEFAULT);
        queue.add(info("b", ""), at(0), WHY);
        queue.add(info("a", ""), at(0), WHY);
        queue.add(info("vip", "priority: 7"), at(5), WHY);
        queue.add(info("gated", "schedulingGates: [{name: x}]"), at(0), WHY);
        assert_eq!(order(&mut queue), ["vip", "b", "a"]);
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn gates_are_left_when_they_are_removed() {
        let mut queue = Queue::new(DEFAULT);
        let gated = info("p", "schedulingGates: [{name: x}]");
        queue.add(gated.clone(), at(0), WHY);
        let relabelled = gated.object().with_meta(|m| m.labels = m.labels.with("a", "b"));
        assert_eq!(queue.update(gated.object(), &relabelled, at(1), WHY), None);
        let open = info("p", "");
        assert_eq!(queue.update(&relabelled, open.object(), at(1), WHY), Some(Place::Active));
        assert_eq!(queue.pop().map(|queued| queued.attempts), Some(1));
    }

    /// Fails the pod again and again, and says how long after each failure it has to wait if the
    /// reason goes away at once.
    fn waits(rejectors: PluginSet) -> Vec<u64> {
        let mut queue = Queue::new(DEFAULT);
        queue.add(info("p", ""), at(300), WHY);
        let mut now = at(300);
        let mut waits = Vec::new();
        for _ in 0..6 {
            let queued = queue.pop().expect("it waited long enough");
            queue.retry(queued, rejectors, now, WHY);
            queue.on_event(&Event::NodeAdded(&plain_node("n", "")), now, WHY);
            let until = queue.next_flush().expect("it has to wait");
            waits.push(until.since(now).as_millis() as u64);
            now = until;
            queue.flush(now);
            now += Duration::from_millis(300);
        }
        waits
    }

    #[test]
    fn each_failure_doubles_the_wait_which_ends_with_a_second() {
        let expected = [700, 1700, 3700, 7700, 9700, 9700];
        assert_eq!(waits(names(&["NodeAffinity"])), expected);
        assert_eq!(waits(PluginSet::default()), expected);
    }

    #[test]
    fn waits_after_refusals_end_early_when_nobody_else_is_there() {
        let mut queue = Queue::new(DEFAULT);
        queue.add(info("refused", ""), at(0), WHY);
        queue.add(info("failed", ""), at(1), WHY);
        let (refused, failed) = (queue.pop().unwrap(), queue.pop().unwrap());
        queue.retry(failed, PluginSet::default(), at(2), WHY);
        queue.retry(refused, names(&["NodeAffinity"]), at(2), WHY);
        queue.on_event(&Event::NodeAdded(&plain_node("n", "")), at(2), WHY);
        assert_eq!(order(&mut queue), ["refused"]);
        queue.flush(at(1000));
        assert_eq!(order(&mut queue), ["failed"]);
    }

    #[test]
    fn only_what_may_help_wakes_a_pod() {
        let check = |plugin, spec: &str, event: &Event<'_>, expected: bool| {
            let mut queue = Queue::new(DEFAULT);
            queue.add(info("p", spec), at(0), WHY);
            let queued = queue.pop().unwrap();
            queue.retry(queued, names(&[plugin]), at(0), WHY);
            assert!(queue.pop().is_none());
            let moved = !queue.on_event(event, at(0), RecordId(2)).is_empty();
            assert_eq!(moved, expected, "{plugin} {:?}", event.kind());
        };
        let node = plain_node("n", "");
        let (added, gone) = (Event::NodeAdded(&node), info("x", "nodeName: n"));
        let gone = Event::AssignedPodDeleted(gone.object());
        let large = "containers: [{resources: {requests: {cpu: '5'}}}]";
        check("NodeResourcesFit", "", &added, true);
        check("NodeResourcesFit", large, &added, false);
        check("NodeResourcesFit", "", &gone, true);
        check("NodeAffinity", "", &gone, false);
        check("NodeAffinity", "nodeSelector: {a: b}", &added, false);
        check("TaintToleration", "", &added, true);
    }

    #[test]
    fn what_happens_during_a_cycle_is_not_missed() {
        let mut queue = Queue::new(DEFAULT);
        let node = plain_node("n", "");
        for (happens, expected) in [(false, Place::Unschedulable), (true, Place::Backoff(at(1000)))]
        {
            queue.add(info("p", ""), at(0), WHY);
            let queued = queue.pop().unwrap();
            queue.foresee(names(&["NodeResourcesFit"]));
            if happens {
                queue.on_event(&Event::NodeAdded(&node), at(0), WHY);
            }
            queue.retry(queued, names(&["NodeResourcesFit"]), at(1), WHY);
            let queued = queue.remove(&Key::new("default", "p")).unwrap();
            assert_eq!(queued.place(), expected);
        }
    }

    #[test]
    fn nobody_waits_for_ever() {
        let mut queue = Queue::new(DEFAULT);
        queue.add(info("p", ""), at(0), WHY);
        let queued = queue.pop().unwrap();
        assert_eq!(queue.next_sweep(), None);
        queue.retry(queued, names(&["NodePorts"]), at(0), WHY);
        let sweep = queue.next_sweep().unwrap();
        assert_eq!(sweep, Time::from_secs(1320), "the next half minute after five minutes");
        assert!(queue.sweep(sweep - Duration::from_secs(30), WHY).is_empty());
        assert_eq!(queue.sweep(sweep, WHY).len(), 1);
        assert!(queue.pop().is_some() && queue.next_sweep().is_none());
    }

    #[test]
    fn indexes_agree_with_the_pods() {
        let mut rng = crate::sim::Rng::new(11);
        let mut queue = Queue::new(DEFAULT);
        let mut now = at(0);
        let node = plain_node("n", "");
        for _ in 0..5000 {
            now += Duration::from_millis(rng.below(700));
            let name = format!("p{}", rng.below(20));
            match rng.below(7) {
                0 | 1 => {
                    queue.remove(&Key::new("default", &name));
                    queue.add(info(&name, &format!("priority: {}", rng.below(3))), now, WHY);
                }
                2 => _ = queue.remove(&Key::new("default", &name)),
                3 => queue.flush(now),
                4 => _ = queue.on_event(&Event::NodeAdded(&node), now, WHY),
                5 => _ = queue.sweep(now, WHY),
                _ => {
                    if let Some(queued) = queue.pop() {
                        let plugins = [names(&["NodePorts", "NodeAffinity"]), names(&[])];
                        let rejectors = plugins[rng.below(2) as usize];
                        queue.retry(queued, rejectors, now, WHY);
                    }
                }
            }
            let placed = [&queue.active.len(), &queue.backoff.len(), &queue.error_backoff.len()]
                .into_iter()
                .sum::<usize>();
            assert_eq!(placed + queue.unschedulable.len(), queue.len());
            assert_eq!(queue.refused.len(), 2 * queue.unschedulable.len());
        }
    }
}
