//! What the plan allows: automatic messages a month, the length of the knowledge, what the models may cost. A cliente without
//! a plan, such as one that an admin made, has the limits of the installation only. The number of WhatsApp connections needs
//! no check: there is one a cliente, and every plan has at least that.
//!
//! At the end of the month's messages a question goes to a person: whoever asked hears so once, which is not held back, and
//! the owner is told at 80 % and at 100 %.

use contracts::avisos::DetalheAviso;
use contracts::{ErrorCode, TipoAviso, validate};
use db::TenantTx;
use db::models::plano::{self, Plano};
use db::models::{aviso, uso_diario};

use crate::avisos::{self, Novo};
use crate::emails::Modelo;
use crate::uso::inicio_do_mes;
use crate::{BRASILIA, Ctx, Error, Result};

/// Why a person is called when the month's messages are used up.
pub(crate) const MENSAGENS_ESGOTADAS: &str =
    "As mensagens automáticas do seu plano acabaram neste mês. Uma pessoa precisa responder.";
/// Share of the messages from which the owner is told, in percent.
const AVISO_EM: i64 = 80;
/// What an owner is told of the messages.
const DAS_MENSAGENS: [TipoAviso; 2] = [TipoAviso::Mensagens80, TipoAviso::MensagensEsgotadas];

/// Longest knowledge text of this cliente, in characters.
pub(crate) async fn conhecimento(tx: &mut TenantTx) -> Result<usize> {
    let plano = plano::meu(tx).await?;
    let n = plano.and_then(|p| usize::try_from(p.conhecimento_caracteres).ok());
    Ok(n.map_or(validate::CONHECIMENTO_LIMITE, |n| n.min(validate::CONHECIMENTO_LIMITE)))
}

/// Refuses a text that is longer than the plan allows. One that was longer before, under another plan, may still be shortened
/// step by step.
///
/// # Errors
/// `limite_do_plano` with a sentence at `conteudo_texto`.
pub(crate) async fn cabe(tx: &mut TenantTx, novo: &str, antes: &str) -> Result<()> {
    let limite = conhecimento(tx).await?;
    let n = novo.chars().count();
    if n <= limite || n <= antes.chars().count() {
        return Ok(());
    }
    let frase = format!(
        "O texto tem {n} caracteres e o seu plano vai até {limite}. Retire {} ou mude de plano em Assinatura.",
        n - limite
    );
    Err(Error { fields: [("conteudo_texto".to_owned(), frase)].into(), ..ErrorCode::LimiteDoPlano.into() })
}

/// What the models may cost a month under the plan, in reais.
pub(crate) async fn orcamento(tx: &mut TenantTx) -> Result<Option<f64>> {
    Ok(plano::meu(tx).await?.map(|p| f64::from(p.orcamento_ia_centavos) / 100.0))
}

/// Automatic messages of this month, of how many; `None` without a plan.
async fn mensagens(ctx: &Ctx, tx: &mut TenantTx) -> Result<Option<(i64, i64)>> {
    let Some(Plano { mensagens_mes, .. }) = plano::meu(tx).await? else { return Ok(None) };
    let desde = inicio_do_mes(ctx.now()).with_timezone(&BRASILIA).date_naive();
    Ok(Some((uso_diario::since(tx, desde).await?, mensagens_mes.into())))
}

/// Why no answer may leave any more this month, before the work of one is done.
pub(crate) async fn impedimento(ctx: &Ctx, tx: &mut TenantTx) -> Result<Option<&'static str>> {
    let uso = mensagens(ctx, tx).await?;
    Ok(uso.filter(|(enviadas, limite)| enviadas >= limite).map(|_| MENSAGENS_ESGOTADAS))
}

/// Looks at the month's count, which holds already what is about to leave: tells the owner what it has reached, and says why
/// that may not leave.
pub(crate) async fn contadas(ctx: &Ctx, tx: &mut TenantTx) -> Result<Option<&'static str>> {
    let Some((enviadas, limite)) = mensagens(ctx, tx).await? else { return Ok(None) };
    avisar(ctx, tx, enviadas, limite).await?;
    Ok((enviadas > limite).then_some(MENSAGENS_ESGOTADAS))
}

/// The plan may be another: what was told about the old one is over, or becomes true.
pub(crate) async fn conferir(ctx: &Ctx, tx: &mut TenantTx) -> Result<()> {
    match mensagens(ctx, tx).await? {
        Some((enviadas, limite)) => avisar(ctx, tx, enviadas, limite).await,
        None => Ok(()),
    }
}

/// Tells the owner, once a month for each step.
async fn avisar(ctx: &Ctx, tx: &mut TenantTx, enviadas: i64, limite: i64) -> Result<()> {
    let (tipo, email, outro) = if enviadas >= limite {
        (TipoAviso::MensagensEsgotadas, Modelo::MensagensEsgotadas { limite }, TipoAviso::Mensagens80)
    } else if enviadas * 100 >= limite * AVISO_EM {
        (TipoAviso::Mensagens80, Modelo::Mensagens80 { enviadas, limite }, TipoAviso::MensagensEsgotadas)
    } else {
        return avisos::dispensar(ctx, tx, &DAS_MENSAGENS).await;
    };
    avisos::dispensar(ctx, tx, &[outro]).await?;
    if aviso::began_since(tx, tipo, inicio_do_mes(ctx.now())).await? {
        return Ok(());
    }
    let detalhe = DetalheAviso { enviadas: Some(enviadas), limite: Some(limite), ..Default::default() };
    avisos::abrir(ctx, tx, Novo { tipo, desde: ctx.now(), detalhe, email: Some(email) }).await.map(drop)
}
