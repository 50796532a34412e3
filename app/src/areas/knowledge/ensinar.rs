//! A question with its answer, written into the knowledge. For the list of questions and for the trial box.

use contracts::{MensagemId, validate};
use leptos::{
    html::{Input, Textarea},
    prelude::*,
    task::spawn_local,
};

use super::{
    api::{knowledge_acrescentar, perguntas_ensinar},
    page::Partes,
};
use crate::{
    browser,
    text::{self, textos},
    ui::{ErroCampo, Toasts},
};

/// The form; the first field is the question as it will stand in the text.
#[component]
pub fn FormEnsinar(
    /// Unique in the page.
    id: String,
    /// The reply that did not answer; none for a question that was only tried.
    pergunta_de: Option<MensagemId>,
    /// A suggestion.
    pergunta: String,
    /// Puts the form away.
    #[prop(into)]
    cancelar: Callback<()>,
    /// It was saved.
    #[prop(into)]
    pronto: Callback<()>,
) -> impl IntoView {
    let t = textos();
    let toasts = Toasts::expect();
    let partes = use_context::<Partes>();
    let (campo_p, campo_r) = (NodeRef::<Input>::new(), NodeRef::<Textarea>::new());
    let (erro_p, erro_r) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let ocupado = RwSignal::new(false);
    let (p_id, r_id) = (format!("{id}-p"), format!("{id}-r"));
    let focar = r_id.clone();
    Effect::new(move |_| {
        if campo_r.get().is_some() {
            browser::focus(&focar);
        }
    });
    let enviar = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let pergunta = campo_p.get_untracked().map(|el| el.value()).unwrap_or_default();
        let resposta = campo_r.get_untracked().map(|el| el.value()).unwrap_or_default();
        erro_p.set(validate::pergunta(&pergunta).err());
        erro_r.set(validate::resposta(&resposta).err());
        if ocupado.get_untracked() {
            return;
        }
        if erro_p.with_untracked(Option::is_some) {
            if let Some(el) = campo_p.get_untracked() {
                let _ = el.focus();
            }
            return;
        }
        if erro_r.with_untracked(Option::is_some) {
            if let Some(el) = campo_r.get_untracked() {
                let _ = el.focus();
            }
            return;
        }
        ocupado.set(true);
        spawn_local(async move {
            let resposta = match pergunta_de {
                Some(id) => perguntas_ensinar(id, pergunta, resposta).await,
                None => knowledge_acrescentar(pergunta, resposta).await,
            };
            if ocupado.try_set(false).is_some() {
                return;
            }
            match resposta {
                Ok(_) => {
                    toasts.bom(t.conhecimento.ensinado_toast);
                    if let Some(p) = partes {
                        p.mudou.update(|n| *n += 1);
                    }
                    pronto.run(());
                }
                Err(erro) => {
                    browser::leave_if_signed_out(&erro);
                    erro_p.set(erro.field("pergunta").map(str::to_owned));
                    erro_r.set(erro.field("resposta").map(str::to_owned));
                    if erro.field("pergunta").is_none() && erro.field("resposta").is_none() {
                        toasts.ruim(
                            t.conhecimento.falha_toast,
                            format!("{} {}", text::erro(t, &erro), t.conhecimento.texto_mantido),
                        );
                    }
                }
            }
        });
    };
    let (p_erro, r_erro) = (format!("{p_id}-erro"), format!("{r_id}-erro"));
    let (p_desc, r_desc, r_ajuda) = (p_erro.clone(), format!("{r_id}-ajuda {r_erro}"), format!("{r_id}-ajuda"));
    view! {
        <form class="form ensinar" id=id on:submit=enviar novalidate>
            <div class="field">
                <label class="field-label" for=p_id.clone()>{t.conhecimento.ensinar_pergunta}</label>
                <input class="input" id=p_id node_ref=campo_p value=pergunta autocomplete="off" aria-describedby=p_desc aria-invalid=move || erro_p.with(Option::is_some).to_string()/>
                <ErroCampo id=p_erro erro=erro_p/>
            </div>
            <div class="field">
                <label class="field-label" for=r_id.clone()>{t.conhecimento.ensinar_resposta}</label>
                <textarea class="textarea" id=r_id rows="3" node_ref=campo_r placeholder=t.conhecimento.ensinar_exemplo aria-describedby=r_desc aria-invalid=move || erro_r.with(Option::is_some).to_string()></textarea>
                <p class="field-help" id=r_ajuda>{t.conhecimento.ensinar_ajuda}</p>
                <ErroCampo id=r_erro erro=erro_r/>
            </div>
            <div class="cluster">
                <button class="btn btn-primary" type="submit" aria-busy=move || ocupado.get().to_string()>{t.conhecimento.ensinar}</button>
                <button class="btn btn-ghost" type="button" on:click=move |_| cancelar.run(())>{t.geral.cancelar}</button>
            </div>
        </form>
    }
}
