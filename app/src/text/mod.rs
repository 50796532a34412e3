//! Every word that a person reads, Portuguese and English side by side, one file per area.
//!
//! A text that lacks its English twin does not compile; the tests look for empty ones and lost placeholders.
//! Placeholders are `{name}`, filled by [`fill`].

mod assinatura;
mod atalhos;
mod auth;
#[cfg(feature = "ssr")]
mod checkout;
pub mod config;
mod conhecimento;
mod conversas;
mod geral;
mod inicio;
mod painel;
mod perfil;
#[cfg(feature = "ssr")]
mod publico;
mod tutoriais;
mod whatsapp;

use std::{marker::PhantomData, ops::Deref};

use contracts::ErrorCode;
use leptos::prelude::*;

use crate::error::AppError;

/// Declares the texts of one area: `key = "português", "English";`.
macro_rules! areas_de_texto {
    ($(#[$doc:meta])* $name:ident { $($key:ident = $pt:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name { $(#[doc = $pt] pub $key: &'static str),+ }

        impl $name {
            #[cfg(test)]
            pub(crate) const ALL: &'static [(&'static str, &'static str, &'static str)] = &[$((stringify!($key), $pt, $en)),+];
        }

        impl super::Palavras for $name {
            fn em(idioma: super::Idioma) -> &'static Self {
                static PT: $name = $name { $($key: $pt),+ };
                static EN: $name = $name { $($key: $en),+ };
                match idioma {
                    super::Idioma::PtBr => &PT,
                    super::Idioma::En => &EN,
                }
            }
        }
    };
}
use areas_de_texto;

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idioma {
    /// Português do Brasil.
    PtBr,
    /// English.
    En,
}

impl Idioma {
    /// On the server by the request: `?idioma=` for an address that is always in one language, the cookie of who has
    /// chosen, else what the browser asks for. In the browser the server has decided, and the page says how.
    pub fn current() -> Self {
        #[cfg(feature = "ssr")]
        {
            crate::server::request_idioma()
        }
        #[cfg(not(feature = "ssr"))]
        {
            let lang = document().document_element().and_then(|html| html.get_attribute("lang"));
            lang.and_then(|lang| Self::parse(&lang)).unwrap_or(Self::PtBr)
        }
    }

    /// By its code, whatever the country.
    pub fn parse(code: &str) -> Option<Self> {
        match code.split('-').next().map(str::to_ascii_lowercase).as_deref() {
            Some("pt") => Some(Self::PtBr),
            Some("en") => Some(Self::En),
            _ => None,
        }
    }

    /// The best of an `Accept-Language` header; Portuguese where none of ours is asked for.
    pub fn accepted(header: &str) -> Self {
        let mut best = (Self::PtBr, 0.0);
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let lang = parts.next().and_then(Self::parse);
            let q = parts.find_map(|p| p.strip_prefix("q=")).map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
            if let Some(lang) = lang
                && q > best.1
            {
                best = (lang, q);
            }
        }
        best.0
    }

    /// Its texts.
    pub fn textos(self) -> &'static Textos {
        match self {
            Self::PtBr => &PT,
            Self::En => &EN,
        }
    }

    /// For the attribute `lang`.
    pub const fn lang(self) -> &'static str {
        match self {
            Self::PtBr => "pt-BR",
            Self::En => "en",
        }
    }
}

/// The texts of one area in both languages.
pub trait Palavras: 'static {
    /// In one of them.
    fn em(idioma: Idioma) -> &'static Self;
}

/// Reads as the texts of one area. They are named only where they are used, so that the words of a page come with its piece
/// of the WASM (docs/adr/0004).
#[derive(Debug)]
pub struct Area<T> {
    idioma: Idioma,
    textos: PhantomData<T>,
}

impl<T> Area<T> {
    const fn new(idioma: Idioma) -> Self {
        Self { idioma, textos: PhantomData }
    }
}

impl<T: Palavras> Deref for Area<T> {
    type Target = T;

    fn deref(&self) -> &T {
        T::em(self.idioma)
    }
}

