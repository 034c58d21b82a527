//! `etcdctl alarm`: what is wrong that all members must know of. Models
//! etcdctl/ctlv3/command/alarm_command.go.

use super::command::{Command, Format};
use super::json::{self, Json};
use super::script::{Ctx, Flow, Header, Next, unexpected};
use crate::etcd::rpc::{Reply, Request};
use crate::etcd::{Alarm, AlarmKind};

/// `etcdctl alarm list`.
pub const LIST: Command = Command {
    program: "etcdctl",
    path: "alarm list",
    usage: "",
    about: "Lists all alarms",
    flags: &[],
    step: list,
};

/// `etcdctl alarm disarm`.
pub const DISARM: Command = Command {
    program: "etcdctl",
    path: "alarm disarm",
    usage: "",
    about: "Disarms all alarms",
    flags: &[],
    step: disarm,
};

fn list(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let (header, reply) = ctx.call(Request::Alarms)?;
    let Reply::Alarms(alarms) = reply else { return unexpected() };
    show(ctx, &header, &alarms)
}

fn disarm(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let (_, reply) = ctx.call(Request::Alarms)?;
    let Reply::Alarms(alarms) = reply else { return unexpected() };
    let (header, reply) = ctx.call(Request::Disarm(alarms))?;
    let Reply::Alarms(taken) = reply else { return unexpected() };
    show(ctx, &header, &taken)
}

fn show(ctx: &mut Ctx<'_>, header: &Header, alarms: &[Alarm]) -> Flow<Next> {
    if ctx.env.format == Format::Json {
        let number = |kind| if kind == AlarmKind::NoSpace { 1 } else { 2 };
        let alarm = |alarm: &Alarm| {
            Json::new().raw("memberID", alarm.member).raw("alarm", number(alarm.kind)).object()
        };
        let alarms: Vec<String> = alarms.iter().map(alarm).collect();
        ctx.print(json::with_header(header).list("alarms", &alarms).line());
    } else {
        alarms.iter().for_each(|alarm| ctx.say(alarm));
    }
    Ok(Next::Exit(0))
}
