//! Each mail with values to look at: the preview of development, and the snapshots.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::CausaQueda;
use url::Url;

use super::pendentes::{self, Linha};
use super::{Acesso, Idioma, Modelo, Queda, corpo, palavras};
use crate::Empresa;

/// The name of every mail.
pub const MODELOS: &[&str] = &[
    "boas_vindas",
    "nova_senha",
    "senha_alterada",
    "pagamento_falhou",
    "carencia_acabando",
    "conta_suspensa",
    "conta_reativada",
    "assinatura_cancelada",
    "recibo",
    "conta_encerrada",
    "conexao_caiu",
    "conexao_voltou",
    "instancia_surda",
    "silencio_incomum",
    "sem_recibo",
    "orcamento_80",
    "orcamento_esgotado",
    "mensagens_80",
    "mensagens_esgotadas",
    pendentes::MODELO,
];

/// A mail to look at.
pub struct Previa {
    /// The subject.
    pub assunto: String,
    /// What a mailbox shows beside it.
    pub previa: String,
    /// The plain part.
    pub text: String,
    /// The other one.
    pub html: String,
}

impl Previa {
    /// As a mail program in a dark or a light room shows it, whatever the one that looks.
    #[must_use]
    pub fn no_tema(mut self, escuro: bool) -> Self {
        self.html = self.html.replace(corpo::ESCURO, if escuro { "all" } else { "not all" });
        self
    }
}

/// The mail of this name, with values as they might be; `None` if there is none. A name with marks shows that they are escaped.
pub fn previa(modelo: &str, ingles: bool, public_url: &Url, empresa: &Empresa) -> Option<Previa> {
    let idioma = if ingles { Idioma::En } else { Idioma::Pt };
    let em = DateTime::from_timestamp(1_795_356_300, 0)?;
    let nome = "Pizzaria \"Bella\" & <Filhos>";
    let conteudo = if modelo == pendentes::MODELO {
        let linha = |nome: &str, pergunta: &str| Linha {
            nome: nome.to_owned(),
            desde: Some(em),
            pergunta: pergunta.to_owned(),
            url: format!("{public_url}dashboard/conversas/0190b7e2-7a11-7c3e-9d51-2f6f3a1c9b10"),
        };
        let linhas =
            [linha("Ana Lima", "Vocês fazem entrega no <b>Jardim Europa</b>?\nÉ para hoje."), linha("Caio", "Oi?")];
        pendentes::escrever(idioma, nome, &linhas, 5)
    } else {
        let modelo = exemplo(modelo, em)?;
        let acesso = Acesso {
            senha: Some("kH7mRt4wXq9pZs2NbVfe".to_owned()),
            link: format!("{public_url}nova-senha#{}", "4f1d9c02".repeat(8)),
            expira_em: em + TimeDelta::days(7),
        };
        let carta = palavras::Carta {
            idioma,
            nome,
            email: "maria@pizzariabella.com.br",
            em,
            public_url,
            empresa,
            acesso: Some(&acesso),
        };
        carta.escrever(&modelo)
    };
    let partes = corpo::montar(&conteudo, idioma, empresa);
    Some(Previa { assunto: conteudo.assunto, previa: conteudo.previa, text: partes.text, html: partes.html })
}