/// All texts of one language.
#[derive(Debug)]
pub struct Textos {
    /// Which language.
    pub idioma: Idioma,
    /// Words of every page.
    pub geral: Area<geral::Geral>,
    /// Menu, start page, what is not there yet.
    pub painel: Area<painel::Painel>,
    /// The start page.
    pub inicio: Area<inicio::Inicio>,
    /// Tutoriais.
    pub tutoriais: Area<tutoriais::Tutoriais>,
    /// Login and profile.
    pub auth: Area<auth::Auth>,
    /// The assinatura, and what it stops.
    pub assinatura: Area<assinatura::Assinatura>,
    /// From the plan to the first login, which only the server makes.
    #[cfg(feature = "ssr")]
    pub checkout: Area<checkout::Checkout>,
    /// Meu Conhecimento.
    pub conhecimento: Area<conhecimento::Conhecimento>,
    /// Conectar WhatsApp.
    pub whatsapp: Area<whatsapp::Whatsapp>,
    /// Conversas.
    pub conversas: Area<conversas::Conversas>,
    /// The public pages, which only the server makes.
    #[cfg(feature = "ssr")]
    pub publico: Area<publico::Publico>,
    /// Keyboard, palette, calls.
    pub atalhos: Area<atalhos::Atalhos>,
    /// Configurações do Bot.
    pub config: Area<config::Config>,
    /// Meu Perfil.
    pub perfil: Area<perfil::Perfil>,
}

impl Textos {
    const fn new(idioma: Idioma) -> Self {
        Self {
            idioma,
            geral: Area::new(idioma),
            painel: Area::new(idioma),
            inicio: Area::new(idioma),
            tutoriais: Area::new(idioma),
            auth: Area::new(idioma),
            assinatura: Area::new(idioma),
            #[cfg(feature = "ssr")]
            checkout: Area::new(idioma),
            conhecimento: Area::new(idioma),
            whatsapp: Area::new(idioma),
            conversas: Area::new(idioma),
            #[cfg(feature = "ssr")]
            publico: Area::new(idioma),
            atalhos: Area::new(idioma),
            config: Area::new(idioma),
            perfil: Area::new(idioma),
        }
    }
}

/// Portuguese.
pub static PT: Textos = Textos::new(Idioma::PtBr);

/// English.
pub static EN: Textos = Textos::new(Idioma::En);

/// The texts of this page.
pub fn textos() -> &'static Textos {
    match use_context::<Idioma>() {
        Some(Idioma::En) => &EN,
        _ => &PT,
    }
}

/// Replaces `{name}` by its value.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |t, (name, value)| t.replace(&format!("{{{name}}}"), value))
}

