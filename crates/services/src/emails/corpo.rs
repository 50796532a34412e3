//! How a mail looks: one layout for all, as text and as HTML from the same pieces. No picture is needed to read it, a link
//! stands below its button in words, and both themes are served. Every value is escaped here and nowhere else.

use super::Idioma;
use crate::Empresa;

/// What a mail says, before it has a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conteudo {
    /// The subject.
    pub assunto: String,
    /// What a mailbox shows beside it.
    pub previa: String,
    /// The heading, which may say more than the subject.
    pub titulo: String,
    /// The rest, in order.
    pub blocos: Vec<Bloco>,
}

/// A piece of it.
#[derive(Clone, Debug)]
pub(crate) enum Bloco {
    /// A paragraph.
    Texto(String),
    /// A heading within.
    Secao(String),
    /// The thing to do; at most one or two.
    Botao { rotulo: String, url: String },
    /// A line that leads somewhere less important.
    Link { rotulo: String, url: String },
    /// What is copied or compared: name and value.
    Dados(Vec<(String, String)>),
    /// What to do, in order.
    Passos(Vec<String>),
    /// What somebody wrote, with who and a link.
    Citacao { quem: String, quando: String, linhas: String, rotulo: String, url: String },
    /// Small print.
    Nota(String),
}

/// Both parts.
pub(crate) struct Partes {
    pub text: String,
    pub html: String,
}

pub(crate) fn montar(c: &Conteudo, idioma: Idioma, empresa: &Empresa) -> Partes {
    Partes { text: texto(c, idioma, empresa), html: html(c, idioma, empresa) }
}

/// Who we are, and why this mail came.
fn pe(idioma: Idioma, empresa: &Empresa) -> Vec<String> {
    let porque = idioma.l(
        "Você recebe este e-mail porque tem uma conta no Proseia.",
        "You receive this e-mail because you have an account at Proseia.",
    );
    let mut linhas = vec![porque.to_owned()];
    if let Some(email) = &empresa.email {
        linhas.push(format!("{} {email}", idioma.l("Precisa de ajuda? Escreva para", "Need help? Write to")));
    }
    linhas.push(empresa.nome.clone().unwrap_or_else(|| "Proseia".to_owned()));
    linhas
}

fn texto(c: &Conteudo, idioma: Idioma, empresa: &Empresa) -> String {
    let mut partes = vec![c.titulo.clone()];
    partes.extend(c.blocos.iter().map(|b| match b {
        Bloco::Texto(t) | Bloco::Nota(t) => t.clone(),
        Bloco::Secao(t) => t.to_uppercase(),
        Bloco::Botao { rotulo, url } | Bloco::Link { rotulo, url } => format!("{rotulo}:\n{url}"),
        Bloco::Dados(linhas) => linhas.iter().map(|(n, v)| format!("{n}: {v}")).collect::<Vec<_>>().join("\n"),
        Bloco::Passos(passos) => {
            passos.iter().enumerate().map(|(i, p)| format!("{}. {p}", i + 1)).collect::<Vec<_>>().join("\n")
        }
        Bloco::Citacao { quem, quando, linhas, url, .. } => {
            let citado: String = linhas.lines().map(|l| format!("> {l}\n")).collect();
            format!("{quem}, {quando}\n{citado}{url}")
        }
    }));
    // Where mail programs look for a signature.
    partes.push(format!("-- \n{}", pe(idioma, empresa).join("\n")));
    partes.join("\n\n") + "\n"
}

