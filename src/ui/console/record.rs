//! The record: everything that happened, filtered, and only its visible rows in the document.

use leptos::html;
use leptos::prelude::*;

use crate::ui::dom;
use crate::ui::icons::Icon;
use crate::ui::page::{Page, page};
use crate::ui::text::{PlainWords, t};
use crate::ui::widgets::menu::{Group, Item};
use crate::ui::widgets::{Button, Empty};
use crate::view::format::instant;
use crate::view::intent::{Intent, SeekTo};
use crate::view::story::plain;
use crate::view::stream::{RecordKind, StreamFilter, StreamQuery, StreamRow, Viewport};
use crate::view::words::Lang;

/// What is shown at first: without the chatter of messages.
const KINDS: [RecordKind; 3] = [RecordKind::Command, RecordKind::Action, RecordKind::Write];
/// The height of a row.
const ROW_PX: f64 = 26.0;

/// The record with its filters.
#[component]
pub fn Record(
    /// Whether it is in view; otherwise it asks for nothing.
    shown: Signal<bool>,
) -> impl IntoView {
    let page = page();
    let filter = RwSignal::new(StreamFilter { kinds: KINDS.to_vec(), ..StreamFilter::default() });
    let port = RwSignal::new(Viewport { row_px: ROW_PX, height_px: 0.0, scroll_px: 0.0 });
    let list: NodeRef<html::Div> = NodeRef::new();
    let total = Memo::new(move |_| page.board.stream.with(|stream| stream.total));
    let rows = Memo::new(move |_| port.get().rows(total.get().max(1)));
    Effect::new(move || {
        if shown.get() {
            let rows = rows.get();
            let query = StreamQuery { filter: filter.get(), first: rows.start, count: rows.len() };
            page.send(Intent::Stream(query));
        }
    });
    Effect::new(move || {
        if let Some(element) = list.get() {
            dom::on_resize(&element, move |_, height| {
                port.update(|port| port.height_px = height);
            });
        }
    });
    follow_the_instant(page, list, port, shown);
    view! {
        <div class="record">
            <Filters filter=filter/>
            <div
                class="record__list"
                node_ref=list
                tabindex="0"
                role="group"
                aria-label=t(Lang::record)
                on:scroll=move |_| {
                    if let Some(list) = list.get_untracked() {
                        port.update(|port| port.scroll_px = f64::from(list.scroll_top()));
                    }
                }
            >
                <Rows total=total filter=filter/>
            </div>
        </div>
    }
}

/// Keeps the row of the instant shown in view, whenever time moves.
fn follow_the_instant(
    page: Page,
    list: NodeRef<html::Div>,
    port: RwSignal<Viewport>,
    shown: Signal<bool>,
) {
    let current = Memo::new(move |_| page.board.stream.with(|stream| stream.current));
    let height = Memo::new(move |_| port.with(|port| port.height_px));
    Effect::new(move || {
        // Only what is read of a memo is followed.
        height.get();
        let (Some(row), true, Some(list)) = (current.get(), shown.get(), list.get()) else {
            return;
        };
        if let Some(to) = port.get_untracked().reveal(row) {
            list.set_scroll_top(to as i32);
        }
    });
}

#[component]
fn Rows(
    /// How many rows there are in all.
    total: Memo<usize>,
    /// What filters them.
    filter: RwSignal<StreamFilter>,
) -> impl IntoView {
    let stream = page().board.stream;
    let height = move || format!("height:{}px", total.get() as f64 * ROW_PX);
    let clear = t(Lang::record_clear);
    let (title, hint) = (t(Lang::record_empty), t(Lang::record_empty_hint));
    let current = Memo::new(move |_| stream.with(|stream| stream.current));
    view! {
        <Show when=move || total.get() == 0>
            <Empty
                icon="record"
                title=Signal::derive(move || title().to_string())
                hint=Signal::derive(move || hint().to_string())
            >
                <Button on_click=move |_| filter.set(StreamFilter::default())>{clear}</Button>
            </Empty>
        </Show>
        <div class="record__sheet" style=height>
            <For
                each=move || {
                    let (first, rows) = stream.with(|stream| (stream.first, stream.rows.clone()));
                    (first..).zip(rows).collect::<Vec<_>>()
                }
                key=|(index, row)| (*index, row.position)
                children=move |(index, row)| {
                    let on = Signal::derive(move || current.get() == Some(index));
                    view! { <RecordRow index=index row=row current=on/> }
                }
            />
        </div>
    }
}

