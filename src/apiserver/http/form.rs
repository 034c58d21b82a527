//! The form in which an answer is wanted, and answers in it.
//!
//! Models apiserver/pkg/endpoints/handlers/response.go and responsewriters/writers.go.

use super::media::{self, Media, Shape};
use super::objects::{self, Rows};
use super::parameters::{self, Parameters};
use super::path::Place;
use super::{review, status, write};
use crate::api::rpc::{Answer, ListMeta, Response, Table, WatchEvent};
use crate::api::{Collection, HttpResponse, Object, Resource, Status, Str, Value};
use crate::sim::Duration;

/// The form in which an answer is wanted.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// How it is written.
    pub media: Media,
    /// In what shape objects are.
    pub shape: Shape,
    /// What the rows of a table hold beside their cells.
    pub rows: Rows,
    /// Whether it is written over several lines.
    pub pretty: bool,
    /// The resource that is asked for.
    pub resource: Option<Resource>,
    /// The kind of lists of it.
    pub list_kind: Str,
    /// What the request is for.
    pub purpose: Purpose,
}

/// What a request is for, where that makes its answer another than what was asked for.
#[derive(Clone, Debug, Default)]
pub enum Purpose {
    /// To read or change an object, or to read several.
    #[default]
    Plain,
    /// To create an object.
    Create,
    /// To delete one, or several.
    Delete,
    /// To bind a pod, through this part of it.
    Bind(Str),
    /// To evict a pod.
    Evict,
    /// To have a question about rights answered: the kind of the review, and the review.
    Review(&'static str, Value),
    /// To see what a container has printed.
    Log {
        /// Which; empty for the only one.
        container: Str,
        /// Whether the one before it is meant.
        previous: bool,
    },
    /// To watch.
    Watch {
        /// How long, if not as long as the server likes.
        timeout: Option<Duration>,
        /// Whether to be told when everything there is has been told.
        initial: bool,
    },
}

impl Form {
    /// The form that the headers and parameters of a request ask for.
    pub fn wanted(accept: &str, agent: &str, parameters: &Parameters) -> Result<Self, Status> {
        let (media, shape) = media::negotiate(accept)?;
        // People who look with such programs want lines. Models isPrettyPrint.
        let looks = ["curl", "Wget", "Mozilla/5.0"].iter().any(|start| agent.starts_with(start));
        let asked = parameters.iter().any(|(name, _)| name == "pretty");
        let pretty = if asked { parameters::is_on(parameters, "pretty") } else { looks };
        let rows = match parameters::text(parameters, "includeObject") {
            "None" => Rows::Bare,
            "Object" => Rows::Objects,
            _ => Rows::Metadata,
        };
        Ok(Self { media, shape, rows, pretty, ..Self::default() })
    }

    /// Says what is asked for.
    pub fn about(&mut self, place: &Place) {
        self.resource = place.resource;
        self.list_kind = place.list_kind.clone();
    }

    /// Says that it is a watch, and for how many seconds.
    pub fn watches(&mut self, timeout_secs: Option<u64>, initial: bool) {
        // No server watches longer than a day, whoever asks.
        let timeout = timeout_secs.filter(|secs| *secs > 0);
        let timeout = timeout.map(|secs| Duration::from_secs(secs.min(24 * 3600)));
        self.purpose = Purpose::Watch { timeout, initial };
    }

    /// How long a watch is to be, if the client says so.
    pub fn watch_time(&self) -> Option<Duration> {
        match &self.purpose {
            Purpose::Watch { timeout, .. } => *timeout,
            _ => None,
        }
    }

    /// Whether a watch is to tell when everything there is has been told.
    pub fn marks_initial(&self) -> bool {
        matches!(self.purpose, Purpose::Watch { initial: true, .. })
    }

    /// The answer to a request, in this form.
    pub fn answer(&self, response: Response) -> HttpResponse {
        let Response { result, warnings } = response;
        let answered = match result {
            Ok(Answer::Http(response)) => (*response).clone(),
            Ok(Answer::Watching) => {
                let streams = HttpResponse::new(200, self.media_type(), "");
                HttpResponse { streams: true, ..streams }
            }
            Ok(answer) => match self.document(answer) {
                Ok((code, document)) => self.written(code, document),
                Err(status) => self.refused(status),
            },
            Err(status) => self.refused(status),
        };
        HttpResponse { warnings, ..answered }
    }

    /// A document, which comes as JSON, in this form.
    pub fn written(&self, code: u16, json: String) -> HttpResponse {
        let body = match (self.media, self.pretty) {
            (Media::Yaml, _) => write::yaml(&json),
            (Media::Json, true) => write::indented(&json) + "\n",
            (Media::Json, false) => json + "\n",
        };
        HttpResponse::new(code, self.media_type(), body)
    }

