//! Answer or hand over: intent, retrieval, confidence, model, and the gate after the model. The steps take what they need
//! and touch no database, so that `eval/` measures exactly what customers get; [`decide`] puts them together.

use db::models::configuracao_bot::ConfiguracaoBot;
use integrations::openai::{ChatClient, ModelReply, Role, Turn};
use rag::{Query, Retrieval};
use serde_json::{Value, json};

use super::intencao::{Intencao, classify};
use super::lastro::unfounded;
use super::prompt;
use crate::{Ctx, Result, knowledge, uso};

/// From this confidence on an answer without a model is given plainly; below, it says that it may not be what was meant.
/// The plan's threshold for tickets (phase 16.7).
const SEGURA: f32 = 0.7;

/// Why a person was called: nothing that was found is sure enough.
const NAO_ENCONTREI: &str = "Não encontrei a resposta no seu conhecimento.";
/// Likewise: what was found does not answer.
const NAO_RESPONDE: &str = "O conhecimento fala do assunto, mas não responde à pergunta.";
/// The reasons that a line more in the knowledge would take away.
pub(crate) const FALTA_CONHECIMENTO: [&str; 2] = [NAO_ENCONTREI, NAO_RESPONDE];

/// The model that answers, and whose bill its calls go on.
#[derive(Clone, Copy)]
pub struct Modelo<'a> {
    chat: &'a ChatClient,
    conta: Option<&'a Ctx>,
}

impl<'a> Modelo<'a> {
    /// On nobody's bill, as in a measurement.
    #[must_use]
    pub fn new(chat: &'a ChatClient) -> Self {
        Self { chat, conta: None }
    }

    fn of(ctx: &'a Ctx) -> Option<Self> {
        ctx.app.chat.as_ref().map(|chat| Self { chat, conta: Some(ctx) })
    }

    /// The reply, or why there is none, in words for the owner.
    async fn ask(self, system: &str, messages: &[Turn]) -> std::result::Result<ModelReply, &'static str> {
        let reply = match self.conta {
            Some(ctx) if !uso::permitido(ctx).await => return Err(uso::MOTIVO_LIMITE),
            Some(ctx) => uso::perguntar(ctx, self.chat, system, messages).await,
            None => self.chat.answer(system, messages).await,
        };
        reply.map_err(|e| {
            tracing::warn!(error = %e, "the model failed");
            "A IA não respondeu a tempo."
        })
    }
}

/// What is done with a turn.
#[derive(Clone, Debug, PartialEq)]
pub enum Decisao {
    /// The assistant answers.
    Responder {
        /// The message.
        texto: String,
        /// Calibrated; none for small talk.
        confianca: Option<f32>,
        /// The pieces it rests on, as the inbox shows them.
        fontes: Value,
        /// What else is known, for "por quê?" and for a later refit.
        detalhes: Value,
    },
    /// A person is called.
    Passar {
        /// For the owner, in words.
        motivo: &'static str,
        /// As far as it was judged.
        confianca: Option<f32>,
        /// As above.
        detalhes: Value,
    },
    /// The contato wants no more messages from the assistant.
    Parar,
    /// Nothing is to be said: a thumb up ends a talk.
    Calar,
}

/// What the contato asked, and what is known about it.
#[derive(Clone, Copy, Debug)]
pub struct Turno<'a> {
    /// Name of the business.
    pub empresa: &'a str,
    /// Everything the contato wrote since the last answer.
    pub pergunta: &'a str,
    /// What was said before, oldest first.
    pub memoria: &'a [Turn],
    /// How the business wants to be spoken for.
    pub config: &'a ConfiguracaoBot,
}

/// The first step: decided already, or to be searched for.
#[derive(Clone, Debug, PartialEq)]
pub enum Passo {
    /// No search is needed.
    Decidido(Decisao),
    /// The question, with what it leans on.
    Buscar(Query),
}

/// Decides on a turn of text.
pub(super) async fn decide(ctx: &Ctx, turno: &Turno<'_>) -> Result<Decisao> {
    let query = match triar(turno) {
        Passo::Decidido(decisao) => return Ok(decisao),
        Passo::Buscar(query) => query,
    };
    let modelo = Modelo::of(ctx);
    let found = buscar(modelo, turno, query, |q| async move { knowledge::retrieve(ctx, &q).await }).await?;
    Ok(responder(modelo, turno, &found).await)
}

/// What needs no search: small talk, a wish for a person, an attempt on the rules.
#[must_use]
pub fn triar(turno: &Turno<'_>) -> Passo {
    let tom = turno.config.tom.as_str();
    Passo::Decidido(match classify(turno.pergunta) {
        Intencao::Pergunta => return Passo::Buscar(Query::following(turno.pergunta, &antes(turno.memoria))),
        Intencao::Saudacao => conversa(&turno.config.saudacao),
        Intencao::Agradecimento => conversa(match tom {
            "FORMAL" => "Por nada. Permanecemos à disposição.",
            "TECNICO" => "Por nada. Se surgir outra dúvida, envie por aqui.",
            _ => "Por nada! Se precisar de mais alguma coisa, é só chamar.",
        }),
        Intencao::Despedida => conversa(match tom {
            "FORMAL" => "Agradecemos o contato. Até breve.",
            "TECNICO" => "Obrigado pelo contato. Até mais.",
            _ => "Até mais! Foi bom falar com você.",
        }),
        Intencao::Reacao => Decisao::Calar,
        Intencao::Parar => Decisao::Parar,
        Intencao::Pessoa => passar("O contato pediu uma pessoa.", None, Value::Null),
        Intencao::Ofensa => passar("O contato está irritado.", None, Value::Null),
        Intencao::Manipulacao => passar("A mensagem tenta mudar as regras da IA.", None, Value::Null),
    })
}

