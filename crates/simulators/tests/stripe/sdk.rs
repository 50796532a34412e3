//! Stripe's own SDK (npm) against the stand-in, so that our reading of the API is not checked only by ourselves.

use std::path::Path;
use std::process::{Command, Output};

use simulators::stripe::{Options, Stripe};

const END2END: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../end2end");

/// What a script of `end2end/sdk` printed; `None` where the SDK is not installed, which CI does not allow.
async fn node(script: &str, args: &[String]) -> Option<String> {
    if !Path::new(END2END).join("node_modules/stripe").is_dir() {
        assert!(std::env::var_os("CI").is_none(), "bin/setup installs the packages of end2end/");
        eprintln!("npm's stripe is not installed (bin/setup does it): skipped");
        return None;
    }
    let mut command = Command::new("node");
    command.arg(format!("sdk/{script}")).args(args).current_dir(END2END);
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
