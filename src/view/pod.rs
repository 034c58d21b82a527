//! A pod as the page shows it: what it belongs to, where it is, and how it is.
//!
//! Models the STATUS column of `kubectl get pods` (pkg/printers/internalversion/printers.go
//! printPod): `status` is that column's word, `look` the shape and colour the page gives it.

use smol_str::SmolStr;

use super::subject::{ObjectId, Subject};

/// A pod's uid: two pods that bore the same name one after the other are two pods.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PodId(pub SmolStr);

/// The seven ways a pod can look. Each has a shape of its own, so that colour is never alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PodLook {
    /// Running and ready: a full disc.
    Ready,
    /// Running but not ready: a half disc.
    NotReady,
    /// Not running yet: a dashed ring.
    Waiting,
    /// Failed, or failing again and again: a cross in a square.
    Failed,
    /// Ended well: a tick.
    Succeeded,
    /// On its way out: a hollow ring.
    Terminating,
    /// On a node that nobody hears from: a question mark in a diamond.
    Unknown,
}

impl PodLook {
    /// Every look, best first: the order in which counts are listed.
    pub const ALL: [Self; 7] = [
        Self::Ready,
        Self::NotReady,
        Self::Waiting,
        Self::Failed,
        Self::Succeeded,
        Self::Terminating,
        Self::Unknown,
    ];

    /// The look of a pod by the word `kubectl get pods` prints for it.
    ///
    /// `ready` tells whether all its containers are.
    pub fn from_status(status: &str, ready: bool) -> Self {
        match status {
            "Running" if ready => Self::Ready,
            "Running" => Self::NotReady,
            "Succeeded" | "Completed" => Self::Succeeded,
            "Terminating" => Self::Terminating,
            "Unknown" | "NodeLost" => Self::Unknown,
            "Pending" | "ContainerCreating" | "PodInitializing" | "SchedulingGated" => {
                Self::Waiting
            }
            init if init.starts_with("Init:") && !init.contains("Error") => Self::Waiting,
            _ => Self::Failed,
        }
    }

    /// The name of its symbol and of its colour: `ready`, `not-ready`, …
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotReady => "not-ready",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Succeeded => "succeeded",
            Self::Terminating => "terminating",
            Self::Unknown => "unknown",
        }
    }
}

/// Which of the owner colours something wears; see [`super::owners`].
pub type OwnerSlot = u8;

/// What a pod belongs to, as a person thinks of it: the Deployment, not its ReplicaSet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Owner {
    /// The workload on top of the chain of owners, or the pod itself when nothing owns it.
    pub id: ObjectId,
    /// Its colour.
    pub slot: OwnerSlot,
}

/// One pod.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PodView {
    /// Its uid.
    pub id: PodId,
    /// Its namespace.
    pub namespace: SmolStr,
    /// Its name.
    pub name: SmolStr,
    /// The workload it belongs to.
    pub owner: Owner,
    /// Its controller: for a pod of a Deployment, the ReplicaSet.
    pub controller: Option<ObjectId>,
    /// The node it is bound to; none means unscheduled.
    pub node: Option<SmolStr>,
    /// Its shape.
    pub look: PodLook,
    /// The word in the STATUS column.
    pub status: SmolStr,
    /// Ready containers, and all of them.
    pub ready: (u16, u16),
    /// Restarts of its containers together.
    pub restarts: u32,
    /// Kubernetes' own sentence on why it waits (the message of `PodScheduled`), or empty.
    pub message: SmolStr,
    /// Its cpu requests, in thousandths of a core.
    pub cpu_milli: u64,
    /// Its memory requests, in bytes.
    pub memory_bytes: u64,
}

impl PodView {
    /// The object.
    pub fn object(&self) -> ObjectId {
        ObjectId::pod(&self.namespace, &self.name)
    }

    /// What a click on it selects.
    pub fn subject(&self) -> Subject {
        self.object().into()
    }

