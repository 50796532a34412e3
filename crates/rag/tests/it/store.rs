//! The real LanceDB in a temporary directory.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rag::{Chunk, KnowledgeStore, Retriever, StoreError, chunk};
use tempfile::TempDir;
use uuid::Uuid;

const A: Uuid = Uuid::from_u128(0xa);
const B: Uuid = Uuid::from_u128(0xb);

async fn open() -> (TempDir, KnowledgeStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = KnowledgeStore::open(dir.path().to_str().unwrap()).await.unwrap();
    (dir, store)
}

fn table(dir: &Path, tenant: Uuid) -> std::path::PathBuf {
    dir.join(format!("t_{}.lance", tenant.simple()))
}

fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut out: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    out.sort();
    out
}

/// A vector that points mostly along `axis`.
fn vector(width: usize, axis: usize) -> Vec<f32> {
    (0..width).map(|i| if i == axis % width { 1.0 } else { 0.01 }).collect()
}

fn vectors(chunks: &[Chunk], width: usize) -> Vec<Vec<f32>> {
    (0..chunks.len()).map(|i| vector(width, i)).collect()
}

fn text(topic: &str) -> Vec<Chunk> {
    let body = format!("Aqui explicamos tudo sobre {topic} com bastante detalhe para o cliente. ").repeat(5);
    chunk(&format!("# Sobre {topic}\n{body}\n# Entregas\n{body}\n# Pagamentos\n{body}"))
}

#[tokio::test]
async fn replace_load_and_search() {
    let (_dir, store) = open().await;
    assert_eq!(store.load(A).await.unwrap(), None);
    let chunks = text("pizza");
    let v = vectors(&chunks, 8);
    store.replace(A, 1, &chunks, Some(&v), "modelo-a").await.unwrap();
    let stored = store.load(A).await.unwrap().unwrap();
    assert_eq!((stored.versao, stored.model.as_str()), (1, "modelo-a"));
    assert_eq!((stored.chunks, stored.vectors), (chunks.clone(), Some(v)));

    let near = store.search_vector(A, &vector(8, 1), 2).await.unwrap();
    assert_eq!((near[0].0, near.len()), (1, 2));
    assert!(near[0].1 > 0.999 && near[1].1 < 0.2);
    assert!(store.search_vector(A, &vector(5, 1), 2).await.unwrap().is_empty(), "another width");

    // Another encoder, another width, then none, then nothing at all: each replaces everything.
    store.replace(A, 2, &chunks, Some(&vectors(&chunks, 3)), "modelo-b").await.unwrap();
    let stored = store.load(A).await.unwrap().unwrap();
    assert_eq!((stored.versao, stored.model.as_str()), (2, "modelo-b"));
    assert!(stored.vectors.unwrap().iter().all(|v| v.len() == 3));
    store.replace(A, 3, &chunks, None, "modelo-b").await.unwrap();
    let stored = store.load(A).await.unwrap().unwrap();
    assert_eq!((stored.versao, stored.model.as_str(), stored.vectors), (3, "", None));
    assert!(store.search_vector(A, &vector(3, 1), 2).await.unwrap().is_empty());
    store.replace(A, 4, &[], Some(&[]), "modelo-b").await.unwrap();
    let stored = store.load(A).await.unwrap().unwrap();
    assert_eq!((stored.versao, stored.chunks.len(), stored.vectors), (4, 0, None));
}

#[tokio::test]
async fn mixed_vectors_are_refused_and_change_nothing() {
    let (_dir, store) = open().await;
    let chunks = text("banho");
    store.replace(A, 1, &chunks, Some(&vectors(&chunks, 4)), "m").await.unwrap();
    let mut mixed = vectors(&chunks, 4);
    mixed[1].push(0.5);
    let mut nan = vectors(&chunks, 4);
    nan[0][0] = f32::NAN;
    for bad in [&mixed[..], &nan[..], &mixed[..1]] {
        let error = store.replace(A, 2, &chunks, Some(bad), "m").await.unwrap_err();
        assert!(matches!(error, StoreError::Vectors(_)), "{error}");
    }
    assert_eq!(store.load(A).await.unwrap().unwrap().versao, 1);
}

