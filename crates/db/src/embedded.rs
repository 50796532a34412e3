//! A private PostgreSQL from the installed binaries, for development and tests.
//!
//! Listens on a unix socket only, so that no port can be taken and nobody else can connect. Never for production:
//! it trusts whoever may open the socket's directory.

use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A cluster that answers.
#[derive(Debug)]
pub struct Postgres {
    bin: PathBuf,
    data: PathBuf,
    socket: PathBuf,
    user: Option<(u32, u32)>,
    /// Held as long as the cluster is ours alone.
    _lock: Option<std::fs::File>,
}

/// Times a tenth of a second to wait for a cluster that is recovering.
const READY_TRIES: u32 = 600;

/// How careful the cluster is with what it stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Survives a power cut: development.
    Safe,
    /// Faster, lost with the machine: tests.
    Fast,
}

impl Postgres {
    /// Makes the cluster under `dir` if there is none, starts it if it does not run, and makes sure that the database
    /// `proseia` exists. Safe to call from several processes at once: a lock file orders them.
    ///
    /// # Errors
    /// A sentence that says what to install or to free.
    pub fn start(dir: &Path, durability: Durability) -> Result<Self> {
        let bin = find_bin()?;
        let user = unprivileged_user()?;
        let dir = reachable(dir, user)?;
        let lock = std::fs::File::create(dir.join("lock"))?;
        match durability {
            // Tests share one cluster; the lock only orders its start.
            Durability::Fast => lock.lock()?,
            Durability::Safe => lock.try_lock().map_err(|_| {
                Error::other(format!(
                    "{} is in use by another `proseia dev`: stop it or choose another --data",
                    dir.display()
                ))
            })?,
        }
        let pg = Self { bin, data: dir.join("data"), socket: socket_dir(&dir)?, user, _lock: None };
        pg.own(&pg.socket)?;
        std::fs::set_permissions(&pg.socket, std::fs::Permissions::from_mode(0o700))?;
        if !pg.data.join("PG_VERSION").exists() {
            pg.initdb(durability)?;
        }
        if !pg.run("pg_ctl", &["status", "-D", &path(&pg.data)])?.status.success() {
            pg.start_server()?;
        } else {
            pg.wait_ready()?;
        }
        let exists = pg.run("psql", &pg.psql("postgres", "SELECT 1 FROM pg_database WHERE datname = 'proseia'"))?;
        if !String::from_utf8_lossy(&exists.stdout).contains('1') {
            pg.must("psql", &pg.psql("postgres", "CREATE DATABASE proseia"))?;
        }
        Ok(Self { _lock: (durability == Durability::Safe).then_some(lock), ..pg })
    }

    /// The address of database `name`.
    pub fn url(&self, name: &str) -> String {
        format!("host={} user=proseia dbname={name}", path(&self.socket))
    }

    /// Stops the cluster, also one that an earlier, killed process left running.
    pub fn stop(self) -> Result<()> {
        self.must("pg_ctl", &["stop", "-w", "-m", "fast", "-D", &path(&self.data)])
    }

    /// Stops the cluster as a crash does, without a checkpoint and in the middle of transactions, and starts it again:
    /// for tests of what outlives that.
    ///
    /// # Errors
    /// It does not stop or start; the last lines of its log are in the text.
    pub fn restart(&self) -> Result<()> {
        self.must("pg_ctl", &["stop", "-w", "-m", "immediate", "-D", &path(&self.data)])?;
        self.start_server()
    }

    fn initdb(&self, durability: Durability) -> Result<()> {
        // Made beside and renamed when complete: a killed initdb leaves something that looks like a cluster.
        let new = self.data.with_extension("new");
        if new.exists() {
            std::fs::remove_dir_all(&new)?;
        }
        std::fs::create_dir_all(&new)?;
        self.own(&new)?;
        let data = path(&new);
        let args = ["-D", &data, "-U", "proseia", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
        self.must("initdb", &args)?;
        let mut conf = String::from("listen_addresses = ''\nmax_connections = 200\nshared_buffers = 64MB\n");
        if durability == Durability::Fast {
            conf += "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n";
        }
        std::fs::write(new.join("postgresql.auto.conf"), conf)?;
        self.own(&new.join("postgresql.auto.conf"))?;
        std::fs::rename(new, &self.data)
    }

    /// A cluster that was found running may still be recovering from a crash.
    fn wait_ready(&self) -> Result<()> {
        for _ in 0..READY_TRIES {
            if self.run("pg_isready", &["-q", "-h", &path(&self.socket)])?.status.success() {
                return Ok(());
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "before the runtime has anything else to do, on a blocking thread"
            )]
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        Err(Error::other("PostgreSQL runs but takes no connections; look at data/server.log"))
    }

    fn start_server(&self) -> Result<()> {
        let log = path(&self.data.join("server.log"));
        // The socket's place is given at each start: the directory may have been moved or copied.
        let socket = format!("-k '{}'", path(&self.socket));
        let started =
            self.must("pg_ctl", &["start", "-w", "-t", "60", "-D", &path(&self.data), "-l", &log, "-o", &socket]);
        started.map_err(|e| {
            let tail = std::fs::read_to_string(&log).unwrap_or_default();
            let tail: Vec<&str> = tail.lines().rev().take(5).collect();
            Error::other(format!("PostgreSQL did not start ({e}). Last lines of {log}: {}", tail.join(" | ")))
        })
    }

    fn psql<'a>(&self, database: &'a str, sql: &'a str) -> Vec<String> {
        ["-X", "-qtA", "-h", &path(&self.socket), "-U", "proseia", "-d", database, "-c", sql].map(String::from).to_vec()
    }

