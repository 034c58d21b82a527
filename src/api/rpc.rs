//! What clients and apiservers say to each other.
//!
//! Requests and answers as typed values, not bytes: what a real connection would carry as HTTP.

use std::sync::Arc;

pub use super::access::{Access, Review, Subject};
pub use super::paging::{ListMeta, Version};
pub use super::selection::Selection;
pub use super::table::{Column, Row, Table};
use super::types::{ObjectMeta, Uid};
use super::{
    Change, Collection, HttpRequest, HttpResponse, Key, List, Object, Resource, Served, Status,
    Str, Value,
};

/// From a client to an apiserver.
#[derive(Clone, Debug)]
pub enum ToServer {
    /// A request; the answer carries the same number.
    Request(u32, Arc<Request>),
    /// The client has lost interest in a watch.
    Cancel(u32),
}

/// From an apiserver to a client.
#[derive(Clone, Debug)]
pub enum ToClient {
    /// The answer to a request.
    Response(u32, Arc<Response>),
    /// Events of a watch, by the number of the request that opened it.
    Events(u32, List<WatchEvent>),
    /// The same, for a watch over HTTP: the events, and the text that goes over the wire.
    Frames(u32, List<WatchEvent>, Str),
    /// A watch has ended.
    WatchClosed(u32, Option<Arc<Status>>),
}

/// What comes before a token where the name of a user would be: the server says who shows it.
pub const BEARER: &str = "Bearer ";

/// A request with who makes it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The user's name, or [`BEARER`] and a token; empty for credentials that nobody knows.
    pub user: Str,
    /// The groups that are claimed along with it.
    pub groups: List<Str>,
    /// The program that asks, the first word of its user agent.
    pub agent: Str,
    /// Who is noted as the manager of the fields that change; empty to note nobody.
    pub manager: Str,
    /// What is asked.
    pub call: Call,
    /// Whether nothing is to be stored.
    pub dry_run: bool,
    /// What to do about fields the server does not know.
    pub field_validation: FieldValidation,
    /// Whether a table for people is wanted instead of objects.
    pub as_table: bool,
}

/// What to do about unknown and duplicate fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FieldValidation {
    /// Drop them.
    Ignore,
    /// Drop them and warn.
    #[default]
    Warn,
    /// Refuse the request.
    Strict,
}

/// What a request asks.
#[derive(Clone, Debug)]
pub enum Call {
    /// One object.
    Get {
        /// Of which resource.
        resource: Resource,
        /// Which.
        key: Key,
        /// As which part.
        part: Part,
    },
    /// All objects that are selected.
    List(Selection),
    /// Changes of the objects that are selected, from a revision on.
    Watch {
        /// Which objects.
        selection: Selection,
        /// The revision after which changes are wanted.
        from: u64,
        /// Whether to be told now and then how far the store has come.
        bookmarks: bool,
    },
    /// Stores a new object.
    Create {
        /// Of which resource.
        resource: Resource,
        /// Where; empty outside namespaces.
        namespace: Str,
        /// What.
        body: Payload,
    },
    /// Binds a pod to a node.
    Bind {
        /// Which pod.
        key: Key,
        /// Which pod exactly, should there be another of its name by now.
        uid: Uid,
        /// Which node.
        node: Str,
    },
    /// Replaces an object.
    Update {
        /// Of which resource.
        resource: Resource,
        /// Which.
        key: Key,
        /// Which part of it.
        part: Part,
        /// With what.
        body: Payload,
    },
    /// Changes an object.
    Patch {
        /// Of which resource.
        resource: Resource,
        /// Which.
        key: Key,
        /// Which part of it.
        part: Part,
        /// How.
        patch: Patch,
    },
    /// Deletes an object.
    Delete {
        /// Of which resource.
        resource: Resource,
        /// Which.
        key: Key,
        /// How.
        options: DeleteOptions,
    },
    /// Deletes all objects that are selected.
    DeleteCollection {
        /// Which.
        selection: Selection,
        /// How.
        options: DeleteOptions,
    },
    /// Asks what someone may do, or who someone is.
    Review(Review),
    /// Asks for a token of a service account.
    Token {
        /// Of which account.
        key: Key,
        /// The TokenRequest.
        asked: Value,
    },
    /// Asks which custom resources are served.
    Discover,
    /// Any of these, and whatever else is at a path of the server, as HTTP has it.
    Http(Arc<HttpRequest>),
}

