//! Measures the answer engine: the very code of `rag` and `services`, without database and WhatsApp.
//!
//! The gold set is split by business. `eval/gold/treino` is for fitting profiles and for looking at mistakes;
//! `eval/gold/teste` is for figures only. Whoever tunes on it writes a new one.

pub mod case;
pub mod fit;
pub mod gold;
pub mod metrics;
pub mod run;

/// Folder of the gold set.
pub fn gold_dir() -> std::path::PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    std::path::PathBuf::from(here).join("gold")
}
