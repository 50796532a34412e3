//! What each mail says, in both languages.

use chrono::{DateTime, Utc};
use contracts::CausaQueda;
use url::Url;

use super::corpo::{Bloco, Conteudo};
use super::{Acesso, Idioma, Modelo, Queda};
use crate::{BRASILIA, Empresa};

/// What every mail knows.
pub(super) struct Carta<'a> {
    pub idioma: Idioma,
    pub nome: &'a str,
    pub email: &'a str,
    /// When it was asked for.
    pub em: DateTime<Utc>,
    pub public_url: &'a Url,
    pub empresa: &'a Empresa,
    /// The door it opens; the two that have one are not sent without.
    pub acesso: Option<&'a Acesso>,
}

impl Carta<'_> {
    fn l(&self, pt: &str, en: &str) -> String {
        self.idioma.l(pt, en).to_owned()
    }

    fn ola(&self) -> Bloco {
        Bloco::Texto(format!("{}, {}.", self.idioma.l("Olá", "Hello"), self.nome))
    }

    fn t(&self, pt: &str, en: &str) -> Bloco {
        Bloco::Texto(self.l(pt, en))
    }

    fn nota(&self, pt: &str, en: &str) -> Bloco {
        Bloco::Nota(self.l(pt, en))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    fn botao(&self, pt: &str, en: &str, url: impl Into<String>) -> Bloco {
        Bloco::Botao { rotulo: self.l(pt, en), url: url.into() }
    }

    fn link(&self, pt: &str, en: &str, url: impl Into<String>) -> Bloco {
        Bloco::Link { rotulo: self.l(pt, en), url: url.into() }
    }

    fn passos(&self, pt: &[&str], en: &[&str]) -> Bloco {
        let passos = if self.idioma == Idioma::En { en } else { pt };
        Bloco::Passos(passos.iter().map(|p| (*p).to_owned()).collect())
    }

    /// Where to write to, if anybody reads it.
    fn contato(&self, pt: &str, en: &str) -> Option<Bloco> {
        let email = self.empresa.email.as_deref()?;
        Some(Bloco::Texto(format!("{} {email}.", self.idioma.l(pt, en))))
    }

    fn conteudo(&self, assunto: (&str, &str), previa: (&str, &str), blocos: Vec<Bloco>) -> Conteudo {
        let titulo = self.l(assunto.0, assunto.1);
        let mut todos = vec![self.ola()];
        todos.extend(blocos);
        Conteudo { assunto: titulo.clone(), previa: self.l(previa.0, previa.1), titulo, blocos: todos }
    }

    /// What [`Modelo`] says.
    pub(super) fn escrever(&self, modelo: &Modelo) -> Conteudo {
        match modelo {
            Modelo::BoasVindas => self.boas_vindas(),
            Modelo::NovaSenha => self.nova_senha(),
            Modelo::SenhaAlterada => self.senha_alterada(),
            Modelo::ContaEncerrada { apaga_em } => self.conta_encerrada(*apaga_em),
            Modelo::PagamentoFalhou { valor_centavos, url, proxima_tentativa } => {
                self.pagamento_falhou(*valor_centavos, url, *proxima_tentativa)
            }
            Modelo::CarenciaAcabando { suspende_em, url } => self.carencia_acabando(*suspende_em, url),
            Modelo::ContaSuspensa { apaga_em, url } => self.conta_suspensa(*apaga_em, url),
            Modelo::ContaReativada => self.conta_reativada(),
            Modelo::AssinaturaCancelada { acesso_ate, apaga_em } => self.assinatura_cancelada(*acesso_ate, *apaga_em),
            Modelo::Recibo { valor_centavos, periodo_fim, pdf, url } => {
                self.recibo(*valor_centavos, *periodo_fim, pdf.as_deref(), url.as_deref())
            }
            Modelo::ConexaoCaiu { queda } => self.conexao_caiu(*queda),
            Modelo::ConexaoVoltou { minutos } => self.conexao_voltou(*minutos),
            Modelo::InstanciaSurda => self.instancia_surda(),
            Modelo::SilencioIncomum { minutos } => self.silencio_incomum(*minutos),
            Modelo::SemRecibo { mensagens } => self.sem_recibo(*mensagens),
            Modelo::Orcamento80 { gasto, orcamento } => self.orcamento_80(*gasto, *orcamento),
            Modelo::OrcamentoEsgotado { orcamento } => self.orcamento_esgotado(*orcamento),
            Modelo::Mensagens80 { enviadas, limite } => self.mensagens_80(*enviadas, *limite),
            Modelo::MensagensEsgotadas { limite } => self.mensagens_esgotadas(*limite),
        }
    }

    fn boas_vindas(&self) -> Conteudo {
        let (link, senha, ate) = self
            .acesso
            .map(|a| (a.link.clone(), a.senha.clone().unwrap_or_default(), self.idioma.hora(a.expira_em)))
            .unwrap_or_default();
        let i = self.idioma;
        let dados = vec![
            (i.l("Endereço", "Address").to_owned(), self.url("login")),
            ("E-mail".to_owned(), self.email.to_owned()),
            (i.l("Senha inicial", "First password").to_owned(), senha),
        ];
        self.conteudo(
            ("Sua conta no Proseia está pronta", "Your Proseia account is ready"),
            (
                "Crie sua senha pelo botão. Depois são três passos até a primeira resposta.",
                "Create your password with the button. Then it is three steps to the first answer.",
            ),
            vec![
                self.t(
                    "Sua assinatura começou e sua conta já existe. O botão abre a página em que você escolhe a sua senha e entra.",
                    "Your subscription has begun and your account exists. The button opens the page where you choose your password and sign in.",
                ),
                self.botao("Criar minha senha", "Create my password", link),
                Bloco::Texto(i.l("O botão vale uma vez, até {ate}.", "The button works once, until {ate}.").replace("{ate}", &ate)),
                self.t(
                    "Se preferir digitar, entre com estes dados. No primeiro acesso pedimos que você troque a senha.",
                    "If you would rather type, sign in with these. At the first sign-in we ask you to change the password.",
                ),
                Bloco::Dados(dados),
                Bloco::Secao(self.l("Os três primeiros passos", "The first three steps")),
                self.passos(
                    &[
                        "Em Meu Conhecimento, cole o texto do seu negócio: horário, preços, entrega, formas de pagamento.",
                        "Em Conectar WhatsApp, leia o código QR com o celular da empresa.",
                        "De outro celular, mande uma pergunta para o número da empresa e veja a resposta chegar.",
                    ],
                    &[
                        "In My Knowledge, paste the text of your business: hours, prices, delivery, ways to pay.",
                        "In Connect WhatsApp, scan the QR code with the company's phone.",
                        "From another phone, send a question to the company's number and watch the answer come.",
                    ],
                ),
                self.nota(
                    "Recebeu este e-mail duas vezes? Vale o mais recente.",
                    "Received this e-mail twice? The newest one counts.",
                ),
            ],
        )
    }

    fn nova_senha(&self) -> Conteudo {
        let link = self.acesso.map(|a| a.link.clone()).unwrap_or_default();
        let pedido = self.idioma.l(
            "Recebemos um pedido de nova senha para a conta {email}.",
            "We received a request for a new password for the account {email}.",
        );
        self.conteudo(
            ("Crie uma nova senha", "Create a new password"),
            ("O link vale uma vez, por 60 minutos.", "The link works once, for 60 minutes."),
            vec![
                Bloco::Texto(pedido.replace("{email}", self.email)),
                self.botao("Criar nova senha", "Create a new password", link),
                self.t(
                    "O link vale uma vez, por 60 minutos. Um pedido novo cancela este.",
                    "The link works once, for 60 minutes. A newer request cancels it.",
                ),
                self.nota(
                    "Se não foi você, não precisa fazer nada: sua senha continua a mesma.",
                    "If it was not you, there is nothing to do: your password stays the same.",
                ),
            ],
        )
    }

    fn senha_alterada(&self) -> Conteudo {
        let texto = self.idioma.l(
            "A senha da sua conta foi alterada em {quando}. Os outros dispositivos foram desconectados.",
            "The password of your account was changed on {quando}. Other devices were signed out.",
        );
        let mut blocos = vec![
            Bloco::Texto(texto.replace("{quando}", &self.idioma.hora(self.em))),
            self.t(
                "Se foi você, está tudo certo. Se não foi, crie outra senha agora.",
                "If it was you, all is well. If it was not, create another password now.",
            ),
            self.botao("Não fui eu: criar outra senha", "It was not me: create another", self.url("esqueci-senha")),
        ];
        blocos.extend(self.contato("Depois conte para nós:", "Then tell us:"));
        self.conteudo(
            ("Sua senha foi alterada", "Your password was changed"),
            ("Se não foi você, crie outra agora.", "If it was not you, create another one now."),
            blocos,
        )
    }

    fn conta_encerrada(&self, apaga_em: DateTime<Utc>) -> Conteudo {
        let i = self.idioma;
        self.conteudo(
            ("Sua conta foi encerrada", "Your account was closed"),
            ("Até a data abaixo você pode reabrir.", "Until the date below you can reopen it."),
            vec![
                Bloco::Texto(
                    i.l(
                        "Você encerrou sua conta em {quando}. A IA não responde mais e seu WhatsApp foi desconectado.",
                        "You closed your account on {quando}. The AI does not answer any more and your WhatsApp was disconnected.",
                    )
                    .replace("{quando}", &i.hora(self.em)),
                ),
                Bloco::Texto(
                    i.l(
                        "Seus dados serão apagados em {apaga}. Até lá, se mudar de ideia, entre com o mesmo e-mail e senha e escolha \"Reabrir conta\". Lá você também baixa uma cópia dos seus dados.",
                        "Your data will be erased on {apaga}. Until then, if you change your mind, sign in with the same e-mail and password and choose \"Reopen account\". There you can also download a copy of your data.",
                    )
                    .replace("{apaga}", &i.hora(apaga_em)),
                ),
                self.botao("Entrar", "Sign in", self.url("login")),
                self.nota(
                    "Se não foi você, entre agora, reabra a conta e troque a senha.",
                    "If it was not you, sign in now, reopen the account and change the password.",
                ),
            ],
        )
    }

    fn pagamento_falhou(&self, centavos: i64, url: &str, proxima: Option<DateTime<Utc>>) -> Conteudo {
        let i = self.idioma;
        let depois = match proxima {
            Some(em) => {
                i.l("Vamos tentar de novo em {dia}.", "We will try again on {dia}.").replace("{dia}", &i.dia(em))
            }
            None => self.l(
                "Não haverá outra tentativa automática: pague pelo botão.",
                "There will be no other automatic try: please pay with the button.",
            ),
        };
        self.conteudo(
            ("Não conseguimos cobrar sua assinatura", "We could not charge your subscription"),
            ("Sua IA continua respondendo. Veja como pagar.", "Your AI goes on answering. See how to pay."),
            vec![
                Bloco::Texto(
                    i.l(
                        "A cobrança de {valor} não passou. Costuma ser cartão vencido, sem limite ou bloqueado pelo banco.",
                        "The charge of {valor} did not go through. Usually the card has expired, has no limit left or is blocked by the bank.",
                    )
                    .replace("{valor}", &i.dinheiro(centavos)),
                ),
                self.botao("Pagar ou trocar o cartão", "Pay or change the card", url),
                Bloco::Texto(depois),
                self.t(
                    "Enquanto isso, a IA continua respondendo seus clientes.",
                    "Meanwhile the AI goes on answering your customers.",
                ),
            ],
        )
    }

    fn carencia_acabando(&self, suspende_em: DateTime<Utc>, url: &str) -> Conteudo {
        let i = self.idioma;
        let dia = i.dia(suspende_em);
        let assunto =
            i.l("Sua conta será suspensa em {dia}", "Your account will be suspended on {dia}").replace("{dia}", &dia);
        let mut c = self.conteudo(
            ("", ""),
            ("O pagamento ainda não chegou.", "The payment has not arrived yet."),
            vec![
                Bloco::Texto(
                    i.l(
                        "O pagamento da sua assinatura ainda não chegou. Se não chegar até {quando}, a IA para de responder seus clientes no WhatsApp. Seus dados continuam guardados.",
                        "The payment of your subscription has not arrived yet. If it does not arrive by {quando}, the AI stops answering your customers on WhatsApp. Your data stays.",
                    )
                    .replace("{quando}", &i.hora(suspende_em)),
                ),
                self.botao("Pagar agora", "Pay now", url),
                self.nota(
                    "Já pagou? Boleto e banco podem levar um dia útil; não precisa fazer nada.",
                    "Already paid? A boleto or a bank can take a working day; there is nothing to do.",
                ),
            ],
        );
        c.titulo.clone_from(&assunto);
        c.assunto = assunto;
        c
    }

    fn conta_suspensa(&self, apaga_em: Option<DateTime<Utc>>, url: &str) -> Conteudo {
        let i = self.idioma;
        let mut blocos = vec![
            self.t(
                "O pagamento não chegou, e desde agora a IA não responde mais. As mensagens continuam chegando no celular da empresa.",
                "The payment did not arrive, and from now on the AI does not answer. Messages still arrive on the company's phone.",
            ),
            self.botao("Pagar e voltar", "Pay and come back", url),
            self.t(
                "Assim que o pagamento for confirmado, tudo volta sozinho. Até lá você entra no painel, vê tudo e baixa uma cópia dos seus dados; só não dá para alterar.",
                "As soon as the payment is confirmed, everything comes back by itself. Until then you can sign in, see everything and download a copy of your data; only changes are not possible.",
            ),
        ];
        blocos.extend(apaga_em.map(|em| {
            Bloco::Nota(
                i.l(
                    "Sem pagamento, seus dados são apagados em {dia}.",
                    "Without payment, your data is erased on {dia}.",
                )
                .replace("{dia}", &i.dia(em)),
            )
        }));
        self.conteudo(
            ("Sua conta está suspensa", "Your account is suspended"),
            (
                "A IA parou de responder. Seus dados estão guardados.",
                "The AI has stopped answering. Your data is safe.",
            ),
            blocos,
        )
    }

    fn conta_reativada(&self) -> Conteudo {
        self.conteudo(
            ("Sua conta voltou", "Your account is back"),
            ("Recebemos o pagamento e a IA voltou a responder.", "We have the payment and the AI answers again."),
            vec![
                self.t(
                    "Recebemos o pagamento. A IA voltou a responder a partir da próxima mensagem.",
                    "We have received the payment. The AI answers again from the next message on.",
                ),
                self.t(
                    "Quem escreveu enquanto a conta estava suspensa não foi respondido: veja em Conversas se alguém ainda espera.",
                    "Who wrote while the account was suspended got no answer: see in Conversations whether somebody still waits.",
                ),
                self.botao("Abrir Conversas", "Open Conversations", self.url("dashboard/conversas")),
            ],
        )
    }

    fn assinatura_cancelada(&self, acesso_ate: DateTime<Utc>, apaga_em: DateTime<Utc>) -> Conteudo {
        let i = self.idioma;
        let fim = if acesso_ate > self.em {
            i.l(
                "Sua assinatura foi cancelada e não será mais cobrada. Você usa o Proseia até {dia}; depois a IA para de responder.",
                "Your subscription was canceled and will not be charged again. You can use Proseia until {dia}; then the AI stops answering.",
            )
        } else {
            i.l(
                "Sua assinatura terminou em {dia} e não será mais cobrada. A IA não responde mais.",
                "Your subscription ended on {dia} and will not be charged again. The AI does not answer any more.",
            )
        };
        self.conteudo(
            ("Sua assinatura foi cancelada", "Your subscription was canceled"),
            ("Veja até quando seus dados ficam guardados.", "See until when your data is kept."),
            vec![
                Bloco::Texto(fim.replace("{dia}", &i.dia(acesso_ate))),
                Bloco::Texto(
                    i.l(
                        "Seus dados ficam guardados até {apaga} e então são apagados. Antes disso você pode baixar uma cópia em Meu Perfil.",
                        "Your data is kept until {apaga} and then erased. Before that you can download a copy in My Profile.",
                    )
                    .replace("{apaga}", &i.dia(apaga_em)),
                ),
                self.botao("Baixar meus dados", "Download my data", self.url("dashboard/perfil")),
                self.link(
                    "Mudou de ideia? Volte em Assinatura",
                    "Changed your mind? Come back in Subscription",
                    self.url("dashboard/assinatura"),
                ),
            ],
        )
    }

    fn recibo(&self, centavos: i64, fim: Option<DateTime<Utc>>, pdf: Option<&str>, url: Option<&str>) -> Conteudo {
        let i = self.idioma;
        let valor = i.dinheiro(centavos);
        let mut dados =
            vec![(self.l("Valor pago", "Amount paid"), valor.clone()), (self.l("Pago em", "Paid on"), i.dia(self.em))];
        dados.extend(fim.map(|em| (self.l("Vale até", "Covers until"), i.dia(em))));
        let mut blocos = vec![
            self.t("Recebemos o pagamento da sua assinatura.", "We have received the payment of your subscription."),
            Bloco::Dados(dados),
        ];
        blocos.extend(url.map(|url| self.botao("Ver a fatura", "See the invoice", url)));
        blocos.extend(pdf.map(|pdf| self.link("Baixar em PDF", "Download the PDF", pdf)));
        let assunto = i.l("Recibo do Proseia: {valor}", "Proseia receipt: {valor}").replace("{valor}", &valor);
        let mut c = self.conteudo(
            ("Pagamento recebido", "Payment received"),
            ("O recibo da sua assinatura.", "The receipt of your subscription."),
            blocos,
        );
        c.assunto = assunto;
        c
    }

    fn conexao_caiu(&self, queda: Queda) -> Conteudo {
        let texto = self.idioma.l(
            "Em {quando} vimos que seu WhatsApp está desconectado do Proseia. {motivo}",
            "On {quando} we saw that your WhatsApp is disconnected from Proseia. {motivo}",
        );
        self.conteudo(
            ("Seu WhatsApp desconectou", "Your WhatsApp is disconnected"),
            (
                "Enquanto isso, ninguém recebe resposta por aqui.",
                "Until it is connected, nobody gets an answer from here.",
            ),
            vec![
                Bloco::Texto(
                    texto.replace("{quando}", &self.idioma.hora(self.em)).replace("{motivo}", queda.frase(self.idioma)),
                ),
                self.t(
                    "Enquanto isso, ninguém recebe resposta por aqui. O que fazer:",
                    "Until then nobody gets an answer from here. What to do:",
                ),
                self.passos(
                    &[
                        "Veja se o celular está ligado e com internet.",
                        "Abra Conectar WhatsApp. Se aparecer um código QR, leia com o celular da empresa.",
                    ],
                    &[
                        "See whether the phone is on and has internet.",
                        "Open Connect WhatsApp. If there is a QR code, scan it with the company's phone.",
                    ],
                ),
                self.conectar(),
                self.t(
                    "As mensagens que chegarem nesse tempo continuam no celular.",
                    "Messages that arrive meanwhile stay on the phone.",
                ),
                self.preferencias(),
            ],
        )
    }

    fn conectar(&self) -> Bloco {
        self.botao("Abrir Conectar WhatsApp", "Open Connect WhatsApp", self.url("dashboard/whatsapp"))
    }

    fn preferencias(&self) -> Bloco {
        self.nota(
            "Em Meu Perfil você escolhe se recebe e-mails sobre a conexão.",
            "In My Profile you choose whether you get e-mails about the connection.",
        )
    }

    fn conexao_voltou(&self, minutos: i64) -> Conteudo {
        let texto = self.idioma.l(
            "Seu WhatsApp está conectado de novo, depois de {tempo}.",
            "Your WhatsApp is connected again, after {tempo}.",
        );
        self.conteudo(
            ("Seu WhatsApp voltou", "Your WhatsApp is back"),
            ("Veja se alguém ainda espera por você.", "See whether somebody still waits for you."),
            vec![
                Bloco::Texto(texto.replace("{tempo}", &self.idioma.tempo(minutos))),
                self.t(
                    "As mensagens que chegaram nesse tempo aparecem em Conversas assim que forem encontradas. As que têm mais de 30 minutos não foram respondidas: veja se alguém ainda espera por você.",
                    "Messages of that time appear in Conversations as soon as they are found. Those older than 30 minutes were not answered: see whether somebody still waits for you.",
                ),
                self.botao("Abrir Conversas", "Open Conversations", self.url("dashboard/conversas")),
                self.preferencias(),
            ],
        )
    }

    fn instancia_surda(&self) -> Conteudo {
        self.conteudo(
            ("Seu WhatsApp não está entregando mensagens", "Your WhatsApp does not deliver messages"),
            ("As respostas estão demorando. Reconecte o número.", "Answers are slow. Connect the number anew."),
            vec![
                self.t(
                    "Seu WhatsApp diz que está conectado, mas as mensagens dos seus clientes não estão chegando normalmente. Nós as buscamos a cada 10 minutos, e por isso as respostas estão demorando.",
                    "Your WhatsApp says it is connected, but the messages of your customers do not arrive as usual. We fetch them every 10 minutes, so answers are slow.",
                ),
                self.t("Para voltar ao normal:", "To get back to normal:"),
                self.reconectar(),
                self.conectar(),
                self.preferencias(),
            ],
        )
    }

    fn reconectar(&self) -> Bloco {
        self.passos(
            &[
                "Abra Conectar WhatsApp e toque em Desconectar.",
                "Toque em Conectar.",
                "Leia o código QR com o celular da empresa.",
            ],
            &[
                "Open Connect WhatsApp and tap Disconnect.",
                "Tap Connect.",
                "Scan the QR code with the company's phone.",
            ],
        )
    }

    fn silencio_incomum(&self, minutos: i64) -> Conteudo {
        let texto = self.idioma.l(
            "Faz {tempo} que não chega nenhuma mensagem no seu WhatsApp, e nesse dia e horário costumam chegar várias. Se sua empresa está fechada, está tudo certo.",
            "No message has come to your WhatsApp for {tempo}, and on this day and hour several usually do. If your business is closed, all is well.",
        );
        self.conteudo(
            ("Faz tempo que não chega mensagem", "No message has come for a while"),
            ("Se sua empresa está aberta, faça um teste.", "If your business is open, make a test."),
            vec![
                Bloco::Texto(texto.replace("{tempo}", &self.idioma.tempo(minutos))),
                self.t(
                    "Se está aberta, mande uma mensagem de outro celular para o número da empresa. Se ela não aparecer em Conversas:",
                    "If it is open, send a message from another phone to the company's number. If it does not appear in Conversations:",
                ),
                self.reconectar(),
                self.conectar(),
                self.preferencias(),
            ],
        )
    }

    fn sem_recibo(&self, mensagens: i64) -> Conteudo {
        let texto = self.idioma.l(
            "As últimas {n} respostas enviadas pelo seu WhatsApp ainda não chegaram ao celular de ninguém.",
            "The last {n} answers sent by your WhatsApp have not reached anybody's phone yet.",
        );
        self.conteudo(
            ("Suas respostas não estão chegando", "Your answers do not arrive"),
            ("Veja se o celular da empresa está com internet.", "See whether the company's phone has internet."),
            vec![
                Bloco::Texto(texto.replace("{n}", &mensagens.to_string())),
                self.t(
                    "Veja se o celular da empresa está ligado e com internet. Se estiver:",
                    "See whether the company's phone is on and has internet. If it does:",
                ),
                self.reconectar(),
                self.conectar(),
                self.preferencias(),
            ],
        )
    }

    fn orcamento_80(&self, gasto: i64, orcamento: i64) -> Conteudo {
        let texto = self.idioma.l(
            "A IA já usou {gasto} dos {orcamento} deste mês. Quando o limite acabar, as perguntas passam para você responder em Conversas, até o fim do mês.",
            "The AI has used {gasto} of this month's {orcamento}. When the limit is reached, questions come to you in Conversations until the month ends.",
        );
        let valores = texto
            .replace("{gasto}", &self.idioma.dinheiro(gasto))
            .replace("{orcamento}", &self.idioma.dinheiro(orcamento));
        let mut blocos = vec![Bloco::Texto(valores)];
        blocos.extend(self.contato("Para aumentar o limite, escreva para", "To raise the limit, write to"));
        self.conteudo(
            ("80% do limite de IA deste mês", "80% of this month's AI limit"),
            ("Quando acabar, as perguntas passam para você.", "When it is reached, questions come to you."),
            blocos,
        )
    }

    fn orcamento_esgotado(&self, orcamento: i64) -> Conteudo {
        let texto = self.idioma.l(
            "O limite de {orcamento} para a IA neste mês acabou. Até o fim do mês, as perguntas dos seus clientes passam para você, em Conversas.",
            "This month's AI limit of {orcamento} is reached. Until the month ends, your customers' questions come to you, in Conversations.",
        );
        let mut blocos = vec![
            Bloco::Texto(texto.replace("{orcamento}", &self.idioma.dinheiro(orcamento))),
            self.botao("Abrir Conversas", "Open Conversations", self.url("dashboard/conversas")),
        ];
        blocos.extend(self.contato("Para aumentar o limite, escreva para", "To raise the limit, write to"));
        self.conteudo(
            ("O limite de IA deste mês acabou", "This month's AI limit is reached"),
            ("Até o fim do mês, as perguntas passam para você.", "Until the month ends, questions come to you."),
            blocos,
        )
    }

    fn mensagens_80(&self, enviadas: i64, limite: i64) -> Conteudo {
        let texto = self.idioma.l(
            "A IA já enviou {enviadas} das {limite} mensagens do seu plano neste mês. Quando elas acabarem, as perguntas passam para você responder em Conversas, até o fim do mês.",
            "The AI has sent {enviadas} of the {limite} messages that your plan has this month. When they are used up, questions come to you in Conversations until the month ends.",
        );
        let texto = texto.replace("{enviadas}", &enviadas.to_string()).replace("{limite}", &limite.to_string());
        self.conteudo(
            ("80% das mensagens do seu plano neste mês", "80% of your plan's messages this month"),
            ("Quando acabarem, as perguntas passam para você.", "When they are used up, questions come to you."),
            vec![
                Bloco::Texto(texto),
                self.botao("Ver o plano", "See the plan", self.url("dashboard/assinatura")),
                self.t(
                    "Com um plano maior a IA continua respondendo, já a partir da troca.",
                    "With a larger plan the AI goes on answering, from the change on.",
                ),
            ],
        )
    }

    fn mensagens_esgotadas(&self, limite: i64) -> Conteudo {
        let texto = self.idioma.l(
            "A IA enviou as {limite} mensagens do seu plano neste mês. Até o fim do mês, quem perguntar é avisado de que uma pessoa vai responder, e a pergunta espera por você em Conversas.",
            "The AI has sent the {limite} messages that your plan has this month. Until the month ends, whoever asks is told that a person will answer, and the question waits for you in Conversations.",
        );
        self.conteudo(
            ("As mensagens do seu plano acabaram", "Your plan's messages are used up"),
            ("Até o fim do mês, as perguntas passam para você.", "Until the month ends, questions come to you."),
            vec![
                Bloco::Texto(texto.replace("{limite}", &limite.to_string())),
                self.botao("Mudar de plano", "Change the plan", self.url("dashboard/assinatura")),
                self.link("Abrir Conversas", "Open Conversations", self.url("dashboard/conversas")),
            ],
        )
    }
}