/// The contato's lines of the memory, newest first.
fn antes(memoria: &[Turn]) -> Vec<&str> {
    memoria.iter().rev().filter(|t| t.role == Role::User).map(|t| t.content.as_str()).collect()
}

/// Searches by `search`; where that gives too little for a question that leans on what was said before, once more for what
/// the model makes of it.
///
/// # Errors
/// Those of `search`.
pub async fn buscar<F, E>(
    modelo: Option<Modelo<'_>>,
    turno: &Turno<'_>,
    query: Query,
    search: impl Fn(Query) -> F,
) -> std::result::Result<Retrieval, E>
where
    F: Future<Output = std::result::Result<Retrieval, E>>,
{
    let found = search(query.clone()).await?;
    if found.confianca >= turno.config.limiar_confianca {
        return Ok(found);
    }
    let Some(rewritten) = reescrever(modelo, turno, &query).await else { return Ok(found) };
    let again = search(rewritten).await?;
    Ok(if again.confianca > found.confianca { again } else { found })
}

/// A question that leans on what was said before, made whole by the model; none without one, or if it fails: then the
/// rule's way of carrying words over has to do.
async fn reescrever(modelo: Option<Modelo<'_>>, turno: &Turno<'_>, query: &Query) -> Option<Query> {
    let modelo = modelo.filter(|_| query.leans() && !turno.memoria.is_empty())?;
    let mut messages = turno.memoria.to_vec();
    messages.push(Turn { role: Role::User, content: turno.pergunta.to_owned() });
    let reply = modelo.ask(prompt::REESCREVER, &messages).await.ok()?;
    (reply.answered && !reply.reply.trim().is_empty()).then(|| Query::new(reply.reply.trim()))
}

/// What the trial box shows: the reply without memory, or `None` where a person would be called.
pub(crate) async fn preview(
    ctx: &Ctx,
    empresa: &str,
    pergunta: &str,
    found: &Retrieval,
    config: &ConfiguracaoBot,
) -> Option<String> {
    let turno = Turno { empresa, pergunta, memoria: &[], config };
    match responder(Modelo::of(ctx), &turno, found).await {
        Decisao::Responder { texto, .. } => Some(texto),
        _ => None,
    }
}

/// Answers from what was found, or calls a person.
pub async fn responder(modelo: Option<Modelo<'_>>, turno: &Turno<'_>, found: &Retrieval) -> Decisao {
    let detalhes = json!({
        "perfil": found.perfil, "features": found.features, "versao": found.versao, "modo": found.modo,
    });
    let confianca = found.confianca;
    if confianca < turno.config.limiar_confianca {
        return passar(NAO_ENCONTREI, Some(confianca), detalhes);
    }
    match answer(modelo, turno, found).await {
        Ok(Some((texto, sources))) => {
            let used: Vec<_> = knowledge::fontes(found)
                .into_iter()
                .enumerate()
                .filter(|(i, _)| sources.contains(&(i + 1)))
                .map(|(_, f)| f)
                .collect();
            let fontes = serde_json::to_value(used).unwrap_or_default();
            Decisao::Responder { texto, confianca: Some(confianca), fontes, detalhes }
        }
        // The gate overrides a high retrieval score.
        Ok(None) => passar(NAO_RESPONDE, Some(confianca.min(0.49)), detalhes),
        Err(motivo) => passar(motivo, Some(confianca), detalhes),
    }
}

/// The reply with the pieces it rests on (from 1), `None` if they do not answer, or why there is no telling.
async fn answer(
    modelo: Option<Modelo<'_>>,
    turno: &Turno<'_>,
    found: &Retrieval,
) -> std::result::Result<Option<(String, Vec<usize>)>, &'static str> {
    let Some(modelo) = modelo else {
        // Keyless: the lines themselves, plainly quoted.
        return Ok(found
            .extrato
            .as_ref()
            .map(|e| (quoted(&e.texto, found.confianca, &turno.config.tom), vec![e.hit + 1])));
    };
    let mut messages = turno.memoria.to_vec();
    messages.push(Turn { role: Role::User, content: turno.pergunta.to_owned() });
    let system = prompt::system(turno.empresa, turno.config, &found.hits);
    let reply = modelo.ask(&system, &messages).await?;
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

/// Lines of the knowledge as an answer; with the way out where it may be another matter.
fn quoted(texto: &str, confianca: f32, tom: &str) -> String {
    if confianca >= SEGURA {
        return texto.to_owned();
    }
    let (antes, depois) = match tom {
        "FORMAL" => (
            "Encontrei a seguinte informação:",
            "Caso não seja isso, por favor escreva *atendente* e chamaremos uma pessoa da equipe.",
        ),
        "TECNICO" => ("Registro mais próximo:", "Não é isso? Escreva *atendente* para falar com uma pessoa."),
        _ => ("Encontrei isto, veja se ajuda:", "Se não for isso, escreva *atendente* que eu chamo uma pessoa."),
    };
    format!("{antes}\n\n{texto}\n\n{depois}")
}

fn conversa(texto: &str) -> Decisao {
    Decisao::Responder { texto: texto.to_owned(), confianca: None, fontes: Value::Null, detalhes: Value::Null }
}

fn passar(motivo: &'static str, confianca: Option<f32>, detalhes: Value) -> Decisao {
    Decisao::Passar { motivo, confianca, detalhes }
}
