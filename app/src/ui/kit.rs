//! `/dev/kit`: every component with its states, for who builds pages. Only in development, so its words are here.

use leptos::prelude::*;
use leptos_meta::Title;

use super::*;
use crate::error::AppError;
use contracts::ErrorCode;

/// The gallery.
#[component]
pub fn Kit() -> impl IntoView {
    view! {
        <Title text="Kit"/>
        <div class="page kit">
            <header class="page-head">
                <div><h1 class="page-title">"Estados e componentes"</h1><p class="page-sub">"Cada peça do kit, em repouso e fora dele."</p></div>
                <BotaoTema class="btn btn-secondary" com_texto=true/>
            </header>
            <main class="stack" id="conteudo">
                <Cores/><Botoes/><Campos/><Escolhas/><Etiquetas/><Estados/><Tabela/><Flutuantes/><Medidas/>
            </main>
        </div>
    }
}

#[component]
fn Secao(titulo: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="card">
            <header class="card-head"><h2 class="card-title">{titulo}</h2></header>
            <div class="card-body stack">{children()}</div>
        </section>
    }
}

#[component]
fn Cores() -> impl IntoView {
    let nomes = [
        "bg",
        "surface",
        "surface-2",
        "border",
        "border-strong",
        "text",
        "text-2",
        "text-3",
        "primary",
        "primary-soft",
        "ai",
        "ai-soft",
        "danger",
        "danger-soft",
        "warn-soft",
        "success",
        "success-soft",
        "info",
        "info-soft",
        "c1",
        "c2",
        "c3",
        "c4",
        "c5",
        "c6",
        "c7",
        "c8",
    ];
    let amostras = nomes.map(|nome| {
        view! { <li><i class="kit-color" style=format!("--cor:var(--{nome})")></i><code>{nome}</code></li> }
    });
    view! { <Secao titulo="Cores. Violeta quer dizer IA e mais nada"><ul class="kit-colors">{amostras.into_iter().collect_view()}</ul></Secao> }
}

/// For the test of what a page says when it has crashed.
fn cair() {
    panic!("a crash on purpose");
}

#[component]
fn Botoes() -> impl IntoView {
    view! {
        <Secao titulo="Botões">
            <div class="cluster">
                <button class="btn btn-primary" type="button">"Salvar"</button>
                <button class="btn btn-secondary" type="button">"Cancelar"</button>
                <button class="btn btn-ghost" type="button">"Descartar"</button>
                <button class="btn btn-danger" type="button">"Excluir"</button>
                <button class="btn btn-ai" type="button"><Icone nome="bot"/>"Sugerir com IA"</button>
            </div>
            <div class="cluster">
                <button class="btn btn-primary" type="button" aria-busy="true">"Salvar"</button>
                <button class="btn btn-secondary" type="button" aria-busy="true">"Gerar novo código"</button>
                <button class="btn btn-danger" type="button" aria-busy="true">"Excluir"</button>
                <button class="btn btn-secondary" type="button" disabled>"Próxima"</button>
            </div>
            <div class="cluster">
                <button class="btn btn-secondary btn-sm" type="button"><Icone nome="pencil"/>"Editar"</button>
                <button class="btn btn-secondary" type="button"><Icone nome="download"/>"Exportar"</button>
                <button class="btn btn-primary btn-lg" type="button">"Quero assinar"</button>
                <button class="icon-btn" type="button" aria-label="Filtrar" data-tip="Filtrar"><Icone nome="list-filter"/></button>
                <button class="icon-btn" type="button" aria-label="Detalhes" aria-pressed="true"><Icone nome="panel-right"/></button>
                <button class="icon-btn" type="button" aria-label="2 avisos novos"><Icone nome="bell"/><span class="badge badge-count" aria-hidden="true">"2"</span></button>
                <a class="link" href="#conteudo">"Um link"</a>
                <kbd>"Ctrl K"</kbd>
                <button class="btn btn-ghost" type="button" on:click=|_| cair()>"Parar esta página"</button>
            </div>
        </Secao>
    }
}

