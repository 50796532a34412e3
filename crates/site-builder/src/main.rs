//! Turns `frontend.wasm` into the site that the server serves.
//!
//! Owns the site root: `pkg/<hash>/proseia.js`, `…/proseia.wasm`, and a copy of `public/`. Makes what
//! `cargo leptos build` would make, so that a clean machine need not compile cargo-leptos first (docs/adr/0003).
//! Promises to touch nothing when nothing changed, and never to leave a half-written `pkg/` behind.
//! Does not compile: cargo has done that before.

mod bindgen;
mod public;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

/// The name asked for by `HydrationScripts`; baked into the server from the same variable of `.cargo/config.toml`.
const OUTPUT_NAME: &str = match option_env!("LEPTOS_OUTPUT_NAME") {
    Some(name) => name,
    None => "proseia",
};

const USAGE: &str = "usage: site-builder <frontend.wasm> <site-root> <public-dir> [--release]";

struct Args {
    wasm: PathBuf,
    site: PathBuf,
    public: PathBuf,
    release: bool,
}

fn parse(args: impl Iterator<Item = String>) -> Result<Args> {
    let (flags, paths): (Vec<_>, Vec<_>) = args.partition(|a| a.starts_with("--"));
    if let Some(unknown) = flags.iter().find(|f| *f != "--release") {
        bail!("unknown option {unknown}\n{USAGE}");
    }
    let [wasm, site, public] = paths.as_slice() else { bail!("three paths are needed\n{USAGE}") };
    Ok(Args { wasm: wasm.into(), site: site.into(), public: public.into(), release: !flags.is_empty() })
}

fn run(args: &Args) -> Result<()> {
    let start = Instant::now();
    std::fs::create_dir_all(&args.site).with_context(|| format!("cannot create {}", args.site.display()))?;

    let pkg = bindgen::build(&args.wasm, &args.site, OUTPUT_NAME, args.release)?;
    let copied = public::sync(&args.public, &args.site, Path::new("pkg"))?;

    let pkg = match pkg {
        Some(bytes) => format!("{OUTPUT_NAME}.wasm {:.1} MB", bytes as f64 / 1e6),
        None => format!("{OUTPUT_NAME}.wasm unchanged"),
    };
    println!("site: {pkg}, {copied} public files updated ({:.1} s)", start.elapsed().as_secs_f32());
    Ok(())
}

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)).and_then(|args| run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("site-builder: {e:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(list: &[&str]) -> Result<Args> {
        parse(list.iter().map(|s| (*s).to_owned()))
    }

    #[test]
    fn arguments() {
        assert!(args(&["a.wasm", "site", "public", "--release"]).unwrap().release);
        assert!(!args(&["a.wasm", "site", "public"]).unwrap().release);
        assert!(args(&["a.wasm", "site"]).is_err());
        assert!(args(&["a.wasm", "site", "public", "--relase"]).is_err());
    }
}

/// What must agree and would only be noticed in a browser, or after an hour of building.
#[cfg(test)]
mod agreement {
    use std::fs;
    use std::path::Path;

    fn root_file(name: &str) -> String {
        let here = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        fs::read_to_string(Path::new(&here).join("../..").join(name)).unwrap()
    }

    /// The lines `key = value` below `heading`, up to the next heading.
    fn section(text: &str, heading: &str) -> Vec<String> {
        let (_, rest) = text.split_once(&format!("\n{heading}\n")).unwrap();
        let body = rest.split("\n[").next().unwrap();
        body.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(str::to_owned).collect()
    }

    #[test]
    fn leptos_toml_says_what_cargo_toml_says() {
        let cargo = section(&root_file("Cargo.toml"), "[[workspace.metadata.leptos]]");
        let deployed = section(&root_file("Leptos.toml"), "[package.metadata.leptos]");
        assert!(deployed.len() >= 7);
        for line in deployed {
            assert!(cargo.contains(&line), "Leptos.toml has {line}, Cargo.toml has not");
        }
    }

    #[test]
    fn the_baked_names_agree_with_the_metadata() {
        let config = root_file(".cargo/config.toml");
        let cargo = section(&root_file("Cargo.toml"), "[[workspace.metadata.leptos]]");
        assert!(config.contains(&format!("LEPTOS_OUTPUT_NAME = \"{}\"", super::OUTPUT_NAME)));
        assert!(cargo.contains(&format!("output-name = \"{}\"", super::OUTPUT_NAME)));
        assert!(config.contains("SERVER_FN_PREFIX = \"/_fn\""));
        assert!(cargo.contains(&"server-fn-prefix = \"/_fn\"".to_owned()));
    }

    #[test]
    fn wasm_bindgen_is_pinned_to_the_version_linked_here() {
        let root = root_file("Cargo.toml");
        let here = root_file("crates/site-builder/Cargo.toml");
        let version = here.split("wasm-bindgen-cli-support = ").nth(1).unwrap().lines().next().unwrap();
        assert!(version.starts_with("\"="), "{version}");
        assert!(root.contains(&format!("\nwasm-bindgen = {version}\n")), "{version}");
    }
}
