//! One of several equal components leads; a Lease says which.
//!
//! Models client-go/tools/leaderelection/leaderelection.go.

use super::{Client, Identity};
use crate::api::rpc::{Answer, Call, Part, Payload, Response, ToServer};
use crate::api::types::{Lease, LeaseSpec, ObjectMeta};
use crate::api::{Key, MicroTime, Object, Resource, Str, Typed};
use crate::sim::{Duration, Outbox, Rng, Time};

/// How leadership is claimed and kept.
#[derive(Clone, PartialEq, Debug)]
pub struct Election {
    /// How long a claim holds when it is not renewed.
    pub lease_duration: Duration,
    /// How long a leader tries to renew before it gives up.
    pub renew_deadline: Duration,
    /// How long everyone waits between tries.
    pub retry_period: Duration,
}

impl Default for Election {
    fn default() -> Self {
        Self {
            lease_duration: Duration::from_secs(15),
            renew_deadline: Duration::from_secs(10),
            retry_period: Duration::from_secs(2),
        }
    }
}

/// A candidate for one Lease.
#[derive(Clone, Debug)]
pub struct Elector {
    election: Election,
    key: Key,
    holder: Str,
    /// The Lease as last seen, and when it was last seen to change: the holder's clock is never
    /// compared with ours.
    observed: Option<(Typed<Lease>, Time)>,
    leading: bool,
    renewed: Time,
    /// The renewal last written: an answer that shows it says that the write succeeded, whatever
    /// else is under way.
    written: Option<MicroTime>,
}

/// What came of a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ElectorStep {
    /// Nothing yet, or nothing new.
    Unchanged,
    /// This candidate leads now.
    Won,
    /// This candidate led and does not any longer.
    Lost,
}

impl Elector {
    /// A candidate for the Lease `name` in kube-system. `holder` tells it from others.
    pub fn new(election: Election, name: &str, holder: Str) -> Self {
        Self {
            election,
            key: Key::new("kube-system", name),
            holder,
            observed: None,
            leading: false,
            renewed: Time::default(),
            written: None,
        }
    }

    /// Whether this candidate leads.
    pub fn is_leading(&self) -> bool {
        self.leading
    }

    /// Who leads as far as this candidate knows.
    pub fn leader(&self) -> Option<&Str> {
        self.observed.as_ref()?.0.spec.holder_identity.as_ref().filter(|h| !h.is_empty())
    }

    /// Tries to claim or to renew, and says after how long to try next. A leader whose last
    /// renewal is too long ago has lost.
    pub fn attempt<T: Clone, Tm, R>(
        &mut self,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        token: T,
        rng: &mut Rng,
    ) -> (ElectorStep, Duration) {
        let now = out.now();
        let pause = self.pause(rng);
        if self.leading && now.since(self.renewed) >= self.election.renew_deadline {
            self.leading = false;
            return (ElectorStep::Lost, pause);
        }
        match &self.observed {
            // A leader takes its last view for true and updates at once.
            Some((lease, _)) if self.leading => {
                let lease = self.claim(lease, now);
                self.update(client, out, lease, token);
            }
            _ => self.look(client, out, token),
        }
        (ElectorStep::Unchanged, pause)
    }

    /// The answer to a try came.
    pub fn on_response<T: Clone, Tm, R>(
        &mut self,
        response: &Response,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        token: T,
    ) -> ElectorStep {
        let now = out.now();
        let lease = match &response.result {
            Ok(Answer::Object(object)) => object.typed::<Lease>(),
            Err(status) if status.is_not_found() => {
                self.create(client, out, token);
                return ElectorStep::Unchanged;
            }
            // What was last seen is outdated: look again before the next write.
            Err(status) if status.is_conflict() && self.leading => {
                self.look(client, out, token);
                return ElectorStep::Unchanged;
            }
            _ => return ElectorStep::Unchanged,
        };
        let Some(lease) = lease else { return ElectorStep::Unchanged };
        self.observe(&lease, now);
        let ours = lease.spec.holder_identity.as_ref() == Some(&self.holder);
        if ours && lease.spec.renew_time == self.written {
            self.written = None;
            self.renewed = now;
            let was_leading = std::mem::replace(&mut self.leading, true);
            return if was_leading { ElectorStep::Unchanged } else { ElectorStep::Won };
        }
        if ours || self.is_free(&lease, now) {
            let lease = self.claim(&lease, now);
            self.update(client, out, lease, token);
        }
        ElectorStep::Unchanged
    }

