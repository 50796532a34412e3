//! The state of an open thread: what the server has, and what a person has written that it does not have yet.

use std::{collections::VecDeque, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use contracts::{
    ConversaId, MensagemId, TipoMensagem,
    conversas::{ConversaDto, MensagemDto, ThreadDto},
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    anexar::Escolhido,
    api::{conversa_apagar_nota, conversa_enviar, conversa_get, conversa_lida, conversa_nota, mensagem_reenviar},
    envio,
};
use crate::{
    browser,
    error::AppError,
    text::{self, Textos, textos},
    time::{dia, now},
    ui::Toasts,
};

/// Lines of one author within this time stand together.
const GRUPO_MIN: i64 = 5;
/// The composer.
pub const COMPOSITOR: &str = "mensagem";

/// Whom the composer writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modo {
    /// The contato.
    Resposta,
    /// The business itself.
    Nota,
}

/// What is on its way.
#[derive(Clone, Debug, PartialEq)]
pub enum Corpo {
    /// A reply.
    Texto(String),
    /// A private note.
    Nota(String),
    /// A file, with the text under it.
    Arquivo(Escolhido, String),
}

/// A line that is on its way, or has failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Pendente {
    /// Made here; the server keeps it.
    pub id: MensagemId,
    /// What it is.
    pub corpo: Corpo,
    /// When it was written.
    pub em: DateTime<Utc>,
    /// Why it was not taken.
    pub erro: Option<String>,
}

/// What a thread shows, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A new day.
    Dia(NaiveDate),
    /// A line; `true` where it follows one of the same author.
    Linha(Arc<MensagemDto>, bool),
    /// A line on its way.
    Pendente(Pendente),
}

impl Item {
    /// Changes when the item must be drawn anew.
    pub fn chave(&self) -> String {
        match self {
            Self::Dia(d) => d.to_string(),
            Self::Linha(m, segue) => {
                let ticks = m.status_envio.map_or("", |s| s.as_str());
                let midia = m.midia.as_ref().map_or("", |x| x.estado.as_str());
                let lida = m.transcricao.is_some();
                let motivo = m.motivo.as_deref().unwrap_or_default();
                // A text changes only by an edit or a deletion.
                let texto = if m.editada || m.apagada { m.conteudo.as_str() } else { "" };
                format!("{}{ticks}{segue}{motivo}{midia}{lida}{}{texto}", m.id, m.reacoes.concat())
            }
            Self::Pendente(p) => format!("{}{}", p.id, p.erro.is_some()),
        }
    }
}

/// An open thread.
#[derive(Clone, Copy)]
pub struct Aberta {
    pub(super) t: &'static Textos,
    /// The head.
    pub conversa: RwSignal<ConversaDto>,
    /// Oldest first.
    pub mensagens: RwSignal<Vec<Arc<MensagemDto>>>,
    /// Where older lines go on.
    pub antes: RwSignal<Option<MensagemId>>,
    /// Not yet with the server.
    pub pendentes: RwSignal<Vec<Pendente>>,
    /// Older lines are being fetched.
    pub buscando: RwSignal<bool>,
    /// An action on the whole conversa is on its way.
    pub ocupado: RwSignal<bool>,
    /// Whom the composer writes to.
    pub modo: RwSignal<Modo>,
    /// Share of the file that has left, 0 to 100.
    pub subiu: RwSignal<f64>,
    /// Files go one after the other, in the order of the person.
    fila: StoredValue<VecDeque<MensagemId>>,
    pub(super) toasts: Toasts,
}

impl Aberta {
    /// From the newest page.
    pub fn new(thread: ThreadDto) -> Self {
        Self {
            t: textos(),
            conversa: RwSignal::new(thread.conversa),
            mensagens: RwSignal::new(thread.mensagens.into_iter().map(Arc::new).collect()),
            antes: RwSignal::new(thread.antes),
            pendentes: RwSignal::new(Vec::new()),
            buscando: RwSignal::new(false),
            ocupado: RwSignal::new(false),
            modo: RwSignal::new(Modo::Resposta),
            subiu: RwSignal::new(0.0),
            fila: StoredValue::new(VecDeque::new()),
            toasts: Toasts::expect(),
        }
    }

    /// Which conversa.
    pub fn id(self) -> ConversaId {
        self.conversa.with_untracked(|c| c.id)
    }