#[component]
fn Campos() -> impl IntoView {
    let nome = Campo::new(|v| if v.is_empty() { Err("Escreva o nome da loja.".to_owned()) } else { Ok(()) });
    let email = Campo::new(|v| contracts::validate::email(&v));
    let senha = Campo::new(|_| Ok(()));
    let erro = Signal::stored(Some("Falta o final do endereço, como .com.br".to_owned()));
    let texto = RwSignal::new("Essa eu não sei te dizer. Vou chamar alguém da equipe, tá bem?".to_owned());
    let longo = RwSignal::new("Este texto passa do limite que tem.".to_owned());
    view! {
        <Secao titulo="Campos">
            <div class="form-row">
                <CampoTexto campo=nome id="k-nome" label="Nome da loja" tipo="text" autocomplete="off" ajuda="Aparece para os clientes."/>
                <CampoTexto campo=email id="k-email" label="E-mail" tipo="email" autocomplete="off" do_servidor=erro/>
                <CampoTexto campo=senha id="k-senha" label="Senha" tipo="password" autocomplete="off"/>
                <div class="field"><label class="field-label" for="k-cnpj">"CNPJ"</label><input class="input" id="k-cnpj" value="12.345.678/0001-90" disabled/></div>
                <div class="field">
                    <label class="field-label" for="k-busca">"Buscar"</label>
                    <div class="input-group"><Icone nome="search"/><input class="input" id="k-busca" type="search" placeholder="Nome ou número"/></div>
                </div>
            </div>
            <div class="form-row">
                <AreaTexto id="k-area" label="Mensagem" valor=texto maximo=300 ajuda="Enviada quando a IA não sabe."/>
                <AreaTexto id="k-area2" label="Saudação" valor=longo maximo=20 erro=Signal::stored(Some("Retire 15 caracteres.".to_owned()))/>
            </div>
            <Soltar id="k-soltar" name="arquivos" aceita=".pdf,.txt" titulo="Escolha ou arraste um arquivo" texto="PDF ou texto, até 10 MB"/>
        </Secao>
    }
}

#[component]
fn Escolhas() -> impl IntoView {
    let (tom, periodo) = (RwSignal::new("casual".to_owned()), RwSignal::new("14".to_owned()));
    let (ligada, fora, parte) = (RwSignal::new(true), RwSignal::new(false), RwSignal::new(50.0));
    let opcoes = [("formal", "Formal"), ("casual", "Casual"), ("tecnico", "Técnico")];
    view! {
        <Secao titulo="Escolhas">
            <div class="form-row">
                <Selecao id="k-tom" label="Tom" opcoes=opcoes.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec() valor=tom ajuda="Como a IA escreve."/>
                <Deslizante id="k-parte" label="Confiança para responder" min=0.0 max=100.0 passo=5.0 valor=parte em_palavras=|v: f64| format!("{v:.0} de 100")/>
            </div>
            <Segmentos label="Período" name="k-periodo" opcoes=vec![("1", "Hoje".to_owned()), ("14", "14 dias".to_owned()), ("30", "30 dias".to_owned())] valor=periodo/>
            <Interruptor label="IA ativa" ligado=ligada ajuda="Desligada, só guarda as mensagens."/>
            <Interruptor label="Responder fora do horário" ligado=fora/>
            <label class="check"><input class="checkbox" type="checkbox" checked/><span>"Avisar por e-mail"</span></label>
            <label class="check"><input class="radio" type="radio" name="k-r" checked/><span>"Casual"</span></label>
            <label class="check"><input class="radio" type="radio" name="k-r"/><span>"Formal"</span></label>
            <nav class="tabs" aria-label="Exemplo de abas">
                <a class="tab" href="#conteudo" aria-current="page">"Visão geral"</a>
                <a class="tab" href="#conteudo">"Pagamentos "<span class="count">"12"</span></a>
                <a class="tab" href="#conteudo">"Chamados "<span class="count">"2"</span></a>
            </nav>
        </Secao>
    }
}

