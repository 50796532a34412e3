//! News from the server: one `EventSource` for the whole dashboard.
//!
//! The browser reconnects by itself and the server replays what was missed (`Last-Event-ID`). Only when the browser
//! gives up (an answer that is no event stream) do we open a new one, after asking whether the session still lives;
//! then pages read their state again, since nothing can be replayed.

use std::{cell::RefCell, time::Duration};

use contracts::eventos::Evento;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{EventSource, MessageEvent};

use crate::{areas::auth::api, browser, text::textos};

const ADDRESS: &str = "/api/v1/eventos";
const RETRY_MIN_MS: u64 = 2_000;
const RETRY_MAX_MS: u64 = 30_000;

struct Source {
    events: EventSource,
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut()>,
}

impl Drop for Source {
    fn drop(&mut self) {
        self.events.set_onopen(None);
        self.events.set_onmessage(None);
        self.events.set_onerror(None);
        self.events.close();
    }
}

thread_local! {
    // Not in a signal: the handlers are bound to the browser's thread.
    static SOURCE: RefCell<Option<Source>> = const { RefCell::new(None) };
}

/// The connection and the last thing heard.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    last: RwSignal<Option<Evento>>,
    down: RwSignal<bool>,
    lost: RwSignal<u32>,
    retry_ms: StoredValue<u64>,
}

impl Live {
    fn new() -> Self {
        Self {
            last: RwSignal::new(None),
            down: RwSignal::new(false),
            lost: RwSignal::new(0),
            retry_ms: StoredValue::new(RETRY_MIN_MS),
        }
    }

    /// Opens the connection once the page is interactive; closes it with the page.
    pub fn provide() -> Self {
        let live = Self::new();
        provide_context(live);
        Effect::new(move |_| live.open());
        on_cleanup(close);
        live
    }

    /// The connection of this page; outside the dashboard one that never says anything.
    pub fn expect() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Calls `f` for every event from now on, and with `None` when events may have been lost.
    pub fn on(self, f: impl Fn(Option<&Evento>) + 'static) {
        Effect::new(move |before: Option<u32>| {
            let lost = self.lost.get();
            self.last.with(|event| match before {
                None => {}
                Some(n) if n != lost => untrack(|| f(None)),
                Some(_) => untrack(|| f(event.as_ref())),
            });
            lost
        });
    }

    fn open(self) {
        let Ok(events) = EventSource::new(ADDRESS) else {
            self.down.set(true);
            return;
        };
        let open = Closure::<dyn FnMut()>::new(move || {
            self.down.try_set(false);
            self.retry_ms.try_set_value(RETRY_MIN_MS);
        });
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            let event = message.data().as_string().and_then(|data| serde_json::from_str(&data).ok());
            if event.is_some() {
                self.last.try_set(event);
            }
        });
        let error = Closure::<dyn FnMut()>::new(move || {
            self.down.try_set(true);
            let closed =
                SOURCE.with_borrow(|s| s.as_ref().is_some_and(|s| s.events.ready_state() == EventSource::CLOSED));
            if closed {
                self.reopen_later();
            }
        });
        events.set_onopen(Some(open.as_ref().unchecked_ref()));
        events.set_onmessage(Some(message.as_ref().unchecked_ref()));
        events.set_onerror(Some(error.as_ref().unchecked_ref()));
        SOURCE.set(Some(Source { events, _open: open, _message: message, _error: error }));
    }

    fn reopen_later(self) {
        let Some(wait) = self.retry_ms.try_get_value() else { return };
        self.retry_ms.set_value((wait * 2).min(RETRY_MAX_MS));
        set_timeout(
            move || {
                spawn_local(async move {
                    let session = api::me().await;
                    // The dashboard may have been left in the meantime.
                    if self.down.try_get_untracked() != Some(true) {
                        return;
                    }
                    match session {
                        Ok(_) => {
                            self.open();
                            self.lost.try_update(|n| *n += 1);
                        }
                        Err(error) => {
                            browser::leave_if_signed_out(&error);
                            self.reopen_later();
                        }
                    }
                });
            },
            Duration::from_millis(wait),
        );
    }
}

fn close() {
    // Nothing to close on the server, where this runs too.
    SOURCE.set(None);
}

/// The bar that says that news is delayed. Appears after a moment, so that a reload does not flash it.
#[component]
pub fn BarraReconexao() -> impl IntoView {
    let live = Live::expect();
    let t = textos();
    view! {
        <div class="live-bar-place" role="status">
            <Show when=move || live.down.get()>
                <p class="live-bar"><span class="dot dot-warn"></span>{t.geral.reconectando}</p>
            </Show>
        </div>
    }
}

/// Runs `f` once, a moment after the first of a burst of calls.
pub fn coalesce(wait: Duration, f: impl Fn() + 'static) -> impl Fn() + Clone + 'static {
    let armed = StoredValue::new(false);
    let f = std::rc::Rc::new(f);
    move || {
        if armed.try_get_value() != Some(false) {
            return;
        }
        armed.set_value(true);
        let f = f.clone();
        set_timeout(
            move || {
                // `None` means that it was set: the page is still there.
                if armed.try_set_value(false).is_none() {
                    f();
                }
            },
            wait,
        );
    }
}
