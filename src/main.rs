//! The playground: mounts the page. Everything it shows is in the library.

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(orrery::ui::App);
}
