//! `kubectl cluster-info`. Models kubectl/pkg/cmd/clusterinfo/clusterinfo.go.

use super::command::{Command, Invocation};
use super::error::Error;
use super::script::{Ctx, Env, Flow, Next};
use super::task::Task;
use crate::api::Resource;
use crate::api::labels::Selector;
use crate::api::rpc::Selection;

/// The command.
pub const COMMAND: Command = Command {
    path: "cluster-info",
    usage: "[flags]",
    about: "Show where the control plane and the services of the cluster are",
    flags: &[],
    required: &[],
    start,
};

/// What `cluster-info` has to do.
#[derive(Clone, Debug)]
pub struct ClusterInfo;

const MARKED: &str = "kubernetes.io/cluster-service=true";

fn start(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    match invocation.args.is_empty() {
        true => Ok(Task::from(ClusterInfo)),
        false => Err(invocation.unexpected_args()),
    }
}

impl ClusterInfo {
    /// Asks for the services that are marked as those of the cluster, and shows them.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let server = ctx.env().globals.server.clone();
        let selection = Selection {
            namespace: "kube-system".into(),
            labels: Selector::parse(MARKED).unwrap_or_default(),
            ..Selection::all(Resource::SERVICES)
        };
        let (services, _) = ctx.list(selection)??;
        ctx.say(format!("Kubernetes control plane is running at {server}"));
        for service in services.iter() {
            let meta = service.meta();
            let name = meta.label("kubernetes.io/name").unwrap_or(service.name());
            let (namespace, target) = (service.namespace(), service.name());
            let port = service.to_value();
            let port = port
                .at_path(&["spec", "ports"])
                .items()
                .first()
                .map_or("", |port| port.at("name").text());
            let colon = if port.is_empty() { "" } else { ":" };
            let url = format!("{server}/api/v1/namespaces/{namespace}/services");
            ctx.say(format!("{name} is running at {url}/{target}{colon}{port}/proxy"));
        }
        ctx.print(
            "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n",
        );
        Ok(Next::Exit(0))
    }
}
