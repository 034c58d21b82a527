//! Nodes' affairs in the words of the reference output.
//!
//! Models etcd-io/raft `util.go` Describe…. Invariant: equal to it byte for byte, but for reads,
//! whose requests are numbers here and bytes there.

use std::fmt::{self, Display, Formatter, Write};

use super::confchange::{ConfChangeV2, ConfState};
use super::entry::{Entry, EntryData, Payload};
use super::message::{APPEND_THREAD, APPLY_THREAD, Message, NONE};
use super::ready::{Ready, SoftState};
use super::storage::{HardState, Snapshot};

/// Entries, one a line.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a, D: EntryData>(pub &'a [Entry<D>]);

struct Target(u64);
struct List<'a>(&'a [u64]);
struct Quoted<'a, D>(&'a D);
struct Changes<'a, D>(&'a ConfChangeV2<D>);

impl Display for SoftState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Lead:{} State:{}", self.lead, self.role)
    }
}

impl Display for HardState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Term:{}", self.term)?;
        if self.vote != NONE {
            write!(f, " Vote:{}", self.vote)?;
        }
        write!(f, " Commit:{}", self.commit)
    }
}

impl Display for ConfState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Voters:{} ", List(&self.voters))?;
        write!(f, "VotersOutgoing:{} ", List(&self.voters_outgoing))?;
        write!(f, "Learners:{} ", List(&self.learners))?;
        write!(f, "LearnersNext:{} ", List(&self.learners_next))?;
        write!(f, "AutoLeave:{}", self.auto_leave)
    }
}

impl<D: EntryData> Display for Snapshot<D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let last = self.last;
        write!(f, "Index:{} Term:{} ConfState:{}", last.index, last.term, self.conf_state)
    }
}

impl<D: EntryData> Display for Entry<D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} ", self.term, self.index)?;
        match &self.payload {
            Payload::Empty => f.write_str("EntryNormal \"\""),
            Payload::Data(data) => write!(f, "EntryNormal {}", Quoted(data)),
            Payload::ConfChange(change) => write!(f, "EntryConfChange {}", change.change),
            Payload::ConfChangeV2(None) => f.write_str("EntryConfChangeV2"),
            Payload::ConfChangeV2(Some(change)) => {
                write!(f, "EntryConfChangeV2{}", Changes(change))
            }
        }
    }
}

impl<D: EntryData> Display for Lines<'_, D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

impl<D: EntryData> Display for Message<D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.describe("", f)
    }
}

impl<D: EntryData> Message<D> {
    fn describe(&self, indent: &str, f: &mut Formatter<'_>) -> fmt::Result {
        let (from, to) = (Target(self.from), Target(self.to));
        write!(f, "{indent}{from}->{to} {} ", self.kind)?;
        write!(f, "Term:{} Log:{}/{}", self.term, self.log_term, self.index)?;
        if self.reject {
            write!(f, " Rejected (Hint: {})", self.reject_hint)?;
        }
        if self.commit != 0 {
            write!(f, " Commit:{}", self.commit)?;
        }
        if self.vote != NONE {
            write!(f, " Vote:{}", self.vote)?;
        }
        match &*self.entries {
            [] => {}
            [only] => write!(f, " Entries:[{only}]")?,
            all => {
                f.write_str(" Entries:[")?;
                all.iter().try_for_each(|entry| write!(f, "\n{indent}  {entry}"))?;
                write!(f, "\n{indent}]")?;
            }
        }
        if let Some(snapshot) = &self.snapshot {
            write!(f, "\n{indent}  Snapshot: {snapshot}")?;
        }
        if !self.responses.is_empty() {
            f.write_str(" Responses:[")?;
            let deeper = format!("{indent}  ");
            for response in &self.responses {
                f.write_char('\n')?;
                response.describe(&deeper, f)?;
            }
            write!(f, "\n{indent}]")?;
        }
        Ok(())
    }
}

impl<D: EntryData> Display for Ready<D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("<empty Ready>");
        }
        writeln!(f, "Ready MustSync={}:", self.must_sync)?;
        if let Some(state) = &self.soft_state {
            writeln!(f, "{state}")?;
        }
        if let Some(state) = &self.hard_state {
            writeln!(f, "HardState {state}")?;
        }
        if !self.read_states.is_empty() {
            let states = self.read_states.iter();
            let states = states.map(|state| format!("{{{} {}}}", state.index, state.request));
            writeln!(f, "ReadStates [{}]", states.collect::<Vec<_>>().join(" "))?;
        }
        if !self.entries.is_empty() {
            write!(f, "Entries:\n{}", Lines(&self.entries))?;
        }
        if let Some(snapshot) = &self.snapshot {
            writeln!(f, "Snapshot {snapshot}")?;
        }
        if !self.committed_entries.is_empty() {
            write!(f, "CommittedEntries:\n{}", Lines(&self.committed_entries))?;
        }
        if !self.messages.is_empty() {
            f.write_str("Messages:\n")?;
            self.messages.iter().try_for_each(|message| writeln!(f, "{message}"))?;
        }
        Ok(())
    }
}

impl Display for Target {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            NONE => f.write_str("None"),
            APPEND_THREAD => f.write_str("AppendThread"),
            APPLY_THREAD => f.write_str("ApplyThread"),
            id => write!(f, "{id:x}"),
        }
    }
}

impl Display for List<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('[')?;
        for (i, id) in self.0.iter().enumerate() {
            let space = if i > 0 { " " } else { "" };
            write!(f, "{space}{id}")?;
        }
        f.write_char(']')
    }
}

impl<D: EntryData> Display for Quoted<'_, D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.quote(f)
    }
}

impl<D> Display for Changes<'_, D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.changes.iter().try_for_each(|one| write!(f, " {one}"))
    }
}
