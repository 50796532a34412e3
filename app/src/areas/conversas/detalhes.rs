//! The third column: who it is, what has been said, what the business has noted, and the rights of the person (LGPD).

use std::time::Duration;

use contracts::{
    ContatoId, ConversaId, ErrorCode, EstadoConversa, contatos::ContatoDetalheDto, eventos::Evento, validate,
};
use leptos::{ev::KeyboardEvent, html::Textarea, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    api::{contato_anotar, contato_apagar, contato_get},
    estado::Aberta,
    linha::nome_visivel,
    page::{Inbox, com_filtro},
};
use crate::{
    browser,
    format::{milhar, telefone},
    live::{Live, coalesce},
    text::{self, fill, textos},
    time::{Agora, curta, frase},
    ui::{Avatar, Confirmar, ErroCampo, Icone, Toasts, barra, carregar},
};

/// The details of the open conversa.
#[component]
pub fn Detalhes(aberta: Aberta) -> impl IntoView {
    let t = textos();
    let inbox = Inbox::expect();
    let agora = Agora::expect();
    let query = use_query_map();
    let (id, contato) = aberta.conversa.with_untracked(|c| (c.id, c.contato_id));
    let volta = move || query.with(|q| com_filtro(&format!("/dashboard/conversas/{id}"), q));
    let nome = Memo::new(move |_| aberta.conversa.with(nome_visivel));
    let numero = aberta.conversa.with_untracked(|c| {
        if c.numero_usuario.is_empty() { t.conversas.numero_oculto.to_owned() } else { telefone(&c.numero_usuario) }
    });
    let dados = Resource::new(move || contato, contato_get);
    let estado = move || {
        let (estado, resolvida) = aberta.conversa.with(|c| (c.estado, c.resolvida_em.is_some()));
        let (class, nome) = match estado {
            _ if resolvida => ("badge badge-dot", t.conversas.resolvida_titulo),
            EstadoConversa::AguardandoHumano => ("badge badge-warn badge-dot", t.conversas.aguardando_estado),
            EstadoConversa::IaAtiva => ("badge badge-ai badge-dot", t.conversas.ia_estado),
            EstadoConversa::HumanoRespondeu => ("badge badge-primary badge-dot", t.conversas.humano_estado),
        };
        view! { <span class=class>{nome}</span> }
    };
    let espera = move || {
        aberta.conversa.with(|c| c.aguardando_desde).map(|desde| {
            view! { <dt>{t.conversas.espera_desde}</dt><dd>{move || frase(t, desde, agora.get())}</dd> }
        })
    };
    let fechar = move |_| inbox.alternar_detalhes();
    // Over the thread it is left as a dialog is.
    let esc = move |ev: KeyboardEvent| {
        if ev.key() == "Escape" && !ev.default_prevented() {
            inbox.gaveta.set(false);
        }
    };
    let semente = id.to_string();
    view! {
        <aside class="inbox-info" aria-label=t.conversas.detalhes on:keydown=esc>
            <div class="info-bar">
                <a class="icon-btn one-pane" href=volta aria-label=t.conversas.voltar_conversa><Icone nome="arrow-left"/></a>
                <h2>{t.conversas.detalhes}</h2>
                <button class="icon-btn not-mobile" type="button" aria-label=t.conversas.fechar_detalhes on:click=fechar><Icone nome="x"/></button>
            </div>
            <div class="info-top">
                {move || view! { <Avatar nome=nome.get() semente=semente.clone() tamanho=64/> }}
                <h3 class="info-name">{nome}</h3>
                <p class="muted num">{numero}</p>
            </div>
            <section class="info-sec">
                <h3>{t.conversas.atendimento}</h3>
                <dl class="facts"><dt>{t.conversas.estado}</dt><dd>{estado}</dd>{espera}</dl>
            </section>
            {carregar(dados, esqueleto, move |d| view! { <Contato inicial=d conversa=id/> }.into_any())}
        </aside>
    }
}

