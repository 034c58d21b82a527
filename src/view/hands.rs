//! What a person's hands can do to a thing, as items of a menu.
//!
//! Every item shows the command line that does the same on a real cluster. What `kubectl` can do
//! is done by `kubectl`: choosing such an item runs that very line in the terminal.

use smol_str::SmolStr;

use super::intent::Intent;
use super::node::Power;
use super::object::ObjectView;
use super::picture::{Cut, Picture};
use super::pod::PodView;
use super::story::Fault;
use super::subject::{ObjectId, Part, Place, Subject};
use super::words::Lang;

/// What choosing an item does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// Sends this.
    Send(Intent),
    /// Asks how many replicas this object should have; it has so many now.
    AskReplicas(ObjectId, u32),
}

/// One item of a menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hand {
    /// What it says.
    pub label: String,
    /// The command line that does the same; empty when there is none.
    pub command: String,
    /// Whether it takes something away.
    pub harmful: bool,
    /// What it does.
    pub act: Act,
}

/// Items under one title; the title may be empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandGroup {
    /// The title.
    pub title: String,
    /// The items; never none.
    pub hands: Vec<Hand>,
}

impl Hand {
    fn run(label: impl Into<String>, command: String) -> Self {
        Self {
            label: label.into(),
            act: Act::Send(Intent::Run(command.clone())),
            command,
            harmful: false,
        }
    }

    fn fault(label: String, command: String, fault: Fault) -> Self {
        Self { label, command, harmful: false, act: Act::Send(Intent::Fault(fault)) }
    }

    const fn harmful(mut self) -> Self {
        self.harmful = true;
        self
    }
}

/// The command line that scales `id` to `replicas`.
pub fn scale_command(id: &ObjectId, replicas: u32) -> String {
    format!("kubectl scale {id} --replicas={replicas}{}", id.namespace_flag())
}

/// What can be done to a subject of `picture`; nothing when there is no such thing in it.
pub fn hands_for(picture: &Picture, subject: &Subject, lang: Lang) -> Vec<HandGroup> {
    let groups = match subject {
        Subject::Object(id) if id.kind == "Pod" => {
            let pods = picture.pods.values();
            let mut found = pods.filter(|pod| pod.name == id.name && pod.namespace == id.namespace);
            found.next().map(|pod| vec![pod_hands(pod, lang)])
        }
        Subject::Object(id) if id.kind == "Node" => Some(host_hands(picture, &id.name, lang)),
        Subject::Object(id) => (picture.objects.get(id)).map(|view| vec![object_hands(view, lang)]),
        Subject::Place(place @ Place::Part(host, part)) => {
            let process = process_hand(picture, place, host, *part, lang);
            let own = HandGroup { title: String::new(), hands: process.into_iter().collect() };
            Some(std::iter::once(own).chain(host_hands(picture, host, lang)).collect())
        }
        Subject::Place(_) | Subject::Message(_) => None,
    };
    let groups = groups.unwrap_or_default();
    groups.into_iter().filter(|group| !group.hands.is_empty()).collect()
}

/// The menu that breaks something, whatever is selected.
pub fn break_menu(picture: &Picture, lang: Lang) -> Vec<HandGroup> {
    let power = |name: &SmolStr, power: Power, leads: bool| match power {
        Power::Off => start(name, lang),
        _ if leads => stop(lang.hand_stop_leader(name), name),
        _ => stop(lang.hand_stop(name), name),
    };
    let masters = picture.masters.values();
    let workers = picture.workers.values();
    let groups = [
        HandGroup {
            title: lang.menu_nodes().to_string(),
            hands: workers.take(6).map(|w| power(&w.name, w.power, false)).collect(),
        },
        HandGroup {
            title: lang.menu_masters().to_string(),
            hands: masters.map(|m| power(&m.name, m.power, m.leads())).collect(),
        },
        HandGroup { title: lang.menu_links().to_string(), hands: master_links(picture, lang) },
        HandGroup { title: String::new(), hands: heal_all(picture, lang).into_iter().collect() },
    ];
    groups.into_iter().filter(|group| !group.hands.is_empty()).collect()
}

/// Whether anything is broken by hand.
pub fn is_broken(picture: &Picture) -> bool {
    let off = |power: Power| power == Power::Off;
    !picture.cuts.is_empty()
        || picture.masters.values().any(|master| off(master.power))
        || picture.workers.values().any(|worker| off(worker.power))
}

fn heal_all(picture: &Picture, lang: Lang) -> Option<Hand> {
    let hint = lang.hand_heal_all_hint().to_string();
    is_broken(picture).then(|| Hand::fault(lang.hand_heal_all().to_string(), hint, Fault::HealAll))
}

fn pod_hands(pod: &PodView, lang: Lang) -> HandGroup {
    let id = pod.object();
    let command = format!("kubectl delete pod {}{}", pod.name, id.namespace_flag());
    HandGroup {
        title: String::new(),
        hands: vec![Hand::run(lang.hand_delete_pod(), command).harmful()],
    }
}

fn object_hands(object: &ObjectView, lang: Lang) -> HandGroup {
    let id = &object.id;
    let mut hands = Vec::new();
    if object.can_scale() {
        let now = object.ready.map_or(0, |(_, wanted)| wanted);
        hands.push(Hand {
            label: lang.hand_scale().to_string(),
            command: format!("kubectl scale {id} --replicas=…{}", id.namespace_flag()),
            harmful: false,
            act: Act::AskReplicas(id.clone(), now),
        });
    }
    let command = format!("kubectl delete {id}{}", id.namespace_flag());
    hands.push(Hand::run(lang.hand_delete(), command).harmful());
    HandGroup { title: String::new(), hands }
}

