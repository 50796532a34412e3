//! (b) Webhook → durable 200: the product's `serve` beside FastAPI + asyncpg doing the same durable work on the same cluster.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::client::{self, closed, figures, open};
use crate::cluster::{Cluster, SECRET_HEADER, capability, instance, secret};
use crate::report::{PROSEIA, Results};
use crate::server::Server;
use crate::{Settings, machine};

/// Of the closed loop: more than there are connections to the database.
const CONNECTIONS: usize = 32;
/// Of the open loop (the project's target).
const OFFERED: f64 = 300.0;
/// The peers are measured at this many clientes: both find theirs by a unique index.
const PEER_CLIENTES: usize = 1_000;

/// Measures both.
pub async fn run(settings: &Settings, results: &mut Results, cluster: &Cluster) -> anyhow::Result<()> {
    let mut databases = Vec::new();
    for clientes in settings.sizes() {
        databases.push(cluster.database(*clientes).await?);
    }
    for run in 1..=settings.runs {
        for database in &mut databases {
            let clientes = database.clientes;
            database.reset().await?;
            let server = Server::proseia(settings, "serve", database, "http://127.0.0.1:9/").await?;
            measure(settings, results, run, (PROSEIA, clientes), server).await?;
            if clientes != PEER_CLIENTES {
                continue;
            }
            for (name, workers) in [("FastAPI, 1 worker", 1), ("FastAPI, 2 workers", 2)] {
                database.reset().await?;
                let server = Server::fastapi(settings, database, workers).await?;
                measure(settings, results, run, (name, clientes), server).await?;
            }
        }
    }
    Ok(())
}

async fn measure(
    settings: &Settings,
    results: &mut Results,
    run: usize,
    (system, clientes): (&str, usize),
    server: Server,
) -> anyhow::Result<()> {
    let load = machine::load();
    let seconds = if settings.quick { 2 } else { 4 };
    let request = |round: &'static str| -> Arc<dyn Fn(usize) -> Vec<u8> + Send + Sync> {
        Arc::new(move |n| delivery(1 + n.wrapping_mul(7919) % clientes, round, n, "Vocês aceitam Pix?"))
    };
    closed(server.addr, CONNECTIONS, Duration::from_secs(1), request("A")).await?;
    let cpu = machine::cpu_seconds(server.pid);
    let full = closed(server.addr, CONNECTIONS, Duration::from_secs(seconds), request("B")).await?;
    let cpu = machine::cpu_seconds(server.pid) - cpu;
    let count = (OFFERED * 2.0 * seconds as f64) as usize;
    let steady = open(server.addr, OFFERED, count, request("C")).await?;
    let mut all = BTreeMap::from([
        ("throughput /s".to_owned(), full.times.len() as f64 / full.elapsed.as_secs_f64()),
        ("server CPU ms a request".to_owned(), cpu * 1000.0 / full.times.len().max(1) as f64),
        ("answers other than 200".to_owned(), (full.errors + steady.errors) as f64),
        ("memory anon MB".to_owned(), machine::footprint(server.pid).anon_mb),
    ]);
    all.extend(figures("at full load", &full, &[50.0, 99.0]));
    all.extend(figures("at 300/s", &steady, &[50.0, 99.0]));
    results.add(("b", &format!("{clientes} clientes"), system), run, load, all)
}

/// A delivery of Evolution as recorded from the real one: message `n` of `round`, from a contact of its own, to cliente
/// `cliente`.
pub fn delivery(cliente: usize, round: &str, n: usize, text: &str) -> Vec<u8> {
    let body = serde_json::json!({
        "event": "messages.upsert", "instance": instance(cliente),
        "data": {
            "key": {
                "remoteJid": format!("{}@s.whatsapp.net", phone(n)), "fromMe": false, "id": message_id(round, n),
                "addressingMode": "pn",
            },
            "pushName": "Maria", "status": "DELIVERY_ACK", "message": { "conversation": text },
            "messageType": "conversation", "messageTimestamp": crate::wall_clock_ms() as u64 / 1000,
            "instanceId": "1b692cfb-1114-4c99-96c0-5c4d2aca3874", "source": "android",
        },
        "destination": "http://127.0.0.1/", "date_time": "2026-11-22T09:58:41.082Z", "sender": "5511900000001@s.whatsapp.net",
        "server_url": "http://127.0.0.1:28081", "apikey": "token",
    });
    let path = format!("/webhook/whatsapp/{}", capability(cliente));
    client::post(&path, &[(SECRET_HEADER, &secret(cliente))], &body.to_string())
}

/// Of the contact that sends message `n`.
pub fn phone(n: usize) -> String {
    format!("55119{}", 10_000_000 + n)
}

/// Of message `n`, no longer than a real one.
pub fn message_id(round: &str, n: usize) -> String {
    format!("3EB0{round}{n:015}")
}
