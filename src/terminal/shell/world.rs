//! What commands work with: the screen, the files, variables, where the cluster is.
//!
//! Models a person's machine. Invariant: no more than [`FILES_MAX`] files and variables are kept.

use std::sync::Arc;

use super::job::Job;
use crate::api::{Stored, Str};
use crate::etcd::Backup;
use crate::sim::{Address, Duration, Map, Time};
use crate::terminal::etcdctl::{self, Hosts};
use crate::terminal::kubectl::config::KubeConfig;
use crate::terminal::kubectl::process::Start;
use crate::terminal::kubectl::script::Serving;
use crate::terminal::screen::Screen;

/// How many files there may be, and how long one may be.
const FILES_MAX: usize = 1000;
/// How long kubectl takes to begin: reading its configuration and what the server serves. With it
/// every command takes at least a tenth of a second.
const STARTUP: Duration = Duration::from_millis(100);

/// What commands work with.
#[derive(Clone, Debug)]
pub struct World {
    /// What a person sees.
    pub screen: Screen,
    /// The files, by name.
    pub files: Map<Str, Str>,
    /// Copies of etcd's database, by the name of the file or directory that stands for each.
    pub backups: Map<Str, Arc<Backup<Stored>>>,
    /// Variables that programs are started with.
    pub variables: Map<Str, Str>,
    /// The time.
    pub now: Time,
    /// What runs in the background, by number.
    pub jobs: Vec<(u32, Str)>,
    /// Which of them are to end.
    pub killed: Vec<u32>,
    /// What is to run in the background from now on.
    pub spawned: Vec<Job>,
    /// The file that a person is editing for a program that waits.
    pub editing: Option<Str>,
    /// What `curl` reaches on this machine: ports that programs in the background serve.
    pub served: Vec<Serving>,
    /// The exit code of the line before.
    pub code: i32,
    pub(super) hosts: Hosts,
    pub(super) config: Arc<KubeConfig>,
    pub(super) address: Address,
    pub(super) server: Str,
    /// How many processes have been started.
    pub(super) processes: u32,
}

impl World {
    /// A world without files, from which `server` is reached at `address`.
    pub fn new(
        address: Address,
        server: &'static str,
        config: Arc<KubeConfig>,
        hosts: Hosts,
    ) -> Self {
        let endpoints = (etcdctl::ENDPOINTS, hosts.endpoints());
        Self {
            screen: Screen::default(),
            files: Map::default(),
            backups: Map::default(),
            variables: [endpoints].into_iter().map(|(name, value)| (name.into(), value)).collect(),
            now: Time::default(),
            jobs: Vec::new(),
            killed: Vec::new(),
            spawned: Vec::new(),
            editing: None,
            served: Vec::new(),
            code: 0,
            hosts,
            config,
            address,
            server: Str::new_static(server),
            processes: 0,
        }
    }

    /// Sets a variable; one that is empty is as if it were not there.
    pub fn set(&mut self, name: &str, value: &str) {
        if self.variables.contains_key(name) || self.variables.len() < FILES_MAX {
            self.variables.insert(name.into(), value.into());
        }
    }

    /// What a variable holds; nothing where there is none.
    pub fn variable(&self, name: &str) -> String {
        match name {
            "?" => self.code.to_string(),
            "HOME" => "/home/user".to_owned(),
            "PWD" => "/home/user".to_owned(),
            name => self.variables.get(name).map(Str::to_string).unwrap_or_default(),
        }
    }

    /// Keeps a copy of etcd's database, with the file that stands for it.
    pub fn keep(&mut self, name: &str, text: Str, backup: Arc<Backup<Stored>>) {
        self.write(name, text);
        if self.files.contains_key(name) {
            self.backups.insert(name.into(), backup);
        }
    }

    /// How many processes have been started that talk to a server.
    pub fn processes(&self) -> u32 {
        self.processes
    }

    /// The kubeconfig.
    pub fn config(&self) -> &KubeConfig {
        &self.config
    }

    /// What another kubectl is started with.
    pub(super) fn kubectl(&mut self, args: Vec<String>, stdin: Option<Str>) -> Start {
        self.processes += 1;
        Start {
            args,
            stdin,
            files: self.files.clone(),
            config: self.config.clone(),
            server: self.server.clone(),
            address: self.address,
            number: self.processes,
            startup: STARTUP,
        }
    }

    /// Writes a file; a text that is empty takes it away.
    pub fn write(&mut self, name: &str, text: Str) {
        if name == "/dev/null" {
            return;
        }
        if text.is_empty() {
            self.files.remove(name);
            self.backups.remove(name);
        } else if self.files.contains_key(name) || self.files.len() < FILES_MAX {
            self.files.insert(name.into(), text);
        }
    }
}
