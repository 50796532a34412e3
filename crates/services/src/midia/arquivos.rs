//! The files: one directory for each cliente, named by our own random ids. Nothing a sender chose is ever part of a path.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use contracts::{ClienteId, MidiaId};
use tokio::fs;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use std::io::Result;

/// The store. Every process of one installation must see the same directory.
#[derive(Clone, Debug)]
pub struct Arquivos {
    root: PathBuf,
}

impl Arquivos {
    /// The store below `root`, which is made when it is first written to.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where this file is, if it is.
    pub fn path(&self, cliente: ClienteId, id: MidiaId) -> PathBuf {
        self.root.join(cliente.to_string()).join(id.to_string())
    }

    /// Writes the whole file or none of it: under another name first, then renamed.
    pub(super) async fn write(&self, cliente: ClienteId, id: MidiaId, bytes: &[u8]) -> Result<()> {
        let path = self.path(cliente, id);
        let dir = self.root.join(cliente.to_string());
        fs::create_dir_all(&dir).await?;
        let temporary = dir.join(format!("{id}.{}.tmp", Uuid::new_v4().simple()));
        let written = async {
            let mut file = fs::File::create(&temporary).await?;
            file.write_all(bytes).await?;
            file.sync_all().await?;
            fs::rename(&temporary, &path).await
        };
        let written = written.await;
        if written.is_err() {
            let _ = fs::remove_file(&temporary).await;
        }
        written
    }

    /// The whole file.
    pub(super) async fn read(&self, cliente: ClienteId, id: MidiaId) -> Result<Vec<u8>> {
        fs::read(self.path(cliente, id)).await
    }

    /// Removes files. One that is gone already is fine; one that cannot be removed is logged, and left to the sweep.
    pub(super) async fn remove(&self, cliente: ClienteId, ids: &[MidiaId]) {
        for id in ids {
            match fs::remove_file(self.path(cliente, *id)).await {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    tracing::warn!(error = %e, midia_id = %id, "a file could not be removed");
                }
                _ => {}
            }
        }
    }

    /// Files that were last written before `before`, with the id each stands for; none for what a crash left half written.
    pub(super) async fn older_than(&self, before: SystemTime) -> Result<Vec<(PathBuf, Option<MidiaId>)>> {
        let mut found = Vec::new();
        for dir in entries(&self.root).await? {
            for path in entries(&dir).await? {
                let Ok(metadata) = fs::metadata(&path).await else { continue };
                if metadata.is_file() && metadata.modified().is_ok_and(|at| at < before) {
                    let id = path.file_name().and_then(|n| n.to_str()).and_then(|n| n.parse().ok());
                    found.push((path, id));
                }
            }
        }
        Ok(found)
    }
}

/// What is in a directory; nothing in one that is not there, or is none.
async fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    let mut found = Vec::new();
    let mut list = match fs::read_dir(dir).await {
        Err(e) if matches!(e.kind(), NotFound | NotADirectory) => return Ok(found),
        other => other?,
    };
    while let Some(entry) = list.next_entry().await? {
        found.push(entry.path());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_whole_or_not_there() {
        let root = std::env::temp_dir().join(format!("proseia-arquivos-{}", Uuid::new_v4().simple()));
        let (store, cliente, id) = (Arquivos::new(&root), ClienteId(Uuid::now_v7()), MidiaId(Uuid::now_v7()));
        let later = SystemTime::from(crate::Clock::default().now() + chrono::TimeDelta::minutes(1));
        assert!(store.older_than(later).await.unwrap().is_empty());
        store.write(cliente, id, b"um").await.unwrap();
        store.write(cliente, id, b"dois").await.unwrap();
        assert_eq!(store.read(cliente, id).await.unwrap(), b"dois");
        std::fs::write(root.join(cliente.to_string()).join("x.tmp"), b"meio").unwrap();
        let mut found: Vec<_> = store.older_than(later).await.unwrap().into_iter().map(|(_, id)| id).collect();
        found.sort();
        assert_eq!(found, [None, Some(id)]);
        assert!(store.older_than(SystemTime::UNIX_EPOCH).await.unwrap().is_empty());
        store.remove(cliente, &[id, id]).await;
        assert!(store.read(cliente, id).await.is_err());
        std::fs::remove_dir_all(&root).unwrap();
    }
}
