//! The lock around the state, its clock, and where it is kept.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::deliveries::{Hooks, Tracked};
use super::state::State;
use super::{Options, time};
use crate::server::{self, lock};

/// Makes calls fail, before or after they were executed.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Fault {
    /// Part of method and path, as `POST /v1/refunds`; empty = every call.
    #[serde(default)]
    pub call: String,
    /// Answered status; none = only the delay.
    pub status: Option<u16>,
    #[serde(default = "one")]
    pub times: u32,
    #[serde(default)]
    pub delay_ms: u64,
    /// The call is executed and its answer is lost.
    #[serde(default)]
    pub after: bool,
}

fn one() -> u32 {
    1
}

#[derive(Debug)]
pub(super) struct World {
    pub options: Options,
    pub http: reqwest::Client,
    pub webhook_url: Mutex<Option<String>>,
    pub hooks: Mutex<Hooks>,
    pub tracked: Mutex<Vec<Tracked>>,
    pub held: Mutex<Vec<Value>>,
    /// Deliveries under way.
    pub under_way: watch::Sender<usize>,
    pub log: Mutex<Vec<Value>>,
    pub faults: Mutex<Vec<Fault>>,
    /// Idempotency keys of calls being answered.
    pub busy: Mutex<HashSet<String>>,
    state: Mutex<State>,
    wall: AtomicI64,
    tasks: Mutex<JoinSet<()>>,
}

impl World {
    pub(super) fn new(options: Options, url: String) -> io::Result<Self> {
        let mut state = options.file.as_deref().map_or_else(|| Ok(State::default()), load)?;
        state.livemode = options.key.contains("_live_");
        state.url = url;
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(io::Error::other)?;
        Ok(Self {
            http,
            webhook_url: Mutex::new(options.webhook_url.clone()),
            hooks: Mutex::default(),
            tracked: Mutex::default(),
            held: Mutex::default(),
            under_way: watch::channel(0).0,
            log: Mutex::default(),
            faults: Mutex::default(),
            busy: Mutex::default(),
            state: Mutex::new(state),
            wall: AtomicI64::new(0),
            tasks: Mutex::default(),
            options,
        })
    }

    /// Seconds: the machine's time, as far ahead as a test has moved it.
    pub(super) fn wall(&self) -> i64 {
        server::now().timestamp() + self.wall.load(Ordering::Relaxed)
    }

    /// Does something with everything as it is now, and sends the events that it made.
    pub(super) fn with<T>(
        self: &Arc<Self>,
        request: Option<(String, Option<String>)>,
        job: impl FnOnce(&mut State) -> T,
    ) -> T {
        let (done, outgoing) = {
            let mut state = lock(&self.state);
            state.now = self.wall() + state.shift;
            time::settle(&mut state);
            state.request = request;
            let done = job(&mut state);
            state.request = None;
            let outgoing = std::mem::take(&mut state.outgoing);
            if let Some(file) = self.options.file.as_ref().filter(|_| state.unsaved) {
                match save(file, &state) {
                    Ok(()) => state.unsaved = false,
                    Err(error) => tracing::warn!(%error, "the Stripe stand-in could not be saved"),
                }
            }
            (done, outgoing)
        };
        self.dispatch(outgoing);
        done
    }

    pub(super) fn advance(self: &Arc<Self>, seconds: i64) {
        self.with(None, |state| {
            state.shift += seconds.max(0);
            state.unsaved = true;
        });
        self.with(None, |_| ());
    }

    pub(super) fn advance_wall(self: &Arc<Self>, seconds: i64) {
        self.wall.fetch_add(seconds.max(0), Ordering::Relaxed);
        self.with(None, |_| ());
    }

    /// Things fall due without anybody calling.
    pub(super) fn run_clock(self: &Arc<Self>) {
        let world = Arc::downgrade(self);
        self.spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let Some(world) = world.upgrade() else { return };
                world.with(None, |_| ());
            }
        });
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    pub(super) fn stop(&self) {
        lock(&self.tasks).abort_all();
    }

    pub(super) fn take_fault(&self, call: &str) -> Option<Fault> {
        let mut faults = lock(&self.faults);
        let fault = faults.iter_mut().find(|fault| fault.times > 0 && call.contains(&fault.call))?;
        fault.times -= 1;
        Some(fault.clone())
    }
}

fn load(file: &Path) -> io::Result<State> {
    match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::default()),
        Err(error) => Err(error),
    }
}

fn save(file: &Path, state: &State) -> io::Result<()> {
    let new = file.with_extension("new");
    std::fs::write(&new, serde_json::to_vec(state)?)?;
    std::fs::rename(new, file)
}
