//! Changes of configuration: what is proposed, and what results.
//!
//! Models raftpb `ConfChange`, `ConfChangeV2` and `ConfState`, with etcd-io/raft `confchange/`
//! beneath. Invariant: a change takes effect when it is applied, not when it is appended, and at
//! most one is under way.

mod changer;
mod restore;

use std::fmt;
use std::str::FromStr;

use super::entry::{EntryData, bytes_len, uint_len};
use crate::sim::Fingerprint;

pub use changer::{ChangeError, Changer};
pub(super) use restore::restore;

/// What happens to a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConfChangeType {
    /// It becomes a voter.
    AddNode,
    /// It leaves.
    RemoveNode,
    /// Nothing, as far as raft is concerned: the change carries news for its owner.
    UpdateNode,
    /// It becomes a learner, which receives the log and does not vote.
    AddLearnerNode,
}

/// What happens to one member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConfChangeSingle {
    /// What happens.
    pub kind: ConfChangeType,
    /// To whom. 0 is nobody: owners make a change void by this.
    pub node_id: u64,
}

/// A change of one member, in the older form.
#[derive(Clone, Debug)]
pub struct ConfChange<D> {
    /// What happens to whom.
    pub change: ConfChangeSingle,
    /// What the owner attaches.
    pub context: Option<D>,
    /// A number by which the owner recognises the change.
    pub id: u64,
}

/// How a change uses joint consensus.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ConfChangeTransition {
    /// Only when more than one member changes; left automatically.
    #[default]
    Auto,
    /// Always; left automatically.
    JointImplicit,
    /// Always; left when the owner proposes an empty change.
    JointExplicit,
}

/// A change of any number of members. Without members it leaves a joint configuration.
#[derive(Clone, Debug)]
pub struct ConfChangeV2<D> {
    /// How joint consensus is used.
    pub transition: ConfChangeTransition,
    /// What happens to whom, in order.
    pub changes: Vec<ConfChangeSingle>,
    /// What the owner attaches.
    pub context: Option<D>,
}

/// A configuration, as snapshots carry it. All lists are sorted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConfState {
    /// The voters, or in a joint configuration the voters to be.
    pub voters: Vec<u64>,
    /// The learners.
    pub learners: Vec<u64>,
    /// The voters that were; empty unless the configuration is joint.
    pub voters_outgoing: Vec<u64>,
    /// Outgoing voters that will be learners once the joint configuration is left.
    pub learners_next: Vec<u64>,
    /// Whether the joint configuration is left automatically.
    pub auto_leave: bool,
}

impl ConfState {
    /// The configuration of voters alone.
    pub fn of_voters(voters: impl IntoIterator<Item = u64>) -> Self {
        let mut voters: Vec<u64> = voters.into_iter().collect();
        voters.sort_unstable();
        Self { voters, ..Self::default() }
    }

    /// Whether `id` is a voter of either half or a learner. Learners to be are outgoing voters.
    pub fn contains(&self, id: u64) -> bool {
        [&self.voters, &self.learners, &self.voters_outgoing].iter().any(|set| set.contains(&id))
    }
}

impl<D: EntryData> ConfChange<D> {
    /// The same change in the newer form.
    pub fn to_v2(&self) -> ConfChangeV2<D> {
        ConfChangeV2 {
            transition: ConfChangeTransition::Auto,
            changes: vec![self.change],
            context: self.context.clone(),
        }
    }

    /// Its size in bytes as a protocol buffer.
    pub fn encoded_len(&self) -> u64 {
        uint_len(self.id) + self.change.encoded_len() + context_len(self.context.as_ref())
    }
}

impl<D: EntryData> ConfChangeV2<D> {
    /// Whether this leaves a joint configuration.
    pub fn leaves_joint(&self) -> bool {
        self.transition == ConfChangeTransition::Auto && self.changes.is_empty()
    }

    /// Whether this enters a joint configuration, and if so, whether that is left automatically.
    pub fn enters_joint(&self) -> Option<bool> {
        match self.transition {
            ConfChangeTransition::Auto if self.changes.len() <= 1 => None,
            ConfChangeTransition::Auto | ConfChangeTransition::JointImplicit => Some(true),
            ConfChangeTransition::JointExplicit => Some(false),
        }
    }

