//! What a person does with a whole conversa, from a button, the menu or the keyboard.

use contracts::{ErrorCode, EstadoConversa, conversas::ConversaDto};
use leptos::{prelude::*, task::spawn_local};

use super::{
    api::{conversa_assumir, conversa_devolver, conversa_nao_lida, conversa_reabrir, conversa_resolver},
    estado::{Aberta, Modo},
};
use crate::{browser, error::AppError, text};

/// An action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acao {
    /// To the composer.
    Responder,
    /// To the composer, for a private note.
    Anotar,
    /// Resolve, or open again.
    Resolver,
    /// A person answers from now on.
    Assumir,
    /// The assistant answers from now on.
    Devolver,
    /// As if nobody had seen it.
    NaoLida,
}

impl Aberta {
    /// Whether an action changes anything now.
    pub fn pode(self, acao: Acao) -> bool {
        let (estado, resolvida) = self.conversa.with(|c| (c.estado, c.resolvida_em.is_some()));
        match acao {
            Acao::Assumir => resolvida || estado != EstadoConversa::HumanoRespondeu,
            Acao::Devolver => !resolvida && estado != EstadoConversa::IaAtiva,
            _ => true,
        }
    }

    /// Does it, unless it would change nothing.
    pub fn fazer(self, acao: Acao) {
        if !untrack(|| self.pode(acao)) {
            return;
        }
        let t = self.t;
        let (id, resolvida) = self.conversa.with_untracked(|c| (c.id, c.resolvida_em.is_some()));
        match acao {
            Acao::Responder => self.escrever_em(Modo::Resposta),
            Acao::Anotar => self.escrever_em(Modo::Nota),
            Acao::Assumir => self.agir(conversa_assumir(id), move |a| a.toasts.bom(t.conversas.assumida_toast)),
            Acao::Devolver => self.agir(conversa_devolver(id), move |a| a.toasts.bom(t.conversas.devolvida_toast)),
            Acao::Resolver if resolvida => {
                self.agir(conversa_reabrir(id), move |a| a.toasts.bom(t.conversas.reaberta_toast));
            }
            Acao::Resolver => {
                let visto = self.mensagens.with_untracked(|v| v.last().map(|m| m.id));
                self.agir(conversa_resolver(id, visto), move |a| {
                    a.toasts.desfazer(t.conversas.resolvida_toast, t.geral.desfazer, move || a.reabrir(id));
                });
            }
            Acao::NaoLida => {
                let toasts = self.toasts;
                // The thread is left at once: as long as it is open, it is read.
                spawn_local(async move {
                    if let Err(erro) = conversa_nao_lida(id).await {
                        browser::leave_if_signed_out(&erro);
                        toasts.ruim(t.geral.falhou, text::erro(t, &erro));
                    }
                });
            }
        }
    }

    /// Takes a resolving back; the thread may have been left since.
    fn reabrir(self, id: contracts::ConversaId) {
        let (t, toasts) = (self.t, self.toasts);
        spawn_local(async move {
            match conversa_reabrir(id).await {
                Ok(conversa) => {
                    if self.conversa.try_with_untracked(|c| c.id == id) == Some(true) {
                        self.conversa.set(conversa);
                        self.reler();
                    }
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    toasts.ruim(t.geral.falhou, text::erro(t, &erro));
                }
            }
        });
    }

    fn agir(
        self,
        acao: impl Future<Output = Result<ConversaDto, AppError>> + 'static,
        feito: impl FnOnce(Self) + 'static,
    ) {
        if self.ocupado.get_untracked() {
            return;
        }
        self.ocupado.set(true);
        spawn_local(async move {
            let resposta = acao.await;
            if self.ocupado.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(conversa) => {
                    self.conversa.set(conversa);
                    feito(self);
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    let titulo = if erro.code() == ErrorCode::NewMessage {
                        self.t.conversas.chegou_antes
                    } else {
                        self.t.geral.falhou
                    };
                    self.toasts.ruim(titulo, text::erro(self.t, &erro));
                }
            }
            self.reler();
        });
    }
}
