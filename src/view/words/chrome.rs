//! The frame of the page: its head, its panels, its widgets, its empty and broken states.

use super::{phrases, words};
use crate::view::host::Imported;

words! {
    open_full = "open full ↗", "전체 열기 ↗";
    app_name = "Orrery", "Orrery";
    skip_to_map = "Skip to the cluster", "클러스터로 건너뛰기";
    views = "Views", "보기";
    view_placement = "Placement", "배치";
    view_objects = "Objects", "오브젝트";
    break_something = "Break something", "고장 내기";
    switch_language = "한국어로 보기", "View in English";
    other_language = "한국어", "English";
    theme_to_dark = "Dark theme", "어두운 테마";
    theme_to_light = "Light theme", "밝은 테마";
    help = "Keyboard and help", "키보드와 도움말";
    toggle_left = "Editor panel", "편집기 패널";
    toggle_right = "Inspector panel", "인스펙터 패널";
    panels = "Panels", "패널";
    panel_stage = "Cluster", "클러스터";
    panel_editor = "YAML", "YAML";
    panel_terminal = "Terminal", "터미널";
    panel_record = "Record", "기록";
    panel_inspector = "Inspect", "살펴보기";
    close = "Close", "닫기";
    cancel = "Cancel", "취소";
    more = "More actions", "더 보기";
    copy = "Copy", "복사";
    copied = "Copied", "복사했다";
    download = "Download", "내려받기";
    portable = "Take it to a real cluster", "실제 클러스터로 가져가기";
    portable_title = "To a real cluster, and from one", "실제 클러스터로, 실제 클러스터에서";
    portable_out = "Take this cluster with you", "이 클러스터 가져가기";
    portable_out_note =
        "A script for your own machine: the same nodes with kind, the objects without what the \
         cluster adds by itself, and what you typed.",
        "내 컴퓨터에서 돌릴 스크립트다. 같은 노드를 kind로 만들고, 클러스터가 스스로 더한 것을 뺀 \
         오브젝트와 입력한 명령을 담았다.";
    portable_in = "Bring a real cluster here", "실제 클러스터 불러오기";
    portable_in_note =
        "Paste what kubectl prints. With nodes in it, a cluster of those nodes is built in place of \
         this one; pods that controllers would make again are left out.",
        "kubectl이 출력한 내용을 붙여 넣자. 노드가 들어 있으면 그 노드로 이루어진 클러스터를 새로 \
         만든다. 컨트롤러가 다시 만들 파드는 뺀다.";
    portable_import = "Import", "불러오기";
    completions = "Completions", "자동 완성 후보";
    resize_left = "Width of the editor panel", "편집기 패널 너비";
    resize_right = "Width of the inspector panel", "인스펙터 패널 너비";
    resize_console = "Height of the terminal", "터미널 높이";
    notices = "Notices", "알림";
    dismiss = "Dismiss", "닫기";
    nothing_selected = "Nothing selected", "선택한 것이 없다";
    nothing_selected_hint = "Click a pod, a node or a component to see why it is as it is.",
        "파드, 노드, 컴포넌트를 눌러 왜 지금 그 상태인지 살펴보자.";
    empty_cluster = "No pods yet", "아직 파드가 없다";
    empty_cluster_hint = "Apply a manifest and watch where its pods go.",
        "매니페스트를 적용하고 파드가 어디로 가는지 지켜보자.";
    empty_cluster_action = "Run an example", "예제 실행하기";
    applied_paused = "Applied, and time stands still", "적용했고, 시간은 멈춰 있다";
    applied_paused_hint = "Play and watch the pods go to their nodes, or step through every message.",
        "재생하면 파드가 노드로 가는 것이 보인다. 한 단계씩 메시지를 따라가도 좋다.";
    keys_title = "Keyboard", "키보드";
    keys_switch = "Single-key shortcuts", "한 글자 단축키";
    keys_scope = "They work while the cluster or the timeline has the focus.",
        "클러스터나 타임라인에 포커스가 있을 때 동작한다.";
    key_play = "Play or pause", "재생 또는 일시정지";
    key_step = "Step back or forward", "한 단계 뒤로, 앞으로";
    key_seek = "On the timeline: 1 s back or forward (Shift: 10 s)",
        "타임라인에서: 1초 뒤로, 앞으로 (Shift: 10초)";
    key_map = "On the cluster: move", "클러스터에서: 이동";
    key_slower = "Slower or faster", "느리게, 빠르게";
    key_ends = "Start, now", "처음, 지금";
    key_tenths = "Tenths of the history", "전체 이력의 10분의 n 지점";
    key_marker = "Previous or next marker", "이전 표시, 다음 표시";
    key_zoom = "Zoom or pan the timeline", "타임라인 확대, 이동";
    key_details = "Select", "선택";
    key_menu = "Actions", "동작 메뉴";
    key_help = "This sheet", "이 도움말";
    about = "A clockwork Kubernetes: the whole cluster as a deterministic simulation in this page. \
             Nothing leaves your browser.",
        "시계처럼 돌아가는 쿠버네티스: 클러스터 전체를 이 페이지 안에서 결정론적으로 시뮬레이션한다. \
         아무것도 브라우저 밖으로 나가지 않는다.";
}

phrases! {
    /// The size of the cluster, in the head of the page.
    cluster_summary(masters: usize, workers: usize, seed: u64) =
        format!(
            "{masters} {}, {workers} {}, seed {seed}",
            if masters == 1 { "master" } else { "masters" },
            if workers == 1 { "worker" } else { "workers" }
        ),
        format!("마스터 {masters}대, 워커 {workers}대, 시드 {seed}");
    /// What was read of a real cluster, and what was left out of it.
    imported(it: Imported) =
        format!(
            "{} objects and {} nodes read; {} that controllers make again and {} that every \
             cluster has were left out",
            it.objects, it.nodes, it.owned, it.other
        ),
        format!(
            "오브젝트 {}개와 노드 {}개를 읽었다. 컨트롤러가 다시 만들 {}개와 클러스터마다 있는 {}개는 뺐다",
            it.objects, it.nodes, it.owned, it.other
        );
    /// The name of the button that opens the actions of something.
    actions_of(name: &str) = format!("Actions for {name}"), format!("{name} 동작 메뉴");
}
