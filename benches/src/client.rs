//! An HTTP/1.1 client that costs little of the processor it shares with what it measures: one kept connection a task,
//! requests put together beforehand, answers read no further than needed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stats::{Samples, ms};

/// A connection that is kept.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Opens it.
    pub async fn open(addr: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends one request and gives the status of its answer, read to its end.
    pub async fn send(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed the connection");
            let Some(end) = self.buffer.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(self.buffer.get(..end).unwrap_or_default()).to_lowercase();
            let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).context("no status")?;
            let length = head.lines().find_map(|l| l.strip_prefix("content-length:"));
            let length: usize = length.and_then(|l| l.trim().parse().ok()).context("no content-length")?;
            while self.buffer.len() < end + 4 + length {
                ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed the connection");
            }
            return Ok(status);
        }
    }
}

/// A POST of JSON.
pub fn post(path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let headers: String = headers.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// How it went.
pub struct Load {
    /// Of the answers with 200.
    pub times: Samples,
    /// Other answers.
    pub errors: usize,
    /// From the first request to the last answer.
    pub elapsed: Duration,
}

/// Closed loop: each of `connections` sends its next request as soon as the last one is answered. `make` gets a number that
/// no other request has.
pub async fn closed(
    addr: SocketAddr,
    connections: usize,
    lasting: Duration,
    make: Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>,
) -> anyhow::Result<Load> {
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for first in 0..connections {
        let make = make.clone();
        tasks.spawn(async move {
            let mut connection = Connection::open(addr).await?;
            let (mut times, mut errors) = (Vec::new(), 0);
            let mut n = first;
            while began.elapsed() < lasting {
                let request = make(n);
                let sent = Instant::now();
                match connection.send(&request).await? {
                    200 => times.push(ms(sent.elapsed())),
                    _ => errors += 1,
                }
                n += connections;
            }
            Ok::<_, anyhow::Error>((times, errors))
        });
    }
    let (mut times, mut errors) = (Vec::new(), 0);
    while let Some(done) = tasks.join_next().await {
        let (t, e) = done??;
        times.extend(t);
        errors += e;
    }
    Ok(Load { times: Samples::new(times), errors, elapsed: began.elapsed() })
}

/// Open loop: requests leave at fixed times whatever becomes of the earlier ones, and each is timed from when it was due, so
/// that a stall counts for all that it held up.
pub async fn open(
    addr: SocketAddr,
    per_second: f64,
    count: usize,
    make: Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync>,
) -> anyhow::Result<Load> {
    let idle: Arc<Mutex<Vec<Connection>>> = Arc::default();
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..count {
        let due = began + Duration::from_secs_f64(n as f64 / per_second);
        tokio::time::sleep_until(due.into()).await;
        let request = make(n);
        let idle = idle.clone();
        tasks.spawn(async move {
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut connection = match kept {
                Some(connection) => connection,
                None => Connection::open(addr).await?,
            };
            let status = connection.send(&request).await?;
            let time = ms(due.elapsed());
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            Ok::<_, anyhow::Error>((status == 200).then_some(time))
        });
    }
    let (mut times, mut errors) = (Vec::new(), 0);
    while let Some(done) = tasks.join_next().await {
        match done?? {
            Some(time) => times.push(time),
            None => errors += 1,
        }
    }
    Ok(Load { times: Samples::new(times), errors, elapsed: began.elapsed() })
}

/// Names of figures with a prefix.
pub fn figures(prefix: &str, load: &Load, percents: &[f64]) -> BTreeMap<String, f64> {
    percents.iter().map(|p| (format!("{prefix} p{p} ms"), load.times.percentile(*p))).collect()
}
