//! `etcdctl member`: who is a member. Models etcdctl/ctlv3/command/member_command.go.

pub mod add;
pub mod list;
pub mod promote;
pub mod remove;
pub mod update;

use std::sync::Arc;

use super::command::Format;
use super::json;
use super::script::{Ctx, Flow, Header, Next, bad_args};
use crate::api::quote;
use crate::etcd::MemberInfo;
use crate::etcd::rpc::Text;
use crate::sim::Address;
use crate::terminal::kubectl::flags::Flag;

/// Where a member is reached.
pub const PEER_URLS: Flag = Flag::text("peer-urls", "Comma separated peer URLs for the member.");

/// The member that an argument names.
pub fn id_of(text: &str) -> Flow<u64> {
    match u64::from_str_radix(text, 16) {
        Ok(id) => Ok(id),
        Err(_) => {
            let why = format!("strconv.ParseUint: parsing {}: invalid syntax", quote(text));
            bad_args(format!("bad member ID arg ({why}), expecting ID in Hex"))
        }
    }
}

/// The peer URLs that were given, and where the first of them leads.
pub fn peer_urls(ctx: &Ctx<'_>) -> Flow<(Vec<Text>, Option<Address>)> {
    let given = ctx.env.flags.text("peer-urls");
    if given.is_empty() {
        return bad_args("member peer urls not provided.");
    }
    let urls: Vec<Text> = given.split(',').map(Text::from).collect();
    if urls.iter().any(|url| !url.starts_with("http://") && !url.starts_with("https://")) {
        return bad_args("etcdserver: given member URLs are invalid");
    }
    let address = ctx.env.hosts.resolve(&urls[0], None);
    Ok((urls, address))
}

/// Says what was done to a member.
pub fn done(
    ctx: &mut Ctx<'_>,
    header: &Header,
    text: String,
    members: &[Arc<MemberInfo>],
    added: Option<u64>,
) -> Flow<Next> {
    if ctx.env.format == Format::Json {
        let mut answer = json::with_header(header);
        if let Some(added) = members.iter().find(|member| Some(member.id) == added) {
            answer = answer.raw("member", json::member(added));
        }
        let members: Vec<String> = members.iter().map(|member| json::member(member)).collect();
        ctx.print(answer.raw("members", json::list(&members)).line());
    } else {
        ctx.say(text);
    }
    Ok(Next::Exit(0))
}
