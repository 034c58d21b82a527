//! `etcdctl endpoint`: how members are, one by one. Models etcdctl/ctlv3/command/ep_command.go.

pub mod hashkv;
pub mod health;
pub mod status;

use super::script::{Ctx, Endpoint, Flow, Stop, exit, unexpected};
use crate::etcd::rpc::{Reply, Request};

/// The endpoints that are meant: those given, or those of all members.
pub fn meant(ctx: &mut Ctx<'_>) -> Flow<Vec<Endpoint>> {
    if !ctx.env.flags.is_on("cluster") {
        return Ok(ctx.env.endpoints.clone());
    }
    let failed = |error| {
        let text = "failed to fetch endpoints from etcd cluster member list: ";
        Stop::Failed(format!("{text}{error}"), exit::ERROR)
    };
    let request = Request::Members { linearizable: true };
    let (_, reply) = ctx.ask(None, request)?.map_err(failed)?;
    let Reply::Members { members, .. } = reply else { return unexpected() };
    let urls = members.iter().flat_map(|member| member.client_urls.iter());
    let endpoint = |url: &crate::etcd::rpc::Text| Endpoint {
        name: url.to_string(),
        address: ctx.env.hosts.resolve(url, None),
    };
    Ok(urls.map(endpoint).collect())
}
