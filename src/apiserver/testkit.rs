//! An apiserver with a store of its own, for the tests of this room: asked, it answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Apiserver, Input, Message, Out, Settings, Stored, Timer};
use crate::api::rpc::*;
use crate::api::{Key, List, Object, Resource, Status, Str};
use crate::etcd::mvcc::Store;
use crate::etcd::rpc as etcd;
use crate::sim::{Address, Duration, Effect, HostId, RecordId, Rng, Time};

const ETCD: Address = Address::new(HostId(0), 2379);
const CLIENT: Address = Address::new(HostId(1), 4000);

/// An apiserver and its store, which answers at once.
pub struct Server {
    /// The apiserver.
    pub apiserver: Apiserver,
    store: Store<Stored>,
    now: Time,
    asked: u32,
    told: Vec<ToClient>,
    timers: BTreeMap<(Time, usize), Timer>,
    inputs: Vec<Input>,
    timers_set: usize,
}

impl Server {
    /// One that has everything a cluster has from the start, and service accounts in `default`.
    pub fn new() -> Self {
        let settings = Settings::new(ETCD, Arc::from([Str::new_static("192.168.1.1")]));
        let mut server = Self {
            apiserver: Apiserver::new(settings, Rng::new(7)),
            store: Store::new(),
            now: Time::from_micros(0),
            asked: 0,
            told: Vec::new(),
            timers: BTreeMap::new(),
            inputs: vec![Input::Start],
            timers_set: 0,
        };
        server.run();
        server.pass(2);
        let account = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}}";
        server.create(account).expect("there is a namespace for it");
        server
    }

    /// Starts the apiserver anew.
    pub fn restart(&mut self) {
        let settings = Settings::new(ETCD, Arc::from([Str::new_static("192.168.1.1")]));
        self.apiserver = Apiserver::new(settings, Rng::new(8));
        self.timers.clear();
        self.inputs.push(Input::Start);
        self.run();
    }

    /// Lets seconds pass.
    pub fn pass(&mut self, secs: u64) {
        let end = self.now + Duration::from_secs(secs);
        while let Some((&(at, number), _)) = self.timers.first_key_value()
            && at <= end
        {
            self.now = self.now.max(at);
            let timer = self.timers.remove(&(at, number)).expect("it is the first");
            self.inputs.push(Input::Timer(timer));
            self.run();
        }
        self.now = end;
    }

    /// Asks as the administrator.
    pub fn ask(&mut self, call: Call) -> Result<Answer, Status> {
        self.request(request(call)).result
    }

    /// Makes a request, and waits for its answer up to ten seconds.
    pub fn request(&mut self, request: Request) -> Response {
        self.asked += 1;
        let asked = ToServer::Request(self.asked, Arc::new(request));
        self.inputs.push(Input::Client(CLIENT, asked));
        self.run();
        for _ in 0..100 {
            let answer = self.told.iter().find_map(|told| match told {
                ToClient::Response(id, response) if *id == self.asked => Some(response.clone()),
                _ => None,
            });
            if let Some(response) = answer {
                return (*response).clone();
            }
            self.now += Duration::from_millis(100);
            self.pass(0);
        }
        panic!("there was no answer");
    }

    /// Creates what a YAML text describes, in namespace `default` unless it says another.
    pub fn create(&mut self, text: &str) -> Result<Object, Status> {
        self.request(self.creation(text)).result.map(object)
    }

    /// The request that creates what a YAML text describes.
    pub fn creation(&self, text: &str) -> Request {
        let value = crate::api::testkit::document(text);
        let (version, kind) = (value.at("apiVersion").text(), value.at("kind").text());
        let known = Resource::of_kind(version, kind);
        let resource = known.or_else(|| self.served(version, kind)).expect("the kind is served");
        let namespace = match value.at_path(&["metadata", "namespace"]).text() {
            _ if !resource.info().namespaced => "",
            "" => "default",
            namespace => namespace,
        };
        let namespace = namespace.into();
        request(Call::Create { resource, namespace, body: Payload::Text(value) })
    }

    /// The custom resource of a kind.
    pub fn served(&self, api_version: &str, kind: &str) -> Option<Resource> {
        let served = super::custom::served(&self.apiserver.cache);
        let mut resources = served.iter().map(|served| served.resource);
        resources.find(|r| r.api_version() == api_version && r.info().kind == kind)
    }

    /// An object.
    pub fn get(&mut self, resource: Resource, namespace: &str, name: &str) -> Option<Object> {
        let key = Key::new(namespace, name);
        self.ask(Call::Get { resource, key, part: Part::Main }).ok().map(object)
    }

    /// Forgets the store's history.
    pub fn compact(&mut self) {
        self.store.compact(self.store.revision()).expect("there is something to forget");
    }

    fn run(&mut self) {
        while !self.inputs.is_empty() {
            let input = self.inputs.remove(0);
            let mut out = Out::new();
            out.open(self.now, RecordId(1));
            self.apiserver.handle(input, &mut out);
            for effect in out.drain().collect::<Vec<_>>() {
                match effect {
                    Effect::Send { message: Message::Store(id, request), .. } => {
                        self.serve(id, &request);
                    }
                    Effect::Send { message: Message::Client(told), .. } => self.told.push(told),
                    Effect::Timer { at, token, .. } => {
                        self.timers_set += 1;
                        self.timers.insert((at, self.timers_set), token);
                    }
                    _ => {}
                }
            }
        }
    }

    /// What the store does when it is asked.
    fn serve(&mut self, id: u32, request: &etcd::Request<Stored>) {
        let mut events = Arc::from([]);
        let result = match request {
            etcd::Request::Range { range, revision, limit, .. } => self
                .store
                .range(range, *revision, *limit)
                .map(etcd::Reply::Ranged)
                .map_err(etcd::Error::Range),
            etcd::Request::Txn(txn) => {
                let (result, done) = self.store.apply(txn).expect("it is a good transaction");
                events = done;
                Ok(etcd::Reply::Txn(result))
            }
            etcd::Request::LeaseGrant { ttl_secs } => {
                Ok(etcd::Reply::Granted { id: 1, ttl_secs: *ttl_secs })
            }
            _ => Ok(etcd::Reply::Watching),
        };
        let revision = self.store.revision();
        let response = etcd::Response { cluster: 1, member: 1, term: 1, revision, result };
        self.inputs.push(Input::Events(Ok(etcd::Events { events, revision })));
        self.inputs.push(Input::Response(id, Box::new(response)));
    }
}

/// A request of the administrator.
pub fn request(call: Call) -> Request {
    Request {
        user: "kubernetes-admin".into(),
        groups: List::default(),
        agent: "kubectl".into(),
        manager: Str::default(),
        call,
        dry_run: false,
        field_validation: FieldValidation::Warn,
        as_table: false,
    }
}

/// The object of an answer.
pub fn object(answer: Answer) -> Object {
    match answer {
        Answer::Object(object) => object,
        other => panic!("{other:?} is no object"),
    }
}
