//! Requests for resources: the call that each means.
//!
//! Models the routes of apiserver/pkg/endpoints/installer.go and the handlers behind them, as far
//! as they read requests.

use super::form::{Form, Purpose};
use super::parameters::{self, Parameters};
use super::path::Place;
use super::{body, delete, review};
use crate::api::rpc::{Call, FieldValidation, Part, Patch, Payload, Request, Subject};
use crate::api::types::Uid;
use crate::api::{HttpRequest, Reason, Resource, Status, Str, Value};

/// A request as it came, what HTTP said, and its parameters.
type Came<'a> = (&'a Request, &'a HttpRequest, &'a Parameters);

/// The call that a request for `place` means; what its answer is to be goes to `form`.
pub fn of(place: &Place, came: Came<'_>, form: &mut Form) -> Result<Request, Status> {
    let (request, http, parameters) = came;
    form.about(place);
    let mut asked = Asked {
        request: Request {
            manager: parameters::manager(parameters, &request.agent),
            as_table: form.is_table(),
            field_validation: FieldValidation::Ignore,
            ..request.clone()
        },
        place,
        http,
        parameters,
    };
    asked.request.call = match (place.resource, http.method.as_str(), place.part.as_str()) {
        (_, _, "exec" | "attach" | "portforward" | "proxy") => return Err(no_traffic(place)),
        (None, "POST", _) => asked.unstored(form)?,
        (Some(Resource::PODS), "GET" | "HEAD", "log") => asked.log(form)?,
        (Some(_), _, "log") | (None, ..) => return Err(not_allowed()),
        (_, "PUT" | "PATCH", _) if place.name.is_empty() => return Err(not_allowed()),
        (Some(resource), "GET" | "HEAD", _) => asked.read(resource, form)?,
        (Some(resource), "POST", _) => asked.create(resource, form)?,
        (Some(resource), "PUT", part) => {
            asked.options("UpdateOptions")?;
            let body = Payload::Text(body::object(http, place)?);
            Call::Update { resource, key: place.key(), part: part_of(part)?, body }
        }
        (Some(resource), "PATCH", part) => asked.patch(resource, part_of(part)?)?,
        (Some(resource), "DELETE", "") => asked.delete(resource, form)?,
        _ => return Err(not_allowed()),
    };
    Ok(asked.request)
}

/// The refusal of a method that a path does not know.
pub fn not_allowed() -> Status {
    const TEXT: &str = "the server does not allow this method on the requested resource";
    Status::new(405, Reason::MethodNotAllowed, TEXT)
}

/// The refusal of what would need processes that talk to one another.
fn no_traffic(place: &Place) -> Status {
    let (plural, part) = (&place.plural, &place.part);
    let text = format!(
        "what runs in containers is not part of this simulation: {plural}/{part} is not served"
    );
    let status = Status::new(405, Reason::MethodNotAllowed, text);
    Status { name: place.name.clone(), kind: plural.clone(), ..status }
}

/// The part of an object that is read and written by itself.
fn part_of(part: &str) -> Result<Part, Status> {
    match part {
        "" => Ok(Part::Main),
        "status" => Ok(Part::Status),
        "scale" => Ok(Part::Scale),
        "finalize" => Ok(Part::Finalize),
        _ => Err(not_allowed()),
    }
}

/// A request on its way to what it means.
struct Asked<'a> {
    request: Request,
    place: &'a Place,
    http: &'a HttpRequest,
    parameters: &'a Parameters,
}

