//! Scenes of leaders and followers: elections, crashes, cuts.

use super::Text;

pub const FIRST_ELECTION: [Text; 3] = [
    [
        "Time begins, and nobody leads. Every member waits for a leader for a time that it drew by \
         lot; the first whose timer ran out now asks the others whether it could win.",
        "시간이 시작되고, 리더는 없다. 멤버마다 제비로 뽑은 시간만큼 리더를 기다린다. 가장 먼저 \
         타이머가 끝난 멤버가 이길 수 있을지 다른 멤버에게 묻는다.",
    ],
    [
        "A majority said yes, so it raised its term, voted for itself and got the votes: {l} \
         leads. Nobody else can win this term, because everyone votes once a term.",
        "과반이 좋다고 하자 임기를 올리고 자신에게 투표하고 표를 모았다: {l:이} 리더다. 한 임기에 \
         한 번만 투표하므로 이 임기에 다른 멤버는 이길 수 없다.",
    ],
    [
        "{l} sends heartbeats every tick and the others start their timers anew each time. Its \
         first entry is an empty one: only with an entry of its own term can it commit.",
        "{l:은} 틱마다 하트비트를 보내고, 나머지는 그때마다 타이머를 처음부터 돌린다. 첫 항목은 빈 \
         항목이다: 자기 임기의 항목이 있어야 커밋할 수 있기 때문이다.",
    ],
];

pub const SPLIT_VOTE: [Text; 4] = [
    [
        "The etcd of {0}, the leader, was stopped. No more heartbeats arrive, and the timers of \
         the others run on.",
        "리더 {0}의 etcd를 멈췄다. 하트비트가 더 오지 않고, 나머지의 타이머는 계속 돈다.",
    ],
    [
        "All timers were set to go off at once, and so several members stand at the same moment. \
         Each votes for itself first, and nobody can give a second vote in the same term.",
        "모든 타이머가 동시에 끝나도록 맞췄더니 여러 멤버가 한꺼번에 나선다. 각자 먼저 자신에게 \
         투표하고, 같은 임기에 두 번째 표를 줄 수는 없다.",
    ],
    [
        "After a vote that nobody wins everyone draws a new timeout by lot. This time {l} was \
         first, and the others still had their votes to give: {l} leads.",
        "아무도 이기지 못하면 모두 타임아웃을 다시 뽑는다. 이번에는 {l:이} 먼저였고 나머지에게는 \
         아직 줄 표가 있었다: {l:이} 리더다.",
    ],
    [
        "{0} starts again from what its disk holds, hears a heartbeat of a later term, and \
         follows {l}.",
        "{0:이} 디스크에 남은 것으로 다시 시작하고, 더 늦은 임기의 하트비트를 듣고 {l:을} 따른다.",
    ],
];

pub const LEADER_CRASH: [Text; 4] = [
    [
        "The etcd of {0}, the leader, was stopped. The others do not know yet: all they notice is \
         that no heartbeat comes.",
        "리더 {0}의 etcd를 멈췄다. 나머지는 아직 모른다: 하트비트가 오지 않는 것만 느낀다.",
    ],
    [
        "A timer ran out. Its member does not raise its term yet: with a pre-vote it asks first \
         whether a majority has lost the leader as well.",
        "타이머 하나가 끝났다. 아직 임기는 올리지 않는다: 예비 투표로 과반도 리더를 잃었는지 먼저 \
         묻는다.",
    ],
    [
        "{l} got the votes of a majority and leads the new term. Whatever {0} had committed is in \
         its log, because nobody votes for a log that is older than its own.",
        "{l:이} 과반의 표를 얻어 새 임기의 리더가 되었다. 자기보다 오래된 로그에는 아무도 투표하지 \
         않으므로, {0:이} 커밋한 것은 모두 그 로그에 있다.",
    ],
    [
        "{0} is back. The first message it hears is of a later term than its own, so it follows \
         {l} and takes in the entries that it missed.",
        "{0:이} 돌아왔다. 처음 들은 메시지의 임기가 자기 것보다 늦으므로 {l:을} 따르고, 놓친 항목을 \
         받는다.",
    ],
];

pub const OLD_LEADER_RETURNS: [Text; 4] = [
    [
        "{0}, the leader, was cut off from everyone. It runs on and thinks that it leads, but \
         nobody hears it.",
        "리더 {0:이} 모두에게서 끊어졌다. 여전히 돌고 있고 자기가 리더라고 생각하지만 아무도 듣지 \
         못한다.",
    ],
    [
        "The others heard nothing for as long as their timers ran, and elected {l} in a later \
         term. For a moment two members may think that they lead: never in the same term.",
        "나머지는 타이머가 도는 동안 아무것도 듣지 못해 더 늦은 임기에 {l:을} 뽑았다. 잠시 둘이 \
         자기가 리더라고 생각할 수 있지만, 같은 임기에서는 결코 아니다.",
    ],
    [
        "{0} has not heard from a majority for one election timeout either, and steps down of its \
         own accord: it could commit nothing anyway.",
        "{0}도 선거 타임아웃 동안 과반의 소식을 듣지 못해 스스로 물러난다: 어차피 아무것도 커밋할 수 \
         없었다.",
    ],
    [
        "The cables are mended. {0} compares terms: {l}’s is later, so it follows. Entries that \
         only {0} had, and that were never committed, are overwritten.",
        "케이블을 고쳤다. {0:은} 임기를 비교한다: {l}의 것이 더 늦으므로 따른다. {0}만 가졌던, \
         커밋되지 않은 항목은 덮어써진다.",
    ],
];