fn esqueleto() -> AnyView {
    view! { <section class="info-sec">{barra("40%")}{barra("100%")}{barra("100%")}{barra("70%")}</section> }.into_any()
}

#[component]
fn Contato(inicial: ContatoDetalheDto, conversa: ConversaId) -> impl IntoView {
    let t = textos();
    let agora = Agora::expect();
    let (id, anotacoes, versao) = (inicial.id, inicial.anotacoes.clone(), inicial.anotacoes_versao);
    let contato = RwSignal::new(inicial);
    // Only the figures follow: the note is in somebody's hands.
    let reler = coalesce(Duration::from_millis(900), move || {
        spawn_local(async move {
            if let Ok(novo) = contato_get(id).await {
                contato.try_set(novo);
            }
        });
    });
    Live::expect().on(move |evento| {
        if evento.is_none_or(|e| matches!(e, Evento::Mensagem { conversa_id } if *conversa_id == conversa)) {
            reler();
        }
    });
    let fatos = move || {
        let d = contato.get();
        let (desde, ultima) = (d.desde, d.ultima_em);
        let conta = |n: i64| milhar(usize::try_from(n).unwrap_or(0));
        let parou = d.parou_em.map(|em| {
            let frase = move || fill(t.conversas.parou_em, &[("quando", &frase(t, em, agora.get()))]);
            view! { <p class="banner banner-flat info-stop"><Icone nome="ban"/><span>{frase}</span></p> }
        });
        view! {
            {parou}
            <dl class="facts">
                <dt>{t.conversas.contato_desde}</dt><dd class="num">{move || curta(t, desde, agora.get())}</dd>
                {ultima.map(|em| view! { <dt>{t.conversas.contato_ultima}</dt><dd class="num">{move || frase(t, em, agora.get())}</dd> })}
                <dt>{t.conversas.mensagens_contato}</dt><dd class="num">{conta(d.mensagens_contato)}</dd>
                <dt>{t.conversas.mensagens_ia}</dt><dd class="num">{conta(d.mensagens_ia)}</dd>
                <dt>{t.conversas.mensagens_humano}</dt><dd class="num">{conta(d.mensagens_humano)}</dd>
                <dt>{t.conversas.arquivos}</dt><dd class="num">{conta(d.arquivos)}</dd>
            </dl>
        }
    };
    let exportar = format!("/api/v1/contatos/{id}/exportar");
    view! {
        <section class="info-sec"><h3>{t.conversas.contato}</h3>{fatos}</section>
        <Anotacoes id=id texto=anotacoes versao=versao/>
        <section class="info-sec">
            <h3>{t.conversas.privacidade}</h3>
            <div class="cluster">
                <a class="btn btn-secondary btn-sm" href=exportar download="" rel="external"><Icone nome="download"/>{t.conversas.exportar}</a>
                <ApagarContato id=id/>
            </div>
        </section>
    }
}