#[component]
fn Etiquetas() -> impl IntoView {
    let so_esperando = RwSignal::new(true);
    view! {
        <Secao titulo="Etiquetas, filtros, avatares">
            <div class="cluster">
                <Selo tom=Tom::Ia ponto=true>"IA ativa"</Selo>
                <Selo tom=Tom::Aviso><Icone nome="clock"/>"6 min"</Selo>
                <Selo tom=Tom::Bom ponto=true>"Ativo"</Selo>
                <Selo tom=Tom::Perigo ponto=true>"Suspenso"</Selo>
                <Selo tom=Tom::Info ponto=true>"Em teste"</Selo>
                <Selo>"Resolvida"</Selo>
                <span class="badge badge-count">"3"</span>
            </div>
            <div class="cluster">
                <Ficha ligada=so_esperando mudar=move |()| so_esperando.update(|v| *v = !*v)>"Aguardando"</Ficha>
                <Ficha ligada=false mudar=|()| {}>"Com mídia"</Ficha>
            </div>
            <div class="cluster">
                <Avatar nome="Marina Torres".to_owned() semente="1".to_owned() tamanho=64/>
                <Avatar nome="João Prado".to_owned() semente="2".to_owned() tamanho=40 canal=true/>
                <Avatar nome="5511999990000".to_owned() semente="3".to_owned() tamanho=32/>
            </div>
        </Secao>
    }
}

#[component]
fn Estados() -> impl IntoView {
    let linha = || view! { <div class="skeleton-row">{barra("46%")}{barra("78%")}</div> };
    view! {
        <Secao titulo="Lista: os quatro estados">
            <div class="halves">
                <div class="card card-body" aria-busy="true" aria-label="Carregando" role="status">{linha()}{linha()}{linha()}</div>
                <div class="card"><Vazio icone="messages-square" titulo="Nenhuma conversa ainda" texto="Conecte o WhatsApp da loja e as mensagens aparecem aqui."><button class="btn btn-primary" type="button">"Conectar WhatsApp"</button></Vazio></div>
                <div class="card"><Vazio icone="list-filter" titulo="Nada com estes filtros" texto="Aguardando, últimos 7 dias."><button class="btn btn-secondary" type="button">"Limpar filtros"</button></Vazio></div>
                <div class="card"><Falha erro=AppError::new(ErrorCode::Unavailable) repetir=|()| {}/></div>
            </div>
            <Faixa tom=Tom::Ia icone="bot" titulo="A IA está respondendo" texto="Escrever aqui pausa a IA."><button class="btn btn-secondary btn-sm" type="button">"Assumir conversa"</button></Faixa>
            <Faixa tom=Tom::Aviso icone="hand" titulo="Marina espera há 6 min" texto="A IA parou nesta conversa."/>
            <Faixa tom=Tom::Perigo icone="wifi-off" titulo="WhatsApp desconectado" texto="Não é possível enviar até reconectar."/>
            <Faixa tom=Tom::Bom icone="circle-check" titulo="WhatsApp conectado"/>
            <Faixa tom=Tom::Info icone="megaphone" titulo="Manutenção na terça" texto="Das 3h às 3h20."/>
        </Secao>
    }
}

#[component]
fn Tabela() -> impl IntoView {
    let pagina = RwSignal::new(2_i64);
    let linha = |fatura: &'static str, nome: &'static str, tom: Tom, estado: &'static str, valor: &'static str| {
        view! {
            <tr>
                <td data-cell="title"><a class="fw5" href="#conteudo">{fatura}</a></td><td data-cell="sub">{nome}</td>
                <td data-cell="status"><Selo tom=tom ponto=true>{estado}</Selo></td><td class="end" data-cell="value">{valor}</td>
            </tr>
        }
    };
    view! {
        <section class="card table-wrap" aria-label="Tabela">
            <table class="table">
                <thead><tr>
                    <th scope="col" aria-sort="descending"><button type="button">"Fatura"<Icone nome="arrow-down"/></button></th>
                    <th scope="col">"Cliente"</th><th scope="col">"Status"</th><th scope="col" class="end">"Valor"</th>
                </tr></thead>
                <tbody>
                    {linha("2026-0214", "Ótica Vila Clara", Tom::Bom, "Paga", "R$ 289,00")}
                    {linha("2026-0213", "Oficina Dois Irmãos", Tom::Perigo, "Recusada", "R$ 149,00")}
                </tbody>
            </table>
            <Paginacao pagina=pagina por_pagina=25 total=212_i64 endereco=|n: i64| format!("#pagina-{n}")/>
        </section>
    }
}

