//! The containers of a pod or of a template. Models kubectl/pkg/describe describeContainers.

use super::sheet::{Sheet, joined, moment, or_none, scalar, truth};
use crate::api::Value;

/// Writes containers down; with their statuses and pod, if there is one. `space` moves those of a
/// template in.
pub fn describe(
    label: &str,
    containers: &[Value],
    running: Option<(&[Value], &Value)>,
    space: &str,
    sheet: &mut Sheet,
) {
    let none = if containers.is_empty() { " <none>" } else { "" };
    sheet.line(0, format!("{space}{label}:{none}"));
    let indent = if space.is_empty() { "" } else { " " };
    for container in containers {
        let name = container.at("name").text();
        let is_it = |status: &&Value| status.at("name").text() == name;
        let status = running.and_then(|(statuses, _)| statuses.iter().find(is_it));
        sheet.line(1, format!("{indent}{name}:"));
        basics(container, status, sheet);
        words("Command", container.at("command"), sheet);
        words("Args", container.at("args"), sheet);
        if let Some(status) = status {
            states(status, sheet);
        }
        resources(container.at("resources"), 2, sheet);
        for (title, field) in [
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ] {
            if !container.at(field).is_null() {
                sheet.field(2, title, probe(container.at(field)));
            }
        }
        environment(container, running.map(|(_, pod)| pod), sheet);
        mounts(container, sheet);
    }
}

fn basics(container: &Value, status: Option<&Value>, sheet: &mut Sheet) {
    if let Some(status) = status {
        sheet.field(2, "Container ID", status.at("containerID").text());
    }
    sheet.field(2, "Image", container.at("image").text());
    if let Some(status) = status {
        sheet.field(2, "Image ID", status.at("imageID").text());
    }
    for (title, field) in [("Port", "containerPort"), ("Host Port", "hostPort")] {
        let port = |port: &Value| {
            let number = port.at(field).as_int().unwrap_or(0);
            let named = port.at("name").text();
            let name = if named.is_empty() { String::new() } else { format!(" ({named})") };
            format!("{number}/{}{name}", port.at("protocol").text())
        };
        let ports: Vec<String> = container.at("ports").items().iter().map(port).collect();
        let several = if ports.len() > 1 { "s" } else { "" };
        sheet.field(2, &format!("{title}{several}"), or_none(&ports.join(", ")));
    }
    seccomp(container, 2, sheet);
}

/// The seccomp profile that a security context names.
pub fn seccomp(holder: &Value, level: usize, sheet: &mut Sheet) {
    let profile = holder.at_path(&["securityContext", "seccompProfile"]);
    if !profile.is_null() {
        sheet.field(level, "SeccompProfile", profile.at("type").text());
        sheet.field_if(level, "LocalhostProfile", profile.at("localhostProfile").text());
    }
}

fn words(title: &str, list: &Value, sheet: &mut Sheet) {
    if list.items().is_empty() {
        return;
    }
    sheet.line(2, format!("{title}:"));
    for line in list.items().iter().flat_map(|word| word.text().split('\n')) {
        sheet.line(3, line);
    }
}

fn states(status: &Value, sheet: &mut Sheet) {
    state("State", status.at("state"), sheet);
    if !status.at_path(&["lastState", "terminated"]).is_null() {
        state("Last State", status.at("lastState"), sheet);
    }
    let ready = if truth(status.at("ready")) { "True" } else { "False" };
    sheet.field(2, "Ready", ready);
    sheet.field(2, "Restart Count", status.at("restartCount").as_int().unwrap_or(0));
}

/// Models describeStatus.
fn state(title: &str, state: &Value, sheet: &mut Sheet) {
    let (running, ended) = (state.at("running"), state.at("terminated"));
    if !running.is_null() {
        sheet.field(2, title, "Running");
        sheet.time(3, "Started", running.at("startedAt"));
    } else if !ended.is_null() {
        sheet.field(2, title, "Terminated");
        sheet.field_if(3, "Reason", ended.at("reason").text());
        sheet.field_if(3, "Message", ended.at("message").text());
        sheet.field(3, "Exit Code", ended.at("exitCode").as_int().unwrap_or(0));
        if let Some(signal) = ended.at("signal").as_int().filter(|&signal| signal > 0) {
            sheet.field(3, "Signal", signal);
        }
        sheet.field(3, "Started", moment(ended.at("startedAt")));
        sheet.field(3, "Finished", moment(ended.at("finishedAt")));
    } else {
        sheet.field(2, title, "Waiting");
        sheet.field_if(3, "Reason", state.at_path(&["waiting", "reason"]).text());
    }
}

