//! Stripe's own SDK (npm) against the stand-in, so that our reading of the API is not checked only by ourselves.

use std::path::PathBuf;
use std::process::{Command, Output};

use chrono::DateTime;
use integrations::stripe::webhook::{SignatureError, read};
use secrecy::SecretString;
use serde_json::Value;
use simulators::stripe::{Options, Stripe};

fn end2end() -> PathBuf {
    PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../end2end")
}

/// What a script of `end2end/sdk` printed; `None` where the SDK is not installed, which CI does not allow.
async fn node(script: &str, args: &[String]) -> Option<String> {
    if !end2end().join("node_modules/stripe").is_dir() {
        assert!(std::env::var_os("CI").is_none(), "bin/setup installs the packages of end2end/");
        eprintln!("npm's stripe is not installed (bin/setup does it): skipped");
        return None;
    }
    let mut command = Command::new("node");
    command.arg(format!("sdk/{script}")).args(args).current_dir(end2end());
    let run = tokio::task::spawn_blocking(move || command.output());
    let Output { status, stdout, stderr } = run.await.unwrap().unwrap();
    assert!(status.success(), "{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    Some(String::from_utf8(stdout).unwrap())
}

#[tokio::test]
async fn the_official_sdk_understands_the_stand_in() {
    let stripe = Stripe::start(([127, 0, 0, 1], 0).into(), Options::default()).await.unwrap();
    if let Some(said) = node("check.mjs", &[stripe.url()]).await {
        print!("{said}");
    }
}

/// Without this the fixtures of crates/integrations/tests/stripe.rs would only say what the SDK once did.
#[tokio::test]
async fn the_recorded_calls_and_signatures_are_still_those_of_the_sdk() {
    if let Some(calls) = node("golden.mjs", &[]).await {
        let fixture = include_str!("../../../integrations/tests/golden/stripe.json");
        assert_eq!(calls.trim(), fixture.trim(), "node golden.mjs writes the new fixture");
    }
    let Some(vectors) = node("vectors.mjs", &[]).await else { return };
    let vectors: Vec<Value> = serde_json::from_str(&vectors).unwrap();
    assert!(vectors.len() > 3);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let at = DateTime::from_timestamp(vector["timestamp"].as_i64().unwrap(), 0).unwrap();
        let taken = read(&[SecretString::from(text("secret"))], text("header"), text("payload").as_bytes(), at);
        // Signed, though not everything that can be signed is an event.
        assert!(matches!(taken, Ok(_) | Err(SignatureError::NotAnEvent)), "{vector}: {taken:?}");
        let other = read(&[SecretString::from("whsec_outro")], text("header"), text("payload").as_bytes(), at);
        assert_eq!(other.unwrap_err(), SignatureError::Mismatch);
    }
}
