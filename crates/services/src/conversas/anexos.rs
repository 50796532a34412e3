//! A file that a person sends. It is written to the media store first; what a refusal leaves there is swept.

use contracts::conversas::MensagemDto;
use contracts::validate::{self, ANEXO_MAX};
use contracts::{ConversaId, ErrorCode, MensagemId, MidiaId, StatusEnvio, TipoConteudo, TipoMensagem};
use db::models::conversa;
use db::models::mensagem::{self, NewMensagem};
use db::models::midia::NewMidia;

use super::{line_with_file, spoken};
use crate::atendimento::Extras;
use crate::ctx::{new_id, not_found};
use crate::midia::{self, Tipo};
use crate::{Ctx, Error, Result, whatsapp};

/// What is to be sent.
#[derive(Debug, Default)]
pub struct Anexo {
    /// Made by the sender; the same id twice sends once. Left out: made here.
    pub id: Option<MensagemId>,
    /// The words under it; may be empty.
    pub legenda: String,
    /// As the file is called on the sender's computer.
    pub nome: String,
    /// The bytes.
    pub conteudo: Vec<u8>,
}

/// Sends a file. The conversation is the person's from now on, as with a written reply.
///
/// # Errors
/// `too_large` above 16 MB; `validation_failed` for a kind of file that WhatsApp does not take.
pub async fn enviar_anexo(ctx: &Ctx, id: ConversaId, anexo: Anexo) -> Result<MensagemDto> {
    let tipo = check(&anexo)?;
    let mensagem_id = anexo.id.unwrap_or(MensagemId(new_id()));
    let now = ctx.now();
    let mut tx = ctx.tenant().await?;
    conversa::get(&mut tx, id).await?.ok_or_else(not_found)?;
    let known = mensagem::get(&mut tx, id, mensagem_id).await?;
    tx.commit().await?;
    if let Some(known) = known {
        return line_with_file(ctx, known).await;
    }
    if !whatsapp::connected(ctx).await? {
        return Err(ErrorCode::WhatsappNotConnected.into());
    }
    let nome = tipo.nome(&anexo.nome);
    let legenda = anexo.legenda.trim();
    let extras = Extras { conteudo: Some(tipo.tipo), sem_texto: legenda.is_empty(), ..Extras::default() };
    let conteudo = if legenda.is_empty() { descricao(tipo.tipo, &nome) } else { legenda.to_owned() };
    let file = NewMidia {
        id: MidiaId(new_id()),
        cliente_id: ctx.cliente_id()?,
        mensagem_id,
        tipo: tipo.tipo,
        mimetype: Some(tipo.mimetype.to_owned()),
        nome: Some(nome),
        bytes: None,
        segundos: None,
        created_at: now,
    };
    midia::write(ctx, &file, &anexo.conteudo).await?;
    let mut tx = ctx.tenant().await?;
    let row = conversa::lock(&mut tx, id).await?.ok_or_else(not_found)?;
    let new = NewMensagem {
        status_envio: Some(StatusEnvio::Pendente),
        detalhes: extras.stored(),
        ..NewMensagem::new(mensagem_id, file.cliente_id, id, TipoMensagem::Humano, conteudo, now)
    };
    let Some(stored) = mensagem::insert(&mut tx, &new).await? else {
        // The same request was quicker, unless the id is somebody else's.
        let known = mensagem::get(&mut tx, id, mensagem_id).await?.ok_or(ErrorCode::Conflict)?;
        tx.commit().await?;
        midia::remove_files(&ctx.app, file.cliente_id, &[file.id]).await;
        return line_with_file(ctx, known).await;
    };
    midia::stored(&mut tx, &file, &anexo.conteudo).await?;
    // Under the file stands only what the person wrote.
    spoken(ctx, &mut tx, &row, &NewMensagem { conteudo: legenda.to_owned(), ..new.clone() }, &stored).await?;
    tx.commit().await?;
    line_with_file(ctx, stored).await
}

fn check(anexo: &Anexo) -> Result<Tipo> {
    if anexo.conteudo.len() > ANEXO_MAX {
        let mb = anexo.conteudo.len().div_ceil(1024 * 1024);
        let why = format!("O arquivo tem {mb} MB e o WhatsApp aceita até 16 MB. Envie um menor.");
        return Err(Error { fields: [("arquivo".to_owned(), why)].into(), ..ErrorCode::TooLarge.into() });
    }
    if anexo.conteudo.is_empty() {
        return Err(Error::field("arquivo", "O arquivo está vazio. Escolha outro.".into()));
    }
    validate::legenda(&anexo.legenda).map_err(|m| Error::field("legenda", m))?;
    let Some(tipo) = Tipo::of(&anexo.conteudo, &anexo.nome) else {
        let why = "Este tipo de arquivo não pode ser enviado. Envie imagem (JPG, PNG, WebP), vídeo (MP4), áudio, PDF, \
                   documento do Office ou texto.";
        return Err(Error::field("arquivo", why.into()));
    };
    if tipo.tipo == TipoConteudo::Audio && !anexo.legenda.trim().is_empty() {
        let why = "No WhatsApp um áudio não leva legenda. Envie o texto como mensagem.";
        return Err(Error::field("legenda", why.into()));
    }
    Ok(tipo)
}

/// Stands in the list and in the assistant's memory for a file without words, as for one that came.
fn descricao(tipo: TipoConteudo, nome: &str) -> String {
    match tipo {
        TipoConteudo::Audio => "[áudio]".into(),
        TipoConteudo::Imagem => "[imagem]".into(),
        TipoConteudo::Video => "[vídeo]".into(),
        _ => format!("[documento: {nome}]"),
    }
}