/// Limits and requests.
pub fn resources(resources: &Value, level: usize, sheet: &mut Sheet) {
    for (title, field) in [("Limits", "limits"), ("Requests", "requests")] {
        if let Some(map) = resources.at(field).as_map().filter(|map| !map.is_empty()) {
            sheet.line(level, format!("{title}:"));
            for (name, quantity) in map.iter() {
                sheet.field(level + 1, name, scalar(quantity));
            }
        }
    }
}

/// Models DescribeProbe.
fn probe(probe: &Value) -> String {
    let number = |field: &str| probe.at(field).as_int().unwrap_or(0);
    let attributes = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        number("initialDelaySeconds"),
        number("timeoutSeconds"),
        number("periodSeconds"),
        number("successThreshold"),
        number("failureThreshold"),
    );
    let (http, tcp, grpc) = (probe.at("httpGet"), probe.at("tcpSocket"), probe.at("grpc"));
    if !probe.at("exec").is_null() {
        let command = joined(probe.at_path(&["exec", "command"]), " ");
        return format!("exec [{command}] {attributes}");
    }
    if !http.is_null() {
        let scheme = http.at("scheme").text().to_lowercase();
        let (host, port) = (http.at("host").text(), scalar(http.at("port")));
        let path = http.at("path").text();
        return format!("http-get {scheme}://{host}:{port}{path} {attributes}");
    }
    if !tcp.is_null() {
        let (host, port) = (tcp.at("host").text(), scalar(tcp.at("port")));
        return format!("tcp-socket {host}:{port} {attributes}");
    }
    if !grpc.is_null() {
        let (port, service) = (scalar(grpc.at("port")), grpc.at("service").text());
        return format!("grpc <pod>:{port} {service} {attributes}");
    }
    format!("unknown {attributes}")
}

fn environment(container: &Value, pod: Option<&Value>, sheet: &mut Sheet) {
    let sources = container.at("envFrom").items();
    if !sources.is_empty() {
        sheet.line(2, "Environment Variables from:");
        for source in sources {
            let (kind, of) = match source.at("configMapRef") {
                Value::Null => ("Secret", source.at("secretRef")),
                of => ("ConfigMap", of),
            };
            let (name, optional) = (of.at("name").text(), truth(of.at("optional")));
            let prefix = match source.at("prefix").text() {
                "" => String::new(),
                prefix => format!(" with prefix '{prefix}'"),
            };
            sheet.line(3, format!("{name}\t{kind}{prefix}\tOptional: {optional}"));
        }
    }
    let variables = container.at("env").items();
    let none = if variables.is_empty() { "\t<none>" } else { "" };
    sheet.line(2, format!("Environment:{none}"));
    for variable in variables {
        let name = variable.at("name").text();
        let mut lines = value_of(variable, pod);
        let first = if lines.is_empty() { String::new() } else { lines.remove(0) };
        sheet.field(3, name, first);
        for line in lines {
            sheet.line(3, format!("\t{line}"));
        }
    }
}

/// What a variable is set to, or from where.
fn value_of(variable: &Value, pod: Option<&Value>) -> Vec<String> {
    let from = variable.at("valueFrom");
    if from.is_null() {
        return variable.at("value").text().split('\n').map(str::to_owned).collect();
    }
    let (field, resource) = (from.at("fieldRef"), from.at("resourceFieldRef"));
    if !field.is_null() {
        let (version, path) = (field.at("apiVersion").text(), field.at("fieldPath").text());
        let parts: Vec<&str> = path.split('.').collect();
        let value = pod.map_or("", |pod| pod.at_path(&parts).text());
        return vec![format!("{value} ({version}:{path})")];
    }
    if !resource.is_null() {
        let name = resource.at("resource").text();
        return vec![format!("0 ({name})")];
    }
    let (kind, of) = match from.at("configMapKeyRef") {
        Value::Null => ("in secret", from.at("secretKeyRef")),
        of => ("of config map", of),
    };
    let (key, name, optional) =
        (of.at("key").text(), of.at("name").text(), truth(of.at("optional")));
    vec![format!("<set to the key '{key}' {kind} '{name}'>\tOptional: {optional}")]
}

fn mounts(container: &Value, sheet: &mut Sheet) {
    let mut mounts: Vec<&Value> = container.at("volumeMounts").items().iter().collect();
    let none = if mounts.is_empty() { "\t<none>" } else { "" };
    sheet.line(2, format!("Mounts:{none}"));
    mounts.sort_by_key(|mount| mount.at("mountPath").text().to_owned());
    for mount in mounts {
        let mut flags = vec![if truth(mount.at("readOnly")) { "ro" } else { "rw" }.to_owned()];
        let part = mount.at("subPath").text();
        if !part.is_empty() {
            flags.push(format!("path=\"{part}\""));
        }
        let (path, volume) = (mount.at("mountPath").text(), mount.at("name").text());
        sheet.line(3, format!("{path} from {volume} ({})", flags.join(",")));
    }
}