#[tokio::test]
async fn tenants_are_isolated() {
    let (dir, store) = open().await;
    store.replace(A, 1, &text("pizza"), None, "").await.unwrap();
    store.replace(B, 1, &text("implante"), None, "").await.unwrap();
    let retriever = Retriever::new(Arc::new(store), 1 << 20, "");
    let found = retriever.search(A, 1, &"implante".into(), None).await.unwrap();
    assert!(found.hits.is_empty() && found.confianca < 0.05);
    assert!(!retriever.search(B, 1, &"implante".into(), None).await.unwrap().hits.is_empty());

    retriever.store().remove(A).await.unwrap();
    retriever.store().remove(A).await.unwrap();
    retriever.invalidate(A);
    assert!(!table(dir.path(), A).exists() && table(dir.path(), B).exists());
    assert_eq!(retriever.search(A, 1, &"pizza".into(), None).await.unwrap().versao, 0);
    assert_eq!(retriever.store().load(B).await.unwrap().unwrap().versao, 1);
}

#[tokio::test]
async fn old_text_leaves_the_disk() {
    let (dir, store) = open().await;
    for versao in 1..=5 {
        store.replace(A, versao, &text("segredo"), None, "").await.unwrap();
    }
    assert_eq!(files(&table(dir.path(), A).join("data")).len(), 1);
    assert_eq!(
        files(&table(dir.path(), A).join("_versions"))
            .iter()
            .filter(|f| f.extension().is_some_and(|e| e == "manifest"))
            .count(),
        1
    );
}

/// What a power cut leaves behind: Lance does not fsync.
fn damage(dir: &Path, tenant: Uuid) {
    let newest = files(&table(dir, tenant).join("_versions"))
        .into_iter()
        .filter(|f| f.extension().is_some_and(|e| e == "manifest"))
        .max_by_key(|f| f.metadata().unwrap().modified().unwrap())
        .unwrap();
    std::fs::write(newest, b"").unwrap();
}

#[tokio::test]
async fn damaged_table_is_reported_and_rebuilt() {
    let (dir, store) = open().await;
    store.replace(A, 1, &text("pizza"), None, "").await.unwrap();
    store.replace(A, 2, &text("pizza"), None, "").await.unwrap();
    drop(store);
    damage(dir.path(), A);
    let store = Arc::new(KnowledgeStore::open(dir.path().to_str().unwrap()).await.unwrap());
    let retriever = Retriever::new(Arc::clone(&store), 1 << 20, "");
    let error = retriever.search(A, 2, &"pizza".into(), None).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { tenant: A, .. }), "{error}");
    assert!(!table(dir.path(), A).exists(), "moved aside");

    store.replace(A, 2, &text("pizza"), None, "").await.unwrap();
    assert!(!retriever.search(A, 2, &"pizza".into(), None).await.unwrap().hits.is_empty());

    // Damaged while open, and found by the writer: he has the new text, so he just goes on.
    damage(dir.path(), A);
    let other = KnowledgeStore::open(dir.path().to_str().unwrap()).await.unwrap();
    other.replace(A, 3, &text("massa"), None, "").await.unwrap();
    assert_eq!(retriever.search(A, 3, &"massa".into(), None).await.unwrap().versao, 3);

    store.remove(A).await.unwrap();
    assert!(files(&dir.path().join("_quarentena")).is_empty(), "erasure covers what was moved aside");
}

