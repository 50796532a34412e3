//! From the lines of a turn to its text: voice notes are heard, pictures are looked at, and what only a person can judge
//! calls one. docs/mensagens.md has the whole table.

use std::borrow::Cow;

use contracts::eventos::Evento;
use contracts::{ConversaId, TipoConteudo, TipoMensagem, TipoUso};
use db::models::configuracao_bot::ConfiguracaoBot;
use db::models::mensagem::{self, Mensagem};
use integrations::openai::{ApiError, Role, TranscriptionClient, Turn, VisionClient};
use serde_json::{Value, json};

use super::decisao::{self, Decisao, Turno};
use super::intencao::{Intencao, classify};
use crate::uso::{self, Uso};
use crate::{Ctx, Result, eventos, midia};

/// Longest voice note that is heard, in seconds: more is no question any more, and costs accordingly.
const AUDIO_SEGUNDOS: i32 = 120;
/// Largest picture that is looked at, in bytes.
const IMAGEM_BYTES: usize = 5 * 1024 * 1024;
/// What vision models take.
const IMAGENS: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];
/// Longest description of a picture that becomes part of a question, in characters.
const LEITURA_CHARS: usize = 1_000;
/// Longest transcript: two minutes of quick speech.
const TRANSCRICAO_CHARS: usize = 4_000;
/// Lines looked back to find what was said last.
const ATRAS: i64 = 20;
const PROMPT_IMAGEM: &str = include_str!("../../prompts/imagem.md");

/// What the lines of a turn amount to.
#[derive(Debug)]
pub(super) enum Leitura {
    /// This was asked.
    Pergunta(Pergunta),
    /// The turn is decided without a question.
    Decidida(Decisao),
}

/// The question of a turn.
#[derive(Debug)]
pub(super) struct Pergunta {
    /// All that was said and seen.
    texto: String,
    /// With a picture: what else may be the question, and what was said before it then.
    partes: Option<(String, String)>,
}

impl Pergunta {
    /// Of lines that ask; a place or a card beside them asks nothing that could be looked up.
    fn of(lines: &[Mensagem]) -> Self {
        let lines: Vec<&Mensagem> = lines.iter().filter(|m| !bare(m)).collect();
        let seen = |m: &&&Mensagem| m.especie() == Some(TipoConteudo::Imagem) && m.transcricao().is_some();
        let pictures: Vec<_> = lines.iter().filter(seen).filter_map(|m| m.transcricao()).collect();
        let words = lines.iter().filter(|m| !seen(m)).map(|m| m.texto());
        let captions = lines.iter().filter(seen).filter(|m| !m.sem_texto()).map(|m| Cow::Borrowed(m.conteudo.as_str()));
        let words = join(words.chain(captions));
        let texto = join(lines.iter().map(|m| m.texto()));
        let seen = pictures.join("; ");
        let partes = match (pictures.is_empty(), words.trim().is_empty()) {
            (true, _) => None,
            (false, true) => Some((seen, "[imagem]".to_owned())),
            (false, false) => Some((words, format!("[imagem: {seen}]"))),
        };
        Self { texto, partes }
    }
}

/// Decides on the question. What a picture shows may be what is asked about ("quanto custa este?"), so words and picture are
/// looked up together first. Where that finds nothing the words may ask for themselves, with the picture as what was said
/// before them; without words, what stands in the picture may.
pub(super) async fn decide(
    ctx: &Ctx,
    pergunta: &Pergunta,
    memoria: &[Turn],
    empresa: &str,
    config: &ConfiguracaoBot,
) -> Result<Decisao> {
    let together = Turno { empresa, pergunta: &pergunta.texto, memoria, config };
    let decisao = decisao::decide(ctx, &together).await?;
    let (Decisao::Passar { .. }, Some((words, pictures))) = (&decisao, &pergunta.partes) else { return Ok(decisao) };
    // A greeting or thanks beside a picture asks nothing: the picture is what it is about.
    if classify(words) != Intencao::Pergunta {
        return Ok(decisao);
    }
    let mut memoria = memoria.to_vec();
    memoria.push(Turn { role: Role::User, content: pictures.clone() });
    decisao::decide(ctx, &Turno { empresa, pergunta: words, memoria: &memoria, config }).await
}

/// A place or a contact card.
fn bare(m: &Mensagem) -> bool {
    matches!(m.especie(), Some(TipoConteudo::Localizacao | TipoConteudo::Cartao))
}

