//! Who is a member, as all members know it.
//!
//! Models etcd's server/etcdserver/api/membership/cluster.go. Invariant: membership is part of the
//! replicated state; it changes only when a change of the configuration is applied, and the ids of
//! removed members are never given again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::raft::{ConfChangeSingle, ConfChangeType};
use super::rpc::{Error, Text};
use crate::sim::{Address, Fingerprint};

/// Learners there may be. Models etcd's --max-learners.
const LEARNERS_MAX: usize = 1;

/// A member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberInfo {
    /// Its id.
    pub id: u64,
    /// Its name; empty until it has started for the first time.
    pub name: Text,
    /// Where others reach it.
    pub peer_urls: Vec<Text>,
    /// Where clients reach it; none until it has started for the first time.
    pub client_urls: Vec<Text>,
    /// What the first of its peer URLs is in the network, when it is a place at all.
    pub address: Option<Address>,
    /// Whether it receives the log and does not vote.
    pub is_learner: bool,
}

/// All members, and those that were.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Membership {
    members: BTreeMap<u64, Arc<MemberInfo>>,
    /// Those that were, with where they were reached.
    removed: BTreeMap<u64, Option<Address>>,
}

/// A change of the members. It travels with the change of the configuration that puts it in force.
#[derive(Clone, PartialEq, Debug)]
pub enum MemberChange {
    /// A member is added, as a learner or a voter.
    Add(Arc<MemberInfo>),
    /// A learner becomes a voter.
    Promote(u64),
    /// A member leaves for ever.
    Remove(u64),
    /// A member is reached elsewhere.
    Update {
        /// Which.
        id: u64,
        /// Where.
        peer_urls: Vec<Text>,
        /// What that is in the network.
        address: Option<Address>,
    },
}

impl MemberInfo {
    /// Whether it has ever started.
    pub fn is_started(&self) -> bool {
        !self.name.is_empty()
    }
}

impl MemberChange {
    /// Whom it is about.
    pub fn id(&self) -> u64 {
        match self {
            Self::Add(member) => member.id,
            Self::Promote(id) | Self::Remove(id) | Self::Update { id, .. } => *id,
        }
    }

    /// What it is to the consensus core.
    pub fn raft(&self) -> ConfChangeSingle {
        let kind = match self {
            Self::Add(member) if member.is_learner => ConfChangeType::AddLearnerNode,
            Self::Add(_) | Self::Promote(_) => ConfChangeType::AddNode,
            Self::Remove(_) => ConfChangeType::RemoveNode,
            Self::Update { .. } => ConfChangeType::UpdateNode,
        };
        ConfChangeSingle { kind, node_id: self.id() }
    }
}

impl Membership {
    /// Those who found a cluster.
    pub fn of(founders: &[Arc<MemberInfo>]) -> Self {
        let members = founders.iter().map(|member| (member.id, member.clone())).collect();
        Self { members, removed: BTreeMap::new() }
    }

    /// A member.
    pub fn get(&self, id: u64) -> Option<&Arc<MemberInfo>> {
        self.members.get(&id)
    }

