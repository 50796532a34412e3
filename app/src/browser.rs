//! The few things asked of the browser directly. Safe to compile on the server; only effects and handlers call them.

use contracts::{ErrorCode, MensagemId};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use crate::error::AppError;

/// The value of `name` in a `Cookie` header or in `document.cookie`.
pub fn cookie_in(cookies: &str, name: &str) -> Option<String> {
    cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v.to_owned())
}

/// The value of a cookie that is readable by scripts, on either side.
pub fn cookie(name: &str) -> Option<String> {
    #[cfg(feature = "ssr")]
    {
        crate::server::request_cookie(name)
    }
    #[cfg(not(feature = "ssr"))]
    {
        cookie_in(&document().dyn_into::<web_sys::HtmlDocument>().ok()?.cookie().ok()?, name)
    }
}

/// Remembers a choice of the person for a year.
pub fn remember(name: &str, value: &str) {
    if let Ok(doc) = document().dyn_into::<web_sys::HtmlDocument>() {
        let _ = doc.set_cookie(&format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax"));
    }
}

/// Where a login may lead back to: a path of ours under `area`, nothing that a browser could read as another site.
pub fn safe_return<'a>(path: &'a str, area: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(area)?;
    let inside = rest.is_empty() || rest.starts_with('/') || rest.starts_with('?');
    let plain =
        !path.contains("//") && !path.contains('\\') && path.is_ascii() && !path.bytes().any(|b| b.is_ascii_control());
    (inside && plain && path.len() <= 512).then_some(path)
}

/// Leaves for the login page when the session has ended; it leads back here.
pub fn leave_if_signed_out(error: &AppError) {
    if error.code() != ErrorCode::Unauthenticated {
        return;
    }
    let location = window().location();
    let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let login = if path.starts_with("/admin") { "/admin/login" } else { "/login" };
    if location.pathname().is_ok_and(|p| p == login) {
        return;
    }
    let _ = location.set_href(&format!("{login}?de={}", leptos_router::location::Url::escape(&path)));
}

/// A new UUIDv7 for a message that is shown before the server knows it.
pub fn new_mensagem_id() -> MensagemId {
    let mut random = [0_u8; 10];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    let millis = u64::try_from(crate::time::now().timestamp_millis()).unwrap_or_default();
    MensagemId(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

/// Moves the keyboard to an element.
pub fn focus(id: &str) {
    if let Some(el) = document().get_element_by_id(id).and_then(|el| el.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = el.focus();
    }
}

/// Moves the keyboard to the first element that a selector finds.
pub fn focus_first(selector: &str) -> bool {
    let Ok(Some(el)) = document().query_selector(selector) else { return false };
    let Ok(el) = el.dyn_into::<web_sys::HtmlElement>() else { return false };
    el.focus().is_ok()
}

/// Scrolls an element into sight, no further than needed.
pub fn reveal(el: &web_sys::Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    el.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Whether a media query holds now.
pub fn media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|m| m.matches())
}

/// What this tab remembers under `key` until it is closed.
pub fn session_get(key: &str) -> Option<String> {
    window().session_storage().ok()??.get_item(key).ok()?
}

/// Lets this tab remember `value`; an empty one is forgotten. A full or forbidden storage is no trouble of the person's.
pub fn session_set(key: &str, value: &str) {
    let Ok(Some(storage)) = window().session_storage() else { return };
    let _ = if value.is_empty() { storage.remove_item(key) } else { storage.set_item(key, value) };
}

/// Calls `f` whenever `el` is in sight, or nearly. For effects; ends with them.
pub fn when_near(el: &web_sys::Element, f: impl Fn() + 'static) {
    use wasm_bindgen::prelude::Closure;
    let seen = Closure::<dyn FnMut(Vec<web_sys::IntersectionObserverEntry>)>::new(
        move |entries: Vec<web_sys::IntersectionObserverEntry>| {
            if entries.iter().any(web_sys::IntersectionObserverEntry::is_intersecting) {
                f();
            }
        },
    );
    let Ok(observer) = web_sys::IntersectionObserver::new(seen.as_ref().unchecked_ref()) else { return };
    observer.observe(el);
    let kept = StoredValue::new_local((observer, seen));
    on_cleanup(move || {
        kept.try_with_value(|(observer, _)| observer.disconnect());
    });
}

fn input(id: &str) -> Option<web_sys::HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The textarea with this id, if there is one.
pub fn textarea(id: &str) -> Option<web_sys::HtmlTextAreaElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// What stands in an input or a textarea, whoever has written it.
pub fn field_value(id: &str) -> Option<String> {
    input(id).map(|el| el.value()).or_else(|| textarea(id).map(|el| el.value()))
}

/// Writes into an input or a textarea.
pub fn set_field_value(id: &str, value: &str) {
    if let Some(el) = input(id).filter(|el| el.value() != value) {
        el.set_value(value);
    } else if let Some(el) = textarea(id).filter(|el| el.value() != value) {
        el.set_value(value);
    }
}

/// Whether a box or a choice is ticked.
pub fn field_checked(id: &str) -> Option<bool> {
    input(id).map(|el| el.checked())
}

/// Ticks it.
pub fn set_field_checked(id: &str, checked: bool) {
    if let Some(el) = input(id) {
        el.set_checked(checked);
    }
}

/// Closes an open popover, if the browser has popovers.
pub fn hide_popover(id: &str) {
    if let Some(el) = document().get_element_by_id(id)
        && el.matches(":popover-open").unwrap_or(false)
        && let Ok(el) = el.dyn_into::<web_sys::HtmlElement>()
    {
        let _ = el.hide_popover();
    }
}

/// Removes what a plain form post has left in the address (`__path`, `__err`), so that a reload starts clean.
pub fn clean_address() {
    let location = window().location();
    let Ok(search) = location.search() else { return };
    if !search.contains("__err=") {
        return;
    }
    let kept: Vec<&str> = search
        .trim_start_matches('?')
        .split('&')
        .filter(|p| !p.starts_with("__err=") && !p.starts_with("__path="))
        .collect();
    let path = location.pathname().unwrap_or_default();
    let url = if kept.is_empty() { path } else { format!("{path}?{}", kept.join("&")) };
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&url));
    }
}

