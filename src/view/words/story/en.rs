//! What happened, in English.
//!
//! The two matches are long because a sentence stands beside the deed it is for; each arm is one
//! sentence and nothing else.

use crate::view::story::{Actor, Answer, Deciding, Deed, Fault};
use crate::view::words::Lang;

use super::Line;

pub(super) fn deed(deed: &Deed) -> Line {
    let line = Line::default();
    let by = |actor: &Actor, verb: &str| Line::default().text(&Lang::En.actor(actor)).text(verb);
    match deed {
        Deed::Applied(file) => line.text("You applied ").mono(file),
        Deed::Wrote(file) => line.text("You saved ").mono(file),
        Deed::Ran(command) => line.text("You ran ").mono(command),
        Deed::Fault(fault) => fault_line(fault),
        Deed::Created(actor, id, wanted) => {
            let line = by(actor, " created ").text(&id.kind).text(" ").link(id);
            match wanted {
                Some(wanted) => line.text(&format!(", {wanted} wanted")),
                None => line,
            }
        }
        Deed::Updated(actor, id) => by(actor, " updated ").text(&id.kind).text(" ").link(id),
        Deed::Deleted(actor, id) => by(actor, " deleted ").text(&id.kind).text(" ").link(id),
        Deed::Scaled(actor, id, from, to) => {
            by(actor, " scaled ").link(id).text(&format!(" from {from} to {to}"))
        }
        Deed::Committed(revision, have, all) => line
            .text("etcd committed it: revision ")
            .count(*revision)
            .text(&format!(", {have} of {all} members")),
        Deed::Scheduled(compared, node) => {
            let nodes = if *compared == 1 { "node" } else { "nodes" };
            let compared = format!("The scheduler compared {compared} {nodes}, chose ");
            line.text(&compared).node(node)
        }
        Deed::NotScheduled(message) => line.text("The scheduler found no node: ").text(message),
        Deed::Pulling(node, image) => by(&Actor::Kubelet(node.clone()), " pulls ").mono(image),
        Deed::Started(node, container) => {
            by(&Actor::Kubelet(node.clone()), " started container ").mono(container)
        }
        Deed::BecameReady(id) => line.link(id).text(" became ready"),
        Deed::Sent(from, to, label) => {
            line.place(from).text(" sends ").mono(label).text(" to ").place(to)
        }
        Deed::Arrived(from, to, label) => {
            line.mono(label).text(" from ").place(from).text(" reaches ").place(to)
        }
        Deed::Lost(from, to, label) => {
            line.mono(label).text(" from ").place(from).text(" to ").place(to).text(" is lost")
        }
        Deed::TimerFired(place, name) => line.text("Timer ").mono(name).text(" of ").place(place),
        Deed::Campaigned(host, term) => {
            line.node(host).text(" asks for votes in term ").count(*term)
        }
        Deed::BecameLeader(host, term) => line.node(host).text(" leads from term ").count(*term),
        Deed::Follows(host, Some(leader), term) => {
            line.node(host).text(" follows ").node(leader).text(" in term ").count(*term)
        }
        Deed::Follows(host, None, term) => {
            line.node(host).text(" has no leader in term ").count(*term)
        }
        Deed::Broke(end, peer) => line.place(end).text(" lost its connection to ").place(peer),
        Deed::Began(place) => line.place(place).text(" started"),
        Deed::Ended(place) => line.place(place).text(" stopped"),
        Deed::Powered(host, true) => line.node(host).text(" has power"),
        Deed::Powered(host, false) => line.node(host).text(" lost power"),
        Deed::Said(actor, text) => by(actor, ": ").text(text),
    }
}

pub(super) fn answer(answer: &Answer) -> Line {
    let line = Line::default();
    match answer {
        Answer::Placed(node, of, why) => {
            let reason = match why {
                Deciding::Emptiest => " because it was the emptiest of the ",
                Deciding::Spread => " because it had the fewest of these pods of the ",
                Deciding::Balance => " because cpu and memory stay most even there, of the ",
                Deciding::Image => " because it already had the image, of the ",
                Deciding::OnlyOne => " because no other node could take it.",
                Deciding::Drawn => " by lot: it was as good as any of the ",
            };
            let line = line.text("On ").strong(node).text(reason);
            match why {
                Deciding::OnlyOne => line,
                _ => line.text(&format!("{} that could take it.", nodes_en(*of))),
            }
        }
        Answer::Unplaced(nodes) => line.strong("Nowhere yet").text(&format!(
            ": none of {} could take it.",
            if *nodes == 1 { "1 node".to_string() } else { format!("the {nodes} nodes") }
        )),
        Answer::Named(node) => {
            line.text("On ").strong(node).text(" because whoever made it named that node.")
        }
        Answer::Because(deed) => Line(
            [
                Line::default().text("It is here because of this: ").0,
                self::deed(deed).0,
                Line::default().text(".").0,
            ]
            .concat(),
        ),
        Answer::Progress(ready, wanted) if ready >= wanted => {
            line.strong(&format!("All {wanted} pods are ready."))
        }
        Answer::Progress(ready, wanted) => line
            .strong(&format!("{ready} of {wanted}"))
            .text(" pods are ready; its controllers work on the rest."),
        Answer::Leads(term, votes, members) => line
            .text("It ")
            .strong("leads")
            .text(&format!(" since term {term}: {votes} of {members} members voted for it.")),
        Answer::Follows(leader, term) => line
            .text("It ")
            .strong("follows")
            .text(" ")
            .node(leader)
            .text(&format!(", the leader of term {term}.")),
        Answer::HoldsLease(lease) => line
            .text("It is ")
            .strong("active")
            .text(" because it holds the lease ")
            .mono(lease)
            .text("."),
        Answer::WaitsForLease(holder) => {
            line.text("It ").strong("waits").text(": ").mono(holder).text(" holds the lease.")
        }
        Answer::Serving(pods) => {
            line.text("It runs ").strong(&Lang::En.pods_count(*pods as usize)).text(".")
        }
        Answer::StoppedByYou => line.text("It is ").strong("off").text(" because you stopped it."),
    }
}

fn nodes_en(nodes: u32) -> String {
    const SMALL: [&str; 10] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    match SMALL.get(nodes as usize) {
        Some(word) => format!("{word} nodes"),
        None => format!("{nodes} nodes"),
    }
}

fn fault_line(fault: &Fault) -> Line {
    let line = Line::default();
    match fault {
        Fault::StopHost(host) => line.text("You stopped ").node(host),
        Fault::StartHost(host) => line.text("You started ").node(host),
        Fault::RestartHost(host) => line.text("You restarted ").node(host),
        Fault::StopPart(place) => line.text("You stopped ").place(place),
        Fault::StartPart(place) => line.text("You started ").place(place),
        Fault::Isolate(host) => line.text("You cut ").node(host).text(" off from everyone"),
        Fault::CutLink(a, b) => link_en(line.text("You cut "), a, b),
        Fault::HealLink(a, b) => link_en(line.text("You mended "), a, b),
        Fault::HealAll => line.text("You mended everything"),
    }
}

fn link_en(line: Line, a: &str, b: &str) -> Line {
    line.text("the link ").node(a).text(" – ").node(b)
}

pub(super) fn controller(name: &str) -> &str {
    match name {
        "deployment" => "Deployment",
        "replicaset" => "ReplicaSet",
        "replicationcontroller" => "ReplicationController",
        "endpointslice" => "EndpointSlice",
        other => other,
    }
}
