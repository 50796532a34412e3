//! Ctrl+K: go to a page or to a conversa by typing a piece of its name.

use std::time::Duration;

use contracts::conversas::ConversaDto;
use leptos::{
    ev::KeyboardEvent,
    html::{Dialog, Input},
    prelude::*,
    task::spawn_local,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{menu::paginas, teclado::Teclado};
use crate::{
    areas::conversas::{buscar_conversas, nome_visivel},
    browser,
    format::{dobrado, telefone},
    partes::sobre,
    text::textos,
    ui::{Avatar, Icone, seguir},
};

/// Typing pauses this long before the server is asked.
const PAUSA: Duration = Duration::from_millis(180);
/// So many conversas fit without scrolling far.
const CONVERSAS: usize = 8;

#[derive(Clone, Debug, PartialEq)]
enum Alvo {
    Pagina { href: &'static str, icone: &'static str, nome: &'static str },
    Conversa(Box<ConversaDto>),
    Ajuda,
}

impl Alvo {
    fn chave(&self) -> String {
        match self {
            Self::Pagina { href, .. } => (*href).to_owned(),
            Self::Conversa(c) => c.id.to_string(),
            Self::Ajuda => "ajuda".to_owned(),
        }
    }
}

sobre! {
    /// The palette, fetched when it is opened for the first time.
    pub async fn paleta(aberta: RwSignal<bool>) -> AnyView {
        view! { <Paleta aberta=aberta/> }.into_any()
    }
}

#[component]
fn Paleta(aberta: RwSignal<bool>) -> impl IntoView {
    let t = textos();
    let node = NodeRef::<Dialog>::new();
    seguir(node, aberta);
    let conteudo = move || aberta.get().then(|| view! { <Procura aberta=aberta/> });
    view! {
        <dialog
            class="dialog palette" node_ref=node aria-label=t.atalhos.paleta on:close=move |_| aberta.set(false)
            on:click=move |ev| if ev.target() == ev.current_target() { aberta.set(false) }
        >{conteudo}</dialog>
    }
}

#[component]
fn Procura(aberta: RwSignal<bool>) -> impl IntoView {
    let t = textos();
    let teclado = Teclado::expect();
    let navegar = use_navigate();
    let campo = NodeRef::<Input>::new();
    let texto = RwSignal::new(String::new());
    let achadas = RwSignal::new(Vec::<ConversaDto>::new());
    let pedido = StoredValue::new(0_u32);
    let escolhido = RwSignal::new(0_usize);
    Effect::new(move |_| {
        if let Some(el) = campo.get() {
            let _ = el.focus();
        }
    });
    Effect::new(move |_| {
        let busca = texto.get().trim().to_owned();
        let vez = pedido.get_value() + 1;
        pedido.set_value(vez);
        set_timeout(
            move || {
                if pedido.try_get_value() != Some(vez) {
                    return;
                }
                spawn_local(async move {
                    let resposta = buscar_conversas(busca).await;
                    // Something newer has been typed, or the palette is gone.
                    if pedido.try_get_value() != Some(vez) {
                        return;
                    }
                    match resposta {
                        Ok(mut lista) => {
                            lista.truncate(CONVERSAS);
                            achadas.set(lista);
                        }
                        Err(erro) => browser::leave_if_signed_out(&erro),
                    }
                });
            },
            if vez == 1 { Duration::ZERO } else { PAUSA },
        );
    });
    let alvos = Memo::new(move |_| {
        let busca = dobrado(texto.get().trim());
        let cabe = |nome: &str| dobrado(nome).contains(&busca);
        let mut alvos: Vec<Alvo> = paginas(t)
            .into_iter()
            .filter(|(_, _, nome)| cabe(nome))
            .map(|(href, icone, nome)| Alvo::Pagina { href, icone, nome })
            .collect();
        if cabe(t.atalhos.ajuda_titulo) {
            alvos.push(Alvo::Ajuda);
        }
        let conversas = achadas.get().into_iter().map(|c| Alvo::Conversa(Box::new(c)));
        // Whoever types looks for a person more often than for a page.
        if busca.is_empty() {
            alvos.extend(conversas)
        } else {
            alvos.splice(0..0, conversas).for_each(drop)
        }
        alvos
    });
    Effect::new(move |_| {
        alvos.track();
        texto.track();
        escolhido.set(0);
    });
    let ir = Callback::new(move |alvo: Alvo| {
        aberta.set(false);
        match alvo {
            Alvo::Pagina { href, .. } => navegar(href, NavigateOptions::default()),
            Alvo::Conversa(c) => navegar(&format!("/dashboard/conversas/{}", c.id), NavigateOptions::default()),
            Alvo::Ajuda => teclado.ajuda.set(true),
        }
    });
    let mover = move |passo: isize| {
        let n = alvos.with(Vec::len);
        if n == 0 {
            return;
        }
        let novo = escolhido.get_untracked().saturating_add_signed(passo).min(n - 1);
        escolhido.set(novo);
        if let Some(el) = document().get_element_by_id(&format!("alvo-{novo}")) {
            browser::reveal(&el);
        }
    };
    let tecla = move |ev: KeyboardEvent| {
        match ev.key().as_str() {
            "ArrowDown" => mover(1),
            "ArrowUp" => mover(-1),
            "Enter" if !ev.is_composing() => {
                if let Some(alvo) = alvos.with(|a| a.get(escolhido.get_untracked()).cloned()) {
                    ir.run(alvo);
                }
            }
            _ => return,
        }
        ev.prevent_default();
    };
    let linha = move |(i, alvo): (usize, Alvo)| {
        let (icone, nome, lado) = match &alvo {
            Alvo::Pagina { icone, nome, .. } => (
                view! { <span class="palette-icon"><Icone nome=*icone/></span> }.into_any(),
                (*nome).to_owned(),
                t.atalhos.pagina.to_owned(),
            ),
            Alvo::Ajuda => (
                view! { <span class="palette-icon"><Icone nome="keyboard"/></span> }.into_any(),
                t.atalhos.ajuda_titulo.to_owned(),
                "?".to_owned(),
            ),
            Alvo::Conversa(c) => {
                let nome = nome_visivel(c);
                let numero = telefone(&c.numero_usuario);
                let lado = if numero == nome { String::new() } else { numero };
                (view! { <Avatar nome=nome.clone() semente=c.id.to_string() tamanho=28/> }.into_any(), nome, lado)
            }
        };
        view! {
            <li
                role="option" class="palette-item" id=format!("alvo-{i}") aria-selected=move || (escolhido.get() == i).to_string()
                on:mousemove=move |_| if escolhido.get_untracked() != i { escolhido.set(i) }
                on:click=move |_| ir.run(alvo.clone())
            >{icone}<span class="truncate">{nome}</span><small class="muted num">{lado}</small></li>
        }
    };
    let numerados = move || alvos.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <div class="palette-search input-group">
            <Icone nome="search"/>
            <input
                class="input" type="text" role="combobox" autocomplete="off" spellcheck="false" aria-expanded="true" aria-controls="paleta-lista"
                aria-autocomplete="list" aria-label=t.atalhos.paleta_campo placeholder=t.atalhos.paleta_campo node_ref=campo
                aria-activedescendant=move || alvos.with(|a| (!a.is_empty()).then(|| format!("alvo-{}", escolhido.get())))
                on:input=move |ev| texto.set(event_target_value(&ev)) on:keydown=tecla
            />
        </div>
        <ul class="palette-list" id="paleta-lista" role="listbox" aria-label=t.atalhos.paleta hidden=move || alvos.with(Vec::is_empty)>
            <For
                each=numerados
                key=|(i, alvo)| format!("{i}{}", alvo.chave()) children=linha
            />
        </ul>
        <p class="palette-none muted" role="status">{move || alvos.with(Vec::is_empty).then_some(t.atalhos.nada)}</p>
        <p class="palette-foot not-mobile" aria-hidden="true">
            <span><kbd>"↑"</kbd>" "<kbd>"↓"</kbd>" "{t.atalhos.dica_mover}</span>
            <span><kbd>"Enter"</kbd>" "{t.atalhos.dica_abrir}</span>
            <span><kbd>"Esc"</kbd>" "{t.atalhos.dica_fechar}</span>
        </p>
    }
}
