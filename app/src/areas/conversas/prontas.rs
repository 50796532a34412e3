//! Canned replies: the list that `/` opens in the composer, and the dialog that keeps them.

use contracts::{
    RespostaProntaId,
    respostas::{NOME, RespostaProntaDto},
    validate,
};
use leptos::{
    ev::SubmitEvent,
    html::{Dialog, Textarea},
    prelude::*,
    task::spawn_local,
};

use super::{
    api::{resposta_apagar, resposta_criar, resposta_salvar, respostas_list},
    page::Inbox,
};
use crate::{
    browser,
    error::AppError,
    format::dobrado,
    text::{self, fill, textos},
    ui::{Campo, CampoTexto, ErroCampo, Icone, Toasts, Vazio, seguir},
};

/// Those that a piece of text calls up: by the begin of their atalho first, then by their words.
pub fn achar(prontas: &[RespostaProntaDto], texto: &str) -> Vec<RespostaProntaDto> {
    let texto = dobrado(texto);
    let (comecam, resto): (Vec<_>, Vec<_>) = prontas.iter().partition(|r| r.atalho.starts_with(&texto));
    let contem = resto.into_iter().filter(|r| dobrado(&r.texto).contains(&texto) || r.atalho.contains(&texto));
    comecam.into_iter().chain(contem).cloned().collect()
}

impl Inbox {
    /// Reads the canned replies, unless they are here.
    pub fn carregar_prontas(self) {
        if self.prontas.with_untracked(Option::is_none) {
            self.reler_prontas();
        }
    }

    fn reler_prontas(self) {
        spawn_local(async move {
            match respostas_list().await {
                Ok(lista) => {
                    self.prontas.try_set(Some(lista));
                }
                Err(erro) => browser::leave_if_signed_out(&erro),
            }
        });
    }

    fn trocar_pronta(self, nova: RespostaProntaDto) {
        self.prontas.try_update(|p| {
            let lista = p.get_or_insert_default();
            lista.retain(|r| r.id != nova.id);
            lista.push(nova);
            lista.sort_by(|a, b| a.atalho.cmp(&b.atalho));
        });
    }
}

/// What the dialog shows.
#[derive(Clone, PartialEq)]
enum Tela {
    Lista,
    Nova,
    Editar(RespostaProntaDto),
}

/// The dialog. Once, in the frame.
#[component]
pub fn GerirProntas() -> impl IntoView {
    let t = textos();
    let inbox = Inbox::expect();
    let node = NodeRef::<Dialog>::new();
    let tela = RwSignal::new(Tela::Lista);
    seguir(node, inbox.gerir);
    Effect::new(move |_| {
        if inbox.gerir.get() {
            tela.set(Tela::Lista);
            inbox.reler_prontas();
        }
    });
    let conteudo = move || {
        inbox.gerir.get().then(|| match tela.get() {
            Tela::Lista => view! { <Prontas tela=tela/> }.into_any(),
            Tela::Nova => view! { <Formulario tela=tela antes=None/> }.into_any(),
            Tela::Editar(r) => view! { <Formulario tela=tela antes=Some(r)/> }.into_any(),
        })
    };
    let titulo = move || match tela.get() {
        Tela::Lista => t.conversas.prontas,
        Tela::Nova => t.conversas.pronta_nova,
        Tela::Editar(_) => t.conversas.pronta_editar,
    };
    view! {
        <dialog class="dialog canned-dialog" node_ref=node aria-labelledby="prontas-titulo" on:close=move |_| inbox.gerir.set(false)>
            <header class="dialog-head">
                <h2 id="prontas-titulo">{titulo}</h2>
                <button class="icon-btn" type="button" aria-label=t.geral.fechar on:click=move |_| inbox.gerir.set(false)><Icone nome="x"/></button>
            </header>
            {conteudo}
        </dialog>
    }
}

