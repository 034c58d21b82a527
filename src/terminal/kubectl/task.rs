//! What kubectl can do: one file a verb, listed once, here.

use super::command::Command;
use super::config::{self, KubeConfig};
use super::error::Error;
use super::script::{Ctx, Flow, Next, Stop};
use super::{
    alpha, annotate, api_resources, api_versions, apply, attach, auth, autoscale, certificate,
    change, cluster_info, cordon, create, delete, describe, diff, drain, edit, events, exec,
    explain, expose, get, global_options, label, logs, patch, plugin, port_forward, proxy, raw,
    rediscover, refused, replace, rollout, run, scale, set, taint, top, version, wait,
};
use crate::terminal::text::Text;

/// Every command, in the order of its help.
pub const COMMANDS: &[&Command] = &[
    &create::COMMAND,
    &create::configmap::COMMAND,
    &create::role::CLUSTER_ROLE,
    &create::role_binding::CLUSTER_ROLE_BINDING,
    &create::job::CRON_JOB,
    &create::deployment::COMMAND,
    &create::ingress::COMMAND,
    &create::job::JOB,
    &create::namespace::COMMAND,
    &create::disruption_budget::COMMAND,
    &create::priority_class::COMMAND,
    &create::resource_quota::COMMAND,
    &create::role::ROLE,
    &create::role_binding::ROLE_BINDING,
    &create::secret::DOCKER_REGISTRY,
    &create::secret::GENERIC,
    &create::secret::TLS,
    &create::service::CLUSTER_IP,
    &create::service::EXTERNAL_NAME,
    &create::service::LOAD_BALANCER,
    &create::service::NODE_PORT,
    &create::service_account::COMMAND,
    &create::token::COMMAND,
    &get::COMMAND,
    &delete::COMMAND,
    &scale::COMMAND,
    &autoscale::COMMAND,
    &describe::COMMAND,
    &logs::LOGS,
    &run::COMMAND,
    &expose::COMMAND,
    &set::IMAGE,
    &set::env::COMMAND,
    &set::RESOURCES,
    &set::SERVICE_ACCOUNT,
    &set::SELECTOR,
    &set::subject::COMMAND,
    &rollout::history::COMMAND,
    &rollout::change::PAUSE,
    &rollout::change::RESTART,
    &rollout::change::RESUME,
    &rollout::status::COMMAND,
    &rollout::undo::COMMAND,
    &events::COMMAND,
    &label::COMMAND,
    &annotate::COMMAND,
    &patch::COMMAND,
    &replace::COMMAND,
    &cordon::CORDON,
    &cordon::UNCORDON,
    &drain::COMMAND,
    &taint::COMMAND,
    &top::NODE,
    &top::POD,
    &wait::COMMAND,
    &exec::COMMAND,
    &apply::COMMAND,
    &apply::set_last_applied::COMMAND,
    &apply::view_last_applied::COMMAND,
    &diff::COMMAND,
    &cluster_info::COMMAND,
    &refused::DUMP,
    &api_resources::COMMAND,
    &api_versions::COMMAND,
    &auth::can_i::COMMAND,
    &refused::RECONCILE,
    &auth::whoami::COMMAND,
    &explain::COMMAND,
    &config::current_context::COMMAND,
    &config::delete::CLUSTER,
    &config::delete::CONTEXT,
    &config::delete::USER,
    &config::get_clusters::COMMAND,
    &config::get_contexts::COMMAND,
    &config::get_users::COMMAND,
    &config::rename_context::COMMAND,
    &config::set::COMMAND,
    &config::set_cluster::COMMAND,
    &config::set_context::COMMAND,
    &config::set_credentials::COMMAND,
    &config::unset::COMMAND,
    &config::use_context::COMMAND,
    &config::view::COMMAND,
    &version::COMMAND,
    &alpha::COMMAND,
    &attach::COMMAND,
    &certificate::APPROVE,
    &certificate::DENY,
    &edit::COMMAND,
    &edit::LAST,
    &port_forward::COMMAND,
    &proxy::COMMAND,
    &global_options::COMMAND,
    &plugin::COMMAND,
    &refused::COMPLETION,
    &refused::CP,
    &refused::DEBUG,
    &refused::KUBERC_SET,
    &refused::KUBERC_VIEW,
    &refused::KUSTOMIZE,
];

