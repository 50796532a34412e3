//! What Linux tells of processes and of the machine. Everything is 0 where it cannot be read.

use std::path::Path;

/// Clock ticks of `/proc/PID/stat` a second; fixed for user space on Linux.
const TICKS: f64 = 100.0;

/// Memory and descriptors of a process and all below it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Footprint {
    /// Resident memory that belongs to the process alone, in MB (2^20).
    pub anon_mb: f64,
    /// All resident memory, with the program's own pages, in MB.
    pub rss_mb: f64,
    /// Open descriptors.
    pub fds: f64,
}

/// Of `pid` and its children.
pub fn footprint(pid: u32) -> Footprint {
    family(pid).into_iter().fold(Footprint::default(), |sum, pid| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let fds = std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
        Footprint {
            anon_mb: sum.anon_mb + kilobytes(&status, "RssAnon:") / 1024.0,
            rss_mb: sum.rss_mb + kilobytes(&status, "VmRSS:") / 1024.0,
            fds: sum.fds + fds as f64,
        }
    })
}

/// Processor seconds that `pid` and its living children have used.
pub fn cpu_seconds(pid: u32) -> f64 {
    family(pid).into_iter().map(own_cpu_seconds).sum()
}

fn own_cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in brackets may hold blanks; utime and stime are the 12th and 13th after it.
    let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    rest.split(' ').skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() / TICKS
}

fn family(pid: u32) -> Vec<u32> {
    let mut all = vec![pid];
    let mut next = 0;
    while let Some(pid) = all.get(next).copied() {
        next += 1;
        for task in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
            let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            all.extend(children.split_whitespace().filter_map(|c| c.parse::<u32>().ok()));
        }
    }
    all
}

fn kilobytes(status: &str, name: &str) -> f64 {
    let line = status.lines().find_map(|l| l.strip_prefix(name));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// Processes that wanted to run, mean of the last minute.
pub fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default()
}

/// One line about processors and memory.
pub fn describe() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|l| l.strip_prefix("model name")).unwrap_or_default();
    let cores = cpu.lines().filter(|l| l.starts_with("processor")).count();
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let gb = kilobytes(&memory, "MemTotal:") / 1024.0 / 1024.0;
    format!("{cores} × {}, {gb:.0} GB", model.trim_start_matches(['\t', ' ', ':']))
}

/// Bytes of all files below `dir`.
pub fn disk_bytes(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .map(|e| match e.file_type() {
            Ok(t) if t.is_dir() => disk_bytes(&e.path()),
            _ => e.metadata().map_or(0, |m| m.len()),
        })
        .sum()
}