pub const PRE_VOTE: [Text; 3] = [
    [
        "{1}, a follower, was cut off from everyone. Its timer runs; the others go on without it.",
        "팔로워 {1:이} 모두에게서 끊어졌다. 그 타이머는 돌고, 나머지는 그대로 이어 간다.",
    ],
    [
        "Its timer ran out. {1} asks whether it could win, and nobody answers. It asks again and \
         again, but it does not raise its term: look at the number in its circle.",
        "타이머가 끝났다. {1:은} 이길 수 있을지 묻지만 아무도 답하지 않는다. 거듭 물어도 임기는 \
         올리지 않는다: 원 안의 숫자를 보자.",
    ],
    [
        "Back again, {1} follows {l} as before. Had its term risen, it would have forced everyone \
         into a new election; this is what the pre-vote is for.",
        "돌아온 {1:은} 전처럼 {l:을} 따른다. 임기가 올라 있었다면 모두 새 선거를 치러야 했을 것이다: \
         예비 투표는 그래서 있다.",
    ],
];

pub const TRANSFER: [Text; 3] = [
    [
        "etcdctl move-leader asked {0} to hand over. When {1} has all entries, {0} sends it \
         MsgTimeoutNow, and {1} stands at once without waiting for its timer.",
        "etcdctl move-leader가 {0}에게 넘겨주라고 했다. {1:이} 모든 항목을 가지면 {0:이} \
         MsgTimeoutNow를 보내고, {1:은} 타이머를 기다리지 않고 바로 나선다.",
    ],
    [
        "{1} won. Voters would refuse anyone while they hear their leader, but its requests say \
         that the leader wants it so.",
        "{1:이} 이겼다. 투표자는 리더의 소식을 듣는 동안 누구에게든 거절하지만, 이 요청에는 리더가 \
         원한다고 적혀 있다.",
    ],
    [
        "{0} follows now, and etcdctl has its answer. Nobody was without a leader for longer than \
         a few messages take: this is how a leader is shut down kindly.",
        "이제 {0:은} 팔로워이고, etcdctl은 답을 받았다. 리더가 없던 시간은 메시지 몇 개가 오갈 \
         만큼뿐이다: 리더를 곱게 끄는 방법이다.",
    ],
];

pub const QUORUM_LOST: [Text; 3] = [
    [
        "A majority of the members was stopped. Those that are left cannot know whether the \
         others are dead or only out of reach.",
        "멤버의 과반을 멈췄다. 남은 멤버는 나머지가 죽었는지, 닿지 않을 뿐인지 알 수 없다.",
    ],
    [
        "The leader heard from no majority and stepped down. Nothing can be committed now: writes \
         wait and time out. What was committed is safe on the disks.",
        "리더는 과반의 소식을 듣지 못해 물러났다. 이제 아무것도 커밋할 수 없다: 쓰기는 기다리다 \
         시간이 다한다. 커밋된 것은 디스크에 안전하다.",
    ],
    [
        "The members are back, {l} was elected, and writes go on where they stopped. Nothing that \
         was ever confirmed is lost.",
        "멤버가 돌아와 {l:이} 뽑혔고, 쓰기는 멈춘 곳에서 이어진다. 한 번 확인된 것은 하나도 잃지 \
         않았다.",
    ],
];

pub const PARTITION: [Text; 6] = [
    [
        "The cables are cut between {0}, the leader, with {1} on one side, and {2}, {3} and {4} \
         on the other. Three of five are a majority; two are not.",
        "리더 {0:과} {1}, 그리고 {2}, {3}, {4} 사이의 케이블을 끊었다. 다섯 중 셋은 과반이고, 둘은 \
         아니다.",
    ],
    [
        "A client writes to {0}, which still thinks that it leads. {1} stores the entry too, but \
         two of five do not commit it: no green edge, and the client waits in vain.",
        "클라이언트가 아직 리더라고 믿는 {0}에 쓴다. {1}도 항목을 저장하지만 다섯 중 둘로는 \
         커밋하지 못한다: 초록 선이 없고, 클라이언트는 헛되이 기다린다.",
    ],
    [
        "On the other side a timer ran out, and {l} was elected by three votes of five.",
        "반대쪽에서 타이머가 끝났고, {l:이} 다섯 표 중 셋으로 뽑혔다.",
    ],
    [
        "A client writes to the majority, and three disks of five are enough: the entry is \
         committed, and etcdctl says OK.",
        "클라이언트가 과반 쪽에 쓴다. 다섯 중 세 디스크면 충분하다: 항목이 커밋되고 etcdctl이 OK라고 \
         한다.",
    ],
    [
        "{0} has stepped down, for it hears from no majority. It still answers reads that need \
         not be the latest (--consistency=s), from what it had: here, nothing.",
        "{0:은} 과반의 소식을 듣지 못해 물러났다. 최신이 아니어도 되는 읽기(--consistency=s)에는 \
         가진 것으로 답한다: 여기서는 아무것도 없다.",
    ],
    [
        "The cables are mended. {0} and {1} compare terms and follow {l}; their entry that was \
         never committed is overwritten by the one that was. All logs are alike again.",
        "케이블을 고쳤다. {0:과} {1:은} 임기를 비교해 {l:을} 따르고, 커밋되지 않은 항목은 커밋된 \
         항목으로 덮어써진다. 로그가 다시 모두 같다.",
    ],
];
