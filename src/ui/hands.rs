//! The hands of `view::hands` as menus.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use crate::view::hands::{self, HandGroup};
use crate::view::stage::Rect;
use crate::view::subject::Subject;

use super::dom;
use super::page::Page;
use super::widgets::menu::{Group, Item};

impl Page {
    /// Hands as groups of menu items.
    pub fn menu_groups(self, groups: Vec<HandGroup>) -> Vec<Group> {
        let item = move |hand: hands::Hand| Item {
            label: hand.label,
            detail: hand.command,
            harmful: hand.harmful,
            checked: false,
            on_choose: Callback::new(move |()| self.act(hand.act.clone())),
        };
        (groups.into_iter())
            .map(|group| Group {
                title: group.title,
                items: group.hands.into_iter().map(item).collect(),
            })
            .collect()
    }

    /// What can be done to a subject now.
    pub fn hands_of(self, subject: &Subject) -> Vec<Group> {
        let lang = self.lang.get_untracked();
        let picture = self.board.picture;
        self.menu_groups(picture.with_value(|picture| hands::hands_for(picture, subject, lang)))
    }

    /// Opens the actions of `subject` where a right click happened, or below the element when
    /// the keyboard asked for it.
    pub fn open_context(self, event: &MouseEvent, subject: &Subject, name: &str) {
        event.prevent_default();
        event.stop_propagation();
        let target = event.current_target();
        let Some(element) = target.and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        let by_pointer = event.button() == 2 && (x, y) != (0.0, 0.0);
        let anchor = if by_pointer { Rect::new(x, y, 0.0, 0.0) } else { dom::rect(&element) };
        let label = self.lang.get_untracked().actions_of(name);
        self.open_menu(anchor, element.id(), label, self.hands_of(subject));
    }

    /// Opens the actions of `subject` below the element of this id.
    pub fn open_actions_at(self, id: &str, subject: &Subject, name: &str) {
        if let Some(element) = document().get_element_by_id(id) {
            let label = self.lang.get_untracked().actions_of(name);
            let anchor = dom::rect(&element);
            self.open_menu(anchor, id.to_string(), label, self.hands_of(subject));
        }
    }
}
