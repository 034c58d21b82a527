//! The page: bundled, compiled, served, measured.
//!
//! `dist/` is the whole page with relative addresses, for any web server and any folder of it.
//! What the page loads only when it is needed lies in `dist/lazy/` and everything else counts
//! towards the size budget. A release build has a brotli twin beside every file: servers can hand
//! those out as they are, and they are what is measured. Invariant: the files of a build are those
//! of this build alone.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::console::{run, step};
use crate::{Result, tools, unknown};

/// Everything before the lazy part, compressed, must fit: about three seconds on a slow phone line.
const BUDGET_BYTES: u64 = 450_000;
/// What differs from what it should be, and is known to.
const KNOWN_FAILURES: &str = "tests/known_failures";
/// The name of the page's size there.
const PAGE_BROTLI: &str = "page-brotli";
/// Trunk's usual port, and how many after it are tried when it is taken.
const PORT: u16 = 8080;
const PORTS_TRIED: u16 = 20;

/// One file of the page, its address relative to `dist/`.
struct PageFile {
    name: String,
    raw_bytes: u64,
    brotli_bytes: u64,
}

impl PageFile {
    fn is_lazy(&self) -> bool {
        self.name.starts_with("lazy/")
    }
}

/// `cargo xtask serve`.
pub fn serve(args: &[String]) -> Result<()> {
    let mut port = None;
    let mut may_open = true;
    let mut release = false;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--port" => port = Some(parse_port(args.next())?),
            "--no-open" => may_open = false,
            "--release" => release = true,
            other => return Err(unknown("serve", other)),
        }
    }
    let port = choose_port(port)?;
    let mut trunk = tools::trunk()?;
    bundle_editor()?;
    // A folder of its own, so that a build or a test beside it is not overwritten.
    let served = tools::scratch()?.join("served");
    trunk.args(["serve", "--port", &port.to_string(), "--dist"]).arg(served);
    if release {
        trunk.arg("--release");
    }
    println!("-- the playground will be at http://127.0.0.1:{port}/ once it is compiled");
    println!("   (minutes the first time, seconds later; Ctrl-C ends it)");
    if may_open && has_screen() {
        trunk.arg("--open");
    }
    run(&mut trunk)
}

/// `cargo xtask build`.
pub fn build(args: &[String]) -> Result<()> {
    match args {
        [] => build_page(false),
        [release] if release == "--release" => {
            build_page(true)?;
            compress()?;
            print_sizes(&sizes()?);
            Ok(())
        }
        [other, ..] => Err(unknown("build", other)),
    }
}

/// Bundles and compiles the page into `dist/`, quickly or as it is shipped.
pub fn build_page(release: bool) -> Result<()> {
    let mut trunk = tools::trunk()?;
    bundle_editor()?;
    trunk.args(["build", "--public-url", "./"]);
    if release {
        trunk.arg("--release");
    }
    step("compiling the page", || run(&mut trunk))
}

/// Writes a brotli twin beside every file of `dist/`.
pub fn compress() -> Result<()> {
    step("compressing the page with brotli", || {
        files_below(&dist())?.iter().try_for_each(|file| write_twin(file))
    })
}

/// Prints the sizes of the last release build and refuses a page over its budget. As long as
/// `tests/known_failures` admits that it is over, it may not grow beyond what stands there.
pub fn check_size() -> Result<()> {
    let files = sizes()?;
    print_sizes(&files);
    let first_bytes: u64 =
        files.iter().filter(|file| !file.is_lazy()).map(|f| f.brotli_bytes).sum();
    match admitted_bytes()? {
        Some(_) if first_bytes <= BUDGET_BYTES => Err(format!(
            "the page is within its budget now: take {PAGE_BROTLI} out of {KNOWN_FAILURES}"
        )),
        Some(admitted) if first_bytes <= admitted => {
            println!("known failure: {first_bytes} bytes, over the budget of {BUDGET_BYTES}");
            Ok(())
        }
        None if first_bytes <= BUDGET_BYTES => Ok(()),
        _ => Err(format!(
            "the page is {first_bytes} bytes compressed, over its budget of {BUDGET_BYTES}; make \
             it smaller or load the new part lazily, from dist/lazy/"
        )),
    }
}

