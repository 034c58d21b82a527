//! The stage: the cluster, its parts, and what hands can do to them.

use super::josa::Josa;
use super::{phrases, words};

words! {
    cluster_map = "cluster map", "클러스터 지도";
    control_plane = "Control plane", "컨트롤 플레인";
    workers = "Workers", "워커";
    map_view = "Map", "지도";
    table_view = "Table", "표";
    map_or_table = "Show as", "보는 방식";
    role_leader = "leader", "리더";
    role_follower = "follower", "팔로워";
    role_candidate = "candidate", "후보";
    role_pre_candidate = "pre-candidate", "예비 후보";
    duty_active = "active", "활성";
    duty_standby = "standby", "대기";
    part_down = "down", "중단됨";
    power_off = "powered off", "전원 꺼짐";
    power_off_short = "off", "꺼짐";
    power_starting = "starting", "켜지는 중";
    cordoned = "cordoned", "스케줄 제외";
    balancer = "load balancer", "로드 밸런서";
    you = "kubectl", "kubectl";
    unscheduled = "Unscheduled", "스케줄 안 됨";
    unscheduled_none = "Every pod has a node", "모든 파드가 노드를 얻었다";
    no_workers = "No workers", "워커가 없다";
    cut = "cut", "끊김";
    term = "term", "임기";
    commit = "commit", "커밋";
    rev = "rev", "리비전";
    raft_wire = "Raft", "Raft";
    column_name = "Name", "이름";
    column_status = "Status", "상태";
    column_ready = "Ready", "준비";
    column_restarts = "Restarts", "재시작";
    column_owner = "Belongs to", "소속";
    column_requests = "Requests (cpu, memory)", "요청량 (cpu, memory)";
    hand_scale = "Scale…", "스케일 조정…";
    hand_delete_pod = "Delete pod", "파드 삭제";
    hand_delete = "Delete", "삭제";
    hand_stop_node = "Stop node", "노드 끄기";
    hand_start_node = "Start node", "노드 켜기";
    hand_restart_node = "Restart node", "노드 다시 켜기";
    hand_inspect = "Why is it here?", "왜 여기 있을까?";
    hand_heal_all = "Mend everything", "모두 고치기";
    hand_heal_all_hint = "start what is off, join what is cut", "꺼진 것은 켜고 끊긴 것은 잇기";
    menu_nodes = "Workers", "워커";
    menu_masters = "Masters", "마스터";
    menu_links = "Links", "링크";
    menu_pods = "Pods", "파드";
    scale_title = "Scale", "스케일 조정";
    scale_replicas = "Replicas", "레플리카";
    scale_apply = "Scale", "조정하기";
    runs_in_terminal = "This runs in the terminal:", "터미널에서 실행되는 명령:";
}

phrases! {
    /// The name of a pod for assistive technology.
    pod_name(name: &str, status: &str, owner: &str) =
        format!("Pod {name}, {status}, of {owner}"),
        format!("파드 {name}, {status}, {owner} 소속");
    /// The name of a worker for assistive technology.
    worker_name(name: &str, status: &str, pods: usize) =
        format!("Node {name}, {status}, {pods} {}", if pods == 1 { "pod" } else { "pods" }),
        format!("노드 {name}, {status}, 파드 {pods}개");
    /// The name of a master for assistive technology.
    master_name(name: &str, role: &str) =
        format!("Master {name}, {role}"),
        format!("마스터 {name}, {role}");
    /// How many pods a node has.
    pods_count(pods: usize) =
        format!("{pods} {}", if pods == 1 { "pod" } else { "pods" }),
        format!("파드 {pods}개");
    /// How many more pods there are than are shown.
    pods_more(more: usize) = format!("+{more}"), format!("+{more}");
    /// How full a node is.
    requested(pair: &str) = format!("{pair} requested"), format!("{pair} 요청됨");
    /// The title of the map.
    map_title(masters: usize, workers: usize, pods: usize) =
        format!("{masters} masters, {workers} workers, {pods} pods"),
        format!("마스터 {masters}대, 워커 {workers}대, 파드 {pods}개");
    /// Stops a host.
    hand_stop(host: &str) = format!("Stop {host}"), format!("{host} 끄기");
    /// Stops the host whose etcd member leads.
    hand_stop_leader(host: &str) =
        format!("Stop {host}, the Raft leader"),
        format!("Raft 리더 {host} 끄기");
    /// Starts a host.
    hand_start(host: &str) = format!("Start {host}"), format!("{host} 켜기");
    /// Restarts a host.
    hand_restart(host: &str) = format!("Restart {host}"), format!("{host} 다시 켜기");
    /// Cuts a host off.
    hand_isolate(host: &str) =
        format!("Cut {host} off from everyone"),
        format!("{host} 고립시키기");
    /// Cuts a link.
    hand_cut(a: &str, b: &str) =
        format!("Cut {a} – {b}"),
        format!("{a} – {b} 끊기");
    /// Mends a link.
    hand_heal(a: &str, b: &str) =
        format!("Mend {a} – {b}"),
        format!("{a} – {b} 잇기");
    /// Deletes a pod.
    hand_delete_named(name: &str) =
        format!("Delete {name}"),
        format!("{name} 삭제");
    /// What the live region says of pods: counts by status, in Kubernetes' words.
    pods_live(counts: &str) = format!("Pods: {counts}"), format!("파드: {counts}");
    /// What the live region says of a pod that waits for a node.
    waiting_live(name: &str, message: &str) =
        format!("{name} has no node: {message}"),
        format!("{} 노드를 얻지 못했다: {message}", Josa::Topic.join(name));
}
