//! Binding, serving and ending of both stand-ins.

use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A bound server; dropping it stops accepting and closes idle connections.
#[derive(Debug)]
pub(crate) struct Running {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
}

impl Running {
    pub(crate) fn serve(listener: TcpListener, app: Router) -> io::Result<Self> {
        let addr = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let until = async move { drop(stopped.await) };
            if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(until).await {
                tracing::error!(%error, "simulator stopped");
            }
        });
        Ok(Self { addr, stop: Some(stop) })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }
}

/// A lock that a panicked test cannot take away.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The machine's time: a stand-in is a program of its own, like the peer it stands for.
#[expect(clippy::disallowed_methods, reason = "the peer has its own clock, which our tests cannot move either")]
pub(crate) fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

/// Sets a member, when `value` is an object.
pub(crate) fn put(value: &mut serde_json::Value, name: &str, member: serde_json::Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(name.to_owned(), member);
    }
}
