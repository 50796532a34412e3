//! How the cliente stands, in words, with the one thing to do about it.

use chrono::{DateTime, Utc};
use contracts::{StatusCliente, assinatura::AssinaturaDto};
use leptos::prelude::*;

use crate::{
    areas::dashboard::numeros::reais,
    text::{Textos, fill, textos},
    time,
    ui::{Icone, Tom},
};

/// `em 22/12`.
pub(super) fn em_dia(t: &Textos, em: DateTime<Utc>, agora: DateTime<Utc>) -> String {
    fill(t.assinatura.em_dia, &[("dia", &time::data(time::dia(em), time::dia(agora)))])
}

/// `R$ 149,00`.
pub(super) fn centavos(t: &Textos, valor: i64) -> String {
    reais(t, valor as f64 / 100.0)
}

/// Where the payment portal opens, by a link: it works before the WASM and in another tab.
pub(super) fn portal(fluxo: contracts::FluxoPortal) -> String {
    format!("/dashboard/assinatura/portal?fluxo={fluxo}")
}

/// The checkout with the plan that one had.
pub(super) fn assinar(a: &AssinaturaDto) -> String {
    let Some(plano) = &a.plano else { return "/precos".to_owned() };
    let ciclo = if a.periodicidade == Some(contracts::Periodicidade::Anual) { "ano" } else { "mes" };
    format!("/checkout?plano={}&ciclo={ciclo}", plano.codigo)
}

/// A link out of the hydrated part.
pub(super) fn botao(classe: &'static str, href: String, icone: &'static str, nome: impl Into<String>) -> AnyView {
    let nome = nome.into();
    view! { <a class=format!("btn {classe}") href=href rel="external"><Icone nome=icone/>{nome}</a> }.into_any()
}

struct Palavras {
    tom: Tom,
    icone: &'static str,
    titulo: String,
    texto: String,
    acoes: Vec<AnyView>,
}

fn palavras(a: &AssinaturaDto, t: &'static Textos, agora: DateTime<Utc>) -> Palavras {
    use contracts::FluxoPortal::{Cartao, Inicio};
    let p = &t.assinatura;
    let dia = |em| em_dia(t, em, agora);
    let valor = a.valor_centavos.map(|v| centavos(t, v)).unwrap_or_default();
    let apaga = |frase| a.apaga_em.map(|em| format!(" {}", fill(frase, &[("quando", &dia(em))]))).unwrap_or_default();
    let com_valor = |sem: &'static str, com: &'static str| match a.pagamento_centavos {
        Some(v) => fill(com, &[("valor", &centavos(t, v))]),
        None => sem.to_owned(),
    };
    let exportar = || {
        view! { <a class="btn btn-secondary" href="/api/v1/me/exportar" download rel="external"><Icone nome="download"/>{p.exportar}</a> }
            .into_any()
    };
    let voltar = |nome: String| match (&a.pagamento_url, a.pode_assinar) {
        (Some(url), false) => Some(botao("btn-primary", url.clone(), "credit-card", nome)),
        _ if a.pode_assinar => Some(botao("btn-primary", assinar(a), "credit-card", p.assinar)),
        _ => a.gerenciavel.then(|| botao("btn-primary", portal(Inicio), "credit-card", nome)),
    };
    if let Some(boleto) = &a.boleto {
        let titulo = fill(p.boleto, &[("valor", &centavos(t, boleto.valor_centavos))]);
        let ver = botao("btn-primary", format!("/checkout/{}", boleto.checkout), "receipt", p.boleto_ver);
        let texto = format!("{}{}", p.boleto_texto, apaga(p.apaga_sem_pagar));
        return Palavras { tom: Tom::Aviso, icone: "clock", titulo, texto, acoes: vec![ver] };
    }
    let (tom, icone, titulo, texto, acoes) = match a.status {
        StatusCliente::Suspenso => {
            let pagar = voltar(com_valor(p.reativar, p.reativar_valor));
            let texto = format!("{}{}", p.suspensa_texto, apaga(p.apaga_sem_pagar));
            (Tom::Perigo, "ban", p.suspensa.to_owned(), texto, pagar.into_iter().chain([exportar()]).collect())
        }
        StatusCliente::Cancelado => {
            let acoes = voltar(p.assinar.to_owned()).into_iter().chain([exportar()]).collect();
            (Tom::Perigo, "ban", p.cancelada.to_owned(), format!("{}{}", p.cancelada_texto, apaga(p.apaga)), acoes)
        }
        StatusCliente::Inadimplente => {
            let texto = match a.suspende_em {
                Some(em) => fill(p.atrasada_texto, &[("quando", &time::data(time::dia(em), time::dia(agora)))]),
                None => p.atrasada_sem_data.to_owned(),
            };
            let cartao = a.gerenciavel.then(|| botao("btn-secondary", portal(Cartao), "credit-card", p.trocar_cartao));
            (
                Tom::Aviso,
                "triangle-alert",
                p.atrasada.to_owned(),
                texto,
                voltar(com_valor(p.pagar, p.pagar_valor)).into_iter().chain(cartao).collect(),
            )
        }
        StatusCliente::Pendente => (
            Tom::Info,
            "clock",
            p.pendente.to_owned(),
            p.pendente_texto.to_owned(),
            voltar(com_valor(p.pagar, p.pagar_valor)).into_iter().collect(),
        ),
        StatusCliente::Ativo => match (a.cancela_em, a.teste_ate.filter(|ate| *ate > agora), a.plano.is_some()) {
            (Some(em), ..) => {
                let desfazer = a.gerenciavel.then(|| botao("btn-primary", portal(Inicio), "rotate-ccw", p.desfazer));
                let titulo = fill(p.termina, &[("quando", &dia(em))]);
                (
                    Tom::Aviso,
                    "clock",
                    titulo,
                    format!("{}{}", p.termina_texto, apaga(p.apaga)),
                    desfazer.into_iter().collect(),
                )
            }
            (None, Some(ate), _) => {
                let quando = time::data(time::dia(ate), time::dia(agora));
                let texto = fill(p.teste_texto, &[("quando", &quando), ("valor", &valor)]);
                (Tom::Info, "clock", p.teste.to_owned(), texto, Vec::new())
            }
            (None, None, false) if !a.gerenciavel => {
                let ver = a.pode_assinar.then(|| botao("btn-secondary", "/precos".to_owned(), "tag", p.ver_planos));
                (Tom::Neutro, "info", p.nenhuma.to_owned(), p.nenhuma_texto.to_owned(), ver.into_iter().collect())
            }
            (None, None, _) => {
                let texto = match a.proxima_cobranca.filter(|_| !valor.is_empty()) {
                    Some(em) => fill(p.ativa_texto, &[("valor", &valor), ("quando", &dia(em))]),
                    None => p.ativa_sem_data.to_owned(),
                };
                (Tom::Bom, "circle-check", p.ativa.to_owned(), texto, Vec::new())
            }
        },
    };
    Palavras { tom, icone, titulo, texto, acoes }
}

