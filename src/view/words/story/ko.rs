//! What happened, in Korean.
//!
//! The two matches are long because a sentence stands beside the deed it is for; each arm is one
//! sentence and nothing else.

use smol_str::SmolStr;

use crate::view::story::{Actor, Answer, Deciding, Deed, Fault};
use crate::view::subject::ObjectId;
use crate::view::words::Lang;
use crate::view::words::josa::Josa;

use super::Line;

// long: a sentence stands beside the deed it is for, and nothing else.
pub(super) fn deed(deed: &Deed) -> Line {
    use Josa::{Object, Subject, Toward};
    let line = Line::default();
    let by = |actor: &Actor| {
        let who = Lang::Ko.actor(actor);
        let particle = if *actor == Actor::Person { "가" } else { Subject.after(&who) };
        Line::default().text(&format!("{who}{particle} "))
    };
    let object = |line: Line, id: &ObjectId| line.text(&id.kind).text(" ").link(id).josa(Object);
    match deed {
        Deed::Applied(file) => line.mono(file).josa(Object).text(" 적용했다"),
        Deed::Wrote(file) => line.mono(file).josa(Object).text(" 저장했다"),
        Deed::Ran(command) => line.mono(command).text(" 명령을 실행했다"),
        Deed::Fault(fault) => fault_line(fault),
        Deed::Created(actor, id, wanted) => {
            let line = object(by(actor), id).text(" 만들었다");
            match wanted {
                Some(wanted) => line.text(&format!(". 원하는 파드는 {wanted}개")),
                None => line,
            }
        }
        Deed::Updated(actor, id) => object(by(actor), id).text(" 갱신했다"),
        Deed::Deleted(actor, id) => object(by(actor), id).text(" 삭제했다"),
        Deed::Scaled(actor, id, from, to) => {
            by(actor).link(id).josa(Object).text(&format!(" {from}개에서 {to}개로 조정했다"))
        }
        Deed::Committed(revision, have, all) => {
            line.text(&format!("etcd가 커밋했다. 리비전 {revision}, 멤버 {all}개 중 {have}개"))
        }
        Deed::Scheduled(compared, node) => line
            .text(&format!("스케줄러가 노드 {compared}개를 비교해 "))
            .node(node)
            .josa(Object)
            .text(" 골랐다"),
        Deed::NotScheduled(message) => line.text("스케줄러가 노드를 찾지 못했다: ").text(message),
        Deed::Pulling(node, image) => {
            by(&Actor::Kubelet(node.clone())).mono(image).text(" 이미지를 내려받는다")
        }
        Deed::Started(node, container) => by(&Actor::Kubelet(node.clone()))
            .text("컨테이너 ")
            .mono(container)
            .josa(Object)
            .text(" 시작했다"),
        Deed::BecameReady(id) => line.link(id).josa(Subject).text(" 준비되었다"),
        Deed::Sent(from, to, label) => line
            .place(from)
            .josa(Subject)
            .text(" ")
            .place(to)
            .josa(Toward)
            .text(" ")
            .mono(label)
            .josa(Object)
            .text(" 보낸다"),
        Deed::Arrived(from, to, label) => line
            .place(from)
            .josa(Subject)
            .text(" 보낸 ")
            .mono(label)
            .josa(Subject)
            .text(" ")
            .place(to)
            .text("에 닿는다"),
        Deed::Lost(from, to, label) => line
            .place(from)
            .text("에서 ")
            .place(to)
            .josa(Toward)
            .text(" 가던 ")
            .mono(label)
            .josa(Subject)
            .text(" 사라진다"),
        Deed::TimerFired(place, name) => line.place(place).text("의 타이머 ").mono(name),
        Deed::Campaigned(host, term) => {
            line.node(host).josa(Subject).text(&format!(" 임기 {term}에 투표를 청한다"))
        }
        Deed::BecameLeader(host, term) => {
            line.text(&format!("임기 {term}부터 ")).node(host).josa(Subject).text(" 이끈다")
        }
        Deed::Follows(host, Some(leader), term) => line
            .node(host)
            .josa(Subject)
            .text(&format!(" 임기 {term}의 리더 "))
            .node(leader)
            .josa(Object)
            .text(" 따른다"),
        Deed::Follows(host, None, term) => {
            line.node(host).text(&format!(": 임기 {term}에 아직 리더가 없다"))
        }
        Deed::Broke(end, peer) => line.place(end).text(" – ").place(peer).text(" 연결이 끊어졌다"),
        Deed::Began(place) => line.place(place).josa(Subject).text(" 시작되었다"),
        Deed::Ended(place) => line.place(place).josa(Subject).text(" 멈췄다"),
        Deed::Powered(host, true) => line.node(host).text("에 전원이 들어왔다"),
        Deed::Powered(host, false) => line.node(host).text("의 전원이 꺼졌다"),
        Deed::Said(actor, text) => {
            let who = Lang::Ko.actor(actor);
            let who = if *actor == Actor::Person { "나".to_string() } else { who };
            line.text(&format!("{who}: ")).text(text)
        }
    }
}

