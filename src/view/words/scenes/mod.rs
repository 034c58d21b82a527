//! What the scenes of the Raft bench tell: their names, and at each beat what happened and why.
//!
//! In a text `{0}` is the first member of the cast and `{l}` whoever leads now; in Korean a
//! particle may follow a colon (`{0:은}`), which takes the form that fits the name. Invariant:
//! every beat of every scene has a text in both languages, which a test compares with the scripts.

mod members;
mod paper;
mod plays;

use smol_str::SmolStr;

use super::Lang;
use super::josa::Josa;
use crate::view::raft::{Scene, SceneView};

/// A text in English and in Korean.
type Text = [&'static str; 2];

impl Lang {
    /// What a scene is called.
    pub const fn scene(self, scene: Scene) -> &'static str {
        let both = match scene {
            Scene::FirstElection => ["First election", "첫 선거"],
            Scene::SplitVote => ["Split vote", "갈린 표"],
            Scene::LeaderCrash => ["Leader crash", "리더의 죽음"],
            Scene::OldLeaderReturns => ["Old leader returns", "옛 리더의 귀환"],
            Scene::PreVote => ["Pre-vote", "예비 투표"],
            Scene::Transfer => ["Transfer", "리더 넘겨주기"],
            Scene::QuorumLost => ["Quorum lost", "정족수 상실"],
            Scene::Partition => ["Two against three", "둘 대 셋"],
            Scene::Figure7 => ["Logs repaired (Fig. 7)", "로그 고치기 (그림 7)"],
            Scene::Figure8 => ["Own term only (Fig. 8)", "자기 임기만 (그림 8)"],
            Scene::Membership => ["Add and replace", "추가와 교체"],
            Scene::Snapshot => ["Snapshot", "스냅숏"],
            Scene::Restore => ["Restore a backup", "백업 복원"],
        };
        both[self as usize]
    }

    /// What there is to see in it.
    pub const fn scene_hint(self, scene: Scene) -> &'static str {
        let both = match scene {
            Scene::FirstElection => [
                "From the very start: timers run, one runs out first, and the others vote.",
                "처음부터: 타이머가 돌고, 하나가 먼저 끝나고, 나머지가 투표한다.",
            ],
            Scene::SplitVote => [
                "All stand at the same moment, and each votes for itself.",
                "모두 동시에 나서서 각자 자신에게 투표한다.",
            ],
            Scene::LeaderCrash => [
                "Heartbeats stop, a follower’s timer runs out, and a new term begins.",
                "하트비트가 멈추고, 팔로워의 타이머가 끝나고, 새 임기가 시작된다.",
            ],
            Scene::OldLeaderReturns => [
                "Cut off, it steps down; back again, it compares terms and follows.",
                "고립되면 물러나고, 돌아오면 임기를 비교해 팔로워가 된다.",
            ],
            Scene::PreVote => [
                "A member that was away comes back, and the leader stays.",
                "떨어져 있던 멤버가 돌아와도 리더는 그대로다.",
            ],
            Scene::Transfer => [
                "etcdctl move-leader: no timeout is waited for.",
                "etcdctl move-leader: 타임아웃을 기다리지 않는다.",
            ],
            Scene::QuorumLost => [
                "Without a majority nothing is committed; with one, everything goes on.",
                "과반이 없으면 아무것도 커밋되지 않고, 돌아오면 모두 이어진다.",
            ],
            Scene::Partition => [
                "Five members are split: both sides are written to, and only one write counts.",
                "다섯 멤버가 갈라진다: 양쪽에 쓰지만 한쪽의 쓰기만 남는다.",
            ],
            Scene::Figure7 => [
                "The paper’s six kinds of logs that differ, made and repaired.",
                "논문에 나오는 어긋난 로그 여섯 가지를 만들고 고친다.",
            ],
            Scene::Figure8 => [
                "An entry on a majority that is lost all the same, and why etcd never counts it.",
                "과반이 가졌는데도 사라지는 항목, 그리고 etcd가 그것을 세지 않는 이유.",
            ],
            Scene::Membership => [
                "A learner is added, refused, promoted; then a lost member is replaced.",
                "러너를 추가하고, 거절당하고, 승격한다. 그리고 잃은 멤버를 교체한다.",
            ],
            Scene::Snapshot => [
                "The leader no longer has what a slow follower lacks, and sends all it holds.",
                "느린 팔로워에게 없는 것을 리더도 이미 버렸기에, 가진 것을 통째로 보낸다.",
            ],
            Scene::Restore => [
                "Two of three disks are gone for good, but there is a backup.",
                "디스크 셋 중 둘을 영영 잃었지만 백업이 있다.",
            ],
        };
        both[self as usize]
    }

    /// What happened in the beat that is told, and why.
    pub fn beat(self, view: &SceneView) -> String {
        let text = beats(view.scene).get(view.beat).map_or("", |text| text[self as usize]);
        filled(text, &view.cast, &view.leader)
    }
}

/// The texts of a scene, one a beat.
const fn beats(scene: Scene) -> &'static [Text] {
    match scene {
        Scene::FirstElection => &plays::FIRST_ELECTION,
        Scene::SplitVote => &plays::SPLIT_VOTE,
        Scene::LeaderCrash => &plays::LEADER_CRASH,
        Scene::OldLeaderReturns => &plays::OLD_LEADER_RETURNS,
        Scene::PreVote => &plays::PRE_VOTE,
        Scene::Transfer => &plays::TRANSFER,
        Scene::QuorumLost => &plays::QUORUM_LOST,
        Scene::Partition => &plays::PARTITION,
        Scene::Figure7 => &paper::FIGURE_7,
        Scene::Figure8 => &paper::FIGURE_8,
        Scene::Membership => &members::MEMBERSHIP,
        Scene::Snapshot => &members::SNAPSHOT,
        Scene::Restore => &members::RESTORE,
    }
}

/// How many beats of a scene have words.
#[cfg(test)]
pub const fn beats_told(scene: Scene) -> usize {
    beats(scene).len()
}

/// `text` with the names of members in place of what stands for them.
fn filled(text: &str, cast: &[SmolStr], leader: &SmolStr) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((place, after)) = after.split_once('}') else { break };
        let (who, particle) = place.split_once(':').unwrap_or((place, ""));
        let name = match who {
            "l" if leader.is_empty() => "?",
            "l" => leader,
            number => number.parse().ok().and_then(|n: usize| cast.get(n)).map_or("?", |n| n),
        };
        out.push_str(name);
        out.push_str(match particle {
            "은" => Josa::Topic.after(name),
            "이" => Josa::Subject.after(name),
            "을" => Josa::Object.after(name),
            "과" => Josa::With.after(name),
            "로" => Josa::Toward.after(name),
            other => other,
        });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_their_places_and_their_particles() {
        let cast = ["m1".into(), "m2".into()];
        let check = |text, expected| assert_eq!(filled(text, &cast, &"m3".into()), expected);
        check("{0} asks {1}; {l} leads.", "m1 asks m2; m3 leads.");
        check("{0:은} {1:은} {l:이} {0:로}", "m1은 m2는 m3이 m1로");
        check("nothing", "nothing");
    }

    #[test]
    fn no_text_is_left_open() {
        for scene in Scene::ALL {
            for text in beats(scene).iter().flatten() {
                assert_eq!(text.matches('{').count(), text.matches('}').count(), "{text}");
                assert!(text.len() > 30, "{text}");
            }
        }
    }
}
