//! Figures 7 and 8 of the Raft paper. Its term 1 is the term in which a scene begins.

use super::Text;

pub const FIGURE_7: [Text; 15] = [
    [
        "Seven members, and the same entries everywhere. From here on we say who stands: timeouts \
         are 50 s, and pre-vote and the check for a quorum are off. The paper’s term 1 is the \
         term you see; it asks what logs crashes can leave behind.",
        "멤버는 일곱, 항목은 어디나 같다. 이제부터 누가 나설지는 우리가 정한다: 타임아웃은 50초, 예비 \
         투표와 정족수 검사는 끈다. 지금 보이는 임기가 논문의 임기 1이다. 크래시가 어떤 로그를 남길 \
         수 있는지 보자.",
    ],
    [
        "Term 2: m7 (the paper’s f) was elected and cut off at the same moment. Its empty entry and \
         two writes stand in its own log alone.",
        "임기 2: m7(논문의 f)이 뽑히자마자 끊어졌다. 빈 항목과 쓰기 둘이 자기 로그에만 있다.",
    ],
    [
        "Term 3: m7 crashed, started again, was elected once more and cut off once more. Five more \
         entries that nobody else has. Then it stays down for a long time.",
        "임기 3: m7이 죽었다 다시 시작해 또 뽑히고 또 끊어졌다. 아무도 없는 항목이 다섯 더 생겼다. \
         그러고는 오래 멈춰 있다.",
    ],
    [
        "Term 4: m6 (e) leads, and its first entry reaches everyone who runs. It is on six disks \
         of seven and so committed. It overwrites nothing: what m7 has, m7 keeps for now.",
        "임기 4: m6(e)이 이끌고, 첫 항목이 돌고 있는 모두에게 닿는다. 일곱 중 여섯 디스크에 있으니 \
         커밋된다. m7이 가진 것은 아직 그대로다.",
    ],
    [
        "Still term 4: m3 (b) is cut off and misses a write. Then m6 is cut off as well, and two \
         more writes stay with it alone.",
        "여전히 임기 4: m3(b)이 끊어져 쓰기 하나를 놓친다. 이어서 m6도 끊어져, 쓰기 둘이 혼자만의 \
         것으로 남는다.",
    ],
    [
        "Term 5: m1 leads m2, m4 and m5, four of seven. Two entries, on all four of them.",
        "임기 5: m1이 m2, m4, m5를 이끈다. 일곱 중 넷이다. 항목 둘이 넷 모두에 있다.",
    ],
    [
        "Term 6: m4 (c) leads. m2 (a) is cut off before the third entry, and m4 itself before the \
         fourth: one lacks an entry, the other has one too many.",
        "임기 6: m4(c)가 이끈다. m2(a)는 세 번째 항목 전에, m4 자신은 네 번째 전에 끊어졌다: 하나는 \
         모자라고, 하나는 남는다.",
    ],
    [
        "Term 7: m5 (d) was elected and cut off at once, with two entries of its own.",
        "임기 7: m5(d)가 뽑히자마자 끊어졌다. 자기만의 항목이 둘 있다.",
    ],
    [
        "This is Figure 7, entry by entry: m1 on top; m2 and m3 (a, b) lack entries, m4 and m5 \
         (c, d) have some too many, m6 and m7 (e, f) both. m7 has started again.",
        "이것이 그림 7이다, 항목 하나하나까지: 맨 위가 m1, m2와 m3(a, b)은 모자라고, m4와 m5(c, d)는 \
         남고, m6과 m7(e, f)은 둘 다다. m7은 다시 시작했다.",
    ],
    [
        "Term 8: m1 stood and won with the votes of m2, m3 and m6, whose logs are no newer than \
         its own. m4 and m5 would have refused: their logs are longer or of a later term.",
        "임기 8: m1이 나서서 m2, m3, m6의 표로 이겼다. 그들의 로그는 m1 것보다 새롭지 않다. m4와 \
         m5라면 거절했을 것이다: 더 길거나 더 늦은 임기의 로그이므로.",
    ],
    [
        "m2 can be reached. It refuses m1’s newest entry, since it lacks the one before, and hints \
         where its log ends. m1 goes back to there and sends the rest: a is repaired.",
        "m2에 닿는다. 바로 앞 항목이 없으므로 m1의 새 항목을 거절하고, 자기 로그가 어디서 끝나는지 \
         알려 준다. m1은 거기로 돌아가 나머지를 보낸다: a가 고쳐졌다.",
    ],
    [
        "m3 lacks more, and is repaired in the same way: one refusal with a hint, and not one for \
         each entry.",
        "m3은 더 많이 모자라지만 같은 방식으로 고쳐진다: 항목마다 거절하는 것이 아니라, 힌트가 담긴 \
         거절 한 번으로.",
    ],
    [
        "m6 has two entries of term 4 where m1 has others. It deletes them and takes m1’s. Now \
         four of seven hold m1’s entry of its own term: everything up to it is committed.",
        "m6에는 m1과 다른 임기 4의 항목이 둘 있다. 그것을 지우고 m1의 것을 받는다. 이제 일곱 중 넷이 \
         m1 자기 임기의 항목을 가진다: 거기까지 모두 커밋되었다.",
    ],
    [
        "m4 and m5 give up what they alone had, of terms 6 and 7. Nobody was ever told that these \
         entries were done, so nothing that was promised is lost.",
        "m4와 m5는 자기만 가졌던 임기 6과 7의 항목을 버린다. 그 항목이 되었다는 말은 누구도 듣지 \
         못했으니, 약속한 것은 하나도 잃지 않았다.",
    ],
    [
        "m7 replaces eight entries of terms 2 and 3. All seven logs are alike: a leader never \
         changes its own log, it makes the others like it. Flags are as usual again.",
        "m7은 임기 2와 3의 항목 여덟을 바꾼다. 일곱 로그가 모두 같다: 리더는 자기 로그를 고치지 않고, \
         남의 로그를 자기 것과 같게 만든다. 플래그는 평소대로 돌아왔다.",
    ],
];