#[component]
fn Prontas(tela: RwSignal<Tela>) -> impl IntoView {
    let t = textos();
    let inbox = Inbox::expect();
    let toasts = Toasts::expect();
    let falhou = move |erro: &AppError| {
        browser::leave_if_signed_out(erro);
        toasts.ruim(t.geral.falhou, text::erro(t, erro));
    };
    // Beside the list, not in a toast: what lies below a dialog cannot be clicked.
    let apagada = RwSignal::new(None::<RespostaProntaDto>);
    let devolver = move |r: RespostaProntaDto| {
        spawn_local(async move {
            match resposta_criar(r.atalho, r.texto).await {
                Ok(nova) => {
                    inbox.trocar_pronta(nova);
                    apagada.try_set(None);
                }
                Err(erro) => falhou(&erro),
            }
        });
    };
    let apagar = move |r: RespostaProntaDto| {
        spawn_local(async move {
            match resposta_apagar(r.id).await {
                Ok(()) => {
                    inbox.prontas.try_update(|p| {
                        if let Some(p) = p {
                            p.retain(|o| o.id != r.id);
                        }
                    });
                    apagada.try_set(Some(r));
                }
                Err(erro) => falhou(&erro),
            }
        });
    };
    let aviso = move || {
        apagada.get().map(|r| {
            let frase = fill(t.conversas.pronta_apagada, &[("atalho", &r.atalho)]);
            view! {
                <p class="banner banner-flat canned-gone">
                    <span>{frase}</span>
                    <button class="btn btn-secondary btn-sm" type="button" on:click=move |_| devolver(r.clone())>{t.geral.desfazer}</button>
                </p>
            }
        })
    };
    let achar =
        move |id: RespostaProntaId| inbox.prontas.with_untracked(|p| p.as_ref()?.iter().find(|r| r.id == id).cloned());
    let linha = move |r: RespostaProntaDto| {
        let id = r.id;
        let (editar, retirar) = (
            fill(t.conversas.editar_pronta, &[("atalho", &r.atalho)]),
            fill(t.conversas.apagar_pronta, &[("atalho", &r.atalho)]),
        );
        view! {
            <li>
                <span class="row-main"><b>"/"{r.atalho.clone()}</b><small class="canned-text">{r.texto.clone()}</small></span>
                <button class="icon-btn" type="button" aria-label=editar on:click=move |_| if let Some(r) = achar(id) { tela.set(Tela::Editar(r)) }><Icone nome="pencil"/></button>
                <button class="icon-btn" type="button" aria-label=retirar on:click=move |_| if let Some(r) = achar(id) { apagar(r) }><Icone nome="trash-2"/></button>
            </li>
        }
    };
    let lista = move || {
        match inbox.prontas.get() {
        None => view! { <div class="dialog-body is-loading" aria-busy="true"><span class="skeleton" style="--w:70%"></span></div> }.into_any(),
        Some(p) if p.is_empty() => {
            view! { <Vazio icone="slash-square" titulo=t.conversas.prontas_nenhuma texto=t.conversas.prontas_para_que/> }.into_any()
        }
        Some(p) => view! { <ul class="rows canned-rows">{p.into_iter().map(linha).collect_view()}</ul> }.into_any(),
    }
    };
    view! {
        <div role="status">{aviso}</div>
        {lista}
        <footer class="dialog-foot">
            <button class="btn btn-primary" type="button" on:click=move |_| tela.set(Tela::Nova)><Icone nome="plus"/>{t.conversas.pronta_nova}</button>
        </footer>
    }
}

