//! The flags every command takes, and what follows from them.
//!
//! Models cli-runtime/pkg/genericclioptions/config_flags.go: who asks, which server, and in which
//! namespace.

use super::config::KubeConfig;
use super::error::Error;
use super::flags::{Flag, Flags, Kind};
use crate::api::rpc::BEARER;
use crate::api::{Str, quote};
use crate::sim::Duration;

/// The flags every command takes. Those about certificates, caches and logs are taken and change
/// nothing here: the simulation has none of these.
pub const FLAGS: &[Flag] = &[
    Flag::text("namespace", "The namespace that is meant.").short('n'),
    Flag::text("context", "The context of the kubeconfig to use."),
    Flag::text("cluster", "The cluster of the kubeconfig to use."),
    Flag::text("user", "The user of the kubeconfig to use."),
    Flag::text("server", "The URL of the API server.").short('s'),
    Flag::text("token", "The bearer token to show."),
    Flag::text("as", "The user to act as."),
    Flag::text("as-group", "A group to act as.").kind(Kind::Repeated),
    Flag::text("as-uid", "The UID to act as."),
    Flag::text("request-timeout", "How long to wait for one answer; 0 for ever.").default("0"),
    Flag::text("as-user-extra", "More about the user to act as.").kind(Kind::Repeated),
    Flag::text("kubeconfig", "The kubeconfig to use."),
    Flag::text("kuberc", "The file of your preferences."),
    Flag::text("log-flush-frequency", "How often logs are written.")
        .kind(Kind::Duration)
        .default("5s"),
    Flag::text("profile", "What is measured.").default("none"),
    Flag::text("profile-output", "Where measurements go.").default("profile.pprof"),
    Flag::text("vmodule", "How much files log."),
    Flag::text("cache-dir", "Where discovery is cached.").default("/home/user/.kube/cache"),
    Flag::text("certificate-authority", "The certificate of the authority."),
    Flag::text("client-certificate", "The certificate to show."),
    Flag::text("client-key", "The key of the certificate."),
    Flag::text("password", "The password for basic authentication."),
    Flag::text("username", "The name for basic authentication."),
    Flag::text("tls-server-name", "The name the server's certificate must have."),
    Flag::switch("insecure-skip-tls-verify", "Do not check the server's certificate."),
    Flag::switch("disable-compression", "Do not compress answers."),
    Flag::switch("match-server-version", "Ask for a server of the same version."),
    Flag::switch("warnings-as-errors", "Fail when the server warns."),
    Flag::int("v", "0", "How much to log.").short('v'),
    Flag::switch("help", "Show help.").short('h'),
];

/// What follows from the global flags.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Globals {
    /// The namespace that is meant.
    pub namespace: Str,
    /// Whether it was named on the command line, so that files must agree with it.
    pub namespace_given: bool,
    /// Who asks.
    pub user: Str,
    /// The groups that are claimed along with it.
    pub groups: Vec<Str>,
    /// The URL of the server.
    pub server: Str,
    /// Whether that is the one server there is.
    pub is_our_server: bool,
    /// How long to wait for one answer.
    pub request_timeout: Option<Duration>,
}

/// Where kubectl looks for a server when it is told of none.
const NO_SERVER: Str = Str::new_static("http://localhost:8080");

impl Globals {
    /// What follows from `flags` for one who has `config` and can reach `our_server`.
    pub fn of(flags: &Flags, config: &KubeConfig, our_server: &str) -> Result<Self, Error> {
        let file = flags.text("kubeconfig");
        if !file.is_empty() && !["~/.kube/config", super::config::FILE].contains(&file) {
            return Err(Error::plain(format!("stat {file}: no such file or directory")));
        }
        let context_name = match flags.text("context") {
            "" => config.current.as_str(),
            name => name,
        };
        let context = config.context(context_name);
        if context.is_none() && flags.is_given("context") {
            return Err(Error::Bare(format!(
                "Error in configuration: context was not found for specified context: \
                 {context_name}"
            )));
        }
        let context = context.cloned().unwrap_or_default();
        let given = |flag: &str, otherwise: &str| match flags.text(flag) {
            // What `kubectl create rolebinding --user` names is not who asks.
            _ if flags.is_own(flag) => Str::from(otherwise),
            "" => Str::from(otherwise),
            text => text.into(),
        };
        let cluster_name = given("cluster", context.text("cluster"));
        let cluster = config.cluster(&cluster_name);
        let server = cluster.map_or("", |cluster| cluster.text("server"));
        let server = match given("server", server) {
            server if !server.is_empty() => server,
            _ if flags.is_given("cluster") && !flags.is_own("cluster") => {
                let text = format!("no server found for cluster {}", quote(&cluster_name));
                return Err(Error::plain(text));
            }
            _ => NO_SERVER,
        };
        let user = given("user", context.text("user"));
        let (user, mut groups) = match flags.text("token") {
            "" => (user, Vec::new()),
            token => of_token(token),
        };
        if flags.text("as").is_empty() && (flags.is_given("as-group") || flags.is_given("as-uid")) {
            return Err(Error::plain(format!(
                "requesting uid, groups or user-extra for {user} without impersonating a user"
            )));
        }
        if !flags.text("as").is_empty() {
            groups = flags.list("as-group").iter().map(Str::from).collect();
        }
        let user = given("as", &user);
        let namespace = given("namespace", context.text("namespace"));
        let namespace = if namespace.is_empty() { Str::new_static("default") } else { namespace };
        Ok(Self {
            groups,
            namespace_given: flags.is_given("namespace"),
            is_our_server: server == our_server,
            request_timeout: request_timeout(flags.text("request-timeout"))?,
            namespace,
            user,
            server,
        })
    }
}

/// Who shows a token, with the groups that go with it.
fn of_token(token: &str) -> (Str, Vec<Str>) {
    match token {
        "jane" => (Str::new_static("jane"), vec![Str::new_static("dev")]),
        // Whose it is, if it is anyone's, the server knows.
        token => (format!("{BEARER}{token}").into(), Vec::new()),
    }
}

/// A number without a unit is seconds.
fn request_timeout(text: &str) -> Result<Option<Duration>, Error> {
    let seconds = text.parse().ok().map(Duration::from_secs);
    let duration = match seconds {
        Some(duration) => duration,
        None => super::flags::parse_duration(text).map_err(|_| {
            Error::plain(
                "Invalid timeout value. Timeout must be a single integer in seconds, or an integer \
                 followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
            )
        })?,
    };
    Ok((!duration.is_zero()).then_some(duration))
}
