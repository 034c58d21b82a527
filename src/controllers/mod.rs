//! kube-controller-manager v1.36: one process, many control loops.
//!
//! [`Manager`] is the process: leader election, the [`Caches`] that all loops share, and for each
//! loop a queue, workers, a rate-limited client and a teller of events (`runner`). [`Controller`]
//! is the contract of a loop. One loop is one file or folder, and one line of the list below.
//!
//! Invariants: loops meet only through the API and know nothing of one another; a loop's
//! `reconcile` is a function of caches, memory and answers; only the reflectors write the caches.
//!
//! Models cmd/kube-controller-manager and pkg/controller.

mod caches;
mod condition;
mod config;
mod controller;
mod manager;
mod ownership;
mod record;
mod runner;

mod autoscaler;
mod cronjob;
mod deployment;
mod disruption;
mod endpoints;
mod endpointslice;
mod endpointslice_mirroring;
mod garbage_collector;
mod namespace;
mod node_ipam;
mod node_lifecycle;
mod node_ttl;
mod pod_owners;
mod podgc;
mod replicaset;
mod resourcequota;
mod root_ca;
mod serviceaccount;
mod taint_eviction;
mod trigger_time;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use caches::Caches;
pub use config::{Config, Costs};
pub use controller::{Controller, Ctx, Keys, Next, Profile, Replies};
pub use manager::{Input, Manager, Out, Timer};
pub use record::{Failure, Line, Record, Subject, Told};

use crate::api::Resource;
use crate::sim::{Address, Rng};
use runner::{Run, Runner, gather};

/// Lists the controllers: the process has one of each.
macro_rules! controllers {
    ($($field:ident: $controller:ty,)*) => {
        /// All controllers of the process.
        #[derive(Clone, Debug)]
        struct Controllers {
            $($field: Runner<$controller>,)*
        }

        /// The names of the controllers, in the order of the list.
        const NAMES: &[&str] = &[$(<$controller as Controller>::PROFILE.name,)*];

        impl Controllers {
            /// All of them at the start of the process.
            fn new(server: Address, first_space: u8, config: &Config, rng: &Rng) -> Self {
                let mut names = Name::all();
                $(let $field = {
                    let name = names.next().expect("a controller has a name");
                    let rng = rng.split(name.as_str());
                    Runner::new(name, server, first_space + name.0, config, rng)
                };)*
                Self { $($field,)* }
            }

            /// Which resources are watched, and by whom, in order.
            fn watches() -> Vec<(Resource, Vec<Name>)> {
                let (mut names, mut watches) = (Name::all(), Vec::new());
                $(
                    let name = names.next().expect("a controller has a name");
                    gather::<$controller>(name, &mut watches);
                )*
                watches
            }

            /// One of them.
            fn at(&mut self, name: Name) -> &mut dyn Run {
                let all: [&mut dyn Run; NAMES.len()] = [$(&mut self.$field,)*];
                let found = all.into_iter().nth(usize::from(name.0));
                found.expect("a name is one of the list")
            }
        }
    };
}

controllers! {
    deployment: deployment::Deployments,
    replicaset: replicaset::ReplicaSets,
    replication_controller: replicaset::ReplicationControllers,
    daemonset: pod_owners::DaemonSets,
    statefulset: pod_owners::StatefulSets,
    job: pod_owners::Jobs,
    cronjob: cronjob::CronJobs,
    disruption: disruption::Disruption,
    autoscaler: autoscaler::Autoscalers,
    node_lifecycle: node_lifecycle::NodeLifecycle,
    taint_eviction: taint_eviction::TaintEviction,
    endpoints: endpoints::EndpointsController,
    endpointslice: endpointslice::EndpointSlices,
    endpointslice_mirroring: endpointslice_mirroring::EndpointSliceMirroring,
    garbage_collector: garbage_collector::GarbageCollector,
    namespace: namespace::Namespaces,
    serviceaccount: serviceaccount::ServiceAccounts,
    root_ca: root_ca::RootCa,
    podgc: podgc::PodGc,
    resourcequota: resourcequota::ResourceQuotas,
    node_ttl: node_ttl::NodeTtl,
    node_ipam: node_ipam::NodeIpam,
}

/// One of the controllers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Name(u8);

impl Name {
    /// All controllers, in the order of the list.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..NAMES.len() as u8).map(Self)
    }

    /// Its name, such as `deployment-controller`.
    pub fn as_str(self) -> &'static str {
        NAMES[usize::from(self.0)]
    }

    /// The controller at a place of the list, if there is one.
    fn at(place: u8) -> Option<Self> {
        (usize::from(place) < NAMES.len()).then_some(Self(place))
    }
}