#[component]
fn Formulario(tela: RwSignal<Tela>, antes: Option<RespostaProntaDto>) -> impl IntoView {
    let t = textos();
    let inbox = Inbox::expect();
    let toasts = Toasts::expect();
    let atalho = Campo::new(|v| validate::atalho(v.trim().trim_start_matches('/')));
    let texto = NodeRef::<Textarea>::new();
    let erro_texto = RwSignal::new(None::<String>);
    let erro_atalho = RwSignal::new(None::<String>);
    let ocupado = RwSignal::new(false);
    let (nome_antes, texto_antes) = antes.as_ref().map(|r| (r.atalho.clone(), r.texto.clone())).unwrap_or_default();
    let antes = antes.map(|r| (r.id, r.versao));
    Effect::new(move |_| {
        atalho.preencher(&nome_antes);
        atalho.focar();
    });
    let por_nome = move |_| {
        if let Some(el) = texto.get_untracked() {
            let _ = el.focus();
            let _ = el.set_range_text(NOME);
            let fim = el.selection_end().ok().flatten();
            let _ = el.set_selection_start(fim);
        }
    };
    let salvar = move |ev: SubmitEvent| {
        ev.prevent_default();
        let Some(escrito) = texto.get_untracked().map(|el| el.value()) else { return };
        erro_texto.set(validate::resposta_pronta(&escrito).err());
        if !atalho.conferir() || erro_texto.with_untracked(Option::is_some) {
            return;
        }
        if ocupado.get_untracked() {
            return;
        }
        ocupado.set(true);
        let nome = atalho.valor().trim().trim_start_matches('/').to_owned();
        spawn_local(async move {
            let resposta = match antes {
                Some((id, versao)) => resposta_salvar(id, nome, escrito, versao).await,
                None => resposta_criar(nome, escrito).await,
            };
            if ocupado.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(nova) => {
                    inbox.trocar_pronta(nova);
                    toasts.bom(t.conversas.pronta_salva);
                    tela.set(Tela::Lista);
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    erro_atalho.set(erro.field("atalho").map(str::to_owned));
                    erro_texto.set(erro.field("texto").map(str::to_owned));
                    if erro.0.fields.is_empty() {
                        toasts.ruim(t.geral.falhou, text::erro(t, &erro));
                    }
                }
            }
        });
    };
    view! {
        <form on:submit=salvar novalidate>
            <div class="dialog-body form">
                <CampoTexto
                    campo=atalho id="pronta-atalho" label=t.conversas.pronta_atalho tipo="text" autocomplete="off" ajuda=t.conversas.pronta_atalho_ajuda
                    do_servidor=erro_atalho
                />
                <div class="field">
                    <label class="field-label" for="pronta-texto">{t.conversas.pronta_texto}</label>
                    <textarea
                        class="textarea" id="pronta-texto" rows="4" node_ref=texto aria-describedby="pronta-texto-ajuda pronta-texto-erro"
                        aria-invalid=move || erro_texto.with(Option::is_some).to_string() on:input=move |_| erro_texto.set(None)
                    >{texto_antes}</textarea>
                    <p class="field-help" id="pronta-texto-ajuda">
                        {t.conversas.pronta_texto_ajuda}" "
                        <button class="link" type="button" on:click=por_nome>{t.conversas.pronta_por_nome}</button>
                    </p>
                    <ErroCampo id="pronta-texto-erro".to_owned() erro=erro_texto/>
                </div>
            </div>
            <footer class="dialog-foot">
                <button class="btn btn-secondary" type="button" on:click=move |_| tela.set(Tela::Lista)>{t.geral.cancelar}</button>
                <button class="btn btn-primary" type="submit" aria-busy=move || ocupado.get().to_string()>{t.conversas.salvar}</button>
            </footer>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_atalho_comes_before_the_words() {
        let r = |atalho: &str, texto: &str| RespostaProntaDto {
            id: RespostaProntaId(uuid::Uuid::nil()),
            atalho: atalho.to_owned(),
            texto: texto.to_owned(),
            versao: 1,
            updated_at: chrono::DateTime::UNIX_EPOCH,
        };
        let todas = [r("endereco", "Rua das Flores, ao lado do píer"), r("pix", "Chave: 123"), r("piso", "Não")];
        let nomes = |texto| achar(&todas, texto).into_iter().map(|r| r.atalho).collect::<Vec<_>>();
        assert_eq!(nomes("pi"), ["pix", "piso", "endereco"]);
        assert_eq!(nomes("NAO"), ["piso"]);
        assert_eq!(nomes("").len(), 3);
    }
}
