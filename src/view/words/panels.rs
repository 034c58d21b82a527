//! The panels around the stage: editor, terminal, record, inspector, objects.

use super::{Lang, phrases, words};
use crate::view::inspector::StageView;

words! {
    files = "Files", "파일";
    new_file = "New file", "새 파일";
    close_file = "Close file", "파일 닫기";
    examples = "Examples", "예제";
    editor_label = "Manifest", "매니페스트";
    apply = "Apply", "적용";
    no_problems = "No problems", "문제없음";
    problems = "Problems", "문제";
    severity_error = "error", "오류";
    severity_warning = "warning", "경고";
    severity_note = "note", "참고";
    editor_empty = "This file is empty", "빈 파일이다";
    terminal = "Terminal", "터미널";
    terminal_output = "Terminal output", "터미널 출력";
    terminal_input = "Command", "명령";
    terminal_hint = "Try kubectl get pods -o wide", "kubectl get pods -o wide 를 쳐 보자";
    terminal_busy = "running, Ctrl+C stops it", "실행 중, Ctrl+C로 멈춘다";
    record = "Record", "기록";
    record_search = "Filter the record", "기록 거르기";
    record_empty = "Nothing matches", "맞는 기록이 없다";
    record_empty_hint = "Choose fewer filters.", "필터를 줄여 보자.";
    record_clear = "Clear filters", "필터 지우기";
    record_all_hosts = "all hosts", "모든 호스트";
    kind_command = "You", "나";
    kind_message = "Messages", "메시지";
    kind_raft = "Raft", "Raft";
    kind_write = "Writes", "쓰기";
    kind_action = "Actions", "동작";
    inspector = "Inspector", "인스펙터";
    tab_why = "Why", "왜";
    tab_summary = "Summary", "요약";
    tab_yaml = "YAML", "YAML";
    tab_events = "Events", "이벤트";
    led_to_this = "What led to this", "여기까지의 경위";
    how_it_came_in = "How it came into the store", "저장소에 들어온 경로";
    passed_unchanged = "passed", "통과";
    stage_authentication = "Authentication", "인증";
    stage_audit = "Audit", "감사 기록";
    stage_fairness = "Priority and fairness", "우선순위와 공정성";
    stage_authorization = "Authorization", "인가";
    stage_mutating = "Mutating admission", "변형 어드미션";
    stage_validation = "Validation", "유효성 검사";
    stage_validating = "Validating admission", "검증 어드미션";
    stage_storage = "Storage", "저장";
    scores = "How the nodes compared", "노드 비교";
    score_node = "node", "노드";
    score_total = "total", "합계";
    score_chosen = "chosen", "선택됨";
    no_events = "No events", "이벤트가 없다";
    no_events_hint = "Components report here what they did to it.",
        "컴포넌트가 이 오브젝트에 한 일을 여기에 보고한다.";
    no_causes = "It has been there from the start.", "처음부터 있었다.";
    no_yaml = "Only objects of the API have YAML.", "YAML은 API 오브젝트에만 있다.";
    is_gone = "It does not exist at this instant.", "이 시점에는 존재하지 않는다.";
    objects_tree = "Objects by owner", "소유 관계로 본 오브젝트";
    cluster_scope = "Cluster", "클러스터";
    objects_empty = "No objects yet", "아직 오브젝트가 없다";
    copy_yaml = "Copy YAML", "YAML 복사";
}

phrases! {
    /// The name of the area of problems: how many of the worst kind.
    errors(count: usize) =
        format!("{count} {}", if count == 1 { "error" } else { "errors" }),
        format!("오류 {count}개");
    /// How many warnings there are.
    warnings(count: usize) =
        format!("{count} {}", if count == 1 { "warning" } else { "warnings" }),
        format!("경고 {count}개");
    /// How many notes there are.
    notes(count: usize) =
        format!("{count} {}", if count == 1 { "note" } else { "notes" }),
        format!("참고 {count}개");
    /// A place in the text.
    at_line(line: u32, col: u32) = format!("line {line}, column {col}"), format!("{line}행 {col}열");
    /// What a screen reader hears instead of long output.
    lines_printed(lines: usize) = format!("{lines} lines printed"), format!("{lines}줄 출력됨");
    /// How many rows the record shows.
    record_rows(rows: usize) = format!("{rows} rows"), format!("{rows}행");
    /// Who reported an event, and how often.
    event_from(from: &str, count: u32) =
        if count > 1 { format!("{from}, {count} times") } else { from.to_string() },
        if count > 1 { format!("{from}, {count}회") } else { from.to_string() };
    /// Where something is.
    on_node(node: &str) = format!("on {node}"), format!("{node}에 있음");
    /// In which namespace.
    in_namespace(namespace: &str) = format!("in {namespace}"), format!("네임스페이스 {namespace}");
    /// The revision of the store that a write became.
    stored_as(revision: &str) = format!("revision {revision}"), format!("리비전 {revision}");
    /// Closes a file.
    close_named(file: &str) = format!("Close {file}"), format!("{file} 닫기");
}

impl Lang {
    /// What a stage of a request is called.
    pub fn stage(self, stage: StageView) -> &'static str {
        match stage {
            StageView::Authentication => self.stage_authentication(),
            StageView::Audit => self.stage_audit(),
            StageView::Fairness => self.stage_fairness(),
            StageView::Authorization => self.stage_authorization(),
            StageView::MutatingAdmission => self.stage_mutating(),
            StageView::Validation => self.stage_validation(),
            StageView::ValidatingAdmission => self.stage_validating(),
            StageView::Storage => self.stage_storage(),
        }
    }
}
