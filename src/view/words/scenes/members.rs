//! Scenes of members that come, go, fall behind, or lose everything.

use super::Text;

pub const MEMBERSHIP: [Text; 7] = [
    [
        "etcdctl member add m4 --learner: the change is an entry of the log like any other. A \
         learner gets all entries and has no vote, so the quorum stays two of three.",
        "etcdctl member add m4 --learner: 변경은 다른 것과 같은 로그 항목이다. 러너는 모든 항목을 \
         받지만 표가 없으므로, 정족수는 그대로 셋 중 둘이다.",
    ],
    [
        "Promoting it at once is refused: it has not even started. A voter without entries would \
         raise the quorum and help nobody.",
        "바로 승격하려 하자 거절당한다: 아직 시작하지도 않았다. 항목이 없는 투표자는 정족수만 높이고 \
         아무 도움이 되지 않는다.",
    ],
    [
        "m4 started with an empty disk, and {l} sent it the whole log. Look at match and next \
         beside its row.",
        "m4가 빈 디스크로 시작했고, {l:이} 로그 전체를 보냈다. 그 줄 옆의 match와 next를 보자.",
    ],
    [
        "Now it is in sync with the leader, and promoted. Four vote, and a quorum is three: one \
         may fail, no more than before. Clusters have odd numbers for a reason.",
        "이제 리더와 맞으므로 승격되었다. 넷이 투표하고 정족수는 셋이다: 전과 같이 하나만 죽어도 \
         된다. 클러스터가 홀수인 데는 까닭이 있다.",
    ],
    [
        "The disk of {1} is lost. It must not come back under its old name: it has forgotten how \
         it voted and what it had promised to keep.",
        "{1}의 디스크를 잃었다. 옛 이름으로 돌아와서는 안 된다: 누구에게 투표했고 무엇을 간직하기로 \
         약속했는지 잊었다.",
    ],
    [
        "etcdctl member remove: first the lost one goes, so that the quorum is two of three again. \
         Only then may another come.",
        "etcdctl member remove: 먼저 잃은 멤버가 나가 정족수가 다시 셋 중 둘이 된다. 그다음에야 다른 \
         멤버가 올 수 있다.",
    ],
    [
        "When all had been well for five seconds (sooner, etcd says “unhealthy cluster”), m5 was \
         added as a learner, started, learned and was promoted: {1} is replaced, and nobody was \
         ever without a leader.",
        "모두 5초 동안 무사한 뒤에(그 전이면 etcd가 “unhealthy cluster”라고 한다) m5를 러너로 \
         추가하고, 시작하고, 따라잡고, 승격했다: {1:이} 교체되었고, 리더가 없던 때는 없었다.",
    ],
];

pub const SNAPSHOT: [Text; 4] = [
    [
        "{1} is cut off. So that one need not wait for 10,000 entries, members take a snapshot \
         every 10 now (--snapshot-count) and keep 5 entries behind it.",
        "{1:이} 끊어졌다. 항목 10,000개를 기다리지 않도록 이제 10개마다 스냅숏을 뜨고 \
         (--snapshot-count) 그 뒤로 항목 5개만 남긴다.",
    ],
    [
        "Sixteen writes later {0} has compacted its log: the entries that {1} needs next are gone \
         from it.",
        "쓰기 열여섯 번 뒤 {0:은} 로그를 줄였다: {1:이} 다음에 필요한 항목이 이제 없다.",
    ],
    [
        "The cable is mended. {0} finds out where {1} stands, cannot send it entries, and so sends \
         all that it holds: MsgSnap is on its way.",
        "케이블을 고쳤다. {0:은} {1:이} 어디까지 왔는지 알아내지만 항목을 보낼 수 없으므로, 가진 것을 \
         통째로 보낸다: MsgSnap이 가는 중이다.",
    ],
    [
        "{1} has replaced its state by the snapshot, its log begins after it, and entries follow \
         in the usual way.",
        "{1:은} 자기 상태를 스냅숏으로 바꾸었고, 로그는 그 뒤에서 시작하며, 항목은 평소처럼 이어진다.",
    ],
];

pub const RESTORE: [Text; 7] = [
    [
        "A value is written, and etcdctl snapshot save makes a copy of the whole store. This is \
         the step that people forget.",
        "값을 하나 쓰고, etcdctl snapshot save가 저장소 전체를 복사한다. 사람들이 잊는 것이 바로 이 \
         단계다.",
    ],
    [
        "Two disks of three are lost for good. {0} hears from no majority and has stepped down. \
         Waiting does not help: there will never be a quorum again.",
        "디스크 셋 중 둘을 영영 잃었다. {0:은} 과반의 소식을 듣지 못해 물러났다. 기다려도 소용없다: \
         정족수는 다시 모이지 않는다.",
    ],
    [
        "A write waits for a leader that cannot be elected, until its time is up.",
        "쓰기는 뽑힐 수 없는 리더를 기다리다 시간이 다한다.",
    ],
    [
        "A read that need not be the latest (--consistency=s) is still answered: {0} has what was \
         committed before.",
        "최신이 아니어도 되는 읽기(--consistency=s)에는 여전히 답한다: {0:은} 그전에 커밋된 것을 가지고 \
         있다.",
    ],
    [
        "etcdutl snapshot restore makes a data directory of the copy. It forgets who the members \
         were and what term it was: it is for a new cluster.",
        "etcdutl snapshot restore가 복사본으로 데이터 디렉터리를 만든다. 누가 멤버였고 임기가 몇이었는지 \
         잊는다: 새 클러스터를 위한 것이다.",
    ],
    [
        "Every member starts from that directory. They found a new cluster with a new log, elect \
         {l}, and nothing of the old one can disturb them.",
        "모든 멤버가 그 디렉터리에서 시작한다. 새 로그로 새 클러스터를 세우고 {l:을} 뽑는다. 옛 \
         클러스터의 어떤 것도 방해하지 못한다.",
    ],
    [
        "The value is back. What was written after the copy was made is lost: how much that is, is \
         decided by how often one saves.",
        "값이 돌아왔다. 복사한 뒤에 쓴 것은 잃었다: 그것이 얼마나 될지는 얼마나 자주 저장하느냐에 \
         달렸다.",
    ],
];