    fn run<S: AsRef<std::ffi::OsStr>>(&self, program: &str, args: &[S]) -> Result<Output> {
        let mut command = Command::new(self.bin.join(program));
        command.args(args).current_dir("/").stdin(Stdio::null());
        // The server inherits what pg_ctl holds: an inherited pipe would never end, so its output goes to the log file.
        if program == "pg_ctl" {
            command.stdout(Stdio::null()).stderr(Stdio::null());
        }
        // A Ctrl+C in the terminal is for us; we stop the server when we are done with it.
        command.process_group(0);
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command.output()
    }

    fn must<S: AsRef<std::ffi::OsStr>>(&self, program: &str, args: &[S]) -> Result<()> {
        let out = self.run(program, args)?;
        if out.status.success() {
            return Ok(());
        }
        Err(Error::other(format!("{program} failed: {}", String::from_utf8_lossy(&out.stderr).trim())))
    }

    fn own(&self, target: &Path) -> Result<()> {
        match self.user {
            Some((uid, gid)) => chown(target, Some(uid), Some(gid)),
            None => Ok(()),
        }
    }
}

fn path(p: &Path) -> String {
    p.to_string_lossy().into_owned()
}

/// The newest installed server; Debian keeps them off the PATH.
fn find_bin() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    found.sort();
    if let Some((_, bin)) = found.pop() {
        return Ok(bin);
    }
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .find(|dir| dir.join("initdb").exists())
        .ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "PostgreSQL is not installed: run bin/setup, or set DATABASE_URL.")
        })
}

/// PostgreSQL refuses to run as root; then it runs as the user of Debian's package.
fn unprivileged_user() -> Result<Option<(u32, u32)>> {
    if std::fs::metadata("/proc/self").map(|m| std::os::unix::fs::MetadataExt::uid(&m))? != 0 {
        return Ok(None);
    }
    let passwd = std::fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        passwd.lines().map(|l| l.split(':').collect::<Vec<_>>()).find_map(|f| match f.as_slice() {
            [n, _, uid, gid, ..] if *n == name => Some((uid.parse().ok()?, gid.parse().ok()?)),
            _ => None,
        })
    };
    find("postgres").or_else(|| find("nobody")).map(Some).ok_or_else(|| {
        Error::other("PostgreSQL does not run as root, and there is no user `postgres` to run it as: run bin/setup.")
    })
}

/// `dir`, made if missing; or, where the other user may not go there (a clone under /root), a place of ours under /var/tmp.
fn reachable(dir: &Path, user: Option<(u32, u32)>) -> Result<PathBuf> {
    std::fs::create_dir_all(dir)?;
    let dir = dir.canonicalize()?;
    let Some((uid, gid)) = user else { return Ok(dir) };
    let may_enter = Command::new("test").arg("-x").arg(&dir).uid(uid).gid(gid).status()?.success();
    if may_enter {
        return Ok(dir);
    }
    let other = PathBuf::from("/var/tmp").join(format!("proseia-{}", short_hash(&dir)));
    std::fs::create_dir_all(&other)?;
    Ok(other)
}

/// A socket's path may have 107 bytes (`sun_path` in unix(7)).
fn socket_dir(dir: &Path) -> Result<PathBuf> {
    let near = dir.join("run");
    let socket = if path(&near).len() < 80 { near } else { PathBuf::from(format!("/tmp/proseia-{}", short_hash(dir))) };
    std::fs::create_dir_all(&socket)?;
    Ok(socket)
}

fn short_hash(dir: &Path) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    dir.hash(&mut hasher);
    format!("{:012x}", hasher.finish() & 0xffff_ffff_ffff)
}
