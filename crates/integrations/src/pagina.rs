//! Web pages whose address somebody has typed. Nothing inside our own network is ever asked: every name is resolved
//! here, every address of it must be public, the connection goes to exactly those addresses, and each redirect is judged
//! anew. Only http and https on their own ports; bounded in size, time and redirects; no cookies, no proxy.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION, USER_AGENT};
use url::{Host, Url};

/// Most bytes of a page.
const MAX_BYTES: usize = 10 * 1024 * 1024;
/// Most redirects.
const MAX_SALTOS: usize = 3;
/// For all of it.
const PRAZO: Duration = Duration::from_secs(15);
const ACEITA: &str = "text/html, application/xhtml+xml, text/plain, application/pdf;q=0.9";

/// What an address gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pagina {
    /// Where it was in the end.
    pub url: Url,
    /// Of the answer, in lower case, without parameters.
    pub tipo: String,
    /// As the answer says.
    pub charset: Option<String>,
    /// The body.
    pub corpo: Vec<u8>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PaginaError {
    /// No http or https address, another port, or a name and password in it.
    #[error("not an address of the web")]
    Endereco,
    /// It leads into a network that is not public.
    #[error("not a public address: {0}")]
    Interno(String),
    /// No such name.
    #[error("the name does not resolve")]
    Nome,
    /// It answers with this status.
    #[error("status {0}")]
    Status(u16),
    /// It is no text.
    #[error("content type {0}")]
    Tipo(String),
    /// Too many bytes.
    #[error("too large")]
    Grande,
    /// It sends us on and on.
    #[error("too many redirects")]
    Saltos,
    /// Too slow.
    #[error("timed out")]
    Demorou,
    /// The connection failed.
    #[error(transparent)]
    Rede(#[from] reqwest::Error),
}

/// Reads a page. Without a scheme, `https` is meant.
///
/// # Errors
/// Why there is none.
pub async fn ler(endereco: &str) -> Result<Pagina, PaginaError> {
    ler_se(endereco, |addr| publico(addr.ip()) && matches!(addr.port(), 80 | 443)).await
}

/// The same, with another rule of what may be asked.
async fn ler_se(endereco: &str, pode: impl Fn(SocketAddr) -> bool) -> Result<Pagina, PaginaError> {
    let endereco = endereco.trim();
    let com_esquema = if endereco.contains("://") { endereco.to_owned() } else { format!("https://{endereco}") };
    let url = Url::parse(&com_esquema).map_err(|_| PaginaError::Endereco)?;
    tokio::time::timeout(PRAZO, seguir(url, pode)).await.map_err(|_| PaginaError::Demorou)?
}

async fn seguir(mut url: Url, pode: impl Fn(SocketAddr) -> bool) -> Result<Pagina, PaginaError> {
    for _ in 0..=MAX_SALTOS {
        let (host, addrs) = resolver(&url, &pode).await?;
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(PRAZO)
            // The connection goes where was looked, whatever the name says a moment later.
            .resolve_to_addrs(&host, &addrs)
            .build()?;
        let request =
            client.get(url.clone()).header(ACCEPT, ACEITA).header(USER_AGENT, "Proseia/1.0 (importação de página)");
        let response = request.send().await?;
        if response.remote_addr().is_some_and(|addr| !pode(addr)) {
            return Err(PaginaError::Interno(host));
        }
        if !response.status().is_redirection() {
            return corpo(url, response).await;
        }
        let next = response.headers().get(LOCATION).and_then(|v| v.to_str().ok());
        url = next.and_then(|next| url.join(next).ok()).ok_or(PaginaError::Status(response.status().as_u16()))?;
    }
    Err(PaginaError::Saltos)
}

/// The addresses that this host has, if every one of them may be asked.
async fn resolver(url: &Url, pode: &impl Fn(SocketAddr) -> bool) -> Result<(String, Vec<SocketAddr>), PaginaError> {
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(PaginaError::Endereco);
    }
    let port = url.port_or_known_default().ok_or(PaginaError::Endereco)?;
    let host = url.host().ok_or(PaginaError::Endereco)?;
    let addrs: Vec<SocketAddr> = match &host {
        Host::Ipv4(ip) => vec![SocketAddr::new(IpAddr::V4(*ip), port)],
        Host::Ipv6(ip) => vec![SocketAddr::new(IpAddr::V6(*ip), port)],
        Host::Domain(name) => {
            let found = tokio::net::lookup_host((*name, port)).await.map_err(|_| PaginaError::Nome)?;
            found.collect()
        }
    };
    if addrs.is_empty() {
        return Err(PaginaError::Nome);
    }
    // One that is not is reason enough: whoever mixes them is not to be followed.
    if let Some(bad) = addrs.iter().find(|a| !pode(**a)) {
        let porta = !matches!(bad.port(), 80 | 443) && publico(bad.ip());
        return Err(if porta { PaginaError::Endereco } else { PaginaError::Interno(bad.ip().to_string()) });
    }
    Ok((host.to_string(), addrs))
}

async fn corpo(url: Url, mut response: reqwest::Response) -> Result<Pagina, PaginaError> {
    if !response.status().is_success() {
        return Err(PaginaError::Status(response.status().as_u16()));
    }
    let header =
        response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("text/html").to_lowercase();
    let mut parts = header.split(';');
    let tipo = parts.next().unwrap_or_default().trim().to_owned();
    let charset = parts.find_map(|p| p.trim().strip_prefix("charset=").map(|c| c.trim_matches(['"', '\'']).to_owned()));
    let texto = matches!(
        tipo.as_str(),
        "text/html" | "application/xhtml+xml" | "text/plain" | "text/markdown" | "application/pdf"
    );
    if !texto {
        return Err(PaginaError::Tipo(tipo));
    }
    if response.content_length().is_some_and(|n| n > MAX_BYTES as u64) {
        return Err(PaginaError::Grande);
    }
    let mut corpo = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if corpo.len() + chunk.len() > MAX_BYTES {
            return Err(PaginaError::Grande);
        }
        corpo.extend_from_slice(&chunk);
    }
    Ok(Pagina { url, tipo, charset, corpo })
}

