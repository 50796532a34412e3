//! What the stand-in knows: its instances, in memory.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::SecondsFormat;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use super::{Config, Taken, Tally, Trouble};
use crate::server::{self, lock};

const SAME_ID: Duration = Duration::from_secs(300);

#[derive(Debug)]
pub(super) struct World {
    pub config: Config,
    pub url: String,
    pub http: reqwest::Client,
    /// The whole server answers nothing of use.
    pub outage: AtomicBool,
    instances: Mutex<BTreeMap<String, Instance>>,
    tasks: Mutex<JoinSet<()>>,
    pub(super) random: Mutex<StdRng>,
    pub(super) trouble: Mutex<Trouble>,
    pub(super) tally: Mutex<Tally>,
    pub(super) taken: Mutex<Vec<Taken>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Session {
    Close,
    Connecting,
    Open,
}

impl Session {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::Connecting => "connecting",
            Self::Open => "open",
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Owner {
    pub jid: String,
    pub name: String,
}

#[derive(Debug, Clone)]
pub(super) struct Hook {
    pub id: String,
    pub url: String,
    pub headers: Value,
    pub enabled: bool,
    pub events: Vec<String>,
    pub by_events: bool,
    pub base64: bool,
    pub created_at: String,
    pub updated_at: String,
}

/// Makes sends fail, before or after the message was taken.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Fault {
    /// Part of the path; empty = every send.
    #[serde(default)]
    pub path: String,
    /// Answered status; none = only the delay.
    pub status: Option<u16>,
    /// The error's text.
    pub message: Option<String>,
    #[serde(default = "one")]
    pub times: u32,
    #[serde(default)]
    pub delay_ms: u64,
    /// The message is taken and reaches the contact, and then the answer fails.
    #[serde(default)]
    pub after: bool,
}

fn one() -> u32 {
    1
}

#[derive(Debug)]
pub(super) struct Instance {
    pub id: String,
    pub name: String,
    pub token: String,
    pub session: Session,
    /// Counts sessions, so that a QR loop or a pending open of an older one ends.
    pub generation: u64,
    /// The database's value, which lags.
    pub stored: &'static str,
    /// There has been a socket: the error of a send differs.
    pub had_socket: bool,
    /// Logged in: the device is paired.
    pub paired: bool,
    pub owner: Option<Owner>,
    /// P1: a logout through the API ended the message queue.
    pub deaf: bool,
    pub settings: Map<String, Value>,
    pub hook: Option<Hook>,
    /// The webhook's `base64` as read at the last connect.
    pub base64: bool,
    pub qr: Option<Value>,
    pub disconnection: Option<(u16, String, String)>,
    /// Stored messages, oldest first.
    pub messages: Vec<Value>,
    pub media: HashMap<String, String>,
    /// Waiting at WhatsApp while the session is down.
    pub offline: Vec<Value>,
    seen: HashMap<String, Instant>,
    pub contacts: HashSet<String>,
    /// Privacy jid to phone digits.
    pub lids: HashMap<String, String>,
    /// What reached the contacts.
    pub log: Vec<Value>,
    /// What they were shown of us typing.
    pub presences: Vec<Value>,
    pub faults: Vec<Fault>,
    /// Deliveries get lost.
    pub lossy: bool,
    /// P3: taken by an edit being delivered, and for a moment by each message.
    pub gate: Arc<tokio::sync::Mutex<()>>,
    pub created_at: String,
}

impl Instance {
    pub(super) fn new(name: &str, token: String, settings: Map<String, Value>, hook: Option<Hook>) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            name: name.to_owned(),
            token,
            session: Session::Close,
            generation: 0,
            stored: "close",
            had_socket: false,
            paired: false,
            owner: None,
            deaf: false,
            settings,
            hook,
            base64: false,
            qr: None,
            disconnection: None,
            messages: Vec::new(),
            media: HashMap::new(),
            offline: Vec::new(),
            seen: HashMap::new(),
            contacts: HashSet::new(),
            lids: HashMap::new(),
            log: Vec::new(),
            presences: Vec::new(),
            faults: Vec::new(),
            lossy: false,
            gate: Arc::default(),
            created_at: now_iso(),
        }
    }

    pub(super) fn setting(&self, name: &str) -> bool {
        self.settings.get(name) == Some(&Value::Bool(true))
    }

    /// The first time within five minutes; in memory, as at the peer.
    pub(super) fn first_time(&mut self, id: &str) -> bool {
        self.seen.retain(|_, at| at.elapsed() < SAME_ID);
        self.seen.insert(id.to_owned(), Instant::now()).is_none()
    }

    /// Digits of the person behind a jid, as far as known.
    pub(super) fn person(&self, jid: &str) -> String {
        let user = jid.split('@').next().unwrap_or(jid);
        self.lids.get(jid).cloned().unwrap_or_else(|| user.to_owned())
    }

    pub(super) fn take_fault(&mut self, path: &str) -> Option<Fault> {
        let at = self.faults.iter().position(|fault| fault.times > 0 && path.contains(&fault.path))?;
        let fault = self.faults.get_mut(at)?;
        fault.times -= 1;
        Some(fault.clone())
    }

    /// The element of fetchInstances.
    pub(super) fn row(&self) -> Value {
        let (code, object, at) = self
            .disconnection
            .clone()
            .map_or((None, None, None), |(code, object, at)| (Some(code), Some(object), Some(at)));
        let mut setting = self.settings.clone();
        setting.insert("instanceId".to_owned(), json!(self.id));
        json!({
            "id": self.id, "name": self.name, "connectionStatus": self.stored,
            "ownerJid": self.owner.as_ref().map(|owner| &owner.jid), "profileName": self.owner.as_ref().map(|owner| &owner.name),
            "profilePicUrl": self.owner.as_ref().map(|owner| picture(&owner.jid)), "integration": "WHATSAPP-BAILEYS", "number": null,
            "businessId": null, "token": self.token, "clientName": "evolution", "disconnectionReasonCode": code,
            "disconnectionObject": object, "disconnectionAt": at, "createdAt": self.created_at, "updatedAt": self.created_at,
            "Chatwoot": null, "Proxy": null, "Rabbitmq": null, "Nats": null, "Sqs": null, "Websocket": null, "Setting": setting,
            "_count": {"Message": self.messages.len(), "Contact": self.contacts.len(), "Chat": self.contacts.len()},
        })
    }
}

