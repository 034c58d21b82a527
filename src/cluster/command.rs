//! What a person can do. Everything is here, so that a log of commands says it all.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use super::deed::{MemberDeed, MessageDeed};
use super::place::Component;
use crate::api::HttpRequest;
use crate::etcd::Tuning;

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
    /// Cuts it in one direction.
    CutOneWay {
        /// Nothing comes from here …
        from: String,
        /// … to here.
        to: String,
    },
    /// Makes a cable worse. A cable is as bad as all that was done to it together, until it is
    /// mended.
    Worsen {
        /// One end.
        a: String,
        /// The other.
        b: String,
        /// How many packets in a million are lost.
        loss_per_million: u32,
        /// How much longer packets take, in microseconds.
        delay_micros: u64,
        /// And up to how much more, in microseconds.
        jitter_micros: u64,
    },
    /// Cuts every cable between hosts of different groups, and mends what is cut between those of
    /// one.
    Partition {
        /// The names of the hosts of each group.
        groups: Vec<Vec<String>>,
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
    /// Does something to the member of etcd on a master.
    Member {
        /// The name of the master.
        host: String,
        /// What.
        deed: MemberDeed,
    },
    /// Sets the election timers of all members that run: to go off at once, which splits the vote,
    /// or each after another.
    Timers {
        /// At once.
        aligned: bool,
    },
    /// Has all members of etcd run with other flags, at once and after every start. Flags that
    /// cannot work change nothing.
    Tune {
        /// The flags.
        tuning: Tuning,
    },
    /// Puts a data directory that was restored with etcdutl in the place of every member's own, and
    /// starts the control plane anew.
    Restore {
        /// The name of the directory.
        directory: String,
    },
    /// Does something to one message between members of etcd that is on its way or held.
    Message {
        /// Its number in the queue.
        number: u64,
        /// What.
        deed: MessageDeed,
    },
    /// Ends the containers of running pods.
    Finish {
        /// How the names of the pods begin.
        prefix: String,
        /// With which exit code.
        code: i32,
    },
    /// Has a program outside the simulation ask the API something.
    Http {
        /// Over which line.
        line: u16,
        /// Under which number.
        number: u32,
        /// As whom its connection is known.
        user: String,
        /// And in which groups.
        groups: Vec<String>,
        /// What it asks.
        request: Arc<HttpRequest>,
    },
    /// Has a program outside hang up.
    HangUp {
        /// Its line.
        line: u16,
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
            Self::CutOneWay { from, to } => write!(f, "cut {from} {to} one-way"),
            Self::Worsen { a, b, loss_per_million, delay_micros, jitter_micros } => write!(
                f,
                "worsen {a} {b} loss={loss_per_million}ppm delay={delay_micros}us \
                 jitter={jitter_micros}us"
            ),
            Self::Partition { groups } => {
                let groups: Vec<String> = groups.iter().map(|group| group.join(",")).collect();
                write!(f, "partition {}", groups.join(" "))
            }
            Self::Member { host, deed } => write!(f, "etcd {host} {deed}"),
            Self::Timers { aligned: true } => f.write_str("timers align"),
            Self::Timers { aligned: false } => f.write_str("timers spread"),
            Self::Tune { tuning } => write!(f, "etcd-flags{tuning}"),
            Self::Restore { directory } => write!(f, "restore {directory}"),
            Self::Message { number, deed } => write!(f, "message {number} {deed}"),
            Self::Mend { a, b } => write!(f, "mend {a} {b}"),
            Self::Isolate { host } => write!(f, "isolate {host}"),
            Self::MendAll => f.write_str("mend all"),
            Self::Finish { prefix, code } => write!(f, "finish {prefix} exit={code}"),
            Self::Http { request, .. } => {
                write!(f, "curl -X {} {}", request.method, request.path)?;
                if request.query.is_empty() { Ok(()) } else { write!(f, "?{}", request.query) }
            }
            Self::HangUp { line } => write!(f, "hang up {line}"),
        }
    }
}
