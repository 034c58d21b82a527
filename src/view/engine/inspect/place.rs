//! All about one component: what it is, how far it is, and what it went through.

use smol_str::SmolStr;

use crate::cluster::Component;
use crate::view::engine::deeds::tell;
use crate::view::engine::names::{component_at, instant};
use crate::view::inspector::{CauseView, InspectorView, Section};
use crate::view::node::{Duty, MasterView, RaftRole};
use crate::view::pod::PodLook;
use crate::view::story::Answer;
use crate::view::subject::{Part, Place};

use super::{Source, bare, field, summary, text};

/// All about the component at `place`.
pub fn view(source: Source<'_>, place: &Place) -> InspectorView {
    match place {
        Place::Part(host, part) => part_view(source, place, host, *part),
        Place::Balancer => balancer(source),
        Place::Terminal => bare(place.clone().into(), "kubectl", "Terminal", ""),
    }
}

fn part_view(source: Source<'_>, place: &Place, host: &SmolStr, part: Part) -> InspectorView {
    let cluster = source.session.cluster();
    let component = component_at(place, cluster.places());
    let runs = component.is_some_and(|component| cluster.is_running(component));
    let title = format!("{}-{host}", part.program());
    let look = if runs { PodLook::Ready } else { PodLook::Unknown };
    let word = if runs { "Running" } else { "Stopped" };
    let master = source.pictures.shown().masters.get(host);
    InspectorView {
        state: Some((look, word.into())),
        answer: master.and_then(|master| answer(source, master, part)),
        causes: component.map(|component| past(source, component)).unwrap_or_default(),
        summary: vec![fields(source, host, component)],
        ..bare(place.clone().into(), &title, part.program(), "")
    }
}

/// What a component went through, the oldest first.
fn past(source: Source<'_>, component: Component) -> Vec<CauseView> {
    let (session, records) = (source.session, source.session.timeline());
    let turns = source.history.turns(session, component);
    let cause = |id| {
        let record = records.get(id)?;
        let deed = tell(record, records, session.cluster()).deed;
        let at = instant(session.cluster(), record.time);
        Some(CauseView { at, position: record.position + 1, deed })
    };
    turns.into_iter().filter_map(cause).collect()
}

fn answer(source: Source<'_>, master: &MasterView, part: Part) -> Option<Answer> {
    let masters = || source.pictures.shown().masters.values();
    let holder = |duty: fn(&MasterView) -> Option<Duty>, lease: &str| match duty(master)? {
        Duty::Active => Some(Answer::HoldsLease(lease.into())),
        Duty::Standby => {
            let holder = masters().find(|other| duty(other) == Some(Duty::Active))?;
            Some(Answer::WaitsForLease(holder.name.clone()))
        }
    };
    match part {
        Part::Etcd => {
            let etcd = master.etcd.as_ref()?;
            let all = masters().count() as u8;
            if etcd.role == RaftRole::Leader {
                return Some(Answer::Leads(etcd.term, votes(source, master).max(all / 2 + 1), all));
            }
            let leader = masters().find(|other| other.leads())?;
            Some(Answer::Follows(leader.name.clone(), etcd.term))
        }
        Part::Scheduler => holder(|master| master.scheduler, "kube-scheduler"),
        Part::Controllers => holder(|master| master.controllers, "kube-controller-manager"),
        Part::Apiserver | Part::Kubelet => None,
    }
}

/// How many members voted for the leader on a master.
fn votes(source: Source<'_>, master: &MasterView) -> u8 {
    let cluster = source.session.cluster();
    let at = cluster.places().host(&master.name).and_then(|host| u8::try_from(host.0).ok());
    let member = at.and_then(|at| cluster.etcd(at));
    member.map_or(0, |member| member.node().votes().filter(|(_, granted)| *granted).count() as u8)
}

fn fields(source: Source<'_>, host: &str, component: Option<Component>) -> Section {
    let cluster = source.session.cluster();
    let mut fields = vec![summary::host_line(host)];
    let mut line = |key: &str, value: String| fields.push(field(key, text(value)));
    match component {
        Some(Component::Etcd(at)) => {
            if let Some(member) = cluster.etcd(at) {
                let node = member.node();
                line("Role", node.role().to_string());
                line("Term", node.term().to_string());
                line("Commit index", node.commit_index().to_string());
                line("Last index", node.last_index().to_string());
                line("Revision", member.state().store.revision().to_string());
            }
        }
        Some(Component::Apiserver(at)) => {
            if let Some(apiserver) = cluster.apiserver(at) {
                let (watches, requests) = apiserver.load();
                line("Revision", apiserver.revision().to_string());
                line("Watches", watches.to_string());
                line("Requests", requests.to_string());
                let ready = apiserver.is_ready(cluster.now());
                line("/readyz", if ready { "ok" } else { "not ready" }.to_string());
            }
        }
        _ => {}
    }
    summary::section("", fields)
}

fn balancer(source: Source<'_>) -> InspectorView {
    let backends = &source.pictures.shown().balancer.backends;
    let line = |(name, up): &(SmolStr, bool)| field(name, text(if *up { "UP" } else { "DOWN" }));
    InspectorView {
        causes: past(source, Component::LoadBalancer),
        summary: vec![summary::section("Backends", backends.iter().map(line).collect())],
        ..bare(Place::Balancer.into(), "load-balancer", "Load balancer", "")
    }
}
