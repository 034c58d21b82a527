//! What well-known images run when nothing else is asked of them.
//!
//! Ports, first answers and exits on SIGTERM as the images' own documentation and Dockerfiles
//! (EXPOSE, STOPSIGNAL) tell; how long they take to answer are typical figures.

use crate::api::Str;
use crate::sim::Duration;

/// An image that serves.
pub(super) struct Server {
    name: &'static str,
    /// The programs by which its command goes.
    programs: &'static [&'static str],
    /// Where it listens.
    pub ports: &'static [u16],
    /// Whether it has pages, and only the first of them.
    pub has_pages: bool,
    /// After how many milliseconds it answers.
    pub ready_ms: u32,
    /// How many milliseconds it takes to end on SIGTERM.
    pub term_ms: u32,
    /// With what code it ends then.
    pub term_code: i32,
    /// It ends at once unless one of these variables is set.
    pub needs: &'static [&'static str],
}

/// An image whose command ends at once when nobody is at the terminal.
pub(super) struct Idle {
    name: &'static str,
    /// With what code.
    pub code: i32,
}

const fn server(
    name: &'static str,
    programs: &'static [&'static str],
    ports: &'static [u16],
    (ready_ms, term_ms, term_code): (u32, u32, i32),
) -> Server {
    Server { name, programs, ports, has_pages: false, ready_ms, term_ms, term_code, needs: &[] }
}

impl Server {
    const fn pages(self) -> Self {
        Self { has_pages: true, ..self }
    }

    const fn needs(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }

    /// The server of this image.
    pub fn find(name: &str) -> Option<&'static Self> {
        SERVERS.iter().find(|server| server.name == name)
    }

    /// Whether its own program goes by this name.
    pub fn is_program(&self, program: &str) -> bool {
        let name = program.rsplit('/').next().unwrap_or(program);
        name == self.name || self.programs.contains(&name)
    }
}

impl Idle {
    /// The entry of this image.
    pub fn find(name: &str) -> Option<&'static Self> {
        IDLE.iter().find(|idle| idle.name == name)
    }
}

const MYSQL: &[&str] = &[
    "MYSQL_ROOT_PASSWORD",
    "MYSQL_ROOT_PASSWORD_FILE",
    "MYSQL_ALLOW_EMPTY_PASSWORD",
    "MYSQL_RANDOM_ROOT_PASSWORD",
    "MARIADB_ROOT_PASSWORD",
    "MARIADB_ROOT_PASSWORD_FILE",
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
    "MARIADB_RANDOM_ROOT_PASSWORD",
];
const POSTGRES: &[&str] =
    &["POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD"];

#[rustfmt::skip]
static SERVERS: &[Server] = &[
    server("nginx", &["nginx", "nginx-debug"], &[80], (120, 60, 0)).pages(),
    server("httpd", &["httpd-foreground"], &[80], (150, 80, 0)).pages(),
    server("caddy", &["caddy"], &[80, 443, 2019], (200, 60, 0)).pages(),
    server("traefik", &["traefik"], &[80], (300, 100, 0)),
    server("redis", &["redis-server"], &[6379], (100, 60, 0)),
    server("memcached", &["memcached"], &[11211], (50, 50, 0)),
    server("mysql", &["mysqld"], &[3306, 33060], (12_000, 1_500, 0)).needs(MYSQL),
    server("mariadb", &["mariadbd", "mysqld"], &[3306], (6_000, 800, 0)).needs(MYSQL),
    server("postgres", &["postgres"], &[5432], (2_500, 300, 0)).needs(POSTGRES),
    server("mongo", &["mongod"], &[27017], (1_500, 400, 0)),
    server("rabbitmq", &["rabbitmq-server"], &[5672, 15672], (8_000, 2_000, 0)),
    server("cassandra", &["cassandra"], &[9042, 7000], (30_000, 3_000, 143)),
    server("elasticsearch", &["eswrapper"], &[9200, 9300], (20_000, 2_000, 143)),
    server("kibana", &["kibana"], &[5601], (15_000, 1_000, 0)),
    server("influxdb", &["influxd"], &[8086], (1_500, 300, 0)),
    server("neo4j", &["neo4j"], &[7474, 7687], (10_000, 2_000, 143)),
    server("nats", &["nats-server"], &[4222, 8222], (50, 50, 1)),
    server("zookeeper", &["zkServer.sh"], &[2181], (2_000, 300, 143)),
    server("tomcat", &["catalina.sh"], &[8080], (3_000, 800, 143)),
    server("jetty", &["java"], &[8080], (1_500, 400, 143)),
    server("wordpress", &["apache2-foreground"], &[80], (1_500, 100, 0)),
    server("nextcloud", &["apache2-foreground"], &[80], (4_000, 100, 0)),
    server("drupal", &["apache2-foreground"], &[80], (800, 100, 0)),
    server("phpmyadmin", &["apache2-foreground"], &[80], (500, 100, 0)),
    server("adminer", &["php"], &[8080], (300, 100, 0)),
    server("ghost", &["node"], &[2368], (5_000, 300, 0)),
    server("registry", &["registry"], &[5000], (200, 60, 2)),
    server("sonarqube", &["java"], &[9000], (45_000, 4_000, 143)),
    server("prom/prometheus", &["prometheus"], &[9090], (800, 200, 0)),
    server("grafana/grafana", &["grafana"], &[3000], (2_500, 200, 0)),
    server("hello-app", &["hello-app"], &[8080], (50, 50, 2)),
    server("pause", &["pause"], &[], (0, 10, 0)),
    server("coredns", &["coredns"], &[53, 8080, 8181, 9153], (700, 5_000, 0)),
    server("kube-proxy", &["kube-proxy"], &[10249, 10256], (500, 100, 2)),
];

