//! `/metrics`: what the server counts, in Prometheus' text format.
//!
//! Models apiserver/pkg/endpoints/metrics. Only what is really counted is shown; times are not, as
//! the simulation decides them beforehand.

use std::fmt::Write;

use crate::api::Resource;
use crate::apiserver::What;
use crate::sim::Map;

/// How often each kind of request was answered with each code.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// By verb, resource, part and code.
    answered: Map<(&'static str, Resource, u8, u16), u64>,
    /// The same for paths that are no resources, by verb and code.
    pages: Map<(&'static str, u16), u64>,
}

/// What the server is doing at the moment.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Watches that are open.
    pub watches: usize,
    /// Requests under way that read, and that write.
    pub inflight: (usize, usize),
    /// The revision up to which the cache knows everything.
    pub revision: u64,
}

/// The parts in the order of their numbers.
const PARTS: [&str; 4] = ["", "status", "scale", "finalize"];

impl Counts {
    /// Counts a request that was answered.
    pub fn count(&mut self, what: &What, code: u16) {
        if !what.path.is_empty() {
            *self.pages.entry_or((what.verb, code), || 0) += 1;
            return;
        }
        let key = (what.verb, what.resource, what.part as u8, code);
        *self.answered.entry_or(key, || 0) += 1;
    }

    /// The page, with how many objects there are of each resource.
    pub fn page(&self, load: Load, objects: impl Iterator<Item = (Resource, usize)>) -> String {
        let mut out = String::new();
        let mut family = |name: &str, kind: &str, help: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                let lines = lines.concat();
                write!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{lines}")
                    .expect("strings take all");
            }
        };
        let (reads, writes) = load.inflight;
        family(
            "apiserver_current_inflight_requests",
            "gauge",
            "Requests under way, by whether they write.",
            [("mutating", writes), ("readOnly", reads)]
                .map(|(kind, count)| {
                    format!(
                        "apiserver_current_inflight_requests{{request_kind=\"{kind}\"}} {count}\n"
                    )
                })
                .into(),
        );
        family(
            "apiserver_longrunning_requests",
            "gauge",
            "Watches that are open.",
            vec![format!("apiserver_longrunning_requests{{verb=\"WATCH\"}} {}\n", load.watches)],
        );
        family(
            "apiserver_request_total",
            "counter",
            "Requests that were answered, by verb, resource and code.",
            self.requests(),
        );
        let objects = objects.map(|(resource, count)| {
            let info = resource.info();
            let (group, name) = (info.group, info.plural);
            format!("apiserver_resource_objects{{group=\"{group}\",resource=\"{name}\"}} {count}\n")
        });
        family(
            "apiserver_resource_objects",
            "gauge",
            "Objects in the watch cache.",
            objects.collect(),
        );
        family(
            "apiserver_watch_cache_resource_version",
            "gauge",
            "The revision up to which the watch cache knows everything.",
            vec![format!("apiserver_watch_cache_resource_version {}\n", load.revision)],
        );
        out
    }

    fn requests(&self) -> Vec<String> {
        let line = |code: u16, labels: &str, verb: &str, count: u64| {
            let verb = verb.to_uppercase();
            format!("apiserver_request_total{{code=\"{code}\",{labels}verb=\"{verb}\"}} {count}\n")
        };
        let answered = self.answered.iter().map(|((verb, resource, part, code), count)| {
            let info = resource.info();
            let part = PARTS.get(usize::from(*part)).copied().unwrap_or_default();
            let labels = format!(
                "group=\"{}\",resource=\"{}\",subresource=\"{part}\",",
                info.group, info.plural
            );
            line(*code, &labels, verb, *count)
        });
        let pages = self.pages.iter().map(|((verb, code), count)| line(*code, "", verb, *count));
        answered.chain(pages).collect()
    }
}
