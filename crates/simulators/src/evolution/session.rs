//! The life of a session: QR codes, scan, drops and ends, with the events each gives.

use std::sync::Arc;

use serde_json::{Value, json};

use super::qr;
use super::state::{Owner, Session, World, now_iso, picture};

impl World {
    /// Starts pairing and shows the first QR.
    pub(super) fn start_pairing(self: &Arc<Self>, name: &str, number: Option<&str>) {
        let pairing = number.map(|_| qr::pairing_code());
        let begun = self.change(name, |instance| {
            instance.session = Session::Connecting;
            instance.had_socket = true;
            instance.paired = false;
            instance.base64 = instance.hook.as_ref().is_some_and(|hook| hook.base64);
            instance.generation += 1;
            instance.generation
        });
        let Some(generation) = begun else { return };
        self.emit_state(name, "connecting");
        self.show_qr(name, generation, 1, pairing.as_deref());
        let (world, name) = (Arc::clone(self), name.to_owned());
        self.spawn(async move { world.renew_qr(&name, generation, pairing.as_deref()).await });
    }

    async fn renew_qr(self: &Arc<Self>, name: &str, generation: u64, pairing: Option<&str>) {
        for count in 2..=self.config.qr_limit {
            tokio::time::sleep(self.config.qr_interval).await;
            if !self.show_qr(name, generation, count, pairing) {
                return;
            }
        }
        tokio::time::sleep(self.config.qr_interval).await;
        // The state reads close from now on; the database keeps saying connecting.
        let ended = self.change(name, |instance| {
            let current = instance.generation == generation && instance.session == Session::Connecting;
            if current {
                instance.session = Session::Close;
                instance.qr = None;
            }
            current
        });
        if ended == Some(true) {
            let limit = json!({"message": "QR code limit reached, please login again", "statusCode": 500});
            self.emit(name, "qrcode.updated", limit);
            self.emit(name, "connection.update", json!({"instance": name, "state": "refused", "statusReason": 428}));
        }
    }

    /// `false` when the pairing it belongs to is over.
    fn show_qr(self: &Arc<Self>, name: &str, generation: u64, count: u32, pairing: Option<&str>) -> bool {
        let code = qr::pairing_text();
        let base64 = qr::data_uri(&code);
        let shown = json!({"pairingCode": pairing, "code": code, "base64": base64, "count": count});
        let current = self.change(name, |instance| {
            let current = instance.generation == generation && instance.session == Session::Connecting;
            if current {
                instance.qr = Some(shown);
                instance.stored = "connecting";
            }
            current
        });
        if current != Some(true) {
            return false;
        }
        let data = json!({"qrcode": {"instance": name, "pairingCode": pairing, "code": code, "base64": base64}});
        self.emit(name, "qrcode.updated", data);
        true
    }

    fn emit_state(self: &Arc<Self>, name: &str, state: &str) {
        self.emit(name, "connection.update", json!({"instance": name, "state": state, "statusReason": 200}));
    }

    /// A phone scans the QR: the stream restarts, then the session is open.
    pub(super) async fn scan(self: &Arc<Self>, name: &str, phone: &str, profile: &str) -> Result<(), String> {
        let jid = format!("{phone}@s.whatsapp.net");
        let paired = self.change(name, |instance| {
            let showing = instance.session == Session::Connecting && instance.qr.take().is_some();
            if showing {
                instance.generation += 1;
                instance.paired = true;
            }
            showing
        });
        if paired != Some(true) {
            return Err("no QR code is being shown; call instance/connect first".to_owned());
        }
        self.emit_state(name, "connecting");
        // `sender` of the envelope appears with open, not before.
        tokio::time::sleep(self.config.open_delay).await;
        let owner = Owner { jid, name: profile.to_owned() };
        self.change(name, |instance| instance.owner = Some(owner));
        self.open(name);
        Ok(())
    }

    /// Open, with what waited at WhatsApp meanwhile.
    fn open(self: &Arc<Self>, name: &str) {
        let opened = self.change(name, |instance| {
            instance.session = Session::Open;
            instance.stored = "open";
            instance.disconnection = None;
            (instance.owner.clone(), std::mem::take(&mut instance.offline))
        });
        let Some((Some(owner), waiting)) = opened else { return };
        let data = json!({
            "instance": name, "wuid": owner.jid, "profileName": owner.name, "profilePictureUrl": picture(&owner.jid), "state": "open",
            "statusReason": 200,
        });
        self.emit(name, "connection.update", data);
        for message in waiting {
            self.deliver_message(name, message);
        }
    }

    /// Connection lost, or restart asked for: connecting, then open again. There is no close event.
    pub(super) fn reconnect(self: &Arc<Self>, name: &str) {
        let begun = self.change(name, |instance| {
            instance.session = Session::Connecting;
            instance.base64 = instance.hook.as_ref().is_some_and(|hook| hook.base64);
            instance.generation += 1;
            instance.generation
        });
        self.emit_state(name, "connecting");
        let (world, name) = (Arc::clone(self), name.to_owned());
        self.spawn(async move {
            tokio::time::sleep(world.config.open_delay).await;
            if world.read(&name, |instance| instance.generation) == begun {
                world.open(&name);
            }
        });
    }

    /// A final end: 401 logged out, 402, 403 banned, 406.
    pub(super) fn end_session(self: &Arc<Self>, name: &str, code: u16) {
        let at = now_iso();
        let output = json!({"statusCode": code, "payload": {"statusCode": code, "error": phrase(code), "message": "Stream Errored (conflict)"}, "headers": {}});
        let object = json!({"error": {"data": null, "isBoom": true, "isServer": false, "output": output}, "date": at})
            .to_string();
        self.change(name, |instance| {
            instance.session = Session::Close;
            instance.stored = "close";
            instance.paired = false;
            instance.qr = None;
            instance.generation += 1;
            instance.disconnection = Some((code, object.clone(), at.clone()));
        });
        self.emit(name, "status.instance", closed(name, code, &object, &at));
        self.emit(name, "logout.instance", Value::Null);
        self.emit(name, "connection.update", json!({"instance": name, "state": "close", "statusReason": code}));
    }
}

pub(super) fn closed(name: &str, code: u16, object: &str, at: &str) -> Value {
    json!({
        "instance": name, "status": "closed", "disconnectionAt": at, "disconnectionReasonCode": code, "disconnectionObject": object,
    })
}

fn phrase(code: u16) -> &'static str {
    if code == 401 { "Unauthorized" } else { "Forbidden" }
}
