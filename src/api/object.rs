//! An object of any kind, and the handle by which everyone holds it.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::codec::{Codec, Measure};
use super::types::*;
use super::{Fields, Resource, Str, Value};

/// A handle on an object as it was at one revision of the store.
///
/// One object, once made, is shared by the store's members, every cache and every message; clones
/// cost a count. `revision` is its `resourceVersion`, 0 while it has not been stored.
#[derive(Clone)]
pub struct Object {
    /// The revision at which the store wrote it.
    pub revision: u64,
    data: Arc<Data>,
}

#[derive(Debug)]
struct Data {
    meta: Arc<ObjectMeta>,
    body: Body,
    /// Taken once, when first asked for.
    measure: OnceLock<Measure>,
}

/// The name of an object within its resource: `namespace/name`, or `name` alone where there are no
/// namespaces. Ordered as the store orders its keys.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Key(Str);

impl Key {
    /// The key of `name` in `namespace`; an empty namespace is none.
    pub fn new(namespace: &str, name: &str) -> Self {
        if namespace.is_empty() {
            return Self(name.into());
        }
        Self([namespace, "/", name].concat().into())
    }

    /// Reads `namespace/name` or `name`.
    pub fn parse(text: &str) -> Self {
        Self(text.into())
    }

    /// The namespace; empty where there is none.
    pub fn namespace(&self) -> &str {
        self.0.split_once('/').map_or("", |(namespace, _)| namespace)
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The least key that is not in `namespace`, `namespace/` being the greatest below all of
    /// them: the bounds of a range over one namespace.
    pub fn namespace_range(namespace: &str) -> std::ops::Range<Self> {
        // '0' is the character after '/'.
        Self([namespace, "/"].concat().into())..Self([namespace, "0"].concat().into())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A kind that has a Rust struct.
pub trait Kind: Clone + Default {
    /// The resource of its objects.
    const RESOURCE: Resource;

    /// The body as this kind, if it is one.
    fn of(body: &Body) -> Option<&Self>;

    /// A body of this kind.
    fn into_body(self) -> Body;
}

/// Lists the kinds that have a Rust struct, and the parts of each. `*` is a part that lies open at
/// the top level of the object.
macro_rules! kinds {
    ($($kind:ident $resource:ident { $($part:ident $json:tt),* })*) => {
        /// What an object holds beside its metadata.
        #[derive(Clone, PartialEq, Debug)]
        pub enum Body {
            $(
                #[doc = concat!("A ", stringify!($kind), ".")]
                $kind($kind),
            )*
            /// A kind that the simulation does not read.
            Other(Resource, Arc<Fields>),
        }

        impl Body {
            /// The resource of the object.
            pub fn resource(&self) -> Resource {
                match self {
                    $(Self::$kind(_) => Resource::$resource,)*
                    Self::Other(resource, _) => *resource,
                }
            }

            /// Reads the body of an object of `resource`.
            pub fn load(resource: Resource, value: &Value) -> Self {
                let open = || {
                    let mut open = value.clone();
                    let fields = open.make_map();
                    for key in ["apiVersion", "kind", "metadata"] {
                        fields.remove(key);
                    }
                    open
                };
                match resource {
                    $(Resource::$resource => Self::$kind($kind {
                        $($part: kinds!(@load $json, value, open),)*
                    }),)*
                    other => {
                        let mut open = open();
                        Self::Other(other, Arc::new(std::mem::take(open.make_map())))
                    }
                }
            }

            /// This body with the status of `other`, which is of the same kind.
            #[must_use]
            pub fn with_status(&self, other: &Self) -> Self {
                match (self, other) {
                    $((Self::$kind(body), Self::$kind(from)) => {
                        let mut body = body.clone();
                        $(kinds!(@status $part, body, from);)*
                        Self::$kind(body)
                    })*
                    (Self::Other(resource, fields), Self::Other(_, from)) => {
                        let mut fields = (**fields).clone();
                        match from.get("status") {
                            Some(status) => _ = fields.insert("status", status.clone()),
                            None => _ = fields.remove("status"),
                        }
                        Self::Other(*resource, Arc::new(fields))
                    }
                    _ => self.clone(),
                }
            }

            fn dump(&self) -> Fields {
                match self {
                    $(Self::$kind(body) => {
                        let mut fields = Fields::new();
                        $(kinds!(@dump $json, body.$part, fields);)*
                        fields
                    })*
                    Self::Other(_, fields) => (**fields).clone(),
                }
            }

            fn measure(&self, measure: &mut Measure) {
                match self {
                    $(Self::$kind(body) => { $(body.$part.measure(measure);)* })*
                    Self::Other(_, fields) => {
                        for (key, value) in fields.iter() {
                            measure.text(key);
                            value.measure(measure);
                        }
                    }
                }
            }
        }

        $(
            impl Kind for $kind {
                const RESOURCE: Resource = Resource::$resource;

                fn of(body: &Body) -> Option<&Self> {
                    if let Body::$kind(body) = body { Some(body) } else { None }
                }

                fn into_body(self) -> Body {
                    Body::$kind(self)
                }
            }
        )*
    };
    (@status status, $body:ident, $from:ident) => { $body.status = $from.status.clone(); };
    (@status $part:ident, $body:ident, $from:ident) => {};
    (@load *, $value:ident, $open:ident) => { Codec::load(&$open()) };
    (@load $json:literal, $value:ident, $open:ident) => { Codec::load($value.at($json)) };
    (@dump *, $part:expr, $fields:ident) => {
        for (key, value) in $part.dump().make_map().iter() {
            $fields.insert(key.clone(), value.clone());
        }
    };
    (@dump $json:literal, $part:expr, $fields:ident) => { $fields.insert($json, $part.dump()); };
}

kinds! {
    ConfigMap CONFIGMAPS { body * }
    Deployment DEPLOYMENTS { spec "spec", status "status" }
    EndpointSlice ENDPOINTSLICES { body * }
    Event EVENTS { body * }
    Lease LEASES { spec "spec" }
    Namespace NAMESPACES { spec "spec", status "status" }
    Node NODES { spec "spec", status "status" }
    Pod PODS { spec "spec", status "status" }
    ReplicaSet REPLICASETS { spec "spec", status "status" }
    ReplicationController REPLICATIONCONTROLLERS { spec "spec", status "status" }
    ResourceQuota RESOURCEQUOTAS { spec "spec", status "status" }
    Service SERVICES { spec "spec", status "status" }
}

impl Object {
    /// An object that has not been stored yet.
    pub fn new(meta: ObjectMeta, body: impl Into<Body>) -> Self {
        Self::from_parts(0, Arc::new(meta), body.into())
    }

    /// An object of its parts.
    pub fn from_parts(revision: u64, meta: Arc<ObjectMeta>, body: Body) -> Self {
        Self { revision, data: Arc::new(Data { meta, body, measure: OnceLock::new() }) }
    }

    /// Reads an object of `resource` from a value whose types have been checked.
    pub fn load(resource: Resource, value: &Value) -> Self {
        let mut meta = ObjectMeta::load(value.at("metadata"));
        let version = meta.rest.remove("resourceVersion");
        let revision = version.and_then(|v| v.text().parse().ok()).unwrap_or(0);
        Self::from_parts(revision, Arc::new(meta), Body::load(resource, value))
    }

    /// The object as a person reads it, `apiVersion`, `kind` and `resourceVersion` included.
    pub fn to_value(&self) -> Value {
        let info = self.resource().info();
        let mut fields = self.data.body.dump();
        let mut meta = self.data.meta.dump();
        if self.revision != 0 {
            *meta.entry("resourceVersion") = self.revision.to_string().into();
        }
        fields.insert("metadata", meta);
        fields.insert("apiVersion", self.resource().api_version().into());
        fields.insert("kind", Str::new_static(info.kind).into());
        fields.into()
    }

    /// The resource it belongs to.
    pub fn resource(&self) -> Resource {
        self.data.body.resource()
    }

    /// Its metadata.
    pub fn meta(&self) -> &ObjectMeta {
        &self.data.meta
    }

    /// Its metadata, shared.
    pub fn shared_meta(&self) -> &Arc<ObjectMeta> {
        &self.data.meta
    }

    /// What it holds beside its metadata.
    pub fn body(&self) -> &Body {
        &self.data.body
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.data.meta.name
    }

    /// Its namespace; empty where there is none.
    pub fn namespace(&self) -> &str {
        &self.data.meta.namespace
    }

    /// Its name within its resource.
    pub fn key(&self) -> Key {
        Key::new(self.namespace(), self.name())
    }

    /// Its identity.
    pub fn uid(&self) -> Uid {
        self.data.meta.uid
    }

    /// A reference to it, as events carry.
    pub fn reference(&self) -> ObjectReference {
        ObjectReference {
            kind: Str::new_static(self.resource().info().kind),
            namespace: self.data.meta.namespace.clone(),
            name: self.data.meta.name.clone(),
            uid: self.uid(),
            api_version: self.resource().api_version().into(),
            resource_version: if self.revision == 0 {
                Str::default()
            } else {
                self.revision.to_string().into()
            },
            ..ObjectReference::default()
        }
    }

    /// The value of a field that field selectors may ask about; `None` when the resource has no
    /// such field. Models pkg/registry/*/strategy.go ToSelectableFields.
    pub fn field(&self, path: &str) -> Option<Str> {
        match (path, self.body()) {
            ("metadata.name", _) => Some(self.meta().name.clone()),
            ("metadata.namespace", _) => Some(self.meta().namespace.clone()),
            ("spec.nodeName", Body::Pod(pod)) => Some(pod.spec.node_name.clone()),
            ("spec.restartPolicy", Body::Pod(pod)) => Some(pod.spec.restart_policy.clone()),
            ("spec.schedulerName", Body::Pod(pod)) => Some(pod.spec.scheduler_name.clone()),
            ("spec.serviceAccountName", Body::Pod(pod)) => {
                Some(pod.spec.service_account_name.clone())
            }
            ("spec.hostNetwork", Body::Pod(pod)) => Some(pod.spec.host_network.to_string().into()),
            ("status.phase", Body::Pod(pod)) => Some(pod.status.phase.clone()),
            ("status.podIP", Body::Pod(pod)) => Some(pod.status.pod_ip.clone()),
            ("status.nominatedNodeName", Body::Pod(pod)) => {
                Some(pod.status.nominated_node_name.clone())
            }
            ("status.phase", Body::Namespace(namespace)) => Some(namespace.status.phase.clone()),
            ("spec.unschedulable", Body::Node(node)) => {
                Some(node.spec.unschedulable.to_string().into())
            }
            ("status.replicas", Body::ReplicaSet(set)) => {
                Some(set.status.replicas.to_string().into())
            }
            ("status.replicas", Body::ReplicationController(set)) => {
                Some(set.status.replicas.to_string().into())
            }
            ("spec.clusterIP", Body::Service(service)) => Some(service.spec.cluster_ip.clone()),
            ("spec.type", Body::Service(service)) => Some(service.spec.kind.clone()),
            (_, Body::Event(event)) => event.body.field(path),
            _ => None,
        }
    }

    /// The object as kind `K`, if it is one.
    pub fn get<K: Kind>(&self) -> Option<&K> {
        K::of(&self.data.body)
    }

    /// A handle that knows the object to be a `K`, if it is one.
    pub fn typed<K: Kind>(&self) -> Option<Typed<K>> {
        self.get::<K>().is_some().then(|| Typed { object: self.clone(), kind: PhantomData })
    }

    /// The object with other metadata.
    #[must_use]
    pub fn with_meta(&self, change: impl FnOnce(&mut ObjectMeta)) -> Self {
        let mut meta = (*self.data.meta).clone();
        change(&mut meta);
        Self::from_parts(self.revision, Arc::new(meta), self.data.body.clone())
    }

    /// The object with another body.
    #[must_use]
    pub fn with_body(&self, body: impl Into<Body>) -> Self {
        Self::from_parts(self.revision, self.data.meta.clone(), body.into())
    }

    /// The same object as written at `revision`.
    #[must_use]
    pub fn at_revision(&self, revision: u64) -> Self {
        Self { revision, data: self.data.clone() }
    }

    /// A hash of everything in it but the revision.
    pub fn hash(&self) -> u64 {
        self.measure().hash.finish()
    }

    /// About as many bytes as it takes in the store.
    pub fn encoded_len(&self) -> usize {
        self.measure().bytes
    }

    /// Whether both handles hold the very same object, whatever their revisions.
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.data, &other.data)
    }

    fn measure(&self) -> &Measure {
        self.data.measure.get_or_init(|| {
            let mut measure = Measure::default();
            self.data.meta.measure(&mut measure);
            self.data.body.measure(&mut measure);
            measure
        })
    }
}

impl<K: Kind> From<K> for Body {
    fn from(kind: K) -> Self {
        kind.into_body()
    }
}

/// Equal in everything but the revision.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&*self.data, &*other.data);
        self.same(other) || (a.meta == b.meta && a.body == b.body)
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}@{}", self.resource(), self.key(), self.revision)
    }
}

