//! What is at the paths of the server that are no resources.
//!
//! Models the index of apiserver/pkg/server/routes and what is installed beside it.

use super::call::not_allowed;
use super::form::Form;
use super::health;
use super::media::Shape;
use super::metrics::Load;
use super::{Apiserver, discovery, openapi};
use crate::api::discovery as served;
use crate::api::{HttpRequest, HttpResponse, Key, Object, Resource, Status, Value};
use crate::apiserver::{Phase, custom};
use crate::sim::Time;

impl Apiserver {
    /// What is at the path of a request.
    pub(in crate::apiserver) fn page(
        &self,
        http: &HttpRequest,
        form: &Form,
        now: Time,
    ) -> Result<HttpResponse, Status> {
        if !matches!(http.method.as_str(), "GET" | "HEAD") {
            return Err(not_allowed());
        }
        let segments = http.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let parameters = http.parameters();
        if let Some(page) = health::page(&segments, &self.checks(now), &parameters) {
            return Ok(page);
        }
        let address = self.address();
        let custom = || custom::served(&self.cache);
        let lists = matches!(segments.first(), Some(&("api" | "apis")));
        let document =
            lists.then(|| discovery::document(&segments, form.shape, &address, &custom()));
        if let Some(document) = document.flatten() {
            let written = form.written(200, document);
            // Clients learn by this whether they have got one document for all.
            let one_for_all = form.shape == Shape::Discovery && segments.len() == 1;
            let media_type = if one_for_all { DISCOVERY } else { written.media_type };
            return Ok(HttpResponse { media_type, ..written });
        }
        match segments[..] {
            [] => Ok(form.written(200, index())),
            ["version"] => {
                let text = served::version().to_json_pretty();
                Ok(HttpResponse::new(200, "application/json", text))
            }
            ["metrics"] => Ok(HttpResponse::new(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                self.metrics(),
            )),
            ["openapi", "v2"] => Ok(form.written(200, openapi::v2().to_owned())),
            ["openapi", "v3"] => Ok(form.written(200, openapi::index().to_owned())),
            ["openapi", "v3", ref rest @ ..] => match openapi::v3(&rest.join("/")) {
                Some(document) => Ok(form.written(200, document.to_owned())),
                None => Ok(nowhere()),
            },
            _ => Ok(nowhere()),
        }
    }

    /// Where clients find the server: where those in pods do.
    fn address(&self) -> String {
        let slice = self.cache.get(Resource::ENDPOINTSLICES, &Key::new("default", "kubernetes"));
        let slice = slice.map(Object::to_value).unwrap_or_default();
        let endpoint = slice.at("endpoints").items().first().cloned().unwrap_or_default();
        let address = endpoint.at("addresses").items().first().map_or("", Value::text);
        format!("{address}:6443")
    }

    fn checks(&self, now: Time) -> [(&'static str, bool); 5] {
        let loaded = self.phase != Phase::Loading;
        [
            ("ping", true),
            ("log", true),
            ("etcd", self.is_ready(now) || !loaded),
            ("informer-sync", loaded),
            ("poststarthook/rbac/bootstrap-roles", loaded),
        ]
    }

    fn metrics(&self) -> String {
        let writes = self.jobs.values().filter(|job| job.request.call.is_write()).count();
        let load = Load {
            watches: self.watchers.len(),
            inflight: (self.jobs.len() - writes, writes),
            revision: self.cache.revision(),
        };
        let objects = Resource::all().filter_map(|resource| {
            Some((resource, self.cache.collection(resource).map(|all| all.len())?))
        });
        self.counts.page(load, objects)
    }
}

/// What discovery of all groups in one document is called.
const DISCOVERY: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The paths there are.
fn index() -> String {
    let mut paths: Vec<String> = ["/healthz", "/livez", "/metrics", "/readyz", "/version"]
        .into_iter()
        .chain(["/api", "/apis", "/openapi/v2", "/openapi/v3"])
        .map(str::to_owned)
        .collect();
    paths.extend(discovery::group_versions().into_iter().map(|version| match version.as_str() {
        "v1" => "/api/v1".to_owned(),
        version => format!("/apis/{version}"),
    }));
    paths.sort();
    let paths: Vec<String> = paths.iter().map(|path| format!("\"{path}\"")).collect();
    format!("{{\"paths\":[{}]}}", paths.join(","))
}

/// What is answered where there is nothing.
fn nowhere() -> HttpResponse {
    HttpResponse::new(404, "text/plain; charset=utf-8", "404 page not found\n")
}
