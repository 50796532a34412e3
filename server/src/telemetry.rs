//! Logs: text for people, JSON for machines. `RUST_LOG` filters, `LOG_FORMAT=json` switches.

use tracing_subscriber::EnvFilter;

/// What is logged when `RUST_LOG` says nothing.
const DEFAULT: &str = "info,lance=warn,lancedb=warn,datafusion=warn,tower_http=info,hyper=warn";

/// Starts logging for the process.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
    if std::env::var("LOG_FORMAT").is_ok_and(|f| f == "json") {
        log.json().flatten_event(true).init();
    } else {
        log.init();
    }
}
