//! What happened, in words: a sentence for every deed and every answer to "why?".

mod en;
mod ko;

use crate::view::story::{Actor, Answer, Bit, Deed, Sentence};
use crate::view::subject::{ObjectId, Place};

use super::Lang;
use super::josa::Josa;

/// A sentence being put together.
#[derive(Default)]
struct Line(Sentence);

impl Line {
    fn text(mut self, text: &str) -> Self {
        if !text.is_empty() {
            self.0.push(Bit::Text(text.into()));
        }
        self
    }

    fn mono(mut self, text: &str) -> Self {
        self.0.push(Bit::Mono(text.into()));
        self
    }

    fn strong(mut self, text: &str) -> Self {
        self.0.push(Bit::Strong(text.into()));
        self
    }

    fn link(mut self, id: &ObjectId) -> Self {
        self.0.push(Bit::Link(id.name.clone(), id.clone().into()));
        self
    }

    fn place(mut self, place: &Place) -> Self {
        self.0.push(Bit::Link(place.label().into(), place.clone().into()));
        self
    }

    fn node(self, name: &str) -> Self {
        self.link(&ObjectId::node(name))
    }

    /// A Korean particle after what stands last.
    fn josa(self, josa: Josa) -> Self {
        let last = self.0.last().map_or("", |bit| bit.text().as_str());
        let particle = josa.after(last);
        self.text(particle)
    }

    fn count(self, amount: u64) -> Self {
        self.text(&amount.to_string())
    }
}

impl Lang {
    /// The sentence of a deed.
    pub fn deed(self, deed: &Deed) -> Sentence {
        match self {
            Self::En => en::deed(deed),
            Self::Ko => ko::deed(deed),
        }
        .0
    }

    /// The sentence of an answer.
    pub fn answer(self, answer: &Answer) -> Sentence {
        match self {
            Self::En => en::answer(answer),
            Self::Ko => ko::answer(answer),
        }
        .0
    }

    /// Who somebody is, as the subject of a sentence.
    pub fn actor(self, actor: &Actor) -> String {
        let en = self == Self::En;
        match actor {
            Actor::Person if en => "You".to_string(),
            Actor::Person => "내".to_string(),
            Actor::Etcd(host) if en => format!("etcd on {host}"),
            Actor::Etcd(host) => format!("{host}의 etcd"),
            Actor::Apiserver(host) if en => format!("The apiserver on {host}"),
            Actor::Apiserver(host) => format!("{host}의 apiserver"),
            Actor::Scheduler if en => "The scheduler".to_string(),
            Actor::Scheduler => "스케줄러".to_string(),
            Actor::Controller(name) if en => format!("The {} controller", en::controller(name)),
            Actor::Controller(name) => format!("{} 컨트롤러", ko::controller(name)),
            Actor::Kubelet(node) if en => format!("The kubelet on {node}"),
            Actor::Kubelet(node) => format!("{node}의 kubelet"),
            Actor::Balancer if en => "The load balancer".to_string(),
            Actor::Balancer => "로드 밸런서".to_string(),
            Actor::Client(name) => name.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::story::{Deciding, Fault, plain};
    use crate::view::subject::Part;

    fn check(deed: &Deed, en: &str, ko: &str) {
        assert_eq!(plain(&Lang::En.deed(deed)), en);
        assert_eq!(plain(&Lang::Ko.deed(deed)), ko);
    }

    #[test]
    fn deeds_read_well_in_both_languages() {
        let set = ObjectId::new("ReplicaSet", "default", "web-6d4b");
        check(&Deed::Applied("web.yaml".into()), "You applied web.yaml", "web.yaml을 적용했다");
        check(
            &Deed::Created(Actor::Controller("deployment".into()), set.clone(), Some(6)),
            "The Deployment controller created ReplicaSet web-6d4b, 6 wanted",
            "디플로이먼트 컨트롤러가 ReplicaSet web-6d4b를 만들었다. 원하는 파드는 6개",
        );
        check(
            &Deed::Scaled(Actor::Person, set, 3, 5),
            "You scaled web-6d4b from 3 to 5",
            "내가 web-6d4b를 3개에서 5개로 조정했다",
        );
        check(
            &Deed::Scheduled(3, "node-3".into()),
            "The scheduler compared 3 nodes, chose node-3",
            "스케줄러가 노드 3개를 비교해 node-3을 골랐다",
        );
        check(
            &Deed::Sent(
                Place::part("master-2", Part::Etcd),
                Place::part("master-1", Part::Etcd),
                "MsgHeartbeat".into(),
            ),
            "master-2/etcd sends MsgHeartbeat to master-1/etcd",
            "master-2/etcd가 master-1/etcd로 MsgHeartbeat를 보낸다",
        );
        check(
            &Deed::Fault(Fault::StopHost("node-1".into())),
            "You stopped node-1",
            "node-1을 껐다",
        );
    }

    #[test]
    fn answers_name_the_reason() {
        let check = |answer: &Answer, en: &str, ko: &str| {
            assert_eq!(plain(&Lang::En.answer(answer)), en);
            assert_eq!(plain(&Lang::Ko.answer(answer)), ko);
        };
        check(
            &Answer::Placed("node-3".into(), 3, Deciding::Emptiest),
            "On node-3 because it was the emptiest of the three nodes that could take it.",
            "받을 수 있는 노드 3개 가운데 가장 비어 있어서 node-3에 놓였다.",
        );
        check(
            &Answer::Progress(5, 6),
            "5 of 6 pods are ready; its controllers work on the rest.",
            "파드 6개 중 5개가 준비되었고, 컨트롤러가 나머지를 맞추고 있다.",
        );
        check(
            &Answer::Follows("master-2".into(), 3),
            "It follows master-2, the leader of term 3.",
            "임기 3의 리더 master-2를 따른다.",
        );
    }
}