/// A handle on an object known to be a `K`; reads as the `K` itself.
#[derive(Clone, PartialEq)]
pub struct Typed<K> {
    object: Object,
    kind: PhantomData<K>,
}

impl<K: Kind> Typed<K> {
    /// An object of kind `K` that has not been stored yet.
    pub fn new(meta: ObjectMeta, body: K) -> Self {
        Self { object: Object::new(meta, body), kind: PhantomData }
    }

    /// The handle that does not know.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// Its metadata.
    pub fn meta(&self) -> &ObjectMeta {
        self.object.meta()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.object.name()
    }

    /// Its namespace.
    pub fn namespace(&self) -> &str {
        self.object.namespace()
    }

    /// Its name within its resource.
    pub fn key(&self) -> Key {
        self.object.key()
    }

    /// Its identity.
    pub fn uid(&self) -> Uid {
        self.object.uid()
    }

    /// The object with its body changed.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut K)) -> Self {
        let mut body = (**self).clone();
        change(&mut body);
        Self { object: self.object.with_body(body), kind: PhantomData }
    }

    /// The object with its metadata changed.
    #[must_use]
    pub fn with_meta(&self, change: impl FnOnce(&mut ObjectMeta)) -> Self {
        Self { object: self.object.with_meta(change), kind: PhantomData }
    }
}

