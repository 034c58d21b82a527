//! `etcdctl endpoint status`: how members are. Models
//! etcdctl/ctlv3/command/ep_command.go.

use super::meant;
use crate::etcd::rpc::{Reply, Request, Status};
use crate::terminal::etcdctl::command::{Command, Format};
use crate::terminal::etcdctl::format;
use crate::terminal::etcdctl::json::{self, Json};
use crate::terminal::etcdctl::options::CLUSTER;
use crate::terminal::etcdctl::script::{Ctx, Flow, Header, Next, unexpected};
use crate::terminal::etcdctl::version::{API_VERSION, VERSION};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "endpoint status",
    usage: "",
    about: "Prints out the status of endpoints specified in `--endpoints` flag",
    flags: &[&[CLUSTER]],
    step,
};

const HEADING: [&str; 12] = [
    "Endpoint",
    "ID",
    "Version",
    "Storage Version",
    "DB Size",
    "DB Size In Use",
    "Is Leader",
    "Is Learner",
    "Raft Term",
    "Raft Index",
    "Raft Applied Index",
    "Errors",
];

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let (mut code, mut rows, mut objects) = (0, Vec::new(), Vec::new());
    for endpoint in meant(ctx)? {
        let name = endpoint.name.clone();
        match ctx.ask_at(&endpoint, Request::Status)? {
            Ok((header, Reply::Status(status))) => {
                rows.push(row(&name, &header, &status));
                objects.push(object(&name, &header, &status));
            }
            Ok(_) => return unexpected(),
            Err(error) => {
                code = 1;
                let text = format!("Failed to get the status of endpoint {name} ({error})");
                ctx.complain(text);
            }
        }
    }
    match ctx.env.format {
        Format::Json => ctx.say(json::list(&objects)),
        Format::Table => ctx.print(format::table(&HEADING, &rows)),
        _ => ctx.print(format::rows(&rows)),
    }
    Ok(Next::Exit(code))
}

fn row(name: &str, header: &Header, status: &Status) -> Vec<String> {
    vec![
        name.to_owned(),
        format!("{:x}", header.member),
        VERSION.to_owned(),
        format!("{API_VERSION}.0"),
        format::bytes(status.db_bytes),
        format::bytes(status.db_bytes_in_use),
        (status.leader == header.member).to_string(),
        status.is_learner.to_string(),
        status.term.to_string(),
        status.index.to_string(),
        status.applied.to_string(),
        status.errors.join(", "),
    ]
}

fn object(name: &str, header: &Header, status: &Status) -> String {
    let errors: Vec<String> = status.errors.iter().map(|error| json::string(error)).collect();
    let inner = json::with_header(header)
        .text("version", VERSION)
        .some("dbSize", status.db_bytes)
        .some("leader", status.leader)
        .some("raftIndex", status.index)
        .some("raftTerm", status.term)
        .some("raftAppliedIndex", status.applied)
        .list("errors", &errors)
        .some("dbSizeInUse", status.db_bytes_in_use)
        .some("isLearner", status.is_learner)
        .text("storageVersion", &format!("{API_VERSION}.0"));
    let endpoint = Json::new().raw("Endpoint", json::string(name));
    endpoint.raw("Status", inner.object()).object()
}
