//! How a cliente's assistant speaks, when people are there, and how long messages are kept (plan, phase 7).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::horario::Horario;
use crate::modelos;
use crate::validate::sem_nul;

/// Longest text of the assistant, in characters: it is read on a phone.
pub const TEXTO_MAX: usize = 300;
/// Minutes without a sign of a person after which the assistant returns: 5 minutes to 3 days.
pub const RETORNO_MINUTOS: RangeInclusive<i32> = 5..=4_320;
/// Days for which messages are kept. Below a week, receipts, repeated deliveries (24 hours) and the return (3 days) would
/// meet a thread that is gone, and the owner could not look back over a weekend; above a year, the LGPD (art. 6, III: no more
/// than the purpose needs) leaves nothing to argue with for conversations of customer service.
pub const RETENCAO_DIAS: RangeInclusive<i32> = 7..=365;
/// Minutes of waiting for a person after which `espera` is sent: sooner it is only noise, after four hours it helps nobody.
pub const ESPERA_MINUTOS: RangeInclusive<i32> = 2..=240;
/// A month's budget in reais that makes sense; to stop the assistant there is a switch.
pub const ORCAMENTO_BRL: RangeInclusive<f64> = 1.0..=10_000.0;
/// The values of `tom`.
pub const TONS: &[&str] = &["FORMAL", "CASUAL", "TECNICO"];

/// Bounds of the burst window, milliseconds: below, a second line is missed; above, nobody waits so long.
const JANELA_MS: RangeInclusive<i32> = 500..=15_000;

/// Distinguishes `null` (back to the default) from a member that is left out.
fn presente<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<Option<f64>>, D::Error> {
    Option::deserialize(d).map(Some)
}

/// `GET /api/v1/config`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfigDto {
    /// `false`: nothing automatic is sent, and every conversa waits for a person.
    pub ia_ligada: bool,
    /// `FORMAL`, `CASUAL` or `TECNICO`.
    pub tom: String,
    /// The answer to a greeting.
    pub saudacao: String,
    /// Sent when a person is called.
    pub fallback: String,
    /// Sent once while somebody waits for a person, after `espera_minutos`.
    pub espera: String,
    /// Minutes of waiting, in business hours, after which `espera` is sent, 2 to 240.
    pub espera_minutos: i32,
    /// Sent when the assistant returns after a person has been silent.
    pub retorno_24h: String,
    /// Sent when the assistant returns because no person has answered.
    pub ninguem_respondeu: String,
    /// Sent instead of `fallback` while the business is closed.
    pub fora_horario: String,
    /// When the business is open; without any time it always is.
    pub horario: Horario,
    /// Minutes without a sign of a person after which the assistant returns, 5 to 4,320.
    pub retorno_minutos: i32,
    /// Below this confidence a person is called; 0 to 1.
    pub limiar_confianca: f32,
    /// Days for which messages are kept, 7 to 365.
    pub retencao_dias: i32,
    /// Milliseconds that the assistant waits after a message that reads complete.
    pub janela_min_ms: i32,
    /// Milliseconds that it waits at most after one that does not.
    pub janela_max_ms: i32,
    /// What the models may cost in a month, in reais; `null`: `orcamento_padrao_brl` holds.
    pub orcamento_mensal_brl: Option<f64>,
    /// The default of this installation; `null`: none.
    pub orcamento_padrao_brl: Option<f64>,
    /// The highest budget that can be chosen here.
    pub orcamento_maximo_brl: f64,
    /// Grows by one at each save; send it back to notice a save in between.
    pub versao: i32,
    /// Time of the last save.
    pub updated_at: DateTime<Utc>,
}

/// `PUT /api/v1/config`. What is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ConfigUpdate {
    /// Whether anything automatic is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ia_ligada: Option<bool>,
    /// `FORMAL`, `CASUAL` or `TECNICO`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tom: Option<String>,
    /// 1 to 300 characters; takes {nome}, {loja} and {horario}.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saudacao: Option<String>,
    /// 1 to 300 characters; takes {nome}, {loja} and {horario}.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// 1 to 300 characters; takes {nome}, {loja} and {horario}.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub espera: Option<String>,
    /// 1 to 300 characters; takes {nome}, {loja} and {horario}.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retorno_24h: Option<String>,
    /// 1 to 300 characters; takes {nome}, {loja} and {horario}.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ninguem_respondeu: Option<String>,
    /// 1 to 300 characters; takes {nome}, {loja} and {horario}.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fora_horario: Option<String>,
    /// Replaced as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horario: Option<Horario>,
    /// 2 to 240 minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub espera_minutos: Option<i32>,
    /// 5 to 4,320 minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retorno_minutos: Option<i32>,
    /// 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limiar_confianca: Option<f32>,
    /// 7 to 365 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retencao_dias: Option<i32>,
    /// 500 to 15,000 ms; not above `janela_max_ms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub janela_min_ms: Option<i32>,
    /// 500 to 15,000 ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub janela_max_ms: Option<i32>,
    /// 1 to 10,000 reais, and not above `orcamento_maximo_brl`; `null` for the default.
    #[serde(deserialize_with = "presente", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub orcamento_mensal_brl: Option<Option<f64>>,
    /// The version that was edited; a newer one in the database answers `conflict`. Left out: last one wins.
    pub versao: Option<i32>,
}