type ClickGuard = wasm_bindgen::prelude::Closure<dyn FnMut(web_sys::Event)>;

thread_local! {
    static GUARD: std::cell::RefCell<Option<ClickGuard>> = const { std::cell::RefCell::new(None) };
}

/// For an effect of a page that holds what is not saved: Ctrl+S saves, and nobody leaves with `sujo` unasked. Ends with the
/// effect.
pub fn keep_unsaved(sujo: Memo<bool>, question: &'static str, salvar: impl Fn() + 'static) {
    let teclas = window_event_listener(ev::keydown, move |ev| {
        let quer = (ev.ctrl_key() || ev.meta_key()) && !ev.shift_key() && !ev.alt_key();
        if quer && ev.key().eq_ignore_ascii_case("s") {
            ev.prevent_default();
            salvar();
        }
    });
    let saida = window_event_listener(ev::beforeunload, move |ev| {
        if sujo.get_untracked() {
            ev.prevent_default();
            ev.set_return_value("1");
        }
    });
    on_cleanup(move || {
        teclas.remove();
        saida.remove();
    });
    ask_before_leaving(move || sujo.try_get_untracked() == Some(true), question);
    on_cleanup(leave_freely);
}

/// Asks before a link leads away while `dirty`. `beforeunload` does not hear of the router's own navigation; this
/// listens one element below the router, so that it can stop it.
fn ask_before_leaving(dirty: impl Fn() -> bool + 'static, question: &'static str) {
    let guard = ClickGuard::new(move |ev: web_sys::Event| {
        let link = ev
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
            .and_then(|el| el.closest("a[href]").ok().flatten());
        let leaves = link.is_some_and(|a| {
            a.get_attribute("href").is_some_and(|h| !h.starts_with(['#', '?'])) && !a.has_attribute("target")
        });
        if leaves && dirty() && !window().confirm_with_message(question).unwrap_or(true) {
            ev.prevent_default();
            ev.stop_propagation();
        }
    });
    let _ = document().add_event_listener_with_callback("click", guard.as_ref().unchecked_ref());
    GUARD.set(Some(guard));
}

/// Takes the question away again.
fn leave_freely() {
    if let Some(guard) = GUARD.take() {
        let _ = document().remove_event_listener_with_callback("click", guard.as_ref().unchecked_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_back_only_into_its_own_area() {
        for ok in ["/dashboard", "/dashboard/conversas?estado=IA_ATIVA", "/dashboard?x=1"] {
            assert_eq!(safe_return(ok, "/dashboard"), Some(ok), "{ok}");
        }
        for bad in [
            "",
            "//evil.example",
            "/dashboardx",
            "/dashboard//evil",
            "/dashboard\\evil",
            "https://evil",
            "/admin",
            "/dashboard/\n",
        ] {
            assert_eq!(safe_return(bad, "/dashboard"), None, "{bad}");
        }
    }

    #[test]
    fn cookies_are_found_by_whole_name() {
        assert_eq!(cookie_in("xtema=a; tema=dark", "tema").as_deref(), Some("dark"));
        assert_eq!(cookie_in("", "tema"), None);
    }
}
