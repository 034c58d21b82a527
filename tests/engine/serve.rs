//! `orrery serve` as clients meet it: over plain sockets, and with kubectl where there is one.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use orrery::serve::{Hands, Options, Server};
use orrery::sim::Time;

/// A cluster that is served until the end of the test.
struct Served {
    http: SocketAddr,
    kubeconfig: PathBuf,
    hands: Hands,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    #[expect(clippy::disallowed_methods, reason = "a server runs beside its clients")]
    fn start(name: &str, masters: u8) -> Self {
        let folder = std::env::temp_dir().join(format!("orrery-{}-{name}", std::process::id()));
        let options = Options {
            https_port: 0,
            http_port: 0,
            masters,
            // So that nobody waits: what takes seconds in the simulation takes none.
            speed_thousandths: 20_000,
            kubeconfig: folder.join("kubeconfig"),
            ..Options::default()
        };
        // Any time will do: nothing here asks how old anything is.
        let server = Server::start(&options, Time::from_secs(1_767_603_600)).unwrap();
        let (_, http) = server.addresses();
        let (hands, stop) = (server.hands(), Arc::new(AtomicBool::new(false)));
        let thread = std::thread::spawn({
            let stop = stop.clone();
            move || server.run(&stop)
        });
        Self { http, kubeconfig: options.kubeconfig, hands, stop, thread: Some(thread) }
    }

    fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.http).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Connection { host: self.http, stream: BufReader::new(stream) }
    }

    /// Asks over a connection of its own, and gives the status code and the body.
    fn ask(&self, method: &str, target: &str, headers: &str, body: &str) -> (u16, String) {
        let mut connection = self.connect();
        connection.send(method, target, headers, body);
        connection.answer()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        _ = std::fs::remove_dir_all(self.kubeconfig.parent().unwrap());
        assert!(std::thread::panicking() || ended.is_some_and(|ended| ended.is_ok()));
    }
}

/// A connection, as the simplest of clients has it.
struct Connection {
    host: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn send(&mut self, method: &str, target: &str, headers: &str, body: &str) {
        let len = body.len();
        let host = self.host;
        let text = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len}\r\n{headers}\r\n{body}"
        );
        self.stream.get_mut().write_all(text.as_bytes()).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// The status code and the headers, in lower case.
    fn head(&mut self) -> (u16, Vec<String>) {
        let status = self.line();
        let code = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut headers = Vec::new();
        loop {
            match self.line() {
                line if line.is_empty() => break,
                line => headers.push(line.to_lowercase()),
            }
        }
        (code.unwrap_or_else(|| panic!("no status: {status:?}")), headers)
    }

    fn answer(&mut self) -> (u16, String) {
        let (code, headers) = self.head();
        let len = headers.iter().find_map(|header| header.strip_prefix("content-length: "));
        let mut body = vec![0; len.expect("a length").parse().unwrap()];
        self.stream.read_exact(&mut body).unwrap();
        (code, String::from_utf8(body).unwrap())
    }

    /// A piece of a body that goes on.
    fn chunk(&mut self) -> String {
        let len = usize::from_str_radix(&self.line(), 16).unwrap();
        let mut piece = vec![0; len + 2];
        self.stream.read_exact(&mut piece).unwrap();
        String::from_utf8_lossy(&piece[..len]).into_owned()
    }
}

const CONFIG_MAPS: &str = "/api/v1/namespaces/default/configmaps";

#[test]
fn plain_sockets_are_served() {
    let served = Served::start("plain", 1);
    let check =
        |method: &str, target: &str, (headers, body): (&str, &str), code: u16, part: &str| {
            let answer = served.ask(method, target, headers, body);
            assert!(answer.0 == code && answer.1.contains(part), "{method} {target}: {answer:?}");
        };
    let none = ("", "");
    check("GET", "/readyz", none, 200, "ok");
    check("GET", "/version", none, 200, "v1.36");
    check("GET", "/metrics", none, 200, "apiserver_request_total{");
    check("GET", "/nope", none, 404, "404 page not found");
    check("GET", "/api/v1/nodes", none, 200, "\"kind\":\"NodeList\"");
    check("GET", "/api/v1/nodes/none", none, 404, "nodes \\\"none\\\" not found");
    check("POST", CONFIG_MAPS, ("", "{\"metadata\":{\"name\":\"a\"}}"), 201, "\"name\":\"a\"");
    check("POST", CONFIG_MAPS, ("", "{\"metadata\":{\"name\":\"a\"}}"), 409, "AlreadyExists");
    check("POST", CONFIG_MAPS, ("", "{"), 400, "BadRequest");
    let token = ("Authorization: Bearer nobody\r\n", "");
    check("GET", CONFIG_MAPS, token, 401, "Unauthorized");
    let jane = ("Impersonate-User: jane\r\n", "");
    check("GET", CONFIG_MAPS, jane, 403, "User \\\"jane\\\" cannot list resource");
    let protobuf = ("Accept: application/vnd.kubernetes.protobuf\r\n", "");
    check("GET", CONFIG_MAPS, protobuf, 406, "NotAcceptable");
    check("POST", CONFIG_MAPS, ("", &"x".repeat(3_200_000)), 413, "RequestEntityTooLarge");
    check(
        "POST",
        "/api/v1/namespaces/default/pods/a/exec?command=ls",
        none,
        405,
        "MethodNotAllowed",
    );
}