/// A part of an object that is read and written by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Part {
    /// Everything but the status.
    #[default]
    Main,
    /// The status.
    Status,
    /// The number of replicas.
    Scale,
    /// What keeps a namespace from vanishing.
    Finalize,
}

impl Part {
    /// Its name in paths; empty for the whole.
    pub fn name(self) -> &'static str {
        match self {
            Self::Main => "",
            Self::Status => "status",
            Self::Scale => "scale",
            Self::Finalize => "finalize",
        }
    }
}

/// An object on its way in.
#[derive(Clone, Debug)]
pub enum Payload {
    /// From a component, which has the types compiled in.
    Object(Object),
    /// From a person's text: to be decoded, with fields that may be unknown or of a wrong type.
    Text(Value),
}

/// A change to an object on its way in.
#[derive(Clone, Debug)]
pub enum Patch {
    /// RFC 7386.
    Merge(Value),
    /// Lists merge by the keys of the field table.
    Strategic(Value),
    /// RFC 6902.
    Json(Value),
    /// Server-side apply; the flag takes over what others manage.
    Apply(Value, bool),
    /// From a component: a new status, conditions and all, for the object of this identity.
    Status(Object),
    /// From a component: other metadata than the one it knew.
    Metadata {
        /// The metadata it knew.
        from: Arc<ObjectMeta>,
        /// The metadata it wants.
        to: Arc<ObjectMeta>,
    },
}

/// How an object is to be deleted.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DeleteOptions {
    /// How long its processes may take to end.
    pub grace_period_seconds: Option<i64>,
    /// What becomes of its dependents.
    pub propagation: Option<Propagation>,
    /// Delete it only if this is its identity.
    pub uid: Option<Uid>,
    /// Delete it only at this revision.
    pub revision: Option<u64>,
    /// Whether it is evicted: only if its disruption budget allows.
    pub evicts: bool,
}

/// What becomes of the dependents of a deleted object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Propagation {
    /// They are left alone.
    Orphan,
    /// They go after it.
    Background,
    /// They go before it.
    Foreground,
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct Response {
    /// What was asked for, or why not.
    pub result: Result<Answer, Status>,
    /// Warnings for the person.
    pub warnings: List<Str>,
}

/// What an apiserver answers when it does not refuse.
#[derive(Clone, Debug)]
pub enum Answer {
    /// An object; after a delete, as it was last.
    Object(Object),
    /// A part of an object that is an object of its own, such as its scale.
    Value(Value),
    /// Objects, and what is to be said of them together.
    List(Resource, Collection, ListMeta),
    /// Objects as a table for people.
    Table(Arc<Table>),
    /// The custom resources that are served.
    Served(List<Served>),
    /// The watch is open.
    Watching,
    /// Done, and nothing to show.
    Done,
    /// What a request over HTTP is answered with, be it a refusal.
    Http(Arc<HttpResponse>),
}

/// One event of a watch.
#[derive(Clone, Debug)]
pub enum WatchEvent {
    /// An object came into what is selected.
    Added(Arc<Change>),
    /// An object that is selected changed.
    Modified(Arc<Change>),
    /// An object left what is selected.
    Deleted(Arc<Change>),
    /// The store has come this far, and nothing selected changed since the last event.
    Bookmark(u64),
}

impl Call {
    /// The same call on the resource in whose form the objects are stored. Bodies stay as they are.
    #[must_use]
    pub fn on_stored(mut self) -> Self {
        match &mut self {
            Self::Get { resource, .. }
            | Self::Update { resource, .. }
            | Self::Patch { resource, .. }
            | Self::Delete { resource, .. } => *resource = resource.stored(),
            Self::List(selection)
            | Self::Watch { selection, .. }
            | Self::DeleteCollection { selection, .. } => {
                selection.resource = selection.resource.stored();
            }
            // What is created is read in the form in which it comes.
            Self::Create { .. }
            | Self::Bind { .. }
            | Self::Review(_)
            | Self::Token { .. }
            | Self::Discover
            | Self::Http(_) => {}
        }
        self
    }

