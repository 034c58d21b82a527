//! What a plugin answers when it refuses, and the sentence made of all refusals.
//!
//! Models staging/src/k8s.io/kube-scheduler/framework/interface.go Status and
//! pkg/scheduler/framework/types.go FitError. A refusal is data: a code, the plugin's own words
//! and its name; text for people is made from it in one place.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::Str;

/// How a plugin refuses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Code {
    /// Something went wrong that has nothing to do with the pod.
    Error,
    /// The pod does not fit; evicting others might help.
    Unschedulable,
    /// The pod does not fit, and evicting others would not help.
    UnschedulableAndUnresolvable,
}

/// A refusal. It names at least one reason, and mostly exactly one, which then takes no
/// allocation: refusals are made for many nodes in every cycle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// How it refuses.
    pub code: Code,
    /// The plugin that refuses; empty until the framework writes it in.
    pub plugin: &'static str,
    first: Str,
    more: Vec<Str>,
}

/// The nodes a pod was refused on and why: what a failed cycle leaves behind.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    /// How many nodes there are.
    pub nodes: usize,
    /// Refusals by the place of the node in the cache.
    pub refused: Vec<(u32, Status)>,
    /// What holds of all nodes that are not in `refused`.
    pub absent: Option<Status>,
    /// The words of the plugin that refused before any node was looked at.
    pub pre_filter: Option<Str>,
    /// The plugins that refused, in the order of their names.
    pub plugins: BTreeSet<&'static str>,
    /// What the plugins of the PostFilter point had to say.
    pub post_filter: Str,
    /// Whether the pod goes on waiting for room on the node where it did, if it did.
    pub keeps_nomination: bool,
}

impl Status {
    /// A refusal that evicting others might resolve.
    pub fn unschedulable(reason: impl Into<Str>) -> Self {
        Self::new(Code::Unschedulable, reason)
    }

    /// A refusal that evicting others cannot resolve.
    pub fn unresolvable(reason: impl Into<Str>) -> Self {
        Self::new(Code::UnschedulableAndUnresolvable, reason)
    }

    /// A failure that has nothing to do with the pod.
    pub fn error(reason: impl Into<Str>) -> Self {
        Self::new(Code::Error, reason)
    }

    /// A refusal of any kind.
    pub fn new(code: Code, reason: impl Into<Str>) -> Self {
        Self { code, plugin: "", first: reason.into(), more: Vec::new() }
    }

    /// The same refusal with one more reason.
    #[must_use]
    pub fn and(mut self, reason: impl Into<Str>) -> Self {
        self.more.push(reason.into());
        self
    }

    /// The same refusal in the name of `plugin`.
    #[must_use]
    pub fn by(mut self, plugin: &'static str) -> Self {
        self.plugin = plugin;
        self
    }

    /// Its reasons, in the plugin's own words.
    pub fn reasons(&self) -> impl Iterator<Item = &Str> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// Its reasons as one text. Models Status.Message.
    pub fn message(&self) -> Str {
        if self.more.is_empty() {
            return self.first.clone();
        }
        self.reasons().map(Str::as_str).collect::<Vec<_>>().join(", ").into()
    }

    /// Whether the pod was found not to fit, and nothing went wrong.
    pub fn is_rejection(&self) -> bool {
        self.code != Code::Error
    }
}

impl Diagnosis {
    /// The diagnosis of a cycle over `nodes` nodes that has not refused any yet.
    pub fn of(nodes: usize) -> Self {
        Self { nodes, ..Self::default() }
    }

    /// Notes that the node at `slot` is refused.
    pub fn refuse(&mut self, slot: u32, status: Status) {
        self.plugins.insert(status.plugin);
        self.refused.push((slot, status));
    }

    /// How the node at `slot` is refused.
    pub fn status(&self, slot: u32) -> Option<&Status> {
        let found = self.refused.iter().find(|(refused, _)| *refused == slot);
        found.map(|(_, status)| status).or(self.absent.as_ref())
    }

    /// How many nodes each reason was given for, in the order of the reasons.
    pub fn histogram(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for reason in self.refused.iter().flat_map(|(_, status)| status.reasons()) {
            *counts.entry(reason.as_str()).or_default() += 1;
        }
        let unnamed = self.nodes - self.refused.len();
        for reason in self.absent.iter().flat_map(Status::reasons).filter(|_| unnamed > 0) {
            *counts.entry(reason.as_str()).or_default() += unnamed;
        }
        counts
    }

    /// Why the pod fits nowhere, as the pod's condition and events say it.
    /// Models pkg/scheduler/framework/types.go FitError.Error.
    pub fn message(&self) -> String {
        let mut text = format!("0/{} nodes are available:", self.nodes);
        if let Some(words) = &self.pre_filter {
            text.push_str(&format!(" {words}."));
        } else {
            // Upstream sorts the finished texts, so that 10 comes before 2.
            let counts = self.histogram();
            let mut parts: Vec<_> = counts.iter().map(|(why, n)| format!("{n} {why}")).collect();
            parts.sort();
            if !parts.is_empty() {
                text.push_str(&format!(" {}.", parts.join(", ")));
            }
        }
        if !self.post_filter.is_empty() {
            text.push_str(&format!(" {}", self.post_filter));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_sorted_as_text() {
        let mut diagnosis = Diagnosis::of(13);
        for slot in 0..2 {
            let status = Status::unschedulable("Insufficient cpu").and("Insufficient memory");
            diagnosis.refuse(slot, status.by("NodeResourcesFit"));
        }
        for slot in 2..12 {
            diagnosis.refuse(slot, Status::unresolvable("node(s) were unschedulable").by("N"));
        }
        diagnosis.absent = Some(Status::unresolvable("node(s) are away"));
        diagnosis.post_filter = "no new claims to deallocate".into();
        assert_eq!(
            diagnosis.message(),
            "0/13 nodes are available: 1 node(s) are away, 10 node(s) were unschedulable, \
             2 Insufficient cpu, 2 Insufficient memory. no new claims to deallocate",
        );
        assert_eq!(diagnosis.plugins.into_iter().collect::<Vec<_>>(), ["N", "NodeResourcesFit"]);
    }

    #[test]
    fn words_of_pre_filter_replace_the_counts() {
        let mut diagnosis = Diagnosis::of(3);
        diagnosis.absent = Some(Status::unresolvable("pod affinity terms conflict"));
        diagnosis.pre_filter = Some("pod affinity terms conflict".into());
        diagnosis.post_filter = "not found".into();
        assert_eq!(
            diagnosis.message(),
            "0/3 nodes are available: pod affinity terms conflict. not found",
        );
    }
}
