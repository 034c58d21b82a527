//! The tools around the compiler: found if they are there, installed if they can be.
//!
//! What is built from source lives in a cache folder outside the checkout, so that a second clone
//! does not build it again. Invariant: no tool is fetched ready-made from a site; everything comes
//! through cargo, npm, rustup or the system's package manager, at a pinned version.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::console::{output, run, step};

/// The newest Trunk that compiles with our Rust version.
const TRUNK_VERSION: &str = "0.21.14";
const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The oldest Node.js whose test runner has the flags we use.
const NODE_MAJOR_MIN: u32 = 20;
/// One per line, newest habit first: Debian, Ubuntu, Google's packages, macOS.
const CHROMIUM_NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// A browser that tests can drive.
pub struct Browser {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
}

/// The checkout this command was started in.
pub fn root() -> PathBuf {
    let manifest_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest_dir.parent().expect("xtask lives in the checkout").to_owned()
}

/// Where files may be put that nobody keeps: beside our own program, in cargo's output folder.
pub fn scratch() -> Result<PathBuf> {
    let program = env::current_exe().map_err(|error| format!("where am I? {error}"))?;
    Ok(program.parent().expect("a program lives in a folder").to_owned())
}

/// The cargo that runs us, in the checkout.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// The folder with recordings of real Kubernetes, where there is one.
pub fn conformance() -> Option<PathBuf> {
    let named = env::var_os("ORRERY_CONFORMANCE").map(PathBuf::from);
    named.or_else(|| Some(root().join("../shared/conformance")).filter(|folder| folder.is_dir()))
}

/// Makes sure that Rust can compile for the browser.
pub fn wasm_target() -> Result<()> {
    let libraries = output(Command::new("rustc").current_dir(root()).args([
        "--print",
        "target-libdir",
        "--target",
        WASM_TARGET,
    ]));
    if libraries.is_some_and(|path| Path::new(&path).is_dir()) {
        return Ok(());
    }
    step(&format!("adding Rust's {WASM_TARGET} target"), || {
        let mut rustup = Command::new("rustup");
        run(rustup.current_dir(root()).args(["target", "add", WASM_TARGET])).map_err(|error| {
            format!(
                "{error}; Rust's standard library for {WASM_TARGET} is missing, so install it \
                 the way Rust was installed here"
            )
        })
    })
}

/// Trunk, told where our own wasm-bindgen is so that it downloads nothing.
pub fn trunk() -> Result<Command> {
    wasm_target()?;
    let bindgen = bindgen()?;
    let home = cache_dir()?.join(format!("trunk-{TRUNK_VERSION}"));
    let program = home.join("bin").join(executable("trunk"));
    if !program.is_file() {
        // Neither TLS nor the update check: both only serve downloads that never happen here.
        // Unoptimised: it is built in half the time and mostly waits for the compiler.
        install(
            "Trunk (once; 2 to 5 minutes)",
            &home,
            cargo()
                .args(["install", "trunk", "--version", TRUNK_VERSION, "--locked"])
                .arg("--no-default-features")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_STRIP", "true"),
        )?;
    }
    let mut trunk = Command::new(program);
    trunk.current_dir(root()).env("PATH", path_with(&bindgen)?);
    Ok(trunk)
}

/// The folder of `wasm-bindgen` and `wasm-bindgen-test-runner`, built from what Cargo.lock pins.
pub fn bindgen() -> Result<PathBuf> {
    let version = locked_version("wasm-bindgen")?;
    let home = cache_dir()?.join(format!("wasm-bindgen-{version}"));
    if !home.join("bin").join(executable("wasm-bindgen-test-runner")).is_file() {
        install(
            "wasm-bindgen (once; 2 to 4 minutes)",
            &home,
            cargo().args(["install", "--path", "xtask/bindgen", "--locked", "--profile", "tools"]),
        )?;
    }
    Ok(home.join("bin"))
}

/// Whether there is a Node.js new enough for us.
pub fn has_node() -> bool {
    let version = output(Command::new("node").arg("--version")).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().unwrap_or_default();
    major.parse::<u32>().is_ok_and(|major| major >= NODE_MAJOR_MIN)
}