pub(super) fn answer(answer: &Answer) -> Line {
    let line = Line::default();
    match answer {
        Answer::Placed(node, of, why) => {
            let reason = match why {
                Deciding::Emptiest => format!("받을 수 있는 노드 {of}개 가운데 가장 비어 있어서 "),
                Deciding::Spread => {
                    format!("받을 수 있는 노드 {of}개 가운데 같은 파드가 가장 적어서 ")
                }
                Deciding::Balance => {
                    format!("받을 수 있는 노드 {of}개 가운데 cpu와 메모리가 가장 고르게 남아서 ")
                }
                Deciding::Image => format!("받을 수 있는 노드 {of}개 가운데 이미지가 이미 있어서 "),
                Deciding::OnlyOne => "받을 수 있는 노드가 여기뿐이어서 ".to_string(),
                Deciding::Drawn => format!("점수가 같은 노드 {of}개 가운데 뽑혀서 "),
            };
            line.text(&reason).strong(node).text("에 놓였다.")
        }
        Answer::Unplaced(nodes) => line
            .strong("아직 갈 곳이 없다.")
            .text(&format!(" 노드 {nodes}개 가운데 받을 수 있는 것이 없었다.")),
        Answer::Named(node) => {
            line.text("만든 쪽에서 노드를 지정해서 ").strong(node).text("에 놓였다.")
        }
        Answer::Because(deed) => {
            Line([Line::default().text("이 일 때문에 생겼다: ").0, self::deed(deed).0].concat())
                .text(".")
        }
        Answer::Progress(ready, wanted) if ready >= wanted => {
            line.strong(&format!("파드 {wanted}개가 모두 준비되었다."))
        }
        Answer::Progress(ready, wanted) => line
            .text(&format!("파드 {wanted}개 중 "))
            .strong(&format!("{ready}개"))
            .text("가 준비되었고, 컨트롤러가 나머지를 맞추고 있다."),
        Answer::Leads(term, votes, members) => line
            .text(&format!("멤버 {members}개 중 {votes}개의 표를 얻어 임기 {term}부터 "))
            .strong("리더")
            .text("이다."),
        Answer::Follows(leader, term) => line
            .text(&format!("임기 {term}의 리더 "))
            .node(leader)
            .josa(Josa::Object)
            .text(" ")
            .strong("따른다")
            .text("."),
        Answer::HoldsLease(lease) => line
            .text("리스 ")
            .mono(lease)
            .josa(Josa::Object)
            .text(" 쥐고 있어서 ")
            .strong("활성")
            .text("이다."),
        Answer::WaitsForLease(holder) => line
            .mono(holder)
            .josa(Josa::Subject)
            .text(" 리스를 쥐고 있어서 ")
            .strong("대기")
            .text("한다."),
        Answer::Serving(pods) => line
            .strong(&Lang::Ko.pods_count(*pods as usize))
            .josa(Josa::Object)
            .text(" 돌리고 있다."),
        Answer::StoppedByYou => line.text("직접 껐기 때문에 ").strong("꺼져").text(" 있다."),
    }
}

fn fault_line(fault: &Fault) -> Line {
    let line = Line::default();
    let host = |line: Line, host: &SmolStr| line.node(host).josa(Josa::Object);
    let link = |a: &SmolStr, b: &SmolStr| Line::default().node(a).text(" – ").node(b);
    match fault {
        Fault::StopHost(name) => host(line, name).text(" 껐다"),
        Fault::StartHost(name) => host(line, name).text(" 켰다"),
        Fault::RestartHost(name) => host(line, name).text(" 다시 켰다"),
        Fault::StopPart(place) => line.place(place).josa(Josa::Object).text(" 멈췄다"),
        Fault::StartPart(place) => line.place(place).josa(Josa::Object).text(" 시작했다"),
        Fault::Isolate(name) => host(line, name).text(" 모두에게서 떼어 놓았다"),
        Fault::CutLink(a, b) => link(a, b).text(" 링크를 끊었다"),
        Fault::HealLink(a, b) => link(a, b).text(" 링크를 이었다"),
        Fault::HealAll => line.text("모두 고쳤다"),
    }
}

pub(super) fn controller(name: &str) -> &str {
    match name {
        "deployment" => "디플로이먼트",
        "replicaset" => "레플리카셋",
        "replicationcontroller" => "레플리케이션 컨트롤러",
        "endpointslice" => "엔드포인트슬라이스",
        "node-lifecycle" => "노드 생명주기",
        "garbage-collector" => "가비지 컬렉션",
        other => other,
    }
}
