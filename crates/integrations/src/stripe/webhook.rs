//! Whether a delivery is Stripe's, and what it says.

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::types::Event;

/// The header of the signature.
pub const HEADER: &str = "stripe-signature";
/// How far the signature's time may be from ours, either way; the official SDKs bound the past only.
const TOLERANCE_S: i64 = 300;

/// Why a delivery is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No header, or not of its shape.
    #[error("no signature")]
    Missing,
    /// None of its signatures was made with one of our secrets over these bytes.
    #[error("the signature does not match")]
    Mismatch,
    /// Too old, or from the future: a replay, or a clock that is wrong.
    #[error("the signature's time is too far from ours")]
    Time,
    /// Signed, and no event that we read: a thin event (`v2.core.event`), or no event at all.
    #[error("not an event of the first version")]
    NotAnEvent,
}

/// Checks that one of `secrets` signed exactly these bytes lately, and reads them.
///
/// All secrets are tried: two hold while one replaces the other. A blank one signs nothing, since anybody knows it.
pub fn read(secrets: &[SecretString], header: &str, body: &[u8], now: DateTime<Utc>) -> Result<Event, SignatureError> {
    verify(secrets, header, body, now)?;
    let event: serde_json::Value = serde_json::from_slice(body).map_err(|_| SignatureError::NotAnEvent)?;
    if event.get("object").and_then(serde_json::Value::as_str) != Some("event") {
        return Err(SignatureError::NotAnEvent);
    }
    serde_json::from_value(event).map_err(|_| SignatureError::NotAnEvent)
}

fn verify(secrets: &[SecretString], header: &str, body: &[u8], now: DateTime<Utc>) -> Result<(), SignatureError> {
    let mut time = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            // The text that was signed, not a number made of it.
            Some(("t", t)) => time = Some(t),
            Some(("v1", hex)) => signatures.extend(bytes(hex)),
            _ => {}
        }
    }
    let time = time.ok_or(SignatureError::Missing)?;
    let at: i64 = time.parse().map_err(|_| SignatureError::Missing)?;
    if signatures.is_empty() {
        return Err(SignatureError::Missing);
    }
    let good = secrets.iter().map(ExposeSecret::expose_secret).filter(|s| !s.trim().is_empty()).any(|secret| {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
        let mac = mac.chain_update(time).chain_update(".").chain_update(body);
        // In constant time, each of them.
        signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    });
    if !good {
        return Err(SignatureError::Mismatch);
    }
    // Last: a stranger learns nothing of our clock.
    if now.timestamp().saturating_sub(at).saturating_abs() > TOLERANCE_S {
        return Err(SignatureError::Time);
    }
    Ok(())
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..32).map(|i| u8::from_str_radix(hex.get(2 * i..2 * i + 2)?, 16).ok()).collect()
}

/// The header that Stripe would send: for what stands in for it, and for tests.
pub fn sign(secret: &str, body: &[u8], at: DateTime<Utc>) -> String {
    let time = at.timestamp().to_string();
    // HMAC takes a key of any length.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    let mac = mac.chain_update(&time).chain_update(".").chain_update(body).finalize().into_bytes();
    let hex: String = mac.iter().map(|b| format!("{b:02x}")).collect();
    format!("t={time},v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = "36ee2f7498f0c1777d1312b2a7361947fe5ad31223be30d0c62421f4ca753401";

    fn at(s: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(s, 0).unwrap()
    }

    fn secrets(list: &[&str]) -> Vec<SecretString> {
        list.iter().map(|s| SecretString::from(*s)).collect()
    }

    fn check(list: &[&str], header: &str, body: &[u8], now: i64) -> Result<(), SignatureError> {
        verify(&secrets(list), header, body, at(now))
    }

    #[test]
    fn the_official_sdk_signs_the_same() {
        assert_eq!(sign("whsec_x", b"{}", at(1)), format!("t=1,v1={KNOWN}"));
        assert_eq!(check(&["whsec_x"], &format!("t=1,v1={KNOWN}"), b"{}", 1), Ok(()));
        assert_eq!(check(&["whsec_x"], &format!("t=1,v1={}", KNOWN.to_uppercase()), b"{}", 1), Ok(()));
    }

    #[test]
    fn any_of_several_signatures_and_any_of_two_secrets() {
        let zeros = "0".repeat(64);
        assert_eq!(check(&["velho", "whsec_x"], &format!("t=1,v1={zeros},v1={KNOWN},v0=aa"), b"{}", 1), Ok(()));
        assert_eq!(check(&["whsec_x", "novo"], &format!("t=1, v1={KNOWN}"), b"{}", 1), Ok(()));
        assert_eq!(check(&["velho", "novo"], &format!("t=1,v1={KNOWN}"), b"{}", 1), Err(SignatureError::Mismatch));
    }

    #[test]
    fn forged_changed_old_and_unsigned_are_refused() {
        let good = sign("whsec_x", b"{}", at(1_000));
        for now in [700, 1_000, 1_300] {
            assert_eq!(check(&["whsec_x"], &good, b"{}", now), Ok(()), "{now}");
        }
        for now in [699, 1_301] {
            assert_eq!(check(&["whsec_x"], &good, b"{}", now), Err(SignatureError::Time), "{now}");
        }
        assert_eq!(check(&["whsec_x"], &good, b"{} ", 1_000), Err(SignatureError::Mismatch));
        assert_eq!(check(&["whsec_x"], &good.replace("t=1000", "t=1001"), b"{}", 1_000), Err(SignatureError::Mismatch));
        let v0 = good.replace("v1=", "v0=");
        for header in ["", "t=1000", "v1=00", "t=x,v1=00", v0.as_str(), "t=99999999999999999999,v1=00"] {
            assert_eq!(check(&["whsec_x"], header, b"{}", 1_000), Err(SignatureError::Missing), "{header}");
        }
    }

    #[test]
    fn a_blank_secret_believes_nobody() {
        for blank in ["", " ", "\t"] {
            let header = sign(blank, b"{}", at(1));
            assert_eq!(check(&[blank], &header, b"{}", 1), Err(SignatureError::Mismatch));
        }
        assert_eq!(check(&[], &sign("", b"{}", at(1)), b"{}", 1), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_thin_event_is_no_event() {
        for body in [
            &br#"{"object":"v2.core.event","id":"evt_1","type":"v1.billing.meter.error_report_triggered"}"#[..],
            b"{}",
            b"[]",
            b"nada",
        ] {
            let header = sign("s", body, at(1));
            assert_eq!(read(&secrets(&["s"]), &header, body, at(1)).unwrap_err(), SignatureError::NotAnEvent);
        }
        let body = br#"{"object":"event","id":"evt_1","type":"x.y","created":1,"livemode":false,"data":{"object":{"id":"cus_1","object":"customer"}}}"#;
        let event = read(&secrets(&["s"]), &sign("s", body, at(1)), body, at(1)).unwrap();
        assert_eq!((event.id.as_str(), event.customer()), ("evt_1", Some("cus_1")));
    }
}