/// What the business notes about the person. Saved on leaving the field, and by the button.
#[component]
fn Anotacoes(id: ContatoId, texto: String, versao: i32) -> impl IntoView {
    let t = textos();
    let node = NodeRef::<Textarea>::new();
    let erro = RwSignal::new(None::<String>);
    let ocupado = RwSignal::new(false);
    let salvo = RwSignal::new(false);
    let no_servidor = RwSignal::new(texto.clone());
    let versao = StoredValue::new(versao);
    let sujo = RwSignal::new(false);
    // Typed, but not yet saved: a new message must not take it away. It is kept beside the drafts.
    let chave = format!("anotacoes:{id}");
    let guardada = chave.clone();
    Effect::new(move |_| {
        if let (Some(el), Some(texto)) = (node.get(), browser::session_get(&guardada)) {
            el.set_value(&texto);
            sujo.set(no_servidor.with_untracked(|s| *s != texto));
        }
    });
    let chave_mudou = chave.clone();
    let mudou = move |_| {
        let Some(el) = node.get_untracked() else { return };
        let escrito = el.value();
        erro.set(validate::anotacoes(&escrito).err());
        let igual = no_servidor.with_untracked(|s| *s == escrito);
        sujo.set(!igual);
        salvo.set(false);
        browser::session_set(&chave_mudou, if igual { "" } else { &escrito });
    };
    let salvar = move || {
        let Some(el) = node.get_untracked() else { return };
        let escrito = el.value();
        if !sujo.get_untracked() || ocupado.get_untracked() || erro.with_untracked(Option::is_some) {
            return;
        }
        ocupado.set(true);
        let chave = chave.clone();
        spawn_local(async move {
            let resposta = contato_anotar(id, escrito.clone(), Some(versao.get_value())).await;
            if ocupado.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(d) => {
                    browser::session_set(&chave, "");
                    versao.set_value(d.anotacoes_versao);
                    no_servidor.set(d.anotacoes);
                    sujo.set(el.value() != escrito);
                    salvo.set(true);
                }
                Err(e) => {
                    browser::leave_if_signed_out(&e);
                    if e.code() == ErrorCode::Conflict {
                        // Theirs is read, ours stays in the field: the next save knows both.
                        if let Ok(d) = contato_get(id).await {
                            versao.try_set_value(d.anotacoes_versao);
                            erro.try_set(Some(fill(t.conversas.anotacoes_conflito, &[("texto", &d.anotacoes)])));
                        }
                    } else {
                        erro.try_set(Some(text::erro(t, &e)));
                    }
                }
            }
        });
    };
    let ao_sair = salvar.clone();
    view! {
        <section class="info-sec">
            <div class="field">
                <label class="field-label" for="anotacoes"><span class="info-label">{t.conversas.anotacoes}</span><small role="status">{move || salvo.get().then_some(t.conversas.anotacoes_salvas)}</small></label>
                <textarea
                    class="textarea" id="anotacoes" rows="3" node_ref=node placeholder=t.conversas.anotacoes_dica aria-describedby="anotacoes-erro"
                    aria-invalid=move || erro.with(Option::is_some).to_string() on:input=mudou on:blur=move |_| ao_sair()
                >{texto}</textarea>
                <ErroCampo id="anotacoes-erro".to_owned() erro=erro/>
            </div>
            <Show when=move || sujo.get()>
                {
                    let salvar = salvar.clone();
                    view! {
                        <button class="btn btn-secondary btn-sm info-save" type="button" aria-busy=move || ocupado.get().to_string() on:click=move |_| { erro.set(None); salvar() }>{t.conversas.salvar}</button>
                    }
                }
            </Show>
        </section>
    }
}

/// Erases the person, after a question.
#[component]
fn ApagarContato(id: ContatoId) -> impl IntoView {
    let t = textos();
    let toasts = Toasts::expect();
    let aberto = RwSignal::new(false);
    let ocupado = RwSignal::new(false);
    let navegar = use_navigate();
    let confirmar = move |()| {
        ocupado.set(true);
        let navegar = navegar.clone();
        spawn_local(async move {
            let resposta = contato_apagar(id).await;
            if ocupado.try_set(false).is_some() {
                return;
            }
            aberto.set(false);
            match resposta {
                Ok(()) => {
                    toasts.bom(t.conversas.contato_apagado);
                    navegar("/dashboard/conversas", NavigateOptions::default());
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    toasts.ruim(t.geral.falhou, text::erro(t, &erro));
                }
            }
        });
    };
    view! {
        <button class="btn btn-secondary btn-sm" type="button" on:click=move |_| aberto.set(true)><Icone nome="trash-2"/>{t.conversas.apagar_contato}</button>
        <Confirmar id="apagar-contato" aberto=aberto titulo=t.conversas.apagar_contato_titulo texto=t.conversas.apagar_contato_texto acao=t.conversas.apagar_contato ocupado=ocupado confirmar=confirmar/>
    }
}
