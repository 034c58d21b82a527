//! A member of a simulated cluster: a node, its disk and the machine it is applied to.

use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::sync::Arc;

use orrery::etcd::raft::{
    APPEND_THREAD, APPLY_THREAD, ConfState, Config, Entry, EntryData, HardState, Message, Payload,
    RawNode, ReadState, Ready, Snapshot, SnapshotSource, Storage,
};
use orrery::sim::{Fingerprint, Rng};

/// What is proposed: a number.
#[derive(Clone, Copy, Debug)]
pub struct Command(pub u64);

/// The machine: everything applied to it, as a hash, and up to which index that is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Machine {
    pub hash: u64,
    pub index: u64,
}

pub type Mail = Message<Command>;

impl EntryData for Command {
    type Snapshot = Machine;

    fn encoded_len(&self) -> u64 {
        1 + self.0 % 40
    }

    fn quote(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.u64(self.0);
    }
}

/// A member, running or not.
pub struct Member {
    pub id: u64,
    pub config: Config,
    pub state: State,
    pub machine: Machine,
    pub conf_state: ConfState,
    /// What is left if the power fails now: without writes that need not have been synced.
    synced: Storage<Command>,
}

pub enum State {
    Stopped(Storage<Command>),
    Running(Box<Running>),
}

pub struct Running {
    pub node: RawNode<Command>,
    phase: Phase,
    append_work: VecDeque<Mail>,
    apply_work: VecDeque<Mail>,
}

/// How far the last `Ready` is done.
enum Phase {
    Idle,
    Store(Ready<Command>),
    Send(Ready<Command>),
    Apply(Ready<Command>),
}

/// What a piece of work gives to the rest of the world.
#[derive(Default)]
pub struct Outcome {
    pub mail: Vec<Mail>,
    pub reads: Vec<ReadState>,
    /// Whether there was anything to do.
    pub worked: bool,
}

impl Member {
    pub fn new(config: Config, storage: Storage<Command>, rng: Rng) -> Self {
        let mut member = Self {
            id: config.id,
            config,
            synced: storage.clone(),
            state: State::Stopped(storage),
            machine: Machine::default(),
            conf_state: ConfState::default(),
        };
        member.start(rng);
        member
    }

    pub fn node(&self) -> Option<&RawNode<Command>> {
        match &self.state {
            State::Running(running) => Some(&running.node),
            State::Stopped(_) => None,
        }
    }

    pub fn node_mut(&mut self) -> Option<&mut RawNode<Command>> {
        match &mut self.state {
            State::Running(running) => Some(&mut running.node),
            State::Stopped(_) => None,
        }
    }

    pub fn storage(&self) -> &Storage<Command> {
        match &self.state {
            State::Running(running) => running.node.storage(),
            State::Stopped(storage) => storage,
        }
    }

    /// Starts again from what is stored, and from nothing else.
    pub fn start(&mut self, rng: Rng) {
        let State::Stopped(storage) = &self.state else {
            return;
        };
        let snapshot = storage.snapshot();
        self.conf_state = storage.conf_state();
        self.machine = snapshot.map_or_else(Machine::default, |snapshot| snapshot.data);
        let config =
            Config { applied: snapshot.map_or(0, |snapshot| snapshot.last.index), ..self.config };
        let node = RawNode::new(config, storage.clone(), rng).expect("what is stored is sound");
        self.state = State::Running(Box::new(Running {
            node,
            phase: Phase::Idle,
            append_work: VecDeque::new(),
            apply_work: VecDeque::new(),
        }));
    }

    /// Stops at once. Writes that need not have been synced may be lost.
    pub fn stop(&mut self, loses_unsynced: bool) {
        let storage = match loses_unsynced {
            true => self.synced.clone(),
            false => self.storage().clone(),
        };
        self.synced = storage.clone();
        self.state = State::Stopped(storage);
    }

    /// Makes a snapshot of the machine, and forgets all but the last few entries before it.
    pub fn snapshot(&mut self, keep: u64) {
        let (machine, conf_state) = (self.machine, self.conf_state.clone());
        let Some(node) = self.node_mut() else {
            return;
        };
        let applied = node.applied_index();
        if node.pending_snapshot().is_some() {
            return;
        }
        let storage = node.storage_mut();
        if storage.create_snapshot(applied, conf_state, machine).is_ok() {
            let _ = storage.compact(applied.saturating_sub(keep));
            self.synced = self.storage().clone();
        }
    }

