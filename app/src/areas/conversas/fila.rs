//! The rows of the list: their order, and one signal a row, so that a change draws one row and not thousands.

use std::collections::HashMap;

use contracts::{
    ConversaId, EstadoConversa,
    conversas::{ConversaDto, ConversasDto},
};
use leptos::prelude::*;

use super::filtro::Filtro;

/// The rows that are there.
#[derive(Clone, Copy)]
pub struct Fila {
    /// Who stands where.
    pub ordem: RwSignal<Vec<ConversaId>>,
    /// Where the next page begins.
    pub proximo: RwSignal<Option<String>>,
    linhas: StoredValue<HashMap<ConversaId, ArcRwSignal<ConversaDto>>>,
    paginas: StoredValue<u32>,
}

impl Fila {
    /// From the first page.
    pub fn new(inicial: ConversasDto) -> Self {
        let fila = Self {
            ordem: RwSignal::new(inicial.itens.iter().map(|c| c.id).collect()),
            proximo: RwSignal::new(inicial.proximo),
            linhas: StoredValue::new(HashMap::new()),
            paginas: StoredValue::new(1),
        };
        fila.guardar(inicial.itens);
        fila
    }

    /// The row of a conversa.
    pub fn linha(self, id: ConversaId) -> Option<ArcRwSignal<ConversaDto>> {
        self.linhas.with_value(|l| l.get(&id).cloned())
    }

    fn guardar(self, itens: Vec<ConversaDto>) {
        self.linhas.update_value(|linhas| {
            for c in itens {
                match linhas.get(&c.id) {
                    Some(linha) => {
                        if linha.with_untracked(|l| *l != c) {
                            linha.set(c);
                        }
                    }
                    None => {
                        linhas.insert(c.id, ArcRwSignal::new(c));
                    }
                }
            }
        });
    }

    /// The next page, below.
    pub fn mais(self, pagina: ConversasDto) {
        self.paginas.update_value(|n| *n += 1);
        let ids: Vec<ConversaId> = pagina.itens.iter().map(|c| c.id).collect();
        self.guardar(pagina.itens);
        self.ordem.update(|ordem| {
            let tem: std::collections::HashSet<ConversaId> = ordem.iter().copied().collect();
            ordem.extend(ids.into_iter().filter(|id| !tem.contains(id)));
        });
        self.proximo.set(pagina.proximo);
    }

    /// The first page anew. Of later pages what is there stays below; what has left the filter was taken out by
    /// [`Fila::mudou`].
    pub fn renovar(self, pagina: ConversasDto) {
        let ids: Vec<ConversaId> = pagina.itens.iter().map(|c| c.id).collect();
        self.guardar(pagina.itens);
        let mut nova = ids;
        if self.paginas.get_value() > 1 {
            let tem: std::collections::HashSet<ConversaId> = nova.iter().copied().collect();
            self.ordem.with_untracked(|v| nova.extend(v.iter().copied().filter(|id| !tem.contains(id))));
        } else {
            self.proximo.set(pagina.proximo);
        }
        if self.ordem.with_untracked(|v| *v != nova) {
            self.ordem.set(nova);
        }
    }

    /// A conversa has another state now: it leaves where it no longer belongs.
    pub fn mudou(self, id: ConversaId, estado: EstadoConversa, filtro: &Filtro) {
        if self.paginas.get_value() > 1 && !filtro.cabe(estado) {
            self.ordem.update(|v| v.retain(|o| *o != id));
        }
    }

    /// Somebody reads it here.
    pub fn lida(self, id: ConversaId) {
        if let Some(linha) = self.linha(id)
            && linha.with_untracked(|c| c.nao_lidas > 0)
        {
            linha.update(|c| c.nao_lidas = 0);
        }
    }
}
