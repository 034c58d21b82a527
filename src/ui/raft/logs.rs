//! The logs of all members below one another: entries by term, and how far each has come.

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::t;
use crate::view::raft::{LogCell, LogEdges, RaftMember, RaftView};
use crate::view::words::Lang;

/// How many colours terms have.
const TERM_COLOURS: u64 = 4;

/// The logs.
#[component]
pub fn Logs() -> impl IntoView {
    let page = page();
    let raft = page.board.raft;
    let window = Memo::new(move |_| raft.with(|raft| raft.window));
    let members = Memo::new(move |_| raft.with(|raft| raft.members.len()));
    let columns = move || {
        let (first, last) = window.get();
        first..=last
    };
    view! {
        <div class="logs">
            <p class="raft__title">
                {t(Lang::raft_logs)}<span class="raft__hint">{t(Lang::raft_logs_hint)}</span>
            </p>
            <div class="logs__port" role="group" tabindex="0" aria-label=t(Lang::raft_logs)>
                <table class="logs__table">
                    <thead>
                        <tr>
                            <td></td>
                            <For each=columns key=|index| *index children=|index| view! {
                                <th scope="col" class="logs__index">{index}</th>
                            }/>
                            <th
                                scope="col"
                                class="logs__known"
                                data-tip=t(Lang::raft_leader_knows_hint)
                            >
                                {t(Lang::raft_leader_knows)}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || 0..members.get() key=|at| *at children=|at| view! {
                            <Row at=at/>
                        }/>
                    </tbody>
                </table>
            </div>
        </div>
    }
}

/// The log of one member.
#[component]
fn Row(
    /// Its place in the list.
    at: usize,
) -> impl IntoView {
    let page = page();
    let raft = page.board.raft;
    let name = Memo::new(move |_| member(raft, at, |member, _| member.name.to_string()));
    // Most frames change nothing here: words and classes are made only when one does.
    let seen = Memo::new(move |_| {
        member(raft, at, |member, raft| (member.cells.clone(), member.log, raft.window))
    });
    let cells =
        Memo::new(move |_| seen.get().map(|(cells, log, window)| shown(&cells, log, window)));
    let known = Memo::new(move |_| {
        member(raft, at, |member, _| member.known.map(|known| (known.matched, known.next)))
    });
    let known = move || {
        let known = known.get().flatten();
        known.map(|(matched, next)| page.lang.get().raft_known(matched, next))
    };
    view! {
        <tr>
            <th scope="row" class="logs__name">{move || name.get()}</th>
            {move || cells.get().unwrap_or_default().into_iter().map(cell_view).collect_view()}
            <td class="logs__known">{known}</td>
        </tr>
    }
}

fn member<T>(
    raft: RwSignal<std::sync::Arc<RaftView>>,
    at: usize,
    read: impl Fn(&RaftMember, &RaftView) -> T,
) -> Option<T> {
    raft.with(|raft| raft.members.get(at).map(|member| read(member, raft)))
}

/// What stands in a column: an entry with its class, or nothing.
type Shown = Option<(LogCell, String)>;

fn shown(cells: &[LogCell], log: LogEdges, (first, last): (u64, u64)) -> Vec<Shown> {
    let cell = |index: u64| {
        let cell = cells.iter().find(|cell| cell.index == index)?;
        let edge = if log.committed == index { " entry--edge" } else { "" };
        let standing = log.standing(index).slug();
        let class =
            format!("entry entry--{standing} entry--term-{}{edge}", cell.term % TERM_COLOURS);
        Some((cell.clone(), class))
    };
    (first..=last).map(cell).collect()
}

fn cell_view(shown: Shown) -> impl IntoView {
    match shown {
        None => view! { <td class="logs__cell"></td> }.into_any(),
        Some((cell, class)) => {
            let lang = page().lang;
            let tip = move || format!("{} {}: {}", lang.get().term(), cell.term, cell.tells);
            view! {
                <td class="logs__cell">
                    <span class=class data-tip=tip>{cell.label.to_string()}</span>
                </td>
            }
            .into_any()
        }
    }
}
