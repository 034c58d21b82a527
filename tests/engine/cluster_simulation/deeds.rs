//! What befalls a cluster, drawn at random.

use orrery::api::Resource;
use orrery::cluster::{Cluster, Command, Component, MemberDeed, Tuning};
use orrery::sim::Rng;

/// Replicas a Deployment has at most: all of them together fit on the smallest cluster.
const REPLICAS_MAX: u64 = 12;
/// Deployments there are at most.
const DEPLOYMENTS_MAX: u64 = 3;

/// Draws what happens next.
#[derive(Default)]
pub struct Deeds {
    /// How many Deployments have been made, so that images differ.
    made: u64,
}

impl Deeds {
    /// The next thing; `None` when a person would wait.
    pub fn draw(&mut self, cluster: &Cluster, rng: &mut Rng) -> Option<Command> {
        if rng.chance(550_000) {
            return self.draw_line(cluster, rng);
        }
        Some(match rng.below(20) {
            0 => Command::PowerOff { host: host(cluster, rng) },
            1..=3 => Command::PowerOn { host: host(cluster, rng) },
            4 => Command::Stop { component: component(cluster, rng) },
            5..=7 => Command::Start { component: component(cluster, rng) },
            8 => Command::Cut { a: host(cluster, rng), b: host(cluster, rng) },
            9 => Command::Isolate { host: host(cluster, rng) },
            10 => Command::MendAll,
            11 | 12 => Command::Member { host: master(cluster, rng), deed: member_deed(rng) },
            13 => Command::Member { host: master(cluster, rng), deed: MemberDeed::Resume },
            14 => Command::CutOneWay { from: host(cluster, rng), to: host(cluster, rng) },
            15 => Command::Worsen {
                a: host(cluster, rng),
                b: host(cluster, rng),
                loss_per_million: rng.below(200_000) as u32,
                delay_micros: rng.below(50_000),
                jitter_micros: rng.below(50_000),
            },
            16 => Command::Timers { aligned: rng.chance(500_000) },
            17 => Command::Tune { tuning: tuning(rng) },
            18 => {
                let (one, other) = (master(cluster, rng), master(cluster, rng));
                Command::Partition { groups: vec![vec![one], vec![other]] }
            }
            _ => Command::Finish { prefix: "web".to_owned(), code: rng.below(2) as i32 },
        })
    }

    /// What makes good every fault there can be.
    pub fn amends(cluster: &Cluster) -> Vec<Command> {
        let places = cluster.places();
        let hosts = || places.hosts().filter(|host| *host < places.balancer());
        let on = hosts().map(|host| Command::PowerOn { host: places.name(host).to_string() });
        let started = hosts().map(Component::Kubelet).chain((0..places.masters()).flat_map(all_of));
        let started = started.filter(|component| exists(cluster, *component));
        let start = started.map(|component| Command::Start { component });
        let masters = (0..places.masters()).map(|at| places.name(places.master(at)).to_string());
        let well = masters.flat_map(|host| {
            [MemberDeed::Resume, MemberDeed::SlowDisk { micros: 0 }]
                .map(|deed| Command::Member { host: host.clone(), deed })
        });
        let usual = Command::Tune { tuning: Tuning::default() };
        [Command::MendAll, usual].into_iter().chain(on).chain(start).chain(well).collect()
    }

    /// A line typed into the terminal, when nothing runs in it.
    fn draw_line(&mut self, cluster: &Cluster, rng: &mut Rng) -> Option<Command> {
        if cluster.terminal().busy() {
            return rng.chance(200_000).then_some(Command::Interrupt);
        }
        let name = format!("web-{}", rng.below(DEPLOYMENTS_MAX));
        let replicas = rng.below(REPLICAS_MAX + 1);
        self.made += 1;
        let line = match rng.below(10) {
            0..=2 => {
                format!("kubectl create deployment {name} --image=nginx:1.28 --replicas={replicas}")
            }
            3..=4 => format!("kubectl scale deployment {name} --replicas={replicas}"),
            5..=6 => {
                format!("kubectl set image deployment/{name} nginx=nginx:1.{}", 20 + self.made % 10)
            }
            7 => format!("kubectl delete deployment {name} --wait=false"),
            8 => format!("kubectl delete pod {} --wait=false", pod(cluster, rng)?),
            _ => "kubectl get pods -o wide".to_owned(),
        };
        Some(Command::Type { line })
    }
}

fn host(cluster: &Cluster, rng: &mut Rng) -> String {
    let places = cluster.places();
    let hosts = places.hosts().filter(|host| *host < places.balancer());
    let hosts: Vec<_> = hosts.collect();
    places.name(hosts[rng.below(hosts.len() as u64) as usize]).to_string()
}

fn master(cluster: &Cluster, rng: &mut Rng) -> String {
    let places = cluster.places();
    let at = rng.below(u64::from(places.masters())) as u8;
    places.name(places.master(at)).to_string()
}

/// What may befall a member without the loss of what it has promised to keep.
fn member_deed(rng: &mut Rng) -> MemberDeed {
    match rng.below(4) {
        0 => MemberDeed::Pause,
        1 => MemberDeed::TimeOut,
        2 => MemberDeed::Crash,
        _ => MemberDeed::SlowDisk { micros: rng.below(60_000) },
    }
}

fn component(cluster: &Cluster, rng: &mut Rng) -> Component {
    let masters = u64::from(cluster.places().masters());
    let all = all_of(rng.below(masters) as u8);
    all[rng.below(all.len() as u64) as usize]
}

fn all_of(master: u8) -> [Component; 4] {
    [
        Component::Etcd(master),
        Component::Apiserver(master),
        Component::Scheduler(master),
        Component::ControllerManager(master),
    ]
}

/// Whether the cluster has such a process; kubelets of bare clusters are stand-ins.
fn exists(cluster: &Cluster, component: Component) -> bool {
    match component {
        Component::Kubelet(host) => cluster.has_kubelet(host),
        _ => true,
    }
}

fn pod(cluster: &Cluster, rng: &mut Rng) -> Option<String> {
    let pods: Vec<_> = cluster.collection(Resource::PODS)?.in_namespace("default").collect();
    Some(pods.get(rng.below(pods.len() as u64) as usize)?.name().to_owned())
}

/// Flags of etcd; some of them it would not take.
fn tuning(rng: &mut Rng) -> Tuning {
    Tuning {
        heartbeat_ms: rng.below(300) as u32,
        election_ms: rng.below(3000) as u32,
        spread_ms: rng.below(3000) as u32,
        pre_vote: rng.chance(500_000),
        check_quorum: rng.chance(500_000),
        single_entries: rng.chance(500_000),
        snapshot_count: rng.below(1000) + 1,
    }
}
