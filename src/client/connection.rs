//! Requests on their way and watches that are open.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Limiter;
use crate::api::rpc::WatchEvent;
use crate::api::rpc::{Answer, Call, FieldValidation, Request, Response, ToClient, ToServer};
use crate::api::{List, Status, Str};
use crate::sim::{Address, Duration, Outbox};

/// Who a client is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The user it authenticates as.
    pub user: Str,
    /// The program it says it is.
    pub agent: Str,
}

/// A client of one apiserver (or of the load balancer before several): it numbers requests,
/// limits their rate, and knows by a token `T` of its owner what each was for.
#[derive(Clone, Debug)]
pub struct Client<T> {
    server: Address,
    identity: Arc<Identity>,
    limiter: Limiter,
    next: u32,
    open: BTreeMap<u32, Open<T>>,
}

#[derive(Clone, Debug)]
struct Open<T> {
    token: T,
    watching: bool,
}

/// What came in, with the token of the request it belongs to.
#[derive(Clone, Debug)]
pub enum Inbound<T> {
    /// The answer to a request.
    Response(T, Arc<Response>),
    /// Events of a watch.
    Events(T, List<WatchEvent>),
    /// A watch ended, with a reason if it was for one.
    WatchClosed(T, Option<Arc<Status>>),
}

impl<T: Clone> Client<T> {
    /// A client that asks `server`, at most `qps` times a second with bursts of `burst`. Clients
    /// that share an address number their requests from different `space`s.
    pub fn new(server: Address, identity: Identity, (qps, burst): (u32, u32), space: u8) -> Self {
        Self {
            server,
            identity: Arc::new(identity),
            limiter: Limiter::new(qps, burst),
            next: u32::from(space) << 24,
            open: BTreeMap::new(),
        }
    }

    /// The space of request numbers that `id` is from.
    pub fn space_of(message: &ToClient) -> u8 {
        let (ToClient::Response(id, _)
        | ToClient::Events(id, _)
        | ToClient::Frames(id, ..)
        | ToClient::WatchClosed(id, _)) = message;
        (id >> 24) as u8
    }

    /// Where requests go.
    pub fn server(&self) -> Address {
        self.server
    }

    /// Who asks.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Sends a request as components do. Its answer comes with `token`.
    pub fn call<Tm, R>(&mut self, out: &mut Outbox<ToServer, Tm, R>, call: Call, token: T) {
        self.call_after(Duration::ZERO, out, call, token);
    }

    /// Sends a request as components do, after `work`: the time it takes to come up with it.
    pub fn call_after<Tm, R>(
        &mut self,
        work: Duration,
        out: &mut Outbox<ToServer, Tm, R>,
        call: Call,
        token: T,
    ) {
        let request = Request {
            user: self.identity.user.clone(),
            agent: self.identity.agent.clone(),
            groups: List::default(),
            manager: Str::default(),
            call,
            dry_run: false,
            field_validation: FieldValidation::Ignore,
            as_table: false,
        };
        self.send_after(work, out, request, token);
    }

    /// Sends any request. Its answer comes with `token`.
    pub fn send<M: From<ToServer>, Tm, R>(
        &mut self,
        out: &mut Outbox<M, Tm, R>,
        request: Request,
        token: T,
    ) {
        self.send_after(Duration::ZERO, out, request, token);
    }

    fn send_after<M: From<ToServer>, Tm, R>(
        &mut self,
        work: Duration,
        out: &mut Outbox<M, Tm, R>,
        request: Request,
        token: T,
    ) {
        let watching = matches!(request.call, Call::Watch { .. });
        let id = self.number(Open { token, watching });
        let wait = self.limiter.reserve(out.now() + work);
        let message = ToServer::Request(id, Arc::new(request));
        out.send_after(work + wait, self.server, message.into());
    }

    /// What an inbound message is about; `None` when nobody waits for it any longer.
    pub fn receive(&mut self, message: ToClient) -> Option<Inbound<T>> {
        match message {
            ToClient::Response(id, response) => {
                let open = self.open.get(&id)?;
                let stays = open.watching && matches!(response.result, Ok(Answer::Watching));
                let token = open.token.clone();
                if !stays {
                    self.open.remove(&id);
                }
                Some(Inbound::Response(token, response))
            }
            ToClient::Events(id, events) | ToClient::Frames(id, events, _) => {
                self.open.get(&id).map(|open| Inbound::Events(open.token.clone(), events))
            }
            ToClient::WatchClosed(id, status) => {
                self.open.remove(&id).map(|open| Inbound::WatchClosed(open.token, status))
            }
        }
    }

    /// The connection is gone, and with it everything that was open: the tokens of what was, in
    /// the order of asking.
    pub fn disconnected(&mut self) -> Vec<T> {
        std::mem::take(&mut self.open).into_values().map(|open| open.token).collect()
    }

    /// Gives up what has the token `token`; answers to it will not be heard.
    pub fn abandon<M: From<ToServer>, Tm, R>(
        &mut self,
        out: &mut Outbox<M, Tm, R>,
        is_it: impl Fn(&T) -> bool,
    ) {
        let (server, open) = (self.server, &mut self.open);
        open.retain(|&id, open| {
            let gone = is_it(&open.token);
            if gone && open.watching {
                out.send(server, ToServer::Cancel(id).into());
            }
            !gone
        });
    }

    /// How many requests and watches are open.
    pub fn open_len(&self) -> usize {
        self.open.len()
    }

    fn number(&mut self, open: Open<T>) -> u32 {
        let id = self.next;
        // The space stays, the number within it wraps.
        self.next = (id & 0xff00_0000) | (id.wrapping_add(1) & 0x00ff_ffff);
        self.open.insert(id, open);
        id
    }
}