    /// Everything to show.
    pub fn itens(self) -> Vec<Item> {
        let mut itens = Vec::new();
        let mut ultima: Option<(NaiveDate, TipoMensagem, DateTime<Utc>)> = None;
        self.mensagens.with(|mensagens| {
            for m in mensagens {
                let d = dia(m.timestamp);
                if ultima.is_none_or(|(u, ..)| u != d) {
                    itens.push(Item::Dia(d));
                }
                let segue = ultima.is_some_and(|(u, tipo, em)| {
                    u == d && tipo == m.tipo && (m.timestamp - em).num_minutes() < GRUPO_MIN
                });
                ultima = Some((d, m.tipo, m.timestamp));
                itens.push(Item::Linha(m.clone(), segue));
            }
        });
        self.pendentes.with(|pendentes| itens.extend(pendentes.iter().cloned().map(Item::Pendente)));
        itens
    }

    fn juntar(self, novas: Vec<MensagemDto>) {
        self.pendentes.update(|p| p.retain(|p| novas.iter().all(|n| n.id != p.id)));
        self.mensagens.update(|mensagens| {
            for nova in novas {
                match mensagens.iter_mut().rfind(|m| m.id == nova.id) {
                    Some(velha) if **velha == nova => {}
                    Some(velha) => *velha = Arc::new(nova),
                    None => mensagens.push(Arc::new(nova)),
                }
            }
            mensagens.sort_by_key(|m| (m.timestamp, m.id));
        });
    }

    /// A draft that was withdrawn or a note that was deleted is in no page any more.
    fn tirar_retiradas(self, pagina: &[MensagemDto]) {
        let Some(desde) = pagina.first().map(|m| m.timestamp) else { return };
        let fica = |m: &Arc<MensagemDto>| m.timestamp <= desde || pagina.iter().any(|n| n.id == m.id);
        if !self.mensagens.with_untracked(|v| v.iter().all(fica)) {
            self.mensagens.update(|v| v.retain(fica));
        }
    }

    /// Reads the newest page again.
    pub fn reler(self) {
        let Some(id) = self.conversa.try_with_untracked(|c| c.id) else { return };
        spawn_local(async move {
            match conversa_get(id, None).await {
                Ok(thread) if !self.conversa.is_disposed() => {
                    // More has come than one page holds: start anew, or there would be a hole.
                    let alcanca = thread.antes.is_none()
                        || self
                            .mensagens
                            .with_untracked(|v| v.iter().any(|m| thread.mensagens.iter().any(|n| n.id == m.id)));
                    self.conversa.set(thread.conversa);
                    if alcanca {
                        self.tirar_retiradas(&thread.mensagens);
                        self.juntar(thread.mensagens);
                    } else {
                        self.mensagens.set(thread.mensagens.into_iter().map(Arc::new).collect());
                        self.antes.set(thread.antes);
                    }
                    self.vista();
                }
                Ok(_) => {}
                Err(erro) => browser::leave_if_signed_out(&erro),
            }
        });
    }

