//! `etcdctl endpoint health`: whether members can agree with the others. Models
//! etcdctl/ctlv3/command/ep_command.go.

use super::meant;
use crate::etcd::mvcc::KeyRange;
use crate::etcd::rpc::Request;
use crate::terminal::etcdctl::command::{Command, Format};
use crate::terminal::etcdctl::format;
use crate::terminal::etcdctl::json::{self, Json};
use crate::terminal::etcdctl::options::CLUSTER;
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, Stop, exit};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "endpoint health",
    usage: "",
    about: "Checks the healthiness of endpoints specified in `--endpoints` flag",
    flags: &[&[CLUSTER]],
    step,
};

/// A member is well when it can read a key that agrees with all others, whatever key that is.
fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let (mut all_well, mut rows, mut objects) = (true, Vec::new(), Vec::new());
    for endpoint in meant(ctx)? {
        let since = ctx.now();
        let range = KeyRange::one("health");
        let request = Request::Range { range, revision: 0, limit: 0, serializable: false };
        let answer = ctx.ask_at(&endpoint, request)?;
        let took = format::duration(ctx.now().since(since));
        let error = answer.err();
        all_well &= error.is_none();
        let name = endpoint.name;
        let object = Json::new().raw("endpoint", json::string(&name));
        let object = object.raw("health", error.is_none()).raw("took", json::string(&took));
        objects.push(object.text("error", error.as_deref().unwrap_or_default()).object());
        let why = error.clone().unwrap_or_default();
        rows.push(vec![name.clone(), error.is_none().to_string(), took.clone(), why]);
        if ctx.env.format == Format::Simple {
            match error {
                None => ctx.say(format!(
                    "{name} is healthy: successfully committed proposal: took = {took}"
                )),
                Some(error) => {
                    ctx.complain(format!("{name} is unhealthy: failed to commit proposal: {error}"))
                }
            }
        }
    }
    match ctx.env.format {
        Format::Json => ctx.say(json::list(&objects)),
        Format::Table => {
            ctx.print(format::table(&["Endpoint", "Health", "Took", "Error"], &rows));
        }
        _ => {}
    }
    match all_well {
        true => Ok(Next::Exit(0)),
        false => Err(Stop::Failed("unhealthy cluster".to_owned(), exit::ERROR)),
    }
}
