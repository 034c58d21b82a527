//! Values as the server's own Go structs print.
//!
//! A few complaints show a whole struct. Inside the server objects have another form than on the
//! wire: fields are named and ordered as in pkg/apis/core/types.go, and those that are unset are
//! printed too. This is that form, type by type.
//!
//! Invariant: the tables list every field of the types they name, in Go's order.

use std::fmt::Write;

use crate::api::{Fields, Value};

mod pod;

use pod::POD_SPEC;
pub use pod::{
    CLUSTER_TRUST_BUNDLE, NODE_SELECTOR_TERM, POD_RESOURCE_CLAIM, SECCOMP_PROFILE, SECURITY_CONTEXT,
};

/// A Go struct: its fields in order.
pub struct Struct(&'static [Part]);

/// One field: its name in Go, its name on the wire, what it holds.
struct Part(&'static str, &'static str, Holds);

/// What a field holds, and so how it prints when it is unset.
#[derive(Clone, Copy)]
enum Holds {
    /// A pointer, map or list of plain values: `null`.
    Plain,
    /// Text: `""`.
    Text,
    /// A number: `0`.
    Number,
    /// A boolean: `false`.
    Bool,
    /// An amount: `"0"`.
    Amount,
    /// A struct by value: all its fields.
    Of(&'static Struct),
    /// A pointer to a struct: `null`.
    Maybe(&'static Struct),
    /// A list of structs: `null`.
    Many(&'static Struct),
    /// A struct whose fields lie open in this one; on the wire too if the name is empty.
    Open(&'static Struct),
    /// Something that is left out when it is unset, as on the wire.
    OmitPlain,
    /// A list of structs that is left out when it is unset.
    OmitMany(&'static Struct),
}

use Holds::{Many, Maybe, Number as N, Of, OmitMany, OmitPlain as O, Open, Plain as P, Text as T};

/// The struct on one line.
pub fn compact(form: &'static Struct, value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, &structure(form, value), None);
    out
}

/// A list of the struct on one line.
pub fn list(form: &'static Struct, value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, &many(form, value), None);
    out
}

/// The struct over several lines, a level indented by one space.
pub fn indented(form: &'static Struct, value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, &structure(form, value), Some(0));
    out
}

/// A pod spec over several lines.
pub fn indented_pod_spec(spec: &Value) -> String {
    indented(&POD_SPEC, &internal_pod_spec(spec))
}

/// A pod template on one line.
pub fn compact_template(template: &Value) -> String {
    let mut template = template.clone();
    let spec = internal_pod_spec(template.at("spec"));
    *template.entry("spec") = spec;
    compact(&POD_TEMPLATE, &template)
}

/// A pod spec with what concerns the host in the security context, where it is within the server.
/// Models pkg/apis/core/v1/conversion.go Convert_v1_PodSpec_To_core_PodSpec.
fn internal_pod_spec(spec: &Value) -> Value {
    let mut spec = spec.clone();
    let moved = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"];
    for name in moved {
        let value = spec.at(name).clone();
        if !value.is_null() {
            *spec.entry_path(&["securityContext", name]) = value;
        }
    }
    spec
}

/// What is about to be written, in order.
enum Node {
    Raw(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

fn structure(form: &'static Struct, value: &Value) -> Node {
    let mut fields = Vec::with_capacity(form.0.len());
    collect(form, value, &mut fields);
    Node::Map(fields)
}

fn collect(form: &'static Struct, value: &Value, fields: &mut Vec<(String, Node)>) {
    for Part(name, wire, holds) in form.0 {
        let inner = if wire.is_empty() { value } else { value.at(wire) };
        let node = match *holds {
            Open(form) => {
                collect(form, inner, fields);
                continue;
            }
            Holds::OmitPlain | OmitMany(_) if inner.is_empty() => continue,
            Of(form) => structure(form, inner),
            Maybe(form) if !inner.is_null() => structure(form, inner),
            Many(form) | OmitMany(form) if !inner.is_null() => many(form, inner),
            Holds::Text if inner.is_null() => Node::Raw("\"\"".into()),
            Holds::Number if inner.is_null() => Node::Raw("0".into()),
            Holds::Bool if inner.is_null() => Node::Raw("false".into()),
            Holds::Amount if inner.is_null() => Node::Raw("\"0\"".into()),
            _ => plain(inner),
        };
        fields.push(((*name).to_owned(), node));
    }
}

fn many(form: &'static Struct, value: &Value) -> Node {
    if value.is_null() {
        return Node::Raw("null".into());
    }
    Node::List(value.items().iter().map(|item| structure(form, item)).collect())
}

fn plain(value: &Value) -> Node {
    match value {
        Value::List(items) => Node::List(items.iter().map(plain).collect()),
        Value::Map(fields) => {
            let entry = |(key, value): (&crate::api::Str, &Value)| (key.to_string(), plain(value));
            Node::Map(Fields::iter(fields).map(entry).collect())
        }
        scalar => Node::Raw(scalar.to_json()),
    }
}

fn write(out: &mut String, node: &Node, depth: Option<usize>) {
    let line = |out: &mut String, at: usize, depth: Option<usize>| {
        if at > 0 {
            out.push(',');
        }
        break_line(out, depth.map(|depth| depth + 1));
    };
    match node {
        Node::Raw(text) => out.push_str(text),
        Node::List(items) if items.is_empty() => out.push_str("[]"),
        Node::Map(fields) if fields.is_empty() => out.push_str("{}"),
        Node::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                line(out, at, depth);
                write(out, item, depth.map(|depth| depth + 1));
            }
            break_line(out, depth);
            out.push(']');
        }
        Node::Map(fields) => {
            out.push('{');
            for (at, (name, item)) in fields.iter().enumerate() {
                line(out, at, depth);
                let space = if depth.is_some() { " " } else { "" };
                let name = Value::from(name.as_str()).to_json();
                write!(out, "{name}:{space}").expect("writing to a string cannot fail");
                write(out, item, depth.map(|depth| depth + 1));
            }
            break_line(out, depth);
            out.push('}');
        }
    }
}

fn break_line(out: &mut String, depth: Option<usize>) {
    if let Some(depth) = depth {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', depth));
    }
}

macro_rules! structs {
    ($(
        $(#[$meta:meta])*
        $vis:vis $name:ident { $($go:ident $wire:tt $holds:expr),* $(,)? }
    )*) => {$(
        $(#[$meta])*
        $vis static $name: Struct =
            Struct(&[$(Part(stringify!($go), structs!(@wire $wire), $holds)),*]);
    )*};
    (@wire _) => { "" };
    (@wire $wire:literal) => { $wire };
    (@wire $wire:ident) => { stringify!($wire) };
}
use structs;

structs! {
    /// `metav1.LabelSelector`.
    pub LABEL_SELECTOR {
        matchLabels matchLabels O,
        matchExpressions matchExpressions OmitMany(&SELECTOR_REQUIREMENT),
    }
    SELECTOR_REQUIREMENT { key key T, operator operator T, values values O }
    /// `metav1.OwnerReference`.
    pub OWNER_REFERENCE {
        apiVersion apiVersion T, kind kind T, name name T, uid uid T, controller controller O,
        blockOwnerDeletion blockOwnerDeletion O,
    }
    /// `apps.DeploymentStrategy`.
    pub DEPLOYMENT_STRATEGY { Type "type" T, RollingUpdate rollingUpdate Maybe(&ROLLING_UPDATE) }
    ROLLING_UPDATE { MaxUnavailable maxUnavailable N, MaxSurge maxSurge N }
    /// `apps.DaemonSetUpdateStrategy`.
    pub DAEMON_SET_STRATEGY { Type "type" T, RollingUpdate rollingUpdate Maybe(&ROLLING_UPDATE) }
    /// `apps.StatefulSetUpdateStrategy`.
    pub STATEFUL_SET_STRATEGY {
        Type "type" T, RollingUpdate rollingUpdate Maybe(&ROLLING_STATEFUL_SET),
    }
    /// `apps.RollingUpdateStatefulSetStrategy`.
    pub ROLLING_STATEFUL_SET { Partition partition N, MaxUnavailable maxUnavailable P }
    /// `policy.PodDisruptionBudgetSpec`.
    pub DISRUPTION_BUDGET {
        MinAvailable minAvailable P, Selector selector Maybe(&LABEL_SELECTOR),
        MaxUnavailable maxUnavailable P, UnhealthyPodEvictionPolicy unhealthyPodEvictionPolicy P,
    }
    /// `rbac.RoleRef`.
    pub ROLE_REF { APIGroup apiGroup T, Kind kind T, Name name T }
    /// `core.TypedLocalObjectReference`.
    pub TYPED_REFERENCE { APIGroup apiGroup P, Kind kind T, Name name T }
    /// `core.PodTemplateSpec`.
    POD_TEMPLATE { ObjectMeta metadata Open(&TEMPLATE_META), Spec spec Of(&POD_SPEC) }
    TEMPLATE_META {
        name name O, generateName generateName O, namespace namespace O, labels labels O,
        annotations annotations O, finalizers finalizers O,
    }
    /// `core.ServicePort`.
    pub SERVICE_PORT {
        Name name T, Protocol protocol T, AppProtocol appProtocol P, Port port N,
        TargetPort targetPort N, NodePort nodePort N,
    }
    /// `core.Taint`.
    pub TAINT { Key key T, Value value T, Effect effect T, TimeAdded timeAdded P }
    /// `core.NodeAddress`.
    pub NODE_ADDRESS { Type "type" T, Address address T }
    /// `core.PodIP` and `core.HostIP`.
    pub IP { IP ip T }
    /// `core.ScopeSelector`.
    pub SCOPE_SELECTOR { MatchExpressions matchExpressions Many(&SCOPE_REQUIREMENT) }
    SCOPE_REQUIREMENT { ScopeName scopeName T, Operator operator T, Values values P }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_is_unset_too() {
        let port = Value::map([("port", Value::Int(80)), ("protocol", "TCP".into())]);
        assert_eq!(
            compact(&SERVICE_PORT, &port),
            concat!(
                r#"{"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"#,
                r#""TargetPort":0,"NodePort":0}"#
            )
        );
        assert_eq!(compact(&LABEL_SELECTOR, &Value::map::<&str, 0>([])), "{}");
        assert_eq!(indented(&IP, &Value::Null), "{\n \"IP\": \"\"\n}");
    }

    #[test]
    fn moves_the_host_into_the_security_context() {
        let spec = Value::map([("hostNetwork", Value::Bool(true))]);
        let text = indented_pod_spec(&spec);
        assert!(text.contains("\n \"SecurityContext\": {\n  \"HostNetwork\": true,\n"), "{text}");
        assert!(text.starts_with("{\n \"Volumes\": null,\n"), "{text}");
    }
}