#[test]
fn watches_go_on_until_they_end() {
    let served = Served::start("watch", 1);
    let mut watch = served.connect();
    watch.send("GET", &format!("{CONFIG_MAPS}?watch=1&timeoutSeconds=60"), "", "");
    assert_eq!(watch.head().0, 200);
    // What is there comes first.
    assert!(watch.chunk().contains("\"type\":\"ADDED\""));
    served.ask("POST", CONFIG_MAPS, "", "{\"metadata\":{\"name\":\"seen\"}}");
    let seen = watch.chunk();
    assert!(seen.contains("ADDED") && seen.contains("\"name\":\"seen\"") && seen.ends_with('\n'));
    served.ask("DELETE", &format!("{CONFIG_MAPS}/seen"), "", "");
    assert!(watch.chunk().contains("\"type\":\"DELETED\""));
    assert_eq!(watch.chunk(), "", "its time is over");
}

#[test]
fn a_client_feels_that_its_apiserver_is_gone() {
    let served = Served::start("broken", 1);
    let mut watch = served.connect();
    watch.send("GET", &format!("{CONFIG_MAPS}?watch=1"), "", "");
    assert_eq!(watch.head().0, 200);
    watch.chunk();
    served.hands.give("stop kube-apiserver master").unwrap();
    let mut rest = Vec::new();
    _ = watch.stream.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "the body breaks off: {rest:?}");
    assert!(served.hands.give("stop nothing").is_err());
    assert!(served.hands.give("wait 3s").is_err());
}

#[test]
fn kubectl_is_served() {
    let Some(kubectl) = kubectl() else {
        println!("skipped: there is no kubectl on the path");
        return;
    };
    let served = Served::start("kubectl", 3);
    let run = |line: &str, stdin: &str| {
        let output = kubectl_run(&kubectl, &served.kubeconfig, line, stdin);
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        (output.status.success(), text)
    };
    let check = |line: &str, stdin: &str, part: &str| {
        let (_, text) = run(line, stdin);
        assert!(text.contains(part), "kubectl {line}\n{text}");
    };
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 2\n  \
               selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    \
               spec: {containers: [{name: nginx, image: nginx}]}\n";
    check("get nodes", "", "master-3   Ready    control-plane");
    check("apply -f -", web, "deployment.apps/web created");
    check("rollout status deploy/web --timeout=30s", "", "successfully rolled out");
    check("apply -f -", web, "deployment.apps/web unchanged");
    check("apply --server-side --force-conflicts -f -", web, "serverside-applied");
    check("get pods -o wide", "", "NOMINATED NODE");
    check("get deploy web -o yaml", "", "kubectl.kubernetes.io/last-applied-configuration");
    check("get deploy web -o json", "", "\"kind\": \"Deployment\"");
    check("describe deploy web", "", "Scaled up replica set");
    check("scale deploy/web --replicas=3", "", "deployment.apps/web scaled");
    check("logs deploy/web", "", "not part of this simulation");
    check("exec deploy/web -- ls", "", "not part of this simulation");
    check("explain deploy.spec.strategy", "", "rollingUpdate\t<RollingUpdateDeployment>");
    check("api-resources", "", "deployments                         deploy");
    check("auth can-i create pods", "", "yes");
    check("auth can-i create pods --as=jane", "", "no");
    check("create configmap cm --from-literal=a=b", "", "configmap/cm created");
    check("get --raw /api/v1/namespaces/default/configmaps/cm", "", "\"data\":{\"a\":\"b\"}");
    check("get cm -w --request-timeout=1s", "", "kube-root-ca.crt");
    check("get pods --field-selector=a=b", "", "field label not supported: a");
    check("apply --validate=strict -f -", &web.replace("replicas", "replicaz"), "unknown field");
    check("delete deploy web", "", "deployment.apps \"web\" deleted");
    check("get deploy", "", "No resources found");
}

fn kubectl() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("kubectl")).find(|file| file.is_file())
}

fn kubectl_run(kubectl: &Path, kubeconfig: &Path, line: &str, stdin: &str) -> Output {
    let mut child = Command::new(kubectl)
        .args(line.split(' '))
        .env("KUBECONFIG", kubeconfig)
        .env("KUBECACHEDIR", kubeconfig.with_file_name("cache"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}
