//! The WASM entry point, nothing else.

use std::panic::PanicHookInfo;

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Of `public/vigia.js`: offers to reload and reports, once.
    #[wasm_bindgen(catch, js_name = proseiaCaiu)]
    fn crashed(message: &str) -> Result<(), JsValue>;
}

/// Makes the page that the server has written interactive.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(panicked));
    leptos::mount::hydrate_body(app::App);
    app::hydrated();
}

fn panicked(info: &PanicHookInfo<'_>) {
    console_error_panic_hook::hook(info);
    // Without the script there is nobody to tell.
    let _ = crashed(&info.to_string());
}