/// Whether anybody on the internet may be asked at this address.
fn publico(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => publico_v4(ip),
        IpAddr::V6(ip) => publico_v6(ip),
    }
}

fn publico_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let interno = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        // Carrier-grade NAT, IETF assignments, the old 6to4 relay, benchmarks, and what is not assigned.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !interno
}

fn publico_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let v4 = |hi: u16, lo: u16| {
        let ([a, b], [c, d]) = (hi.to_be_bytes(), lo.to_be_bytes());
        publico_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b) {
        // ::ffff:a.b.c.d is the IPv4 address itself.
        (0, 0) if (c, d, e, f) == (0, 0, 0, 0xffff) => v4(g, h),
        // NAT64 and 6to4 carry one inside.
        (0x64, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => v4(g, h),
        (0x2002, _) => v4(b, c),
        // Teredo, documentation, ORCHID and the other special ones at the begin of the public space.
        (0x2001, 0..0x200) | (0x2001, 0xdb8) | (0x3fff, 0..0x1000) => false,
        _ => (0x2000..0x4000).contains(&a),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn only_public_addresses() {
        for bad in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "192.88.99.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
            "3fff::1",
        ] {
            assert!(!publico(bad.parse().unwrap()), "{bad}");
        }
        for good in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "2606:4700::1111",
            "2804:14c::1",
        ] {
            assert!(publico(good.parse().unwrap()), "{good}");
        }
    }

    #[tokio::test]
    async fn nothing_of_our_own_network_is_asked_however_it_is_written() {
        for bad in [
            "http://127.0.0.1/",
            "http://localhost/",
            "http://0/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[fd00:ec2::254]/",
            "http://127.0.0.1.:80/",
        ] {
            assert!(matches!(ler(bad).await, Err(PaginaError::Interno(_))), "{bad}: {:?}", ler(bad).await);
        }
        for bad in [
            "",
            "ftp://exemplo.com.br/",
            "file:///etc/passwd",
            "gopher://x/",
            "http://8.8.8.8:22/",
            "https://8.8.8.8:8443/",
            "http://a:b@8.8.8.8/",
            "http://",
            "javascript:alert(1)",
            "http://exemplo com/",
        ] {
            assert!(matches!(ler(bad).await, Err(PaginaError::Endereco)), "{bad}: {:?}", ler(bad).await);
        }
    }

    /// A server that answers each path with what it is told.
    async fn servidor() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut buf = vec![0; 4096];
                    let n = stream.read(&mut buf).await.unwrap_or(0);
                    let head = String::from_utf8_lossy(&buf[..n]).into_owned();
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    let page = |extra: &str, body: &str| {
                        format!(
                            "HTTP/1.1 200 OK\r\n{extra}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                            body.len()
                        )
                    };
                    let to = |url: &str| {
                        format!(
                            "HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                        )
                    };
                    let answer = match path.as_str() {
                        "/" => page("Content-Type: text/html; charset=\"ISO-8859-1\"\r\n", "<p>oi</p>"),
                        "/um" => to("/"),
                        "/dois" => to("um"),
                        "/tres" => to("/dois"),
                        "/quatro" => to("/tres"),
                        "/roda" => to("/roda"),
                        "/fora" => to("http://169.254.169.254/latest/"),
                        "/porta" => to("http://127.0.0.1:1/"),
                        "/arquivo" => to("file:///etc/passwd"),
                        "/zip" => page("Content-Type: application/zip\r\n", "PK"),
                        "/grande" => {
                            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 99999999\r\n\r\n".to_owned()
                        }
                        "/sem-fim" => {
                            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n";
                            let _ = stream.write_all(head.as_bytes()).await;
                            while stream.write_all(&[b'x'; 65_536]).await.is_ok() {}
                            return;
                        }
                        _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
                    };
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        addr
    }

    #[tokio::test]
    async fn redirects_are_followed_three_times_and_judged_each_time() {
        let addr = servidor().await;
        let get = |path: &str| {
            let url = format!("http://{addr}{path}");
            async move { ler_se(&url, |a| a == addr).await }
        };
        let page = get("/").await.unwrap();
        assert_eq!(
            (page.tipo.as_str(), page.charset.as_deref(), page.corpo.as_slice()),
            ("text/html", Some("iso-8859-1"), b"<p>oi</p>".as_slice())
        );
        assert_eq!(get("/tres").await.unwrap().url.path(), "/");
        assert!(matches!(get("/quatro").await, Err(PaginaError::Saltos)));
        assert!(matches!(get("/roda").await, Err(PaginaError::Saltos)));
        assert!(matches!(get("/fora").await, Err(PaginaError::Interno(_))));
        assert!(matches!(get("/porta").await, Err(PaginaError::Interno(_))));
        assert!(matches!(get("/arquivo").await, Err(PaginaError::Endereco)));
        assert!(matches!(get("/zip").await, Err(PaginaError::Tipo(_))));
        assert!(matches!(get("/nada").await, Err(PaginaError::Status(404))));
        assert!(matches!(get("/grande").await, Err(PaginaError::Grande)));
        assert!(matches!(get("/sem-fim").await, Err(PaginaError::Grande)));
    }
}
