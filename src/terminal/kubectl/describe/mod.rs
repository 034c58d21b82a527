//! `kubectl describe`: all there is to know about objects, and what happened to them.
//!
//! Models kubectl/pkg/cmd/describe/describe.go and kubectl/pkg/describe/describe.go. One file a
//! kind, listed once, here; kinds without one are shown field by field. Invariant: a describer
//! reads what it is given and what it asks the server for, and keeps nothing.

mod autoscaler;
mod config_map;
mod containers;
mod deployment;
mod disruption_budget;
mod endpoint_slice;
mod endpoints;
pub mod events;
mod generic;
mod ingress;
mod job;
mod limit_range;
mod namespace;
mod network_policy;
mod node;
mod pod;
mod pod_sets;
mod priority_class;
mod quota;
mod replicas;
mod role;
mod secret;
mod service;
mod service_account;
pub mod sheet;
mod storage;
pub mod template;
mod volumes;

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::options;
use super::resources::{self, Finding, Keys, Target};
use super::script::{Ctx, Env, Flow, Next};
use super::task::Task;
use super::walk::Walk;
use crate::api::rpc::Selection;
use crate::api::{Key, Object, Resource};
use sheet::Sheet;

/// The command.
pub const COMMAND: Command = Command {
    path: "describe",
    usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
    about: "Show objects in detail, with the events about them",
    flags: &[
        options::FILES,
        options::SELECTOR,
        options::ALL_NAMESPACES,
        options::CHUNK_SIZE,
        &[Flag::switch("show-events", "End with the events about the object.").default("true")],
    ],
    required: &[],
    start,
};

/// Writes an object down.
type Describe = fn(&mut Ctx<'_>, &Object, &mut Sheet) -> Flow<()>;

/// How each kind is described, and whether events follow.
const DESCRIBERS: &[(Resource, Describe, bool)] = &[
    (Resource::CLUSTERROLEBINDINGS, role::describe_binding, false),
    (Resource::CLUSTERROLES, role::describe, false),
    (Resource::CONFIGMAPS, config_map::describe, true),
    (Resource::CRONJOBS, job::describe_cron, true),
    (Resource::DAEMONSETS, pod_sets::describe_daemon_set, true),
    (Resource::DEPLOYMENTS, deployment::describe, true),
    (Resource::ENDPOINTS, endpoints::describe, true),
    (Resource::ENDPOINTSLICES, endpoint_slice::describe, true),
    (Resource::HORIZONTALPODAUTOSCALERS, autoscaler::describe, true),
    (Resource::INGRESSES, ingress::describe, true),
    (Resource::JOBS, job::describe, true),
    (Resource::LIMITRANGES, limit_range::describe, false),
    (Resource::NAMESPACES, namespace::describe, false),
    (Resource::NETWORKPOLICIES, network_policy::describe, false),
    (Resource::NODES, node::describe, true),
    (Resource::PERSISTENTVOLUMECLAIMS, storage::describe_claim, true),
    (Resource::PERSISTENTVOLUMES, storage::describe_volume, true),
    (Resource::PODDISRUPTIONBUDGETS, disruption_budget::describe, true),
    (Resource::PODS, pod::describe, true),
    (Resource::PRIORITYCLASSES, priority_class::describe, true),
    (Resource::REPLICASETS, replicas::describe, true),
    (Resource::REPLICATIONCONTROLLERS, replicas::describe, true),
    (Resource::RESOURCEQUOTAS, quota::describe, false),
    (Resource::ROLEBINDINGS, role::describe_binding, false),
    (Resource::ROLES, role::describe, false),
    (Resource::SECRETS, secret::describe, false),
    (Resource::SERVICEACCOUNTS, service_account::describe, true),
    (Resource::SERVICES, service::describe, true),
    (Resource::STATEFULSETS, pod_sets::describe_stateful_set, true),
    (Resource::STORAGECLASSES, storage::describe_class, true),
];

/// What `describe` still has to do.
#[derive(Clone, Debug)]
pub struct DescribeTask {
    walk: Walk,
    found: Keys,
    count: usize,
    with_events: bool,
    everywhere: bool,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if invocation.args.is_empty() && !flags.is_given("filename") {
        let text = "You must specify the type of resource to describe. Use \"kubectl \
                    api-resources\" for a complete list of supported resources.\n";
        return Err(Error::plain(text));
    }
    let finding = Finding { type_means_all: true, ..Finding::default() };
    Ok(Task::from(DescribeTask {
        walk: Walk::of(resources::find(invocation, env, finding)?),
        found: Keys::new(),
        count: 0,
        with_events: flags.is_on("show-events"),
        everywhere: flags.is_on("all-namespaces"),
    }))
}

impl DescribeTask {
    /// Finds or describes the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if let Some((resource, key)) = self.found.pop() {
            let outcome = self.describe(ctx, resource, &key)?;
            self.walk.note(outcome);
            return Ok(Next::Again);
        }
        if let Some(target) = self.walk.target() {
            let found = match target {
                Ok(target) => self.find(ctx, &target)?,
                Err(error) => Err(error),
            };
            let outcome = found.map(|keys| self.found = keys);
            self.walk.note(outcome);
            return Ok(Next::Again);
        }
        self.walk.end()?;
        if self.count == 0 {
            ctx.complain(self.nothing(ctx.env()));
        }
        Ok(Next::Exit(0))
    }

    fn nothing(&self, env: &Env) -> String {
        match self.everywhere {
            true => "No resources found".to_owned(),
            false => format!("No resources found in {} namespace.", env.globals.namespace),
        }
    }

    /// The objects meant; if there is none of that name, those whose names begin with it.
    /// Models DescribeMatchingResources.
    fn find(
        &self,
        ctx: &mut Ctx<'_>,
        target: &Target,
    ) -> Flow<Result<Vec<(Resource, Key)>, Error>> {
        let Target::Named(resource, key) = target else {
            return self.walk.targets.keys(ctx, target);
        };
        let Err(error) = ctx.get(*resource, key)? else {
            return Ok(Ok(vec![(*resource, key.clone())]));
        };
        if !error.is_not_found() {
            return Ok(Err(error));
        }
        let namespace = key.namespace().into();
        let (objects, _) = match ctx.list(Selection { namespace, ..Selection::all(*resource) })? {
            Ok(listed) => listed,
            Err(_) => return Ok(Err(error)),
        };
        let alike = objects.iter().rev().filter(|object| object.name().starts_with(key.name()));
        let keys: Vec<_> = alike.map(|object| (*resource, object.key())).collect();
        Ok(if keys.is_empty() { Err(error) } else { Ok(keys) })
    }

    fn describe(
        &mut self,
        ctx: &mut Ctx<'_>,
        resource: Resource,
        key: &Key,
    ) -> Flow<Result<(), Error>> {
        let object = match ctx.get(resource, key)? {
            Ok(object) => object,
            Err(error) => return Ok(Err(error)),
        };
        let known = DESCRIBERS.iter().find(|(known, ..)| *known == resource);
        let (describe, has_events) = match known {
            Some((_, describe, has_events)) => (*describe, *has_events),
            None => (generic::describe as Describe, true),
        };
        let mut sheet = Sheet::new();
        describe(ctx, &object, &mut sheet)?;
        if has_events && self.with_events {
            events::describe(ctx, &object, &mut sheet)?;
        }
        if self.count > 0 {
            ctx.print("\n\n");
        }
        self.count += 1;
        ctx.print(sheet.take());
        Ok(Ok(()))
    }
}
