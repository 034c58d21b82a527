//! Who makes a request over HTTP.
//!
//! Models apiserver/pkg/authentication and the impersonation filter. Whom a connection has proved
//! to be, by a client certificate, comes with the request; what its headers claim is looked at
//! here.

use std::sync::Arc;

use super::authorization;
use super::cache::WatchCache;
use crate::api::rpc::{BEARER, Request};
use crate::api::{HttpRequest, List, Reason, Status, Str, quote};

/// `request` with what its headers show in place of what its connection has proved, if they show
/// anything: a token.
pub fn shown(request: &Arc<Request>, http: &HttpRequest) -> Arc<Request> {
    let credentials = http.header("authorization");
    if credentials.is_empty() {
        return request.clone();
    }
    // Of what is no token nobody is known.
    let user = if credentials.starts_with(BEARER) { credentials.into() } else { Str::default() };
    Arc::new(Request { user, groups: List::default(), ..(**request).clone() })
}

/// `request` with who it is from and what program sent it, as the headers of `http` say.
pub fn identify(
    cache: &WatchCache,
    request: &Request,
    http: &HttpRequest,
) -> Result<Request, Status> {
    let mut identified = request.clone();
    if let Some(agent) = http.headers_named("user-agent").next() {
        identified.agent = agent.into();
    }
    if identified.user.is_empty() {
        return Err(Status::new(401, Reason::Unauthorized, "Unauthorized"));
    }
    let user = http.header("impersonate-user");
    let groups: Vec<Str> = http.headers_named("impersonate-group").map(Str::from).collect();
    if user.is_empty() {
        if groups.is_empty() {
            return Ok(identified);
        }
        let text = "requested [{Group}] without impersonating a user";
        return Err(Status::internal_error(text));
    }
    let claims = [("users", user)].into_iter().chain(groups.iter().map(|g| ("groups", g.as_str())));
    for (resource, name) in claims {
        if !authorization::may_act_as(cache, &identified, (resource, name)) {
            let (who, name) = (quote(&identified.user), quote(name));
            let text = format!(
                "{resource} {name} is forbidden: User {who} cannot impersonate resource \
                 \"{resource}\" in API group \"\" at the cluster scope"
            );
            return Err(Status::new(403, Reason::Forbidden, text));
        }
    }
    (identified.user, identified.groups) = (user.into(), groups.into());
    Ok(identified)
}