    /// Its size in bytes as a protocol buffer.
    pub fn encoded_len(&self) -> u64 {
        let changes = self.changes.iter();
        let changes: u64 = changes.map(|one| bytes_len(one.encoded_len())).sum();
        uint_len(self.transition as u64) + changes + context_len(self.context.as_ref())
    }

    /// Adds the change to a hash.
    pub fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.u64(self.transition as u64);
        for one in &self.changes {
            hash.u64(one.kind as u64);
            hash.u64(one.node_id);
        }
        if let Some(context) = &self.context {
            context.fingerprint(hash);
        }
    }
}

impl<D> Default for ConfChangeV2<D> {
    fn default() -> Self {
        Self { transition: ConfChangeTransition::default(), changes: Vec::new(), context: None }
    }
}

fn context_len<D: EntryData>(context: Option<&D>) -> u64 {
    context.map_or(0, |context| bytes_len(context.encoded_len()))
}

impl ConfChangeSingle {
    const fn encoded_len(self) -> u64 {
        uint_len(self.kind as u64) + uint_len(self.node_id)
    }
}

/// A short form: `v1` makes 1 a voter, `l1` a learner, `r1` removes it, `u1` updates it.
impl fmt::Display for ConfChangeSingle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.kind {
            ConfChangeType::AddNode => 'v',
            ConfChangeType::AddLearnerNode => 'l',
            ConfChangeType::RemoveNode => 'r',
            ConfChangeType::UpdateNode => 'u',
        };
        write!(f, "{letter}{}", self.node_id)
    }
}

/// Reads the short form; the error is a sentence.
impl FromStr for ConfChangeSingle {
    type Err = String;

    fn from_str(token: &str) -> Result<Self, String> {
        let mut chars = token.chars();
        let kind = match (chars.next(), token.len()) {
            (_, ..2) => return Err(format!("unknown token {token}")),
            (Some('v'), _) => ConfChangeType::AddNode,
            (Some('l'), _) => ConfChangeType::AddLearnerNode,
            (Some('r'), _) => ConfChangeType::RemoveNode,
            (Some('u'), _) => ConfChangeType::UpdateNode,
            _ => return Err(format!("unknown input: {token}")),
        };
        let number = chars.as_str();
        let node_id = number
            .parse()
            .map_err(|_| format!("strconv.ParseUint: parsing \"{number}\": invalid syntax"))?;
        Ok(Self { kind, node_id })
    }
}

impl fmt::Display for ConfChangeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConfChange{self:?}")
    }
}

impl fmt::Display for ConfChangeTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConfChangeTransition{self:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Bytes;
    use super::*;

    /// Which transition enters or leaves a joint configuration, by the number of members changed.
    #[test]
    fn transitions() {
        use ConfChangeTransition::{Auto, JointExplicit, JointImplicit};
        let check = |transition, count, enters, leaves| {
            let change = ConfChangeV2::<Bytes> {
                transition,
                changes: vec!["v1".parse().unwrap(); count],
                context: None,
            };
            let found = (change.enters_joint(), change.leaves_joint());
            assert_eq!(found, (enters, leaves), "{transition} {count}");
        };
        check(Auto, 0, None, true);
        check(Auto, 1, None, false);
        check(Auto, 2, Some(true), false);
        check(JointImplicit, 0, Some(true), false);
        check(JointImplicit, 1, Some(true), false);
        check(JointExplicit, 1, Some(false), false);
        check(JointExplicit, 3, Some(false), false);
    }

    #[test]
    fn short_form_reads_back() {
        for text in ["v1", "l22", "r3", "u18446744073709551615"] {
            let change: ConfChangeSingle = text.parse().unwrap();
            assert_eq!(change.to_string(), text);
        }
        let error = |text: &str| text.parse::<ConfChangeSingle>().unwrap_err();
        assert_eq!(error("v"), "unknown token v");
        assert_eq!(error("x1"), "unknown input: x1");
        assert!(error("v1x").ends_with("invalid syntax"));
    }
}
