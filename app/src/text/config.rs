//! Configurações do Bot.

super::areas_de_texto! {
    /// Configurações do Bot.
    Config {
        titulo = "Configurações do Bot", "Bot Settings";
        sub = "Como a IA fala, quando chama uma pessoa e quando volta a responder.", "How the AI speaks, when it calls a person and when it answers again.";
        ia_ligada = "IA respondendo", "AI answering";
        ia_sim = "Ligada", "On";
        ia_nao = "Desligada", "Off";
        ia_ajuda_sim = "A IA responde a quem escreve, só com o que está em Meu Conhecimento.", "The AI answers whoever writes, only with what is in My Knowledge.";
        ia_ajuda_nao = "Nenhuma mensagem automática sai. As mensagens chegam em Conversas e cada uma espera por uma pessoa.", "No automatic message is sent. Messages arrive in Conversations and each waits for a person.";
        tom = "Tom das mensagens", "Tone of the messages";
        tom_sub = "Vale para os textos prontos e para o que a IA escreve sozinha.", "Applies to the ready texts and to what the AI writes by itself.";
        casual = "Casual", "Casual";
        casual_ajuda = "Próximo, como uma conversa de balcão", "Close, like a chat over the counter";
        formal = "Formal", "Formal";
        formal_ajuda = "Cortês e completo, trata por senhor e senhora", "Courteous and complete, uses sir and madam";
        tecnico = "Técnico", "Technical";
        tecnico_ajuda = "Direto, com dados e passos numerados", "Direct, with data and numbered steps";
        seus_textos = "Os textos que você escreveu continuam como estão.", "The texts you wrote stay as they are.";
        usar_prontos = "Usar os textos prontos deste tom", "Use the ready texts of this tone";
        usar_titulo = "Trocar {n} textos pelos prontos do tom {tom}?", "Replace {n} texts by the ready ones of the tone {tom}?";
        usar_texto = "Os textos que você escreveu saem da tela. Nada é salvo até você escolher Salvar, e Descartar traz tudo de volta.", "The texts you wrote leave the screen. Nothing is saved until you choose Save, and Discard brings everything back.";
        usar_acao = "Trocar os textos", "Replace the texts";
        mensagens = "Mensagens", "Messages";
        inserir = "Inserir", "Insert";
        inserir_sr = "Inserir {marca} no texto", "Insert {marca} into the text";
        marcas = "No envio, cada palavra entre chaves vira o nome do contato, o nome da loja e o horário de atendimento. Sem nome, a frase se ajusta.", "When sent, each word in braces becomes the contact's name, the shop's name and the opening hours. Without a name the sentence adapts.";
        contagem = "{n} de {limite}", "{n} of {limite}";
        saudacao = "Saudação", "Greeting";
        saudacao_ajuda = "A resposta a um oi, bom dia ou olá.", "The answer to a hi or a good morning.";
        fallback = "Quando não sabe responder", "When it does not know";
        fallback_ajuda = "A conversa passa para uma pessoa.", "The conversation goes to a person.";
        espera = "Enquanto espera", "While waiting";
        espera_ajuda = "Enviada uma vez, se ninguém assumir em {n} minutos de loja aberta.", "Sent once, if nobody takes over within {n} minutes of opening time.";
        retorno_24h = "Retorno depois de uma pessoa", "Return after a person";
        retorno_24h_ajuda = "Enviada quando a IA volta porque a pessoa parou de responder.", "Sent when the AI returns because the person stopped answering.";
        ninguem_respondeu = "Retorno quando ninguém respondeu", "Return when nobody answered";
        ninguem_respondeu_ajuda = "Enviada quando a IA volta e ninguém da equipe chegou a responder.", "Sent when the AI returns and nobody of the team ever answered.";
        fora_horario = "Fora do horário", "Out of hours";
        fora_horario_ajuda = "No lugar de “Quando não sabe responder”, uma vez por noite, com a loja fechada.", "Instead of “When it does not know”, once a night, while the shop is closed.";
        erro_vazio = "Escreva uma mensagem: ela é enviada a quem conversa com você.", "Write a message: it is sent to people who talk to you.";
        erro_longo = "A mensagem pode ter até {limite} caracteres e tem {n}.", "The message may have up to {limite} characters and has {n}.";
        erro_marca = "Não conhecemos {marca}. Use {nome}, {loja} ou {horario}, ou tire as chaves.", "We do not know {marca}. Use {nome}, {loja} or {horario}, or remove the braces.";
        erro_entre = "Informe de {de} a {ate}.", "Enter {de} to {ate}.";
        erro_horario = "Confira as horas: cada faixa começa e termina em horas diferentes e não cobre outra.", "Check the times: each range begins and ends at different times and does not overlap another.";
        pessoa = "Quando chamar uma pessoa", "When to call a person";
        limiar = "Certeza para responder", "Certainty to answer";
        limiar_solto = "Mais solto", "Looser";
        limiar_cauteloso = "Mais cauteloso", "More careful";
        limiar_baixo = "Responde quase tudo que lembra o seu texto, e erra mais.", "Answers nearly everything that resembles your text, and is wrong more often.";
        limiar_medio = "Equilíbrio: responde quando o texto fala do assunto com clareza.", "Balanced: answers when the text speaks clearly of the subject.";
        limiar_alto = "Só responde quando tem quase certeza. Mais conversas chegam até você.", "Answers only when nearly certain. More conversations reach you.";
        espera_minutos = "Minutos até avisar que a equipe já sabe", "Minutes until saying that the team knows";
        espera_minutos_ajuda = "Só conta para quem chegou com a loja aberta.", "Counts only for those who came while the shop was open.";
        retorno = "A IA volta a responder depois de", "The AI answers again after";
        retorno_ajuda = "Sem sinal de uma pessoa na conversa. De 5 minutos a 72 horas.", "Without a sign of a person in the conversation. From 5 minutes to 72 hours.";
        minutos = "minutos", "minutes";
        horas = "horas", "hours";
        horario = "Horário de atendimento", "Opening hours";
        horario_sub = "Quando há pessoas para responder. Fora dele a IA continua respondendo o que sabe.", "When people are there to answer. Outside it the AI still answers what it knows.";
        horario_sempre = "Sempre aberto", "Always open";
        horario_semana = "Com horário", "With hours";
        horario_sempre_ajuda = "A qualquer hora a IA diz que uma pessoa vem em seguida.", "At any time the AI says that a person comes next.";
        fechado = "Fechado", "Closed";
        de = "{dia}, faixa {n}, abre às", "{dia}, range {n}, opens at";
        ate = "{dia}, faixa {n}, fecha às", "{dia}, range {n}, closes at";
        as_ = "às", "to";
        mais_faixa = "Adicionar faixa", "Add range";
        mais_faixa_sr = "Adicionar faixa de {dia}", "Add a range on {dia}";
        tirar_faixa = "Remover a faixa {n} de {dia}", "Remove range {n} of {dia}";
        copiar = "Copiar para os dias úteis", "Copy to all weekdays";
        copiado = "Segunda copiada para terça a sexta", "Monday copied to Tuesday to Friday";
        segunda = "Segunda", "Monday";
        terca = "Terça", "Tuesday";
        quarta = "Quarta", "Wednesday";
        quinta = "Quinta", "Thursday";
        sexta = "Sexta", "Friday";
        sabado = "Sábado", "Saturday";
        domingo = "Domingo", "Sunday";
        feriados = "Feriados e dias fechados", "Holidays and closed days";
        feriados_vazio = "Nenhum dia marcado.", "No day marked.";
        feriado_data = "Data em que a loja fecha", "Day on which the shop is closed";
        feriado_mais = "Marcar dia", "Mark day";
        feriado_tirar = "Tirar {data}", "Remove {data}";
        ritmo = "Ritmo e limites", "Pace and limits";
        janela = "Esperar a pessoa terminar de escrever", "Wait until the person has finished writing";
        janela_ajuda = "Muita gente escreve uma pergunta em várias mensagens. A IA espera {de} a {ate} segundos e responde tudo junto.", "Many people write one question in several messages. The AI waits {de} to {ate} seconds and answers all at once.";
        janela_rapida = "Rápida", "Quick";
        janela_normal = "Normal", "Normal";
        janela_paciente = "Paciente", "Patient";
        janela_propria = "Como está", "As it is";
        orcamento = "Limite de gasto com IA por mês", "Monthly limit for AI spending";
        orcamento_padrao = "Usar o padrão: {valor}", "Use the default: {valor}";
        orcamento_padrao_sem = "Sem limite próprio", "No limit of my own";
        orcamento_meu = "Meu limite", "My limit";
        orcamento_valor = "Limite em reais", "Limit in reais";
        orcamento_ajuda = "Com 80% gasto avisamos por e-mail e no painel. Com 100% a IA para de responder e as perguntas passam para você até o mês virar. De R$ 1 a {maximo}.", "At 80% we tell you by e-mail and in the panel. At 100% the AI stops answering and questions come to you until the month turns. From R$ 1 to {maximo}.";
        orcamento_gasto = "Gasto neste mês: {valor}", "Spent this month: {valor}";
        orcamento_gasto_de = "Gasto neste mês: {valor} de {limite}", "Spent this month: {valor} of {limite}";
        orcamento_max = "O máximo aqui é {maximo}. Para mais, fale com o suporte.", "The most here is {maximo}. For more, talk to support.";
        diario = "Mensagens automáticas de hoje", "Automatic messages today";
        diario_conta = "{n} de {limite}", "{n} of {limite}";
        diario_sem = "Sem número conectado.", "No number connected.";
        diario_ajuda = "O limite cresce com a idade do número e protege contra bloqueio. Não dá para mudar aqui.", "The limit grows with the age of the number and protects against a ban. It cannot be changed here.";
        diario_ver = "Ver em Conectar WhatsApp", "See in Connect WhatsApp";
        retencao = "Dias para guardar mensagens", "Days for which messages are kept";
        retencao_ajuda = "Depois disso são apagadas para sempre. De 7 a 365 dias.", "After that they are deleted for good. From 7 to 365 days.";
        salvar = "Salvar", "Save";
        descartar = "Descartar", "Discard";
        uma_mudanca = "1 alteração não salva", "1 unsaved change";
        mudancas = "{n} alterações não salvas", "{n} unsaved changes";
        sem_mudancas = "Tudo salvo", "All saved";
        barra = "Salvar alterações", "Save changes";
        salvo = "Configurações salvas", "Settings saved";
        corrigir = "Há campos para corrigir", "Some fields need correction";
        sair_sem_salvar = "Há alterações não salvas. Sair sem salvar?", "There are unsaved changes. Leave without saving?";
        falhou = "Não deu para salvar", "This could not be saved";
        mantido = "O que você mudou continua aqui.", "What you changed is still here.";
        conflito = "Estas configurações foram salvas em outro lugar", "These settings were saved somewhere else";
        conflito_texto = "Juntamos as duas: o que você mudou continua na tela, e o resto veio da versão nova. Confira e salve de novo.", "We merged both: what you changed is still on the screen, and the rest came from the new version. Check and save again.";
        conflito_dois = "Mudou nos dois lugares: {campo}. Lá está:", "Changed in both places: {campo}. There it says:";
        previa = "Prévia", "Preview";
        previa_sub = "Como o cliente vê", "As the customer sees it";
        previa_nota = "Exemplo com a cliente Carla. As respostas de verdade vêm do seu conhecimento.", "Example with the customer Carla. Real answers come from your knowledge.";
        previa_rotulo = "Prévia da conversa", "Preview of the conversation";
        previa_passou = "A IA chamou uma pessoa", "The AI called a person";
        previa_depois = "{n} minutos depois, ninguém assumiu", "{n} minutes later, nobody has taken over";
        previa_volta = "{tempo} sem resposta, a IA volta", "{tempo} without an answer, the AI returns";
        previa_pessoa = "Se uma pessoa tinha respondido", "If a person had answered";
        previa_fechado = "Com a loja fechada", "While the shop is closed";
        previa_desligada = "A IA está desligada: nada disto é enviado.", "The AI is off: none of this is sent.";
    }
}

/// What the preview shows as said by others than the owner: always Portuguese, as on the phone.
pub mod exemplo {
    /// A customer says hello.
    pub const OI: &str = "Bom dia";
    /// A question with an answer.
    pub const PERGUNTA: &str = "Vocês aceitam Pix?";
    /// A question without.
    pub const SEM_RESPOSTA: &str = "E dá para trocar no mês que vem?";
    /// The name of the customer.
    pub const NOME: &str = "Carla";

    /// An answer in this tone.
    pub fn resposta(tom: &str) -> &'static str {
        match tom {
            "FORMAL" => "Sim, senhora. Aceitamos Pix, dinheiro e cartão de crédito.",
            "TECNICO" => "Formas de pagamento: 1) Pix 2) dinheiro 3) cartão de crédito.",
            _ => "Aceitamos sim! Pix, dinheiro e cartão de crédito.",
        }
    }
}
