//! `orrery serve`: its flags, and what it tells.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use orrery::serve::{Hands, Options, Server};
use orrery::sim::Time;

const USAGE: &str = "\
orrery serve [FLAG...] [FILE...]

Runs a cluster for real clients of the API. Simulated time follows the clock; the manifests in the
files are applied at the beginning. Lines that are typed meanwhile do what they do in a script, such
as: power off master-1, isolate node-2, stop kube-scheduler master-1. It ends with ^C.

  --address A     where to listen: 127.0.0.1, and so for nobody but this machine
  --port N        the port for HTTPS: 6443; 0 for any
  --http-port N   the port for plain HTTP: 8001; 0 for any
  --speed X       how fast time passes: 1; 10 for ten times as fast, 0.5 for half as fast
  --masters N     how many masters there are: 3; or 1, or 5
  --workers N     how many workers there are: 3; at most 500
  --seed N        where all luck comes from: 1
  --kubeconfig F  where the kubeconfig goes: orrery/kubeconfig in the cache folder
";

/// `orrery serve [FLAG...] [FILE...]`
pub fn serve(args: &[String]) -> Result<bool, String> {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        print!("{USAGE}");
        return Ok(true);
    }
    let options = options(args)?;
    let server = Server::start(&options, now())?;
    print!("{}", server.screen());
    tell(&options, &server);
    let hands = server.hands();
    #[expect(clippy::disallowed_methods, reason = "stdin blocks, and the cluster must not")]
    std::thread::spawn(move || follow(&hands));
    server.run(&AtomicBool::new(false));
    Ok(true)
}

/// Does what the lines say that a person types.
fn follow(hands: &Hands) {
    for line in std::io::stdin().lines().map_while(Result::ok).filter(|line| !line.is_empty()) {
        if let Err(problem) = hands.give(&line) {
            eprintln!("{problem}");
        }
    }
}

fn options(args: &[String]) -> Result<Options, String> {
    let mut options =
        Options { kubeconfig: cache_folder().join("kubeconfig"), ..Options::default() };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(flag) = arg.strip_prefix("--") else {
            options.manifests.push(manifest(arg)?);
            continue;
        };
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (flag, args.next().map(String::as_str)),
        };
        let value = value.ok_or_else(|| format!("--{name} needs a value\n\n{USAGE}"))?;
        let bad = || format!("--{name} cannot be {value:?}\n\n{USAGE}");
        match name {
            "address" => options.address = value.parse::<IpAddr>().map_err(|_| bad())?,
            "port" => options.https_port = value.parse().map_err(|_| bad())?,
            "http-port" => options.http_port = value.parse().map_err(|_| bad())?,
            "speed" => options.speed_thousandths = thousandths(value).ok_or_else(bad)?,
            "masters" => {
                let masters = value.parse().ok().filter(|masters| [1, 3, 5].contains(masters));
                options.masters = masters.ok_or_else(bad)?;
            }
            "workers" => {
                let workers = value.parse().ok().filter(|workers| *workers <= 500);
                options.workers = workers.ok_or_else(bad)?;
            }
            "seed" => options.seed = value.parse().map_err(|_| bad())?,
            "kubeconfig" => options.kubeconfig = PathBuf::from(value),
            _ => return Err(format!("there is no flag --{name}\n\n{USAGE}")),
        }
    }
    Ok(options)
}

/// A number such as `2` or `0.5`, above 0 and at most 1000, in thousandths.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    let speed = whole.parse::<u32>().ok()?.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    (1..=1_000_000).contains(&speed).then_some(speed)
}

/// A manifest, under a name that the terminal of the cluster can type.
fn manifest(path: &str) -> Result<(String, String), String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let name = Path::new(path).file_name().map_or(path.into(), |name| name.to_string_lossy());
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    Ok((name.chars().map(plain).collect(), text))
}

fn cache_folder() -> PathBuf {
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let cache = of("XDG_CACHE_HOME").or_else(|| Some(of("HOME")?.join(".cache")));
    cache.unwrap_or_else(std::env::temp_dir).join("orrery")
}

fn tell(options: &Options, server: &Server) {
    let (https, http) = server.addresses();
    let Options { masters, workers, .. } = options;
    let (whole, part) = (options.speed_thousandths / 1000, options.speed_thousandths % 1000);
    let speed = match part {
        0 => whole.to_string(),
        part => format!("{whole}.{part:03}").trim_end_matches('0').to_owned(),
    };
    println!("A cluster of {masters} masters and {workers} workers; time passes at speed {speed}.");
    if options.address.is_loopback() {
        println!("  https://{https}  with the certificate in the kubeconfig");
        println!("  http://{http}   as kubernetes-admin, without credentials");
        println!("Both are for this machine only.");
    } else {
        println!("  https://{https}  with the certificate in the kubeconfig");
        println!("  http://{http}   as system:anonymous");
        println!("Whoever reaches {} reaches them.", options.address);
    }
    println!();
    println!("  export KUBECONFIG={}", options.kubeconfig.display());
    println!("  kubectl get nodes");
}

/// The time of the wall clock.
#[expect(clippy::disallowed_types, reason = "what is served has the age that clocks say")]
fn now() -> Time {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    Time::from_secs(since.as_secs())
}