#[rustfmt::skip]
static IDLE: &[Idle] = &[
    Idle { name: "almalinux", code: 0 },
    Idle { name: "alpine", code: 0 },
    Idle { name: "amazonlinux", code: 0 },
    Idle { name: "archlinux", code: 0 },
    Idle { name: "bash", code: 0 },
    Idle { name: "busybox", code: 0 },
    Idle { name: "centos", code: 0 },
    Idle { name: "debian", code: 0 },
    Idle { name: "docker", code: 0 },
    Idle { name: "eclipse-temurin", code: 0 },
    Idle { name: "fedora", code: 0 },
    Idle { name: "gcc", code: 0 },
    Idle { name: "golang", code: 0 },
    // Without a configuration of one's own it has nothing to do.
    Idle { name: "haproxy", code: 1 },
    Idle { name: "hello-world", code: 0 },
    Idle { name: "node", code: 0 },
    Idle { name: "openjdk", code: 0 },
    Idle { name: "oraclelinux", code: 0 },
    Idle { name: "perl", code: 0 },
    Idle { name: "php", code: 0 },
    Idle { name: "python", code: 0 },
    Idle { name: "rockylinux", code: 0 },
    Idle { name: "ruby", code: 0 },
    Idle { name: "rust", code: 0 },
    Idle { name: "ubuntu", code: 0 },
];

/// How long an interpreter takes that is given a line to run: it runs the line and ends.
pub(super) fn one_shot(argv: &[Str]) -> Option<Duration> {
    let (program, args) = argv.split_first()?;
    let name = program.rsplit('/').next().unwrap_or(program);
    let has = |flag: char| {
        args.iter().any(|arg| {
            arg.len() < 8 && arg.starts_with('-') && !arg.starts_with("--") && arg.ends_with(flag)
        })
    };
    let is_line = match name {
        "perl" | "ruby" | "node" => has('e') || has('p'),
        "python" | "python3" => has('c'),
        "php" => has('r'),
        _ => false,
    };
    // What such lines compute, as the pi of the Job tutorial, takes some seconds.
    is_line.then_some(Duration::from_secs(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_is_listed_once() {
        let names = SERVERS.iter().map(|s| s.name).chain(IDLE.iter().map(|i| i.name));
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn interpreters_run_the_line_they_are_given() {
        let takes = |argv: &[&str]| {
            let argv: Vec<Str> = argv.iter().map(|word| Str::from(*word)).collect();
            one_shot(&argv).map(|d| d.as_secs())
        };
        assert_eq!(takes(&["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"]), Some(5));
        assert_eq!(takes(&["python", "-c", "print(1)"]), Some(5));
        assert_eq!(takes(&["python", "app.py"]), None);
        assert_eq!(takes(&["node", "server.js"]), None);
    }
}