fn host_hands(picture: &Picture, name: &SmolStr, lang: Lang) -> Vec<HandGroup> {
    let worker = picture.workers.get(name).map(|worker| worker.power);
    let master = picture.masters.get(name).map(|master| master.power);
    let Some(power) = worker.or(master) else {
        return Vec::new();
    };
    let hands = match power {
        Power::Off => vec![start(name, lang)],
        Power::On | Power::Starting => {
            let command = format!("ssh {name} sudo reboot");
            let fault = Fault::RestartHost(name.clone());
            vec![
                Hand::fault(lang.hand_restart(name), command, fault),
                stop(lang.hand_stop(name), name),
            ]
        }
    };
    let links = picture.masters.keys().filter(|other| *other != name);
    let links = links.map(|other| link(picture, name, other, lang));
    let alone = Hand::fault(
        lang.hand_isolate(name),
        format!("ssh {name} sudo ip link set eth0 down"),
        Fault::Isolate(name.clone()),
    );
    let links = links.chain(std::iter::once(alone.harmful()));
    vec![
        HandGroup { title: String::new(), hands },
        HandGroup { title: lang.menu_links().to_string(), hands: links.collect() },
    ]
}

/// Stops one process of a master, or starts it again.
fn process_hand(
    picture: &Picture,
    place: &Place,
    host: &SmolStr,
    part: Part,
    lang: Lang,
) -> Option<Hand> {
    let master = picture.masters.get(host).filter(|master| master.power == Power::On)?;
    let runs = match part {
        Part::Etcd => master.etcd.is_some(),
        Part::Apiserver => master.apiserver.is_some(),
        Part::Scheduler => master.scheduler.is_some(),
        Part::Controllers => master.controllers.is_some(),
        Part::Kubelet => return None,
    };
    let (name, program) = (place.label(), part.program());
    let manifest = format!("{program}.yaml /etc/kubernetes");
    Some(if runs {
        let command = format!("ssh {host} sudo mv /etc/kubernetes/manifests/{manifest}/");
        Hand::fault(lang.hand_stop(&name), command, Fault::StopPart(place.clone())).harmful()
    } else {
        let command = format!("ssh {host} sudo mv /etc/kubernetes/{manifest}/manifests/");
        Hand::fault(lang.hand_start(&name), command, Fault::StartPart(place.clone()))
    })
}

fn master_links(picture: &Picture, lang: Lang) -> Vec<Hand> {
    let names: Vec<&SmolStr> = picture.masters.keys().collect();
    let mut links = Vec::new();
    for (index, one) in names.iter().enumerate() {
        for other in &names[index + 1..] {
            links.push(link(picture, one, other, lang));
        }
    }
    links.truncate(6);
    links
}

fn stop(label: String, name: &SmolStr) -> Hand {
    let command = format!("ssh {name} sudo poweroff");
    Hand::fault(label, command, Fault::StopHost(name.clone())).harmful()
}

fn start(name: &SmolStr, lang: Lang) -> Hand {
    let command = format!("virsh start {name}");
    Hand::fault(lang.hand_start(name), command, Fault::StartHost(name.clone()))
}

/// Cuts the link, or mends it when it is cut.
fn link(picture: &Picture, one: &SmolStr, other: &SmolStr, lang: Lang) -> Hand {
    let cut = picture.cuts.contains(&Cut::between(one, other));
    let verb = if cut { "-D" } else { "-I" };
    let command = format!("ssh {one} sudo iptables {verb} INPUT -s {other} -j DROP");
    let (one, other) = (one.clone(), other.clone());
    if cut {
        let label = lang.hand_heal(&one, &other);
        Hand::fault(label, command, Fault::HealLink(one, other))
    } else {
        let label = lang.hand_cut(&one, &other);
        Hand::fault(label, command, Fault::CutLink(one, other)).harmful()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    fn commands(groups: &[HandGroup]) -> Vec<&str> {
        let hands = groups.iter().flat_map(|group| &group.hands);
        hands.map(|hand| hand.command.as_str()).collect()
    }

    #[test]
    fn every_hand_shows_its_command() {
        let picture = sample::teaching();
        let web = ObjectId::new("Deployment", "default", "httpd-frontend");
        let hands = hands_for(&picture, &web.clone().into(), Lang::En);
        assert_eq!(
            commands(&hands),
            [
                "kubectl scale deployment/httpd-frontend --replicas=…",
                "kubectl delete deployment/httpd-frontend"
            ]
        );
        assert_eq!(hands[0].hands[0].act, Act::AskReplicas(web, 6));
        let node = hands_for(&picture, &Subject::node("node-1"), Lang::Ko);
        assert_eq!(commands(&node)[1], "ssh node-1 sudo poweroff");
        assert!(hands_for(&picture, &Subject::node("nope"), Lang::En).is_empty());
    }

    #[test]
    fn what_is_broken_can_be_mended() {
        let mut picture = sample::teaching();
        assert!(!is_broken(&picture));
        picture.cuts.push(Cut::between("master-2", "master-1"));
        let broken = break_menu(&picture, Lang::En);
        let labels: Vec<&str> = broken[2].hands.iter().map(|hand| hand.label.as_str()).collect();
        assert_eq!(labels[0], "Mend master-1 – master-2");
        assert_eq!(broken[3].hands[0].act, Act::Send(Intent::Fault(Fault::HealAll)));
    }
}