#[component]
fn RecordRow(
    /// Its number in the filtered list.
    index: usize,
    /// What it says.
    row: StreamRow,
    /// Whether it is where the page stands.
    current: Signal<bool>,
) -> impl IntoView {
    let page = page();
    let deed = StoredValue::new(row.deed.clone());
    let sentence = move || page.lang.get().deed(&deed.get_value());
    let icon = match row.kind {
        RecordKind::Command => "kind-command",
        RecordKind::Message => "kind-message",
        RecordKind::Raft => "kind-raft",
        RecordKind::Write => "kind-write",
        RecordKind::Action => "kind-action",
    };
    let go = move |_| {
        page.send(Intent::Seek(SeekTo::Position(row.position)));
        if let Some(subject) = row.subject.clone() {
            page.select(subject);
        }
    };
    view! {
        <button
            type="button"
            class=format!("record__row record__row--{}", row.kind.slug())
            class:record__row--current=current
            aria-current=move || current.get().then_some("true")
            style=format!("top:{}px", index as f64 * ROW_PX)
            data-tip=move || plain(&sentence())
            on:click=go
        >
            <span class="record__time">{instant(row.at)}</span>
            <Icon name=icon/>
            <span class="record__text">{move || view! { <PlainWords sentence=sentence()/> }}</span>
        </button>
    }
}

#[component]
fn Filters(
    /// What is wanted.
    filter: RwSignal<StreamFilter>,
) -> impl IntoView {
    let page = page();
    let total = move || page.lang.get().record_rows(page.board.stream.with(|s| s.total));
    view! {
        <div class="record__filters">
            <label class="record__search">
                <Icon name="search"/>
                <span class="unseen">{t(Lang::record_search)}</span>
                <input
                    class="record__input"
                    type="search"
                    placeholder=t(Lang::record_search)
                    prop:value=move || filter.with(|filter| filter.text.clone())
                    on:input=move |event| filter.update(|f| f.text = event_target_value(&event))
                />
            </label>
            <HostFilter filter=filter/>
            <div class="record__kinds" role="group" aria-label=t(Lang::record)>
                {RecordKind::ALL
                    .map(|kind| view! { <KindToggle kind=kind filter=filter/> })
                    .collect_view()}
            </div>
            <span class="record__total">{total}</span>
        </div>
    }
}

#[component]
fn KindToggle(
    /// Which kind.
    kind: RecordKind,
    /// What is wanted.
    filter: RwSignal<StreamFilter>,
) -> impl IntoView {
    let word: fn(Lang) -> &'static str = match kind {
        RecordKind::Command => Lang::kind_command,
        RecordKind::Message => Lang::kind_message,
        RecordKind::Raft => Lang::kind_raft,
        RecordKind::Write => Lang::kind_write,
        RecordKind::Action => Lang::kind_action,
    };
    let on = move || filter.with(|filter| filter.kinds.contains(&kind));
    let toggle = move |_| {
        filter.update(|filter| {
            if filter.kinds.contains(&kind) {
                filter.kinds.retain(|other| *other != kind);
            } else {
                filter.kinds.push(kind);
            }
        });
    };
    view! {
        <button
            type="button"
            class="record__kind"
            aria-pressed=move || on().to_string()
            on:click=toggle
        >
            {t(word)}
        </button>
    }
}

#[component]
fn HostFilter(
    /// What is wanted.
    filter: RwSignal<StreamFilter>,
) -> impl IntoView {
    let page = page();
    let shown = move || {
        let host = filter.with(|filter| filter.host.clone());
        host.map_or_else(|| page.lang.get().record_all_hosts().to_string(), |host| host.to_string())
    };
    let open = move |event: web_sys::MouseEvent| {
        let lang = page.lang.get_untracked();
        let now = filter.with_untracked(|filter| filter.host.clone());
        let hosts = page.board.stream.with_untracked(|stream| stream.hosts.clone());
        let all = std::iter::once(None).chain(hosts.into_iter().map(Some));
        let items = all.map(|host| Item {
            label: match &host {
                Some(host) => host.to_string(),
                None => lang.record_all_hosts().to_string(),
            },
            detail: String::new(),
            harmful: false,
            checked: host == now,
            on_choose: Callback::new(move |()| filter.update(|f| f.host.clone_from(&host))),
        });
        let group = Group { title: String::new(), items: items.collect() };
        page.open_menu_below(&event, lang.record().to_string(), vec![group]);
    };
    view! {
        <button
            type="button"
            id="record-host"
            class="button button--quiet record__host"
            aria-haspopup="menu"
            on:click=open
        >
            {shown}
            <Icon name="chevron-down"/>
        </button>
    }
}
