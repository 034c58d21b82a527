//! What a script's commands print, with the log lines of the nodes among it.
//!
//! Models etcd-io/raft `rafttest/interaction_env_logger.go` RedirectLogger.

use std::fmt;

use crate::etcd::raft::{Level, Line};

/// The output of one command.
#[derive(Debug)]
pub struct Output {
    text: String,
    /// Below this, what nodes say is left out. At `None`, everything is.
    pub level: Level,
}

impl Default for Output {
    fn default() -> Self {
        Self { text: String::new(), level: Level::Debug }
    }
}

impl Output {
    /// Whether everything is left out.
    pub fn is_quiet(&self) -> bool {
        self.level == Level::None
    }

    /// Prints text.
    pub fn print(&mut self, text: impl fmt::Display) {
        if !self.is_quiet() {
            self.text += &text.to_string();
        }
    }

    /// Prints text and ends the line.
    pub fn println(&mut self, text: impl fmt::Display) {
        self.print(format_args!("{text}\n"));
    }

    /// Prints what a node said.
    pub fn line(&mut self, line: &Line) {
        if line.level() >= self.level {
            self.println(format_args!("{} {line}", line.level()));
        }
    }

    /// Where the output has got to, for [`Output::indent_from`].
    pub const fn position(&self) -> usize {
        self.text.len()
    }

    /// Indents every line from `position` on.
    pub fn indent_from(&mut self, position: usize) {
        let tail = self.text.split_off(position);
        for line in tail.lines() {
            self.text += "  ";
            self.text += line;
            self.text.push('\n');
        }
    }

    /// Takes the output out.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}