    /// Does the next piece of work there is.
    pub fn work(&mut self, rng: &mut Rng) -> Result<Outcome, String> {
        let State::Running(running) = &mut self.state else {
            return Ok(Outcome::default());
        };
        if self.config.async_storage_writes {
            let choices = [
                running.node.has_ready(),
                !running.append_work.is_empty(),
                !running.apply_work.is_empty(),
            ];
            let open: Vec<usize> = (0..3).filter(|&i| choices[i]).collect();
            let Some(&choice) = open.get(rng.below(open.len() as u64) as usize) else {
                return Ok(Outcome::default());
            };
            return match choice {
                0 => Ok(self.hand_out()),
                1 => Ok(self.work_on_append()),
                _ => self.work_on_apply(),
            };
        }
        Ok(match mem::replace(&mut running.phase, Phase::Idle) {
            Phase::Idle if !running.node.has_ready() => Outcome::default(),
            Phase::Idle => {
                let mut ready = running.node.ready();
                let reads = mem::take(&mut ready.read_states);
                running.phase = Phase::Store(ready);
                Outcome { reads, ..Outcome::worked() }
            }
            Phase::Store(ready) => {
                self.store(ready.hard_state, &ready.entries, ready.snapshot.as_ref());
                if ready.must_sync || ready.snapshot.is_some() {
                    self.synced = self.storage().clone();
                }
                self.go_on(Phase::Send(ready))
            }
            Phase::Send(mut ready) => {
                let mail = mem::take(&mut ready.messages);
                Outcome { mail, ..self.go_on(Phase::Apply(ready)) }
            }
            Phase::Apply(ready) => {
                if let Some(snapshot) = &ready.snapshot {
                    self.install(snapshot);
                }
                self.apply(&ready.committed_entries)?;
                self.node_mut().expect("it runs").advance();
                Outcome::worked()
            }
        })
    }

    fn go_on(&mut self, phase: Phase) -> Outcome {
        if let State::Running(running) = &mut self.state {
            running.phase = phase;
        }
        Outcome::worked()
    }

    fn hand_out(&mut self) -> Outcome {
        let State::Running(running) = &mut self.state else {
            return Outcome::default();
        };
        let ready = running.node.ready();
        let mut outcome = Outcome { reads: ready.read_states, ..Outcome::worked() };
        for message in ready.messages {
            match message.to {
                APPEND_THREAD => running.append_work.push_back(message),
                APPLY_THREAD => running.apply_work.push_back(message),
                _ => outcome.mail.push(message),
            }
        }
        outcome
    }

    fn work_on_append(&mut self) -> Outcome {
        let State::Running(running) = &mut self.state else {
            return Outcome::default();
        };
        let work = running.append_work.pop_front().expect("there is work");
        let state = HardState { term: work.term, vote: work.vote, commit: work.commit };
        let state = (!state.is_empty()).then_some(state);
        self.store(state, &work.entries, work.snapshot.as_ref());
        if let Some(snapshot) = &work.snapshot {
            self.install(snapshot);
        }
        if !work.responses.is_empty() {
            self.synced = self.storage().clone();
        }
        self.respond(work.responses)
    }

    fn work_on_apply(&mut self) -> Result<Outcome, String> {
        let State::Running(running) = &mut self.state else {
            return Ok(Outcome::default());
        };
        let work = running.apply_work.pop_front().expect("there is work");
        self.apply(&work.entries)?;
        Ok(self.respond(work.responses))
    }

    /// Delivers what a node says to itself, and hands out the rest.
    fn respond(&mut self, responses: Vec<Mail>) -> Outcome {
        let mut outcome = Outcome::worked();
        for message in responses {
            if message.to == self.id {
                let node = self.node_mut().expect("it runs");
                // Only a vote for itself can be refused: when it was removed meanwhile.
                let _ = node.step(message);
            } else {
                outcome.mail.push(message);
            }
        }
        outcome
    }

    fn store(
        &mut self,
        state: Option<HardState>,
        entries: &[Entry<Command>],
        snapshot: Option<&Arc<Snapshot<Command>>>,
    ) {
        let storage = self.node_mut().expect("it runs").storage_mut();
        if let Some(state) = state {
            storage.set_hard_state(state);
        }
        if let Some(snapshot) = snapshot {
            let stored = storage.apply_snapshot(Arc::clone(snapshot));
            stored.expect("a node asks only for newer snapshots");
        }
        storage.append(entries);
    }

    fn install(&mut self, snapshot: &Snapshot<Command>) {
        self.machine = snapshot.data;
        self.conf_state = snapshot.conf_state.clone();
    }

    fn apply(&mut self, entries: &[Entry<Command>]) -> Result<(), String> {
        // A snapshot may have been installed while this waited: then it is in there.
        let installed = self.machine.index;
        for entry in entries.iter().filter(|entry| entry.index > installed) {
            self.machine.index = entry.index;
            if let Payload::Data(Command(number)) = entry.payload {
                let mut hash = Fingerprint::resume(self.machine.hash);
                hash.u64(number);
                self.machine.hash = hash.finish();
            }
            if let Some(change) = entry.payload.conf_change() {
                let node = self.node_mut().expect("it runs");
                let applied = node.apply_conf_change(&change);
                let id = self.id;
                self.conf_state = applied.map_err(|error| format!("{error}, at {id}: {entry}"))?;
            }
            let newest = Snapshot {
                last: entry.id(),
                conf_state: self.conf_state.clone(),
                data: self.machine,
            };
            let newest = SnapshotSource::Offered(Arc::new(newest));
            self.node_mut().expect("it runs").set_snapshot_source(newest);
        }
        Ok(())
    }
}

impl Outcome {
    fn worked() -> Self {
        Self { worked: true, ..Self::default() }
    }
}
