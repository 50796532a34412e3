//! `wasm-split <in.wasm> <directory> <name>`: writes `<directory>/main.wasm`, the pieces, what loads them and the manifest
//! of which function needs which. Called by site-builder before wasm-bindgen, which then reads `main.wasm`.
//!
//! `wasm-split --apertar <file.wasm> ...`: makes finished pieces smaller. Called after wasm-bindgen, for a release.

mod apertar;
mod sem_uso;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// The name that leptos asks for where files carry no hash.
const JS: &str = "./__wasm_split.______________________.js";

/// A page that cannot be fetched ends the program: a network that is gone is waited for, a server that restarts as well.
const TENTAR: &str = "
async function tentar(carregar) {
    for (let vez = 1; ; vez++) {
        try {
            return await carregar();
        } catch (erro) {
            if (!navigator.onLine) await new Promise((volta) => addEventListener('online', volta, { once: true }));
            else if (vez < 4) await new Promise((depois) => setTimeout(depois, 500 * vez));
            else throw erro;
        }
    }
}
";

fn tighten(files: impl Iterator<Item = std::ffi::OsString>) -> Result<(), String> {
    for file in files.map(PathBuf::from) {
        let said = |e: &dyn std::fmt::Display| format!("{}: {e}", file.display());
        let wasm = std::fs::read(&file).map_err(|e| said(&e))?;
        let tight = apertar::apertar(&wasm).map_err(|e| said(&e))?;
        std::fs::write(&file, tight).map_err(|e| said(&e))?;
    }
    Ok(())
}

fn run() -> Result<(), String> {
    let mut args = std::env::args_os().skip(1).peekable();
    if args.next_if(|arg| arg == "--apertar").is_some() {
        return tighten(args);
    }
    let (Some(input), Some(to), Some(name), None) = (args.next(), args.next(), args.next(), args.next()) else {
        return Err("usage: wasm-split <in.wasm> <directory> <name>".into());
    };
    let (to, module) = (PathBuf::from(to), format!("./{}.js", name.display()));
    let bytes = std::fs::read(&input).map_err(|e| format!("{}: {e}", input.display()))?;
    // Not found: the names have changed, and the program is only larger.
    let (bytes, removed) =
        sem_uso::remove(&bytes).ok_or_else(|| format!("{}: linked without --emit-relocs?", input.display()))?;
    if removed == 0 {
        eprintln!("wasm-split: no `hydrate_async` of an `AnyView` in {}", input.display());
    }
    let main = to.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(&bytes);
    options.output_dir = &to;
    options.main_out_path = &main;
    options.main_module = &module;
    options.link_name = JS;
    let pieces = wasm_split_cli_support::transform(options).map_err(|e| format!("{e:#}"))?;
    let js = to.join(JS);
    let text = std::fs::read_to_string(&js).map_err(|e| format!("{}: {e}", js.display()))?;
    const CALL: &str = "await callee();";
    if text.matches(CALL).count() != 1 {
        return Err(format!("{}: `{CALL}` should be there once", js.display()));
    }
    let text = text.replace(CALL, "await tentar(callee);") + TENTAR;
    std::fs::write(&js, text).map_err(|e| format!("{}: {e}", js.display()))?;
    let manifest = to.join("__wasm_split_manifest.json");
    std::fs::write(&manifest, json(&pieces.prefetch_map)).map_err(|e| format!("{}: {e}", manifest.display()))
}

/// Names of functions and files; nothing in them needs escaping.
fn json(map: &HashMap<String, Vec<String>>) -> String {
    let entries = map.iter().map(|(piece, files)| {
        let files: Vec<String> = files.iter().map(|f| format!("\"{f}\"")).collect();
        format!("  \"{piece}\": [{}]", files.join(", "))
    });
    format!("{{\n{}\n}}\n", entries.collect::<Vec<_>>().join(",\n"))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("wasm-split: {e}");
            ExitCode::FAILURE
        }
    }
}