/// Node.js where there is no doing without.
pub fn node() -> Result<Command> {
    if !has_node() {
        return Err(format!(
            "Node.js {NODE_MAJOR_MIN} or newer is needed for this; install it from your system's \
             packages or from nodejs.org"
        ));
    }
    let mut node = Command::new("node");
    node.current_dir(root());
    Ok(node)
}

/// Node.js with the packages and the browser of `tests/e2e`.
pub fn browser_script() -> Result<Command> {
    let mut node = node()?;
    npm_packages("tests/e2e")?;
    node.env("CHROME", browser()?.chromium);
    Ok(node)
}

/// Installs the packages that the lock file in `folder` (relative to the checkout) names.
pub fn npm_packages(folder: &str) -> Result<()> {
    let folder = root().join(folder);
    let lock = fs::read(folder.join("package-lock.json"))
        .map_err(|error| format!("cannot read {}/package-lock.json: {error}", folder.display()))?;
    // npm takes a second to find out that nothing changed; comparing the lock takes none.
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step(&format!("installing the npm packages of {}", folder.display()), || {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        run(Command::new(npm).current_dir(&folder).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ]))?;
        fs::write(&stamp, &lock).map_err(|error| format!("{}: {error}", stamp.display()))
    })
}

/// Chromium and its driver: those of the environment, those in PATH, or freshly installed ones.
pub fn browser() -> Result<Browser> {
    if let Some(browser) = find_browser() {
        return Ok(browser);
    }
    let as_root = output(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    if as_root && find("apt-get").is_some() {
        step("installing Chromium and ChromeDriver", || {
            let apt = || {
                let mut apt = Command::new("apt-get");
                apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
                apt
            };
            run(apt().arg("update"))?;
            // The fonts let pictures of the page show Korean.
            run(apt().args(["install", "-y", "--no-install-recommends"]).args([
                "chromium",
                "chromium-driver",
                "fonts-noto-cjk",
            ]))
        })?;
    }
    find_browser().ok_or_else(|| {
        "Chromium (or Chrome) and the ChromeDriver of the same version are needed for this; \
         install them, or name their programs in the variables CHROME and CHROMEDRIVER"
            .to_owned()
    })
}

fn find_browser() -> Option<Browser> {
    let named = |variable: &str| env::var_os(variable).map(PathBuf::from);
    Some(Browser {
        chromium: named("CHROME").or_else(|| CHROMIUM_NAMES.into_iter().find_map(find))?,
        chromedriver: named("CHROMEDRIVER").or_else(|| find("chromedriver"))?,
    })
}

/// The file that a program name means, looked up in PATH.
fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    // Joining an absolute name yields that name.
    env::split_paths(&path).map(|dir| dir.join(executable(name))).find(|file| file.is_file())
}

fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// Runs a `cargo install` that puts its programs into `home`/bin.
fn install(what: &str, home: &Path, cargo_install: &mut Command) -> Result<()> {
    step(&format!("building {what}"), || {
        let artifacts = home.join("build");
        run(cargo_install.arg("--root").arg(home).arg("--target-dir").arg(&artifacts))?;
        // Hundreds of megabytes that nobody needs again, but no reason to fail.
        let _ = fs::remove_dir_all(&artifacts);
        Ok(())
    })
}

/// PATH with one folder before all others.
fn path_with(folder: &Path) -> Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    env::join_paths([folder.to_owned()].into_iter().chain(env::split_paths(&rest)))
        .map_err(|error| format!("cannot extend PATH: {error}"))
}

/// Where tools live: outside the checkout, shared by all clones.
fn cache_dir() -> Result<PathBuf> {
    let named = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty());
    let base = named("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| named("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .or_else(|| named("LOCALAPPDATA").map(PathBuf::from))
        .ok_or("no folder for tools: set XDG_CACHE_HOME or HOME")?;
    Ok(base.join("orrery"))
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Result<String> {
    let path = root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut lines = lock.lines();
    let name_line = format!("name = \"{package}\"");
    lines
        .find(|line| *line == name_line)
        .and_then(|_| lines.next()?.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| format!("Cargo.lock names no package `{package}`"))
}
