//! The address of the page: what a link asks for, and keeping it true.
//!
//! The query is presentation only (language, theme, view); nothing is stored anywhere else.

use leptos::prelude::*;

use super::page::Centre;
use crate::view::raft::Scene;
use crate::view::words::Lang;

/// What the address asks for.
#[derive(Clone, Debug, Default)]
pub struct Address {
    /// The language.
    pub lang: Lang,
    /// Whether the theme is dark.
    pub dark: bool,
    /// What the middle of the page shows.
    pub centre: Centre,
    /// Whether the placement is shown as a table.
    pub table: bool,
    /// Where the cluster's luck comes from.
    pub seed: Option<u64>,
    /// Whether the page stands within another: the middle and the time bar alone.
    pub embed: bool,
    /// So many members of etcd alone are on the Raft bench.
    pub members: Option<u8>,
    /// The scene that is told there.
    pub scene: Option<Scene>,
}

/// Reads the address.
pub fn read() -> Address {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    let path = location.pathname().unwrap_or_default();
    let query = web_sys::UrlSearchParams::new_with_str(&search).ok();
    let get = |name: &str| query.as_ref().and_then(|query| query.get(name));
    let view = get("view");
    let preferred = window().navigator().language().unwrap_or_default();
    let root_theme = super::dom::root().and_then(|root| root.get_attribute("data-theme"));
    Address {
        lang: Lang::choose(get("lang").as_deref(), &path, &preferred),
        // The shell has settled it before the first paint.
        dark: root_theme.as_deref() == Some("dark"),
        centre: Centre::ALL.into_iter().find(|c| c.slug() == view.as_deref()).unwrap_or_default(),
        table: get("as").as_deref() == Some("table"),
        seed: get("seed").and_then(|seed| seed.parse().ok()),
        embed: get("embed").as_deref() == Some("1"),
        members: get("members").and_then(|members| members.parse().ok()),
        scene: get("scene").and_then(|scene| Scene::ALL.into_iter().find(|s| s.slug() == scene)),
    }
}

/// The address of the same page when it does not stand within another.
pub fn whole() -> String {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    let path = location.pathname().unwrap_or_default();
    let hash = location.hash().unwrap_or_default();
    let query = web_sys::UrlSearchParams::new_with_str(&search);
    let query = query.map_or_else(
        |_| String::new(),
        |query| {
            query.delete("embed");
            query.to_string().into()
        },
    );
    format!("{path}?{query}{hash}")
}

/// Writes one value into the address without leaving a trace in the history; none removes it.
pub fn write(name: &str, value: Option<&str>) {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    let Ok(query) = web_sys::UrlSearchParams::new_with_str(&search) else {
        return;
    };
    match value {
        Some(value) => query.set(name, value),
        None => query.delete(name),
    }
    let path = location.pathname().unwrap_or_default();
    let hash = location.hash().unwrap_or_default();
    let query = String::from(query.to_string());
    let mark = if query.is_empty() { "" } else { "?" };
    let address = format!("{path}{mark}{query}{hash}");
    if let Ok(history) = window().history() {
        // A sandboxed frame may forbid it; the page works without.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address));
    }
}