/// The sentence of an error. Portuguese comes from the server; English is by code.
pub fn erro(t: &Textos, e: &AppError) -> String {
    if t.idioma == Idioma::PtBr {
        return e.sentence().to_owned();
    }
    match e.code() {
        ErrorCode::WrongCredentials => "Wrong e-mail or password.",
        ErrorCode::Unauthenticated => "Your session has ended. Sign in again.",
        ErrorCode::Validation => "Some fields need correction.",
        ErrorCode::Conflict => "Somebody else changed this just now. Reload and try again.",
        ErrorCode::NewMessage => "A new message has just come in this conversation. Read it before resolving.",
        ErrorCode::TooManyRequests => "Too many tries. Wait a minute and try again.",
        ErrorCode::WhatsappNotConnected => "WhatsApp is not connected. Connect it and try again.",
        ErrorCode::ContactNeverWrote => {
            "This contact has not written to you yet. Only who wrote first can be answered."
        }
        ErrorCode::WhatsappUnavailable => "The WhatsApp server did not answer. Try again in a moment.",
        ErrorCode::SubscriptionInactive => "Your subscription is not active.",
        ErrorCode::ContaExistente => "There is an account with this e-mail. Sign in to see the subscription.",
        ErrorCode::BoletoPendente => {
            "A boleto of this account waits for its payment. Pay it, or wait until it runs out to pay in another way."
        }
        ErrorCode::CheckoutFechado => "Subscriptions are closed at the moment. Write to us to hear when they open.",
        ErrorCode::PagamentoIndisponivel => {
            "The payment service did not answer. Nothing was charged; try again in a moment."
        }
        ErrorCode::PlanoIndisponivel => "This plan cannot be subscribed to now. Choose another or write to us.",
        ErrorCode::AssinaturaSuspensa => {
            "Your subscription is suspended: everything can be seen and nothing changed. Settle the payment to go on."
        }
        ErrorCode::LimiteDoPlano => "You have reached the limit of your plan. Change the plan to go on.",
        ErrorCode::Unavailable => "The service is unavailable. Try again in a moment.",
        ErrorCode::NotFound => "We could not find what you are looking for.",
        ErrorCode::TrocarSenha => "Create your password before going on.",
        ErrorCode::LinkInvalido => "This link does not work any more. Ask for another in \"Forgot my password\".",
        ErrorCode::Forbidden | ErrorCode::CrossSite => "You have no access to this.",
        ErrorCode::TooLarge => "That is too large.",
        ErrorCode::BadRequest | ErrorCode::MethodNotAllowed => "We did not understand the request.",
        ErrorCode::Internal => "Something went wrong on our side. Try again.",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<_> =
            text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(name, _)| name).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn every_text_has_both_languages_and_the_same_placeholders() {
        let all = [
            geral::Geral::ALL,
            painel::Painel::ALL,
            inicio::Inicio::ALL,
            tutoriais::Tutoriais::ALL,
            auth::Auth::ALL,
            conhecimento::Conhecimento::ALL,
            whatsapp::Whatsapp::ALL,
            conversas::Conversas::ALL,
            #[cfg(feature = "ssr")]
            publico::Publico::ALL,
            atalhos::Atalhos::ALL,
            config::Config::ALL,
            perfil::Perfil::ALL,
            assinatura::Assinatura::ALL,
            #[cfg(feature = "ssr")]
            checkout::Checkout::ALL,
        ];
        for (key, pt, en) in all.concat() {
            assert!(!pt.trim().is_empty() && !en.trim().is_empty(), "{key} is empty");
            assert_eq!(placeholders(pt), placeholders(en), "{key}");
            assert!(!pt.contains('!'), "{key}: no exclamation marks");
        }
    }

    /// Every file of `app/src` below `dir`, with its name.
    fn sources(dir: &std::path::Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }

    fn all_sources() -> Vec<(String, String)> {
        let mut found = Vec::new();
        let here = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        sources(&std::path::Path::new(&here).join("src"), &mut found);
        found
    }

    #[test]
    fn every_text_is_used() {
        let (texts, code): (Vec<_>, Vec<_>) =
            all_sources().into_iter().partition(|(name, _)| name.contains("/src/text/"));
        let code: String = code.into_iter().map(|(_, text)| text).collect();
        // What follows a dot up to the end of the name: `t.geral.fechar`, `p.aviso_caiu`.
        let used: std::collections::HashSet<&str> = code
            .split('.')
            .skip(1)
            .filter_map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next())
            .collect();
        let keys = texts.iter().flat_map(|(_, text)| text.lines()).filter_map(|line| line.trim().split_once(" = \""));
        let keys: Vec<&str> = keys
            .map(|(key, _)| key)
            .filter(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
            .collect();
        assert!(keys.len() > 200, "{}", keys.len());
        let unused: Vec<&&str> = keys.iter().filter(|key| !used.contains(**key)).collect();
        assert!(unused.is_empty(), "texts that nobody reads: {unused:?}");
    }

    /// The kit draws; a page only says how much, how far along, which colour: custom properties.
    #[test]
    fn no_page_styles_by_hand() {
        let mut by_hand = Vec::new();
        for (name, text) in all_sources().into_iter().filter(|(name, _)| !name.contains("/src/text/")) {
            for (n, line) in text.lines().enumerate() {
                for value in line.split(" style=").skip(1) {
                    let literal = value.trim_start_matches("format!(").strip_prefix('"');
                    if literal.is_some_and(|l| !l.starts_with("--")) {
                        by_hand.push(format!("{name}:{}: {}", n + 1, line.trim()));
                    }
                }
            }
        }
        assert!(by_hand.is_empty(), "{by_hand:#?}");
    }

    #[test]
    fn a_browser_gets_the_language_it_asks_for_most() {
        for (header, lang) in [
            ("", Idioma::PtBr),
            ("pt-BR,pt;q=0.9,en;q=0.8", Idioma::PtBr),
            ("en-US,en;q=0.9,pt;q=0.8", Idioma::En),
            ("fr-FR,fr;q=0.9,en;q=0.5", Idioma::En),
            ("de", Idioma::PtBr),
            ("en;q=0.2, pt-PT;q=0.7", Idioma::PtBr),
            ("en;q=x, *", Idioma::PtBr),
        ] {
            assert_eq!(Idioma::accepted(header), lang, "{header}");
        }
    }

    #[test]
    fn fill_replaces_every_occurrence() {
        assert_eq!(fill("{n} de {n}, {m}", &[("n", "3"), ("m", "x")]), "3 de 3, x");
    }
}
