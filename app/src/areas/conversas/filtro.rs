//! What the list shows, as it stands in the address: tab, search, only unread.

use contracts::{EstadoConversa, conversas::ConversasFiltro};
use leptos_router::{location::Url, params::ParamsMap};

/// Shortest search, as the server sees it too.
const BUSCA_MIN: usize = 2;
/// Longest search.
pub const BUSCA_MAX: usize = 100;

/// A tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aba {
    /// Everything.
    #[default]
    Todas,
    /// Not resolved, in this state.
    Em(EstadoConversa),
    /// Resolved.
    Resolvidas,
}

/// The choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filtro {
    /// The tab.
    pub aba: Aba,
    /// Only with unread lines.
    pub nao_lidas: bool,
    /// What is looked for.
    pub busca: String,
}

impl Filtro {
    /// From the address; what is not understood is left out.
    pub fn da_url(query: &ParamsMap) -> Self {
        let aba = match query.get_str("estado") {
            Some("RESOLVIDA") => Aba::Resolvidas,
            Some(estado) => estado.parse().map_or(Aba::Todas, Aba::Em),
            None => Aba::Todas,
        };
        let busca = query.get_str("q").unwrap_or_default().trim().chars().take(BUSCA_MAX).collect();
        Self { aba, nao_lidas: query.get_str("nao_lidas") == Some("1"), busca }
    }

    /// For the address of the page at `caminho`.
    pub fn url(&self, caminho: &str) -> String {
        let estado = match self.aba {
            Aba::Todas => None,
            Aba::Em(estado) => Some(format!("estado={estado}")),
            Aba::Resolvidas => Some("estado=RESOLVIDA".to_owned()),
        };
        let nao_lidas = self.nao_lidas.then(|| "nao_lidas=1".to_owned());
        let busca = (!self.busca.is_empty()).then(|| format!("q={}", Url::escape(&self.busca)));
        let query: Vec<String> = [estado, nao_lidas, busca].into_iter().flatten().collect();
        if query.is_empty() { caminho.to_owned() } else { format!("{caminho}?{}", query.join("&")) }
    }

    /// For the server.
    pub fn pedido(&self, cursor: Option<String>) -> ConversasFiltro {
        let (estado, resolvidas) = match self.aba {
            Aba::Todas => (None, None),
            Aba::Em(estado) => (Some(estado), Some(false)),
            Aba::Resolvidas => (None, Some(true)),
        };
        ConversasFiltro { q: self.procura(), estado, nao_lidas: self.nao_lidas, resolvidas, cursor }
    }

    /// What is looked for, if it is long enough to look for.
    pub fn procura(&self) -> Option<String> {
        (self.busca.chars().count() >= BUSCA_MIN).then(|| self.busca.clone())
    }

    /// Whether a conversa in this state still belongs to what is shown.
    pub fn cabe(&self, estado: EstadoConversa) -> bool {
        match self.aba {
            Aba::Em(este) => este == estado,
            // Only the assistant's are resolved.
            Aba::Resolvidas => estado == EstadoConversa::IaAtiva,
            Aba::Todas => true,
        }
    }

    /// Whether nothing is left out.
    pub fn vazio(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_tells_the_whole_choice() {
        let filtro = Filtro { aba: Aba::Resolvidas, nao_lidas: true, busca: "pão & café".to_owned() };
        let url = filtro.url("/dashboard/conversas");
        let mut query = ParamsMap::new();
        for par in url.split_once('?').unwrap().1.split('&') {
            let (nome, valor) = par.split_once('=').unwrap();
            query.insert(nome.to_owned(), Url::unescape(valor));
        }
        assert_eq!(Filtro::da_url(&query), filtro);
        assert_eq!(Filtro::default().url("/x"), "/x");
    }

    #[test]
    fn one_letter_is_no_search() {
        let um = |busca: &str| Filtro { busca: busca.to_owned(), ..Filtro::default() }.pedido(None).q;
        assert_eq!(um("a"), None);
        assert_eq!(um("ab").as_deref(), Some("ab"));
    }
}