    fn observe(&mut self, lease: &Typed<Lease>, now: Time) {
        match &mut self.observed {
            Some((seen, _)) if seen.spec == lease.spec => *seen = lease.clone(),
            observed => *observed = Some((lease.clone(), now)),
        }
    }

    fn is_free(&self, lease: &Lease, now: Time) -> bool {
        let unheld = lease.spec.holder_identity.as_ref().is_none_or(|holder| holder.is_empty());
        let duration = lease.spec.lease_duration_seconds.unwrap_or_default().max(0) as u64;
        let seen = self.observed.as_ref().map_or(now, |(_, seen)| *seen);
        unheld || now.since(seen) >= Duration::from_secs(duration)
    }

    /// The Lease as it is when this candidate holds it at `now`.
    fn claim(&self, lease: &Typed<Lease>, now: Time) -> Typed<Lease> {
        let held = lease.spec.holder_identity.as_ref() == Some(&self.holder);
        lease.with(|lease| {
            let mut spec = (*lease.spec).clone();
            if !held {
                spec.acquire_time = Some(MicroTime::at(now));
                spec.lease_transitions = Some(spec.lease_transitions.unwrap_or_default() + 1);
            }
            spec.holder_identity = Some(self.holder.clone());
            spec.renew_time = Some(MicroTime::at(now));
            spec.lease_duration_seconds = Some(self.election.lease_duration.as_secs() as i32);
            lease.spec = spec.into();
        })
    }

    fn create<T: Clone, Tm, R>(
        &mut self,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        token: T,
    ) {
        let now = MicroTime::at(out.now());
        let spec = LeaseSpec {
            holder_identity: Some(self.holder.clone()),
            lease_duration_seconds: Some(self.election.lease_duration.as_secs() as i32),
            acquire_time: Some(now),
            renew_time: Some(now),
            lease_transitions: Some(0),
            ..LeaseSpec::default()
        };
        let (namespace, name) = (Str::from(self.key.namespace()), Str::from(self.key.name()));
        let meta = ObjectMeta { name, namespace: namespace.clone(), ..ObjectMeta::default() };
        let body = Payload::Object(Object::new(meta, Lease { spec: spec.into() }));
        self.written = Some(now);
        client.call(out, Call::Create { resource: Resource::LEASES, namespace, body }, token);
    }

    fn look<T: Clone, Tm, R>(
        &self,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        token: T,
    ) {
        let (resource, key) = (Resource::LEASES, self.key.clone());
        client.call(out, Call::Get { resource, key, part: Part::Main }, token);
    }

    fn update<T: Clone, Tm, R>(
        &mut self,
        client: &mut Client<T>,
        out: &mut Outbox<ToServer, Tm, R>,
        lease: Typed<Lease>,
        token: T,
    ) {
        self.written = lease.spec.renew_time;
        let (resource, key) = (Resource::LEASES, self.key.clone());
        let body = Payload::Object(lease.into());
        client.call(out, Call::Update { resource, key, part: Part::Main, body }, token);
    }

    /// Candidates wait up to 1.2 times longer than leaders, each differently.
    fn pause(&self, rng: &mut Rng) -> Duration {
        let period = self.election.retry_period;
        if self.leading { period } else { period + rng.up_to(period * 6 / 5) }
    }
}

impl Identity {
    /// The identity of a control-plane component, such as `system:kube-scheduler`.
    pub fn component(name: &'static str) -> Self {
        Self { user: ["system:", name].concat().into(), agent: Str::new_static(name) }
    }
}
