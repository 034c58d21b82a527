//! The load balancer before the apiservers: one address for all of them, and only for those that
//! are well.
//!
//! Models an HAProxy as kubeadm's guide to highly available clusters sets it up: connections stay
//! where they began, new ones go round among the backends that passed their checks, and one that
//! cannot be made is tried once more elsewhere (`retries 1`, `option redispatch`).

use std::collections::BTreeMap;

use crate::sim::{Address, Duration, Fingerprint, Outbox};

/// How often a backend is checked.
const INTERVAL: Duration = Duration::from_secs(2);
/// Checks in a row that must fail before a backend is taken out …
const FALL: u8 = 2;
/// … and pass before it is taken in.
const RISE: u8 = 2;
/// How often a connection is tried.
const TRIES: usize = 2;
/// How long one that is not answered is waited for (`timeout connect`).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What comes to the load balancer.
#[derive(Clone, Debug)]
pub enum Input {
    /// It starts.
    Start,
    /// A backend has answered its check.
    Probed(Address, bool),
    /// A backend could not be reached.
    Unreachable(Address),
    /// It is time to check.
    Check,
}

/// A check, sent to a backend.
#[derive(Clone, Copy, Debug)]
pub struct Probe;

/// It is time to check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Check;

/// What becomes of an attempt to connect to a backend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attempt {
    /// It listens.
    Connected,
    /// Its host says that nobody listens.
    Refused,
    /// Nothing comes back.
    Silent,
}

/// What the load balancer has to tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Record {
    /// A backend.
    pub backend: Address,
    /// Whether it is taken in, or out.
    pub up: bool,
}

/// The load balancer.
#[derive(Clone, Debug)]
pub struct LoadBalancer {
    backends: Vec<Backend>,
    /// Where each client's connection goes.
    connections: BTreeMap<Address, usize>,
    next: usize,
}

#[derive(Clone, Debug)]
struct Backend {
    address: Address,
    up: bool,
    /// Checks in a row that say otherwise.
    against: u8,
    /// Whether the last check is still unanswered.
    asked: bool,
}

impl LoadBalancer {
    /// A load balancer before `backends`, of which none has passed a check.
    pub fn new(backends: impl IntoIterator<Item = Address>) -> Self {
        let backend = |address| Backend { address, up: false, against: 0, asked: false };
        let backends = backends.into_iter().map(backend).collect();
        Self { backends, connections: BTreeMap::new(), next: 0 }
    }

    /// Takes an input in.
    pub fn handle(&mut self, input: &Input, out: &mut Outbox<Probe, Check, Record>) {
        match input {
            Input::Start | Input::Check => self.check(out),
            Input::Probed(backend, ready) => self.judge(*backend, *ready, out),
            Input::Unreachable(backend) => self.judge(*backend, false, out),
        }
    }

    /// The backend that a client's connection goes to, made now if there is none, and how long that
    /// takes; the error is how long it takes to find that no backend can be reached.
    pub fn route(
        &mut self,
        client: Address,
        attempt: impl Fn(Address) -> Attempt,
    ) -> Result<(Address, Duration), Duration> {
        let mut waited = Duration::default();
        if let Some(&at) = self.connections.get(&client) {
            return Ok((self.backends[at].address, waited));
        }
        let count = self.backends.len();
        let round = (0..count).map(|n| (self.next + n) % count);
        let well: Vec<usize> = round.filter(|&at| self.backends[at].up).take(TRIES).collect();
        for at in well {
            self.next = at + 1;
            let address = self.backends[at].address;
            match attempt(address) {
                Attempt::Connected => {
                    self.connections.insert(client, at);
                    return Ok((address, waited));
                }
                Attempt::Refused => {}
                Attempt::Silent => waited += CONNECT_TIMEOUT,
            }
        }
        Err(waited)
    }

