//! The page mounts, and what it builds is really in the document.

use leptos::mount::mount_to;
use leptos::prelude::document;
use orrery::ui::App;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

#[wasm_bindgen_test]
fn the_page_has_one_main_heading() {
    let home: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&home).unwrap();

    let mounted = mount_to(home.clone(), App);
    let headings = home.get_elements_by_tag_name("h1");
    assert_eq!(headings.length(), 1);
    assert_eq!(headings.item(0).unwrap().text_content().as_deref(), Some("Orrery"));

    drop(mounted);
    assert_eq!(home.child_element_count(), 0, "unmounting leaves nothing behind");
    home.remove();
}
