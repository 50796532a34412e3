//! Life of an instance: create, pair, look at, remove; its webhook and settings.

use std::time::Duration;

use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::client::{CONNECTING, EvolutionClient, check_name, missing};
use super::error::EvolutionError;
use super::lenient::text_in;
use super::types::{
    Connect, ConnectionState, Created, InstanceInfo, NewInstance, QrCode, Settings, Webhook, WebhookInfo,
};

const POLL: Duration = Duration::from_millis(500);

impl EvolutionClient {
    /// Is the peer up and our key right? (`GET /` would call WhatsApp each time.)
    pub async fn verify_creds(&self) -> Result<(), EvolutionError> {
        self.call(Method::POST, "verify-creds", None)?.send().await.map(drop)
    }

    /// Creates an instance with our settings and webhook.
    ///
    /// Must be serialised per name by the caller: two at once remove each other's instance. After
    /// [`EvolutionError::Refused`] look with [`Self::fetch_instance`] whether it exists.
    pub async fn create_instance(&self, new: &NewInstance) -> Result<Created, EvolutionError> {
        check_name(&new.name)?;
        let mut body = Settings::default().body();
        if let Value::Object(members) = &mut body {
            members.insert("instanceName".to_owned(), json!(new.name));
            members.insert("integration".to_owned(), json!("WHATSAPP-BAILEYS"));
            members.insert("token".to_owned(), json!(new.token.expose_secret()));
            members.insert("qrcode".to_owned(), json!(new.qrcode));
            members.insert("webhook".to_owned(), new.webhook.body(true));
        }
        let answer = self.call(Method::POST, "instance/create", None)?.body(body).within(CONNECTING).send().await?;
        Ok(Created {
            instance_id: text_in(&answer, "/instance/instanceId").ok_or_else(|| missing("instanceId"))?,
            state: ConnectionState::read(answer.pointer("/instance/status").and_then(Value::as_str)),
            qr: answer.get("qrcode").and_then(QrCode::read),
        })
    }

    /// Starts pairing, or says what is current: the QR being shown, or that the session is open. With the digits of a phone
    /// there is a code to type on it as well, if pairing starts with this very call.
    pub async fn connect(&self, name: &str, phone: Option<&str>) -> Result<Connect, EvolutionError> {
        let call = self.get("instance/connect", name)?.within(CONNECTING);
        let call = match phone {
            Some(phone) => call.query("number", phone),
            None => call,
        };
        Ok(read_connect(&call.send().await?))
    }

    /// The peer's in-memory state.
    pub async fn connection_state(&self, name: &str) -> Result<ConnectionState, EvolutionError> {
        let answer = self.get("instance/connectionState", name)?.send().await?;
        Ok(ConnectionState::read(answer.pointer("/instance/state").and_then(Value::as_str)))
    }

    /// The stored row of one instance; `None` when there is no such name.
    pub async fn fetch_instance(&self, name: &str) -> Result<Option<InstanceInfo>, EvolutionError> {
        check_name(name)?;
        let call = self.call(Method::GET, "instance/fetchInstances", None)?.query("instanceName", name);
        match call.send().await {
            Ok(rows) => Ok(read_instances(&rows)?.into_iter().find(|row| row.name == name)),
            Err(EvolutionError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All stored rows.
    pub async fn fetch_all(&self) -> Result<Vec<InstanceInfo>, EvolutionError> {
        read_instances(&self.call(Method::GET, "instance/fetchInstances", None)?.send().await?)
    }

    /// Reopens the socket. While pairing the answer holds the OLD code; the new one comes by webhook.
    pub async fn restart(&self, name: &str) -> Result<Connect, EvolutionError> {
        let answer = self.post("instance/restart", name, json!({}))?.within(CONNECTING).send().await?;
        Ok(read_connect(&answer))
    }

    /// Asks for removal, which the peer carries out later; see [`Self::delete_and_wait`].
    pub async fn delete(&self, name: &str) -> Result<(), EvolutionError> {
        self.call(Method::DELETE, "instance/delete", Some(name))?.within(CONNECTING).send().await.map(drop)
    }

    /// Disconnects and removes, and returns once the name is free. An instance that is not there is a success.
    ///
    /// The webhook is switched off first: the peer removes nothing before REMOVE_INSTANCE was delivered or given up,
    /// which takes 20 minutes against an endpoint in trouble.
    pub async fn delete_and_wait(&self, name: &str, patience: Duration) -> Result<(), EvolutionError> {
        let deadline = Instant::now() + patience;
        let asked = match self.disable_webhook(name).await {
            Ok(()) => self.delete(name).await,
            Err(error) => Err(error),
        };
        match asked {
            Ok(()) => {}
            Err(EvolutionError::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        }
        loop {
            match self.connection_state(name).await {
                Err(EvolutionError::NotFound) => return Ok(()),
                Ok(_) if Instant::now() < deadline => tokio::time::sleep(POLL.min(patience)).await,
                Ok(_) => return Err(EvolutionError::Unknown("the instance is still there".to_owned())),
                Err(error) => return Err(error),
            }
        }
    }

    /// Replaces the webhook. URL, headers and events apply from the next event on.
    pub async fn set_webhook(&self, name: &str, webhook: &Webhook) -> Result<(), EvolutionError> {
        self.post("webhook/set", name, json!({"webhook": webhook.body(true)}))?.send().await.map(drop)
    }

    /// Stops all events of the instance, if it has a webhook.
    pub async fn disable_webhook(&self, name: &str) -> Result<(), EvolutionError> {
        let Some(current) = self.find_webhook(name).await? else {
            return Ok(());
        };
        // `url` is required even to switch it off.
        let body = json!({"webhook": {"enabled": false, "url": current.url, "events": []}});
        self.post("webhook/set", name, body)?.send().await.map(drop)
    }

    /// The stored webhook.
    pub async fn find_webhook(&self, name: &str) -> Result<Option<WebhookInfo>, EvolutionError> {
        let row = self.get("webhook/find", name)?.send().await?;
        Ok(WebhookInfo::read(&row))
    }

    /// Replaces the settings.
    pub async fn set_settings(&self, name: &str, settings: Settings) -> Result<(), EvolutionError> {
        self.post("settings/set", name, settings.body())?.send().await.map(drop)
    }
}

fn read_connect(answer: &Value) -> Connect {
    if answer.pointer("/instance/state").and_then(Value::as_str) == Some("open") {
        return Connect::Open;
    }
    QrCode::read(answer).map_or(Connect::NoQrYet, Connect::Qr)
}

fn read_instances(rows: &Value) -> Result<Vec<InstanceInfo>, EvolutionError> {
    let rows = rows.as_array().ok_or_else(|| missing("the list of instances"))?;
    rows.iter().map(|row| InstanceInfo::read(row).ok_or_else(|| missing("an instance's id"))).collect()
}
