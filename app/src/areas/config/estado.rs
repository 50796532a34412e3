//! The state of the page: what is saved, what stands in the form, what is wrong with it. The form itself is the truth, so
//! that what was typed before the WASM arrived is kept: [`Estado::ler`] reads it, [`Estado::escrever`] writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use contracts::{
    ErrorCode,
    config::{ConfigDto, ConfigUpdate, ESPERA_MINUTOS, ORCAMENTO_BRL, RETENCAO_DIAS, RETORNO_MINUTOS, TEXTO_MAX, TONS},
    modelos,
};
use leptos::{prelude::*, task::spawn_local};

use super::api::{config_get, config_put};
use crate::{
    browser,
    error::AppError,
    text::{self, Textos, fill, textos},
    ui::Toasts,
};

/// The fields with a text of the owner, in the order of the page.
pub const TEXTOS: [&str; 6] = ["saudacao", "fallback", "espera", "retorno_24h", "ninguem_respondeu", "fora_horario"];

/// The pace of the burst window: name of the choice, and its two bounds.
pub const JANELAS: [(&str, i32, i32); 3] =
    [("rapida", 1_000, 4_000), ("normal", 1_500, 6_000), ("paciente", 3_000, 12_000)];

macro_rules! cada_campo {
    ($m:ident) => {
        $m!(
            ia_ligada,
            tom,
            saudacao,
            fallback,
            espera,
            espera_minutos,
            retorno_24h,
            ninguem_respondeu,
            fora_horario,
            horario,
            retorno_minutos,
            limiar_confianca,
            retencao_dias,
            janela_min_ms,
            janela_max_ms,
            orcamento_mensal_brl
        )
    };
}

/// What leads from one to the other.
pub fn diferenca(de: &ConfigDto, para: &ConfigDto) -> ConfigUpdate {
    macro_rules! campos {
        ($($c:ident),+) => { ConfigUpdate { $($c: (de.$c != para.$c).then(|| para.$c.to_owned()),)+ versao: None } };
    }
    cada_campo!(campos)
}

/// `base` with these changes.
fn aplicar(base: &ConfigDto, mudancas: &ConfigUpdate) -> ConfigDto {
    let mut novo = base.clone();
    macro_rules! campos {
        ($($c:ident),+) => { $(if let Some(v) = &mudancas.$c { novo.$c = v.to_owned(); })+ };
    }
    cada_campo!(campos);
    novo
}

/// The names of what changes. The window is one choice with two columns.
fn nomes(mudancas: &ConfigUpdate) -> BTreeSet<String> {
    let json = serde_json::to_value(mudancas).unwrap_or_default();
    let chaves =
        json.as_object().into_iter().flatten().map(|(chave, _)| chave.replace("janela_max_ms", "janela_min_ms"));
    chaves.filter(|chave| chave != "versao").collect()
}

/// A text field by its name.
pub fn texto_de<'a>(c: &'a ConfigDto, campo: &str) -> &'a str {
    match campo {
        "saudacao" => &c.saudacao,
        "fallback" => &c.fallback,
        "espera" => &c.espera,
        "retorno_24h" => &c.retorno_24h,
        "ninguem_respondeu" => &c.ninguem_respondeu,
        _ => &c.fora_horario,
    }
}

fn texto_mut<'a>(c: &'a mut ConfigDto, campo: &str) -> &'a mut String {
    match campo {
        "saudacao" => &mut c.saudacao,
        "fallback" => &mut c.fallback,
        "espera" => &mut c.espera,
        "retorno_24h" => &mut c.retorno_24h,
        "ninguem_respondeu" => &mut c.ninguem_respondeu,
        _ => &mut c.fora_horario,
    }
}

/// Its label.
pub fn rotulo(t: &Textos, campo: &str) -> &'static str {
    let c = &t.config;
    match campo {
        "ia_ligada" => c.ia_ligada,
        "tom" => c.tom,
        "saudacao" => c.saudacao,
        "fallback" => c.fallback,
        "espera" => c.espera,
        "retorno_24h" => c.retorno_24h,
        "ninguem_respondeu" => c.ninguem_respondeu,
        "fora_horario" => c.fora_horario,
        "horario" => c.horario,
        "retorno_minutos" => c.retorno,
        "limiar_confianca" => c.limiar,
        "espera_minutos" => c.espera_minutos,
        "retencao_dias" => c.retencao,
        "orcamento_mensal_brl" => c.orcamento,
        _ => c.janela,
    }
}

