//! What a person does to a cluster that is served: lines of a script, given while it runs.
//!
//! Invariant: a line that makes no sense does nothing, and is told why.

use std::sync::mpsc::SyncSender;

use super::Options;
use super::carrier::Ask;
use crate::scenario::{Action, Script};

/// Where a person's lines go.
#[derive(Clone)]
pub struct Hands {
    asks: SyncSender<Ask>,
    /// What the cluster is made of, as a script says it.
    setup: String,
}

impl Hands {
    pub(super) fn new(options: &Options, asks: SyncSender<Ask>) -> Self {
        let Options { masters, workers, .. } = options;
        let setup = format!("cluster kubeadm\nmasters {masters}\nnodes {workers}\n");
        Self { asks, setup }
    }

    /// Does what a line such as `stop kube-apiserver master-1` says. An error says what is wrong
    /// with it.
    pub fn give(&self, line: &str) -> Result<(), String> {
        let (script, problems) = Script::parse(&format!("{}{line}\n", self.setup));
        if let Some(problem) = problems.first() {
            return Err(problem.message.clone());
        }
        let action = script.steps.into_iter().next_back().map(|step| step.action);
        match action {
            Some(Action::Do(command)) => {
                let gone = |_| "the cluster is gone".to_owned();
                self.asks.send(Ask::Do(command)).map_err(gone)
            }
            _ => Err("here only what is done to machines, processes and cables counts".to_owned()),
        }
    }
}