/// The card above everything else.
#[component]
pub(super) fn Situacao(
    /// How it is.
    assinatura: AssinaturaDto,
    /// Now, as the page was written for.
    agora: DateTime<Utc>,
) -> impl IntoView {
    let t = textos();
    let Palavras { tom, icone, titulo, texto, acoes } = palavras(&assinatura, t, agora);
    view! {
        <section class=format!("card situacao {}", tom.classe()) aria-labelledby="t-situacao">
            <span class="situacao-sinal"><Icone nome=icone/></span>
            <div><h2 class="card-big" id="t-situacao">{titulo}</h2><p>{texto}</p></div>
            {(!acoes.is_empty()).then(|| view! { <div class="cluster">{acoes}</div> })}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::PT;

    fn nada() -> AssinaturaDto {
        AssinaturaDto {
            status: StatusCliente::Ativo,
            plano: None,
            periodicidade: None,
            proxima_cobranca: None,
            valor_centavos: None,
            teste_ate: None,
            cancela_em: None,
            inadimplente_desde: None,
            suspende_em: None,
            apaga_em: None,
            pagamento_url: None,
            pagamento_centavos: None,
            boleto: None,
            gerenciavel: false,
            pode_assinar: false,
        }
    }

    fn em(texto: &str) -> DateTime<Utc> {
        texto.parse().unwrap()
    }

    #[test]
    fn each_standing_is_said_with_its_day() {
        // Buttons with icons hold signals.
        let owner = leptos::prelude::Owner::new();
        owner.set();
        let agora = em("2026-11-22T12:00:00Z");
        let dito = |a: AssinaturaDto| {
            let p = palavras(&a, &PT, agora);
            format!("{}. {}", p.titulo, p.texto)
        };
        assert!(dito(nada()).starts_with("Esta conta não tem assinatura."));
        let ativa = AssinaturaDto {
            gerenciavel: true,
            valor_centavos: Some(14_900),
            proxima_cobranca: Some(em("2026-12-22T12:00:00Z")),
            ..nada()
        };
        assert_eq!(dito(ativa.clone()), "Assinatura ativa. A próxima cobrança é de R$ 149,00, em 22/12.");
        let teste = AssinaturaDto { teste_ate: Some(em("2026-11-29T12:00:00Z")), ..ativa.clone() };
        assert!(dito(teste.clone()).contains("O teste vai até 29/11."));
        // Over, it is no trial any more, whatever the row still says.
        let depois = AssinaturaDto { teste_ate: Some(em("2026-11-21T12:00:00Z")), ..teste };
        assert!(dito(depois).starts_with("Assinatura ativa."));
        let fim = AssinaturaDto { cancela_em: Some(em("2027-01-05T12:00:00Z")), ..ativa.clone() };
        assert!(dito(fim).starts_with("Sua assinatura termina em 05/01/2027."));
        let atraso = AssinaturaDto {
            status: StatusCliente::Inadimplente,
            suspende_em: Some(em("2026-11-28T12:00:00Z")),
            ..ativa.clone()
        };
        assert!(dito(atraso).contains("O assistente responde até 28/11;"));
        let suspensa =
            AssinaturaDto { status: StatusCliente::Suspenso, apaga_em: Some(em("2027-01-22T12:00:00Z")), ..ativa };
        assert!(dito(suspensa).ends_with("Sem pagamento, seus dados são apagados em 22/01/2027."));
        let boleto = contracts::assinatura::BoletoDto { checkout: uuid::Uuid::nil(), valor_centavos: 14_900 };
        let espera = AssinaturaDto { boleto: Some(boleto), pode_assinar: true, ..nada() };
        assert!(dito(espera).starts_with("Boleto a pagar, R$ 149,00. Sua assinatura é ativada"));
    }
}
