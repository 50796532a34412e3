//! Keeps the linker's notes in the `.wasm`: site-builder has it cut into pieces by them (docs/adr/0004).

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
    }
}
