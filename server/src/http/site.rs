//! The files of the site: read once when the server starts, with the `.br` and `.gz` that were built beside them or
//! compressed once in a release build, and kept by the browser for ever where their address names their content
//! (`/pkg/<hash>/…`, or `?v=<hash>`).
//!
//! What is not here, such as a file added while the server runs, is left to Leptos' own file handler.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use app::style::fnv1a;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Http;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Asked again each time; the tag makes the answer short.
const ASK: &str = "no-cache";

/// All files of the site, by their path.
#[derive(Debug, Default)]
pub struct Site {
    files: HashMap<String, File>,
    pkg: String,
}

#[derive(Debug)]
struct File {
    kind: &'static str,
    hash: u64,
    /// The path names the content.
    hashed: bool,
    body: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

impl Site {
    /// Reads what lies below `root`, and takes the style sheet from the program.
    pub fn load(root: &Path) -> Self {
        let mut site = Self { files: HashMap::new(), pkg: pkg_dir(root) };
        let mut todo = vec![root.to_owned()];
        while let Some(dir) = todo.pop() {
            for entry in std::fs::read_dir(&dir).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    todo.push(path);
                    continue;
                }
                let Ok(name) = path.strip_prefix(root) else { continue };
                let (Some(kind), Some(name)) = (kind(&path), name.to_str()) else { continue };
                match std::fs::read(&path) {
                    Ok(body) => site.add(format!("/{name}"), kind, body.into()),
                    Err(error) => tracing::warn!(%error, ?path, "a file of the site cannot be read"),
                }
            }
        }
        // Only where the directory is named by its content: elsewhere they may be of an older file.
        for (path, file) in site.files.iter().filter(|(_, file)| file.hashed) {
            for (end, packed) in [("br", &file.brotli), ("gz", &file.gzip)] {
                if let Ok(body) = std::fs::read(root.join(format!(".{path}.{end}"))) {
                    let _ = packed.set(body.into());
                }
            }
        }
        for app::style::Folha { path, css, hash } in app::style::folhas() {
            site.insert(path.into(), "text/css; charset=utf-8", hash, css.into());
        }
        site
    }

    fn add(&mut self, path: String, kind: &'static str, body: Bytes) {
        let hash = fnv1a(&body);
        self.insert(path, kind, hash, body);
    }

    fn insert(&mut self, path: String, kind: &'static str, hash: u64, body: Bytes) {
        // Below `pkg` itself (cargo-leptos) nothing is hashed, below a directory of it (site-builder) everything is. ECharts
        // carries its version.
        let hashed = path.strip_prefix("/pkg/").is_some_and(|rest| rest.contains('/')) || path.starts_with("/echarts-");
        let file = File { kind, hash, hashed, body, brotli: OnceLock::new(), gzip: OnceLock::new() };
        self.files.insert(path, file);
    }

    /// Where the browser's half lies, for Leptos: `pkg/<hash>`, or `pkg`.
    pub fn pkg(&self) -> &str {
        &self.pkg
    }

    /// Compresses every file as small as it gets. Seconds of work in a release build, minutes in a debug one.
    pub fn compress(&self) {
        for file in self.files.values().filter(|f| f.shrinks() && f.brotli.get().is_none()) {
            let br = brotli(&file.body);
            let gz = gzip(&file.body);
            if br.len() < file.body.len() {
                let _ = file.brotli.set(br.into());
                let _ = file.gzip.set(gz.into());
            }
        }
    }

    /// Compresses in the background; until it is done, the answers are compressed on their way.
    pub fn compress_later(self: &Arc<Self>) {
        // A debug build's compressor would be busy for minutes, and its network is the loopback.
        if cfg!(debug_assertions) {
            return;
        }
        let site = self.clone();
        std::thread::spawn(move || {
            site.compress();
            tracing::info!(files = site.files.len(), "site compressed");
        });
    }

    fn answer(&self, path: &str, query: Option<&str>, headers: &HeaderMap) -> Option<Response> {
        let file = self.files.get(path)?;
        let v = query.and_then(|q| q.strip_prefix("v="));
        // Only for the very version that is named: during a deployment an old page asks for what is gone.
        let exact = v.and_then(|v| u64::from_str_radix(v, 16).ok()).is_some_and(|v| v == file.hash);
        let tag = format!("W/\"{:016x}\"", file.hash);
        let mut response = if matches(headers, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let (encoding, body) = file.encoded(headers);
            let mut response = Body::from(body).into_response();
            if let Some(encoding) = encoding {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
            response
        };
        let out = response.headers_mut();
        let cache = if file.hashed || exact { FOR_EVER } else { ASK };
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        if file.shrinks() {
            out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            out.insert(header::ETAG, tag);
        }
        Some(response)
    }
}