fn exemplo(nome: &str, em: DateTime<Utc>) -> Option<Modelo> {
    let url = || "https://invoice.stripe.com/i/acct_1/in_1?s=ap&x=1".to_owned();
    Some(match nome {
        "boas_vindas" => Modelo::BoasVindas,
        "nova_senha" => Modelo::NovaSenha,
        "senha_alterada" => Modelo::SenhaAlterada,
        "pagamento_falhou" => {
            let proxima_tentativa = Some(em + TimeDelta::days(3));
            Modelo::PagamentoFalhou { valor_centavos: 19_700, url: url(), proxima_tentativa }
        }
        "carencia_acabando" => Modelo::CarenciaAcabando { suspende_em: em + TimeDelta::days(2), url: url() },
        "conta_suspensa" => Modelo::ContaSuspensa { apaga_em: Some(em + TimeDelta::days(60)), url: url() },
        "conta_reativada" => Modelo::ContaReativada,
        "assinatura_cancelada" => {
            Modelo::AssinaturaCancelada { acesso_ate: em + TimeDelta::days(12), apaga_em: em + TimeDelta::days(42) }
        }
        "recibo" => Modelo::Recibo {
            valor_centavos: 197_000,
            periodo_fim: Some(em + TimeDelta::days(365)),
            pdf: Some("https://pay.stripe.com/invoice/in_1/pdf?s=ap".to_owned()),
            url: Some(url()),
        },
        "conta_encerrada" => Modelo::ContaEncerrada { apaga_em: em + TimeDelta::days(30) },
        "conexao_caiu" => Modelo::ConexaoCaiu { queda: Queda::Causa(CausaQueda::RemovidaNoCelular) },
        "conexao_voltou" => Modelo::ConexaoVoltou { minutos: 137 },
        "instancia_surda" => Modelo::InstanciaSurda,
        "silencio_incomum" => Modelo::SilencioIncomum { minutos: 45 },
        "sem_recibo" => Modelo::SemRecibo { mensagens: 7 },
        "orcamento_80" => Modelo::Orcamento80 { gasto: 4_012, orcamento: 5_000 },
        "orcamento_esgotado" => Modelo::OrcamentoEsgotado { orcamento: 5_000 },
        "mensagens_80" => Modelo::Mensagens80 { enviadas: 804, limite: 1_000 },
        "mensagens_esgotadas" => Modelo::MensagensEsgotadas { limite: 1_000 },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn um(modelo: &str, ingles: bool) -> Previa {
        let url: Url = "https://app.proseia.com.br/".parse().unwrap();
        let empresa = Empresa {
            nome: Some("Proseia Tecnologia Ltda., CNPJ 12.345.678/0001-95, Curitiba".into()),
            email: Some("ola@proseia.com.br".into()),
        };
        previa(modelo, ingles, &url, &empresa).unwrap()
    }

    /// Both parts, both languages. The frame is the same in all, and in the first one only.
    #[test]
    fn every_mail() {
        for modelo in MODELOS {
            let mut all = String::new();
            for ingles in [false, true] {
                let p = um(modelo, ingles);
                let html = if *modelo == "boas_vindas" && !ingles { &p.html } else { miolo(&p.html) };
                all.push_str(&format!("{}\n({})\n\n{}\n{html}\n", p.assunto, p.previa, p.text));
            }
            insta::assert_snapshot!(*modelo, all);
        }
    }

    fn miolo(html: &str) -> &str {
        &html[html.find("<h1").unwrap()..]
    }

    #[test]
    fn no_mail_shouts_leaves_a_gap_or_lets_a_mark_through() {
        for (nome, p) in MODELOS.iter().flat_map(|m| [(m, um(m, false)), (m, um(m, true))]) {
            let body = miolo(&p.html);
            for (what, text) in
                [("subject", &p.assunto), ("preheader", &p.previa), ("text", &p.text), ("html", &body.to_owned())]
            {
                assert!(!text.contains('!') && !text.contains('{') && !text.contains('}'), "{nome} {what}: {text}");
            }
            assert!(!p.assunto.is_empty() && !p.previa.is_empty() && p.assunto.chars().count() <= 60, "{nome}");
            assert_ne!(p.assunto, p.previa, "{nome}");
            assert!(!p.html.contains("<Filhos>") && !p.html.contains("<b>Jardim"), "{nome}");
            assert!(body.contains("&lt;Filhos&gt;") && p.text.contains("<Filhos>"), "{nome}");
            assert!(!p.html.contains("<img") && !p.html.contains("<script"), "{nome}");
            assert!(p.html.len() < 60_000, "{nome}: mail programs cut at 102 kB");
            for link in p.html.split("href=\"").skip(1).filter_map(|r| r.split('"').next()) {
                assert!(link.starts_with("https://") || link.starts_with("mailto:"), "{nome}: {link}");
            }
        }
    }
}