/// `1.234,50`, `1234.5` or `R$ 80` as a number.
pub fn reais_de(texto: &str) -> Option<f64> {
    let limpo: String = texto.chars().filter(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).collect();
    let limpo = if limpo.contains(',') { limpo.replace('.', "").replace(',', ".") } else { limpo };
    limpo.parse::<f64>().ok().map(|v| (v * 100.0).round() / 100.0)
}

/// `R$ 1.234,50`.
pub fn reais(valor: f64) -> String {
    let centavos = (valor.max(0.0) * 100.0).round();
    let inteiro = crate::format::milhar((centavos / 100.0).floor() as usize);
    format!("R$ {inteiro},{:02}", (centavos % 100.0) as u32)
}

/// Minutes as a number and what it counts: hours where they are whole.
pub fn em_unidades(minutos: i32) -> (i32, i32) {
    if minutos >= 60 && minutos % 60 == 0 { (minutos / 60, 60) } else { (minutos, 1) }
}

/// Somebody else saved: what both of us changed, with what stands there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conflito {
    /// Label and the other's text, where it can be shown as one.
    pub dois: Vec<(&'static str, Option<String>)>,
}

/// The state, shared by the parts of the page.
#[derive(Clone, Copy)]
pub struct Estado {
    pub t: &'static Textos,
    pub salvo: RwSignal<ConfigDto>,
    pub form: RwSignal<ConfigDto>,
    /// Numbers that cannot be read, or are out of bounds; and what the server said.
    numeros: RwSignal<BTreeMap<&'static str, String>>,
    servidor: RwSignal<BTreeMap<String, String>>,
    /// Errors are shown once a field was left, or a save was tried.
    visitados: RwSignal<BTreeSet<String>>,
    pub conflito: RwSignal<Option<Conflito>>,
    pub ocupado: RwSignal<bool>,
    /// The last message field that had the focus, for what is inserted.
    pub foco: RwSignal<&'static str>,
    toasts: Toasts,
}

impl Estado {
    pub fn new(inicial: ConfigDto) -> Self {
        Self {
            t: textos(),
            salvo: RwSignal::new(inicial.clone()),
            form: RwSignal::new(inicial),
            numeros: RwSignal::new(BTreeMap::new()),
            servidor: RwSignal::new(BTreeMap::new()),
            visitados: RwSignal::new(BTreeSet::new()),
            conflito: RwSignal::new(None),
            ocupado: RwSignal::new(false),
            foco: RwSignal::new("saudacao"),
            toasts: Toasts::expect(),
        }
    }

    /// How many settings differ from what is saved.
    pub fn mudancas(self) -> usize {
        self.form.with(|f| self.salvo.with(|s| nomes(&diferenca(s, f)).len())) + self.ilegiveis()
    }

    /// A number that cannot be read is a change too, though it is in no form.
    fn ilegiveis(self) -> usize {
        self.numeros.with(BTreeMap::len)
    }

