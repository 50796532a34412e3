//! The signed token: the same as `Bearer` for programs and as cookie for browsers.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{ErrorCode, SessaoId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Actor, App, Error, Result};

/// How long a login lasts.
pub const DURATION: TimeDelta = TimeDelta::days(7);

/// A login's last sign of life is written no more often than this.
const SEEN: TimeDelta = TimeDelta::minutes(5);

/// Who a token is for. A token of one audience is nothing to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The dashboard.
    Cliente,
    /// The admin panel.
    Admin,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    sid: Uuid,
    role: Role,
    iat: i64,
    exp: i64,
}

/// Signs a token that ends at the returned time.
pub fn sign(app: &App, role: Role, sub: Uuid, sid: SessaoId) -> Result<(String, DateTime<Utc>)> {
    let now = app.clock.now();
    let exp = now + DURATION;
    let claims = Claims { sub, sid: sid.0, role, iat: now.timestamp(), exp: exp.timestamp() };
    let key = EncodingKey::from_secret(app.jwt_secret.expose_secret().as_bytes());
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
        .map_err(|e| Error::caused(ErrorCode::Internal, e))?;
    Ok((token, exp))
}

/// Who sent a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portador {
    /// Who it stands for.
    pub actor: Actor,
    /// The senha must be replaced before anything else.
    pub trocar_senha: bool,
    /// A cliente that may change things.
    pub assinatura_ativa: bool,
}

impl Portador {
    const ANONIMO: Self = Self { actor: Actor::Anonymous, trocar_senha: false, assinatura_ativa: false };
}

/// Who a token stands for, once its signature, its end and its login have been checked; anonymous otherwise.
///
/// # Errors
/// Only when the database is away: then nobody is known, which is not the same as refused.
pub async fn verify(app: &Arc<App>, token: &str) -> Result<Portador> {
    let mut rules = Validation::new(Algorithm::HS256);
    // The time is the clock's, which a test may have moved.
    rules.validate_exp = false;
    rules.required_spec_claims.clear();
    let key = DecodingKey::from_secret(app.jwt_secret.expose_secret().as_bytes());
    let Ok(data) = jsonwebtoken::decode::<Claims>(token, &key, &rules) else { return Ok(Portador::ANONIMO) };
    let claims = data.claims;
    let now = app.clock.now();
    if claims.exp <= now.timestamp() {
        return Ok(Portador::ANONIMO);
    }
    let sid = SessaoId(claims.sid);
    match claims.role {
        Role::Cliente => {
            let id = contracts::ClienteId(claims.sub);
            let mut tx = app.db.tenant(id).await?;
            let found = db::models::cliente::seen(&mut tx, sid, now).await?;
            if found.is_some_and(|vista| now - vista.em >= SEEN) {
                db::models::cliente::set_seen(&mut tx, sid, now).await?;
            }
            tx.commit().await?;
            Ok(found.map_or(Portador::ANONIMO, |vista| Portador {
                actor: Actor::Cliente { id, sid },
                trocar_senha: vista.trocar_senha,
                assinatura_ativa: vista.status.assinatura_ativa(),
            }))
        }
        Role::Admin => {
            let id = contracts::AdminId(claims.sub);
            let mut tx = app.db.system().await?;
            let found = db::models::admin::by_sessao(&mut tx, id, sid, now).await?;
            tx.commit().await?;
            Ok(found.map_or(Portador::ANONIMO, |_| Portador { actor: Actor::Admin { id, sid }, ..Portador::ANONIMO }))
        }
    }
}