    /// The resource that is asked about.
    pub fn resource(&self) -> Resource {
        match self {
            Self::Get { resource, .. }
            | Self::Create { resource, .. }
            | Self::Update { resource, .. }
            | Self::Patch { resource, .. }
            | Self::Delete { resource, .. } => *resource,
            Self::List(selection)
            | Self::Watch { selection, .. }
            | Self::DeleteCollection { selection, .. } => selection.resource,
            Self::Bind { .. } => Resource::PODS,
            Self::Token { .. } => Resource::SERVICEACCOUNTS,
            // What is decided by roles is put down to them, and so is what is no resource.
            Self::Review(_) | Self::Http(_) => Resource::ROLES,
            Self::Discover => Resource::CUSTOMRESOURCEDEFINITIONS,
        }
    }

    /// The verb, as authorization knows it.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Get { .. } | Self::Discover => "get",
            Self::List(_) => "list",
            Self::Watch { .. } => "watch",
            Self::Create { .. } | Self::Bind { .. } | Self::Review(_) | Self::Token { .. } => {
                "create"
            }
            Self::Update { .. } => "update",
            Self::Patch { .. } => "patch",
            Self::Delete { .. } => "delete",
            Self::DeleteCollection { .. } => "deletecollection",
            Self::Http(request) => match request.method.as_str() {
                "POST" => "post",
                "PUT" => "put",
                "PATCH" => "patch",
                "DELETE" => "delete",
                _ => "get",
            },
        }
    }

    /// The name of the object that is asked about; empty when there is none or it is not known yet.
    pub fn name(&self) -> &str {
        match self {
            Self::Get { key, .. }
            | Self::Bind { key, .. }
            | Self::Token { key, .. }
            | Self::Update { key, .. }
            | Self::Patch { key, .. }
            | Self::Delete { key, .. } => key.name(),
            Self::Create { body: Payload::Object(object), .. } => object.name(),
            Self::Create { body: Payload::Text(value), .. } => {
                value.at_path(&["metadata", "name"]).text()
            }
            Self::List(_)
            | Self::Watch { .. }
            | Self::DeleteCollection { .. }
            | Self::Review(_)
            | Self::Discover
            | Self::Http(_) => "",
        }
    }

    /// The namespace that is asked about; empty for all or none.
    pub fn namespace(&self) -> &str {
        match self {
            Self::Get { key, .. }
            | Self::Bind { key, .. }
            | Self::Token { key, .. }
            | Self::Update { key, .. }
            | Self::Patch { key, .. }
            | Self::Delete { key, .. } => key.namespace(),
            Self::Create { namespace, .. } => namespace,
            Self::List(selection)
            | Self::Watch { selection, .. }
            | Self::DeleteCollection { selection, .. } => &selection.namespace,
            Self::Review(_) | Self::Discover | Self::Http(_) => "",
        }
    }

    /// Whether the store is to be changed.
    pub fn is_write(&self) -> bool {
        !matches!(
            self,
            Self::Get { .. }
                | Self::List(_)
                | Self::Watch { .. }
                | Self::Review(_)
                | Self::Token { .. }
                | Self::Discover
                | Self::Http(_)
        )
    }
}

impl WatchEvent {
    /// The event as `selection` sees it, which an object may enter or leave by a change of its
    /// own; `None` when it does not see it at all.
    pub fn of(change: &Arc<Change>, selection: &Selection) -> Option<Self> {
        let seen = |object: &Option<Object>| object.as_ref().is_some_and(|o| selection.matches(o));
        match (seen(&change.before), seen(&change.after)) {
            (false, true) => Some(Self::Added(change.clone())),
            (true, true) => Some(Self::Modified(change.clone())),
            (true, false) => Some(Self::Deleted(change.clone())),
            (false, false) => None,
        }
    }

    /// The revision of the store that made it.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Added(change) | Self::Modified(change) | Self::Deleted(change) => change.revision,
            Self::Bookmark(revision) => *revision,
        }
    }

    /// The change behind it.
    pub fn change(&self) -> Option<&Arc<Change>> {
        match self {
            Self::Added(change) | Self::Modified(change) | Self::Deleted(change) => Some(change),
            Self::Bookmark(_) => None,
        }
    }

    /// Its type, as the API writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Added(_) => "ADDED",
            Self::Modified(_) => "MODIFIED",
            Self::Deleted(_) => "DELETED",
            Self::Bookmark(_) => "BOOKMARK",
        }
    }
}

impl Response {
    /// A refusal.
    pub fn refused(status: Status) -> Self {
        Self { result: Err(status), warnings: List::default() }
    }
}
