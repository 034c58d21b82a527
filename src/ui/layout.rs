//! How the panels lie: three columns over the time bar where there is room, one panel at a time
//! where there is not. The style sheet decides; here every panel is always present.

use leptos::prelude::*;

use super::centre::CentrePanel;
use super::console::Console;
use super::dialogs::Dialogs;
use super::dom;
use super::editor::Editor;
use super::header::Header;

use super::icons::{Icon, IconSheet};
use super::inspector::Inspector;
use super::live::LiveRegion;
use super::page::{Panel, page};
use super::text::t;
use super::timebar::TimeBar;
use super::url;
use super::widgets::Split;
use super::widgets::menu::MenuHost;
use super::widgets::split::Axis;
use super::widgets::toast::Toasts;
use super::widgets::tooltip::TooltipHost;
use crate::view::words::Lang;

/// The whole page.
#[component]
pub fn Layout() -> impl IntoView {
    let page = page();
    let left = RwSignal::new(392.0);
    let right = RwSignal::new(344.0);
    let console = RwSignal::new(248.0);
    let style = move || {
        format!(
            "--left-w:{}px;--right-w:{}px;--console-h:{}px",
            if page.left_open.get() { left.get() } else { 0.0 },
            if page.right_open.get() { right.get() } else { 0.0 },
            console.get(),
        )
    };
    let skip = t(Lang::skip_to_map);
    let booting = Memo::new(move |_| page.board.clock.with(|clock| clock.booting));
    view! {
        <IconSheet/>
        <a
            class="skip"
            href="#stage"
            on:click=move |event| {
                event.prevent_default();
                page.panel.set(Panel::Stage);
                dom::focus("stage");
                if let Some(key) = page.map_focus.get_untracked() {
                    dom::focus(&key.dom_id());
                }
            }
        >
            {skip}
        </a>
        <div
            class="page"
            class:page--embed=page.embed
            class:page--no-left=move || !page.left_open.get()
            class:page--no-right=move || !page.right_open.get()
            data-panel=move || page.panel.get().slug()
            data-booting=move || booting.get().then_some("")
            style=style
        >
            <Header/>
            <LeftColumn console=console/>
            <main class="page__stage" id="stage" tabindex="-1">
                <ColumnEdge label=Lang::resize_left size=left open=page.left_open/>
                <CentrePanel/>
                <Show when=move || page.embed>
                    <h1 class="unseen">{t(Lang::app_name)}</h1>
                    <a class="open-full" href=url::whole() target="_blank" rel="noopener">
                        {t(Lang::open_full)}
                    </a>
                </Show>
                <ColumnEdge label=Lang::resize_right size=right open=page.right_open after=true/>
                <MenuHost/>
            </main>
            <aside class="page__right" aria-label=t(Lang::inspector)>
                <Inspector/>
            </aside>
            <PanelBar/>
            <TimeBar/>
        </div>
        <Toasts/>
        <Dialogs/>
        <TooltipHost/>
        <LiveRegion/>
    }
}

#[component]
fn LeftColumn(
    /// The height of the lower half.
    console: RwSignal<f64>,
) -> impl IntoView {
    let label = t(Lang::resize_console);
    view! {
        <div class="page__left">
            <section class="page__editor" aria-label=t(Lang::panel_editor)>
                <Editor/>
            </section>
            <section class="page__console" aria-label=t(Lang::terminal)>
            <Split
                label=Signal::derive(move || label().to_string())
                axis=Axis::Rows
                size=console
                least=96.0
                most=640.0
                after=true
                on_toggle=move |()| console.set(248.0)
            />
                <Console/>
            </section>
        </div>
    }
}

/// The edge of a side column. It hides the column on a double click.
#[component]
fn ColumnEdge(
    /// Its name.
    label: fn(Lang) -> &'static str,
    /// The width it sets.
    size: RwSignal<f64>,
    /// Whether the column is shown.
    open: RwSignal<bool>,
    /// Whether the column lies after it.
    #[prop(optional)]
    after: bool,
) -> impl IntoView {
    let label = t(label);
    view! {
        <Split
            label=Signal::derive(move || label().to_string())
            axis=Axis::Columns
            size=size
            least=260.0
            most=640.0
            after=after
            on_toggle=move |()| open.update(|open| *open = !*open)
        />
    }
}

/// The bar that chooses the panel on small screens.
#[component]
fn PanelBar() -> impl IntoView {
    let page = page();
    let item = move |panel: Panel| {
        let (icon, word): (_, fn(Lang) -> &'static str) = match panel {
            Panel::Stage => ("map", Lang::panel_stage),
            Panel::Editor => ("file", Lang::panel_editor),
            Panel::Terminal => ("terminal", Lang::panel_terminal),
            Panel::Record => ("record", Lang::panel_record),
            Panel::Inspector => ("inspect", Lang::panel_inspector),
        };
        view! {
            <button
                type="button"
                class="panel-bar__item"
                class:panel-bar__item--stage=panel == Panel::Stage
                aria-current=move || (page.panel.get() == panel).then_some("true")
                on:click=move |_| page.panel.set(panel)
            >
                <Icon name=icon/>
                <span>{t(word)}</span>
                {(panel == Panel::Inspector).then(|| {
                    let any = move || page.selected.with(Option::is_some);
                    view! { <span class="panel-bar__dot" hidden=move || !any()></span> }
                })}
            </button>
        }
    };
    view! {
        <nav class="panel-bar" aria-label=t(Lang::panels)>
            {Panel::ALL.map(item).collect_view()}
        </nav>
    }
}
