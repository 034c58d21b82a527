//! `kubectl get --raw` and `kubectl create --raw`: paths of the API, as they are.
//!
//! Models kubectl/pkg/rawhttp/raw.go and the handlers behind the paths. Paths that are no resources
//! are answered from what the client knows, once the server has been heard.

use super::discovery;
use super::error::Error;
use super::script::{self, Ctx, Flow, How, Next};
use super::task::Task;
use crate::api::labels::{FieldSelector, Selector};
use crate::api::rpc::{Answer, Call, Part, Selection};
use crate::api::{Codec, Key, Object, Reason, Resource, Status, Str, Uid, Value, quote};

/// What a raw request still has to do.
#[derive(Clone, Debug)]
pub struct Raw {
    path: Str,
    /// What is sent; nothing is asked for.
    body: Option<Value>,
}

impl Raw {
    /// Asks for what is at a path.
    pub fn get(path: &str) -> Task {
        Task::from(Self { path: path.into(), body: None })
    }

    /// Sends something to a path.
    pub fn create(path: &str, body: Value) -> Task {
        Task::from(Self { path: path.into(), body: Some(body) })
    }

    /// Asks and prints.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let resource = Place::of(path);
        let text = match (&self.body, resource) {
            (Some(body), Some(place)) => place.send(ctx, body)?,
            (None, Some(place)) => place.ask(ctx, query)?,
            (None, None) => document(ctx, path)?,
            (Some(_), None) => return Err(no_such_path().into()),
        };
        ctx.print(text);
        Ok(Next::Exit(0))
    }
}

fn no_such_path() -> Error {
    let text = "the server could not find the requested resource";
    Status::new(404, Reason::NotFound, text).into()
}

/// What is at a path that is no resource.
fn document(ctx: &mut Ctx<'_>, path: &str) -> Flow<String> {
    // Whoever knows the answer still has to reach the server.
    let key = Key::new("default", "kubernetes");
    let slice = ctx.get(Resource::ENDPOINTSLICES, &key)?;
    if let Err(error @ Error::Unreachable(_)) = slice {
        return Err(error.into());
    }
    let trimmed = path.trim_end_matches('/');
    Ok(match trimmed {
        "/healthz" | "/livez" | "/readyz" => "ok".to_owned(),
        _ if ["/healthz/", "/livez/", "/readyz/"].iter().any(|p| trimmed.starts_with(p)) => {
            "ok".to_owned()
        }
        "/version" => discovery::version().to_json_pretty(),
        "/api" => {
            let slice = slice.map(|slice| slice.to_value()).unwrap_or_default();
            let first = slice.at("endpoints").items().first().cloned().unwrap_or_default();
            let address = first.at("addresses").items().first().map_or("", |a| a.text()).to_owned();
            format!(
                "{{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],\
                 \"serverAddressByClientCIDRs\":[{{\"clientCIDR\":\"0.0.0.0/0\",\
                 \"serverAddress\":\"{address}:6443\"}}]}}\n"
            )
        }
        path => discovery::document(path).ok_or_else(no_such_path)? + "\n",
    })
}

/// A resource, an object or a part of one, as a path names it.
#[derive(Clone, Debug)]
struct Place {
    resource: Resource,
    namespace: Str,
    name: Str,
    part: Str,
}

impl Place {
    /// Reads `/api/v1/namespaces/default/pods/a/status`; `None` if it names no resource.
    fn of(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let (group, version, rest) = match parts[..] {
            ["api", version, ref rest @ ..] => ("", version, rest),
            ["apis", group, version, ref rest @ ..] => (group, version, rest),
            _ => return None,
        };
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() && !is_part(rest) => {
                (*namespace, rest)
            }
            rest => ("", rest),
        };
        let (plural, rest) = rest.split_first()?;
        let is_meant = |resource: &Resource| {
            let info = resource.info();
            (info.group, info.version, info.plural) == (group, version, *plural)
        };
        let resource = Resource::served().find(is_meant)?;
        let at = |at: usize| Str::from(rest.get(at).copied().unwrap_or_default());
        Some(Self { resource, namespace: namespace.into(), name: at(0), part: at(1) })
    }

    fn ask(&self, ctx: &mut Ctx<'_>, query: &str) -> Flow<String> {
        let (resource, namespace) = (self.resource, self.namespace.clone());
        let (mut labels, mut fields) = (Selector::everything(), FieldSelector::default());
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let bad = |why: &str| Error::from(Status::bad_request(why));
            match key {
                "limit" if value.parse::<i64>().is_err() => {
                    let value = quote(value);
                    let text = format!("strconv.ParseInt: parsing {value}: invalid syntax");
                    return Err(bad(&text).into());
                }
                "labelSelector" => {
                    let text = value.replace("%3D", "=").replace("%2C", ",");
                    labels = Selector::parse(&text).map_err(|error| bad(&error.to_string()))?;
                }
                "fieldSelector" => {
                    let text = value.replace("%3D", "=").replace("%2C", ",");
                    fields = FieldSelector::parse(&text).map_err(|error| bad(&error))?;
                }
                _ => {}
            }
        }
        if self.name.is_empty() {
            let selection = Selection { namespace, labels, fields, ..Selection::all(resource) };
            let (objects, revision) = ctx.list(selection)??;
            let info = resource.info();
            let metadata = Value::map([("resourceVersion", Value::from(revision.to_string()))]);
            let list = Value::map([
                ("apiVersion", Value::from(resource.api_version())),
                ("items", objects.iter().map(Object::to_value).collect()),
                ("kind", format!("{}List", info.kind).into()),
                ("metadata", metadata),
            ]);
            return Ok(list.to_json() + "\n");
        }
        let part = match self.part.as_str() {
            "" => Part::Main,
            "status" => Part::Status,
            "scale" => Part::Scale,
            _ => return Err(no_such_path().into()),
        };
        let call = Call::Get { resource, key: Key::new(&namespace, &self.name), part };
        let answer = ctx.ask(call, How::default())?;
        Ok(answer.and_then(|answer| script::value(&answer))?.to_json() + "\n")
    }

    fn send(&self, ctx: &mut Ctx<'_>, body: &Value) -> Flow<String> {
        let key = Key::new(&self.namespace, &self.name);
        let call = match (self.resource, self.name.as_str(), self.part.as_str()) {
            (Resource::PODS, _, "binding") => {
                let uid = Uid::load(body.at_path(&["metadata", "uid"]));
                let node = body.at_path(&["target", "name"]).text().into();
                Call::Bind { key, uid, node }
            }
            (resource, "", "") => Call::Create {
                resource,
                namespace: self.namespace.clone(),
                body: crate::api::rpc::Payload::Text(body.clone()),
            },
            _ => return Err(no_such_path().into()),
        };
        Ok(match ctx.ask(call, How::default())?.map_err(|error| of_part(error, &self.part))? {
            Answer::Done => "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\
                             \"status\":\"Success\",\"code\":201}\n"
                .to_owned(),
            answer => script::value(&answer)?.to_json() + "\n",
        })
    }
}

/// Whether what follows a namespace is a part of it.
fn is_part(rest: &[&str]) -> bool {
    matches!(rest, ["status" | "finalize"])
}

/// The refusal as one of a part of an object: `pods/binding "a"`.
fn of_part(error: Error, part: &str) -> Error {
    match error {
        Error::Refused(mut status) if status.is_conflict() && !part.is_empty() => {
            let message = status.message.replacen("on pods ", &format!("on pods/{part} "), 1);
            status.message = message.into();
            Error::Refused(status)
        }
        other => other,
    }
}