    /// Reads the page before the oldest line; `pronto` runs when it is there.
    pub fn mais_antigas(self, pronto: impl FnOnce() + 'static) {
        let antes = self.antes.get_untracked();
        if antes.is_none() || self.buscando.get_untracked() {
            return;
        }
        let id = self.id();
        self.buscando.set(true);
        spawn_local(async move {
            let resposta = conversa_get(id, antes).await;
            if self.buscando.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(thread) => {
                    pronto();
                    self.antes.set(thread.antes);
                    self.juntar(thread.mensagens);
                }
                Err(erro) => self.falhou(&erro),
            }
        });
    }

    fn falhou(self, erro: &AppError) {
        browser::leave_if_signed_out(erro);
        self.toasts.ruim(self.t.geral.falhou, text::erro(self.t, erro));
    }

    /// Tells the server that a person has seen it, when there is something unseen and somebody looks.
    pub fn vista(self) {
        let Some((id, nao_lidas)) = self.conversa.try_with_untracked(|c| (c.id, c.nao_lidas)) else { return };
        if nao_lidas == 0 || document().hidden() {
            return;
        }
        self.conversa.update(|c| c.nao_lidas = 0);
        spawn_local(async move {
            // Seen is seen; if this is lost the next line repeats it.
            let _ = conversa_lida(id).await;
        });
    }

    /// Moves the keyboard to the composer.
    pub fn escrever_em(self, modo: Modo) {
        self.modo.set(modo);
        browser::focus(COMPOSITOR);
    }

    /// Shows it at once and sends it.
    pub fn escrever(self, corpo: Corpo) {
        let pendente = Pendente { id: browser::new_mensagem_id(), corpo, em: now(), erro: None };
        self.pendentes.update(|p| p.push(pendente.clone()));
        self.mandar(pendente);
    }

    /// Sends a failed one again, under the same id.
    pub fn repetir(self, id: MensagemId) {
        let achada = self.pendentes.try_update(|p| {
            p.iter_mut().find(|p| p.id == id).map(|p| {
                p.erro = None;
                p.clone()
            })
        });
        if let Some(Some(pendente)) = achada {
            self.mandar(pendente);
        }
    }

    /// Gives a failed one up.
    pub fn descartar(self, id: MensagemId) {
        let corpo = self.pendentes.try_update(|p| p.iter().position(|p| p.id == id).map(|i| p.remove(i).corpo));
        if let Some(Some(Corpo::Arquivo(arquivo, _))) = corpo {
            arquivo.esquecer();
        }
    }

    /// Has the server send a line again that never reached the phone.
    pub fn reenviar(self, id: MensagemId) {
        let conversa = self.id();
        spawn_local(async move {
            match mensagem_reenviar(conversa, id).await {
                Ok(mensagem) if !self.mensagens.is_disposed() => self.juntar(vec![mensagem]),
                Ok(_) => {}
                Err(erro) => self.falhou(&erro),
            }
        });
    }

    /// Deletes a private note.
    pub fn apagar_nota(self, id: MensagemId) {
        let conversa = self.id();
        spawn_local(async move {
            match conversa_apagar_nota(conversa, id).await {
                Ok(()) => {
                    self.mensagens.try_update(|v| v.retain(|m| m.id != id));
                }
                Err(erro) => self.falhou(&erro),
            }
        });
    }

    fn mandar(self, pendente: Pendente) {
        let conversa = self.id();
        match pendente.corpo {
            Corpo::Texto(texto) => self.esperar(pendente.id, conversa_enviar(conversa, pendente.id, texto)),
            Corpo::Nota(texto) => self.esperar(pendente.id, conversa_nota(conversa, pendente.id, texto)),
            Corpo::Arquivo(..) => {
                self.fila.update_value(|f| f.push_back(pendente.id));
                if self.fila.with_value(VecDeque::len) == 1 {
                    self.subir();
                }
            }
        }
    }

    fn esperar(self, id: MensagemId, resposta: impl Future<Output = Result<MensagemDto, AppError>> + 'static) {
        spawn_local(async move {
            let resposta = resposta.await;
            self.chegou(id, resposta);
        });
    }

    fn chegou(self, id: MensagemId, resposta: Result<MensagemDto, AppError>) {
        if self.pendentes.is_disposed() {
            return;
        }
        match resposta {
            Ok(mensagem) => {
                let arquivo = self.pendentes.with_untracked(|p| p.iter().find(|p| p.id == id).cloned());
                self.juntar(vec![mensagem]);
                if let Some(Pendente { corpo: Corpo::Arquivo(arquivo, _), .. }) = arquivo {
                    arquivo.esquecer();
                }
                self.reler();
            }
            Err(erro) => {
                browser::leave_if_signed_out(&erro);
                let frase = text::erro(self.t, &erro);
                self.pendentes.update(|p| {
                    if let Some(p) = p.iter_mut().find(|p| p.id == id) {
                        p.erro = Some(frase);
                    }
                });
            }
        }
    }

    /// Sends the file whose turn it is.
    fn subir(self) {
        let Some(id) = self.fila.try_with_value(|f| f.front().copied()).flatten() else { return };
        let proxima = move || {
            self.fila.try_update_value(VecDeque::pop_front);
            self.subir();
        };
        let achada = self.pendentes.with_untracked(|p| p.iter().find(|p| p.id == id).map(|p| p.corpo.clone()));
        let Some(Corpo::Arquivo(arquivo, legenda)) = achada else { return proxima() };
        self.subiu.set(0.0);
        let progresso = move |parte: f64| {
            self.subiu.try_set(parte);
        };
        envio::enviar(self.id(), id, &arquivo, &legenda, progresso, move |resposta| {
            self.chegou(id, resposta);
            proxima();
        });
    }
}
