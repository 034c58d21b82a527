//! What the pretend registry knows by heart: well-known images with their sizes, and the names of
//! Docker Hub's official images.
//!
//! Sizes are compressed bytes for linux/amd64 as registries list them, read off in 2025 and 2026
//! and rounded; they differ a little from tag to tag, which is drawn from the tag's name.

use super::Reference;

/// A well-known repository.
pub(super) struct Known {
    /// Its name: an official image of Docker Hub, or a whole repository.
    pub name: &'static str,
    /// Bytes to pull for a tag without a variant, in thousands.
    pub kilobytes: u32,
    /// Bytes to pull for a tag with `alpine` in it, in thousands; 0 when there is none.
    pub alpine_kilobytes: u32,
    /// The newest version there is, generously. Tags with a greater one do not exist; (0, 0) when
    /// not known.
    pub newest: (u32, u32),
}

/// The base that most images are built upon, in thousands of bytes: Debian without its manuals.
pub(super) const DEBIAN_KILOBYTES: u32 = 28_230;
/// The base of Alpine variants.
pub(super) const ALPINE_KILOBYTES: u32 = 3_640;

const fn known(
    name: &'static str,
    kilobytes: u32,
    alpine_kilobytes: u32,
    newest: (u32, u32),
) -> Known {
    Known { name, kilobytes, alpine_kilobytes, newest }
}

/// Sorted by name.
#[rustfmt::skip]
static KNOWN: &[Known] = &[
    known("adminer", 45_900, 0, (5, 5)),
    known("almalinux", 66_300, 0, (10, 3)),
    known("alpine", ALPINE_KILOBYTES, 0, (3, 24)),
    known("amazonlinux", 53_600, 0, (2026, 0)),
    known("archlinux", 152_400, 0, (0, 0)),
    known("bash", 6_310, 0, (5, 4)),
    known("busybox", 2_160, 0, (1, 38)),
    known("caddy", 17_800, 17_800, (2, 12)),
    known("cassandra", 151_200, 0, (5, 1)),
    known("clickhouse", 211_000, 0, (26, 12)),
    known("composer", 73_400, 0, (2, 10)),
    known("couchdb", 92_700, 0, (3, 6)),
    known("debian", 48_490, 0, (13, 9)),
    known("docker", 134_600, 0, (30, 0)),
    known("drupal", 187_300, 0, (11, 9)),
    known("eclipse-mosquitto", 6_020, 0, (2, 2)),
    known("eclipse-temurin", 233_800, 152_300, (26, 0)),
    known("elasticsearch", 692_500, 0, (9, 9)),
    known("elixir", 482_900, 48_100, (1, 20)),
    known("fedora", 62_800, 0, (45, 0)),
    known("gcr.io/google-samples/gb-frontend", 119_400, 0, (0, 0)),
    known("gcr.io/google-samples/hello-app", 11_300, 0, (0, 0)),
    known("ghost", 233_100, 176_900, (6, 99)),
    known("golang", 296_400, 71_200, (1, 27)),
    known("gradle", 357_600, 0, (9, 9)),
    known("grafana/grafana", 152_800, 0, (13, 9)),
    known("haproxy", 45_600, 15_100, (3, 4)),
    known("hello-world", 3, 0, (0, 0)),
    known("httpd", 58_260, 20_440, (2, 4)),
    known("influxdb", 142_900, 66_400, (3, 9)),
    known("kibana", 472_300, 0, (9, 9)),
    known("kong", 124_900, 0, (3, 10)),
    known("mariadb", 117_300, 0, (12, 9)),
    known("maven", 240_700, 0, (4, 9)),
    known("memcached", 31_940, 9_870, (1, 7)),
    known("mongo", 313_800, 0, (8, 9)),
    known("mongo-express", 65_900, 65_900, (1, 1)),
    known("mysql", 254_700, 0, (9, 9)),
    known("nats", 8_120, 10_900, (2, 13)),
    known("neo4j", 327_900, 0, (2026, 12)),
    known("nextcloud", 476_200, 0, (34, 0)),
    known("nginx", 72_230, 21_900, (1, 35)),
    known("node", 392_900, 53_400, (27, 0)),
    known("nvidia/cuda", 1_912_000, 0, (0, 0)),
    known("perl", 366_800, 0, (5, 44)),
    known("php", 188_500, 33_100, (8, 6)),
    known("phpmyadmin", 204_300, 0, (6, 0)),
    known("postgres", 161_300, 110_400, (19, 9)),
    known("prom/prometheus", 113_500, 0, (0, 0)),
    known("python", 381_600, 17_200, (3, 15)),
    known("rabbitmq", 118_900, 77_300, (4, 4)),
    known("redis", 52_870, 29_930, (8, 9)),
    known("redmine", 206_700, 0, (6, 9)),
    known("registry", 17_900, 0, (3, 9)),
    known("registry.k8s.io/coredns/coredns", 23_550, 0, (0, 0)),
    known("registry.k8s.io/e2e-test-images/agnhost", 52_400, 0, (0, 0)),
    known("registry.k8s.io/etcd", 23_640, 0, (0, 0)),
    known("registry.k8s.io/kube-apiserver", 27_190, 0, (0, 0)),
    known("registry.k8s.io/kube-controller-manager", 23_130, 0, (0, 0)),
    known("registry.k8s.io/kube-proxy", 25_970, 0, (0, 0)),
    known("registry.k8s.io/kube-scheduler", 17_380, 0, (0, 0)),
    known("registry.k8s.io/metrics-server/metrics-server", 21_760, 0, (0, 0)),
    known("registry.k8s.io/pause", 320, 0, (0, 0)),
    known("rockylinux", 69_800, 0, (10, 0)),
    known("ruby", 389_300, 41_500, (4, 1)),
    known("rust", 585_100, 324_200, (1, 99)),
    known("sonarqube", 701_400, 0, (2026, 9)),
    known("telegraf", 176_200, 71_800, (1, 40)),
    known("tomcat", 203_600, 0, (11, 9)),
    known("traefik", 51_700, 0, (3, 9)),
    known("ubuntu", 29_720, 0, (26, 10)),
    known("wordpress", 262_400, 105_900, (7, 9)),
    known("zookeeper", 131_200, 0, (3, 9)),
];

