//! The page: puts `ui` into the document. Trunk builds this binary for the browser.

fn main() {
    orrery::ui::mount();
}
