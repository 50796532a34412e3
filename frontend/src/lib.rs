//! The WASM entry point, nothing else.

use std::panic::PanicHookInfo;

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Of `public/vigia.js`: offers to reload and reports, once.
    #[wasm_bindgen(catch, js_name = proseiaCaiu)]
    fn crashed(message: &str) -> Result<(), JsValue>;
}

/// Makes the page that the server has written interactive, once its piece of the program is there.
#[wasm_bindgen]
pub async fn hydrate() {
    std::panic::set_hook(Box::new(panicked));
    app::preparar().await;
    leptos::mount::hydrate_body(app::App);
    app::hydrated();
}

fn panicked(info: &PanicHookInfo<'_>) {
    console_error_panic_hook::hook(info);
    // Without the script there is nobody to tell.
    let _ = crashed(&info.to_string());
}
