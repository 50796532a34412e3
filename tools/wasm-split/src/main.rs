//! `wasm-split <in.wasm> <directory> <name>`: writes `<directory>/main.wasm`, the pieces, what loads them and the manifest
//! of which function needs which. Called by site-builder before wasm-bindgen, which then reads `main.wasm`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;

fn run() -> Result<(), String> {
    let mut args = std::env::args_os().skip(1);
    let (Some(input), Some(to), Some(name), None) = (args.next(), args.next(), args.next(), args.next()) else {
        return Err("usage: wasm-split <in.wasm> <directory> <name>".into());
    };
    let (to, module) = (PathBuf::from(to), format!("./{}.js", name.display()));
    let bytes = std::fs::read(&input).map_err(|e| format!("{}: {e}", input.display()))?;
    let main = to.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(&bytes);
    options.output_dir = &to;
    options.main_out_path = &main;
    options.main_module = &module;
    // The name that leptos asks for where files carry no hash.
    options.link_name = "./__wasm_split.______________________.js";
    let pieces = wasm_split_cli_support::transform(options).map_err(|e| format!("{e:#}"))?;
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
