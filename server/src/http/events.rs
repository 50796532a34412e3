//! `GET /api/v1/eventos`: server-sent events of one cliente, replayed from `Last-Event-ID`.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use contracts::ClienteId;
use futures::{Stream, StreamExt, stream};
use services::{Ctx, auth, eventos};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::Http;
use super::error::Refusal;

/// A stream looks again after this even if nobody woke it, and finds out whether its login still holds.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// Wakes the streams of a cliente when Postgres says that it has a new event.
#[derive(Clone)]
pub struct Hub {
    wake: broadcast::Sender<ClienteId>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { wake: broadcast::channel(1024).0 }
    }
}

impl Hub {
    /// Listens on a connection of its own until `stop`; one that breaks is made again.
    pub async fn listen(self, url: String, stop: CancellationToken) {
        let mut pause = Duration::from_millis(100);
        while !stop.is_cancelled() {
            let listening = db::listen(&url, "eventos", |payload| {
                if let Ok(id) = payload.parse() {
                    // No receiver: nobody watches.
                    drop(self.wake.send(id));
                }
            });
            tokio::select! {
                () = stop.cancelled() => return,
                ended = listening => if let Err(e) = ended { tracing::warn!(error = %e, "not listening for events") },
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(10));
        }
    }
}

/// Follow what changes: each message is an event with its id and its JSON. A browser that comes back sends
/// `Last-Event-ID` and misses nothing of the last day.
#[utoipa::path(get, path = "/api/v1/eventos", tag = "eventos", responses(
    (status = 200, description = "text/event-stream of Evento", body = contracts::eventos::Evento, content_type = "text/event-stream"),
    (status = 401, body = contracts::ApiError)))]
pub(super) async fn get(
    State(http): State<Http>,
    Extension(ctx): Extension<Ctx>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let cliente_id = ctx.cliente_id().map_err(|e| Refusal(e.to_api(&ctx)))?;
    let from = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<i64>().ok());
    // Subscribed before the first look, so that nothing falls in between.
    let wake = http.hub.wake.subscribe();
    let from = match from {
        Some(id) => id,
        None => eventos::last_id(&ctx).await.map_err(|e| Refusal(e.to_api(&ctx)))?,
    };
    let follower = Follower {
        ctx,
        cliente_id,
        wake,
        stop: http.stop.clone(),
        last: from,
        more: true,
        check: tokio::time::Instant::now() + LOOK_AGAIN,
    };
    // Tells the browser where it stands, so that a reconnect replays even if nothing has happened.
    let hello =
        stream::once(
            async move { Ok(Event::default().id(from.to_string()).comment("ok").retry(Duration::from_secs(2))) },
        );
    let events = stream::unfold(follower, Follower::next).flat_map(stream::iter);
    Ok(Sse::new(hello.chain(events)).keep_alive(KeepAlive::new().interval(LOOK_AGAIN)))
}

struct Follower {
    ctx: Ctx,
    cliente_id: ClienteId,
    wake: broadcast::Receiver<ClienteId>,
    stop: CancellationToken,
    last: i64,
    /// There may be events that nobody will wake us for.
    more: bool,
    /// When the login is looked at again.
    check: tokio::time::Instant,
}

impl Follower {
    /// The next events, once there are any; `None` ends the stream and the browser comes back.
    async fn next(mut self) -> Option<(Vec<Result<Event, Infallible>>, Self)> {
        loop {
            if !std::mem::take(&mut self.more) {
                self.wait().await?;
            }
            if tokio::time::Instant::now() >= self.check {
                if !auth::still_valid(&self.ctx).await.unwrap_or(true) {
                    return None;
                }
                self.check = tokio::time::Instant::now() + LOOK_AGAIN;
            }
            let rows = eventos::after(&self.ctx, self.last).await.ok()?;
            let Some((last, _)) = rows.last() else { continue };
            self.last = *last;
            self.more = true;
            let events =
                rows.into_iter().map(|(id, dados)| Ok(Event::default().id(id.to_string()).data(dados))).collect();
            return Some((events, self));
        }
    }

    /// Until somebody wakes us or it is time to look again. `None`: the login or the process has ended.
    async fn wait(&mut self) -> Option<()> {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return None,
                () = tokio::time::sleep_until(self.check) => return Some(()),
                woken = self.wake.recv() => match woken {
                    Ok(id) if id == self.cliente_id => return Some(()),
                    Ok(_) => {}
                    // Too many to keep up with: look.
                    Err(broadcast::error::RecvError::Lagged(_)) => return Some(()),
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
            }
        }
    }
}
