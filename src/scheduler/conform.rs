//! Replays recorded decisions of a real kube-scheduler and says where ours differ.
//!
//! A scenario is a cluster and pods that come one after another; the recording has, for each, the
//! node it went to with every plugin's score on every node, or the words of its refusal, or who
//! had to make room for it. Where several answers are equally good upstream, any of them counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::cache::Cache;
use super::cycle::{Algorithm, Outcome, Verdict};
use super::framework::{Budget, Ctx, Listers, Preemption};
use super::nominations::Nominations;
use super::plugins::DEFAULT;
use super::pod::PodInfo;
use crate::api::codec::Codec;
use crate::api::labels::Selector;
use crate::api::types::{LabelSelector, Node, Pod};
use crate::api::{Collection, Object, Resource, Str, Typed, Uid, Value};
use crate::sim::Rng;

/// How many differences are described.
const DIFFERENCES_MAX: usize = 20;

/// Luck decides between equals. This many tries find every one of a few equals.
const TRIES: u64 = 64;

/// How the replay went.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Report {
    /// Pods that went where they went, or were refused in the same words.
    pub decisions: Tally,
    /// Tables of scores that are equal to the digit.
    pub scores: Tally,
    /// Preemptions on the same node with the same victims.
    pub preemptions: Tally,
    /// Pods that need what the simulation does not have, with what that is; not counted above.
    pub gaps: Vec<String>,
    /// The first differences.
    pub differences: Vec<String>,
}

/// So many of so many.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// How many are as recorded.
    pub matched: usize,
    /// How many there are.
    pub of: usize,
}

/// Replays an array of scenarios.
pub fn run(scenarios: &Value) -> Report {
    let mut report = Report::default();
    for scenario in scenarios.items() {
        let name = scenario.at("name").text();
        let mut cluster = Cluster::load(scenario);
        for step in scenario.at("steps").items() {
            cluster.step(step, name, &mut report);
        }
    }
    report
}

/// What the scheduler sees, without an apiserver.
struct Cluster {
    cache: Cache,
    pods: Collection,
    services: Collection,
    nothing: Collection,
    budgets: Vec<Budget>,
    priorities: BTreeMap<Str, i32>,
    nominations: Nominations,
    algorithm: Algorithm,
    named: u64,
}

impl Cluster {
    fn load(scenario: &Value) -> Self {
        let namespaced =
            |object: Object| object.with_meta(|meta| meta.namespace = "default".into());
        let services = scenario.at("services").items().iter();
        let priorities = scenario.at("priorityClasses").as_map();
        let mut cluster = Self {
            cache: Cache::default(),
            pods: Collection::default(),
            services: services.map(|s| namespaced(Object::load(Resource::SERVICES, s))).collect(),
            nothing: Collection::default(),
            budgets: scenario.at("pdbs").items().iter().map(budget).collect(),
            priorities: (priorities.into_iter().flat_map(|classes| classes.iter()))
                .map(|(name, value)| (name.clone(), value.as_int().unwrap_or_default() as i32))
                .collect(),
            nominations: Nominations::default(),
            algorithm: Algorithm::new(DEFAULT, 100),
            named: 0,
        };
        for node in scenario.at("nodes").items() {
            let node = Object::load(Resource::NODES, node).typed::<Node>();
            cluster.cache.set_node(node.expect("it was loaded as a node"));
        }
        for pod in scenario.at("existing").items() {
            let pod = cluster.admit(pod);
            cluster.place(&pod);
        }
        cluster
    }

    /// What an apiserver makes of a pod before a scheduler sees it.
    fn admit(&mut self, value: &Value) -> Typed<Pod> {
        self.named += 1;
        let uid = Uid::random(self.named, self.named);
        let object = Object::load(Resource::PODS, value).with_meta(|meta| {
            meta.namespace = "default".into();
            meta.uid = uid;
        });
        let pod = object.typed::<Pod>().expect("it was loaded as a pod");
        let Some(priority) = self.priorities.get(&pod.spec.priority_class_name) else { return pod };
        pod.with(|pod| {
            let mut spec = (*pod.spec).clone();
            spec.priority = Some(*priority);
            // The recordings have one class that does not preempt.
            let never = spec.priority_class_name == "polite";
            spec.preemption_policy = never.then(|| "Never".into());
            pod.spec = spec.into();
        })
    }

    fn place(&mut self, pod: &Typed<Pod>) {
        self.cache.add_pod(pod);
        self.pods.insert(pod.object().clone());
    }

