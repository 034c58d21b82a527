//! What etcd's log lines and the fields of its messages mean, in plain words.

use crate::view::raft::{Meaning, MessageField};

impl super::Lang {
    /// What a line of a member's log means.
    // long: one sentence in two languages a meaning.
    pub const fn meaning(self, meaning: Meaning) -> &'static str {
        let both = match meaning {
            Meaning::Follows => ["It follows whoever leads this term.", "이 임기의 리더를 따른다."],
            Meaning::AsksFirst => [
                "It asks whether it could win; its term stays as it is.",
                "이길 수 있는지 먼저 묻는다. 임기는 그대로다.",
            ],
            Meaning::Stands => [
                "It raises its term, votes for itself and asks the others.",
                "임기를 올리고, 자신에게 투표하고, 나머지에게 표를 청한다.",
            ],
            Meaning::Leads => [
                "A majority voted for it: it leads this term.",
                "과반이 표를 주었다: 이 임기의 리더다.",
            ],
            Meaning::TimerRanOut => [
                "It heard from no leader for as long as it waits.",
                "기다리는 시간 내내 리더의 소식이 없었다.",
            ],
            Meaning::MayNotStand => [
                "It may not stand: it is no voter, or has yet to catch up with a change.",
                "나설 수 없다: 투표자가 아니거나, 아직 적용할 변경이 있다.",
            ],
            Meaning::Asked => [
                "It asked for a vote, and said where its log ends.",
                "표를 청하며 자기 로그가 어디서 끝나는지 알렸다.",
            ],
            Meaning::GotVote => ["It got this vote.", "이 표를 얻었다."],
            Meaning::WasRefused => ["It was refused this vote.", "이 표를 거절당했다."],
            Meaning::Counted => ["It counts: a majority decides.", "표를 센다: 과반이면 된다."],
            Meaning::GaveVote => [
                "It gave its vote of this term: first come, first served, if the log is no older.",
                "이 임기의 표를 주었다: 로그가 오래되지 않았다면 먼저 온 순서다.",
            ],
            Meaning::RefusedVote => [
                "It refused: it has voted for another, or the candidate’s log is older than its own.",
                "거절했다: 이미 다른 멤버에게 투표했거나, 후보의 로그가 자기 것보다 오래되었다.",
            ],
            Meaning::KeepsToLeader => [
                "It hears its leader, and so takes no notice of a candidate.",
                "리더의 소식을 듣고 있으므로 후보를 못 본 체한다.",
            ],
            Meaning::LaterTerm => [
                "A message of a later term: its own is over, and it follows.",
                "더 늦은 임기의 메시지다: 자기 임기는 끝났고, 팔로워가 된다.",
            ],
            Meaning::EarlierTerm => [
                "A message of a term that is over: it is not listened to.",
                "끝난 임기의 메시지다: 듣지 않는다.",
            ],
            Meaning::NoQuorum => [
                "It heard from no majority for an election timeout: it leads no more.",
                "선거 타임아웃 동안 과반의 소식이 없었다: 리더에서 물러난다.",
            ],
            Meaning::EntriesRefused => [
                "A follower lacks the entry before these, and hints where to go on.",
                "팔로워에 바로 앞 항목이 없어, 어디서 이어 갈지 알려 준다.",
            ],
            Meaning::GoesBack => [
                "The leader goes back to where both logs may agree.",
                "리더가 두 로그가 같을 만한 곳으로 돌아간다.",
            ],
            Meaning::InStep => [
                "This follower is in step again: entries flow without questions.",
                "이 팔로워는 다시 맞는다: 묻지 않고 항목을 보낸다.",
            ],
            Meaning::SentSnapshot => [
                "The leader no longer has the entries this follower lacks, and sends a snapshot.",
                "이 팔로워에게 없는 항목을 리더도 이미 버려서, 스냅숏을 보낸다.",
            ],
            Meaning::SnapshotReported => [
                "The snapshot left: the leader asks how far the follower is now.",
                "스냅숏을 보냈다: 리더는 팔로워가 어디까지 왔는지 묻는다.",
            ],
            Meaning::Unreachable => [
                "A follower could not be reached; it is asked before it is sent more.",
                "팔로워에 닿지 않았다. 더 보내기 전에 먼저 묻는다.",
            ],
            Meaning::NobodyToAsk => {
                ["It knows of no leader who could do this.", "이 일을 할 리더를 모른다."]
            }
            Meaning::ChangeIgnored => [
                "One change of the members at a time: this one is not taken.",
                "멤버 변경은 한 번에 하나다: 이것은 받지 않는다.",
            ],
            Meaning::HandsOver => [
                "It was told to hand over, and brings its heir up to date first.",
                "넘겨주라는 말을 듣고, 먼저 후계자를 따라잡게 한다.",
            ],
            Meaning::TellsHeir => [
                "The heir has everything, and is told to stand at once.",
                "후계자가 모두 가졌으니 바로 나서라고 한다.",
            ],
            Meaning::HandOverFailed => [
                "The heir did not take over in time; the leader goes on.",
                "후계자가 제때 이어받지 못했다. 리더는 그대로 간다.",
            ],
            Meaning::Started => {
                ["It starts from what is on its disk.", "디스크에 있는 것으로 시작한다."]
            }
            Meaning::MembersChanged => {
                ["From now on these are the members it counts.", "이제부터 이 멤버들을 센다."]
            }
            Meaning::DoesNotFit => [
                "It lacks the entry before these, and refuses them.",
                "바로 앞 항목이 없어 거절한다.",
            ],
            Meaning::Conflict => [
                "From here on its log differs from the leader’s.",
                "여기서부터 로그가 리더 것과 다르다.",
            ],
            Meaning::Overwrites => [
                "It replaces entries that were never committed by the leader’s.",
                "커밋되지 않은 항목을 리더의 것으로 바꾼다.",
            ],
            Meaning::Restores => {
                ["It takes a snapshot in place of its own state.", "자기 상태를 스냅숏으로 바꾼다."]
            }
            Meaning::Restored => [
                "It holds what the snapshot held, and its log goes on from there.",
                "스냅숏의 내용을 가졌고, 로그는 거기서 이어진다.",
            ],
        };
        both[self as usize]
    }

    /// What a field of a message means.
    pub const fn message_field(self, field: MessageField) -> &'static str {
        let both = match field {
            MessageField::Type => ["What the message is for.", "무엇을 위한 메시지인가."],
            MessageField::From => ["The id of the sender.", "보낸 멤버의 id."],
            MessageField::To => ["The id of the receiver.", "받는 멤버의 id."],
            MessageField::Term => [
                "The sender’s term. A later one makes the receiver follow; an earlier one is not \
                 listened to.",
                "보낸 쪽의 임기. 더 늦으면 받는 쪽이 팔로워가 되고, 더 이르면 듣지 않는다.",
            ],
            MessageField::LogTerm => [
                "The term of the entry at index: both together name one entry for ever.",
                "index에 있는 항목의 임기: 둘이 함께 항목 하나를 영원히 가리킨다.",
            ],
            MessageField::Index => [
                "A place in the log: the entry before those sent, the last one stored, or the end \
                 of a candidate’s log.",
                "로그의 자리: 보낸 항목의 바로 앞, 마지막으로 저장한 것, 또는 후보 로그의 끝.",
            ],
            MessageField::Entries => [
                "The entries to append, as term/index. None: only the commit index is news.",
                "덧붙일 항목, 임기/인덱스로. 없으면 commit만 새 소식이다.",
            ],
            MessageField::Commit => [
                "Up to here the sender knows entries to be committed; the receiver may apply them.",
                "보낸 쪽이 커밋된 줄 아는 곳. 받는 쪽은 여기까지 적용해도 된다.",
            ],
            MessageField::Reject => [
                "Whether it is a no: the entries do not fit, or the vote is refused.",
                "거절인가: 항목이 맞지 않거나, 표를 주지 않는다.",
            ],
            MessageField::RejectHint => [
                "Where the logs may agree, so that the leader need not go back entry by entry.",
                "로그가 같을 만한 곳. 리더가 항목을 하나씩 되짚지 않아도 된다.",
            ],
            MessageField::Context => [
                "A read that waits for a quorum, or that the leader itself wants this election.",
                "정족수를 기다리는 읽기, 또는 리더 자신이 이 선거를 원한다는 표시.",
            ],
            MessageField::Snapshot => [
                "All that was applied up to this term/index, in place of entries.",
                "항목 대신, 이 임기/인덱스까지 적용된 것 전부.",
            ],
            MessageField::Sent => ["When it left.", "떠난 때."],
            MessageField::Arrives => ["When it arrives.", "닿는 때."],
        };
        both[self as usize]
    }
}
