//! The Raft bench: members, logs, scenes, and what must always hold.

use super::{phrases, words};
use crate::view::raft::{Lamp, MemberDeed, MessageDeed, Unrest};

words! {
    view_raft = "Raft", "Raft";
    raft_ring = "Members and their messages", "멤버와 주고받는 메시지";
    raft_logs = "Logs", "로그";
    raft_logs_hint = "green edge: committed so far; dashed: not on disk yet",
        "초록 선: 여기까지 커밋됨; 점선: 아직 디스크에 없음";
    raft_scenes = "Scenes", "장면";
    raft_always = "Always true", "언제나 참";
    raft_never = "Broken: this is a bug of ours", "깨졌다: 우리의 버그다";
    raft_said = "What etcd says", "etcd가 하는 말";
    raft_quiet = "Nothing was said lately", "최근에 한 말이 없다";
    raft_leader_knows = "match / next", "match / next";
    raft_leader_knows_hint = "What the leader knows: the last entry it has, the next it is sent",
        "리더가 아는 것: 마지막으로 가진 항목, 다음에 보낼 항목";
    raft_stopped = "stopped", "멈춤";
    raft_storing = "storing", "저장 중";
    raft_applying = "applying", "적용 중";
    raft_timers = "Timers", "타이머";
    raft_align = "Align", "맞추기";
    raft_align_hint = "All election timers go off at once: the vote splits.",
        "모든 선거 타이머가 동시에 끝난다: 표가 갈린다.";
    raft_spread = "Spread", "벌리기";
    raft_spread_hint = "The election timers go off one after another.",
        "선거 타이머가 하나씩 차례로 끝난다.";
    raft_cables = "Cables", "케이블";
    raft_delay = "Delay", "지연";
    raft_jitter = "Jitter", "지터";
    raft_loss = "Loss", "손실";
    raft_heartbeat = "Heartbeat", "하트비트";
    raft_election = "Election", "선거";
    raft_luck = "Luck", "운";
    raft_troupe = "Members on the bench", "벤치 위의 멤버";
    raft_cluster = "This cluster", "이 클러스터";
    raft_cluster_hint = "The members of your cluster, with Kubernetes around them",
        "쿠버네티스와 함께 도는, 지금 클러스터의 멤버";
    raft_fold = "Fold heartbeats", "하트비트 접기";
    raft_fold_hint = "Steps by message pass over heartbeats, their answers and ticks.",
        "메시지 단계가 하트비트와 그 답, 틱을 건너뛴다.";
    raft_scene_told = "The scene", "장면 설명";
    raft_under_way = "…", "…";
    raft_back = "Back", "이전";
    raft_next = "Next", "다음";
    raft_end_scene = "End the scene", "장면 끝내기";
    raft_removed = "removed", "제거됨";
    raft_groups = "Who it can reach", "누구와 닿는가";
    raft_apart = "Nobody: a group of its own", "아무도: 혼자만의 그룹";
    raft_isolate = "Nobody, no client either", "클라이언트를 포함해 아무도";
    raft_one_way = "One way only", "한 방향만";
    raft_message = "Fields", "필드";
    raft_deliver = "Deliver now", "지금 전달";
    raft_hold = "Hold", "붙잡기";
    raft_drop = "Drop", "버리기";
    raft_duplicate = "Duplicate", "복제";
    raft_delay_message = "Delay 1 s", "1초 늦추기";
    raft_time_out = "Time out", "타이머 끝내기";
    raft_pause = "Pause", "세워 두기";
    raft_resume = "Resume", "이어 가기";
    raft_crash = "Crash", "크래시";
    raft_learner = "learner", "러너";
    raft_hands = "What to do with it", "무엇을 할까";
    raft_pick = "Hold time and click a message or a member to do something with it.",
        "시간을 멈추고 메시지나 멤버를 눌러 무엇이든 해 보자.";
    raft_heal = "Mend everything", "모두 고치기";
}

