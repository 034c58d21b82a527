//! `kubectl create ingress NAME --rule=host/path=service:port[,tls[=secret]]`.
//!
//! Models kubectl/pkg/cmd/create/create_ingress.go. Invariant: rules of one host are one rule.

use super::generator;
use crate::api::{Fields, Resource, Str, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Kind};
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::{options, output};

/// The command.
pub const COMMAND: Command = Command {
    path: "create ingress",
    usage: "NAME --rule=host/path=service:port[,tls[=secret]]",
    about: "Create an ingress",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        &[
            Flag::text("annotation", "An annotation, as key=value.").kind(Kind::Repeated),
            Flag::text("class", "The ingress class."),
            Flag::text("default-backend", "Where everything else goes, as service:port."),
            Flag::text("rule", "host/path=service:port[,tls[=secret]]").kind(Kind::Repeated),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
        ],
    ],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let (rules, default) = (flags.list("rule"), flags.text("default-backend"));
    if rules.is_empty() && default.is_empty() {
        return Err(Error::plain(
            "not enough information provided: every ingress has to either specify a \
             default-backend (which catches all traffic) or a list of rules (which catch specific \
             paths)",
        ));
    }
    let mut metadata = generator::named(name);
    for annotation in flags.list("annotation") {
        let (key, value) = annotation.split_once('=').ok_or_else(|| {
            Error::plain(format!(
                "annotation {annotation} is invalid and should be in format key=[value]"
            ))
        })?;
        *metadata.entry_path(&["annotations", key]) = value.into();
    }
    let mut spec = Value::from(Fields::new());
    if !flags.text("class").is_empty() {
        *spec.entry("ingressClassName") = flags.text("class").into();
    }
    if !default.is_empty() {
        let (service, port) = default.split_once(':').ok_or_else(|| {
            Error::plain("default-backend should be in format servicename:serviceport")
        })?;
        *spec.entry("defaultBackend") = backend(service, port);
    }
    for text in rules {
        let rule = Rule::parse(text).ok_or_else(|| {
            Error::plain(format!(
                "rule {text} is invalid and should be in format \
                 host/path=svcname:svcport[,tls[=secret]]"
            ))
        })?;
        rule.add(&mut spec);
    }
    let status = Value::map([("loadBalancer", Fields::new().into())]);
    let value = Value::map([("metadata", metadata), ("spec", spec), ("status", status)]);
    let failure = Some("failed to create ingress: ");
    generator::create(invocation, env, Resource::INGRESSES, value, failure)
}

/// One rule as it is written.
struct Rule<'a> {
    host: &'a str,
    path: &'a str,
    service: &'a str,
    port: &'a str,
    /// Whether it is encrypted, and with what.
    tls: Option<&'a str>,
}

impl<'a> Rule<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (rule, tls) = match text.split_once(',') {
            None => (text, None),
            Some((rule, "tls")) => (rule, Some("")),
            Some((rule, tls)) => (rule, Some(tls.strip_prefix("tls=")?)),
        };
        let (address, target) = rule.split_once('=')?;
        let (service, port) = target.split_once(':')?;
        let (host, path) = address.split_at(address.find('/')?);
        let complete = !service.is_empty() && !port.is_empty();
        complete.then_some(Self { host, path, service, port, tls })
    }

    fn add(&self, spec: &mut Value) {
        let (path, kind) = match self.path.strip_suffix('*') {
            Some(path) => (path, "Prefix"),
            None => (self.path, "Exact"),
        };
        let path = Value::map([
            ("backend", backend(self.service, self.port)),
            ("path", path.into()),
            ("pathType", kind.into()),
        ]);
        let rules = spec.entry("rules").make_list();
        let at = rules.iter().position(|rule| rule.at("host").text() == self.host);
        let at = at.unwrap_or_else(|| {
            let host = (!self.host.is_empty()).then(|| (Str::new_static("host"), self.host.into()));
            rules.push(host.into_iter().collect::<Fields>().into());
            rules.len() - 1
        });
        rules[at].entry_path(&["http", "paths"]).make_list().push(path);
        let Some(secret) = self.tls else { return };
        let all = spec.entry("tls").make_list();
        let at = all.iter().position(|tls| tls.at("secretName").text() == secret);
        let at = at.unwrap_or_else(|| {
            let name = (!secret.is_empty()).then(|| (Str::new_static("secretName"), secret.into()));
            all.push(name.into_iter().collect::<Fields>().into());
            all.len() - 1
        });
        let hosts = &mut all[at];
        let known = hosts.at("hosts").items().iter().any(|host| host.text() == self.host);
        if !known && !self.host.is_empty() {
            hosts.entry("hosts").make_list().push(self.host.into());
        }
    }
}

fn backend(service: &str, port: &str) -> Value {
    let port = match port.parse() {
        Ok(number) => ("number", Value::Int(number)),
        Err(_) => ("name", port.into()),
    };
    let service = Value::map([("name", Value::from(service)), ("port", Value::map([port]))]);
    Value::map([("service", service)])
}