/// Docker Hub's official images, deprecated ones that can still be pulled included; sorted.
#[rustfmt::skip]
static OFFICIAL: &[&str] = &[
    "adminer", "aerospike", "almalinux", "alpine", "alt", "amazoncorretto", "amazonlinux",
    "api-firewall", "arangodb", "archlinux", "backdrop", "bash", "bonita", "buildpack-deps",
    "busybox", "caddy", "cassandra", "celery", "centos", "chronograf", "cirros", "clearlinux",
    "clefos", "clickhouse", "clojure", "composer", "consul", "convertigo", "couchbase",
    "couchdb", "crate", "crux", "dart", "debian", "django", "docker", "drupal",
    "eclipse-mosquitto", "eclipse-temurin", "eggdrop", "elasticsearch", "elixir", "emqx",
    "erlang", "euleros", "express-gateway", "fedora", "flink", "fluentd", "friendica", "gazebo",
    "gcc", "geonetwork", "ghost", "glassfish", "golang", "gradle", "groovy", "haproxy",
    "haskell", "haxe", "hello-world", "hitch", "httpd", "hylang", "ibm-semeru-runtimes",
    "ibmjava", "influxdb", "iojs", "irssi", "java", "jenkins", "jetty", "jobber", "joomla",
    "jruby", "julia", "kaazing-gateway", "kapacitor", "kibana", "known", "kong", "krakend",
    "lightstreamer", "liquibase", "logstash", "mageia", "mariadb", "matomo", "maven",
    "mediawiki", "memcached", "mongo", "mongo-express", "monica", "mono", "mysql", "nats",
    "nats-streaming", "neo4j", "neurodebian", "nextcloud", "nginx", "node", "notary", "nuxeo",
    "odoo", "open-liberty", "openjdk", "opensuse", "oraclelinux", "orientdb", "owncloud",
    "percona", "perl", "photon", "php", "php-zendserver", "phpmyadmin", "piwik", "plone",
    "postfixadmin", "postgres", "pypy", "python", "r-base", "rabbitmq", "rails", "rakudo-star",
    "rapidoid", "redis", "redmine", "registry", "rethinkdb", "rocket.chat", "rockylinux", "ros",
    "ruby", "rust", "sapmachine", "satosa", "sentry", "silverpeas", "sl", "solr", "sonarqube",
    "sourcemage", "spark", "spiped", "storm", "swarm", "swift", "swipl", "tarantool",
    "teamspeak", "telegraf", "thrift", "tomcat", "tomee", "traefik", "ubuntu",
    "ubuntu-debootstrap", "ubuntu-upstart", "unit", "varnish", "vault", "websphere-liberty",
    "wordpress", "xwiki", "yourls", "znc", "zookeeper",
];

