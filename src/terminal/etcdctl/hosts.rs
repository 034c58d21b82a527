//! Where names and addresses lead.
//!
//! Models /etc/hosts and the routing table. Invariant: a name leads to one host or to none.

use std::sync::Arc;

use crate::api::Str;
use crate::sim::{Address, HostId};

/// The hosts that can be reached by name.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    /// The person's own.
    pub own: HostId,
    /// All of them: name, IP address, and which it is.
    pub all: Arc<[(Str, Str, HostId)]>,
    /// The IP addresses of those that run etcd.
    pub members: Arc<[Str]>,
}

impl Hosts {
    /// The host called by a name or an IP address.
    pub fn find(&self, name: &str) -> Option<HostId> {
        self.all.iter().find(|(known, ip, _)| known == name || ip == name).map(|(.., host)| *host)
    }

    /// The endpoints of all members, as a variable names them.
    pub fn endpoints(&self) -> Str {
        let urls: Vec<String> =
            self.members.iter().map(|ip| format!("https://{ip}:2379")).collect();
        urls.join(",").into()
    }

    /// Where a URL or `HOST:PORT` leads, as seen from `here`.
    pub fn resolve(&self, url: &str, here: Option<HostId>) -> Option<Address> {
        let bare = ["https://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme));
        let (name, port) = bare.unwrap_or(url).trim_end_matches('/').rsplit_once(':')?;
        let host = match name {
            "localhost" | "127.0.0.1" | "[::1]" | "" => here?,
            _ => self.find(name)?,
        };
        Some(Address::new(host, port.parse().ok()?))
    }
}
