//! Fields of the forms that no WASM watches: what is wrong comes from the server, with what was typed.

use leptos::prelude::*;

use crate::ui::Icone;

/// A text field with its label, help and error.
#[derive(Default)]
pub(super) struct CampoHtml {
    /// Unique in the page, and its name in the form.
    pub nome: &'static str,
    /// Above it.
    pub label: &'static str,
    /// Below it.
    pub ajuda: Option<&'static str>,
    /// `text`, `email`, `tel`, `password`.
    pub tipo: &'static str,
    /// For browsers that fill forms.
    pub autocomplete: &'static str,
    /// The keyboard of a phone.
    pub teclado: Option<&'static str>,
    /// What was typed.
    pub valor: Option<String>,
    /// What is wrong with it, and what to do.
    pub erro: Option<String>,
    /// Known already, and not to be changed here.
    pub fixo: bool,
    /// Whether the page opens there.
    pub foco: bool,
    /// The name of the button that shows what is typed, for a senha.
    pub mostrar: Option<&'static str>,
}

impl CampoHtml {
    pub(super) fn render(self) -> impl IntoView + use<> {
        let Self { nome, label, ajuda, tipo, autocomplete, teclado, valor, erro, fixo, foco, mostrar } = self;
        let (ajuda_id, erro_id) = (format!("{nome}-ajuda"), format!("{nome}-erro"));
        let ids = [ajuda.map(|_| ajuda_id.clone()), erro.as_ref().map(|_| erro_id.clone())];
        let descrito = ids.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let botao = mostrar.map(|rotulo| {
            view! { <button class="icon-btn" type="button" hidden=true data-mostrar=nome aria-label=rotulo aria-pressed="false"><Icone nome="eye"/></button> }
        });
        view! {
            <div class="field">
                <label class="field-label" for=nome>{label}</label>
                <div class="input-group">
                    <input
                        class="input" id=nome name=nome type=tipo required=true autocomplete=autocomplete inputmode=teclado value=valor readonly=fixo autofocus=foco
                        aria-invalid=erro.is_some().then_some("true") aria-describedby=(!descrito.is_empty()).then_some(descrito)
                    />
                    {botao}
                </div>
                {ajuda.map(|ajuda| view! { <p class="field-help" id=ajuda_id>{ajuda}</p> })}
                {erro.map(|erro| view! { <p class="field-error" id=erro_id><Icone nome="circle-alert"/><span>{erro}</span></p> })}
            </div>
        }
    }
}

/// A few lines of script, for what a form alone cannot do. Each page works without them.
pub(super) fn script(texto: &'static str) -> impl IntoView {
    view! { <script inner_html=texto></script> }
}

/// Makes the buttons beside senhas show them.
pub(super) const MOSTRAR: &str = "document.querySelectorAll('[data-mostrar]').forEach(function(b){var i=document.getElementById(b.dataset.mostrar);\
    b.hidden=false;b.onclick=function(){var v=i.type==='password';i.type=v?'text':'password';b.setAttribute('aria-pressed',v)}})";

/// A second press of the button waits for the first; coming back makes it ready again. What is typed into is no longer wrong.
pub(super) const OCUPADO: &str = "document.querySelectorAll('form[data-uma-vez]').forEach(function(f){\
    f.addEventListener('input',function(e){var i=e.target,m=document.getElementById(i.id+'-erro'),n=document.querySelector('[data-erros]');\
    i.removeAttribute('aria-invalid');if(m)m.remove();if(n&&!f.querySelector('.field-error'))n.remove()});\
    var b=f.querySelector('[type=submit]');if(!b)return;\
    f.addEventListener('submit',function(e){if(b.getAttribute('aria-busy')==='true')e.preventDefault();b.setAttribute('aria-busy','true')});\
    addEventListener('pageshow',function(){b.removeAttribute('aria-busy')})})";

/// Makes the address that of a page to look at: without what a refused form has left in it, and no answer to a form that
/// the browser would have to send again to come back to.
pub(super) const ENDERECO: &str = "(function(){var q=location.search.slice(1).split('&').filter(function(p){return p&&!/^__(err|path)=/.test(p)}).join('&');\
    history.replaceState(history.state,'',location.pathname+(q?'?'+q:'')+location.hash)})()";