impl Asked<'_> {
    /// Takes in what every write may say.
    fn options(&mut self, kind: &str) -> Result<(), Status> {
        self.request.dry_run = parameters::dry_run(self.parameters, kind)?;
        self.request.field_validation = parameters::field_validation(self.parameters, kind)?;
        Ok(())
    }

    fn read(&mut self, resource: Resource, form: &mut Form) -> Result<Call, Status> {
        let (place, parameters) = (self.place, self.parameters);
        if !place.name.is_empty() {
            return Ok(Call::Get { resource, key: place.key(), part: part_of(&place.part)? });
        }
        let selection = parameters::selection(resource, &place.namespace, parameters)?;
        if !parameters::is_on(parameters, "watch") {
            return Ok(Call::List(selection));
        }
        let bookmarks = parameters::is_on(parameters, "allowWatchBookmarks");
        let initial = parameters::is_on(parameters, "sendInitialEvents");
        if initial && !bookmarks {
            let why = "Forbidden: sendInitialEvents requires setting allowWatchBookmarks to true";
            let kind = "ListOptions";
            return Err(parameters::invalid_options(
                kind,
                "sendInitialEvents",
                "FieldValueForbidden",
                why,
            ));
        }
        let timeout = parameters::number(parameters, "timeoutSeconds")?;
        form.watches(timeout.and_then(|secs| u64::try_from(secs).ok()), initial);
        let from = if initial { 0 } else { parameters::revision(parameters)? };
        Ok(Call::Watch { selection, from, bookmarks })
    }

    fn create(&mut self, resource: Resource, form: &mut Form) -> Result<Call, Status> {
        let (place, http) = (self.place, self.http);
        self.options("CreateOptions")?;
        match (resource, place.part.as_str()) {
            (Resource::PODS, "binding") => {
                form.purpose = Purpose::Bind(place.part.clone());
                Ok(bind(&place.name, place, &body::object(http, place)?))
            }
            (Resource::PODS, "eviction") => {
                form.purpose = Purpose::Evict;
                let (options, dry_run) =
                    delete::eviction(&body::object(http, place)?, &place.name)?;
                self.request.dry_run |= dry_run;
                Ok(Call::Delete { resource, key: place.key(), options })
            }
            (Resource::SERVICEACCOUNTS, "token") => {
                form.purpose = Purpose::Create;
                Ok(Call::Token { key: place.key(), asked: body::object(http, place)? })
            }
            (_, "") if place.name.is_empty() => {
                if place.namespaced && place.namespace.is_empty() {
                    return Err(not_allowed());
                }
                form.purpose = Purpose::Create;
                let body = Payload::Text(body::object(http, place)?);
                Ok(Call::Create { resource, namespace: place.namespace.clone(), body })
            }
            _ => Err(not_allowed()),
        }
    }

    /// What is asked and answered, and never stored.
    fn unstored(&mut self, form: &mut Form) -> Result<Call, Status> {
        let (place, http) = (self.place, self.http);
        let body = body::object(http, place)?;
        if place.plural == "bindings" {
            form.purpose = Purpose::Bind(Str::new_static("binding"));
            let name = body.at_path(&["metadata", "name"]).text().into();
            return Ok(bind(&name, place, &body));
        }
        let who = Subject { user: self.request.user.clone(), groups: self.request.groups.clone() };
        let review = review::of(place.kind, &body, &who).ok_or_else(not_allowed)??;
        form.purpose = Purpose::Review(place.kind, body);
        Ok(Call::Review(review))
    }

    fn patch(&mut self, resource: Resource, part: Part) -> Result<Call, Status> {
        self.options("PatchOptions")?;
        let force = parameters::is_on(self.parameters, "force");
        let patch = body::patch(self.http, force)?;
        let named = !parameters::text(self.parameters, "fieldManager").is_empty();
        if matches!(patch, Patch::Apply(..)) && !named {
            let why = "Required value: is required for apply patch";
            return Err(parameters::invalid_options(
                "PatchOptions",
                "fieldManager",
                "FieldValueRequired",
                why,
            ));
        }
        if force && !matches!(patch, Patch::Apply(..)) {
            let why = "Forbidden: may not be specified for non-apply patch";
            return Err(parameters::invalid_options(
                "PatchOptions",
                "force",
                "FieldValueForbidden",
                why,
            ));
        }
        Ok(Call::Patch { resource, key: self.place.key(), part, patch })
    }

    fn delete(&mut self, resource: Resource, form: &mut Form) -> Result<Call, Status> {
        let place = self.place;
        let (options, dry_run) = delete::options(self.http, self.parameters)?;
        self.request.dry_run = dry_run;
        form.purpose = Purpose::Delete;
        if !place.name.is_empty() {
            return Ok(Call::Delete { resource, key: place.key(), options });
        }
        if !place.verbs.contains(&"deletecollection")
            || place.namespaced && place.namespace.is_empty()
        {
            return Err(not_allowed());
        }
        let selection = parameters::selection(resource, &place.namespace, self.parameters)?;
        Ok(Call::DeleteCollection { selection, options })
    }

    /// What a container has printed: found by its pod.
    fn log(&mut self, form: &mut Form) -> Result<Call, Status> {
        let container = parameters::text(self.parameters, "container").into();
        let previous = parameters::is_on(self.parameters, "previous");
        form.purpose = Purpose::Log { container, previous };
        Ok(Call::Get { resource: Resource::PODS, key: self.place.key(), part: Part::Main })
    }
}

/// Binds the pod called `name` to the node that `body` names.
fn bind(name: &Str, place: &Place, body: &Value) -> Call {
    let uid = Uid::parse(body.at_path(&["metadata", "uid"]).text()).unwrap_or_default();
    let node = body.at_path(&["target", "name"]).text().into();
    Call::Bind { key: crate::api::Key::new(&place.namespace, name), uid, node }
}
