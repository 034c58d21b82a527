//! `kubectl proxy`: serves the API on the person's machine, without credentials.
//!
//! Models kubectl/pkg/cmd/proxy/proxy.go. It serves until it is interrupted; `curl` finds it by
//! its port.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::script::{Ctx, Env, Flow, Next, Serving};
use super::task::Task;

/// The command.
pub const COMMAND: Command = Command {
    path: "proxy",
    usage: "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
    about: "Serve the API of the cluster on this machine",
    flags: &[&[
        Flag::text("accept-hosts", "The hosts that are answered.")
            .default("^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$"),
        Flag::text("accept-paths", "The paths that are answered.").default("^.*"),
        Flag::text("address", "The address to listen on.").default("127.0.0.1"),
        Flag::text("api-prefix", "The path below which the API is.").default("/"),
        Flag::switch("append-server-path", "Put the path of the server before paths."),
        Flag::switch("disable-filter", "Answer everything."),
        Flag::text("keepalive", "How often to check that a connection lives.")
            .kind(Kind::Duration)
            .default("0s"),
        Flag::int("port", "8001", "The port to listen on; 0 for any.").short('p'),
        Flag::text("reject-methods", "The methods that are not answered.").default("^$"),
        Flag::text("reject-paths", "The paths that are not answered.")
            .default("^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach"),
        Flag::text("unix-socket", "A socket to listen on.").short('u'),
        Flag::text("www", "A folder that is served as well.").short('w'),
        Flag::text("www-prefix", "The path below which that folder is.")
            .short('P')
            .default("/static/"),
    ]],
    required: &[],
    start,
};

/// What `proxy` has to do.
#[derive(Clone, Debug)]
pub struct Proxy {
    address: String,
    port: u16,
    listens: bool,
}

/// The port that is taken when any will do.
const ANY_PORT: u16 = 40001;

fn start(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if flags.is_given("unix-socket") {
        return Err(Error::plain(match flags.is_given("port") {
            true => "cannot set --unix-socket and --port at the same time",
            false => "--unix-socket is not part of this simulation",
        }));
    }
    let port = match flags.int("port") {
        0 => ANY_PORT,
        port => u16::try_from(port)
            .map_err(|_| Error::plain(format!("listen tcp: address {port}: invalid port")))?,
    };
    Ok(Task::from(Proxy { address: flags.text("address").to_owned(), port, listens: false }))
}

impl Proxy {
    /// Listens, then serves.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if self.listens {
            return ctx.serve(Serving::Proxy(self.port));
        }
        self.listens = true;
        ctx.say(format!("Starting to serve on {}:{}", self.address, self.port));
        Ok(Next::Again)
    }
}