fn join<'a>(texts: impl Iterator<Item = Cow<'a, str>>) -> String {
    texts.collect::<Vec<_>>().join("\n")
}

/// What came of one voice note or picture.
enum Lido {
    Texto(String),
    /// Nothing to act on; the contato may say it again.
    DeNovo,
    Pessoa(&'static str),
}

/// Reads the lines; what was heard or seen is stored with its line, so that another attempt does not pay again.
pub(super) async fn read(ctx: &Ctx, conversa: ConversaId, lines: &mut [Mensagem], tom: &str) -> Result<Leitura> {
    // First what needs a person whatever the rest says: nothing is heard or looked at in vain.
    if let Some(motivo) = lines.iter().find_map(|m| only_a_person(ctx, m)) {
        return Ok(Leitura::Decidida(handed_over(motivo)));
    }
    let to_read = |m: &Mensagem| matches!(m.especie(), Some(TipoConteudo::Audio | TipoConteudo::Imagem));
    let costs = lines.iter().any(|m| m.transcricao().is_none() && to_read(m));
    if costs && !uso::permitido(ctx).await {
        return Ok(Leitura::Decidida(handed_over(uso::MOTIVO_LIMITE)));
    }
    let mut unheard = false;
    for line in lines.iter_mut().filter(|m| m.transcricao().is_none()) {
        let lido = match (line.especie(), &ctx.app.transcription, &ctx.app.vision) {
            (Some(TipoConteudo::Audio), Some(client), _) => hear(ctx, client, line).await?,
            (Some(TipoConteudo::Imagem), _, Some(client)) => look(ctx, client, line).await?,
            _ => continue,
        };
        match lido {
            Lido::Texto(texto) => keep(ctx, conversa, line, texto).await?,
            Lido::DeNovo => unheard = true,
            Lido::Pessoa(motivo) => return Ok(Leitura::Decidida(handed_over(motivo))),
        }
    }
    if unheard {
        return Ok(Leitura::Decidida(say_again(ctx, conversa, lines, tom).await?));
    }
    // A place or a card by itself asks nothing that can be looked up.
    if lines.iter().any(bare) {
        let words = join(lines.iter().filter(|m| !bare(m)).map(|m| m.texto()));
        if words.trim().is_empty() || classify(&words) != Intencao::Pergunta {
            return Ok(Leitura::Decidida(handed_over("O contato enviou uma localização ou um contato.")));
        }
    }
    Ok(Leitura::Pergunta(Pergunta::of(lines)))
}

/// Why this line needs a person, whatever else was said.
fn only_a_person(ctx: &Ctx, line: &Mensagem) -> Option<&'static str> {
    Some(match line.especie() {
        Some(TipoConteudo::Documento) => "O contato enviou um documento.",
        Some(TipoConteudo::Video) => "O contato enviou um vídeo.",
        Some(TipoConteudo::Enquete) => "O contato enviou uma enquete.",
        Some(TipoConteudo::VistaUnica) => "O contato enviou algo de visualização única. Veja no celular.",
        Some(TipoConteudo::Outro) => "O contato enviou algo que a IA ainda não lê.",
        Some(TipoConteudo::Audio) if ctx.app.transcription.is_none() => "O contato enviou um áudio.",
        // Also with words under it: what it shows may be what they are about.
        Some(TipoConteudo::Imagem) if ctx.app.vision.is_none() => "O contato enviou uma imagem.",
        // A line from before kinds were stored.
        None if line.sem_texto() => "O contato enviou algo que a IA ainda não lê.",
        _ => return None,
    })
}

async fn hear(ctx: &Ctx, client: &TranscriptionClient, line: &Mensagem) -> Result<Lido> {
    let Some((row, audio)) = midia::bytes_of(ctx, line.id).await? else { return Ok(Lido::DeNovo) };
    if row.segundos.is_some_and(|s| s > AUDIO_SEGUNDOS) {
        return Ok(Lido::Pessoa("O áudio tem mais de dois minutos."));
    }
    let mimetype = row.mimetype.unwrap_or_default();
    Ok(match client.transcribe(&audio, &mimetype).await {
        Ok(heard) => {
            let usage = heard.usage;
            tracing::info!(seconds = usage.seconds, usage.tokens_in, usage.tokens_out, heard.doubtful, "audio heard");
            let seconds = usage.seconds.unwrap_or_else(|| row.segundos.map_or(0.0, f64::from));
            let tokens = Uso::tokens(TipoUso::Audio, client.model(), usage.tokens_in.into(), usage.tokens_out.into());
            uso::registrar(ctx, Uso { segundos: seconds as f32, ..tokens }).await;
            if heard.doubtful { Lido::DeNovo } else { Lido::Texto(cut(&heard.text, TRANSCRICAO_CHARS)) }
        }
        Err(e) => {
            tracing::warn!(error = %e, "audio not heard");
            match e {
                // Ours to put right: recording it again would not help.
                ApiError::Config(_) | ApiError::Rejected { status: 401..=404, .. } => {
                    Lido::Pessoa("A transcrição de áudio não está funcionando.")
                }
                _ => Lido::DeNovo,
            }
        }
    })
}

