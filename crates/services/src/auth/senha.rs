//! Senhas: argon2id.

use std::sync::LazyLock;

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use contracts::ErrorCode;
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// OWASP Password Storage Cheat Sheet, second choice for argon2id: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashing is the one thing a stranger can make us compute: at most this many at once, the rest wait.
static SLOTS: Semaphore = Semaphore::const_new(2);

/// Longer than this nobody waits for a login; under a flood the queue would only grow.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// What an unknown e-mail is compared with, so that it takes as long as a wrong senha.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_blocking(&crate::ctx::random_hex(16)).ok());

fn argon2() -> std::result::Result<Argon2<'static>, argon2::Error> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, LANES, None)?))
}

fn hash_blocking(senha: &str) -> std::result::Result<String, argon2::password_hash::Error> {
    Ok(argon2()?.hash_password(senha.as_bytes(), &SaltString::generate(&mut OsRng))?.to_string())
}

async fn blocking<T: Send + 'static>(f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let slot = tokio::time::timeout(PATIENCE, SLOTS.acquire()).await;
    let _slot = slot.map_err(|_| ErrorCode::TooManyRequests)?.map_err(|e| Error::caused(ErrorCode::Internal, e))?;
    tokio::task::spawn_blocking(f).await.map_err(|e| Error::caused(ErrorCode::Internal, e))?
}

/// Letters and digits that nobody confuses, in print or aloud.
const SIMPLES: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A senha for somebody who will choose another: 20 characters, 116 bits.
pub fn inicial() -> String {
    use rand::seq::IndexedRandom;
    let mut rng = rand::rng();
    (0..20).filter_map(|_| SIMPLES.choose(&mut rng)).map(|b| char::from(*b)).collect()
}

/// The PHC string to store.
pub async fn hash(senha: &str) -> Result<String> {
    let senha = senha.to_owned();
    blocking(move || hash_blocking(&senha).map_err(|e| Error::caused(ErrorCode::Internal, e.to_string()))).await
}

/// Whether `senha` is the one behind `hash`. Without a hash it takes the same time and says no.
pub async fn verify(senha: &str, hash: Option<&str>) -> Result<bool> {
    if senha.chars().count() > contracts::validate::SENHA_MAX {
        return Ok(false);
    }
    let (senha, hash) = (senha.to_owned(), hash.map(str::to_owned));
    blocking(move || {
        let known = hash.is_some();
        let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return Ok(false) };
        let parsed = PasswordHash::new(&hash).map_err(|e| Error::caused(ErrorCode::Internal, e.to_string()))?;
        let argon2 = argon2().map_err(|e| Error::caused(ErrorCode::Internal, e.to_string()))?;
        Ok(argon2.verify_password(senha.as_bytes(), &parsed).is_ok() && known)
    })
    .await
}
