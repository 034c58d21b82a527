//! What a person can do. Everything is here, so that a log of commands says it all.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::place::Component;

/// Something a person does to the cluster.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Types a line into the terminal.
    Type {
        /// The line.
        line: String,
    },
    /// Puts a file where the terminal finds it.
    Write {
        /// Its name.
        name: String,
        /// What is in it.
        text: String,
    },
    /// Interrupts what runs in the terminal.
    Interrupt,
    /// Pulls the plug of a host.
    PowerOff {
        /// Its name.
        host: String,
    },
    /// Puts it in again.
    PowerOn {
        /// Its name.
        host: String,
    },
    /// Stops one process.
    Stop {
        /// Which.
        component: Component,
    },
    /// Starts it again.
    Start {
        /// Which.
        component: Component,
    },
    /// Cuts the cable between two hosts.
    Cut {
        /// One.
        a: String,
        /// The other.
        b: String,
    },
    /// Mends it.
    Mend {
        /// One.
        a: String,
        /// The other.
        b: String,
    },
    /// Cuts a host off from all others.
    Isolate {
        /// Its name.
        host: String,
    },
    /// Mends every cable.
    MendAll,
    /// Ends the containers of running pods.
    Finish {
        /// How the names of the pods begin.
        prefix: String,
        /// With which exit code.
        code: i32,
    },
}

/// Writes what a shell on the machines would be told.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type { line } => f.write_str(line),
            Self::Write { name, .. } => write!(f, "cat > {name}"),
            Self::Interrupt => f.write_str("^C"),
            Self::PowerOff { host } => write!(f, "ssh {host} poweroff"),
            Self::PowerOn { host } => write!(f, "wake {host}"),
            Self::Stop { component } => write!(f, "stop {component:?}"),
            Self::Start { component } => write!(f, "start {component:?}"),
            Self::Cut { a, b } => write!(f, "cut {a} {b}"),
            Self::Mend { a, b } => write!(f, "mend {a} {b}"),
            Self::Isolate { host } => write!(f, "isolate {host}"),
            Self::MendAll => f.write_str("mend all"),
            Self::Finish { prefix, code } => write!(f, "finish {prefix} exit={code}"),
        }
    }
}
