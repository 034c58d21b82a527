//! Questions about rights: who someone is, and what they may do.
//!
//! Models the kinds of authorization.k8s.io and authentication.k8s.io. They are asked and answered,
//! and never stored.

use super::{List, Str};

/// A question about someone's rights.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Review {
    /// Whether something may be done.
    Access(Subject, Access),
    /// All rules that hold in a namespace.
    Rules(Subject, Str),
    /// Who it is, with all groups.
    Who(Subject),
    /// Who shows a token.
    Token(Str),
}

/// Someone, as far as the client says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Subject {
    /// The name of the user.
    pub user: Str,
    /// The groups that are claimed along with it.
    pub groups: List<Str>,
}

/// Something that may be done or not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Access {
    /// The verb.
    pub verb: Str,
    /// The API group.
    pub group: Str,
    /// The resource, in the plural.
    pub resource: Str,
    /// The part of it, if only a part is meant.
    pub subresource: Str,
    /// The name of the object; empty for any.
    pub name: Str,
    /// The namespace; empty for all or none.
    pub namespace: Str,
    /// The path, if it is no resource.
    pub path: Str,
}
