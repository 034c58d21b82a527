//! What the page itself remembers, and how components reach the engine.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use smol_str::SmolStr;

use crate::view::clock::Speed;
use crate::view::hands::Act;
use crate::view::host::{Change, Host, Notice};
use crate::view::intent::Intent;
use crate::view::lanes::Window;
use crate::view::stage::roving::MapKey;
use crate::view::subject::{ObjectId, Subject};
use crate::view::words::Lang;

use super::board::Board;
use super::dom;
use super::editor::Files;
use super::frame::Frame;
use super::url::{self, Address};
use super::widgets::menu::OpenMenu;

/// What the middle of the page shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Centre {
    /// Where things run.
    #[default]
    Placement,
    /// Who owns what.
    Objects,
    /// The members of etcd.
    Raft,
}

impl Centre {
    /// All of them, in the order of the head.
    pub const ALL: [Self; 3] = [Self::Placement, Self::Raft, Self::Objects];

    /// Its value in the address; none for the first.
    pub const fn slug(self) -> Option<&'static str> {
        match self {
            Self::Placement => None,
            Self::Objects => Some("objects"),
            Self::Raft => Some("raft"),
        }
    }
}

/// The panel in view where there is room for one only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Panel {
    /// The cluster.
    Stage,
    /// The manifest.
    Editor,
    /// The terminal.
    Terminal,
    /// The record.
    Record,
    /// The inspector.
    Inspector,
}

impl Panel {
    /// All of them, in the order of the bar.
    pub const ALL: [Self; 5] =
        [Self::Stage, Self::Editor, Self::Terminal, Self::Record, Self::Inspector];

    /// The value of `data-panel`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Editor => "editor",
            Self::Terminal => "terminal",
            Self::Record => "record",
            Self::Inspector => "inspector",
        }
    }
}

/// A dialog that is open.
#[derive(Clone, PartialEq, Eq)]
pub enum Dialog {
    /// The key sheet.
    Help,
    /// To a real cluster, and from one.
    Portable,
    /// How many replicas, and how many there are now.
    Scale(ObjectId, u32),
}

/// A short message with its number.
pub type Toast = (u64, Notice);

/// Everything a component may need. It is small and copied freely.
#[derive(Clone, Copy)]
pub struct Page {
    /// What the engine says.
    pub board: Board,
    /// The language.
    pub lang: RwSignal<Lang>,
    /// Whether the theme is dark.
    pub dark: RwSignal<bool>,
    /// What the middle shows.
    pub centre: RwSignal<Centre>,
    /// Whether the page stands within another.
    pub embed: bool,
    /// Whether the placement is a table.
    pub as_table: RwSignal<bool>,
    /// The panel in view on small screens.
    pub panel: RwSignal<Panel>,
    /// Which of the tabs below the editor is chosen.
    pub console: RwSignal<&'static str>,
    /// Whether the left column is shown on large screens.
    pub left_open: RwSignal<bool>,
    /// Whether the right column is.
    pub right_open: RwSignal<bool>,
    /// What is selected.
    pub selected: RwSignal<Option<Subject>>,
    /// What has the focus on the map.
    pub map_focus: RwSignal<Option<MapKey>>,
    /// The part of the history the lanes show.
    pub window: RwSignal<Window>,
    /// Whether the person drags through time.
    pub scrubbing: RwSignal<bool>,
    /// Whether keys that write a letter do anything.
    pub single_keys: RwSignal<bool>,
    /// The speed really reached, when it falls short.
    pub reached: RwSignal<Option<Speed>>,
    /// The open files.
    pub files: Files,
    /// The open menu.
    pub menu: RwSignal<Option<OpenMenu>>,
    /// The open dialog.
    pub dialog: RwSignal<Option<Dialog>>,
    /// Messages in view.
    pub toasts: RwSignal<Vec<Toast>>,
    next_toast: StoredValue<u64>,
    engine: StoredValue<Rc<RefCell<Box<dyn Host>>>, LocalStorage>,
    frame: StoredValue<Frame, LocalStorage>,
}

/// The page a component belongs to.
pub fn page() -> Page {
    expect_context()
}

impl Page {
    /// A page before `host`, as `address` asks for.
    pub fn new(address: &Address, host: Box<dyn Host>) -> Self {
        let page = Self {
            board: Board::new(),
            lang: RwSignal::new(address.lang),
            dark: RwSignal::new(address.dark),
            centre: RwSignal::new(address.centre),
            embed: address.embed,
            as_table: RwSignal::new(address.table),
            panel: RwSignal::new(Panel::Stage),
            console: RwSignal::new("terminal"),
            left_open: RwSignal::new(true),
            right_open: RwSignal::new(true),
            selected: RwSignal::new(None),
            map_focus: RwSignal::new(None),
            window: RwSignal::new(Window::All),
            scrubbing: RwSignal::new(false),
            single_keys: RwSignal::new(true),
            reached: RwSignal::new(None),
            files: Files::new(),
            menu: RwSignal::new(None),
            dialog: RwSignal::new(None),
            toasts: RwSignal::new(Vec::new()),
            next_toast: StoredValue::new(0),
            engine: StoredValue::new_local(Rc::new(RefCell::new(host))),
            frame: StoredValue::new_local(Frame::default()),
        };
        page.reflect_address();
        page.drain();
        page
    }

