//! What a person can point at: an object, a component, a message, and where components live.
//!
//! Names are the identity here, as they are for `kubectl`: nothing in this file knows how the
//! engine numbers its hosts or its objects.

use std::fmt;

use smol_str::SmolStr;

/// An object of the API, named the way `kubectl` names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjectId {
    /// The kind, as in a manifest: `Deployment`.
    pub kind: SmolStr,
    /// The namespace; empty for kinds that have none.
    pub namespace: SmolStr,
    /// The name.
    pub name: SmolStr,
}

impl ObjectId {
    /// The object `kind` called `name` in `namespace` (empty for kinds without one).
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        Self { kind: kind.into(), namespace: namespace.into(), name: name.into() }
    }

    /// A node; nodes live in no namespace.
    pub fn node(name: &str) -> Self {
        Self::new("Node", "", name)
    }

    /// A pod.
    pub fn pod(namespace: &str, name: &str) -> Self {
        Self::new("Pod", namespace, name)
    }

    /// `deployment/web`: how a command line names it.
    pub fn slash(&self) -> String {
        format!("{}/{}", self.kind.to_lowercase(), self.name)
    }

    /// ` -n NAMESPACE` where a command line needs it, otherwise nothing.
    pub fn namespace_flag(&self) -> String {
        match self.namespace.as_str() {
            "" | "default" => String::new(),
            other => format!(" -n {other}"),
        }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.slash())
    }
}

/// A component of a host.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// The etcd member.
    Etcd,
    /// kube-apiserver.
    Apiserver,
    /// kube-scheduler.
    Scheduler,
    /// kube-controller-manager.
    Controllers,
    /// The kubelet; on a worker it stands for the whole node.
    Kubelet,
}

impl Part {
    /// The parts of a master that the stage draws, in the order in which it draws them.
    pub const MASTER: [Self; 4] = [Self::Etcd, Self::Apiserver, Self::Scheduler, Self::Controllers];

    /// The name of the program, as `ps` would print it.
    pub const fn program(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::Apiserver => "kube-apiserver",
            Self::Scheduler => "kube-scheduler",
            Self::Controllers => "kube-controller-manager",
            Self::Kubelet => "kubelet",
        }
    }

    /// The name on the stage, where there is little room.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::Apiserver => "apiserver",
            Self::Scheduler => "scheduler",
            Self::Controllers => "controllers",
            Self::Kubelet => "kubelet",
        }
    }
}

/// Where a message starts or ends.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// A component of a host.
    Part(SmolStr, Part),
    /// The load balancer before the apiservers.
    Balancer,
    /// The person's terminal: where `kubectl` runs.
    Terminal,
}

impl Place {
    /// The component `part` of `host`.
    pub fn part(host: &str, part: Part) -> Self {
        Self::Part(host.into(), part)
    }

    /// `master-2/etcd`, `node-1`: short enough for a column of a list.
    pub fn label(&self) -> String {
        match self {
            Self::Part(host, Part::Kubelet) => host.to_string(),
            Self::Part(host, part) => format!("{host}/{}", part.short()),
            Self::Balancer => "balancer".to_string(),
            Self::Terminal => "kubectl".to_string(),
        }
    }
}

/// Anything a person can select.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// An object of the API; nodes are objects too.
    Object(ObjectId),
    /// A component or another end of a wire.
    Place(Place),
    /// A message in flight, by its number.
    Message(u64),
}

impl Subject {
    /// The subject a person selects who clicks the host `name`.
    pub fn node(name: &str) -> Self {
        Self::Object(ObjectId::node(name))
    }

    /// The object, when it is one.
    pub const fn object(&self) -> Option<&ObjectId> {
        match self {
            Self::Object(id) => Some(id),
            _ => None,
        }
    }
}

impl From<ObjectId> for Subject {
    fn from(id: ObjectId) -> Self {
        Self::Object(id)
    }
}

impl From<Place> for Subject {
    fn from(place: Place) -> Self {
        Self::Place(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_as_on_a_command_line() {
        let web = ObjectId::new("Deployment", "default", "web");
        assert_eq!(web.slash(), "deployment/web");
        assert_eq!(web.namespace_flag(), "");
        assert_eq!(ObjectId::pod("dev", "a").namespace_flag(), " -n dev");
        assert_eq!(ObjectId::node("node-1").namespace_flag(), "");
    }

    #[test]
    fn places_fit_a_column() {
        assert_eq!(Place::part("master-2", Part::Etcd).label(), "master-2/etcd");
        assert_eq!(Place::part("node-1", Part::Kubelet).label(), "node-1");
    }
}
