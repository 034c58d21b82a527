//! Temporary: applies files. Replaced by the real room.
#![allow(clippy::all)]
#![allow(missing_docs)]
pub mod printers;
pub mod text;
use crate::api::rpc::*;
use crate::api::*;
use crate::client::*;
use crate::sim::*;
#[derive(Clone, Debug)]
pub enum Input {
    Start,
    Message(rpc::ToClient),
    Disconnected,
    Timer(Timer),
    Line(Str),
    File { name: Str, text: Str },
    Interrupt,
}
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Timer;
#[derive(Clone, Debug)]
pub struct Record(pub Str);
impl Record {
    pub fn hash_into(&self, h: &mut Fingerprint) {
        h.str(&self.0);
    }
    pub fn is_action(&self) -> bool {
        false
    }
    pub fn subject(&self) -> Option<(Resource, Key)> {
        None
    }
}
impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
#[derive(Clone, Debug)]
pub struct Terminal {
    client: Client<Str>,
    pub lines: Vec<Str>,
}
impl Terminal {
    pub fn new(server: Address, _rng: Rng) -> Self {
        let identity = Identity { user: "kubernetes-admin".into(), agent: "kubectl".into() };
        Self { client: Client::new(server, identity, (50, 300), 0), lines: vec![] }
    }
    pub fn handle(
        &mut self,
        _now: Time,
        input: Input,
        out: &mut Outbox<rpc::ToServer, Timer, Record>,
    ) {
        match input {
            Input::File { name, text } => {
                for doc in crate::manifest::read(&text).0.into_iter().map(|d| d.value) {
                    let resource =
                        Resource::of_kind(doc.at("apiVersion").text(), doc.at("kind").text())
                            .unwrap();
                    let namespace =
                        if resource.info().namespaced { "default".into() } else { Str::default() };
                    let call = Call::Create { resource, namespace, body: Payload::Text(doc) };
                    let request = Request {
                        user: "kubernetes-admin".into(),
                        agent: "kubectl".into(),
                        call,
                        dry_run: false,
                        field_validation: FieldValidation::Strict,
                        as_table: false,
                    };
                    self.client.send(out, request, name.clone());
                }
            }
            Input::Message(m) => match self.client.receive(m) {
                Some(Inbound::Response(t, r)) => {
                    let line: Str = match &r.result {
                        Ok(a) => format!("{t}: {a:?}").chars().take(200).collect(),
                        Err(s) => format!("{t}: error {}", s.message).into(),
                    };
                    out.record(Record(line.clone()));
                    self.lines.push(line);
                }
                _ => {}
            },
            Input::Disconnected => {
                for t in self.client.disconnected() {
                    self.lines.push(format!("{t}: disconnected").into());
                }
            }
            _ => {}
        }
    }
}