    /// What is wrong with a field, if it is to be shown.
    pub fn erro(self, campo: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            if let Some(frase) = self.servidor.with(|s| s.get(campo).cloned()) {
                return Some(frase);
            }
            let longo = TEXTOS.contains(&campo) && self.form.with(|f| texto_de(f, campo).chars().count()) > TEXTO_MAX;
            let visto = self.visitados.with(|v| v.contains(campo));
            if visto || longo { self.julgar(campo) } else { None }
        })
    }

    fn julgar(self, campo: &'static str) -> Option<String> {
        let c = &self.t.config;
        if let Some(frase) = self.numeros.with(|n| n.get(campo).cloned()) {
            return Some(frase);
        }
        if TEXTOS.contains(&campo) {
            return self.form.with(|f| erro_texto(self.t, texto_de(f, campo)));
        }
        match campo {
            "horario" => self.form.with(|f| f.horario.agenda().err()).map(|frase| match self.t.idioma {
                text::Idioma::PtBr => frase,
                text::Idioma::En => c.erro_horario.to_owned(),
            }),
            "orcamento_mensal_brl" => self.form.with(|f| {
                let acima = f.orcamento_mensal_brl.is_some_and(|v| v > f.orcamento_maximo_brl);
                acima.then(|| fill(c.orcamento_max, &[("maximo", &reais(f.orcamento_maximo_brl))]))
            }),
            _ => None,
        }
    }

    fn errados(self) -> Vec<&'static str> {
        let outros = ["espera_minutos", "retorno_minutos", "horario", "orcamento_mensal_brl", "retencao_dias"];
        TEXTOS.into_iter().chain(outros).filter(|campo| self.julgar(campo).is_some()).collect()
    }

    /// A field was left.
    pub fn saiu(self, nome: &str) {
        let nome = nome.strip_prefix("form[").and_then(|n| n.strip_suffix(']')).unwrap_or(nome);
        let campo = match nome {
            "retorno_valor" => "retorno_minutos",
            "orcamento_valor" => "orcamento_mensal_brl",
            outro => outro,
        };
        if !campo.is_empty() {
            self.visitados.update(|v| {
                v.insert(campo.to_owned());
            });
        }
    }

    /// Reads the form.
    pub fn ler(self) {
        let mut novo = self.form.get_untracked();
        let mut numeros = BTreeMap::new();
        for campo in TEXTOS {
            if let Some(texto) = browser::field_value(campo) {
                *texto_mut(&mut novo, campo) = texto.replace("\r\n", "\n");
            }
        }
        if let Some(ligada) = browser::field_checked("ia_ligada") {
            novo.ia_ligada = ligada;
        }
        if let Some(tom) = TONS.iter().find(|tom| browser::field_checked(&format!("tom-{tom}")) == Some(true)) {
            novo.tom = (*tom).to_owned();
        }
        if let Some(v) = browser::field_value("limiar_confianca").and_then(|v| v.parse::<f32>().ok()) {
            // A slider has steps; one that was not touched does not change what lies between them.
            if (v - novo.limiar_confianca).abs() > 0.026 || (v - passo(novo.limiar_confianca)).abs() > 0.001 {
                novo.limiar_confianca = v;
            }
        }
        let t = self.t;
        let mut inteiro = |id: &str, campo: &'static str, fator: i32, limites: &RangeInclusive<i32>, alvo: &mut i32| {
            let Some(texto) = browser::field_value(id) else { return };
            let valor = texto.trim().parse::<i32>().ok().map(|n| n.saturating_mul(fator));
            match valor.filter(|n| limites.contains(n)) {
                Some(n) => *alvo = n,
                None => {
                    let (de, ate) = (limites.start() / fator, limites.end() / fator);
                    let frase = fill(t.config.erro_entre, &[("de", &de.max(1).to_string()), ("ate", &ate.to_string())]);
                    numeros.insert(campo, frase);
                }
            }
        };
        inteiro("espera_minutos", "espera_minutos", 1, &ESPERA_MINUTOS, &mut novo.espera_minutos);
        let fator = if browser::field_checked("retorno-horas") == Some(true) { 60 } else { 1 };
        inteiro("retorno_valor", "retorno_minutos", fator, &RETORNO_MINUTOS, &mut novo.retorno_minutos);
        inteiro("retencao_dias", "retencao_dias", 1, &RETENCAO_DIAS, &mut novo.retencao_dias);
        for (nome, min, max) in JANELAS {
            if browser::field_checked(&format!("janela-{nome}")) == Some(true) {
                (novo.janela_min_ms, novo.janela_max_ms) = (min, max);
            }
        }
        if browser::field_checked("orcamento-padrao") == Some(true) {
            novo.orcamento_mensal_brl = None;
        } else if browser::field_checked("orcamento-meu") == Some(true) {
            match browser::field_value("orcamento_valor")
                .and_then(|v| reais_de(&v))
                .filter(|v| ORCAMENTO_BRL.contains(v))
            {
                Some(v) => novo.orcamento_mensal_brl = Some(v),
                None => {
                    let maximo = reais(novo.orcamento_maximo_brl);
                    numeros.insert(
                        "orcamento_mensal_brl",
                        fill(t.config.erro_entre, &[("de", "R$ 1,00"), ("ate", &maximo)]),
                    );
                }
            }
        }
        if self.numeros.with_untracked(|n| *n != numeros) {
            self.numeros.set(numeros);
        }
        if self.form.with_untracked(|f| *f != novo) {
            self.servidor.update(BTreeMap::clear);
            self.form.set(novo);
        }
    }

    /// Writes the form; hours follow the signal by themselves.
    fn escrever(self, c: &ConfigDto) {
        for campo in TEXTOS {
            browser::set_field_value(campo, texto_de(c, campo));
        }
        browser::set_field_checked("ia_ligada", c.ia_ligada);
        browser::set_field_checked(&format!("tom-{}", c.tom), true);
        browser::set_field_value("limiar_confianca", &passo(c.limiar_confianca).to_string());
        browser::set_field_value("espera_minutos", &c.espera_minutos.to_string());
        let (n, fator) = em_unidades(c.retorno_minutos);
        browser::set_field_value("retorno_valor", &n.to_string());
        browser::set_field_checked(if fator == 60 { "retorno-horas" } else { "retorno-minutos" }, true);
        browser::set_field_value("retencao_dias", &c.retencao_dias.to_string());
        browser::set_field_checked(&format!("janela-{}", janela_de(c)), true);
        let meu = c.orcamento_mensal_brl.is_some();
        browser::set_field_checked(if meu { "orcamento-meu" } else { "orcamento-padrao" }, true);
        if let Some(v) = c.orcamento_mensal_brl {
            browser::set_field_value("orcamento_valor", &reais(v));
        }
        self.numeros.update(BTreeMap::clear);
        self.servidor.update(BTreeMap::clear);
        self.form.set(c.clone());
    }

    /// Changes the form by a button.
    pub fn mudar(self, f: impl FnOnce(&mut ConfigDto)) {
        let mut novo = self.form.get_untracked();
        f(&mut novo);
        self.escrever(&novo);
    }

    /// Back to what is saved.
    pub fn descartar(self) {
        self.conflito.set(None);
        self.visitados.update(BTreeSet::clear);
        let salvo = self.salvo.get_untracked();
        self.escrever(&salvo);
    }

    /// The tone has changed: texts of ours follow it, the owner's own stay.
    pub fn trocou_tom(self) {
        self.ler();
        let tom = self.form.with_untracked(|f| f.tom.clone());
        let prontos = modelos::prontos(&tom);
        self.mudar(|c| {
            for campo in TEXTOS {
                if modelos::e_pronto(campo, texto_de(c, campo)) {
                    *texto_mut(c, campo) = prontos.de(campo).to_owned();
                }
            }
        });
    }

    /// The fields whose text is the owner's own.
    pub fn proprios(self) -> Vec<&'static str> {
        self.form.with(|f| TEXTOS.into_iter().filter(|campo| !modelos::e_pronto(campo, texto_de(f, campo))).collect())
    }

    /// All texts become those of the tone.
    pub fn usar_prontos(self) {
        self.mudar(|c| {
            let prontos = modelos::prontos(&c.tom);
            for campo in TEXTOS {
                *texto_mut(c, campo) = prontos.de(campo).to_owned();
            }
        });
    }

    /// Saves what has changed over the version that was edited here.
    pub fn salvar(self) {
        if self.ocupado.get_untracked() {
            return;
        }
        self.ler();
        let errados = untrack(|| self.errados());
        if let Some(primeiro) = errados.first() {
            self.visitados.update(|v| v.extend(errados.iter().map(|c| (*c).to_owned())));
            self.toasts.ruim(self.t.config.falhou, self.t.config.corrigir);
            browser::focus(match *primeiro {
                "retorno_minutos" => "retorno_valor",
                "orcamento_mensal_brl" => "orcamento_valor",
                "horario" => "t-horario",
                campo => campo,
            });
            return;
        }
        let enviado = self.form.get_untracked();
        let mudancas = self.salvo.with_untracked(|s| diferenca(s, &enviado));
        if nomes(&mudancas).is_empty() {
            self.toasts.bom(self.t.config.sem_mudancas);
            return;
        }
        let versao = self.salvo.with_untracked(|s| s.versao);
        self.ocupado.set(true);
        spawn_local(async move {
            let resposta = config_put(ConfigUpdate { versao: Some(versao), ..mudancas }).await;
            if self.ocupado.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(novo) => {
                    // What was typed while it was being saved stays unsaved.
                    let depois = self.form.with_untracked(|f| diferenca(&enviado, f));
                    self.conflito.set(None);
                    self.form.set(aplicar(&novo, &depois));
                    self.salvo.set(novo);
                    self.toasts.bom(self.t.config.salvo);
                }
                Err(erro) if erro.code() == ErrorCode::Conflict => self.juntar().await,
                Err(erro) => self.falhou(&erro),
            }
        });
    }

    fn falhou(self, erro: &AppError) {
        browser::leave_if_signed_out(erro);
        if erro.code() == ErrorCode::Validation {
            self.servidor.set(erro.0.fields.clone());
        }
        let frase = format!("{} {}", text::erro(self.t, erro), self.t.config.mantido);
        self.toasts.ruim(self.t.config.falhou, frase);
    }

    /// Another tab has saved: its version becomes the base, what was changed here stays on top of it.
    async fn juntar(self) {
        let novo = match config_get().await {
            Ok(novo) => novo,
            Err(erro) => return self.falhou(&erro),
        };
        if self.form.is_disposed() {
            return;
        }
        let base = self.salvo.get_untracked();
        let minhas = self.form.with_untracked(|f| diferenca(&base, f));
        let delas = nomes(&diferenca(&base, &novo));
        let junto = aplicar(&novo, &minhas);
        let ainda = nomes(&diferenca(&novo, &junto));
        let dois = nomes(&minhas).into_iter().filter(|c| delas.contains(c) && ainda.contains(c)).map(|campo| {
            let texto = TEXTOS.contains(&campo.as_str()).then(|| texto_de(&novo, &campo).to_owned());
            (rotulo(self.t, &campo), texto)
        });
        self.conflito.set(Some(Conflito { dois: dois.collect() }));
        self.salvo.set(novo);
        self.escrever(&junto);
        browser::focus("conflito");
    }
}

