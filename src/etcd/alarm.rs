//! Alarms: what is wrong with a member that all members must know of.
//!
//! Models etcd's server/etcdserver/api/v3alarm. Invariant: an alarm stays raised until a person
//! takes it back, whatever becomes of its reason.

use std::fmt;

/// An alarm of one member.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Alarm {
    /// The member.
    pub member: u64,
    /// What is wrong.
    pub kind: AlarmKind,
}

/// What can be wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AlarmKind {
    /// Its database has reached its quota: nobody may add to it.
    NoSpace,
    /// It holds other data than the leader: nobody may read or write.
    Corrupt,
}

impl AlarmKind {
    /// The name etcd gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoSpace => "NOSPACE",
            Self::Corrupt => "CORRUPT",
        }
    }
}

/// As etcdctl prints it.
impl fmt::Display for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "memberID:{} alarm:{} ", self.member, self.kind.name())
    }
}
