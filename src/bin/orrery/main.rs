//! The native command line: plays scripts, compares them with recordings, measures.
//!
//! Exit codes: 0 when all is well, 1 when something differs, 2 when it was called wrongly or a
//! file cannot be read.

mod served;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::Duration;

use orrery::api::{Fields, Value};
use orrery::bench::{self, Meter, Suite as Figures};
use orrery::cluster::portable::Export;
use orrery::etcd::raft::conform::{self, Suite};
use orrery::manifest;
use orrery::scenario::{self, ManifestVerdict, Manifests, Runner, Script, Transcript};

const USAGE: &str = "\
orrery: a clockwork Kubernetes, on the command line

  orrery run FILE...         plays scripts and prints them with the outputs they really give
  orrery export FILE         plays a script and prints its cluster as a script of kind and kubectl
  orrery conform [--all] PATH...
                             plays recorded scripts (files, or folders of them) and compares;
                             shows the first difference of each, or all of them
  orrery conform-manifests DIR  shows the manifests in DIR to a server and compares its verdicts
                             and defaults with DIR/verdicts.json and DIR/defaulted.json
  orrery raft-conform DIR    replays the scripts of etcd-io/raft in DIR and compares
  orrery bench [NAME...]     measures; without names, everything
  orrery serve [FLAG...] [FILE...]
                             runs a cluster for kubectl and other real clients, with the manifests
                             in the files; see orrery serve --help
";

/// What a command came to: whether all is well, or why it could not be done.
type Outcome = Result<bool, String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.split_first() {
        Some((command, rest)) => match command.as_str() {
            "run" => play(rest),
            "export" => export(rest),
            "conform" => conform(rest),
            "conform-manifests" => conform_manifests(rest),
            "raft-conform" => raft_conform(rest),
            "bench" => measure(rest),
            "serve" => served::serve(rest),
            "help" | "--help" | "-h" => {
                print!("{USAGE}");
                Ok(true)
            }
            _ => Err(format!("there is no command {command:?}\n\n{USAGE}")),
        },
        None => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(problem) => {
            eprintln!("{}", problem.trim_end());
            ExitCode::from(2)
        }
    }
}

/// `orrery run FILE...`
fn play(files: &[String]) -> Outcome {
    need(files, "orrery run FILE...")?;
    let mut well = true;
    for file in files {
        let transcript = scenario::run(&read(Path::new(file))?);
        print!("{transcript}");
        well &= transcript.differences().next().is_none();
    }
    Ok(well)
}

/// `orrery export FILE`
fn export(files: &[String]) -> Outcome {
    let [file] = files else { return Err("usage: orrery export FILE".to_owned()) };
    let script = read(Path::new(file))?;
    let mut runner = Runner::new(&script);
    script.steps.iter().for_each(|step| _ = runner.play(step));
    print!("{}", Export::of(runner.session()).script());
    Ok(true)
}

/// `orrery conform [--all] PATH...`
fn conform(args: &[String]) -> Outcome {
    let (shown_max, paths) = match args.split_first() {
        Some((flag, paths)) if flag == "--all" => (usize::MAX, paths),
        _ => (1, args),
    };
    need(paths, "orrery conform [--all] PATH...")?;
    let mut files = Vec::new();
    for path in paths {
        files.extend(files_below(Path::new(path), "case")?);
    }
    let (mut matched, mut compared, mut well) = (0, 0, true);
    for file in &files {
        let transcript = scenario::run(&read(file)?);
        let score = transcript.score();
        (matched, compared) = (matched + score.0, compared + score.1);
        well &= tell(file, &transcript, shown_max);
    }
    println!("{matched} of {compared} commands");
    Ok(well)
}

/// Prints one line and so many differences, if there are any. Says whether there are none.
fn tell(file: &Path, transcript: &Transcript, shown_max: usize) -> bool {
    let (matched, compared) = transcript.score();
    let name = file.file_stem().unwrap_or_default().display();
    println!("{matched}/{compared} {name}");
    let mut equal = true;
    for (command, difference) in transcript.differences().take(shown_max) {
        println!("  command {command}, {difference}");
        equal = false;
    }
    equal
}

