//! How the nodes of a script come to be.
//!
//! Models etcd-io/raft `rafttest/interaction_env_handler_add_nodes.go`: no limits, an election
//! timeout of three ticks, and a first snapshot in place of the log.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Done, Env, Failure, Member, first, flag, number};
use crate::etcd::raft::conform::script::Arg;
use crate::etcd::raft::{
    Bytes, ConfState, Config, EntryId, Level, Limits, RawNode, ReadOnlyOption, Snapshot,
    SnapshotSource, Storage, UNLIMITED,
};
use crate::sim::Rng;

impl Env {
    pub(super) fn add_nodes(&mut self, args: &[Arg]) -> Done {
        let count = number(&first(args)?.key)?;
        let mut config = Config {
            election_tick: 3,
            size_per_msg_max: UNLIMITED,
            committed_size_per_ready_max: UNLIMITED,
            limits: Limits { inflight_msgs_max: i32::MAX as u64, inflight_bytes_max: 0 },
            check_quorum: false,
            pre_vote: false,
            log_level: Level::Debug,
            ..Config::new(1)
        };
        let mut snapshot =
            Snapshot { last: EntryId::default(), conf_state: ConfState::default(), data: () };
        let mut is_founded = false;
        for Arg { key, values } in &args[1..] {
            for value in values {
                match key.as_str() {
                    "voters" => snapshot.conf_state.voters.push(number(value)?),
                    "learners" => snapshot.conf_state.learners.push(number(value)?),
                    "index" => {
                        config.applied = number(value)?;
                        snapshot.last.index = config.applied;
                    }
                    "content" => {}
                    _ => configure(&mut config, key, value)?,
                }
                is_founded |= matches!(key.as_str(), "voters" | "learners" | "index" | "content");
            }
        }
        if is_founded {
            // 1 would be the index of the first entry.
            if snapshot.last.index <= 1 {
                let problem = "index must be specified as > 1 due to bootstrap";
                return Err(Failure::Said(problem.to_owned()));
            }
            snapshot.last.term = 1;
        }
        let snapshot = Arc::new(snapshot);
        (0..count).try_for_each(|_| self.add_node(config, &snapshot, is_founded))
    }

    fn add_node(
        &mut self,
        config: Config,
        snapshot: &Arc<Snapshot<Bytes>>,
        is_founded: bool,
    ) -> Done {
        let id = self.members.len() as u64 + 1;
        let storage = match is_founded {
            true => Storage::from_snapshot(Arc::clone(snapshot)),
            false => Storage::new(),
        };
        let node = RawNode::new(Config { id, ..config }, storage, Rng::new(id));
        let mut node = node.map_err(|error| Failure::Nonsense(error.to_string()))?;
        node.set_snapshot_source(SnapshotSource::Offered(Arc::clone(snapshot)));
        node.drain_lines().for_each(|line| self.output.line(&line));
        self.members.push(Member {
            node,
            append_work: VecDeque::new(),
            apply_work: VecDeque::new(),
            applied: Arc::clone(snapshot),
        });
        Ok(())
    }
}

fn configure(config: &mut Config, key: &str, value: &str) -> Done {
    match (key, value) {
        ("inflight", _) => config.limits.inflight_msgs_max = number(value)?,
        ("async-storage-writes", _) => config.async_storage_writes = flag(value)?,
        ("prevote", _) => config.pre_vote = flag(value)?,
        ("checkquorum", _) => config.check_quorum = flag(value)?,
        ("max-committed-size-per-ready", "0") => config.committed_size_per_ready_max = UNLIMITED,
        ("max-committed-size-per-ready", _) => {
            config.committed_size_per_ready_max = number(value)?;
        }
        ("max-size-per-msg", _) => config.size_per_msg_max = number(value)?,
        ("max-uncommitted-size", _) => config.uncommitted_size_max = number(value)?,
        ("disable-proposal-forwarding", _) => config.disable_proposal_forwarding = flag(value)?,
        ("disable-conf-change-validation", _) => {
            config.disable_conf_change_validation = flag(value)?;
        }
        ("read-only", "safe") => config.read_only = ReadOnlyOption::Safe,
        ("read-only", "lease-based") => config.read_only = ReadOnlyOption::LeaseBased,
        ("read-only", _) => {
            return Err(Failure::Said(format!("invalid read-only option \"{value}\"")));
        }
        ("step-down-on-removal", _) => config.step_down_on_removal = flag(value)?,
        ("heartbeat-tick", _) => config.heartbeat_tick = number(value)?,
        ("election-tick", _) => config.election_tick = number(value)?,
        _ => {}
    }
    Ok(())
}