impl File {
    /// Pictures and fonts are compressed already.
    fn shrinks(&self) -> bool {
        let packed = ["font/", "image/png", "image/webp", "image/avif", "image/jpeg", "image/x-icon"];
        !packed.iter().any(|p| self.kind.starts_with(p))
    }

    fn encoded(&self, headers: &HeaderMap) -> (Option<&'static str>, Bytes) {
        for (name, cell) in [("br", &self.brotli), ("gzip", &self.gzip)] {
            if let Some(body) = cell.get().filter(|_| accepts(headers, name)) {
                return (Some(name), body.clone());
            }
        }
        (None, self.body.clone())
    }
}

/// Answers the files of the site before anything asks who calls.
pub(super) async fn serve(State(http): State<Http>, request: Request, next: Next) -> Response {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let (path, query) = (request.uri().path(), request.uri().query());
    match reading.then(|| http.site.answer(path, query, request.headers())).flatten() {
        Some(response) => response,
        None => next.run(request).await,
    }
}

/// `pkg/<hash>` where site-builder has built, `pkg` where cargo-leptos has.
fn pkg_dir(root: &Path) -> String {
    let dirs = std::fs::read_dir(root.join("pkg")).into_iter().flatten().flatten();
    let newest = dirs.filter(|e| e.path().is_dir()).max_by_key(|e| e.metadata().and_then(|m| m.modified()).ok());
    match newest.and_then(|e| e.file_name().into_string().ok()) {
        Some(hash) => format!("pkg/{hash}"),
        None => "pkg".into(),
    }
}

