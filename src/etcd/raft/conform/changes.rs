//! Scripts of changes of configuration: `simple`, `enter-joint autoleave=true` and `leave-joint`,
//! with changes such as `v1 l2 r3 u4` as input.
//!
//! Models etcd-io/raft `confchange/datadriven_test.go`.

use std::fmt::Write as _;

use super::Runner;
use super::script::Command;
use crate::etcd::raft::confchange::{Changer, ConfChangeSingle};
use crate::etcd::raft::tracker::{Config, Limits, ProgressMap};

/// Runs such scripts, each command on the configuration that the one before has left.
pub struct Changes {
    changer: Changer,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            changer: Changer {
                config: Config::default(),
                progress: ProgressMap::new(),
                limits: Limits { inflight_msgs_max: 10, inflight_bytes_max: 0 },
                last_index: 0,
            },
        }
    }
}

impl Runner for Changes {
    fn run(&mut self, command: &Command) -> Result<String, String> {
        let changer = self.changer.clone();
        // Every command raises it, so that the output shows when progress was made anew.
        self.changer.last_index += 1;
        let changes = command.input.split_whitespace().map(str::parse);
        let changes: Vec<ConfChangeSingle> = match changes.collect() {
            Ok(changes) => changes,
            Err(problem) => return Ok(problem),
        };
        let auto_leave = command.args.iter().any(|arg| arg.values == ["true"]);
        let changed = match command.name.as_str() {
            "simple" => changer.simple(&changes),
            "enter-joint" => changer.enter_joint(auto_leave, &changes),
            "leave-joint" if changes.is_empty() => changer.leave_joint(),
            "leave-joint" => return Ok("this command takes no input\n".to_owned()),
            _ => return Ok("unknown command".to_owned()),
        };
        let (config, progress) = match changed {
            Ok(changed) => changed,
            Err(refused) => return Ok(format!("{refused}\n")),
        };
        let mut text = format!("{config}\n");
        for (id, progress) in &progress {
            writeln!(text, "{id}: {}", progress.view()).expect("text can be written to");
        }
        (self.changer.config, self.changer.progress) = (config, progress);
        Ok(text)
    }
}