    /// A refusal in this form.
    pub fn refused(&self, mut status: Status) -> HttpResponse {
        if let (Purpose::Bind(part), true) = (&self.purpose, status.is_conflict()) {
            // What cannot be bound is told as a part: `pods/binding "a"`.
            status.message =
                status.message.replacen("on pods ", &format!("on pods/{part} "), 1).into();
        }
        let retry_after_secs = status.retry_after_secs;
        let response = self.written(status.code, status::failure(&status));
        HttpResponse { retry_after_secs, ..response }
    }

    /// One event of a watch, a line with its end. What it is about as `table`, if that is wanted.
    pub fn frame(&self, event: &WatchEvent, table: Option<Table>) -> String {
        let Some(asked) = self.resource else { return String::new() };
        let object = match (event.change(), table) {
            (Some(change), Some(table)) => {
                let meta = ListMeta::complete(change.revision);
                objects::table(asked, &Table { meta, ..table }, self.rows)
            }
            // What is gone is told as of when it went.
            (Some(change), None) => {
                self.object(asked, &change.object().at_revision(change.revision))
            }
            (None, _) => objects::bookmark(asked, event.revision(), false),
        };
        format!("{{\"type\":\"{}\",\"object\":{object}}}\n", event.name())
    }

    /// Whether objects are wanted as a table.
    pub fn is_table(&self) -> bool {
        self.shape == Shape::Table
    }

    /// The event that tells a watcher that it has heard of all there was.
    pub fn end_of_initial(&self, revision: u64) -> String {
        let Some(asked) = self.resource else { return String::new() };
        let object = objects::bookmark(asked, revision, true);
        format!("{{\"type\":\"BOOKMARK\",\"object\":{object}}}\n")
    }

    /// The event that tells a watcher why it ends.
    pub fn error(&self, why: &Status) -> String {
        format!("{{\"type\":\"ERROR\",\"object\":{}}}\n", status::failure(why))
    }

    const fn media_type(&self) -> &'static str {
        match self.media {
            Media::Json => "application/json",
            Media::Yaml => "application/yaml",
        }
    }

    /// The status code and the document of an answer.
    fn document(&self, answer: Answer) -> Result<(u16, String), Status> {
        Ok(match (&self.purpose, answer) {
            (Purpose::Bind(_) | Purpose::Evict, _) => (201, status::success(201, None)),
            (Purpose::Review(kind, body), Answer::Value(value)) => {
                (201, objects::value(&review::answered(kind, body, value)))
            }
            (Purpose::Log { container, previous }, Answer::Object(pod)) => {
                return Err(objects::no_log(&pod.to_value(), container, *previous));
            }
            (Purpose::Delete, Answer::Object(object)) if is_told_by_status(&object) => {
                (200, status::success(200, Some(&object)))
            }
            (purpose, Answer::Object(object)) => {
                let code = if matches!(purpose, Purpose::Create) { 201 } else { 200 };
                (code, self.object(self.resource.unwrap_or(object.resource()), &object))
            }
            (Purpose::Create, Answer::Value(value)) => (201, objects::value(&value)),
            (_, Answer::Value(value)) => (200, objects::value(&value)),
            (_, Answer::List(resource, objects, meta)) => {
                (200, self.list(resource, &objects, &meta))
            }
            (_, Answer::Table(table)) => {
                let asked = self.resource.unwrap_or(table.resource);
                (200, objects::table(asked, &table, self.rows))
            }
            (_, Answer::Done | Answer::Watching | Answer::Served(_) | Answer::Http(_)) => {
                (200, status::success(200, None))
            }
        })
    }

    /// An object, in the shape that is wanted.
    fn object(&self, asked: Resource, object: &Object) -> String {
        let shown = objects::shown(asked, object);
        match self.shape {
            Shape::Metadata => objects::metadata(&shown),
            _ => objects::value(&shown),
        }
    }

    fn list(&self, asked: Resource, all: &Collection, meta: &ListMeta) -> String {
        if self.shape == Shape::Metadata {
            let item = |object: &Object| objects::metadata(&objects::shown(asked, object));
            let items: Vec<String> = all.iter().map(item).collect();
            return objects::list("PartialObjectMetadataList", "meta.k8s.io/v1", meta, &items);
        }
        let item = |object: &Object| objects::item(&objects::shown(asked, object));
        let items: Vec<String> = all.iter().map(item).collect();
        objects::list(&self.list_kind, &asked.api_version(), meta, &items)
    }
}

/// Whether a deletion is answered by a status: what is gone is, but for kinds whose last state
/// clients want to see. Models ReturnDeletedObject.
fn is_told_by_status(object: &Object) -> bool {
    const SHOWN: [Resource; 9] = [
        Resource::PODS,
        Resource::SERVICES,
        Resource::SERVICEACCOUNTS,
        Resource::PERSISTENTVOLUMES,
        Resource::PERSISTENTVOLUMECLAIMS,
        Resource::PODTEMPLATES,
        Resource::RESOURCEQUOTAS,
        Resource::STORAGECLASSES,
        Resource::NAMESPACES,
    ];
    let meta = object.meta();
    let stays = meta.is_deleting() && !meta.finalizers.is_empty();
    !stays && !SHOWN.contains(&object.resource())
}