/// `orrery conform-manifests DIR`
fn conform_manifests(args: &[String]) -> Outcome {
    let [folder] = args else { return Err("usage: orrery conform-manifests DIR".to_owned()) };
    let (verdicts, defaulted) = (json(folder, "verdicts.json")?, json(folder, "defaulted.json")?);
    let mut manifests = Manifests::default();
    let (mut all, mut matched) = ([0, 0], [0, 0]);
    for (name, verdict) in verdicts.as_map().into_iter().flat_map(Fields::iter) {
        let recorded = ManifestVerdict {
            exit: verdict.at("exit").as_int().and_then(|exit| exit.try_into().ok()).unwrap_or(0),
            output: verdict.at("output").text().to_owned(),
            defaulted: defaulted.at(name).as_str().map(str::to_owned),
        };
        let text = text_of(&Path::new(folder).join(name.as_str()))?;
        let (verdict, defaults) = manifests.compare(name, &text, &recorded);
        all[0] += 1;
        all[1] += usize::from(recorded.defaulted.is_some());
        matched[0] += usize::from(verdict.is_none());
        matched[1] += usize::from(recorded.defaulted.is_some() && defaults.is_none());
        for (what, difference) in [("verdict", verdict), ("defaulted", defaults)] {
            if let Some(difference) = difference {
                println!("{name}: {what}\n{difference}");
            }
        }
    }
    println!("{} of {} verdicts", matched[0], all[0]);
    println!("{} of {} defaulted", matched[1], all[1]);
    Ok(all == matched)
}

fn json(folder: &str, name: &str) -> Result<Value, String> {
    let text = text_of(&Path::new(folder).join(name))?;
    manifest::parse_json(&text).map_err(|error| format!("{folder}/{name}: {error}"))
}

/// `orrery raft-conform DIR`
fn raft_conform(args: &[String]) -> Outcome {
    let [folder] = args else { return Err("usage: orrery raft-conform DIR".to_owned()) };
    let (mut matched, mut all) = (0, 0);
    for suite in Suite::ALL {
        for file in files_below(&Path::new(folder).join(suite.folder()), "txt")? {
            let name = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
            let result = conform::run(suite, &name, &text_of(&file)?);
            all += 1;
            matched += usize::from(result.is_ok());
            match result.outcome {
                Ok(_) => println!("ok {name}"),
                Err(_) => print!("{result}"),
            }
        }
    }
    println!("{matched} of {all}");
    Ok(matched == all)
}

/// `orrery bench [NAME...]`
fn measure(names: &[String]) -> Outcome {
    let all = || bench::NAMES.into_iter().chain([PAGE_BROTLI]);
    if let Some(name) = names.iter().find(|name| all().all(|known| known != name.as_str())) {
        let known = all().collect::<Vec<_>>().join(", ");
        return Err(format!("there is no figure {name:?}; there are {known}"));
    }
    let mut figures = Figures::new(Meter { clock, memory });
    for name in all().filter(|name| names.is_empty() || names.iter().any(|wanted| wanted == name)) {
        match figures.measure(name) {
            Some(figure) => println!("{figure}"),
            None => match page_bytes(Path::new("dist")) {
                Some(bytes) => println!("{PAGE_BROTLI} {bytes} B"),
                None => eprintln!("{PAGE_BROTLI}: no page in dist/; `cargo xtask build` makes one"),
            },
        }
    }
    Ok(true)
}

/// How many bytes of the page, compressed, come before its lazy part.
const PAGE_BROTLI: &str = "page-brotli";

/// Time since the first reading.
#[expect(clippy::disallowed_types, reason = "who measures needs a clock; the engine has none")]
fn clock() -> Duration {
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// Bytes of memory that are in use, as Linux counts them; 0 elsewhere.
fn memory() -> u64 {
    let counts = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = counts.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

/// The size of all brotli twins that a build wrote, but for those in `lazy/`.
fn page_bytes(folder: &Path) -> Option<u64> {
    let twins = files_below(folder, "br").ok().filter(|twins| !twins.is_empty())?;
    let eager = twins.iter().filter(|twin| !twin.starts_with(folder.join("lazy")));
    Some(eager.filter_map(|twin| Some(fs::metadata(twin).ok()?.len())).sum())
}

fn need(args: &[String], usage: &str) -> Result<(), String> {
    match args.is_empty() {
        true => Err(format!("usage: {usage}")),
        false => Ok(()),
    }
}

fn read(file: &Path) -> Result<Script, String> {
    let (script, problems) = Script::parse(&text_of(file)?);
    if problems.is_empty() {
        return Ok(script);
    }
    let told = problems.iter().map(|problem| format!("{}:{problem}", file.display()));
    Err(told.collect::<Vec<_>>().join("\n"))
}

fn text_of(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// A file itself; of a folder, the files below it whose names end in `.extension`, sorted.
fn files_below(path: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let told = |error| format!("{}: {error}", path.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(told)? {
        let entry = entry.map_err(told)?.path();
        if entry.is_dir() || entry.extension().is_some_and(|found| found == extension) {
            files.extend(files_below(&entry, extension)?);
        }
    }
    files.sort();
    Ok(files)
}