pub const FIGURE_8: [Text; 10] = [
    [
        "Five members, all with the same entries: the last of them is the paper’s entry 1 of term \
         1. From here on we say who stands, and a message carries one entry at most.",
        "멤버는 다섯, 항목은 모두 같다: 마지막 것이 논문의 항목 1, 임기 1이다. 이제부터 누가 나설지는 \
         우리가 정하고, 메시지 하나에는 항목이 하나까지만 실린다.",
    ],
    [
        "(a) m1 leads term 2. Its entry 2 reaches m2, and then no further: m1 can talk to m2 \
         alone.",
        "(a) m1이 임기 2를 이끈다. 항목 2가 m2까지만 닿는다: m1은 m2와만 이야기할 수 있다.",
    ],
    [
        "(b) m1 crashed. m5 was elected for term 3 by m3 and m4, which know nothing of entry 2, \
         and was cut off at once: its own entry 2 stands in its log alone.",
        "(b) m1이 죽었다. 항목 2를 모르는 m3과 m4가 m5를 임기 3의 리더로 뽑았고, m5는 곧 끊어졌다: \
         다른 항목 2가 그 로그에만 있다.",
    ],
    [
        "m5 crashed, m1 is back and stands. In vain: it asks for term 3, and m3 and m4 have given \
         their votes of that term to m5. A stored vote is not given twice.",
        "m5가 죽고, m1이 돌아와 나선다. 헛수고다: 임기 3의 표를 달라는데 m3과 m4는 그 표를 m5에게 \
         주었다. 저장된 표는 두 번 주지 않는다.",
    ],
    [
        "(c) m1 stood again and leads term 4. It goes on to copy entry 2 of term 2: now m1, m2 and \
         m3 have it, a majority. Still it is not committed, and the green edge stays where it is.",
        "(c) m1이 다시 나서서 임기 4를 이끈다. 임기 2의 항목 2를 마저 복제한다: 이제 m1, m2, m3이 \
         가졌으니 과반이다. 그래도 커밋되지 않고 초록 선은 그대로다.",
    ],
    [
        "(d) Why not? m1 crashed and m5 is back. After a first try in vain it leads term 5: m2, m3 \
         and m4 vote for it, because its last entry is of term 3 and theirs of term 2 at most.",
        "(d) 왜 아닐까? m1이 죽고 m5가 돌아온다. 한 번 실패한 뒤 임기 5를 이끈다: m5의 마지막 항목은 \
         임기 3, 나머지는 기껏해야 임기 2이므로 m2, m3, m4가 표를 준다.",
    ],
    [
        "m5 makes the others like itself: entry 2 of term 2 is overwritten, although a majority \
         had it. Had m1 called it committed, a promise would be broken now.",
        "m5는 남의 로그를 자기 것과 같게 만든다: 과반이 가졌던 임기 2의 항목 2가 덮어써진다. m1이 \
         그것을 커밋했다고 했다면 지금 약속이 깨졌을 것이다.",
    ],
    [
        "(e) Back to (c), and another way from there: m1 gets its own entry of term 4 to m2 and m3 \
         as well. That one counts, it is committed, and entry 2 before it with it.",
        "(e) (c)로 돌아가 다른 길로 간다: m1이 자기 임기 4의 항목도 m2와 m3에 보낸다. 이것은 세어지고, \
         커밋되며, 그 앞의 항목 2도 함께 커밋된다.",
    ],
    [
        "m1 crashed and m5 is back, as before. But m2 and m3 refuse it in every term: their logs \
         end with term 4, and m5’s with term 3. Whoever wins now has entry 2.",
        "아까처럼 m1이 죽고 m5가 돌아온다. 그러나 m2와 m3은 어느 임기에서든 거절한다: 그들의 로그는 \
         임기 4로, m5의 것은 임기 3으로 끝난다. 이제 누가 이기든 항목 2를 가진다.",
    ],
    [
        "Everyone is back, with the usual flags: m5 takes over the committed entries. This is why \
         a leader counts only copies of entries of its own term. The other future is still there, \
         as a branch.",
        "모두 평소의 플래그로 돌아왔다: m5는 커밋된 항목을 받는다. 그래서 리더는 자기 임기 항목의 \
         복사본만 센다. 다른 미래도 브랜치로 남아 있다.",
    ],
];
