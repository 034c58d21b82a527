//! What happened, as data: the sentences of the page before they have a language.
//!
//! Kubernetes' own texts travel inside as they are; everything we say ourselves is a variant here
//! and gets its words in `view::words`, in every language at once.

use smol_str::SmolStr;

use super::subject::{ObjectId, Place, Subject};

/// Who did something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// The person at the page.
    Person,
    /// An etcd member, by its host.
    Etcd(SmolStr),
    /// An apiserver, by its host.
    Apiserver(SmolStr),
    /// The scheduler that holds the lease.
    Scheduler,
    /// A controller by its name in kube-controller-manager: `deployment`, `replicaset`.
    Controller(SmolStr),
    /// A kubelet, by its node.
    Kubelet(SmolStr),
    /// The load balancer.
    Balancer,
    /// A client process such as `kubectl`.
    Client(SmolStr),
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Deed {
    /// The person applied a file.
    Applied(SmolStr),
    /// The person saved a file.
    Wrote(SmolStr),
    /// The person ran a command line.
    Ran(SmolStr),
    /// The person broke or mended something.
    Fault(Fault),
    /// Somebody created an object; a workload may say how many pods it wants.
    Created(Actor, ObjectId, Option<u32>),
    /// Somebody changed an object.
    Updated(Actor, ObjectId),
    /// Somebody deleted an object.
    Deleted(Actor, ObjectId),
    /// A workload's replicas went from one number to another.
    Scaled(Actor, ObjectId, u32, u32),
    /// A write is durable: revision, members that have it, members in all.
    Committed(u64, u8, u8),
    /// The scheduler compared so many nodes and chose one.
    Scheduled(u32, SmolStr),
    /// The scheduler found no node; the message is Kubernetes' own.
    NotScheduled(SmolStr),
    /// A kubelet pulls an image.
    Pulling(SmolStr, SmolStr),
    /// A kubelet started a container.
    Started(SmolStr, SmolStr),
    /// A pod passed its readiness.
    BecameReady(ObjectId),
    /// A message left.
    Sent(Place, Place, SmolStr),
    /// A message arrived.
    Arrived(Place, Place, SmolStr),
    /// A message was lost on the way.
    Lost(Place, Place, SmolStr),
    /// A timer of a component fired.
    TimerFired(Place, SmolStr),
    /// An etcd member asks for votes in a term.
    Campaigned(SmolStr, u64),
    /// An etcd member leads from a term on.
    BecameLeader(SmolStr, u64),
    /// An etcd member follows: whom, if it knows, and in which term.
    Follows(SmolStr, Option<SmolStr>, u64),
    /// A connection broke, as one end learns.
    Broke(Place, Place),
    /// A process started.
    Began(Place),
    /// A process ended.
    Ended(Place),
    /// A host got power, or lost it.
    Powered(SmolStr, bool),
    /// A component said this itself, in Kubernetes' words.
    Said(Actor, SmolStr),
}

/// What a person can break or mend with their hands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Pulls the plug of a host.
    StopHost(SmolStr),
    /// Starts a stopped host.
    StartHost(SmolStr),
    /// Stops a host and starts it again at once.
    RestartHost(SmolStr),
    /// Stops one process.
    StopPart(Place),
    /// Starts it again.
    StartPart(Place),
    /// Cuts a host off from all others.
    Isolate(SmolStr),
    /// Cuts the link between two hosts, both ways.
    CutLink(SmolStr, SmolStr),
    /// Mends the link between two hosts.
    HealLink(SmolStr, SmolStr),
    /// Starts every stopped host and mends every link.
    HealAll,
}

/// Why a node won the scheduler's comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deciding {
    /// It had the most free room.
    Emptiest,
    /// It has the fewest pods of the same kind.
    Spread,
    /// Its cpu and memory are used most evenly.
    Balance,
    /// It has the image already.
    Image,
    /// Nothing else was possible.
    OnlyOne,
    /// Several were equal, and it was drawn.
    Drawn,
}

/// The one sentence that answers "why?".
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// A pod stands where it stands: node, nodes that could take it, what decided.
    Placed(SmolStr, u32, Deciding),
    /// A pod stands nowhere: nodes that were tried.
    Unplaced(u32),
    /// A pod was bound to its node by whoever made it.
    Named(SmolStr),
    /// An object is there because of a deed of the person.
    Because(Box<Deed>),
    /// A workload has so many ready pods of so many wanted.
    Progress(u32, u32),
    /// An etcd member leads: term, votes, members.
    Leads(u64, u8, u8),
    /// An etcd member follows: whom, in which term.
    Follows(SmolStr, u64),
    /// A replica works because it holds the lease of this name.
    HoldsLease(SmolStr),
    /// A replica waits: who holds the lease.
    WaitsForLease(SmolStr),
    /// A host is as it should be: pods on it.
    Serving(u32),
    /// A host was stopped by the person.
    StoppedByYou,
}

/// A piece of a sentence as the page sets it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Bit {
    /// Plain words.
    Text(SmolStr),
    /// A name or a text of the machine, in the fixed-width family.
    Mono(SmolStr),
    /// The word that carries the sentence.
    Strong(SmolStr),
    /// A name that leads to what it names.
    Link(SmolStr, Subject),
}

impl Bit {
    /// The letters of it.
    pub const fn text(&self) -> &SmolStr {
        match self {
            Self::Text(text) | Self::Mono(text) | Self::Strong(text) | Self::Link(text, _) => text,
        }
    }
}

/// A sentence in one language, ready to be set.
pub type Sentence = Vec<Bit>;

/// The sentence without its emphasis, for tooltips and assistive technology.
pub fn plain(sentence: &[Bit]) -> String {
    sentence.iter().map(|bit| bit.text().as_str()).collect()
}