    /// A client's connection is gone; its next goes wherever it is well.
    pub fn disconnected(&mut self, client: Address) {
        self.connections.remove(&client);
    }

    /// The backends, and whether each is well.
    pub fn backends(&self) -> impl Iterator<Item = (Address, bool)> {
        self.backends.iter().map(|backend| (backend.address, backend.up))
    }

    fn check(&mut self, out: &mut Outbox<Probe, Check, Record>) {
        let silent: Vec<Address> =
            self.backends.iter().filter(|b| b.asked).map(|b| b.address).collect();
        for backend in silent {
            self.judge(backend, false, out);
        }
        for backend in &mut self.backends {
            backend.asked = true;
            out.send(backend.address, Probe);
        }
        out.timer(INTERVAL, Check);
    }

    fn judge(&mut self, address: Address, well: bool, out: &mut Outbox<Probe, Check, Record>) {
        let Some(backend) = self.backends.iter_mut().find(|b| b.address == address) else { return };
        backend.asked = false;
        if backend.up == well {
            backend.against = 0;
            return;
        }
        backend.against += 1;
        if backend.against >= if well { RISE } else { FALL } {
            (backend.up, backend.against) = (well, 0);
            out.record(Record { backend: address, up: well });
        }
    }
}

impl Record {
    /// Adds the record to a hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        hash.u64(u64::from(self.backend.host.0) << 1 | u64::from(self.up));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{HostId, RecordId, Time};

    #[test]
    fn backends_come_and_go_by_their_checks_and_connections_stay() {
        let [a, b] = [0, 1].map(|n| Address::new(HostId(n), 6443));
        let client = |n| Address::new(HostId(n), 1);
        let mut balancer = LoadBalancer::new([a, b]);
        let mut out = Outbox::new();
        out.open(Time::from_secs(1), RecordId(1));
        let mut judge = |balancer: &mut LoadBalancer, backend, well| {
            balancer.handle(&Input::Check, &mut out);
            balancer.handle(&Input::Probed(backend, well), &mut out);
        };
        let route = |balancer: &mut LoadBalancer, n| {
            balancer.route(client(n), |_| Attempt::Connected).ok().map(|(backend, _)| backend)
        };
        assert_eq!(route(&mut balancer, 9), None);
        for backend in [a, b, a, b] {
            judge(&mut balancer, backend, true);
        }
        assert_eq!(route(&mut balancer, 9), None, "silence between checks counts against them");
        for _ in 0..2 {
            balancer.handle(&Input::Probed(a, true), &mut out);
            balancer.handle(&Input::Probed(b, true), &mut out);
        }
        assert_eq!([9, 8, 9].map(|n| route(&mut balancer, n)), [Some(a), Some(b), Some(a)]);
        for _ in 0..2 {
            balancer.handle(&Input::Unreachable(a), &mut out);
        }
        assert_eq!(route(&mut balancer, 9), Some(a), "an open connection stays");
        balancer.disconnected(client(9));
        assert_eq!(route(&mut balancer, 9), Some(b));
    }

    #[test]
    fn a_connection_that_cannot_be_made_is_tried_elsewhere() {
        let backends = [0, 1, 2].map(|n| Address::new(HostId(n), 6443));
        let client = Address::new(HostId(9), 1);
        let mut balancer = LoadBalancer::new(backends);
        balancer.backends.iter_mut().for_each(|backend| backend.up = true);
        let route = |first: Attempt| {
            balancer.clone().route(client, |address| match address == backends[0] {
                true => first,
                false => Attempt::Connected,
            })
        };
        assert_eq!(route(Attempt::Refused), Ok((backends[1], Duration::default())));
        assert_eq!(route(Attempt::Silent), Ok((backends[1], CONNECT_TIMEOUT)));
        let nobody = balancer.clone().route(client, |_| Attempt::Silent);
        assert_eq!(nobody, Err(CONNECT_TIMEOUT + CONNECT_TIMEOUT));
    }
}