    fn step(&mut self, step: &Value, scenario: &str, report: &mut Report) {
        let pod = self.admit(step.at("pod"));
        let name = format!("{scenario} {}", pod.name());
        match gap(&pod) {
            Some(gap) => report.gaps.push(format!("{name}: {gap}")),
            None => self.compare(&pod, step, &name, report),
        }
        if let Some(nominated) = step.at("nominatedNodeName").as_str() {
            step.at("victims").items().iter().for_each(|victim| self.evict(victim.text()));
            let pod = pod.with(|pod| {
                let mut status = (*pod.status).clone();
                status.nominated_node_name = nominated.into();
                pod.status = status.into();
            });
            self.compare_decision(&PodInfo::new(pod), step, &name, report);
        }
        if let Some(node) = step.at("node").as_str() {
            self.place(&pod.with(|pod| {
                let mut spec = (*pod.spec).clone();
                spec.node_name = node.into();
                pod.spec = spec.into();
            }));
        }
    }

    fn compare(&mut self, pod: &Typed<Pod>, step: &Value, name: &str, report: &mut Report) {
        let info = PodInfo::new(pod.clone());
        if step.at("nominatedNodeName").is_null() {
            self.compare_decision(&info, step, name, report);
        } else {
            self.compare_room(&info, step, name, report);
        }
    }

    fn compare_decision(&mut self, pod: &PodInfo, step: &Value, name: &str, report: &mut Report) {
        let recorded = Recorded { step, name };
        let differences = self.decide(pod, 0, |outcome| {
            let mut differences = recorded.check_decision(outcome, &mut report.decisions);
            differences.extend(recorded.check_scores(outcome, &mut report.scores));
            differences
        });
        report.describe(differences);
    }

    fn compare_room(&mut self, pod: &PodInfo, step: &Value, name: &str, report: &mut Report) {
        let recorded = Recorded { step, name };
        let tries = 0..TRIES;
        let mut tried = tries.map(|seed| self.decide(pod, seed, |o| recorded.check_room(o)));
        let first = tried.next().expect("there is more than one try");
        let matched = first.is_empty() || tried.any(|differences| differences.is_empty());
        report.preemptions.of += 1;
        report.preemptions.matched += usize::from(matched);
        report.describe(if matched { Vec::new() } else { first });
    }

    fn decide<R>(&mut self, pod: &PodInfo, seed: u64, look: impl FnOnce(&Outcome<'_>) -> R) -> R {
        self.cache.arrange();
        let listers = Listers {
            namespaces: &self.nothing,
            services: &self.services,
            replication_controllers: &self.nothing,
            replica_sets: &self.nothing,
            pods: &self.pods,
            budgets: &self.budgets,
        };
        let ctx = Ctx { pod, cache: &self.cache, listers };
        look(&self.algorithm.schedule(ctx, &self.nominations, &mut Rng::new(seed)))
    }

    fn evict(&mut self, name: &str) {
        let key = crate::api::Key::new("default", name);
        if let Some(pod) = self.pods.remove(&key).and_then(|object| object.typed::<Pod>()) {
            self.cache.remove_pod(&pod);
        }
    }
}

/// One step as it was recorded.
struct Recorded<'a> {
    step: &'a Value,
    name: &'a str,
}