impl Queda {
    /// In words for the owner.
    pub(crate) fn frase(self, idioma: Idioma) -> &'static str {
        match self {
            Self::Causa(causa) if idioma == Idioma::Pt => causa.frase(),
            Self::Causa(CausaQueda::CodigoNaoLido) => {
                "The code was not scanned in time. Make another with the phone at hand."
            }
            Self::Causa(CausaQueda::RemovidaNoCelular) => {
                "The connection was removed on the phone. Connect again to go on."
            }
            Self::Causa(CausaQueda::NumeroBloqueado) => {
                "WhatsApp has blocked this number. Ask for a review in the app and connect afterwards."
            }
            Self::Causa(CausaQueda::ServidorFora) => "The WhatsApp server did not answer. Try again in some minutes.",
            Self::Causa(CausaQueda::Encerrada) => "WhatsApp ended the connection. Connect again to go on.",
            Self::EvolutionFora => idioma.l(
                "O servidor que liga o Proseia ao WhatsApp não responde. Já estamos cuidando disso.",
                "The server that links Proseia to WhatsApp does not answer. We are taking care of it.",
            ),
            Self::Reconectando => idioma.l(
                "O WhatsApp tenta reconectar há mais de 3 minutos.",
                "WhatsApp has been trying to reconnect for over 3 minutes.",
            ),
            Self::Sem => idioma.l("O WhatsApp encerrou a conexão.", "WhatsApp ended the connection."),
        }
    }
}