#[tokio::test]
async fn concurrent_replaces_leave_one_whole_state() {
    let (dir, one) = open().await;
    let two = KnowledgeStore::open(dir.path().to_str().unwrap()).await.unwrap(); // as another process would
    let stores = [Arc::new(one), Arc::new(two)];
    let writers: Vec<_> = (1..=12)
        .map(|versao| {
            let store = Arc::clone(&stores[versao as usize % 2]);
            tokio::spawn(async move {
                let topic = format!("assunto{versao}");
                store.replace(A, versao, &text(&topic), None, "").await
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    let stored = stores[0].load(A).await.unwrap().unwrap();
    assert_eq!(stored.chunks, text(&format!("assunto{}", stored.versao)));
    assert_eq!(stores[1].load(A).await.unwrap().unwrap(), stored);
}

#[tokio::test]
async fn retriever_notices_other_processes_and_other_models() {
    let (dir, store) = open().await;
    let writer = KnowledgeStore::open(dir.path().to_str().unwrap()).await.unwrap();
    let chunks = text("pizza");
    writer.replace(A, 1, &chunks, Some(&vectors(&chunks, 4)), "m").await.unwrap();
    let retriever = Retriever::new(Arc::new(store), 1 << 20, "m");
    let v = vector(4, 1);
    let found = retriever.search(A, 1, &"pizza".into(), Some(&v)).await.unwrap();
    assert_eq!((found.versao, found.modo), (1, "hibrida"));
    assert_eq!(retriever.search(A, 1, &"pizza".into(), Some(&vector(7, 1))).await.unwrap().modo, "palavras");

    writer.replace(A, 2, &text("massa"), Some(&vectors(&chunks, 4)), "outro").await.unwrap();
    let found = retriever.search(A, 2, &"massa".into(), Some(&v)).await.unwrap();
    assert_eq!((found.versao, found.modo, found.hits.is_empty()), (2, "palavras", false));
    // SQL is ahead of the index: answered from what there is.
    assert_eq!(retriever.search(A, 9, &"massa".into(), None).await.unwrap().versao, 2);
}

#[tokio::test]
async fn many_tenants_through_a_small_cache_at_once() {
    let (_dir, store) = open().await;
    let tenants: Vec<Uuid> = (1..=6).map(Uuid::from_u128).collect();
    for (i, t) in tenants.iter().enumerate() {
        store.replace(*t, 1, &text(&format!("assunto{i}")), None, "").await.unwrap();
    }
    let retriever = Arc::new(Retriever::new(Arc::new(store), 20_000, ""));
    let searches: Vec<_> = (0..60)
        .map(|n| {
            let (retriever, tenant, i) = (Arc::clone(&retriever), tenants[n % 6], n % 6);
            tokio::spawn(async move {
                let found = retriever.search(tenant, 1, &format!("assunto{i}").as_str().into(), None).await.unwrap();
                assert!(found.hits.iter().all(|h| h.texto.contains(&format!("assunto{i}"))) && !found.hits.is_empty());
            })
        })
        .collect();
    for search in searches {
        search.await.unwrap();
    }
}

#[tokio::test]
async fn vectors_of_a_large_table_are_searched_in_lancedb() {
    let (_dir, store) = open().await;
    let n = rag::snapshot::LARGE_TABLE_ROWS as i32 + 1;
    let chunks: Vec<Chunk> =
        (0..n).map(|ordem| Chunk { ordem, titulo: None, texto: format!("produto p{ordem}") }).collect();
    let mut v = vec![vector(4, 0); chunks.len()];
    v[4321] = vector(4, 2);
    store.replace(A, 1, &chunks, Some(&v), "m").await.unwrap();
    let retriever = Retriever::new(Arc::new(store), 1 << 20, "m");
    let found = retriever.search(A, 1, &"p77".into(), Some(&vector(4, 2))).await.unwrap();
    let hits: Vec<i32> = found.hits.iter().take(2).map(|h| h.ordem).collect();
    assert_eq!((found.modo, hits), ("hibrida", vec![77, 4321]));
}

/// Prints times; the limits are far above what is normal, for busy machines and debug builds.
#[tokio::test]
async fn times() {
    let (_dir, store) = open().await;
    let text = "Frase normal de um texto de empresa sobre pizza, com vírgulas e 12 números. ".repeat(650);
    let t = Instant::now();
    let chunks = chunk(&text);
    println!("chunk {} chars -> {} chunks: {:?}", text.chars().count(), chunks.len(), t.elapsed());
    let v = vectors(&chunks, 1536);
    let t = Instant::now();
    store.replace(A, 1, &chunks, Some(&v), "m").await.unwrap();
    println!("first replace: {:?}", t.elapsed());
    let t = Instant::now();
    store.replace(A, 2, &chunks, Some(&v), "m").await.unwrap();
    println!("second replace with prune: {:?}", t.elapsed());
    let retriever = Retriever::new(Arc::new(store), 64 << 20, "m");
    let query = vector(1536, 3);
    let mut cold = Vec::new();
    for _ in 0..10 {
        retriever.invalidate(A);
        let t = Instant::now();
        retriever.search(A, 2, &"quanto custa a pizza?".into(), Some(&query)).await.unwrap();
        cold.push(t.elapsed());
    }
    cold.sort();
    let mut warm = Vec::new();
    for _ in 0..200 {
        let t = Instant::now();
        retriever.search(A, 2, &"quanto custa a pizza?".into(), Some(&query)).await.unwrap();
        warm.push(t.elapsed());
    }
    warm.sort();
    let t = Instant::now();
    retriever.store().search_vector(A, &query, 5).await.unwrap();
    println!(
        "cold p50 {:?}, warm p50 {:?} p95 {:?}, lancedb vector search {:?}",
        cold[5],
        warm[100],
        warm[190],
        t.elapsed()
    );
    assert!(cold[5].as_secs() < 3 && warm[100].as_millis() < 300);
}