    /// All members, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<MemberInfo>> {
        self.members.values()
    }

    /// Those who vote, by id.
    pub fn voters(&self) -> impl Iterator<Item = &Arc<MemberInfo>> {
        self.iter().filter(|member| !member.is_learner)
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether `id` was a member.
    pub fn is_removed(&self, id: u64) -> bool {
        self.removed.contains_key(&id)
    }

    /// Where a member was reached before it was removed.
    pub fn removed_from(&self, id: u64) -> Option<Address> {
        self.removed.get(&id).copied().flatten()
    }

    /// An id that no member has or had. etcd draws one from the time and the URLs; counting on
    /// keeps them as short as a person can remember.
    pub fn next_id(&self) -> u64 {
        self.members.keys().chain(self.removed.keys()).max().map_or(1, |id| id + 1)
    }

    /// Whether a change can be made. Models ValidateConfigurationChange.
    pub fn check(&self, change: &MemberChange) -> Result<(), Error> {
        let known = |id| self.members.get(&id).ok_or(Error::MemberNotFound);
        let taken = |id: u64, urls: &[Text]| {
            let mut others = self.iter().filter(|member| member.id != id);
            let is_taken = others.any(|other| other.peer_urls.iter().any(|url| urls.contains(url)));
            if is_taken { Err(Error::PeerUrlExists) } else { Ok(()) }
        };
        match change {
            MemberChange::Add(member) => {
                if self.members.contains_key(&member.id) || self.is_removed(member.id) {
                    return Err(Error::MemberExists);
                }
                taken(member.id, &member.peer_urls)?;
                let learners = self.iter().filter(|member| member.is_learner).count();
                match member.is_learner && learners >= LEARNERS_MAX {
                    true => Err(Error::TooManyLearners),
                    false => Ok(()),
                }
            }
            MemberChange::Promote(id) if known(*id)?.is_learner => Ok(()),
            MemberChange::Promote(_) => Err(Error::NotLearner),
            MemberChange::Remove(id) => known(*id).map(drop),
            MemberChange::Update { id, peer_urls, .. } => {
                known(*id)?;
                taken(*id, peer_urls)
            }
        }
    }

    /// Makes a change that can be made.
    pub fn apply(&mut self, change: &MemberChange) {
        match change {
            MemberChange::Add(member) => _ = self.members.insert(member.id, member.clone()),
            MemberChange::Promote(id) => self.edit(*id, |member| member.is_learner = false),
            MemberChange::Remove(id) => {
                let address = self.members.remove(id).and_then(|member| member.address);
                self.removed.insert(*id, address);
            }
            MemberChange::Update { id, peer_urls, address } => self.edit(*id, |member| {
                member.peer_urls = peer_urls.clone();
                member.address = *address;
            }),
        }
    }

    /// A member says who it is.
    pub fn publish(&mut self, id: u64, name: &Text, client_urls: &[Text]) {
        self.edit(id, |member| {
            member.name = name.clone();
            member.client_urls = client_urls.to_vec();
        });
    }

    /// Whether enough members have started for a voter to be added. Models
    /// IsReadyToAddVotingMember.
    pub fn is_ready_to_add_voter(&self) -> bool {
        let (voters, started) = self.count_voters(None);
        // One that is alone needs nobody to agree with.
        started == 1 && voters == 1 || started > voters.div_ceil(2)
    }

    /// Whether enough members have started for a learner, which counts as one of them, to become a
    /// voter. Models IsReadyToPromoteMember.
    pub fn is_ready_to_promote(&self) -> bool {
        let (voters, started) = self.count_voters(None);
        started + 1 > voters.div_ceil(2)
    }

    /// Whether enough members that have started are left when the voter `id` goes. Models
    /// IsReadyToRemoveVotingMember.
    pub fn is_ready_to_remove(&self, id: u64) -> bool {
        let (voters, started) = self.count_voters(Some(id));
        started > voters / 2
    }

    /// Adds who is a member to a hash.
    pub fn fingerprint(&self, hash: &mut Fingerprint) {
        for member in self.iter() {
            hash.u64(member.id << 1 | u64::from(member.is_learner));
            hash.str(&member.name);
            member.peer_urls.iter().for_each(|url| hash.str(url));
        }
    }

    /// How many voters there are without one of them, and how many of those have started.
    fn count_voters(&self, without: Option<u64>) -> (usize, usize) {
        let voters = || self.voters().filter(|member| Some(member.id) != without);
        (voters().count(), voters().filter(|member| member.is_started()).count())
    }

    fn edit(&mut self, id: u64, edit: impl FnOnce(&mut MemberInfo)) {
        if let Some(member) = self.members.get_mut(&id) {
            edit(Arc::make_mut(member));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: u64, name: &str, is_learner: bool) -> Arc<MemberInfo> {
        Arc::new(MemberInfo {
            id,
            name: name.into(),
            peer_urls: vec![format!("https://10.0.0.{id}:2380").into()],
            client_urls: Vec::new(),
            address: None,
            is_learner,
        })
    }

    #[track_caller]
    fn check(members: &[Arc<MemberInfo>], change: MemberChange, expected: Result<(), Error>) {
        assert_eq!(Membership::of(members).check(&change), expected, "{change:?}");
    }

    #[test]
    fn changes_that_cannot_be_made_are_refused() {
        let two = [member(1, "a", false), member(2, "b", true)];
        let add = |id, is_learner| MemberChange::Add(member(id, "", is_learner));
        check(&two, add(3, false), Ok(()));
        check(&two, add(2, false), Err(Error::MemberExists));
        check(&two, add(3, true), Err(Error::TooManyLearners));
        check(&two, MemberChange::Promote(1), Err(Error::NotLearner));
        check(&two, MemberChange::Promote(2), Ok(()));
        check(&two, MemberChange::Remove(9), Err(Error::MemberNotFound));
        let peer_urls = vec!["https://10.0.0.2:2380".into()];
        let update = MemberChange::Update { id: 1, peer_urls, address: None };
        check(&two, update, Err(Error::PeerUrlExists));
    }

    #[test]
    fn ids_are_never_given_twice() {
        let mut membership = Membership::of(&[member(1, "a", false), member(2, "b", false)]);
        membership.apply(&MemberChange::Remove(2));
        assert_eq!(membership.next_id(), 3);
        let again = MemberChange::Add(member(2, "", false));
        assert_eq!(membership.check(&again), Err(Error::MemberExists));
    }

    #[test]
    fn a_quorum_of_members_that_have_started_is_kept() {
        let of = |names: &[&str]| {
            let members = (1..).zip(names).map(|(id, name)| member(id, name, false));
            Membership::of(&members.collect::<Vec<_>>())
        };
        assert!(of(&["a"]).is_ready_to_add_voter());
        assert!(!of(&["a", ""]).is_ready_to_add_voter());
        assert!(of(&["a", "b", "c"]).is_ready_to_add_voter());
        assert!(!of(&["a", "b", ""]).is_ready_to_remove(1));
        assert!(of(&["a", "b", ""]).is_ready_to_remove(3));
        assert!(!of(&["a"]).is_ready_to_remove(1));
        assert!(of(&["a", ""]).is_ready_to_promote());
    }
}