impl Idioma {
    /// Day and time in Brasília.
    pub(super) fn hora(self, at: DateTime<Utc>) -> String {
        let at = at.with_timezone(&BRASILIA);
        match self {
            Self::Pt => format!("{} (horário de Brasília)", at.format("%d/%m/%Y às %H:%M")),
            Self::En => format!("{} (Brasília time)", at.format("%b %-d, %Y at %H:%M")),
        }
    }

    /// Day in Brasília.
    pub(super) fn dia(self, at: DateTime<Utc>) -> String {
        let at = at.with_timezone(&BRASILIA);
        at.format(if self == Self::Pt { "%d/%m/%Y" } else { "%b %-d, %Y" }).to_string()
    }

    pub(super) fn tempo(self, minutos: i64) -> String {
        match (minutos / 60, minutos % 60, self) {
            (0, m, Self::Pt) => format!("{m} minutos"),
            (0, m, Self::En) => format!("{m} minutes"),
            (1, _, Self::Pt) => "mais de 1 hora".into(),
            (1, _, Self::En) => "more than 1 hour".into(),
            (h, _, Self::Pt) => format!("mais de {h} horas"),
            (h, _, Self::En) => format!("more than {h} hours"),
        }
    }

    /// Reais, as each language groups them.
    pub(super) fn dinheiro(self, centavos: i64) -> String {
        let (reais, resto) = (centavos.unsigned_abs() / 100, centavos.unsigned_abs() % 100);
        let (ponto, virgula) = if self == Self::Pt { ('.', ',') } else { (',', '.') };
        let digitos = reais.to_string();
        let mut grupos = String::new();
        for (i, d) in digitos.chars().enumerate() {
            if i > 0 && (digitos.len() - i).is_multiple_of(3) {
                grupos.push(ponto);
            }
            grupos.push(d);
        }
        let sinal = if centavos < 0 { "-" } else { "" };
        format!("{sinal}R$ {grupos}{virgula}{resto:02}")
    }
}