/// Colours of `style/tokens.css`: light ones inline, since some programs drop the sheet; dark ones in the sheet.
const ESTILO: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\
a{color:#0b7468}\
@media (max-width:639px){.px{padding-left:20px!important;padding-right:20px!important}.fora{padding:0!important}\
.card{border-left:0!important;border-right:0!important;border-radius:0!important}.btn{width:100%!important}.btn a{display:block!important;text-align:center!important}}\
@media (prefers-color-scheme:dark){\
.fundo{background:#0d1211!important}.card{background:#141a19!important;border-color:#2a3432!important}\
.t1{color:#eaf0ee!important}.t2{color:#b5c1be!important}.t3{color:#8f9c99!important}.t3 a{color:#8f9c99!important}\
.linha{border-color:#2a3432!important}.caixa{background:#1c2423!important;border-color:#2a3432!important}\
.btn td{background:#37c8b0!important}.btn a{color:#03221d!important}.lk,.lk a{color:#86e5d4!important}\
.fio{border-color:#37c8b0!important}.num{background:#11362f!important;color:#86e5d4!important}.marca{color:#37c8b0!important}}";

/// The query of [`ESTILO`] that a preview turns on or off.
pub(crate) const ESCURO: &str = "(prefers-color-scheme:dark)";

const SANS: &str = "font-family:Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO: &str = "font-family:ui-monospace,'SF Mono','Cascadia Mono',Menlo,Consolas,monospace";

fn html(c: &Conteudo, idioma: Idioma, empresa: &Empresa) -> String {
    let blocos: String = c.blocos.iter().map(|b| bloco(b, idioma)).collect();
    let pe: String = pe(idioma, empresa).iter().map(|l| format!("<div>{}</div>", ligar(l))).collect();
    // Fills the rest of the preview, or the mailbox would go on with the heading.
    let vazio = "&#847;&zwnj;&nbsp;".repeat(60);
    format!(
        "<!doctype html>\n\
<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\">\
<meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no\"><title>{assunto}</title><style>{ESTILO}</style></head>\n\
<body class=\"fundo\" style=\"margin:0;padding:0;background:#f6f8f7;-webkit-text-size-adjust:100%\">\n\
<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">{previa}{vazio}</div>\n\
<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" class=\"fundo\" style=\"background:#f6f8f7\"><tr>\
<td align=\"center\" class=\"fora\" style=\"padding:32px 16px\">\n\
<table role=\"presentation\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" style=\"width:100%;max-width:600px;{SANS}\">\n\
<tr><td class=\"px\" style=\"padding:16px 32px\"><span class=\"marca\" style=\"font-size:22px;line-height:28px;font-weight:700;letter-spacing:-.02em;color:#0b7468\">Proseia</span></td></tr>\n\
<tr><td class=\"card px\" style=\"padding:32px;background:#ffffff;border:1px solid #dce3e1;border-radius:10px\">\n\
<h1 class=\"t1\" style=\"margin:0 0 16px;font-size:22px;line-height:30px;font-weight:600;letter-spacing:-.01em;color:#101615\">{titulo}</h1>\n\
{blocos}</td></tr>\n\
<tr><td class=\"px t3\" style=\"padding:20px 32px 32px;font-size:12px;line-height:18px;color:#5e6a67\">{pe}</td></tr>\n\
</table></td></tr></table>\n</body></html>\n",
        lang = idioma.codigo(),
        assunto = escape(&c.assunto),
        previa = escape(&c.previa),
        titulo = escape(&c.titulo),
    )
}

fn bloco(b: &Bloco, idioma: Idioma) -> String {
    match b {
        Bloco::Texto(t) => paragrafo(t),
        Bloco::Secao(t) => format!(
            "<h2 class=\"t1\" style=\"margin:28px 0 12px;font-size:17px;line-height:24px;font-weight:600;color:#101615\">{}</h2>\n",
            escape(t)
        ),
        Bloco::Botao { rotulo, url } => botao(rotulo, url, idioma),
        Bloco::Link { rotulo, url } => format!(
            "<p class=\"lk\" style=\"margin:0 0 16px;font-size:16px;line-height:24px\"><a href=\"{}\" style=\"color:#0b7468\">{}</a></p>\n",
            escape(url),
            escape(rotulo)
        ),
        Bloco::Dados(linhas) => dados(linhas),
        Bloco::Passos(passos) => self::passos(passos),
        Bloco::Citacao { quem, quando, linhas, rotulo, url } => format!(
            "<p class=\"t2\" style=\"margin:20px 0 8px;font-size:16px;line-height:24px;color:#414c4a\"><b class=\"t1\" style=\"color:#101615\">{}</b>, {}</p>\n\
<div class=\"fio t1\" style=\"margin:0 0 8px;padding:2px 0 2px 14px;border-left:3px solid #0b7468;font-size:16px;line-height:24px;color:#101615\">{}</div>\n\
<p class=\"lk\" style=\"margin:0 0 16px;font-size:16px;line-height:24px\"><a href=\"{}\" style=\"color:#0b7468\">{}</a></p>\n",
            escape(quem),
            escape(quando),
            escape(linhas).replace('\n', "<br>"),
            escape(url),
            escape(rotulo)
        ),
        Bloco::Nota(t) => format!(
            "<p class=\"t3 linha\" style=\"margin:24px 0 0;padding-top:16px;border-top:1px solid #dce3e1;font-size:13px;line-height:20px;color:#5e6a67\">{}</p>\n",
            escape(t)
        ),
    }
}

fn paragrafo(t: &str) -> String {
    format!(
        "<p class=\"t2\" style=\"margin:0 0 16px;font-size:16px;line-height:24px;color:#414c4a\">{}</p>\n",
        escape(t).replace('\n', "<br>")
    )
}

/// The address stands below: for who reads without styles, or wants to see where it leads.
fn botao(rotulo: &str, url: &str, idioma: Idioma) -> String {
    let (url, rotulo) = (escape(url), escape(rotulo));
    format!(
        "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" class=\"btn\" style=\"margin:24px 0 8px\"><tr>\
<td style=\"background:#0b7468;border-radius:6px\"><a href=\"{url}\" style=\"display:inline-block;padding:13px 24px;font-size:16px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none\">{rotulo}</a></td>\
</tr></table>\n<p class=\"t3\" style=\"margin:0 0 24px;font-size:12px;line-height:18px;color:#5e6a67;word-break:break-all\">{}<br><a href=\"{url}\" style=\"color:#5e6a67\">{url}</a></p>\n",
        idioma.l("Se o botão não abrir, copie este endereço:", "If the button does not open, copy this address:")
    )
}

fn dados(linhas: &[(String, String)]) -> String {
    let linhas: String = linhas
        .iter()
        .map(|(nome, valor)| {
            format!(
                "<div class=\"t3\" style=\"font-size:13px;line-height:20px;color:#5e6a67\">{}</div>\
<div class=\"t1\" style=\"margin:0 0 12px;{MONO};font-size:16px;line-height:24px;color:#101615;word-break:break-all\">{}</div>",
                escape(nome),
                escape(valor)
            )
        })
        .collect();
    format!(
        "<div class=\"caixa\" style=\"margin:0 0 16px;padding:16px 16px 4px;background:#eef2f1;border:1px solid #dce3e1;border-radius:6px\">{linhas}</div>\n"
    )
}

fn passos(passos: &[String]) -> String {
    let linhas: String = passos
        .iter()
        .enumerate()
        .map(|(i, passo)| {
            format!(
                "<tr><td valign=\"top\" width=\"40\" style=\"padding:0 0 14px\"><div class=\"num\" style=\"width:26px;height:26px;border-radius:13px;background:#dff3ee;color:#07564c;font-size:14px;line-height:26px;font-weight:600;text-align:center\">{}</div></td>\
<td class=\"t2\" style=\"padding:1px 0 14px;font-size:16px;line-height:24px;color:#414c4a\">{}</td></tr>",
                i + 1,
                escape(passo)
            )
        })
        .collect();
    format!(
        "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin:0 0 8px\">{linhas}</table>\n"
    )
}

/// A line of the foot, its address of mail as a link.
fn ligar(linha: &str) -> String {
    match linha.rsplit_once(' ') {
        Some((antes, email)) if email.contains('@') => {
            let email = escape(email);
            format!("{} <a href=\"mailto:{email}\" style=\"color:#5e6a67\">{email}</a>", escape(antes))
        }
        _ => escape(linha),
    }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