impl<K: Kind> Deref for Typed<K> {
    type Target = K;

    fn deref(&self) -> &K {
        self.object.get().expect("a typed handle is made only of an object of its kind")
    }
}

impl<K: Kind> From<Typed<K>> for Object {
    fn from(typed: Typed<K>) -> Self {
        typed.object
    }
}

impl<K: Kind> fmt::Debug for Typed<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.object.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_with_what_it_does_not_read() {
        let mut value = Value::map([
            ("apiVersion", "v1".into()),
            ("kind", "Pod".into()),
            ("metadata", Value::map([("name", "a".into()), ("resourceVersion", "7".into())])),
            ("spec", Value::map([("dnsPolicy", Value::from("Default"))])),
            ("status", Value::map::<&str, 0>([])),
        ]);
        *value.entry_path(&["spec", "containers"]) = Value::from(vec![]);
        let object = Object::load(Resource::PODS, &value);
        assert_eq!((object.revision, object.name()), (7, "a"));
        assert_eq!(object.to_value(), value);
        let other = Object::load(Resource::SERVICEACCOUNTS, &Value::map([("x", Value::Int(1))]));
        assert_eq!(other.to_value().at("x"), &Value::Int(1));
    }

    #[test]
    fn measures_content_not_identity() {
        let make = |node: &str| {
            let spec = PodSpec { node_name: node.into(), ..PodSpec::default() };
            Object::new(ObjectMeta::default(), Pod { spec: spec.into(), ..Pod::default() })
        };
        assert_eq!(make("a").hash(), make("a").hash());
        assert_ne!(make("a").hash(), make("b").hash());
        assert!(make("a").encoded_len() > 0);
    }

    #[test]
    fn keys_of_a_namespace_form_a_range() {
        let range = Key::namespace_range("a");
        let inside = |namespace, name| range.contains(&Key::new(namespace, name));
        assert!(inside("a", "x") && inside("a", "~"));
        assert!(!inside("a-b", "x") && !inside("b", "x") && !inside("", "a"));
    }
}
