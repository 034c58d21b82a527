//! Time: the transport, the lanes, the branches, the speed.

use super::josa::Josa;
use super::{phrases, words};

words! {
    time_bar = "Time", "시간";
    play = "Play", "재생";
    pause = "Pause", "일시정지";
    to_start = "To the start", "처음으로";
    to_now = "To now", "지금으로";
    back_to_now = "Back to now", "지금으로 돌아가기";
    step_back = "Step back", "한 단계 뒤로";
    step_forward = "Step forward", "한 단계 앞으로";
    step_by = "Step by", "단계";
    grain_message = "message", "메시지";
    grain_write = "write", "쓰기";
    grain_action = "action", "동작";
    grain_tick = "tick", "틱";
    grain_tick_hint = "One tick of the clock of a member of etcd", "etcd 멤버의 시계가 한 번 틱 할 때까지";
    grain_phase = "phase", "단계";
    grain_phase_hint = "One phase of a member: persist, send, apply; heartbeats are passed over",
        "멤버의 한 단계(저장, 전송, 적용)까지, 하트비트는 건너뛴다";
    grain_term = "term", "임기";
    grain_term_hint = "The next change of a member's role or term", "멤버의 역할이나 임기가 바뀔 때까지";
    grain_message_hint = "One message delivered, or one timer", "메시지 하나가 전달되거나 타이머 하나가 울릴 때까지";
    grain_write_hint = "One write to the API: a new revision", "API 쓰기 하나, 곧 새 리비전까지";
    grain_action_hint = "One action of a controller, the scheduler or a kubelet",
        "컨트롤러, 스케줄러, kubelet의 동작 하나까지";
    speed = "Speed", "속도";
    lane_term = "Raft term", "Raft 임기";
    lane_writes = "Writes", "쓰기";
    lane_scheduler = "Scheduler", "스케줄러";
    lane_ready = "Pods ready", "준비된 파드";
    lane_elections = "Elections", "선거";
    lane_upheavals = "Crashes, snapshots", "크래시, 스냅숏";
    grain_commit = "commit", "커밋";
    grain_commit_hint = "The next write that is committed and applied", "쓰기 하나가 커밋되어 적용될 때까지";
    lane_events = "Events", "사건";
    timeline = "Timeline", "타임라인";
    electing = "electing", "선거 중";
    old_future = "the future you left", "떠나온 미래";
    branch = "Branch", "갈래";
    branch_main = "First history", "처음 이력";
    zoom_in = "Zoom in", "확대";
    zoom_out = "Zoom out", "축소";
    zoom_fit = "Whole history", "전체 보기";
    marker_command = "command", "명령";
    marker_fault = "fault", "고장";
    marker_leader = "new leader", "새 리더";
    marker_trouble = "trouble", "문제";
    state_playing = "Playing", "재생 중";
    state_paused = "Paused", "일시정지";
    state_booting = "The cluster comes up", "클러스터를 켜는 중";
    state_seeking = "Seeking", "이동 중";
    rewound_hint = "A change made here starts a branch; the old future is kept.",
        "여기서 무언가를 바꾸면 갈래가 생기고, 원래의 미래는 그대로 남는다.";
}

phrases! {
    /// The position in the history, for assistive technology.
    position_of(at: u64, of: u64) =
        format!("Event {at} of {of}"),
        format!("사건 {of}개 중 {at}번째");
    /// What the handle of the timeline says.
    timeline_value(at: u64, time: &str, leader: Option<&str>) =
        match leader {
            Some(leader) => format!("Event {at}, {time}, leader {leader}"),
            None => format!("Event {at}, {time}, no leader"),
        },
        match leader {
            Some(leader) => format!("사건 {at}, {time}, 리더 {leader}"),
            None => format!("사건 {at}, {time}, 리더 없음"),
        };
    /// How far behind now the page is.
    rewound_by(events: u64) =
        format!("{events} {} before now", if events == 1 { "event" } else { "events" }),
        format!("지금보다 사건 {events}개 전");
    /// The speed that is really reached.
    speed_reached(speed: &str) = format!("reached {speed}"), format!("실제 {speed}");
    /// The progress of a long seek.
    seeking(percent: u8) = format!("Seeking, {percent} %"), format!("이동 중, {percent} %");
    /// A term and who leads in it.
    term_of(term: u64, leader: &str) =
        format!("term {term}, {leader} leads"),
        format!("임기 {term}, 리더 {leader}");
    /// Ready pods of wanted ones.
    ready_of(ready: u32, wanted: u32) =
        format!("{ready} of {wanted} pods ready"),
        format!("파드 {wanted}개 중 {ready}개 준비됨");
    /// A branch by its number.
    branch_number(number: u32) = format!("Branch {number}"), format!("갈래 {number}");
    /// A branch that has just begun.
    branch_started(name: &str) =
        format!("You changed the past: {name} begins here, the old future is kept."),
        format!("과거를 바꾸었다. 여기서 {} 시작되고 원래의 미래는 남는다.", Josa::Subject.join(name));
    /// Further markers gathered at one place.
    and_more(more: usize) = format!("and {more} more"), format!("외 {more}개");
}