impl Recorded<'_> {
    fn check_decision(&self, outcome: &Outcome<'_>, tally: &mut Tally) -> Vec<String> {
        tally.of += 1;
        let problem = match (self.step.at("node").as_str(), &outcome.verdict) {
            (Some(node), Verdict::Chosen(ours)) if !is_best(outcome, node) => {
                Some(format!("went to {node}, ours to {ours}"))
            }
            (Some(_), Verdict::Chosen(_)) => None,
            (Some(node), _) => {
                Some(format!("went to {node}, ours nowhere: {}", outcome.diagnosis.message()))
            }
            (None, Verdict::Chosen(ours)) => Some(format!("went nowhere, ours to {ours}")),
            (None, _) => {
                let (theirs, ours) = (self.step.at("message").text(), outcome.diagnosis.message());
                (theirs != ours).then(|| format!("refused with\n  {theirs}\nours with\n  {ours}"))
            }
        };
        tally.matched += usize::from(problem.is_none());
        problem.into_iter().map(|problem| format!("{}: {problem}", self.name)).collect()
    }

    fn check_scores(&self, outcome: &Outcome<'_>, tally: &mut Tally) -> Vec<String> {
        let Some(theirs) = self.step.at("scores").as_map() else { return Vec::new() };
        tally.of += 1;
        let theirs = theirs.iter().map(|(node, scores)| {
            let total = self.step.at("total").at(node).as_int().unwrap_or_default();
            let scores = scores.as_map().into_iter().flat_map(|scores| scores.iter());
            let scores = scores
                .map(|(plugin, score)| (plugin.to_string(), score.as_int().unwrap_or_default()));
            (node.to_string(), (scores.collect(), total))
        });
        let (theirs, ours): (Table, Table) = (theirs.collect(), table(outcome));
        if theirs == ours {
            tally.matched += 1;
            return Vec::new();
        }
        let nodes: BTreeSet<_> = theirs.keys().chain(ours.keys()).collect();
        let differing = nodes.into_iter().filter(|node| theirs.get(*node) != ours.get(*node));
        let describe = |node: &String| {
            let (name, theirs, ours) = (self.name, theirs.get(node), ours.get(node));
            format!("{name} on {node}: scored\n  {theirs:?}\nours\n  {ours:?}")
        };
        differing.take(1).map(describe).collect()
    }

    fn check_room(&self, outcome: &Outcome<'_>) -> Vec<String> {
        let (theirs, ours) = (self.step.at("message").text(), outcome.diagnosis.message());
        let node = self.step.at("nominatedNodeName").text();
        let victims: BTreeSet<_> =
            self.step.at("victims").items().iter().map(Value::text).collect();
        let problem = match &outcome.verdict {
            Verdict::Unfit(Some(Preemption { node: our_node, victims: our_victims })) => {
                let our_victims: BTreeSet<_> = our_victims.iter().map(|key| key.name()).collect();
                if theirs != ours {
                    format!("refused with\n  {theirs}\nours with\n  {ours}")
                } else if (node, &victims) == (our_node, &our_victims) {
                    return Vec::new();
                } else {
                    format!("evicted {victims:?} from {node}, ours {our_victims:?} from {our_node}")
                }
            }
            other => format!("evicted {victims:?} from {node}, ours {other:?}: {ours}"),
        };
        vec![format!("{}: {problem}", self.name)]
    }
}

/// By node: the weighted scores by plugin, and their sum.
type Table = BTreeMap<String, (BTreeMap<String, i64>, i64)>;

fn table(outcome: &Outcome<'_>) -> Table {
    let Some(scores) = &outcome.scores else { return Table::new() };
    let count = outcome.feasible.len();
    let row = |at: usize| {
        let plugins = scores.plugins.iter().enumerate();
        let weighted = plugins.map(|(plugin, (name, weight))| {
            ((*name).to_owned(), scores.normalized[plugin * count + at] * weight)
        });
        (outcome.feasible[at].name.to_string(), (weighted.collect(), scores.totals[at]))
    };
    (0..count).map(row).collect()
}

/// Whether `node` is one of the best.
fn is_best(outcome: &Outcome<'_>, node: &str) -> bool {
    let Some(at) = outcome.feasible.iter().position(|feasible| feasible.name == node) else {
        return false;
    };
    let totals = outcome.scores.as_ref().map_or(&[][..], |scores| &scores.totals);
    totals.get(at) == totals.iter().max()
}

/// What a pod needs that the simulation does not have.
fn gap(pod: &Pod) -> Option<&'static str> {
    let claims = |volume: &Value| {
        !volume.at("persistentVolumeClaim").is_null() || !volume.at("ephemeral").is_null()
    };
    if pod.spec.volumes.iter().any(claims) {
        return Some("volumes");
    }
    pod.spec.rest.get("resourceClaims").map(|_| "resource claims")
}

fn budget(value: &Value) -> Budget {
    let disrupted = value.at_path(&["status", "disruptedPods"]).as_map();
    let selector = LabelSelector::load(value.at_path(&["spec", "selector"]));
    Budget {
        namespace: "default".into(),
        selector: Selector::from(&selector),
        allowed: value.at_path(&["status", "disruptionsAllowed"]).as_int().unwrap_or_default(),
        disrupted: disrupted
            .into_iter()
            .flat_map(|pods| pods.iter())
            .map(|p| p.0.clone())
            .collect(),
    }
}

impl Report {
    fn describe(&mut self, differences: Vec<String>) {
        let room = DIFFERENCES_MAX.saturating_sub(self.differences.len());
        self.differences.extend(differences.into_iter().take(room));
    }
}

impl Tally {
    /// Whether all are as recorded.
    pub fn is_full(self) -> bool {
        self.matched == self.of
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.matched, self.of)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "decisions {}", self.decisions)?;
        writeln!(f, "score tables {}", self.scores)?;
        writeln!(f, "preemptions {}", self.preemptions)?;
        self.gaps.iter().try_for_each(|gap| writeln!(f, "gap {gap}"))?;
        self.differences.iter().try_for_each(|difference| writeln!(f, "{difference}"))
    }
}