#[component]
fn Flutuantes() -> impl IntoView {
    let toasts = Toasts::expect();
    let (dialogo, gaveta, pergunta) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    view! {
        <Secao titulo="Flutuantes">
            <div class="cluster">
                <button class="btn btn-secondary" type="button" on:click=move |_| dialogo.set(true)>"Diálogo"</button>
                <button class="btn btn-secondary" type="button" on:click=move |_| pergunta.set(true)>"Pergunta"</button>
                <button class="btn btn-secondary" type="button" on:click=move |_| gaveta.set(true)>"Gaveta"</button>
                <button class="btn btn-secondary" type="button" on:click=move |_| toasts.bom("Conversa resolvida")>"Toast"</button>
                <button class="btn btn-secondary" type="button" on:click=move |_| toasts.ruim("Não deu para salvar", "Sem conexão. Seu texto continua aqui.")>"Toast de erro"</button>
                <Popover id="k-popover" label="Por quê?"><p>"A resposta veio do trecho Entregas."</p></Popover>
                <Menu id="k-menu" label="Ações da conversa">
                    <ItemMenu icone="check" nome="Resolver" tecla="E" fazer=move |()| toasts.bom("Conversa resolvida")/>
                    <ItemMenu icone="user-plus" nome="Atribuir" tecla="A" fazer=|()| {}/>
                    <div class="menu-sep" role="separator"></div>
                    <ItemMenu icone="trash-2" nome="Excluir" perigo=true fazer=|()| {}/>
                </Menu>
            </div>
            <Dialogo id="k-dialogo" aberto=dialogo titulo="Detalhes da fatura"><div class="dialog-body"><p>"Vence em 12/02."</p></div></Dialogo>
            <Dialogo id="k-gaveta" aberto=gaveta titulo="Detalhes" gaveta=true>
                <div class="dialog-body"><dl class="facts"><dt>"Bairro"</dt><dd>"Centro"</dd><dt>"Conversas"</dt><dd>"4"</dd></dl></div>
            </Dialogo>
            <Confirmar
                id="k-pergunta" aberto=pergunta titulo="Desconectar o WhatsApp?" texto="As mensagens deixam de ser respondidas até você ler um novo código."
                acao="Desconectar" ocupado=false confirmar=move |()| pergunta.set(false)
            />
        </Secao>
    }
}

#[component]
fn Medidas() -> impl IntoView {
    view! {
        <Secao titulo="Medidas e passos">
            <div class="halves">
                <Medidor label="Mensagens automáticas hoje" valor=64.0 max=120.0 conta="64 de 120"/>
                <Medidor label="Orçamento do mês" valor=93.0 max=100.0 conta="R$ 93,00 de R$ 100,00" tom=Tom::Aviso/>
            </div>
            <Confianca valor=0.84 limiar=0.5/>
            <ol class="stepper">
                <Passo estado=EstadoPasso::Feito titulo="Cadastrar o conhecimento"/>
                <Passo estado=EstadoPasso::Atual titulo="Conectar o WhatsApp" texto="Leva 2 minutos"><a class="btn btn-primary btn-sm" href="#conteudo">"Conectar"</a></Passo>
                <Passo estado=EstadoPasso::Depois titulo="Convidar a equipe"/>
            </ol>
        </Secao>
    }
}