/// The choice that a window is, or `propria`.
pub fn janela_de(c: &ConfigDto) -> &'static str {
    let igual = |(_, min, max): &&(&str, i32, i32)| c.janela_min_ms == *min && c.janela_max_ms == *max;
    JANELAS.iter().find(igual).map_or("propria", |(nome, _, _)| nome)
}

/// On the steps of the slider.
pub fn passo(limiar: f32) -> f32 {
    ((limiar.clamp(0.1, 0.95) * 20.0).round() / 20.0 * 100.0).round() / 100.0
}

/// What is wrong with a text.
fn erro_texto(t: &Textos, texto: &str) -> Option<String> {
    if texto.trim().is_empty() {
        return Some(t.config.erro_vazio.to_owned());
    }
    let n = texto.chars().count();
    if n > TEXTO_MAX {
        return Some(fill(t.config.erro_longo, &[("limite", &TEXTO_MAX.to_string()), ("n", &n.to_string())]));
    }
    modelos::desconhecidas(texto).first().map(|marca| fill(t.config.erro_marca, &[("marca", marca)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> ConfigDto {
        ConfigDto {
            ia_ligada: true,
            tom: "CASUAL".into(),
            saudacao: "Oi".into(),
            fallback: "Já chamo".into(),
            espera: "Espere".into(),
            espera_minutos: 10,
            retorno_24h: "Voltei".into(),
            ninguem_respondeu: "Desculpe".into(),
            fora_horario: "Fechado".into(),
            horario: contracts::horario::Horario::default(),
            retorno_minutos: 1_440,
            limiar_confianca: 0.5,
            retencao_dias: 30,
            janela_min_ms: 1_500,
            janela_max_ms: 6_000,
            orcamento_mensal_brl: None,
            orcamento_padrao_brl: None,
            orcamento_maximo_brl: 10_000.0,
            versao: 1,
            updated_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn two_sets_of_changes_are_merged() {
        let base = config();
        let minha = ConfigDto { saudacao: "Olá".into(), espera: "Minha".into(), ..base.clone() };
        let dela =
            ConfigDto { espera: "Dela".into(), tom: "FORMAL".into(), janela_max_ms: 7_000, versao: 2, ..base.clone() };
        let junto = aplicar(&dela, &diferenca(&base, &minha));
        assert_eq!((junto.saudacao.as_str(), junto.espera.as_str(), junto.tom.as_str()), ("Olá", "Minha", "FORMAL"));
        assert_eq!((junto.versao, junto.janela_max_ms), (2, 7_000));
        let nomes = |de: &ConfigDto, para: &ConfigDto| nomes(&diferenca(de, para)).into_iter().collect::<Vec<_>>();
        assert_eq!(nomes(&base, &dela), ["espera", "janela_min_ms", "tom"]);
        assert!(nomes(&base, &base).is_empty());
        let sem = ConfigDto { orcamento_mensal_brl: Some(50.0), ..base.clone() };
        assert_eq!(diferenca(&sem, &base).orcamento_mensal_brl, Some(None));
    }

    #[test]
    fn money_and_hours_are_read_as_people_write_them() {
        for (texto, valor) in [("80", 80.0), ("R$ 1.234,50", 1234.5), ("99.9", 99.9), ("0,1", 0.1)] {
            assert_eq!(reais_de(texto), Some(valor), "{texto}");
        }
        assert_eq!(reais_de("muito"), None);
        assert_eq!([reais(1234.5), reais(0.0), reais(0.999)], ["R$ 1.234,50", "R$ 0,00", "R$ 1,00"]);
        assert_eq!([em_unidades(1_440), em_unidades(90), em_unidades(5)], [(24, 60), (90, 1), (5, 1)]);
    }
}