/// Lists the tasks that commands become.
macro_rules! tasks {
    ($($name:ident $($file:ident)::+,)*) => {
        /// What a command that has been begun still has to do.
        #[derive(Clone, Debug)]
        // A process has one task and holds it in a box: no room is lost.
        #[allow(clippy::large_enum_variant)]
        pub enum Task {
            /// Nothing that needs the cluster.
            Local(Local),
            $(
                #[doc = concat!("`", stringify!($($file)::+), "`.")]
                $name($($file)::+::$name),
            )*
        }

        impl Task {
            /// Runs the next step.
            pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
                match self {
                    Self::Local(local) => local.step(ctx),
                    $(Self::$name(task) => task.step(ctx),)*
                }
            }
        }

        $(
            impl From<$($file)::+::$name> for Task {
                fn from(task: $($file)::+::$name) -> Self {
                    Self::$name(task)
                }
            }
        )*
    };
}

tasks! {
    Apply apply,
    Attach attach,
    Autoscale autoscale,
    CanI auth::can_i,
    Certificate certificate,
    Change change,
    ClusterInfo cluster_info,
    Create create,
    Delete delete,
    DescribeTask describe,
    Diff diff,
    Drain drain,
    Edit edit,
    Events events,
    ExecTask exec,
    Expose expose,
    Get get,
    JobOf create::job,
    PortForward port_forward,
    Proxy proxy,
    Raw raw,
    Reach logs,
    Replace replace,
    Scale scale,
    SetLastApplied apply::set_last_applied,
    ViewLastApplied apply::view_last_applied,
    History rollout::history,
    RolloutChange rollout::change,
    Rediscover rediscover,
    RolloutStatus rollout::status,
    Token create::token,
    Undo rollout::undo,
    Wait wait,
    WhoAmI auth::whoami,
}

/// A task that needs no cluster: what it prints, what it leaves behind, how it ends.
#[derive(Clone, Debug)]
pub struct Local {
    text: Text,
    complaint: Text,
    config: Option<KubeConfig>,
    end: Result<Next, Error>,
}

impl Local {
    /// Prints `text` and ends.
    pub fn print(text: impl Into<Text>, end: Next) -> Task {
        Task::Local(Self { text: text.into(), ..Self::nothing(Ok(end)) })
    }

    /// Prints a line and ends.
    pub fn say(line: impl Into<Text>, end: Next) -> Task {
        Self::print(line.into().with("\n"), end)
    }

    /// Prints a line and leaves another configuration behind.
    pub fn configure(line: impl Into<Text>, config: KubeConfig) -> Task {
        let (text, config) = (line.into().with("\n"), Some(config));
        Task::Local(Self { text, config, ..Self::nothing(Ok(Next::Exit(0))) })
    }

    /// Warns, prints a line and leaves another configuration behind.
    pub fn configure_warning(
        warning: impl Into<Text>,
        line: impl Into<Text>,
        config: KubeConfig,
    ) -> Task {
        let (text, config) = (line.into().with("\n"), Some(config));
        let complaint = warning.into();
        Task::Local(Self { text, complaint, config, ..Self::nothing(Ok(Next::Exit(0))) })
    }

    /// Prints `text`, says what is wrong in words of its own, and fails.
    pub fn print_and_refuse(text: impl Into<Text>, complaint: impl Into<Text>) -> Task {
        let mut all: Text = text.into();
        all.push(&complaint.into());
        Task::Local(Self { text: all, ..Self::nothing(Err(Error::Silent)) })
    }

    /// Says what is wrong in words of its own and fails.
    pub fn refuse(complaint: impl Into<Text>) -> Task {
        let complaint = complaint.into();
        Task::Local(Self { complaint, ..Self::nothing(Err(Error::Silent)) })
    }

    /// Fails.
    pub fn fail(error: Error) -> Task {
        Task::Local(Self::nothing(Err(error)))
    }

    fn nothing(end: Result<Next, Error>) -> Self {
        Self { text: Text::new(), complaint: Text::new(), config: None, end }
    }

    fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if !self.complaint.is_empty() {
            ctx.complain(self.complaint.clone());
        }
        ctx.print(self.text.clone());
        if let Some(config) = &self.config {
            ctx.configure(config.clone());
        }
        self.end.clone().map_err(Stop::from)
    }
}
