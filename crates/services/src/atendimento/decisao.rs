//! Answer or hand over: retrieval, confidence, model, and the gate after the model.

use db::models::configuracao_bot::ConfiguracaoBot;
use integrations::openai::{Role, Turn};
use rag::Retrieval;
use serde_json::{Value, json};

use super::intencao::{Intencao, classify};
use super::lastro::unfounded;
use super::prompt;
use crate::{Ctx, Result, knowledge, uso};

/// What is done with a turn.
#[derive(Debug)]
pub(super) enum Decisao {
    /// The assistant answers.
    Responder { texto: String, confianca: Option<f32>, fontes: Value, detalhes: Value },
    /// A person is called.
    Passar {
        /// For the owner, in words.
        motivo: &'static str,
        confianca: Option<f32>,
        detalhes: Value,
    },
}

/// What the contato asked, and what is known about it.
pub(super) struct Turno<'a> {
    pub empresa: &'a str,
    pub pergunta: &'a str,
    pub memoria: &'a [Turn],
    pub config: &'a ConfiguracaoBot,
}

/// Decides on a turn of text.
pub(super) async fn decide(ctx: &Ctx, turno: &Turno<'_>) -> Result<Decisao> {
    match classify(turno.pergunta) {
        Intencao::Saudacao => return Ok(small_talk(&turno.config.saudacao)),
        Intencao::Agradecimento => return Ok(small_talk("Por nada! Se precisar de mais alguma coisa, é só chamar.")),
        Intencao::Pessoa => return Ok(passar("O contato pediu uma pessoa.", None, Value::Null)),
        Intencao::Pergunta => {}
    }
    let found = knowledge::retrieve(ctx, turno.pergunta).await?;
    let detalhes = json!({
        "perfil": found.perfil, "features": found.features, "versao": found.versao, "modo": found.modo,
    });
    let confianca = found.confianca;
    if confianca < turno.config.limiar_confianca {
        return Ok(passar("Não encontrei a resposta no seu conhecimento.", Some(confianca), detalhes));
    }
    match answer(ctx, turno.empresa, turno.pergunta, turno.memoria, &found, turno.config).await {
        Ok(Some((texto, sources))) => {
            let used: Vec<_> = knowledge::fontes(&found)
                .into_iter()
                .enumerate()
                .filter(|(i, _)| sources.contains(&(i + 1)))
                .map(|(_, f)| f)
                .collect();
            let fontes = serde_json::to_value(used).unwrap_or_default();
            Ok(Decisao::Responder { texto, confianca: Some(confianca), fontes, detalhes })
        }
        // The gate overrides a high retrieval score.
        Ok(None) => Ok(passar(
            "O conhecimento fala do assunto, mas não responde à pergunta.",
            Some(confianca.min(0.49)),
            detalhes,
        )),
        Err(motivo) => Ok(passar(motivo, Some(confianca), detalhes)),
    }
}

/// What the trial box shows: the reply without memory, or `None` where a person would be called.
pub(crate) async fn preview(
    ctx: &Ctx,
    empresa: &str,
    pergunta: &str,
    found: &Retrieval,
    config: &ConfiguracaoBot,
) -> Result<Option<String>> {
    if found.confianca < config.limiar_confianca {
        return Ok(None);
    }
    Ok(answer(ctx, empresa, pergunta, &[], found, config).await.ok().flatten().map(|(texto, _)| texto))
}

/// The reply with the pieces it rests on (from 1), `None` if they do not answer, or why there is no telling.
async fn answer(
    ctx: &Ctx,
    empresa: &str,
    pergunta: &str,
    memoria: &[Turn],
    found: &Retrieval,
    config: &ConfiguracaoBot,
) -> std::result::Result<Option<(String, Vec<usize>)>, &'static str> {
    let Some(chat) = &ctx.app.chat else {
        // Keyless: the sentences themselves, plainly a demonstration.
        return Ok(rag::extractive_answer(pergunta, &found.hits).map(|texto| (texto, vec![1])));
    };
    let mut messages = memoria.to_vec();
    messages.push(Turn { role: Role::User, content: pergunta.to_owned() });
    let system = prompt::system(empresa, config, &found.hits);
    if !uso::permitido(ctx).await {
        return Err(uso::MOTIVO_LIMITE);
    }
    let reply = uso::perguntar(ctx, chat, &system, &messages).await.map_err(|e| {
        tracing::warn!(error = %e, "the model failed");
        "A IA não respondeu a tempo."
    })?;
    let given = 1..=found.hits.len();
    let sourced = !reply.sources.is_empty() && reply.sources.iter().all(|s| given.contains(s));
    if !reply.answered || !sourced || reply.reply.trim().is_empty() {
        tracing::info!(answered = reply.answered, sources = ?reply.sources, "the gate refused the model's reply");
        return Ok(None);
    }
    let cited = reply.sources.iter().filter_map(|s| found.hits.get(s - 1));
    let cited: Vec<&str> = cited.flat_map(|h| [h.titulo.as_deref().unwrap_or_default(), h.texto.as_str()]).collect();
    if let Some(what) = unfounded(&reply.reply, &cited) {
        tracing::warn!(what, "the model's reply holds what no cited piece does");
        return Ok(None);
    }
    Ok(Some((reply.reply.trim().to_owned(), reply.sources)))
}

fn small_talk(texto: &str) -> Decisao {
    Decisao::Responder { texto: texto.to_owned(), confianca: None, fontes: Value::Null, detalhes: Value::Null }
}

fn passar(motivo: &'static str, confianca: Option<f32>, detalhes: Value) -> Decisao {
    Decisao::Passar { motivo, confianca, detalhes }
}