impl World {
    pub(super) fn new(config: Config, url: String) -> Self {
        // No proxy: deliveries go to the machine itself.
        let http = reqwest::Client::builder().no_proxy().user_agent("axios/1.12.2").build().unwrap_or_default();
        let random = Mutex::new(StdRng::seed_from_u64(config.seed));
        Self {
            config,
            url,
            http,
            outage: AtomicBool::new(false),
            instances: Mutex::default(),
            tasks: Mutex::default(),
            random,
            trouble: Mutex::default(),
            tally: Mutex::default(),
            taken: Mutex::default(),
        }
    }

    /// `false` when the name is taken.
    pub(super) fn add(&self, instance: Instance) -> bool {
        let mut instances = lock(&self.instances);
        if instances.contains_key(&instance.name) {
            return false;
        }
        instances.insert(instance.name.clone(), instance);
        true
    }

    /// Removes the instance, unless its name already stands for another.
    pub(super) fn forget(&self, name: &str, id: &str) {
        let mut instances = lock(&self.instances);
        if instances.get(name).is_some_and(|instance| instance.id == id) {
            instances.remove(name);
        }
    }

    pub(super) fn read<T>(&self, name: &str, look: impl FnOnce(&Instance) -> T) -> Option<T> {
        lock(&self.instances).get(name).map(look)
    }

    pub(super) fn change<T>(&self, name: &str, change: impl FnOnce(&mut Instance) -> T) -> Option<T> {
        lock(&self.instances).get_mut(name).map(change)
    }

    pub(super) fn all<T>(&self, look: impl FnMut(&Instance) -> T) -> Vec<T> {
        lock(&self.instances).values().map(look).collect()
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    /// The tasks hold the world; ending them frees both.
    pub(super) fn stop(&self) {
        lock(&self.tasks).abort_all();
    }
}

pub(super) fn now_iso() -> String {
    server::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(super) fn now() -> i64 {
    server::now().timestamp()
}

pub(super) fn picture(jid: &str) -> String {
    format!("https://pps.whatsapp.net/v/t61.24694-24/peer.jpg?u={}", jid.replace('@', "%40"))
}

/// An id of a database row, in cuid's look.
pub(super) fn row_id() -> String {
    format!("cm{}", uuid::Uuid::new_v4().simple()).chars().take(25).collect()
}

/// A message id in Baileys' look.
pub(super) fn message_id() -> String {
    let random = uuid::Uuid::new_v4().simple().to_string().to_uppercase();
    format!("3EB0{}", random.chars().take(18).collect::<String>())
}
