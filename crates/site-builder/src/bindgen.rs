//! wasm-split and wasm-bindgen, from one `.wasm` to `<site>/pkg/<hash>/`.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// Counted up when the same input gives another output.
const LAYOUT: u32 = 2;

/// Writes `<site>/pkg/<hash>/<name>.js` and `<name>.wasm`, and removes what was there of an older input: each version has
/// addresses of its own and is cached for ever. The size of the `.wasm`, or `None` when it was there already.
pub fn build(input: &Path, site: &Path, name: &str, release: bool) -> Result<Option<u64>> {
    let bytes =
        fs::read(input).with_context(|| format!("cannot read {}: has the frontend been built?", input.display()))?;
    let pkg = site.join("pkg");
    let ours = fingerprint(&bytes, name, release);
    let done = pkg.join(&ours);
    let wasm = format!("{name}.wasm");
    if done.join(&wasm).is_file() {
        remove_others(&pkg, &ours)?;
        return Ok(None);
    }

    // Beside the site root, so that the final rename stays on one file system and nothing of it is served.
    let tmp = beside(site)?;
    remove_dir(&tmp)?;
    let (bytes, pieces) = split(input, bytes, &tmp, name)?;
    Bindgen::new()
        .input_bytes(name, bytes)
        .web(true)?
        // The pieces find each other by the linker's names.
        .keep_lld_exports(pieces)
        .demangle(!pieces)
        .typescript(false)
        .keep_debug(false)
        .remove_name_section(release && !pieces)
        .remove_producers_section(release)
        .generate(&tmp)
        .context("wasm-bindgen failed")?;

    // wasm-bindgen says `_bg`; a server compiled with LEPTOS_OUTPUT_NAME asks for the plain name.
    let background = format!("{name}_bg.wasm");
    fs::rename(tmp.join(&background), tmp.join(&wasm))?;
    let js = tmp.join(format!("{name}.js"));
    fs::write(&js, fs::read_to_string(&js)?.replace(&background, &wasm))?;
    if release && pieces {
        tighten(&tmp)?;
    }
    let size = fs::metadata(tmp.join(&wasm))?.len();
    fs::create_dir_all(&pkg)?;
    remove_dir(&done)?;
    fs::rename(&tmp, &done).with_context(|| format!("cannot put {} in place", done.display()))?;
    remove_others(&pkg, &ours)?;
    Ok(Some(size))
}

/// Cuts off what `leptos::lazy` marks: one file for each group, some that several share, and a manifest of which needs which.
/// What is left, and whether anything was cut off. Done by a program of its own (docs/adr/0004).
fn split(input: &Path, bytes: Vec<u8>, to: &Path, name: &str) -> Result<(Vec<u8>, bool)> {
    const MARK: &[u8] = b"__wasm_split_load_";
    if !bytes.windows(MARK.len()).any(|w| w == MARK) {
        return Ok((bytes, false));
    }
    fs::create_dir_all(to)?;
    run_tool(Command::new(tool()?).arg(input).arg(to).arg(name))?;
    let main = to.join("main.wasm");
    let rest = fs::read(&main)?;
    fs::remove_file(&main)?;
    Ok((rest, true))
}

/// Every piece as small as it gets. Needs their names, and takes them out.
fn tighten(dir: &Path) -> Result<()> {
    let mut pieces = Vec::new();
    for entry in fs::read_dir(dir)? {
        pieces.push(entry?.path());
    }
    pieces.retain(|path| path.extension().is_some_and(|e| e == "wasm"));
    run_tool(Command::new(tool()?).arg("--apertar").args(pieces))
}

/// `tools/wasm-split`. bin/* names it; else it is where they build it, beside our own target directory.
fn tool() -> Result<PathBuf> {
    match std::env::var_os("WASM_SPLIT") {
        Some(tool) => Ok(tool.into()),
        None => Ok(std::env::current_exe()?.with_file_name("../tools/debug/wasm-split")),
    }
}

fn run_tool(command: &mut Command) -> Result<()> {
    let how = "cargo build --manifest-path tools/wasm-split/Cargo.toml --target-dir target/tools";
    let status = command.status();
    match status.with_context(|| format!("cannot start {}; build it: {how}", command.get_program().display()))? {
        status if status.success() => Ok(()),
        status => bail!("wasm-split: {status}"),
    }
}

/// Everything the output depends on, short enough for an address.
fn fingerprint(bytes: &[u8], name: &str, release: bool) -> String {
    let mut hasher = DefaultHasher::new();
    (bytes, name, release, env!("CARGO_PKG_VERSION"), LAYOUT).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// `target/site` → `target/site.new`.
fn beside(site: &Path) -> Result<PathBuf> {
    let Some(name) = site.file_name() else { bail!("{} is no directory to build into", site.display()) };
    let mut file = name.to_os_string();
    file.push(".new");
    Ok(site.with_file_name(file))
}

/// Leaves only `keep` below `pkg`.
fn remove_others(pkg: &Path, keep: &str) -> Result<()> {
    for entry in fs::read_dir(pkg)? {
        let entry = entry?;
        if entry.file_name() == keep {
            continue;
        }
        if entry.path().is_dir() { remove_dir(&entry.path())? } else { fs::remove_file(entry.path())? }
    }
    Ok(())
}

fn remove_dir(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(e).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_without_bindgen_goes_through_once() {
        let dir = tempfile::tempdir().unwrap();
        let input = dir.path().join("in.wasm");
        fs::write(&input, b"\0asm\x01\0\0\0").unwrap();
        let site = dir.path().join("site");
        fs::create_dir_all(&site).unwrap();

        let only = |site: &Path| {
            let found: Vec<_> = fs::read_dir(site.join("pkg")).unwrap().map(|e| e.unwrap().path()).collect();
            assert_eq!(found.len(), 1, "one version: {found:?}");
            found[0].clone()
        };
        fs::create_dir_all(site.join("pkg")).unwrap();
        fs::write(site.join("pkg/proseia.js"), "of an older layout").unwrap();
        let size = build(&input, &site, "proseia", false).unwrap();
        assert!(size.is_some());
        let debug = only(&site);
        let js = fs::read_to_string(debug.join("proseia.js")).unwrap();
        assert!(debug.join("proseia.wasm").is_file());
        assert!(!js.contains("_bg.wasm"), "{js}");
        assert_eq!(build(&input, &site, "proseia", false).unwrap(), None, "nothing changed");
        assert!(build(&input, &site, "proseia", true).unwrap().is_some(), "another profile");
        assert_ne!(only(&site), debug, "another address");

        fs::remove_file(only(&site).join("proseia.wasm")).unwrap();
        assert!(build(&input, &site, "proseia", true).unwrap().is_some(), "the output was gone");
    }

    #[test]
    fn a_broken_input_leaves_the_old_site() {
        let dir = tempfile::tempdir().unwrap();
        let input = dir.path().join("in.wasm");
        let site = dir.path().join("site");
        fs::create_dir_all(&site).unwrap();
        fs::write(&input, b"\0asm\x01\0\0\0").unwrap();
        build(&input, &site, "proseia", false).unwrap();
        fs::write(&input, b"no wasm").unwrap();
        assert!(build(&input, &site, "proseia", false).is_err());
        let version = fs::read_dir(site.join("pkg")).unwrap().next().unwrap().unwrap().path();
        assert!(version.join("proseia.js").is_file());
    }
}
