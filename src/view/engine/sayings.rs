//! What the members said last, in etcd's own lines, with what each means.

use smol_str::ToSmolStr;

use super::deeds::Records;
use crate::cluster::rooms::etcd;
use crate::cluster::rooms::etcd::raft::log_line::{
    Election, Replication, Request, Sentence, Store,
};
use crate::cluster::{Cluster, Record};
use crate::sim::RecordId;
use crate::view::raft::{Meaning, Saying};

/// How many lines are shown, …
const SAID_MAX: usize = 6;
/// … and among how many of the latest records they are looked for.
const RECORDS_MAX: usize = 4000;

/// What the members said last, as far as it has been looked for.
#[derive(Default)]
pub struct Sayings {
    /// The first record that has not been read.
    next: RecordId,
    latest: Vec<Saying>,
}

impl Sayings {
    /// What the members said last, the latest first. Time has only gone on since the last look.
    pub fn look(&mut self, cluster: &Cluster, records: &Records) -> Vec<Saying> {
        let next = cluster.next_record();
        let mut new = since(self.next, cluster, records);
        new.append(&mut self.latest);
        new.truncate(SAID_MAX);
        (self.next, self.latest) = (next, new);
        self.latest.clone()
    }
}

/// What was said since record `from`, the latest first.
fn since(from: RecordId, cluster: &Cluster, records: &Records) -> Vec<Saying> {
    let last = RecordId(cluster.next_record().0.saturating_sub(1));
    let recent = records.back_from(last).take(RECORDS_MAX).take_while(|(id, _)| *id >= from);
    let lines = recent.filter_map(|(_, record)| match &record.payload {
        Record::Etcd(at, etcd::Record::Said(line)) => Some((*at, line)),
        _ => None,
    });
    let saying = |(at, line): (u8, &std::sync::Arc<etcd::raft::Line>)| Saying {
        who: cluster.places().name(cluster.places().master(at)).clone(),
        line: line.to_smolstr(),
        meaning: meaning(&line.sentence),
    };
    lines.take(SAID_MAX).map(saying).collect()
}

const fn meaning(sentence: &Sentence) -> Option<Meaning> {
    match sentence {
        Sentence::Election(said) => election(said),
        Sentence::Replication(said) => replication(said),
        Sentence::Request(said) => request(said),
        Sentence::Store(said) => store(said),
    }
}

const fn election(said: &Election) -> Option<Meaning> {
    Some(match said {
        Election::BecameFollower { .. } => Meaning::Follows,
        Election::BecamePreCandidate { .. } => Meaning::AsksFirst,
        Election::BecameCandidate { .. } => Meaning::Stands,
        Election::BecameLeader { .. } => Meaning::Leads,
        Election::Starting { .. } => Meaning::TimerRanOut,
        Election::AlreadyLeader => return None,
        Election::Unpromotable | Election::PendingConfChanges { .. } => Meaning::MayNotStand,
        Election::SentRequest { .. } => Meaning::Asked,
        Election::Received { granted: true, .. } => Meaning::GotVote,
        Election::Received { .. } => Meaning::WasRefused,
        Election::Tallied { .. } => Meaning::Counted,
        Election::Cast(_) => Meaning::GaveVote,
        Election::Rejected(_) => Meaning::RefusedVote,
        Election::InLease { .. } => Meaning::KeepsToLeader,
        Election::HigherTerm { .. } => Meaning::LaterTerm,
        Election::LowerTerm { .. } => Meaning::EarlierTerm,
        Election::QuorumInactive => Meaning::NoQuorum,
    })
}

const fn replication(said: &Replication) -> Option<Meaning> {
    Some(match said {
        Replication::AppendRefused { .. } => Meaning::EntriesRefused,
        Replication::Decreased { .. } => Meaning::GoesBack,
        Replication::Recovered { .. } => Meaning::InStep,
        Replication::SentSnapshot { .. } | Replication::Paused { .. } => Meaning::SentSnapshot,
        Replication::SnapshotReported { .. } => Meaning::SnapshotReported,
        Replication::Unreachable { .. } => Meaning::Unreachable,
        _ => return None,
    })
}

const fn request(said: &Request) -> Option<Meaning> {
    Some(match said {
        Request::NoLeaderForProposal { .. }
        | Request::NoLeaderForRead { .. }
        | Request::NoLeaderForTransfer { .. } => Meaning::NobodyToAsk,
        Request::ConfChangeIgnored(_) => Meaning::ChangeIgnored,
        Request::TransferStarted { .. } | Request::TransferInProgress { .. } => Meaning::HandsOver,
        Request::TimeoutNowAtOnce { .. } | Request::TimeoutNowCaughtUp { .. } => Meaning::TellsHeir,
        Request::TimeoutNow { .. } => Meaning::Stands,
        Request::TransferAborted { .. } => Meaning::HandOverFailed,
        _ => return None,
    })
}

const fn store(said: &Store) -> Option<Meaning> {
    Some(match said {
        Store::NewRaft { .. } => Meaning::Started,
        Store::SwitchedConfig { .. } => Meaning::MembersChanged,
        Store::RejectedAppend { .. } => Meaning::DoesNotFit,
        Store::FoundConflict { .. } => Meaning::Conflict,
        Store::ReplacedUnstable { .. } | Store::TruncatedUnstable { .. } => Meaning::Overwrites,
        Store::Restoring { .. } => Meaning::Restores,
        Store::Restored { .. } | Store::FastForwarded { .. } => Meaning::Restored,
        _ => return None,
    })
}