impl ConfigUpdate {
    /// What is wrong with which field, each in a sentence; empty where nothing is.
    pub fn errors(&self) -> BTreeMap<String, String> {
        let textos = [
            ("saudacao", &self.saudacao),
            ("fallback", &self.fallback),
            ("espera", &self.espera),
            ("retorno_24h", &self.retorno_24h),
            ("ninguem_respondeu", &self.ninguem_respondeu),
            ("fora_horario", &self.fora_horario),
        ];
        let textos = textos.into_iter().filter_map(|(nome, t)| Some((nome, texto(t.as_deref()?))));
        let outros = [
            ("tom", self.tom.as_deref().map(tom)),
            ("horario", self.horario.as_ref().map(|h| h.agenda().map(|_| ()))),
            (
                "retorno_minutos",
                self.retorno_minutos.map(|n| entre(n, &RETORNO_MINUTOS, "minutos (5 minutos a 3 dias)")),
            ),
            ("limiar_confianca", self.limiar_confianca.map(limiar)),
            ("espera_minutos", self.espera_minutos.map(|n| entre(n, &ESPERA_MINUTOS, "minutos"))),
            ("orcamento_mensal_brl", self.orcamento_mensal_brl.flatten().map(orcamento)),
            ("retencao_dias", self.retencao_dias.map(|n| entre(n, &RETENCAO_DIAS, "dias"))),
            ("janela_min_ms", self.janela_min_ms.map(|n| entre(n, &JANELA_MS, "milissegundos"))),
            ("janela_max_ms", self.janela_max_ms.map(|n| entre(n, &JANELA_MS, "milissegundos"))),
        ];
        let outros = outros.into_iter().filter_map(|(nome, r)| Some((nome, r?)));
        textos.chain(outros).filter_map(|(nome, r)| Some((nome.to_owned(), r.err()?))).collect()
    }
}

fn texto(texto: &str) -> Result<(), String> {
    if texto.trim().is_empty() {
        return Err("Escreva uma mensagem: ela é enviada a quem conversa com você.".into());
    }
    let n = texto.chars().count();
    if n > TEXTO_MAX {
        return Err(format!("A mensagem pode ter até {TEXTO_MAX} caracteres e tem {n}."));
    }
    if let Some(marca) = modelos::desconhecidas(texto).first() {
        return Err(format!("Não conhecemos {marca}. Use {{nome}}, {{loja}} ou {{horario}}, ou tire as chaves."));
    }
    sem_nul(texto)
}

fn orcamento(brl: f64) -> Result<(), String> {
    if ORCAMENTO_BRL.contains(&brl) { Ok(()) } else { Err("Informe de R$ 1 a R$ 10.000 por mês.".into()) }
}

fn tom(tom: &str) -> Result<(), String> {
    if TONS.contains(&tom) { Ok(()) } else { Err("Escolha FORMAL, CASUAL ou TECNICO.".into()) }
}

fn entre(n: i32, limites: &RangeInclusive<i32>, unidade: &str) -> Result<(), String> {
    if limites.contains(&n) {
        return Ok(());
    }
    Err(format!("Informe de {} a {} {unidade}.", limites.start(), limites.end()))
}

fn limiar(limiar: f32) -> Result<(), String> {
    if (0.0..=1.0).contains(&limiar) { Ok(()) } else { Err("A confiança vai de 0 a 1.".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_has_its_own_sentence() {
        let bad = ConfigUpdate {
            tom: Some("GRITANDO".into()),
            saudacao: Some("  ".into()),
            fallback: Some("é".repeat(301)),
            espera: Some("a\0".into()),
            fora_horario: Some("Ligue para {telefone}.".into()),
            espera_minutos: Some(1),
            orcamento_mensal_brl: Some(Some(0.5)),
            retorno_minutos: Some(4),
            limiar_confianca: Some(f32::NAN),
            retencao_dias: Some(366),
            horario: Some(Horario { feriados: vec!["ontem".into()], ..Horario::default() }),
            ..ConfigUpdate::default()
        };
        let errors = bad.errors();
        let expected = [
            "espera",
            "espera_minutos",
            "fallback",
            "fora_horario",
            "horario",
            "limiar_confianca",
            "orcamento_mensal_brl",
            "retencao_dias",
            "retorno_minutos",
            "saudacao",
            "tom",
        ];
        assert_eq!(errors.keys().collect::<Vec<_>>(), expected);
        assert!(errors["fallback"].contains("301"), "{errors:?}");
        assert!(errors["fora_horario"].contains("{telefone}"), "{errors:?}");
        assert_eq!(ConfigUpdate::default().errors(), BTreeMap::new());
        let good = ConfigUpdate {
            saudacao: Some("é".repeat(300)),
            retorno_minutos: Some(5),
            retencao_dias: Some(7),
            limiar_confianca: Some(1.0),
            ..ConfigUpdate::default()
        };
        assert_eq!(good.errors(), BTreeMap::new());
        let of = |json: &str| serde_json::from_str::<ConfigUpdate>(json).unwrap().orcamento_mensal_brl;
        assert_eq!(of("{}"), None);
        assert_eq!(of(r#"{"orcamento_mensal_brl":null}"#), Some(None));
        assert_eq!(of(r#"{"orcamento_mensal_brl":50}"#), Some(Some(50.0)));
        assert_eq!(serde_json::to_string(&ConfigUpdate::default()).unwrap(), r#"{"versao":null}"#);
    }
}