async fn look(ctx: &Ctx, client: &VisionClient, line: &Mensagem) -> Result<Lido> {
    const NOT_SEEN: Lido = Lido::Pessoa("A IA não conseguiu ver a imagem.");
    let Some((row, image)) = midia::bytes_of(ctx, line.id).await? else { return Ok(NOT_SEEN) };
    let mimetype = row.mimetype.as_deref().unwrap_or_default();
    let Some(mimetype) = IMAGENS.iter().find(|m| **m == mimetype).filter(|_| image.len() <= IMAGEM_BYTES) else {
        return Ok(NOT_SEEN);
    };
    Ok(match client.read(PROMPT_IMAGEM, &image, mimetype).await {
        Ok(seen) => {
            let tokens = Uso::tokens(TipoUso::Visao, client.model(), seen.tokens_in.into(), seen.tokens_out.into());
            uso::registrar(ctx, tokens).await;
            if seen.text.is_empty() {
                return Ok(NOT_SEEN);
            }
            tracing::info!(seen.tokens_in, seen.tokens_out, "picture looked at");
            // One line, without the brackets that mark where it ends: it is data within the question.
            let text = seen.text.replace(['[', ']'], " ");
            Lido::Texto(cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), LEITURA_CHARS))
        }
        Err(e) => {
            tracing::warn!(error = %e, "picture not seen");
            NOT_SEEN
        }
    })
}

fn cut(text: &str, chars: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(chars).collect()
}

/// Stores what was heard or seen with the line, here and in the database.
async fn keep(ctx: &Ctx, conversa_id: ConversaId, line: &mut Mensagem, texto: String) -> Result<()> {
    let mut tx = ctx.tenant().await?;
    let detalhes = json!({ "transcricao": texto });
    // Not on a line that was deleted meanwhile: nothing of it is kept.
    let current = mensagem::get(&mut tx, conversa_id, line.id).await?;
    if current.is_some_and(|m| !m.apagada()) {
        mensagem::amend(&mut tx, line.id, &detalhes, None).await?;
        eventos::emit(ctx, &mut tx, &Evento::Mensagem { conversa_id }).await?;
    }
    tx.commit().await?;
    if let Value::Object(known) = line.detalhes.get_or_insert_with(|| json!({})) {
        known.insert("transcricao".into(), Value::String(texto));
    }
    Ok(())
}

fn repetir(tom: &str) -> &'static str {
    match tom {
        "FORMAL" => {
            "Não foi possível ouvir o seu áudio com clareza. Poderia, por gentileza, escrever ou gravar novamente?"
        }
        "TECNICO" => "Áudio não reconhecido. Escreva a mensagem ou grave de novo.",
        _ => "Não consegui ouvir bem o seu áudio. Pode escrever ou gravar de novo?",
    }
}

/// Once politely, the second time in a row a person.
async fn say_again(ctx: &Ctx, conversa: ConversaId, lines: &[Mensagem], tom: &str) -> Result<Decisao> {
    let first = lines.first().map_or(i64::MAX, |m| m.ordem);
    let mut tx = ctx.tenant().await?;
    let before = mensagem::spoken(&mut tx, conversa, Some(first), ATRAS).await?;
    tx.commit().await?;
    let last = before.into_iter().rev().find(|m| m.tipo != TipoMensagem::Contato);
    Ok(if last.is_some_and(|m| m.detalhe("pediu_de_novo").is_some()) {
        handed_over("A IA não conseguiu ouvir o áudio.")
    } else {
        let (texto, detalhes) = (repetir(tom).to_owned(), json!({ "pediu_de_novo": true }));
        Decisao::Responder { texto, confianca: None, fontes: Value::Null, detalhes }
    })
}

fn handed_over(motivo: &'static str) -> Decisao {
    Decisao::Passar { motivo, confianca: None, detalhes: Value::Null }
}