    /// Keeps the root element and the address as the page is.
    fn reflect_address(self) {
        Effect::new(move |before: Option<Lang>| {
            let lang = self.lang.get();
            dom::set_root("lang", lang.tag());
            if before.is_some_and(|before| before != lang) {
                url::write("lang", Some(lang.tag()));
            }
            lang
        });
        Effect::new(move |before: Option<bool>| {
            let dark = self.dark.get();
            let theme = if dark { "dark" } else { "light" };
            dom::set_root("data-theme", theme);
            if before.is_some_and(|before| before != dark) {
                url::write("theme", Some(theme));
            }
            dark
        });
        Effect::new(move |before: Option<(Centre, bool)>| {
            let now = (self.centre.get(), self.as_table.get());
            if before.is_some() {
                url::write("view", now.0.slug());
                url::write("as", now.1.then_some("table"));
            }
            now
        });
    }

    /// Sends an intent to the engine and shows what came of it.
    pub fn send(self, intent: Intent) {
        let told = matches!(intent, Intent::Apply { .. } | Intent::Run(_) | Intent::Fault(_));
        if let Intent::Select(subject) = &intent {
            self.selected.set(subject.clone());
        }
        self.with_host(|host| host.send(intent));
        if told {
            // Kept outside of wasm, for the page that is shown when wasm has died.
            super::panic::remember("report", &self.with_host(|host| host.report()));
        }
        self.drain();
        self.wake();
    }

    /// Selects something. Where the inspector is not beside the map it comes to the front: at once
    /// when the map stays in view, on a second tap when it would not.
    pub fn select(self, subject: Subject) {
        let again = self.selected.with_untracked(|selected| selected.as_ref() == Some(&subject));
        let dock = dom::media("(max-width: 1179px)");
        let alone = dom::media("(max-width: 699px)");
        if dock && (again || !alone) {
            self.panel.set(Panel::Inspector);
        }
        self.send(Intent::Select(Some(subject)));
    }

    /// Does what an item of a menu stands for.
    pub fn act(self, act: Act) {
        match act {
            Act::Send(intent) => {
                if matches!(intent, Intent::Run(_)) {
                    // The line can be read where it runs.
                    self.console.set("terminal");
                }
                self.send(intent);
            }
            Act::AskReplicas(id, now) => self.dialog.set(Some(Dialog::Scale(id, now))),
        }
    }

    /// Calls `with` on the engine.
    pub fn with_host<T>(self, with: impl FnOnce(&mut dyn Host) -> T) -> T {
        self.engine.with_value(|host| with(&mut **host.borrow_mut()))
    }

    /// Shows everything that changed.
    pub fn drain(self) {
        for change in self.with_host(|host| host.changes()) {
            match self.board.apply(change) {
                Some(Change::Open(file)) => self.files.open(file.name, file.text),
                Some(Change::Notice(notice)) => self.notify(notice),
                _ => {}
            }
        }
        let shown = self.board.inspector.with_untracked(|inspector| {
            inspector.as_ref().map(|inspector| inspector.subject.clone())
        });
        if shown.is_some() && shown != self.selected.get_untracked() {
            self.selected.set(shown);
        }
    }

    /// Lets the frames run until nothing is left to do.
    pub fn wake(self) {
        super::frame::wake(self, self.frame);
    }

    /// Shows a short message for a while.
    pub fn notify(self, notice: Notice) {
        const STAYS: std::time::Duration = std::time::Duration::from_secs(6);
        let number = self.next_toast.get_value();
        self.next_toast.set_value(number + 1);
        self.toasts.update(|toasts| {
            toasts.push((number, notice));
            let excess = toasts.len().saturating_sub(3);
            toasts.drain(..excess);
        });
        set_timeout(move || self.dismiss(number), STAYS);
    }

    /// Takes a message away.
    pub fn dismiss(self, number: u64) {
        self.toasts.update(|toasts| toasts.retain(|(other, _)| *other != number));
    }

    /// Takes over what was typed into the editor.
    pub fn type_text(self, text: String) {
        if let Some(file) = untrack(|| self.files.active())
            && file.text.with_untracked(|old| *old != text)
        {
            file.text.set(text);
        }
    }

    /// The file in the editor and its text.
    pub fn manuscript(self) -> Option<(SmolStr, String)> {
        self.files.active_text()
    }
}