phrases! {
    /// How many members there are, and how many of them decide.
    raft_summary(members: usize, quorum: usize) =
        format!("{members} members, quorum {quorum}"), format!("멤버 {members}, 정족수 {quorum}");
    /// So many members that are alone.
    raft_alone(members: u8) =
        format!("{members} members of etcd alone; your cluster waits meanwhile"),
        format!("etcd 멤버 {members}개만; 그동안 클러스터는 기다린다");
    /// A group that a member can be in.
    raft_with(names: &str) = format!("{names}"), format!("{names}");
    /// Nothing gets from one member to another.
    raft_nothing(from: &str, to: &str) =
        format!("Nothing from {from} to {to}"), format!("{from} → {to} 끊기");
    /// Why a leader can hardly last, or be found.
    raft_unrest(unrest: Unrest) =
        match unrest {
            Unrest::TooSlow(round, wait) => format!(
                "A round trip takes up to {round} ms and a follower waits {wait} ms: leaders may not last."
            ),
            Unrest::SlowerThanBeats(round, beat) => format!(
                "A round trip takes up to {round} ms, longer than the {beat} ms between heartbeats."
            ),
            Unrest::Lossy(percent) => format!(
                "{percent} % of messages are lost: followers miss heartbeats, leaders may not last."
            ),
            Unrest::Alike => {
                "All followers wait equally long: they stand together and split the vote.".into()
            }
        },
        match unrest {
            Unrest::TooSlow(round, wait) => format!(
                "왕복에 {round} ms까지 걸리는데 팔로워는 {wait} ms를 기다린다: 리더가 오래가지 못할 수 있다."
            ),
            Unrest::SlowerThanBeats(round, beat) => format!(
                "왕복에 {round} ms까지 걸린다. 하트비트 간격 {beat} ms보다 길다."
            ),
            Unrest::Lossy(percent) => format!(
                "메시지의 {percent} %를 잃는다: 팔로워가 하트비트를 놓쳐 리더가 오래가지 못할 수 있다."
            ),
            Unrest::Alike => {
                "모든 팔로워가 똑같이 기다린다: 함께 나서서 표가 갈린다.".into()
            }
        };
    /// For whom a member voted.
    raft_voted(name: &str) = format!("voted for {name}"), format!("{name}에게 투표");
    /// How the votes for a candidate stand.
    raft_votes(yes: usize, needed: usize) =
        format!("{yes} of {needed} votes"), format!("{needed}표 중 {yes}표");
    /// What a leader knows of a follower.
    raft_known(matched: u64, next: u64) =
        format!("{matched} / {next}"), format!("{matched} / {next}");
}

impl super::Lang {
    /// What a lamp stands for.
    pub const fn lamp(self, lamp: Lamp) -> &'static str {
        let both = match lamp {
            Lamp::OneLeader => ["One leader a term", "한 임기에 리더는 하나"],
            Lamp::OneVote => ["One vote a term", "한 임기에 한 표"],
            Lamp::LogsMatch => ["Logs that meet agree before", "만나는 로그는 그 앞도 같다"],
            Lamp::LeaderComplete => {
                ["A new leader has all that was committed", "새 리더는 커밋된 것을 모두 가진다"]
            }
            Lamp::CommittedStays => {
                ["Committed entries never change", "커밋된 항목은 바뀌지 않는다"]
            }
            Lamp::OnQuorumDisks => {
                ["What is applied is on a quorum’s disks", "적용된 것은 정족수의 디스크에 있다"]
            }
        };
        both[self as usize]
    }

    /// Why it holds, in a sentence.
    pub const fn lamp_reason(self, lamp: Lamp) -> &'static str {
        let both = match lamp {
            Lamp::OneLeader => [
                "A leader needs the votes of a majority, and two majorities share a member.",
                "리더는 과반의 표가 필요하고, 두 과반은 반드시 한 멤버를 공유한다.",
            ],
            Lamp::OneVote => [
                "A member stores its vote before it answers, so a restart does not forget it.",
                "멤버는 답하기 전에 표를 디스크에 적으므로, 다시 시작해도 잊지 않는다.",
            ],
            Lamp::LogsMatch => [
                "A follower takes entries only if the one before them is the leader’s too.",
                "팔로워는 바로 앞 항목이 리더와 같을 때만 새 항목을 받는다.",
            ],
            Lamp::LeaderComplete => [
                "A member votes only for one whose log is at least as new as its own.",
                "멤버는 자기 로그만큼 새로운 로그를 가진 후보에게만 투표한다.",
            ],
            Lamp::CommittedStays => [
                "Once a majority has an entry of the leader’s term, no later leader lacks it.",
                "과반이 리더 임기의 항목을 가지면, 이후의 어떤 리더도 그것을 빠뜨리지 않는다.",
            ],
            Lamp::OnQuorumDisks => [
                "A member says that it has an entry only when that is on its disk.",
                "멤버는 항목이 디스크에 있을 때만 가졌다고 말한다.",
            ],
        };
        both[self as usize]
    }

    /// What can be done to a message.
    pub const fn message_deed(self, deed: MessageDeed) -> &'static str {
        match deed {
            MessageDeed::Deliver => self.raft_deliver(),
            MessageDeed::Hold => self.raft_hold(),
            MessageDeed::Drop => self.raft_drop(),
            MessageDeed::Duplicate => self.raft_duplicate(),
            MessageDeed::Delay => self.raft_delay_message(),
        }
    }

    /// What can be done to a member.
    pub const fn member_deed(self, deed: MemberDeed) -> &'static str {
        match deed {
            MemberDeed::TimeOut => self.raft_time_out(),
            MemberDeed::Pause => self.raft_pause(),
            MemberDeed::Resume => self.raft_resume(),
            MemberDeed::Crash => self.raft_crash(),
        }
    }
}