/// Words that tags of official images begin with when they do not begin with a version.
#[rustfmt::skip]
const TAG_WORDS: &[&str] = &[
    "alpine", "apache", "beta", "bookworm", "bullseye", "buster", "cli", "current", "debug",
    "devel", "edge", "experimental", "focal", "fpm", "glibc", "jammy", "jdk", "jre", "latest",
    "lts", "mainline", "management", "musl", "noble", "nightly", "oldstable", "perl", "plucky",
    "questing", "rc", "resolute", "rolling", "sid", "slim", "stable", "testing", "trixie",
    "uclibc", "unstable", "windowsservercore",
];

impl Known {
    /// The entry of a repository.
    pub fn find(reference: &Reference) -> Option<&'static Self> {
        let whole = reference.repository();
        let name = reference.official().unwrap_or(whole.trim_start_matches("docker.io/"));
        let at = KNOWN.binary_search_by(|known| known.name.cmp(name)).ok()?;
        Some(&KNOWN[at])
    }
}

/// Whether Docker Hub has an official image of this name.
pub(super) fn is_official(name: &str) -> bool {
    OFFICIAL.binary_search(&name).is_ok()
}

/// Whether an official image may well have this tag: it begins with a version that has been
/// released, or with a word that such tags begin with.
pub(super) fn has_tag(known: Option<&Known>, tag: &str) -> bool {
    let Some(version) = Version::parse(tag) else {
        let word = tag.split(['-', '.']).next().unwrap_or_default();
        return TAG_WORDS.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()));
    };
    let newest = known.map_or((0, 0), |known| known.newest);
    newest == (0, 0)
        || version.major < newest.0
        || (version.major == newest.0 && version.minor.is_none_or(|minor| minor <= newest.1))
}

struct Version {
    major: u32,
    minor: Option<u32>,
}

impl Version {
    /// Reads the version a tag begins with, such as the 1.25 of `1.25.3-alpine`.
    fn parse(tag: &str) -> Option<Self> {
        let version = tag.split('-').next()?.trim_start_matches('v');
        let mut numbers = version.split('.').map(|part| {
            let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            part[..end].parse().ok()
        });
        Some(Self { major: numbers.next()??, minor: numbers.next().flatten() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(KNOWN.is_sorted_by(|a, b| a.name < b.name));
        assert!(TAG_WORDS.iter().all(|word| has_tag(None, word)));
        let known = |name: &&str| {
            let reference = Reference::parse(name).unwrap();
            Known::find(&reference).is_some_and(|found| found.name == *name)
        };
        assert!(KNOWN.iter().map(|k| k.name).all(|name| known(&name)));
        for known in KNOWN {
            let is_hub = !known.name.contains('/');
            assert!(!is_hub || is_official(known.name), "{} is official", known.name);
        }
    }

    #[test]
    fn official_names_are_sorted() {
        assert!(OFFICIAL.is_sorted_by(|a, b| a < b), "{OFFICIAL:?}");
        assert!(is_official("nginx") && !is_official("ngnix"));
    }

    #[test]
    fn tags_exist_up_to_the_newest_version() {
        let nginx = Known::find(&Reference::parse("nginx").unwrap());
        let exists = |tag| has_tag(nginx, tag);
        let there = ["latest", "1", "1.14.2", "1.25-alpine", "stable-perl", "alpine3.20", "v1.2"];
        assert!(there.iter().all(|tag| exists(tag)));
        assert!(!["1.161", "2", "latestt", "nope", "99.1"].iter().any(|tag| exists(tag)));
    }
}