fn kind(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// Whether the caller takes this encoding; `q=0` refuses it.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let all = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(',')).any(|one| {
        let (name, q) = one.split_once(';').unwrap_or((one, ""));
        let refused = q.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let strong = tag.trim_start_matches("W/");
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    known.flat_map(|v| v.split(',')).any(|one| one.trim().trim_start_matches("W/") == strong)
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut out = Vec::new();
    match brotli::BrotliCompress(&mut &*body, &mut out, &params) {
        Ok(_) => out,
        Err(_) => body.to_vec(),
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    match encoder.write_all(body).and_then(|()| encoder.finish()) {
        Ok(out) => out,
        Err(_) => body.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn site() -> Site {
        let dir = tempfile::tempdir().unwrap();
        let pkg = dir.path().join("pkg/0123");
        std::fs::create_dir_all(&pkg).unwrap();
        std::fs::write(pkg.join("proseia.js"), "const a = 1;\n".repeat(50)).unwrap();
        std::fs::write(dir.path().join("logo.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>".repeat(9)).unwrap();
        std::fs::write(dir.path().join("photo.png"), "not really").unwrap();
        Site::load(dir.path())
    }

    fn ask(site: &Site, path: &str, query: Option<&str>, headers: &[(&'static str, &str)]) -> Response {
        let headers = headers.iter().map(|(n, v)| ((*n).parse().unwrap(), v.parse().unwrap())).collect();
        site.answer(path, query, &headers).unwrap()
    }

    fn header<'r>(response: &'r Response, name: &str) -> &'r str {
        response.headers().get(name).map_or("", |v| v.to_str().unwrap())
    }

    #[tokio::test]
    async fn compressed_once_and_served_to_who_can_read_it() {
        let site = site();
        let js = "/pkg/0123/proseia.js";
        assert_eq!(site.pkg(), "pkg/0123");
        assert_eq!(header(&ask(&site, js, None, &[("accept-encoding", "br")]), "content-encoding"), "", "not yet");
        // Only what is small: a debug build takes minutes for a style sheet at this quality.
        let one = Site { files: site.files.into_iter().filter(|(p, _)| p == js).collect(), pkg: site.pkg };
        one.compress();

        let br = ask(&one, js, None, &[("accept-encoding", "gzip, deflate, br")]);
        assert_eq!((header(&br, "content-encoding"), header(&br, "vary")), ("br", "accept-encoding"));
        assert!(header(&br, "cache-control").contains("immutable"));
        let bytes = axum::body::to_bytes(br.into_body(), 10_000).await.unwrap();
        let mut text = String::new();
        brotli::Decompressor::new(&*bytes, 4096).read_to_string(&mut text).unwrap();
        assert_eq!(text, "const a = 1;\n".repeat(50));
        assert!(bytes.len() < 100, "{}", bytes.len());

        let gz = ask(&one, js, None, &[("accept-encoding", "gzip, br;q=0")]);
        assert_eq!(header(&gz, "content-encoding"), "gzip");
        let plain = ask(&one, js, None, &[]);
        assert_eq!((header(&plain, "content-encoding"), header(&plain, "vary")), ("", "accept-encoding"));
    }

    #[test]
    fn what_was_compressed_by_the_build_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let pkg = dir.path().join("pkg/0123");
        std::fs::create_dir_all(&pkg).unwrap();
        for name in ["pkg/0123/proseia.js", "logo.svg"] {
            std::fs::write(dir.path().join(name), "plain").unwrap();
            std::fs::write(dir.path().join(format!("{name}.br")), "packed").unwrap();
        }
        let site = Site::load(dir.path());
        let encoding = |path: &str, takes: &str| {
            header(&ask(&site, path, None, &[("accept-encoding", takes)]), "content-encoding").to_owned()
        };
        assert_eq!(encoding("/pkg/0123/proseia.js", "gzip, br"), "br");
        assert_eq!(encoding("/pkg/0123/proseia.js", "gzip"), "", "no such file");
        assert_eq!(encoding("/logo.svg", "br"), "", "it may have changed since");
    }

    #[test]
    fn kept_for_ever_only_under_its_own_hash() {
        let site = site();
        let logo = ask(&site, "/logo.svg", None, &[]);
        assert_eq!(header(&logo, "cache-control"), "no-cache");
        assert_eq!(header(&logo, "content-type"), "image/svg+xml");
        let tag = header(&logo, "etag").to_owned();
        let v = format!("v={}", tag.trim_start_matches("W/\"").trim_end_matches('"'));
        assert!(header(&ask(&site, "/logo.svg", Some(&v), &[]), "cache-control").contains("immutable"));
        assert_eq!(header(&ask(&site, "/logo.svg", Some("v=0000000000000001"), &[]), "cache-control"), "no-cache");

        let again = ask(&site, "/logo.svg", None, &[("if-none-match", &tag)]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header(&again, "etag"), tag);
        assert_eq!(ask(&site, "/logo.svg", None, &[("if-none-match", "W/\"0\"")]).status(), StatusCode::OK);
        assert_eq!(header(&ask(&site, "/photo.png", None, &[]), "vary"), "", "a picture has one form only");
    }

    #[test]
    fn the_style_sheets_name_their_files_by_hash() {
        for (folha, href) in app::style::folhas().iter().zip([app::style::href(), app::style::site_href()]) {
            assert!(folha.css.contains("/fonts/inter-latin-wght-normal.woff2?v="), "the font is kept for ever");
            let (path, query) = href.split_once('?').unwrap();
            assert_eq!(path, folha.path);
            assert!(header(&ask(&site(), path, Some(query), &[]), "cache-control").contains("immutable"));
        }
    }
}
