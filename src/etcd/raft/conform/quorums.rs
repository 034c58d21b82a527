//! Scripts of majorities: `committed cfg=(1,2) cfgj=(2,3) idx=(5,_,7)` and
//! `vote cfg=(1,2) votes=(y,n)`.
//!
//! Models etcd-io/raft `quorum/datadriven_test.go`. Besides the result, a script's output shows
//! whether ways to compute it that must agree do not.

use std::collections::BTreeMap;
use std::fmt;

use super::Runner;
use super::script::{Arg, Command};
use crate::etcd::raft::{JointConfig, MajorityConfig};

/// Runs such scripts. Nothing is kept from command to command.
pub struct Quorums;

/// A committed index as it is printed.
struct Index(u64);

/// What the arguments of a command say.
#[derive(Default)]
struct Given {
    ids: Vec<u64>,
    joint_ids: Vec<u64>,
    is_joint: bool,
    /// Indexes, or votes as 1 for no and 2 for yes; 0 for what is not known. In the order in
    /// which the ids are given, each once.
    values: Vec<u64>,
}

impl Runner for Quorums {
    fn run(&mut self, command: &Command) -> Result<String, String> {
        let given = Given::read(&command.args)?;
        let joint = JointConfig {
            incoming: given.ids.iter().copied().collect(),
            outgoing: given.joint_ids.iter().copied().collect(),
        };
        let voters = joint.ids();
        if voters.0.len() != given.values.len() {
            let voters: Vec<String> = voters.0.iter().map(|id| format!("{id}:{{}}")).collect();
            let values: Vec<String> = given.values.iter().map(u64::to_string).collect();
            return Ok(format!(
                "error: mismatched input (explicit or _) for voters map[{}]: [{}]",
                voters.join(" "),
                values.join(" ")
            ));
        }
        let known = given.known();
        match command.name.as_str() {
            "committed" if given.is_joint => Ok(joint_committed(&joint, &known)),
            "committed" => Ok(majority_committed(&joint.incoming, &known)),
            "vote" => Ok(vote(&joint, &known)),
            other => Err(format!("unknown command: {other}")),
        }
    }
}

impl Given {
    fn read(args: &[Arg]) -> Result<Self, String> {
        let number = |text: &str| text.parse::<u64>().map_err(|error| format!("{text}: {error}"));
        let mut given = Self::default();
        for Arg { key, values } in args {
            for value in values {
                match (key.as_str(), value.as_str()) {
                    ("cfg", _) => given.ids.push(number(value)?),
                    ("cfgj", "zero") => given.is_joint = true,
                    ("cfgj", _) => {
                        given.is_joint = true;
                        given.joint_ids.push(number(value)?);
                    }
                    ("idx" | "votes", "_") => given.values.push(0),
                    ("idx", _) => given.values.push(number(value)?),
                    ("votes", "n") => given.values.push(1),
                    ("votes", "y") => given.values.push(2),
                    _ => return Err(format!("unknown argument {key}={value}")),
                }
            }
        }
        Ok(given)
    }

    /// What is known of each voter.
    fn known(&self) -> BTreeMap<u64, u64> {
        let mut values = self.values.iter();
        let mut all = BTreeMap::new();
        for &id in self.ids.iter().chain(&self.joint_ids) {
            if !all.contains_key(&id)
                && let Some(&value) = values.next()
            {
                all.insert(id, value);
            }
        }
        all.retain(|_, value| *value != 0);
        all
    }
}

fn majority_committed(config: &MajorityConfig, known: &BTreeMap<u64, u64>) -> String {
    let acked = |id| known.get(&id).copied();
    let index = config.committed_index(acked);
    let mut text = config.describe(acked);
    let mut compare = |other: u64, how: fmt::Arguments<'_>| {
        if other != index {
            text += &format!("{} <-- {how}", Index(other));
        }
    };
    let joined = |outgoing: MajorityConfig| JointConfig { incoming: config.clone(), outgoing };
    let by_counting = counted_index(config, known);
    compare(by_counting, format_args!("via alternative computation\n"));
    let with_none = joined(MajorityConfig::default()).committed_index(acked);
    compare(with_none, format_args!("via zero-joint quorum\n"));
    let with_itself = joined(config.clone()).committed_index(acked);
    compare(with_itself, format_args!("via self-joint quorum\n"));
    // Whoever is behind the committed index may be further behind.
    for (&id, &own) in known.iter().filter(|&(_, &own)| own < index) {
        let lowered =
            |to| config.committed_index(|other| if other == id { to } else { acked(other) });
        compare(lowered(Some(own - 1)), format_args!("overlaying {id}->{own}"));
        compare(lowered(Some(0)), format_args!("overlaying {id}->0"));
    }
    text + &format!("{}\n", Index(index))
}

/// The committed index, found by counting for each index how many have reached it.
fn counted_index(config: &MajorityConfig, known: &BTreeMap<u64, u64>) -> u64 {
    if config.is_empty() {
        return u64::MAX;
    }
    let reached = |index: u64| known.values().filter(|&&own| own >= index).count();
    let candidates = known.values().copied();
    let won = candidates.filter(|&index| reached(index) > config.0.len() / 2);
    won.max().unwrap_or(0)
}

fn joint_committed(joint: &JointConfig, known: &BTreeMap<u64, u64>) -> String {
    let acked = |id| known.get(&id).copied();
    let index = joint.committed_index(acked);
    let mut text = joint.describe(acked);
    let other = swapped(joint).committed_index(acked);
    if other != index {
        text += &format!("{} <-- via symmetry\n", Index(other));
    }
    text + &format!("{}\n", Index(index))
}

fn vote(joint: &JointConfig, known: &BTreeMap<u64, u64>) -> String {
    let said = |id| known.get(&id).map(|&value| value != 1);
    let result = joint.vote_result(said);
    let other = swapped(joint).vote_result(said);
    if other != result {
        return format!("{other} <-- via symmetry\n{result}\n");
    }
    format!("{result}\n")
}

fn swapped(joint: &JointConfig) -> JointConfig {
    JointConfig { incoming: joint.outgoing.clone(), outgoing: joint.incoming.clone() }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            u64::MAX => f.write_str("∞"),
            index => write!(f, "{index}"),
        }
    }
}
