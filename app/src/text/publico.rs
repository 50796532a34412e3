//! The public pages. The terms and the privacy page are documents of their own in `legal/`.

super::areas_de_texto! {
    /// The public pages.
    Publico {
        titulo_inicio = "Proseia: o WhatsApp da sua loja respondido na hora", "Proseia: your shop's WhatsApp, answered right away";
        desc_inicio = "O Proseia responde o WhatsApp da sua empresa com o que você escreveu e chama uma pessoa quando não tem certeza. Sem fluxos para montar.", "Proseia answers your business's WhatsApp from what you wrote, and calls a person when it is not sure. No flows to build.";
        titulo_precos = "Planos e preços", "Plans and prices";
        desc_precos = "Quanto custa o Proseia por mês e por ano, e o que cada plano inclui. Preços em reais, sem taxa de instalação.", "What Proseia costs a month and a year, and what each plan includes. Prices in Brazilian reais, no set-up fee.";
        titulo_faq = "Perguntas frequentes", "Frequently asked questions";
        desc_faq = "Respostas diretas sobre o número de WhatsApp, a IA, bloqueios, dados e cobrança no Proseia.", "Straight answers about the WhatsApp number, the AI, bans, data and billing in Proseia.";
        titulo_termos = "Termos de uso", "Terms of use";
        desc_termos = "As regras de uso do Proseia: o que o serviço faz, o que não promete, cobrança, cancelamento e responsabilidades.", "The rules for using Proseia: what the service does, what it does not promise, billing, cancellation and liability.";
        titulo_privacidade = "Política de privacidade", "Privacy policy";
        desc_privacidade = "Quais dados o Proseia trata, para quê, por quanto tempo e quais são os seus direitos pela LGPD.", "Which data Proseia processes, what for, for how long, and your rights under Brazil's LGPD.";
        titulo_checkout = "Assinar", "Subscribe";
        desc_checkout = "Escolha o plano do Proseia, mensal ou anual, e comece a atender hoje. Pagamento seguro no Stripe, cancele quando quiser.", "Choose your Proseia plan, monthly or yearly, and start answering today. Secure payment at Stripe, cancel whenever you like.";

        navegacao = "Principal", "Main";
        como = "Como funciona", "How it works";
        limites = "O que não promete", "What it does not promise";
        planos = "Planos", "Plans";
        perguntas = "Perguntas", "Questions";
        assinar = "Quero assinar", "Subscribe";
        abrir_painel = "Abrir o painel", "Open the dashboard";
        ver_como = "Ver como funciona", "See how it works";

        h1 = "Seu WhatsApp responde na hora. Você entra quando importa.", "Your WhatsApp answers right away. You step in when it matters.";
        sub = "O Proseia responde seus clientes com o que a sua empresa escreveu e chama uma pessoa quando não tem certeza.", "Proseia answers your customers with what your business has written, and calls a person when it is not sure.";
        tela_desktop = "Tela do Proseia no computador: a lista de conversas de uma loja de demonstração e uma conversa em que a IA respondeu e depois chamou uma pessoa.", "Proseia on a computer: the conversations of a demonstration shop, and one in which the AI answered and then called a person.";
        tela_celular = "A mesma conversa no celular.", "The same conversation on a phone.";
        tela_legenda = "As telas acima são do produto, com uma loja de demonstração.", "The screens above are of the product, with a demonstration shop.";
        feito_para = "Feito para quem atende no balcão e no celular", "Made for those who serve at the counter and on the phone";
        ramo_1 = "Pizzarias", "Pizzerias";
        ramo_2 = "Clínicas", "Clinics";
        ramo_3 = "Floriculturas", "Flower shops";
        ramo_4 = "Pet shops", "Pet shops";
        ramo_5 = "Oficinas", "Garages";
        ramo_6 = "Confeitarias", "Bakeries";

        como_titulo = "Do texto da loja à primeira resposta em uma tarde", "From the shop's text to the first answer in an afternoon";
        passo_1 = "Escreva o que a empresa sabe", "Write what the business knows";
        passo_1_texto = "Horários, preços, entregas, trocas. Um texto comum, de até 50.000 caracteres, sem fluxos para montar.", "Opening hours, prices, delivery, returns. Plain text, up to 50,000 characters, no flows to build.";
        passo_2 = "Leia o código com o celular", "Scan the code with the phone";
        passo_2_texto = "O Proseia entra como um aparelho conectado, igual ao WhatsApp Web. Seu aplicativo e seu número continuam os mesmos.", "Proseia joins as a linked device, like WhatsApp Web. Your app and your number stay the same.";
        passo_3 = "Acompanhe e assuma", "Watch and take over";
        passo_3_texto = "Você vê cada resposta e de onde ela veio. O que a IA não sabe chega até você com a conversa inteira.", "You see each answer and where it came from. What the AI does not know reaches you with the whole conversation.";
        vig_titulo = "Entrega", "Delivery";
        vig_1 = "Cambuí e Centro: R$ 9,90", "Cambuí and Centro: R$ 9.90";
        vig_2 = "Demais bairros: R$ 16,90", "Other districts: R$ 16.90";
        vig_3 = "Pedidos até as 13h saem no mesmo dia", "Orders until 1 pm leave the same day";
        vig_qr_1 = "Celular da loja", "The shop's phone";
        vig_qr_2 = "Mesmo número", "Same number";
        vig_qr_3 = "Grupos ficam de fora", "Groups are left out";
        vig_ia = "A IA está respondendo", "The AI is answering";
        vig_espera = "Marina espera há 6 min", "Marina has waited 6 min";
        vig_assumir = "Assumir", "Take over";

        faz_titulo = "Menos repetição, sem perder o tom da casa", "Less repetition, in the tone of the house";
        faz_1 = "Responde só com o que você escreveu", "Answers only with what you wrote";
        faz_1_texto = "Cada resposta mostra os trechos usados e um número de confiança. Se algo mudou, você corrige o texto e a próxima resposta já sai certa.", "Each answer shows the passages it used and a number for its confidence. When something changes you correct the text, and the next answer is right.";
        faz_1_por_que = "Por que esta resposta", "Why this answer";
        faz_1_confianca = "Confiança 0,86", "Confidence 0.86";
        faz_1_limiar = "0,5 chama uma pessoa", "0.5 calls a person";
        faz_1_t1 = "Entrega", "Delivery";
        faz_1_t1_texto = "…R$ 9,90 para os bairros Cambuí, Centro, Guanabara e Taquaral…", "…R$ 9.90 for Cambuí, Centro, Guanabara and Taquaral…";
        faz_1_t2 = "Horário de funcionamento", "Opening hours";
        faz_1_t2_texto = "…de segunda a sexta-feira abrimos das 9h às 19h…", "…open Monday to Friday from 9 to 19…";
        faz_2 = "Uma pessoa, na hora certa", "A person, at the right time";
        faz_2_texto = "Abaixo da confiança que você define, a IA para e chama alguém. Enquanto você atende, ela fica em silêncio.", "Below the confidence you set, the AI stops and calls somebody. While you answer, it is silent.";
        faz_2_a = "IA respondendo", "AI answering";
        faz_2_b = "Aguardando pessoa", "Waiting for a person";
        faz_2_c = "Com a equipe", "With the team";
        faz_3 = "Continua no seu celular", "Still on your phone";
        faz_3_texto = "Respondeu pelo aplicativo do WhatsApp? A conversa passa para você, sem apertar nada aqui.", "Answered in the WhatsApp app? The conversation is yours, without a click here.";
        faz_3_a = "Oi, Carla, já separei o seu", "Hi Carla, yours is ready";
        faz_3_b = "A IA ficou em silêncio nesta conversa", "The AI is silent in this conversation";
        faz_4 = "Avisa quando algo para", "Says when something stops";
        faz_4_texto = "A conexão é conferida a cada minuto. Se ela cai, você recebe um aviso; quando volta, as mensagens perdidas são buscadas.", "The connection is checked every minute. When it drops you are told; when it is back, missed messages are fetched.";
        faz_4_a = "A conexão com o WhatsApp caiu às 14:02", "The WhatsApp connection dropped at 14:02";
        faz_4_b = "Conexão de volta, 6 mensagens recuperadas", "Connected again, 6 messages recovered";

        limites_titulo = "O que o Proseia não promete", "What Proseia does not promise";
        limites_texto = "Melhor saber antes de assinar.", "Better to know before you subscribe.";
        limite_1 = "Que o número nunca será bloqueado", "That your number will never be banned";
        limite_1_texto = "A conexão é a de um aparelho conectado, não a API oficial da Meta, e o WhatsApp pode restringir ou banir números. O Proseia reduz o risco: só responde a quem escreveu primeiro, respeita um ritmo e um limite por dia e para quando o WhatsApp recusa. Eliminar o risco ninguém consegue.", "The connection is that of a linked device, not Meta's official API, and WhatsApp may restrict or ban numbers. Proseia lowers the risk: it only answers those who wrote first, keeps a pace and a daily limit, and rests when WhatsApp refuses. Nobody can remove the risk.";
        limite_2 = "Que a IA nunca erra", "That the AI is never wrong";
        limite_2_texto = "Ela responde com os trechos do seu texto, e pode entender mal a pergunta ou o trecho. Por isso cada resposta mostra de onde veio, e você pode assumir a qualquer momento.", "It answers from passages of your text, and may misread the question or the passage. So each answer shows where it came from, and you can take over at any time.";
        limite_3 = "Disparo em massa", "Bulk messages";
        limite_3_texto = "Não há campanhas nem listas. Quem nunca escreveu para você não recebe mensagem do Proseia.", "There are no campaigns and no lists. Who never wrote to you gets no message from Proseia.";
        limite_4 = "Substituir quem decide", "To replace who decides";
        limite_4_texto = "Orçamento fora da tabela, reclamação, diagnóstico, negociação: isso vai para uma pessoa, e é assim que deve ser.", "A special quote, a complaint, a diagnosis, a negotiation: that goes to a person, as it should.";

        planos_texto = "Todos com IA, caixa de conversas e os mesmos cuidados com os dados. Sem taxa de instalação.", "All with AI, the inbox and the same care for data. No set-up fee.";
        cobranca = "Cobrança", "Billing";
        mensal = "Mensal", "Monthly";
        anual = "Anual", "Yearly";
        anual_gratis = "Anual, {n} meses grátis", "Yearly, {n} months free";
        por_mes = "por mês", "a month";
        por_ano = "por ano", "a year";
        ou_por_ano = "ou {preco} por ano", "or {preco} a year";
        equivale = "equivale a {preco} por mês", "that is {preco} a month";
        recomendado = "Recomendado", "Recommended";
        assinar_plano = "Assinar {plano}", "Subscribe to {plano}";
        inclui_numeros_um = "1 número de WhatsApp", "1 WhatsApp number";
        inclui_numeros = "{n} números de WhatsApp", "{n} WhatsApp numbers";
        inclui_mensagens = "{n} respostas automáticas por mês", "{n} automatic replies a month";
        inclui_caracteres = "Conhecimento de até {n} caracteres", "Knowledge of up to {n} characters";
        inclui_orcamento = "Uso de IA incluso até {preco} por mês", "AI usage included up to {preco} a month";
        inclui_teste = "{n} dias de teste", "{n} days of trial";
        planos_nota = "Valores em reais. Ao chegar ao limite do mês, a IA para de responder e as conversas seguem com você.", "Prices in Brazilian reais. At the month's limit the AI stops answering and the conversations go on with you.";
        planos_falha = "Os preços não puderam ser carregados agora. Recarregue a página em instantes.", "The prices could not be loaded just now. Reload the page in a moment.";
        planos_vazio = "Nenhum plano está à venda no momento.", "No plan is on sale at the moment.";
        ver_perguntas = "Ver todas as perguntas", "See all questions";
        todos_incluem = "Em todos os planos", "In every plan";
        inc_1 = "Respostas com fonte e confiança à vista", "Answers with source and confidence in view";
        inc_2 = "Passagem para uma pessoa com a conversa inteira", "Hand-over to a person with the whole conversation";
        inc_3 = "Aviso por e-mail de quem espera", "An e-mail about who waits";
        inc_4 = "Horário de atendimento e textos ajustáveis", "Opening hours and texts of your own";
        inc_5 = "Mensagens perdidas buscadas depois de uma queda", "Missed messages fetched after an outage";
        inc_6 = "Exportação e exclusão dos dados de um contato", "Export and erasure of a contact's data";

        faq_titulo = "Perguntas de quem está decidindo", "Questions of those who are deciding";
        faq_contato = "Não achou a sua? Escreva para {email}.", "Yours is not here? Write to {email}.";
        faq_sem_contato = "Não achou a sua? O contato desta instalação ainda não foi informado.", "Yours is not here? This installation has not told its contact yet.";
        p1 = "Preciso trocar de número ou de celular?", "Do I need another number or phone?";
        r1 = "Não. Você lê um código QR com o WhatsApp da loja, como faz com o WhatsApp Web. O aplicativo do celular continua funcionando.", "No. You scan a QR code with the shop's WhatsApp, as for WhatsApp Web. The app on the phone goes on working.";
        p2 = "A IA inventa resposta?", "Does the AI make answers up?";
        r2 = "Ela responde só com trechos do seu texto. Valores, endereços e links da resposta são conferidos com esses trechos: se algo não está lá, ou se a confiança é baixa, a IA para e chama uma pessoa. Erros ainda podem acontecer, e por isso cada resposta mostra de onde veio.", "It answers from passages of your text only. Amounts, addresses and links are checked against them: if something is not there, or confidence is low, the AI stops and calls a person. Errors can still happen, so each answer shows where it came from.";
        p3 = "Meu número pode ser bloqueado?", "Can my number be banned?";
        r3 = "Pode. O risco existe em qualquer ferramenta que entra como aparelho conectado, e nenhuma pode garantir o contrário. O Proseia só responde a quem escreveu primeiro, respeita um ritmo e um limite diário que cresce com a idade do número, e para quando o WhatsApp recusa mensagens.", "Yes. The risk is there with every tool that joins as a linked device, and none can promise otherwise. Proseia only answers those who wrote first, keeps a pace and a daily limit that grows with the number's age, and rests when WhatsApp refuses messages.";
        p4 = "É a API oficial do WhatsApp?", "Is it the official WhatsApp API?";
        r4 = "Não. A conexão é feita com a Evolution API, um programa de código aberto que entra como aparelho conectado. WhatsApp é marca da Meta, e o Proseia não tem ligação com a Meta.", "No. The connection is made with Evolution API, an open-source program that joins as a linked device. WhatsApp is a trademark of Meta, and Proseia is not affiliated with Meta.";
        p5 = "E se eu responder pelo celular?", "What if I answer on the phone?";
        r5 = "A conversa passa para você e a IA fica em silêncio nela. Depois de 24 horas sem resposta de uma pessoa, e dentro do horário, ela volta a atender. O tempo é ajustável.", "The conversation becomes yours and the AI is silent in it. After 24 hours without an answer from a person, and within opening hours, it is back. You can change the time.";
        p6 = "Ela responde em grupos?", "Does it answer in groups?";
        r6 = "Não. Mensagens de grupos, listas de transmissão e canais são ignoradas.", "No. Messages of groups, broadcast lists and channels are ignored.";
        p7 = "E áudios e fotos?", "What about voice notes and pictures?";
        r7 = "Aparecem na conversa e podem ser ouvidos e vistos ali. Quando a instalação tem um modelo para isso, o áudio é transcrito e a foto é lida; sem ele, uma pessoa é chamada.", "They appear in the conversation and can be played and seen there. Where the installation has a model for it, voice notes are transcribed and pictures read; without one a person is called.";
        p8 = "Posso mandar mensagem para uma lista?", "Can I message a list?";
        r8 = "Não. O Proseia atende quem procurou você; não faz disparos nem campanhas.", "No. Proseia serves those who came to you; it sends no bulk messages and no campaigns.";
        p9 = "Por quanto tempo as mensagens ficam guardadas?", "How long are messages kept?";
        r9 = "Por 30 dias, ou pelo prazo que você escolher. Depois disso são apagadas todo dia, automaticamente. Os dados de um contato podem ser exportados ou apagados a qualquer momento.", "For 30 days, or for the time you choose. After that they are removed every day. The data of a contact can be exported or erased at any time.";
        p10 = "Minhas conversas treinam alguma IA?", "Do my conversations train an AI?";
        r10 = "O Proseia não treina modelos. Para responder, a pergunta e os trechos do seu texto vão ao provedor de IA da instalação, que está descrito na política de privacidade.", "Proseia trains no models. To answer, the question and passages of your text go to the installation's AI provider, described in the privacy policy.";
        p11 = "O que acontece quando chego ao limite do plano?", "What happens at the limit of the plan?";
        r11 = "Você é avisado antes. No limite, a IA para de responder até o mês virar ou o plano mudar, e as conversas chegam para uma pessoa. Nada é cobrado a mais sem você pedir.", "You are told before. At the limit the AI stops answering until the month or the plan changes, and conversations reach a person. Nothing more is charged unless you ask.";
        p12 = "Posso cancelar quando quiser?", "Can I cancel whenever I like?";
        r12 = "Sim, sem multa. O acesso vale até o fim do período pago.", "Yes, without a penalty. Access lasts until the end of the paid period.";

        lgpd_titulo = "Dados dos seus clientes, tratados como a LGPD pede", "Your customers' data, treated as Brazil's LGPD asks";
        lgpd_1 = "Cada empresa isolada", "Each business by itself";
        lgpd_1_texto = "Nenhuma empresa enxerga dados de outra, no banco e na busca da IA.", "No business sees another's data, in the database and in the AI's search.";
        lgpd_2 = "Apagado em 30 dias", "Removed after 30 days";
        lgpd_2_texto = "Mensagens antigas são removidas todo dia, com os anexos. O prazo é seu para mudar.", "Old messages are removed every day, attachments included. The time is yours to change.";
        lgpd_3 = "Direitos do contato", "The contact's rights";
        lgpd_3_texto = "Exporte ou apague tudo de uma pessoa quando ela pedir. Quem pede para não receber mensagens é respeitado.", "Export or erase everything of a person when they ask. Who wants no messages gets none.";
        lgpd_4 = "Senhas e acessos", "Passwords and logins";
        lgpd_4_texto = "Senhas guardadas de um jeito que nem nós conseguimos ler, acessos que podem ser encerrados e nenhum rastreador nestas páginas.", "Passwords kept in a way that not even we can read, logins that can be ended, and no trackers on these pages.";
        lgpd_mais = "Ler a política de privacidade", "Read the privacy policy";

        final_titulo = "Escreva uma vez. Responda sempre.", "Write once. Answer always.";
        final_texto = "Escolha um plano e veja o que ele inclui.", "Choose a plan and see what it includes.";

        pe_lema = "Atendimento de WhatsApp com IA, para quem conversa com o cliente.", "WhatsApp service with AI, for those who talk with their customers.";
        pe_produto = "Produto", "Product";
        pe_legal = "Legal", "Legal";
        pe_contato = "Contato", "Contact";
        pe_sem_contato = "Ainda não informado nesta instalação.", "Not told yet by this installation.";
        pe_marcas = "WhatsApp é marca da Meta; o Proseia não tem ligação com a Meta. Conexão feita com Evolution API.", "WhatsApp is a trademark of Meta; Proseia is not affiliated with Meta. Connection made with Evolution API.";

        legal_aviso = "Minuta. Este texto ainda passará por revisão jurídica antes da abertura das assinaturas.", "Draft. This text will be reviewed by a lawyer before subscriptions open.";
        legal_traducao = "Em caso de diferença entre as versões, vale a versão em português.", "Where the versions differ, the Portuguese one is binding.";
        legal_indice = "Nesta página", "On this page";
        legal_sem_empresa = "a empresa que opera esta instalação, ainda não informada", "the company that runs this installation, not told yet";
        legal_sem_email = "o contato desta instalação, ainda não informado", "the contact of this installation, not told yet";
    }
}