/// How large the page is known to be, if it is known to be too large.
fn admitted_bytes() -> Result<Option<u64>> {
    let text = fs::read_to_string(tools::root().join(KNOWN_FAILURES))
        .map_err(|error| format!("{KNOWN_FAILURES}: {error}"))?;
    let entry = text.lines().find_map(|line| line.strip_prefix(PAGE_BROTLI)?.strip_prefix(' '));
    let Some(entry) = entry else { return Ok(None) };
    let bytes = entry.split(' ').next().and_then(|bytes| bytes.parse().ok());
    bytes
        .map(Some)
        .ok_or_else(|| format!("{KNOWN_FAILURES}: {PAGE_BROTLI} needs a number of bytes"))
}

/// The folder a build is written to.
fn dist() -> PathBuf {
    tools::root().join("dist")
}

/// Bundles the code editor; without Node.js the page does with a plain text area.
fn bundle_editor() -> Result<()> {
    let bundle_dir = tools::root().join("editor/dist");
    fs::create_dir_all(&bundle_dir)
        .map_err(|error| format!("{}: {error}", bundle_dir.display()))?;
    if !tools::has_node() {
        println!("-- no Node.js 20 or newer here: the page gets a plain text area, not the editor");
        return Ok(());
    }
    tools::npm_packages("editor")?;
    step("bundling the code editor", || run(tools::node()?.arg("editor/build.mjs")))
}

fn parse_port(argument: Option<&String>) -> Result<u16> {
    argument
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| "--port needs a number from 1 to 65535".to_owned())
}

/// The port a person asked for, or the first free one.
fn choose_port(asked: Option<u16>) -> Result<u16> {
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    match asked {
        Some(port) if is_free(&port) => Ok(port),
        Some(port) => Err(format!("port {port} is taken; choose another with --port")),
        None => (PORT..PORT + PORTS_TRIED)
            .find(is_free)
            .ok_or_else(|| format!("ports {PORT} and up are taken; choose one with --port")),
    }
}

/// Whether a browser window could appear at all.
fn has_screen() -> bool {
    let is_set = |variable| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Writes the brotli twin of a file beside it.
fn write_twin(file: &Path) -> Result<()> {
    let fail = |error: std::io::Error| format!("{}: {error}", file.display());
    let text = fs::read(file).map_err(fail)?;
    let twin = fs::File::create(twin_of(file)).map_err(fail)?;
    // Quality 11 of 11, and the window size that web servers use.
    let mut writer = brotli::CompressorWriter::new(twin, 1 << 16, 11, 22);
    writer.write_all(&text).and_then(|()| writer.flush()).map_err(fail)
}

fn twin_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    PathBuf::from(name)
}

/// Every file of the last release build with its sizes, largest first.
fn sizes() -> Result<Vec<PageFile>> {
    let length = |path: &Path| {
        fs::metadata(path).map(|data| data.len()).map_err(|error| {
            format!("{}: {error}; run `cargo xtask build --release` first", path.display())
        })
    };
    let mut files = Vec::new();
    for path in files_below(&dist())? {
        if path.extension().is_some_and(|extension| extension == "br") {
            continue;
        }
        let name = path.strip_prefix(dist()).expect("files_below stays below");
        files.push(PageFile {
            name: name.to_string_lossy().replace('\\', "/"),
            raw_bytes: length(&path)?,
            brotli_bytes: length(&twin_of(&path))?,
        });
    }
    files.sort_by_key(|file| std::cmp::Reverse(file.brotli_bytes));
    Ok(files)
}

fn print_sizes(files: &[PageFile]) {
    let (lazy, first): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.is_lazy());
    for (title, part) in [("loaded at once", first), ("loaded when needed", lazy)] {
        println!("{:>10} {:>10}  {title}", "bytes", "brotli");
        for file in &part {
            println!("{:>10} {:>10}  {}", file.raw_bytes, file.brotli_bytes, file.name);
        }
        let raw_bytes: u64 = part.iter().map(|file| file.raw_bytes).sum();
        let brotli_bytes: u64 = part.iter().map(|file| file.brotli_bytes).sum();
        println!("{raw_bytes:>10} {brotli_bytes:>10}  together");
    }
}

/// All files below a folder, in the order of their names.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
