//! wasm-bindgen, and in release wasm-opt, from one `.wasm` to `<site>/pkg/`.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// Equal to `wasm-opt-features` of `[[workspace.metadata.leptos]]`.
pub const WASM_OPT: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-sign-ext",
    "--enable-mutable-globals",
];

/// Writes `<site>/pkg/<name>.js` and `<name>.wasm`. The size of the `.wasm`, or `None` when they were there already.
pub fn build(input: &Path, site: &Path, name: &str, release: bool) -> Result<Option<u64>> {
    let bytes =
        fs::read(input).with_context(|| format!("cannot read {}: has the frontend been built?", input.display()))?;
    let stamp = fingerprint(&bytes, name, release);
    let stamp_path = stamp_path(site)?;
    let pkg = site.join("pkg");
    let wasm = format!("{name}.wasm");
    if fs::read_to_string(&stamp_path).is_ok_and(|old| old == stamp) && pkg.join(&wasm).is_file() {
        return Ok(None);
    }

    // Beside the site root, so that the final rename stays on one file system and nothing of it is served.
    let tmp = stamp_path.with_extension("new");
    remove_dir(&tmp)?;
    Bindgen::new()
        .input_bytes(name, bytes)
        .web(true)?
        .typescript(false)
        .keep_debug(false)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(&tmp)
        .context("wasm-bindgen failed")?;

    // wasm-bindgen says `_bg`; a server compiled with LEPTOS_OUTPUT_NAME asks for the plain name.
    let background = format!("{name}_bg.wasm");
    fs::rename(tmp.join(&background), tmp.join(&wasm))?;
    let js = tmp.join(format!("{name}.js"));
    fs::write(&js, fs::read_to_string(&js)?.replace(&background, &wasm))?;
    if release {
        optimise(&tmp.join(&wasm))?;
    }

    let size = fs::metadata(tmp.join(&wasm))?.len();
    remove_dir(&pkg)?;
    fs::rename(&tmp, &pkg).with_context(|| format!("cannot put {} in place", pkg.display()))?;
    fs::write(&stamp_path, stamp)?;
    Ok(Some(size))
}

/// Everything the output depends on, as one line.
fn fingerprint(bytes: &[u8], name: &str, release: bool) -> String {
    let mut hasher = DefaultHasher::new();
    (bytes, name, release, env!("CARGO_PKG_VERSION")).hash(&mut hasher);
    format!("{:016x} {} bytes\n", hasher.finish(), bytes.len())
}

/// `target/site` → `target/site.stamp`.
fn stamp_path(site: &Path) -> Result<PathBuf> {
    let Some(name) = site.file_name() else { bail!("{} is no directory to build into", site.display()) };
    let mut file = name.to_os_string();
    file.push(".stamp");
    Ok(site.with_file_name(file))
}

fn remove_dir(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(e).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

fn optimise(wasm: &Path) -> Result<()> {
    match Command::new("wasm-opt").args(WASM_OPT).arg(wasm).arg("-o").arg(wasm).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("wasm-opt: {status}"),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            eprintln!(
                "site-builder: wasm-opt is not on PATH; the .wasm is larger than it could be (npm package binaryen)"
            );
            Ok(())
        }
        Err(e) => Err(e).context("cannot start wasm-opt"),
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

        let size = build(&input, &site, "proseia", false).unwrap();
        assert!(size.is_some());
        let js = fs::read_to_string(site.join("pkg/proseia.js")).unwrap();
        assert!(site.join("pkg/proseia.wasm").is_file());
        assert!(!js.contains("_bg.wasm"), "{js}");
        assert_eq!(build(&input, &site, "proseia", false).unwrap(), None, "nothing changed");
        assert!(build(&input, &site, "proseia", true).unwrap().is_some(), "another profile");

        fs::remove_file(site.join("pkg/proseia.wasm")).unwrap();
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
        assert!(site.join("pkg/proseia.js").is_file());
    }
}