    /// The status in at most a dozen letters, for a tile. The full word stays in its name for
    /// assistive technology and in its tooltip.
    pub fn word(&self) -> SmolStr {
        if self.look == PodLook::NotReady {
            return "Not ready".into();
        }
        match self.status.as_str() {
            "ContainerCreating" => "Creating".into(),
            "PodInitializing" => "Initializing".into(),
            "CrashLoopBackOff" => "CrashLoop".into(),
            "ImagePullBackOff" => "ImagePull".into(),
            "InvalidImageName" => "BadImage".into(),
            "ErrImagePull" => "ErrImage".into(),
            "CreateContainerConfigError" => "ConfigError".into(),
            "SchedulingGated" => "Gated".into(),
            _ => self.status.clone(),
        }
    }
}

/// How many pods have each look, in the order of [`PodLook::ALL`], leaving out looks of none.
pub fn count_looks<'a>(pods: impl Iterator<Item = &'a PodView>) -> Vec<(PodLook, usize)> {
    let mut counts = [0usize; PodLook::ALL.len()];
    for pod in pods {
        counts[pod.look as usize] += 1;
    }
    PodLook::ALL.into_iter().zip(counts).filter(|&(_, count)| count > 0).collect()
}

/// The counts worth showing where there is room for `max` of them: the ready ones, then what is
/// worst.
pub fn telling_looks(counts: &[(PodLook, usize)], max: usize) -> Vec<(PodLook, usize)> {
    const WORST_FIRST: [PodLook; 7] = [
        PodLook::Ready,
        PodLook::Failed,
        PodLook::Unknown,
        PodLook::NotReady,
        PodLook::Waiting,
        PodLook::Terminating,
        PodLook::Succeeded,
    ];
    let of = |look: PodLook| counts.iter().find(|(other, _)| *other == look).copied();
    WORST_FIRST.into_iter().filter_map(of).take(max).collect()
}

/// The different messages of pods that wait, the most frequent first, with how often each occurs
/// when it does so more than once. At most three: more would not be read.
pub fn reasons(messages: impl Iterator<Item = SmolStr>) -> Vec<String> {
    let mut counts: Vec<(SmolStr, usize)> = Vec::new();
    for message in messages.filter(|message| !message.is_empty()) {
        match counts.iter_mut().find(|(other, _)| *other == message) {
            Some((_, count)) => *count += 1,
            None => counts.push((message, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| usize::MAX - count);
    let line = |(message, count): &(SmolStr, usize)| match count {
        1 => message.to_string(),
        count => format!("{message} (×{count})"),
    };
    counts.iter().take(3).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_look() {
        let check = |status, ready, look| assert_eq!(PodLook::from_status(status, ready), look);
        check("Running", true, PodLook::Ready);
        check("Running", false, PodLook::NotReady);
        check("ContainerCreating", false, PodLook::Waiting);
        check("Init:0/2", false, PodLook::Waiting);
        check("Init:Error", false, PodLook::Failed);
        check("CrashLoopBackOff", false, PodLook::Failed);
        check("Completed", false, PodLook::Succeeded);
        check("Terminating", true, PodLook::Terminating);
        check("Unknown", true, PodLook::Unknown);
    }

    #[test]
    fn looks_are_numbered_in_the_order_of_the_list() {
        for (index, look) in PodLook::ALL.into_iter().enumerate() {
            assert_eq!(look as usize, index);
        }
    }

    #[test]
    fn the_ready_and_the_worst_are_told() {
        let counts = [(PodLook::Ready, 4), (PodLook::Waiting, 1), (PodLook::Failed, 2)];
        let told = telling_looks(&counts, 2);
        assert_eq!(told, [(PodLook::Ready, 4), (PodLook::Failed, 2)]);
    }

    #[test]
    fn the_most_frequent_reason_comes_first() {
        let messages = ["a", "b", "b", "", "c", "d"].into_iter().map(SmolStr::from);
        assert_eq!(reasons(messages), ["b (×2)", "a", "c"]);
    }
}
